"""The ends of the demo's past months: stated, settled and billed; the last one still open.

Last month's statements are two days old, a line of one is disputed, and some uses came
without an account: what the page of the month end is for.
"""

from __future__ import annotations

import datetime as dt

from accounts.models import User
from billing.models import Charge, Issuer, MonthEnd, MonthEndRun
from billing.month_end.months import last_month, next_month
from billing.month_end.stating import CENTRE, centre_day
from billing.services import (
    close_month,
    dispute_charge,
    issue_all,
    issue_due_credit_notes,
    reject_dispute,
)
from bookings.models import Booking
from bookings.states import Status
from facilities.intervals import DAY, instant_of

WITHOUT_ACCOUNT = "Olive"
FORGOTTEN = 2
"""Uses of last month that nobody named an account for."""
DISPUTING = "head"
REASONS = ("The laser was off for the last hour.", "We gave this session up the day before.")
ANSWER = "It was given up an hour before: late, and nobody took it."
SETTLED_AFTER = 11 * DAY
"""Days from the statements to the documents: more than an issuer gives to dispute."""


def forget_accounts(now: dt.datetime) -> None:
    """Take the account off some uses of last month, before they are charged."""
    month = last_month(centre_day(now))
    uses = Booking.objects.filter(
        team__name=WITHOUT_ACCOUNT,
        status=Status.COMPLETED,
        period__startswith__gte=_morning(month),
        period__startswith__lt=_morning(next_month(month)),
    )
    chosen = uses.order_by("period", "instrument__name").values_list("pk", flat=True)
    Booking.objects.filter(pk__in=list(chosen[:FORGOTTEN])).update(account=None)


def make_month_ends(
    people: dict[str, User], staff: dict[str, User], *, now: dt.datetime, days: int
) -> None:
    """End the past months as the services do, each at its time; leave the last at the disputes."""
    months = _past_months(centre_day(now), days)
    for month in months[:-1]:
        closed = _morning(next_month(month))
        close_month(month=month, now=closed)
        _bill(month, closed=closed, actor=staff["accountant"])
    last = months[-1]
    closed = min(max(_morning(next_month(last)), now - 2 * DAY), now)
    close_month(month=last, now=closed)
    _dispute(people[DISPUTING], staff["manager.cyt"], last, now=max(closed, now - DAY))


def _past_months(today: dt.date, days: int) -> list[dt.date]:
    months: list[dt.date] = []
    month = last_month(today)
    while month >= today - dt.timedelta(days=days + 31):
        months.insert(0, month)
        month = last_month(month)
    return months


def _bill(month: dt.date, *, closed: dt.datetime, actor: User) -> None:
    at, until = closed + SETTLED_AFTER, next_month(month)
    for issuer in Issuer.objects.order_by("code"):
        issue_all(issuer_id=issuer.pk, until=until, now=at, actor=actor, settled_on=centre_day(at))
        issue_due_credit_notes(issuer_id=issuer.pk, until=until, now=at, actor=actor)
        month_end = MonthEnd.objects.create(issuer=issuer, month=month, created_at=closed)
        MonthEndRun.objects.bulk_create(
            MonthEndRun(
                month_end=month_end,
                step=step,
                started_by=actor,
                started_at=when,
                finished_at=when,
            )
            for step, when in (("statements", closed), ("documents", at))
        )


def _dispute(head: User, manager: User, month: dt.date, *, now: dt.datetime) -> None:
    """Let the head dispute two lines of the team's last statement, of which one is answered."""
    lines = Charge.objects.filter(
        statement_lines__statement__month=month,
        team__memberships__user=head,
        issuer__isnull=False,
        reverses=None,
        reversals=None,
        amount_cents__gt=0,
        facility__code="CYT",
    )
    for number, charge in enumerate(lines.order_by("service_date", "description")[:2]):
        dispute = dispute_charge(charge_id=charge.pk, reason=REASONS[number], actor=head, now=now)
        if number:
            reject_dispute(dispute_id=dispute.pk, answer=ANSWER, actor=manager, now=now)


def _morning(day: dt.date) -> dt.datetime:
    """Return four in the morning of a day, when statements are made."""
    return instant_of(dt.datetime.combine(day, dt.time(4)), CENTRE)
