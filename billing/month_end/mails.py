"""The letters about disputes: to the platform when one is opened, to the team with the answer.

Renderers for the outbox: they only read. Registered with those of billing/mails.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Membership, User
from billing.models import Dispute, StatementLine
from billing.permissions import LEDGER_ROLES
from billing.services.disputing import DISPUTE_ANSWERED, DISPUTE_OPENED
from bookings.wording import date_text, money_text
from facilities.models import FacilityStaff
from notifications import registry
from notifications.letterhead import Fact, Letter, Link, mail_of
from notifications.registry import Mail

TOLD = (Membership.Role.HEAD, Membership.Role.BILLING)


def register() -> None:
    """Let the outbox word disputes."""
    registry.register(DISPUTE_OPENED, opened_mails)
    registry.register(DISPUTE_ANSWERED, answered_mails)


def opened_mails(payload: Mapping[str, Any], now: datetime) -> list[Mail]:
    """Write to who answers for the platform's ledger; nothing once it is answered."""
    dispute = _dispute(payload["dispute"])
    if dispute is None or dispute.state != Dispute.State.OPEN:
        return []
    return _mails(dispute, _answering(dispute), _opened)


def answered_mails(payload: Mapping[str, Any], now: datetime) -> list[Mail]:
    """Write the answer to who disputed, and to the team's heads and billing contacts."""
    dispute = _dispute(payload["dispute"])
    if dispute is None or dispute.state == Dispute.State.OPEN:
        return []
    return _mails(dispute, _asking(dispute, now), _answered)


def _dispute(dispute_id: int) -> Dispute | None:
    related = ("charge__team", "charge__facility", "charge__issuer", "opened_by", "answered_by")
    return Dispute.objects.select_related(*related).filter(pk=dispute_id).first()


def _answering(dispute: Dispute) -> list[User]:
    """Return the platform's managers and accountants, or else who keeps its issuer's books."""
    staff = FacilityStaff.objects.filter(
        facility=dispute.charge.facility_id, role__in=LEDGER_ROLES, user__is_active=True
    )
    people = {role.user_id: role.user for role in staff.select_related("user").order_by("user_id")}
    if not people and dispute.charge.issuer is not None:
        return list(dispute.charge.issuer.accountants.filter(is_active=True).order_by("pk"))
    return list(people.values())


def _asking(dispute: Dispute, now: datetime) -> list[User]:
    memberships = Membership.objects.current(now.date()).filter(
        team=dispute.charge.team_id, role__in=TOLD, user__is_active=True
    )
    people = {one.user_id: one.user for one in memberships.select_related("user")}
    if dispute.opened_by.is_active:
        people[dispute.opened_by_id] = dispute.opened_by
    return [people[pk] for pk in sorted(people)]


def _mails(
    dispute: Dispute, readers: Iterable[User], letter: Callable[[Dispute], Letter]
) -> list[Mail]:
    mails = []
    for reader in readers:
        with override(reader.language):
            mails.append(mail_of(letter(dispute), address=reader.email, language=reader.language))
    return mails


def _opened(dispute: Dispute) -> Letter:
    charge = dispute.charge
    issuer = charge.issuer.code if charge.issuer else ""
    month = f"{_statement(dispute).month:%Y-%m}"
    return Letter(
        subject=_("Disputed: %(what)s") % {"what": charge.description},
        title=_("%(team)s disputes a line of its statement.") % {"team": charge.team},
        lines=(_("It is not billed before you have answered."),),
        facts=(Fact(label=_("Reason"), value=dispute.reason), *_facts(dispute)),
        link=Link(
            label=_("Answer the team"),
            url=f"{settings.SITE_URL}/money/month-end/?issuer={issuer}&month={month}",
        ),
        why=_("You receive this because you look after the charges of this platform."),
    )


def _answered(dispute: Dispute) -> Letter:
    is_upheld = dispute.state == Dispute.State.UPHELD
    subject = _("Taken back: %(what)s") if is_upheld else _("It stands: %(what)s")
    return Letter(
        subject=subject % {"what": dispute.charge.description},
        title=_("The platform takes the charge back.")
        if is_upheld
        else _("The platform lets the charge stand."),
        lines=(
            _("Your next statement shows it.") if is_upheld else _("It comes with your invoice."),
        ),
        facts=(
            Fact(label=_("The platform's answer"), value=dispute.answer),
            Fact(label=_("Your reason"), value=dispute.reason),
            *_facts(dispute),
        ),
        link=Link(
            label=_("See the statement"),
            url=f"{settings.SITE_URL}/statements/{_statement(dispute).pk}/",
        ),
        why=_("You receive this because you look after the money of this team."),
    )


def _statement(dispute: Dispute) -> Any:
    """Return the statement that told the charge, or the one that it replaced."""
    charge = dispute.charge
    first = charge.moved_from.first_id if hasattr(charge, "moved_from") else charge.pk
    return StatementLine.objects.select_related("statement").get(charge=first).statement


def _facts(dispute: Dispute) -> tuple[Fact, ...]:
    charge = dispute.charge
    return (
        Fact(label=_("Team"), value=str(charge.team)),
        Fact(label=_("Platform"), value=charge.facility.localized_name),
        Fact(label=_("Day"), value=date_text(charge.service_date)),
        Fact(label=_("Amount before VAT"), value=money_text(charge.amount_cents)),
    )
