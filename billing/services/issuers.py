"""Who sells: founding an issuer, its terms and look, its platforms and its accountants."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from decimal import Decimal

from stdnum import bic as bic_number
from stdnum import iban as iban_number

from accounts.errors import NotFound
from accounts.models import Organisation, User
from accounts.permissions import is_administrator, require
from accounts.transactions import refused_by, use_case
from billing.errors import BankDetailsWrong, CodeTaken, IssuerThere
from billing.models import Issuer, Seller
from billing.permissions import issuers_kept_by
from facilities.errors import NoSuchPerson
from facilities.models import Facility


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerCard:
    """What an issuer states and how it works; days and per cent as on its model."""

    legal_form: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    iban: str = ""
    bic: str = ""
    late_percent: Decimal = Decimal("12.15")
    quote_days: int = 30
    dispute_days: int = 5
    vat_on_debits: bool = False
    colour: str = "#0b5a73"
    footer: str = ""
    sales_account: str = "706000"
    customers_account: str = "411000"
    vat_account: str = "445710"
    bank_account: str = "512000"
    accrued_account: str = "418100"


@use_case
def found_issuer(*, organisation_id: int, code: str, card: IssuerCard, actor: User) -> Issuer:
    """Let a body issue documents; its code begins their numbers and stays.

    Raises:
        NotPermitted: the actor does not administer the centre.
        NotFound: there is no such organisation.
        IssuerThere, CodeTaken: it issues already, or another issuer has the code.
        BankDetailsWrong: the IBAN or the BIC does not pass its check.
    """
    require(is_administrator(actor))
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None:
        raise NotFound
    with (
        refused_by("billing_issuer_organisation_id_key", IssuerThere),
        refused_by("billing_issuer_code_key", CodeTaken),
    ):
        return Issuer.objects.create(
            organisation=organisation, code=code.strip().upper(), **_checked(card)
        )


@use_case
def change_issuer(*, issuer_id: int, card: IssuerCard, actor: User) -> Issuer:
    """Change the terms, the bank or the look of an issuer, from its next document on.

    Raises:
        NotFound: the actor keeps no books of such an issuer.
        BankDetailsWrong: the IBAN or the BIC does not pass its check.
    """
    issuer = _locked(issuers_kept_by(actor).filter(pk=issuer_id).first())
    for name, value in _checked(card).items():
        setattr(issuer, name, value)
    issuer.save()
    return issuer


@use_case
def sell_for(*, issuer_id: int, facility_ids: Collection[int], actor: User) -> Issuer:
    """Let an issuer sell for exactly these platforms, from what is charged from now on.

    A platform that another issuer sold for passes over to this one.

    Raises:
        NotPermitted: the actor does not administer the centre.
        NotFound: there is no such issuer, or no such platform.
    """
    require(is_administrator(actor))
    issuer = _locked(Issuer.objects.filter(pk=issuer_id).first())
    facilities = list(Facility.objects.filter(pk__in=facility_ids).order_by("pk"))
    if len(facilities) != len(set(facility_ids)):
        raise NotFound
    Seller.objects.filter(issuer=issuer).exclude(facility__in=facilities).delete()
    for facility in facilities:
        Seller.objects.update_or_create(facility=facility, defaults={"issuer": issuer})
    return issuer


@use_case
def name_accountant(*, issuer_id: int, email: str, actor: User) -> User:
    """Let a person, named by their address, keep the books of an issuer.

    Raises:
        NotPermitted: the actor does not administer the centre.
        NotFound: there is no such issuer.
        NoSuchPerson: nobody active has that address.
    """
    require(is_administrator(actor))
    issuer = _locked(Issuer.objects.filter(pk=issuer_id).first())
    address = email.strip().lower()
    person = User.objects.filter(email=address, is_active=True).first()
    if person is None:
        raise NoSuchPerson(email=address)
    issuer.accountants.add(person)
    return person


@use_case
def dismiss_accountant(*, issuer_id: int, person_id: int, actor: User) -> User:
    """End that a person keeps the books of an issuer.

    Raises:
        NotPermitted: the actor does not administer the centre.
        NotFound: there is no such issuer, or the person does not keep its books.
    """
    require(is_administrator(actor))
    issuer = _locked(Issuer.objects.filter(pk=issuer_id).first())
    person = issuer.accountants.filter(pk=person_id).first()
    if person is None:
        raise NotFound
    issuer.accountants.remove(person)
    return person


def _locked(issuer: Issuer | None) -> Issuer:
    if issuer is None:
        raise NotFound
    return Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)


def _checked(card: IssuerCard) -> dict[str, object]:
    """Return the fields of a card, the bank's numbers written without blanks."""
    fields = asdict(card)
    fields["iban"] = iban_number.compact(card.iban)
    fields["bic"] = bic_number.compact(card.bic)
    if fields["iban"] and not iban_number.is_valid(fields["iban"]):
        raise BankDetailsWrong(what="IBAN")
    if fields["bic"] and not bic_number.is_valid(fields["bic"]):
        raise BankDetailsWrong(what="BIC")
    return fields
