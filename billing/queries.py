"""What is still to be charged or closed, and what was, summed up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from accounts.models import FundingAccount, User
from accounts.permissions import accounts_visible_to
from billing.models import Charge, Statement, StatementLine
from billing.month_end.months import next_month
from billing.permissions import charges_visible_to, statements_visible_to
from billing.quoting import committed
from bookings.models import Booking
from bookings.models.booking import BookingQuerySet
from bookings.states import Status
from facilities.intervals import Interval

__all__ = [
    "MonthlyTotal",
    "accounts_with_committed",
    "charges_visible_to",
    "monthly_totals",
    "retaken_times",
    "statements_to_make",
    "statements_visible_to",
    "untold_charges",
    "uses_to_charge",
    "waived_charges",
]

TAKEN = (Status.APPROVED, Status.IN_USE, Status.COMPLETED, Status.NO_SHOW)
"""Statuses of a booking that has taken, and will pay, a time that another gave up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyTotal:
    """What came in for a platform and tier in a month, before VAT."""

    month: dt.date
    facility_id: int
    facility: str
    tier: str
    charges: int
    amount_cents: int


def uses_to_charge(*, now: dt.datetime) -> BookingQuerySet:
    """Return the uses that cost something and have no charge yet.

    A completed use is charged at once. A no-show or late cancellation waits until the
    booked time is over, because until then others may take it.
    """
    lost = Q(status=Status.NO_SHOW) | Q(status=Status.CANCELLED, late_cancellation=True)
    return Booking.objects.filter(
        Q(status=Status.COMPLETED) | (lost & Q(period__endswith__lte=now)),
        ~Exists(Charge.objects.filter(booking=OuterRef("pk"))),
        kind=Booking.Kind.USE,
        imported_history=False,
    )


def retaken_times(booking: Booking) -> list[Interval]:
    """Return when others had the unit that a booking gave up, within its time."""
    others = (
        Booking.objects.overlapping(booking.interval)
        .filter(
            instrument=booking.instrument_id,
            unit=booking.unit,
            kind=Booking.Kind.USE,
            status__in=TAKEN,
            imported_history=False,
        )
        .exclude(pk=booking.pk)
    )
    return [
        Interval(period.lower, period.upper) for period in others.values_list("period", flat=True)
    ]


def waived_charges() -> QuerySet[Charge]:
    """Return the charges that stand although their booking was made free afterwards."""
    standing = Charge.objects.filter(
        reverses=None, reversals=None, invoice_lines__credited_by=None
    ).exclude(amount_cents=0)
    return standing.filter(booking__waived_reason__gt="")


def untold_charges(*, before: dt.date) -> QuerySet[Charge]:
    """Return the charges of days before a date that no statement holds."""
    on_statement = StatementLine.objects.filter(charge=OuterRef("pk"))
    return Charge.objects.filter(~Exists(on_statement), service_date__lt=before)


def statements_to_make(
    *, month: dt.date, issuer_id: int | None = None
) -> list[tuple[int, int | None]]:
    """Return of whom a statement of a month is still to be made: teams and who sells to them.

    By rising ids; with an issuer its own only. None stands for what nobody sells yet.
    """
    untold = untold_charges(before=next_month(month))
    if issuer_id is not None:
        untold = untold.filter(issuer=issuer_id)
    made = set(Statement.objects.filter(month=month).values_list("team_id", "issuer_id"))
    pairs = untold.order_by("team_id", "issuer_id").values_list("team_id", "issuer_id").distinct()
    return [pair for pair in pairs if pair not in made]


def monthly_totals(
    viewer: User, *, first: dt.date, until: dt.date, on: dt.date
) -> Sequence[MonthlyTotal]:
    """Return what the charges a person may see come to, by month, platform and tier.

    Days from the first until just before the last; one query.
    """
    sums = (
        charges_visible_to(viewer, on=on)
        .filter(service_date__gte=first, service_date__lt=until)
        .order_by()
        .values("facility_id", "facility__name", "tier", month=TruncMonth("service_date"))
        .annotate(charges=Count("id"), total=Sum("amount_cents"))
        .order_by("month", "facility__name", "tier")
    )
    return [
        MonthlyTotal(
            month=row["month"],
            facility_id=row["facility_id"],
            facility=row["facility__name"],
            tier=row["tier"],
            charges=row["charges"],
            amount_cents=row["total"],
        )
        for row in sums
    ]


def accounts_with_committed(viewer: User, *, on: dt.date) -> QuerySet[FundingAccount]:
    """Return the accounts a person may see, each with `committed_cents`: spent and promised."""
    return accounts_visible_to(viewer, on=on).annotate(committed_cents=committed())
