"""Disputes: a team holds that a line of its statement is wrong; the platform answers."""

from __future__ import annotations

import datetime as dt

from accounts.errors import AlreadyAnswered, NotFound
from accounts.models import User
from accounts.permissions import require
from accounts.transactions import refused_by, use_case
from billing.errors import AlreadyReversed, ReasonMissing
from billing.models import Charge, Dispute
from billing.month_end.errors import AlreadyDisputed, DisputeTooLate, NotStatedYet
from billing.month_end.stating import centre_day, with_last_day
from billing.permissions import (
    charges_visible_to,
    disputes_visible_to,
    may_dispute,
    may_resolve,
)
from billing.services.correcting import undone
from bookings.wording import date_text
from notifications import outbox

DISPUTE_OPENED = "billing.dispute_opened"
DISPUTE_ANSWERED = "billing.dispute_answered"


@use_case
def dispute_charge(*, charge_id: int, reason: str, actor: User, now: dt.datetime) -> Dispute:
    """Dispute a line of a statement within its days; until answered it is not billed.

    The platform is told by mail.

    Raises:
        NotFound: the actor cannot see such a charge.
        NotPermitted: the actor does not look after the money of its team.
        ReasonMissing: no reason was given.
        NotStatedYet, DisputeTooLate: it is on no statement yet, or was for too long.
        AlreadyReversed: it has been taken back, or takes another back.
        AlreadyDisputed: a dispute of it is open.
    """
    charge = with_last_day(charges_visible_to(actor, on=now.date())).filter(pk=charge_id).first()
    if charge is None:
        raise NotFound
    require(may_dispute(actor, charge, on=now.date()))
    if not reason.strip():
        raise ReasonMissing
    last_day: dt.date | None = charge.last_day  # type: ignore[attr-defined]
    if last_day is None:
        raise NotStatedYet
    if last_day < centre_day(now):
        raise DisputeTooLate(day=date_text(last_day))
    if charge.reverses_id is not None or charge.reversals.exists():
        raise AlreadyReversed
    with refused_by("dispute_one_open", AlreadyDisputed):
        dispute = Dispute.objects.create(
            charge=charge, reason=reason.strip(), opened_by=actor, opened_at=now
        )
    _tell(DISPUTE_OPENED, dispute)
    return dispute


@use_case
def uphold_dispute(*, dispute_id: int, answer: str, actor: User, now: dt.datetime) -> Dispute:
    """Agree with the team: the charge is taken back, with the answer as the reason.

    A charge that was taken back meanwhile stays so. The team is told by mail.

    Raises:
        NotFound: the actor cannot see such a dispute.
        NotPermitted: the actor does not answer for the platform's ledger.
        ReasonMissing: no answer was given.
        AlreadyAnswered: somebody has answered.
    """
    dispute = _answered(dispute_id, Dispute.State.UPHELD, answer=answer, actor=actor, now=now)
    charge = Charge.objects.get(pk=dispute.charge_id)
    if not charge.reversals.exists():
        undone(charge, reason=dispute.answer, actor=actor, now=now)
    return dispute


@use_case
def reject_dispute(*, dispute_id: int, answer: str, actor: User, now: dt.datetime) -> Dispute:
    """Let the charge stand, and say why. The team is told by mail.

    Raises:
        NotFound, NotPermitted, ReasonMissing, AlreadyAnswered: as for `uphold_dispute`.
    """
    return _answered(dispute_id, Dispute.State.REJECTED, answer=answer, actor=actor, now=now)


def _answered(
    dispute_id: int, state: Dispute.State, *, answer: str, actor: User, now: dt.datetime
) -> Dispute:
    """Write an answer; the dispute is locked, so that one of two answers wins."""
    if not disputes_visible_to(actor, on=now.date()).filter(pk=dispute_id).exists():
        raise NotFound
    dispute = (
        Dispute.objects.select_for_update(no_key=True, of=("self",))
        .select_related("charge")
        .get(pk=dispute_id)
    )
    require(may_resolve(actor, dispute.charge))
    if not answer.strip():
        raise ReasonMissing
    if dispute.state != Dispute.State.OPEN:
        raise AlreadyAnswered
    dispute.state = state
    dispute.answer = answer.strip()
    dispute.answered_by = actor
    dispute.answered_at = now
    dispute.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    _tell(DISPUTE_ANSWERED, dispute)
    return dispute


def _tell(topic: str, dispute: Dispute) -> None:
    outbox.publish(topic=topic, key=f"{topic}:{dispute.pk}", payload={"dispute": dispute.pk})
