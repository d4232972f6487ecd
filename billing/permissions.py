"""Who sees which charges and statements, and who may correct the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Membership, User
from accounts.permissions import is_administrator, team_ids_of
from billing.models import (
    Charge,
    Dispute,
    Invoice,
    InvoiceLine,
    Issuer,
    Seller,
    Statement,
    StatementTotal,
)
from facilities.models import Facility, FacilityStaff
from facilities.permissions import facility_ids_run_by, has_role

MONEY_ROLES = (Membership.Role.HEAD, Membership.Role.MANAGER, Membership.Role.BILLING)
"""Roles in a team that see all of its charges."""

LEDGER_ROLES = (FacilityStaff.Role.MANAGER, FacilityStaff.Role.ACCOUNTANT)
"""Roles on a platform that see all of its charges."""


def charges_visible_to(user: User, *, on: dt.date) -> QuerySet[Charge]:
    """Return the charges a person may see.

    All of the teams whose money they look after, all of the platforms they manage or keep
    the accounts of, all of the issuers whose books they keep, and those of their own
    bookings; all for an administrator.
    """
    charges = Charge.objects.all()
    if is_administrator(user):
        return charges
    return charges.filter(
        Q(booking__booked_for=user)
        | Q(team__in=team_ids_of(user, on=on, roles=MONEY_ROLES))
        | Q(facility__in=facility_ids_run_by(user, *LEDGER_ROLES))
        | Q(issuer__in=issuers_kept_by(user))
    )


def statements_visible_to(user: User, *, on: dt.date) -> QuerySet[Statement]:
    """Return the statements a person may see.

    Those of the issuers whose books they keep and of the teams whose money they look
    after; for managers and accountants of platforms, those that speak of their own
    platforms only; all for an administrator.
    """
    statements = Statement.objects.all()
    if is_administrator(user):
        return statements
    if not user.is_active:
        return statements.none()
    own_facilities = facility_ids_run_by(user, *LEDGER_ROLES)
    totals = StatementTotal.objects.filter(statement=OuterRef("pk"))
    return statements.filter(
        Q(issuer__in=issuers_kept_by(user))
        | Q(team__in=team_ids_of(user, on=on, roles=MONEY_ROLES))
        | (
            Exists(totals.filter(facility__in=own_facilities))
            & ~Exists(totals.exclude(facility__in=own_facilities))
        )
    )


def may_correct(actor: User, charge: Charge) -> bool:
    """Say whether a person may reverse a charge: who answers for the platform's ledger."""
    return is_administrator(actor) or has_role(actor, charge.facility_id, *LEDGER_ROLES)


def may_resolve(actor: User, charge: Charge) -> bool:
    """Say whether a person clears what keeps a charge off a document, and answers disputes.

    Who answers for the platform's ledger, and who keeps the books of its issuer.
    """
    keeps = charge.issuer_id is not None and may_keep_books_of(actor, charge.issuer_id)
    return keeps or may_correct(actor, charge)


def may_dispute(actor: User, charge: Charge, *, on: dt.date) -> bool:
    """Say whether a person disputes a line for its team: who looks after the team's money."""
    seats = Membership.objects.current(on).filter(user=actor, team=charge.team_id)
    return actor.is_active and seats.filter(role__in=MONEY_ROLES).exists()


def charges_resolved_by(user: User) -> QuerySet[Charge]:
    """Return the charges of which a person clears what keeps them off a document."""
    if is_administrator(user):
        return Charge.objects.all()
    if not user.is_active:
        return Charge.objects.none()
    own_facilities = facility_ids_run_by(user, *LEDGER_ROLES)
    return Charge.objects.filter(
        Q(facility__in=own_facilities) | Q(issuer__in=issuers_kept_by(user))
    )


def disputes_visible_to(user: User, *, on: dt.date) -> QuerySet[Dispute]:
    """Return the disputes of the teams whose money a person watches, and those they answer."""
    disputes = Dispute.objects.select_related("charge")
    if is_administrator(user):
        return disputes
    return disputes.filter(
        Q(charge__team__in=team_ids_of(user, on=on, roles=MONEY_ROLES))
        | Q(charge__in=charges_resolved_by(user))
    )


def issuers_watched_by(user: User) -> QuerySet[Issuer]:
    """Return the issuers whose month ends a person follows.

    Those whose books they keep, and those that sell for platforms they manage or keep the
    accounts of; all for an administrator.
    """
    issuers = Issuer.objects.select_related("organisation")
    if is_administrator(user):
        return issuers
    if not user.is_active:
        return issuers.none()
    own_facilities = facility_ids_run_by(user, *LEDGER_ROLES)
    sold_for = Seller.objects.filter(issuer=OuterRef("pk"), facility__in=own_facilities)
    return issuers.filter(Q(pk__in=issuers_kept_by(user)) | Exists(sold_for))


def issuers_kept_by(user: User) -> QuerySet[Issuer]:
    """Return the issuers whose books a person keeps; all for an administrator.

    Who keeps the books issues invoices, records payments and closes periods.
    """
    issuers = Issuer.objects.select_related("organisation")
    if is_administrator(user):
        return issuers
    if not user.is_active:
        return issuers.none()
    return issuers.filter(accountants=user)


def keeps_books(user: User) -> bool:
    """Say whether a person keeps the books of any issuer."""
    return issuers_kept_by(user).exists()


def may_keep_books_of(actor: User, issuer_id: int) -> bool:
    """Say whether a person issues, collects and closes for an issuer."""
    return issuers_kept_by(actor).filter(pk=issuer_id).exists()


def invoices_visible_to(user: User, *, on: dt.date) -> QuerySet[Invoice]:
    """Return the documents a person may see.

    Those of the issuers whose books they keep and of the teams whose money they look
    after; for managers and accountants of platforms, those that speak of their own
    platforms only; all for an administrator.
    """
    invoices = Invoice.objects.all()
    if is_administrator(user):
        return invoices
    if not user.is_active:
        return invoices.none()
    own_facilities = facility_ids_run_by(user, *LEDGER_ROLES)
    lines = InvoiceLine.objects.filter(invoice=OuterRef("pk"))
    return invoices.filter(
        Q(issuer__in=issuers_kept_by(user))
        | Q(team__in=team_ids_of(user, on=on, roles=MONEY_ROLES))
        | (
            Exists(lines.filter(facility__in=own_facilities))
            & ~Exists(lines.exclude(facility__in=own_facilities))
        )
    )


def team_ids_with_money(user: User, *, on: dt.date) -> set[int] | None:
    """Return the teams whose ceilings and spending a person may see; None means all."""
    if is_administrator(user):
        return None
    return set(
        Membership.objects.current(on)
        .filter(user=user, role__in=MONEY_ROLES)
        .values_list("team_id", flat=True)
    )


def facilities_measured_by(user: User) -> QuerySet[Facility]:
    """Return the platforms whose use a person may read: their own; all for an administrator."""
    if is_administrator(user):
        return Facility.objects.all()
    return Facility.objects.filter(pk__in=facility_ids_run_by(user))


def ledger_ids_of(user: User, facility_ids: Iterable[int]) -> set[int]:
    """Return those of some platforms whose charges a person may see."""
    asked = set(facility_ids)
    if is_administrator(user):
        return asked
    own = FacilityStaff.objects.filter(user=user, role__in=LEDGER_ROLES, facility__in=asked)
    return set(own.values_list("facility_id", flat=True))
