"""What past uses of a platform would have cost by one of its price lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import QuerySet

from accounts.errors import LastDayTooEarly
from accounts.models import User
from accounts.statements import Row, rows_of
from billing.holidays import public_holidays
from billing.models import Charge, PriceList
from billing.prices.bands import Tariff
from billing.prices.permissions import list_seen_by
from billing.prices.simulating import ChargedUse, Total, simulated, summed
from billing.prices.tariffs import LISTS_IN_FORCE, tariffs_of, values_in_force
from billing.prices.uses import manner_of
from facilities.intervals import Interval

LONGEST = dt.timedelta(days=732)
"""Days of past uses that are priced again at once."""

COLUMNS = (
    "source_id",
    "component",
    "reversal_no",
    "period",
    "amount_cents",
    "tier",
    "instrument_id",
    "instrument__name",
    "instrument__mode",
    "organisation_id",
    "team_id",
    "booking__operator_needed",
    "booking__bsl2",
    "booking__account_id",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """Past uses of a platform by a list: totals by instrument and tier, and in all."""

    prices: PriceList
    first: dt.date
    last: dt.date
    rows: list[tuple[str, str, Total]]
    by_tier: Mapping[str, Total]
    by_instrument: Mapping[str, Total]
    total: Total


AS_IF_IN_FORCE = LISTS_IN_FORCE.replace(
    "FROM billing_pricelist list",
    """FROM (SELECT id, facility_id, 'in_force' AS status,
                daterange(%(first_day)s, %(end_day)s) AS validity
           FROM billing_pricelist
          WHERE id = %(list)s) list""",
)
"""What does a list say, taken as if it had been in force on some days?"""


def year_until(day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of the twelve months that end with a day."""
    is_leap_day = (day.month, day.day) == (2, 29)
    before = day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)
    return before + dt.timedelta(days=1), day


def simulation(viewer: User, *, list_id: int, first: dt.date, last: dt.date) -> Simulation:
    """Price the charged uses that began on some days by a list, as if it had been in force.

    Uses of instruments with their operators, minimums, surcharges and contracts; neither
    services nor discounts on volume. A fixed number of queries, however many uses.

    Raises:
        NotFound: the list is not for the viewer to see.
        LastDayTooEarly: the days are turned around, or more than two years.
    """
    prices = list_seen_by(viewer, list_id)
    if not dt.timedelta() <= last - first <= LONGEST:
        raise LastDayTooEarly
    rows = _charges(prices.facility_id, first, last)
    uses = _uses(rows)
    names = {row["instrument_id"]: row["instrument__name"] for row in rows}
    totals = _priced_again(prices, uses, {row["team_id"] for row in rows})
    by_row = sorted(
        ((names[instrument], tier, total) for (instrument, tier), total in totals.items()),
        key=lambda row: (row[0].casefold(), row[1]),
    )
    return Simulation(
        prices=prices,
        first=first,
        last=last,
        rows=by_row,
        by_tier={
            tier: summed(total for _name, its, total in by_row if its == tier)
            for tier in sorted({tier for _name, tier, _total in by_row})
        },
        by_instrument={
            name: summed(total for its, _tier, total in by_row if its == name)
            for name in dict.fromkeys(name for name, _tier, _total in by_row)
        },
        total=summed(totals.values()),
    )


def _charges(facility_id: int, first: dt.date, last: dt.date) -> list[dict[str, Any]]:
    """Return all charges of the uses that began on some days; one query."""
    began = Charge.objects.filter(
        source=Charge.Source.BOOKING,
        component="time-1",
        reversal_no=0,
        facility=facility_id,
        service_date__range=(first, last),
    )
    charges: QuerySet[Charge] = Charge.objects.filter(
        source=Charge.Source.BOOKING, source_id__in=began.values("source_id")
    )
    rows: Any = charges.order_by("source_id", "id").values(*COLUMNS)
    return list(rows)


def _uses(rows: list[dict[str, Any]]) -> list[ChargedUse]:
    by_booking: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        by_booking.setdefault(row["source_id"], []).append(row)
    return [_use(each) for each in by_booking.values()]


def _use(rows: list[dict[str, Any]]) -> ChargedUse:
    whole = [
        row
        for row in rows
        if row["reversal_no"] == 0 and not row["component"].startswith("retaken")
    ]
    times = [row["period"] for row in whole if row["component"].startswith("time-")]
    first = whole[0]
    return ChargedUse(
        instrument_id=first["instrument_id"],
        organisation_id=first["organisation_id"],
        account_id=first["booking__account_id"],
        billed=Interval(min(time.lower for time in times), max(time.upper for time in times)),
        manner=manner_of(
            tier=first["tier"],
            mode=first["instrument__mode"],
            operator_needed=first["booking__operator_needed"],
            bsl2=first["booking__bsl2"],
        ),
        whole_cents=sum(row["amount_cents"] for row in whole),
        charged_cents=sum(row["amount_cents"] for row in rows),
    )


def _priced_again(
    prices: PriceList, uses: list[ChargedUse], team_ids: set[int]
) -> dict[tuple[int, str], Total]:
    if not uses:
        return {}
    during = Interval(min(use.billed.start for use in uses), max(use.billed.end for use in uses))
    rows = _as_if_in_force(prices, uses, team_ids, during)

    @cache
    def tariffs(instrument_id: int, organisation_id: int, account_id: int | None) -> list[Tariff]:
        return tariffs_of(
            rows,
            facility_id=prices.facility_id,
            instrument_id=instrument_id,
            organisation_id=organisation_id,
            account_id=account_id,
        )

    return simulated(
        uses,
        tariffs_of=lambda use: tariffs(use.instrument_id, use.organisation_id, use.account_id),
        tz=prices.facility.tz,
        holidays=public_holidays(range(during.start.year - 1, during.end.year + 2)),
    )


def _as_if_in_force(
    prices: PriceList, uses: list[ChargedUse], team_ids: set[int], during: Interval
) -> list[Row]:
    values = values_in_force(
        facility_ids=[prices.facility_id],
        instrument_ids={use.instrument_id for use in uses},
        during=during,
        team_ids=team_ids,
        account_ids={use.account_id for use in uses if use.account_id is not None},
    )
    return rows_of(AS_IF_IN_FORCE, values | {"list": prices.pk})
