"""Whether an electronic invoice can be addressed, and what is missing where it cannot."""

import pytest

from billing.einvoicing import addressing

COMPANY = {
    "country": "FR", "siren": "000987651", "siret": "00098765100007",
    "electronic_address": "000987651", "electronic_scheme": "0225",
}  # fmt: skip
PUBLIC = COMPANY | {
    "siren": "000456780", "siret": "00045678000014", "electronic_address": "000456780",
    "uses_chorus_pro": True, "service_code": "LABO", "engagement_number": "4500099001",
}  # fmt: skip


def lacking(buyer, **changes):
    return addressing.lacking(buyer | changes, needs_engagement=True)


def test_a_company_needs_its_siren_and_address():
    assert lacking(COMPANY) == []
    assert lacking(COMPANY, siret="") == []
    assert lacking(COMPANY, siren="000987650", siret="") == ["buyer.siren"]
    assert lacking(COMPANY, electronic_scheme="") == ["buyer.electronic_address"]


def test_what_is_given_has_to_be_right():
    assert lacking(COMPANY, siret="00045678000014") == ["buyer.siret"]
    assert lacking(COMPANY, vat_number="FR03000987651") == []
    assert lacking(COMPANY, vat_number="03000987651") == ["buyer.vat_number"]


@pytest.mark.parametrize("siret", ["", "0004567800001", "00045678000015", "00098765100007"])
def test_a_public_body_needs_a_siret_of_its_own_that_is_right(siret):
    assert lacking(PUBLIC) == []
    assert lacking(PUBLIC, siret=siret) == ["buyer.siret"]


def test_a_public_body_may_ask_for_an_engagement_number():
    assert lacking(PUBLIC, engagement_number="") == ["buyer.engagement_number"]
    without = PUBLIC | {"engagement_number": ""}
    assert addressing.lacking(without, needs_engagement=False) == []


def test_public_bodies_are_reached_by_siret_others_by_their_address():
    assert addressing.recipient(PUBLIC) == "00045678000014"
    assert addressing.recipient(COMPANY) == "000987651"


def test_only_invoices_within_france_travel_between_platforms():
    assert addressing.is_carried(COMPANY)
    assert not addressing.is_carried(COMPANY | {"country": "BE"})
    assert not addressing.is_carried(COMPANY | {"siren": ""})
