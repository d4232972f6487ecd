"""What accounts have spent and promised, as expressions that PostgreSQL sums.

A promise is the estimate of a booking that will be charged and is not yet; of one that is
split, the account's share. And what is accepted of service requests.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import (
    BigIntegerField,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.expressions import Combinable, CombinedExpression
from django.db.models.functions import Coalesce, Round

from accounts.models import FundingAccount
from billing.models import Charge, ServiceRequest
from bookings.models import Booking, BookingShare
from bookings.models.booking import BookingQuerySet
from bookings.money import Month
from bookings.states import ACTIVE, Status

HUNDRED = Value(Decimal(100), output_field=DecimalField())
CENTS = DecimalField(max_digits=20, decimal_places=4)


def committed_cents(account_id: int, *, exclude_booking_id: int | None = None) -> int:
    """Return what an account has spent and promised, in cents, in one query."""
    accounts = FundingAccount.objects.filter(pk=account_id)
    sums = accounts.values_list(committed(exclude_booking_id=exclude_booking_id), flat=True)
    return int(sums.first() or 0)


def committed(*, exclude_booking_id: int | None = None) -> CombinedExpression:
    """Return the same as an expression on funding accounts.

    The ledger, plus the estimates of bookings that will be charged and are not yet:
    those to come, under way or over, and those lost by a no-show or a late cancellation.
    And what is accepted of service requests and not yet delivered.
    """
    owed = bookings_owed().exclude(pk=exclude_booking_id or 0)
    asked = ServiceRequest.objects.filter(account=OuterRef("pk"), promised_cents__gt=0)
    return (
        ledger_sum()
        + _sum_of(_paid_whole(owed, OuterRef("pk")), "estimate_cents")
        + _sum_of(_paid_in_part(owed, OuterRef("pk")), "part")
        + _sum_of(asked, "promised_cents")
    )


def ledger_sum() -> Coalesce:
    """Return what an account has spent, as an expression on funding accounts: the ledger."""
    return _sum_of(Charge.objects.filter(account=OuterRef("pk")), "amount_cents")


def month_cents(
    account_id: int, *, person_id: int, month: Month, exclude_booking_id: int | None
) -> int:
    """Return what one person has spent and promised of an account in a month, in one query."""
    spent = Charge.objects.filter(
        account=OuterRef("pk"),
        booking__booked_for=person_id,
        service_date__gte=month.first,
        service_date__lt=month.until,
    )
    owed = (
        bookings_owed()
        .filter(
            booked_for=person_id,
            period__startswith__gte=month.period.start,
            period__startswith__lt=month.period.end,
        )
        .exclude(pk=exclude_booking_id or 0)
    )
    total = (
        _sum_of(spent, "amount_cents")
        + _sum_of(_paid_whole(owed, OuterRef("pk")), "estimate_cents")
        + _sum_of(_paid_in_part(owed, OuterRef("pk")), "part")
    )
    sums = FundingAccount.objects.filter(pk=account_id).values_list(total, flat=True)
    return int(sums.first() or 0)


def bookings_owed() -> BookingQuerySet:
    """Return the bookings that will be charged and are not yet."""
    return Booking.objects.filter(
        Q(status__in=[*ACTIVE, Status.NO_SHOW])
        | Q(status=Status.CANCELLED, late_cancellation=True),
        ~Exists(Charge.objects.filter(booking=OuterRef("pk"))),
        kind=Booking.Kind.USE,
        imported_history=False,
        waived_reason="",
    )


def _paid_whole(owed: BookingQuerySet, account: Combinable) -> BookingQuerySet:
    split = BookingShare.objects.filter(booking=OuterRef("pk"))
    return owed.filter(~Exists(split), account=account)


def _paid_in_part(owed: BookingQuerySet, account: Combinable) -> QuerySet[BookingShare]:
    """Return the shares an account has in some bookings, each with its `part` in cents.

    Rounded as `billing.costs.splitting` rounds: up to the end of the share, less up to its start.
    """
    until = BookingShare.objects.filter(booking=OuterRef("booking"), pk__lte=OuterRef("pk"))
    reached = Subquery(
        until.order_by().values("booking").annotate(sum=Sum("percent")).values("sum"),
        output_field=DecimalField(),
    )
    estimate = F("booking__estimate_cents")
    upper = Round(estimate * F("reached") / HUNDRED, output_field=CENTS)
    lower = Round(estimate * (F("reached") - F("percent")) / HUNDRED, output_field=CENTS)
    return (
        BookingShare.objects.filter(account=account, booking__in=owed)
        .annotate(reached=reached)
        .annotate(part=upper - lower)
    )


def _sum_of(rows: QuerySet[Any], column: str) -> Coalesce:
    total = rows.order_by().values("account").annotate(total=Sum(column)).values("total")
    return Coalesce(Subquery(total), Value(0), output_field=BigIntegerField())
