"""Closing a month: what each issuer sold to each team onto one statement, once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Team
from accounts.transactions import use_case
from billing.errors import MonthNotBegun
from billing.models import Charge, Statement, StatementLine, StatementTotal
from billing.month_end.months import last_month, next_month
from billing.queries import statements_to_make, untold_charges
from billing.services.accruing import accrue_standing_days
from billing.services.charging import Failure, charge_all_finished_uses
from billing.services.correcting import reverse_waived_uses
from billing.services.discounting import discount_volume
from notifications import outbox

__all__ = [
    "STATEMENT_CLOSED",
    "ClosingReport",
    "charge_before_closing",
    "close_month",
    "close_team",
    "last_month",
    "next_month",
]

STATEMENT_CLOSED = "billing.statement_closed"
TOTALLED_BY = ("facility_id", "account_id", "tier", "vat_category", "vat_percent")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingReport:
    """The statements a run made, and the uses it could not charge."""

    month: dt.date
    statement_ids: tuple[int, ...]
    failures: tuple[Failure, ...]


def close_month(*, month: dt.date, now: dt.datetime) -> ClosingReport:
    """Make the statements of a month, given by any of its days: one of each issuer to each team.

    First charges what is finished. A statement holds every charge up to the end of the
    month that no earlier one holds; one that is made stays as it is, and what is charged
    later goes to the next. Safe to run twice and at once: the second run changes nothing.
    A month that goes on may be closed, as before a year's end; the rest of it then goes to
    the next statement.

    Raises:
        MonthNotBegun: the month lies in the future.
    """
    first = month.replace(day=1)
    failures = charge_before_closing(month=first, now=now)
    statements = [
        close_team(team_id=team_id, issuer_id=issuer_id, month=first, now=now)
        for team_id, issuer_id in statements_to_make(month=first)
    ]
    return ClosingReport(
        month=first,
        statement_ids=tuple(made.pk for made in statements if made is not None),
        failures=failures,
    )


def charge_before_closing(*, month: dt.date, now: dt.datetime) -> tuple[Failure, ...]:
    """Charge what is finished or stood, and undo what was made free, before a month's statements.

    Then gives what is off for volume. Returns the uses that cannot be charged.

    Raises:
        MonthNotBegun: the month lies in the future.
    """
    if month > now.date():
        raise MonthNotBegun
    reverse_waived_uses(now=now)
    accrue_standing_days(now=now)
    failures = charge_all_finished_uses(now=now).failures
    discount_volume(month=month, now=now)
    return failures


@use_case
def close_team(
    *, team_id: int, issuer_id: int | None, month: dt.date, now: dt.datetime
) -> Statement | None:
    """Make an issuer's statement to a team, of a month given by its first day.

    Without an issuer it states what nobody sells yet. None where there is one already, or
    nothing to state. The team's row is locked, so that runs at once take turns.
    """
    Team.objects.select_for_update(no_key=True).get(pk=team_id)
    if Statement.objects.filter(team=team_id, issuer=issuer_id, month=month).exists():
        return None
    untold = untold_charges(before=next_month(month))
    charges = list(untold.filter(team=team_id, issuer=issuer_id).order_by("id"))
    if not charges:
        return None
    statement = Statement.objects.create(
        team_id=team_id,
        issuer_id=issuer_id,
        month=month,
        charges_count=len(charges),
        total_cents=sum(charge.amount_cents for charge in charges),
        closed_at=now,
    )
    StatementLine.objects.bulk_create(
        [StatementLine(statement=statement, charge=charge) for charge in charges]
    )
    StatementTotal.objects.bulk_create(_totals(statement, charges))
    outbox.publish(
        topic=STATEMENT_CLOSED,
        key=f"{STATEMENT_CLOSED}:{statement.pk}",
        payload={"statement": statement.pk},
    )
    return statement


def _totals(statement: Statement, charges: Sequence[Charge]) -> list[StatementTotal]:
    sums: Counter[tuple[object, ...]] = Counter()
    for charge in charges:
        sums[tuple(getattr(charge, name) for name in TOTALLED_BY)] += charge.amount_cents
    return [
        StatementTotal(
            statement=statement, amount_cents=cents, **dict(zip(TOTALLED_BY, key, strict=True))
        )
        for key, cents in sums.items()
    ]
