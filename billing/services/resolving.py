"""Clearing what keeps charges off documents: another account, a buyer's missing particulars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from stdnum.eu import vat
from stdnum.fr import siren, siret

from accounts.errors import NotFound
from accounts.models import FundingAccount, Organisation, User
from accounts.permissions import is_administrator, require
from accounts.transactions import use_case
from billing.errors import AlreadyReversed, ReasonMissing
from billing.models import Charge, ChargeMove, Issuer
from billing.month_end.errors import (
    AccountNotUsable,
    CeilingReached,
    EngagementMissing,
    IdentifierWrong,
    IssuerMissing,
    SameAccount,
)
from billing.permissions import charges_resolved_by, issuers_kept_by, may_resolve
from billing.quoting import committed_cents
from billing.selling import sellers_of, terms_of
from billing.services.correcting import opposite_of, undone
from bookings.wording import money_text

LONGEST_STEM = 28
LONGEST_ENGAGEMENT = 50
"""Characters that Chorus Pro takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What an invoice states of a body, as it is to be recorded."""

    legal_name: str = ""
    billing_address: str
    billing_postcode: str = ""
    billing_city: str
    siren: str = ""
    siret: str = ""
    vat_number: str = ""


@use_case
def move_charge_to_account(
    *, charge_id: int, account_id: int, reason: str, actor: User, now: dt.datetime
) -> Charge:
    """Take a charge back and write it anew on another account of its team.

    The price stays. What the team was told of it still holds, so that it is billed without
    another statement. A charge from before its platform had an issuer gets the issuer of
    today, with its VAT rule, and may stay on its account. The account stays locked until
    commit, so that its ceiling holds.

    Returns the new charge.

    Raises:
        NotFound: the actor clears no such charge, or its team has no such account.
        NotPermitted: the actor does not answer for the platform's ledger.
        ReasonMissing: no reason was given.
        AccountNotUsable, SameAccount, CeilingReached: the account cannot pay for it.
        IssuerMissing: nobody sells for its platform.
        AlreadyReversed: it has been taken back, or takes another back.
    """
    charge = (
        charges_resolved_by(actor)
        .select_related("team__organisation", "project")
        .filter(pk=charge_id)
        .first()
    )
    if charge is None:
        raise NotFound
    require(may_resolve(actor, charge))
    if not reason.strip():
        raise ReasonMissing
    if charge.reverses_id is not None:
        raise AlreadyReversed
    account = _locked_account(charge, account_id)
    again = _written_anew(charge, account, reason=reason.strip(), actor=actor, now=now)
    undone(charge, reason=reason.strip(), actor=actor, now=now)
    first = _first_of(charge)
    number = first.moves.count() + 1
    again.component = f"{first.component[:LONGEST_STEM]}-moved-{number}"
    again.save(force_insert=True)
    ChargeMove.objects.create(charge=again, first=first)
    return again


def accounts_for(charges: QuerySet[Charge]) -> QuerySet[FundingAccount]:
    """Return the accounts in use of the teams of some charges, by their reference."""
    return FundingAccount.objects.filter(
        team__in=charges.order_by().values("team"), is_active=True
    ).order_by("reference", "pk")


@use_case
def record_engagement_number(
    *, account_id: int, number: str, actor: User, now: dt.datetime
) -> FundingAccount:
    """Record the number by which a public body knows what an account pays for.

    Only where there is none: an administrator changes one.

    Raises:
        NotFound: the actor clears no charge on such an account, or it has a number.
        NotPermitted: the actor does not answer for the ledger.
        EngagementMissing: none was given, or more than Chorus Pro takes.
    """
    charge = charges_resolved_by(actor).filter(account=account_id).first()
    if charge is None:
        raise NotFound
    require(may_resolve(actor, charge))
    account = (
        FundingAccount.objects.select_for_update(no_key=True)
        .filter(pk=account_id, engagement_number="")
        .first()
    )
    if account is None:
        raise NotFound
    given = " ".join(number.split())
    if not given or len(given) > LONGEST_ENGAGEMENT:
        raise EngagementMissing(longest=LONGEST_ENGAGEMENT)
    account.engagement_number = given
    account.save(update_fields=["engagement_number"])
    return account


@use_case
def complete_organisation(
    *, organisation_id: int, particulars: Particulars, actor: User, now: dt.datetime
) -> Organisation:
    """Record what an invoice has to state of a body that buys or sells.

    Raises:
        NotFound: the actor keeps no books in which it stands.
        IdentifierWrong: a SIREN, SIRET or VAT number does not pass its check.
    """
    organisation = (
        organisations_completed_by(actor)
        .select_for_update(no_key=True, of=("self",))
        .filter(pk=organisation_id)
        .first()
    )
    if organisation is None:
        raise NotFound
    given = {name: value.strip() for name, value in asdict(particulars).items()}
    for name in ("siren", "siret", "vat_number"):
        given[name] = "".join(given[name].split())
    for name, (what, is_valid) in _checks(organisation).items():
        if given[name] and not is_valid(given[name]):
            raise IdentifierWrong(value=given[name], what=what)
    for name, value in given.items():
        setattr(organisation, name, value)
    organisation.save(update_fields=list(given))
    return organisation


def organisations_completed_by(user: User) -> QuerySet[Organisation]:
    """Return the bodies that stand in the books a person keeps, as sellers or as buyers."""
    organisations = Organisation.objects.all()
    if is_administrator(user):
        return organisations
    issuers = issuers_kept_by(user)
    buyers = Charge.objects.filter(issuer__in=issuers).order_by().values("organisation")
    return organisations.filter(
        Q(pk__in=buyers) | Q(pk__in=Issuer.objects.filter(pk__in=issuers).values("organisation"))
    )


def _checks(organisation: Organisation) -> dict[str, tuple[str, Callable[[str], bool]]]:
    checks: dict[str, tuple[str, Callable[[str], bool]]] = {
        "siren": ("SIREN", siren.is_valid),
        "siret": ("SIRET", siret.is_valid),
    }
    if organisation.country in _EU:
        checks["vat_number"] = (_("VAT number"), vat.is_valid)
    return checks


_EU = frozenset(code.upper() for code in vat.MEMBER_STATES)


def _locked_account(charge: Charge, account_id: int) -> FundingAccount:
    """Lock the account that is to pay, and judge whether it can."""
    account = (
        FundingAccount.objects.select_for_update(no_key=True)
        .filter(pk=account_id, team=charge.team_id)
        .first()
    )
    if account is None:
        raise NotFound
    is_same = account.pk == charge.account_id
    if is_same and charge.issuer_id is not None:
        raise SameAccount
    day = charge.service_date
    begins, ends = account.valid_from or day, account.valid_until or day
    if not (account.is_active and begins <= day <= ends):
        raise AccountNotUsable
    if account.ceiling_cents is not None and not is_same:
        left = account.ceiling_cents - committed_cents(account.pk)
        if charge.amount_cents > left:
            raise CeilingReached(left=money_text(max(left, 0)))
    return account


def _written_anew(
    charge: Charge, account: FundingAccount, *, reason: str, actor: User, now: dt.datetime
) -> Charge:
    row = opposite_of(charge, reason=reason, now=now, actor=actor)
    row.reverses, row.reversal_no = None, 0
    row.quantity, row.amount_cents = charge.quantity, charge.amount_cents
    row.account = account
    if charge.issuer_id is None:
        seller = sellers_of([charge.facility_id])[charge.facility_id]
        if seller.issuer_id is None:
            raise IssuerMissing
        terms = terms_of(team=charge.team, project=charge.project, seller=seller)
        row.issuer_id = terms.issuer_id
        row.vat_category, row.vat_percent = terms.rule.category, terms.rule.percent
        row.vat_exemption = terms.rule.exemption
    return row


def _first_of(charge: Charge) -> Charge:
    """Return the charge that the first of some moves replaced."""
    before = ChargeMove.objects.select_related("first").filter(charge=charge).first()
    return before.first if before else charge
