"""What past uses of a platform would have cost by one of its price lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
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
from billing.prices.pricing import Line
from billing.prices.simulated_sales import agreed_sums, prices_by, sales_of
from billing.prices.simulated_volume import volume_totals, whole_months
from billing.prices.simulating import ChargedUse, Total, priced_again, summed, totals_of_uses
from billing.prices.simulating_services import sold_again, totals_of_services
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
    "project_id",
    "account_id",
    "booking__operator_needed",
    "booking__bsl2",
    "booking__account_id",
)


INSTRUMENT, SERVICE, VOLUME = "instrument", "service", "volume"
"""Kinds of what is priced again: uses, sales of services, and what volume takes off them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedRow:
    """What one thing came to for one tier."""

    kind: str
    name: str
    tier: str
    total: Total


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """A platform's past by a list: totals by thing and tier, by tier, and in all.

    `months` are the first and last day of the calendar months for which volume is counted,
    None where no whole month is asked for. `agreed` are the milestones, which are left out.
    """

    prices: PriceList
    first: dt.date
    last: dt.date
    rows: list[SimulatedRow]
    months: tuple[dt.date, dt.date] | None
    agreed: Total

    def by_name(self, kind: str) -> dict[str, Total]:
        """Return the totals of the things of a kind, in the order of their names."""
        rows = [row for row in self.rows if row.kind == kind]
        return {
            name: summed(row.total for row in rows if row.name == name)
            for name in dict.fromkeys(row.name for row in rows)
        }

    @property
    def by_tier(self) -> dict[str, Total]:
        """Totals of all kinds by tier."""
        return {
            tier: summed(row.total for row in self.rows if row.tier == tier)
            for tier in sorted({row.tier for row in self.rows})
        }

    @property
    def total(self) -> Total:
        """Everything together."""
        return summed(row.total for row in self.rows)


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
    """Price what was charged of some days by a list, as if it had been in force.

    Uses of instruments that began on them, with operators, minimums and surcharges; what was
    delivered, stood and worked of services; what volume takes off in whole months. With the
    contracts of those days and what accepted quotes agreed. Neither milestones, which are
    parts of a sum that was agreed, nor costs passed on, which no list prices. A fixed number
    of queries, however much it is.

    Raises:
        NotFound: the list is not for the viewer to see.
        LastDayTooEarly: the days are turned around, or more than two years.
    """
    prices = list_seen_by(viewer, list_id)
    if not dt.timedelta() <= last - first <= LONGEST:
        raise LastDayTooEarly
    rows = _charges(prices.facility_id, first, last)
    uses = _priced_again(prices, _uses(rows), {row["team_id"] for row in rows})
    sales, services = sales_of(prices.facility_id, first, last)
    sold = sold_again(sales, price_of=prices_by(prices, sales)) if sales else []
    asked = [(sale, cents) for sale, cents in sold if first <= sale.day <= last]
    months = whole_months(first, last)
    off = volume_totals(prices, months=months, uses=uses, sold=sold)
    instruments = {row["instrument_id"]: row["instrument__name"] for row in rows}
    found = [
        *_rows(INSTRUMENT, totals_of_uses(uses), instruments.get),
        *_rows(SERVICE, totals_of_services(asked), services.get),
        *_rows(VOLUME, off, lambda thing: instruments.get(thing[0]) or services.get(thing[1])),
    ]
    sums = agreed_sums(prices.facility_id, first, last)
    return Simulation(
        prices=prices,
        first=first,
        last=last,
        rows=found,
        months=months,
        agreed=Total(unpriced=len(sums), unpriced_cents=sum(sums)),
    )


def _rows(
    kind: str, totals: Mapping[Any, Total], name_of: Callable[[Any], str | None]
) -> list[SimulatedRow]:
    rows = [
        SimulatedRow(kind=kind, name=name_of(thing) or "–", tier=tier, total=total)
        for (thing, tier), total in totals.items()
    ]
    return sorted(rows, key=lambda row: (row.name.casefold(), row.tier))


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
        booking_id=first["source_id"],
        team_id=first["team_id"],
        payer=(first["project_id"], first["account_id"]),
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
) -> list[tuple[ChargedUse, Sequence[Line] | None]]:
    if not uses:
        return []
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

    return priced_again(
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
