"""What a month costs whom, and what is left on an account: as payers read it.

A payer's charges are those of their own bookings and of the teams whose money they look
after. What a platform earned is in queries.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, Max, Q, QuerySet, Sum

from accounts.models import FundingAccount, User
from accounts.permissions import accounts_visible_to, team_ids_of
from billing.models import Charge, StatementTotal
from billing.permissions import MONEY_ROLES
from billing.quoting import committed, ledger_sum
from bookings.models import Booking
from bookings.models.booking import BookingQuerySet
from bookings.states import LIVE
from facilities.intervals import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMonth:
    """What one account has to do with a month: charged so far, and booked in what is left.

    `left_cents` is None without a ceiling, and for those who may not know it.
    """

    account_id: int | None
    reference: str
    charged_cents: int = 0
    sessions: int = 0
    ahead_cents: int = 0
    ahead: int = 0
    left_cents: int | None = None

    @property
    def total_cents(self) -> int:
        """Charged and to come."""
        return self.charged_cents + self.ahead_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What an account may spend, has spent and has promised. A ceiling of None is none."""

    account_id: int
    reference: str
    kind: str
    ceiling_cents: int | None
    charged_cents: int
    booked_cents: int

    @property
    def left_cents(self) -> int | None:
        """What may still be booked, if there is a ceiling."""
        if self.ceiling_cents is None:
            return None
        return self.ceiling_cents - self.charged_cents - self.booked_cents


def charges_paid_by(user: User, *, on: dt.date) -> QuerySet[Charge]:
    """Return the charges of a person's own bookings, and of the teams whose money they watch."""
    return Charge.objects.filter(
        Q(booking__booked_for=user) | Q(team__in=team_ids_of(user, on=on, roles=MONEY_ROLES))
    )


def bookings_paid_by(user: User, *, on: dt.date) -> BookingQuerySet:
    """Return the bookings that bring such charges."""
    return Booking.objects.filter(
        Q(booked_for=user) | Q(team__in=team_ids_of(user, on=on, roles=MONEY_ROLES)),
        kind=Booking.Kind.USE,
        imported_history=False,
    )


def month_by_account(
    user: User, *, first: dt.date, until: dt.date, within: Interval, on: dt.date
) -> list[AccountMonth]:
    """Return what a month costs a payer, by account, in three queries.

    Days from the first until just before the last; `within` is the same on a clock, and
    says which of the bookings to come belong to it.
    """
    spent = (
        charges_paid_by(user, on=on)
        .filter(service_date__gte=first, service_date__lt=until)
        .order_by()
        .values("account_id")
        .annotate(cents=Sum("amount_cents"), sessions=Count("booking", distinct=True))
        .annotate(reference=Max("account__reference"))
    )
    ahead = (
        bookings_paid_by(user, on=on)
        .filter(
            status__in=LIVE,
            charges=None,
            period__startswith__gte=within.start,
            period__startswith__lt=within.end,
        )
        .order_by()
        .values("account_id")
        .annotate(cents=Sum("estimate_cents"), count=Count("id"))
        .annotate(reference=Max("account__reference"))
    )
    left = {balance.account_id: balance.left_cents for balance in balances_watched_by(user, on=on)}
    found: dict[int | None, AccountMonth] = {}
    for row in spent:
        found[row["account_id"]] = AccountMonth(
            account_id=row["account_id"],
            reference=row["reference"] or "",
            charged_cents=row["cents"],
            sessions=row["sessions"],
            left_cents=left.get(row["account_id"]),
        )
    for to_come in ahead:
        so_far = found.get(to_come["account_id"]) or AccountMonth(
            account_id=to_come["account_id"],
            reference=to_come["reference"] or "",
            left_cents=left.get(to_come["account_id"]),
        )
        found[to_come["account_id"]] = replace(
            so_far, ahead_cents=to_come["cents"] or 0, ahead=to_come["count"]
        )
    return sorted(found.values(), key=lambda month: (-month.total_cents, month.reference))


def balances_watched_by(user: User, *, on: dt.date) -> list[Balance]:
    """Return the accounts of the teams whose money a person looks after, in one query."""
    accounts = (
        accounts_visible_to(user, on=on)
        .filter(team__in=team_ids_of(user, on=on, roles=MONEY_ROLES), is_active=True)
        .annotate(charged_cents=ledger_sum(), committed_cents=committed())
        .order_by("reference", "pk")
    )
    return [
        Balance(
            account_id=account.pk,
            reference=account.reference,
            kind=FundingAccount.Kind(account.kind).value,
            ceiling_cents=account.ceiling_cents,
            charged_cents=account.charged_cents,
            booked_cents=account.committed_cents - account.charged_cents,
        )
        for account in accounts
    ]


def charges_of_month(
    user: User, *, first: dt.date, until: dt.date, on: dt.date
) -> QuerySet[Charge]:
    """Return a payer's charges of some days, by day, with what a page says of each."""
    return (
        charges_paid_by(user, on=on)
        .filter(service_date__gte=first, service_date__lt=until)
        .select_related("facility", "instrument", "account", "project", "team", "booking")
        .order_by("service_date", "pk")
    )


def statements_read_by(user: User, *, first: dt.date, on: dt.date) -> Sequence[StatementTotal]:
    """Return the totals of a month's statements of the teams whose money a person watches."""
    return list(
        StatementTotal.objects.filter(
            statement__month=first,
            statement__team__in=team_ids_of(user, on=on, roles=MONEY_ROLES),
        )
        .select_related("statement__team", "facility", "account")
        .order_by("statement__team__name", "account__reference", "facility__code", "pk")
    )
