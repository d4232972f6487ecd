"""Issuers as a bookkeeper needs them; bank details for who keeps the books only."""

import pytest

from tests import factories as make

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/issuers/"


@pytest.fixture
def facility():
    return make.a_facility(code="CYT")


@pytest.fixture
def issuer(facility):
    seller = make.a_legal_person(name="Centre de recherche")
    return make.an_issuer(facility, code="CRC", organisation=seller)


def rows(client):
    return client.get(ADDRESS).json()["results"]


def test_who_keeps_the_books_reads_all_that_is_needed(as_, issuer):
    other = make.an_issuer(make.a_facility(code="MIC"), code="UPR")
    keeper = make.a_user()
    issuer.accountants.add(keeper)
    (row,) = rows(as_(keeper))
    assert row == {
        "id": issuer.pk,
        "code": "CRC",
        "name": "Centre de recherche",
        "siren": "000987651",
        "vat_number": "FR03000987651",
        "facilities": ["CYT"],
        "dispute_days": issuer.dispute_days,
        "keeps_books": True,
        "bank": {"iban": issuer.iban, "bic": ""},
    }
    assert as_(keeper).get(f"{ADDRESS}{issuer.pk}/").json() == row
    assert as_(keeper).get(f"{ADDRESS}{other.pk}/").status_code == 404


def test_a_platforms_manager_reads_its_seller_without_the_bank(as_, issuer, facility):
    (row,) = rows(as_(make.a_staff_member(facility)))
    assert (row["code"], row["keeps_books"], row["bank"]) == ("CRC", False, None)
    assert rows(as_(make.a_staff_member(facility, "operator"))) == []
    assert rows(as_(make.a_researcher())) == []
