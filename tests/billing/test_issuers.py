"""Founding an issuer, and who may change what of it."""

import pytest

from accounts.errors import NotFound, NotPermitted
from billing.errors import BankDetailsWrong, CodeTaken, IssuerThere
from billing.models import Seller
from billing.permissions import keeps_books
from billing.services.issuers import (
    IssuerCard,
    change_issuer,
    dismiss_accountant,
    found_issuer,
    name_accountant,
    sell_for,
)
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make.a_user(is_superuser=True)


def test_an_administrator_founds_an_issuer_and_names_who_keeps_its_books(admin):
    facility, person = make.a_facility(), make.a_user()
    issuer = found_issuer(
        organisation_id=make.an_organisation().pk,
        code="crc",
        card=IssuerCard(iban="FR76 3000 6000 0112 3456 7890 189"),
        actor=admin,
    )
    sell_for(issuer_id=issuer.pk, facility_ids=[facility.pk], actor=admin)
    name_accountant(issuer_id=issuer.pk, email=person.email.upper(), actor=admin)

    assert (issuer.code, issuer.iban) == ("CRC", "FR7630006000011234567890189")
    assert Seller.objects.get(facility=facility).issuer == issuer
    assert keeps_books(person)

    dismiss_accountant(issuer_id=issuer.pk, person_id=person.pk, actor=admin)
    assert not keeps_books(person)


def test_a_body_issues_once_and_a_code_is_given_once(admin):
    issuer = make.an_issuer(code="CRC")
    with pytest.raises(IssuerThere):
        found_issuer(
            organisation_id=issuer.organisation_id, code="NEW", card=IssuerCard(), actor=admin
        )
    with pytest.raises(CodeTaken):
        found_issuer(
            organisation_id=make.an_organisation().pk, code="crc", card=IssuerCard(), actor=admin
        )


def test_a_platform_passes_from_one_issuer_to_another(admin):
    facility = make.a_facility()
    make.an_issuer(facility)
    other = make.an_issuer()

    sell_for(issuer_id=other.pk, facility_ids=[facility.pk], actor=admin)

    assert Seller.objects.get(facility=facility).issuer == other


@pytest.mark.parametrize(
    "card", [IssuerCard(iban="FR7630006000011234567890180"), IssuerCard(bic="NOBIC")]
)
def test_a_slip_in_the_bank_details_is_found(card):
    issuer, keeper = make.an_issuer(), make.a_user()
    issuer.accountants.add(keeper)

    with pytest.raises(BankDetailsWrong):
        change_issuer(issuer_id=issuer.pk, card=card, actor=keeper)


def test_who_keeps_the_books_changes_terms_and_nothing_else(admin):
    issuer, keeper = make.an_issuer(), make.a_user()
    issuer.accountants.add(keeper)

    changed = change_issuer(issuer_id=issuer.pk, card=IssuerCard(quote_days=60), actor=keeper)

    assert changed.quote_days == 60
    with pytest.raises(NotPermitted):
        name_accountant(issuer_id=issuer.pk, email=make.a_user().email, actor=keeper)
    with pytest.raises(NotFound):
        change_issuer(issuer_id=issuer.pk, card=IssuerCard(), actor=make.a_user())
