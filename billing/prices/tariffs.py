"""Loads the price lists in force as plain values, in one query however many there are.

With the buyer's framework contracts: a list is cut into tariffs where a contract begins
or ends, so that each day has its list and its agreement. With what the accepted quotes of
the order that pays agreed, which holds on all days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from accounts.statements import Row, rows_of
from billing.prices.agreements import ContractDays, agreed_days
from billing.prices.bands import DAY_MINUTES, Agreement, Band, Surcharge, Tariff
from billing.prices.unit_prices import quoted_cents
from billing.prices.units import HOUR, OPERATOR_HOUR, TIME_UNITS
from facilities.intervals import DAY, Interval

LISTS_IN_FORCE = """
SELECT list.id, list.facility_id, platform.time_zone,
       lower(list.validity) AS valid_from, upper(list.validity) AS valid_until,
       (SELECT json_agg(json_build_object(
                   'name', band.name, 'percent', band.percent, 'weekdays', band.weekdays,
                   'on_holidays', band.on_holidays, 'starts', band.starts, 'ends', band.ends)
               ORDER BY band.id)
          FROM billing_band band
         WHERE band.price_list_id = list.id) AS bands,
       (SELECT json_agg(json_build_object(
                   'instrument', rate.instrument_id, 'tier', rate.tier, 'unit', rate.unit,
                   'cents', rate.amount_cents, 'minimum', rate.minimum_cents)
               ORDER BY rate.id)
          FROM billing_rate rate
         WHERE rate.price_list_id = list.id
           AND rate.instrument_id = ANY(%(instruments)s::bigint[])) AS rates,
       (SELECT json_agg(json_build_object(
                   'instrument', extra.instrument_id, 'tier', extra.tier, 'name', extra.name,
                   'ground', extra.ground, 'percent', extra.percent,
                   'cents', extra.amount_cents)
               ORDER BY extra.id)
          FROM billing_surcharge extra
         WHERE extra.price_list_id = list.id
           AND (extra.instrument_id IS NULL
                OR extra.instrument_id = ANY(%(instruments)s::bigint[]))) AS surcharges,
       (SELECT json_agg(json_build_object(
                   'id', contract.id, 'organisation', contract.organisation_id,
                   'is_of_platform', contract.facility_id IS NOT NULL,
                   'first', lower(contract.validity), 'until', upper(contract.validity),
                   'discount', contract.discount_percent::text,
                   'rates', (SELECT json_agg(json_build_object(
                                        'instrument', agreed.instrument_id,
                                        'unit', agreed.unit, 'cents', agreed.amount_cents))
                               FROM billing_contractrate agreed
                              WHERE agreed.contract_id = contract.id
                                AND agreed.instrument_id = ANY(%(instruments)s::bigint[]))))
          FROM billing_frameworkcontract contract
         WHERE contract.organisation_id IN (SELECT team.organisation_id FROM accounts_team team
                                             WHERE team.id = ANY(%(teams)s::bigint[]))
           AND (contract.facility_id IS NULL OR contract.facility_id = list.facility_id)
           AND contract.validity && list.validity) AS contracts,
       (SELECT json_agg(json_build_object(
                   'account', quote.account_id, 'instrument', line.instrument_id,
                   'unit', line.unit, 'cents', line.unit_price_cents,
                   'discount', line.discount_percent::text,
                   'whole', quote.discount_percent::text))
          FROM billing_quote quote
          JOIN billing_quoteline line ON line.quote_id = quote.id
         WHERE quote.account_id = ANY(%(accounts)s::bigint[])
           AND quote.state = 'accepted'
           AND line.instrument_id = ANY(%(instruments)s::bigint[])) AS quoted
  FROM billing_pricelist list
  JOIN facilities_facility platform ON platform.id = list.facility_id
 WHERE list.facility_id = ANY(%(facilities)s::bigint[])
   AND list.status = 'in_force'
   AND list.validity && daterange(%(first_day)s, %(end_day)s)
"""
"""Which price lists of some platforms may price a time, each with its bands and with the hourly
rates of some instruments, and what did contracts and accepted quotes agree of them?"""


def values_in_force(
    *,
    facility_ids: Collection[int],
    instrument_ids: Collection[int],
    during: Interval,
    team_ids: Collection[int] = (),
    account_ids: Collection[int] = (),
) -> dict[str, Any]:
    """Return what LISTS_IN_FORCE asks about.

    Takes a day more on either side, because the days of a list are those of a clock
    that is not asked here and because a billed time may end later than a booked one.
    """
    return {
        "facilities": list(facility_ids),
        "instruments": list(instrument_ids),
        "teams": list(team_ids),
        "accounts": list(account_ids),
        "first_day": during.start.date() - DAY,
        "end_day": during.end.date() + 3 * DAY,
    }


def lists_in_force(
    *,
    facility_ids: Collection[int],
    instrument_ids: Collection[int],
    during: Interval,
    team_ids: Collection[int] = (),
    account_ids: Collection[int] = (),
) -> list[Row]:
    """Return the lists that may price a time, each with its bands and rates, in one query.

    With the contracts of the organisations of some teams, and what the accepted quotes of
    some accounts agreed.
    """
    values = values_in_force(
        facility_ids=facility_ids,
        instrument_ids=instrument_ids,
        during=during,
        team_ids=team_ids,
        account_ids=account_ids,
    )
    return rows_of(LISTS_IN_FORCE + " ORDER BY valid_from", values)


def tariffs_of(
    rows: Sequence[Row],
    *,
    facility_id: int,
    instrument_id: int,
    organisation_id: int | None = None,
    account_id: int | None = None,
) -> list[Tariff]:
    """Pick from the rows of LISTS_IN_FORCE what they say of one instrument, buyer and order."""
    found: list[Tariff] = []
    for row in rows:
        if row["facility_id"] == facility_id:
            tariff = replace(
                _tariff(row, instrument_id), quoted=_quoted(row, instrument_id, account_id)
            )
            contracts = [
                contract
                for contract in row["contracts"] or ()
                if contract["organisation"] == organisation_id
            ]
            found += agreed_days(tariff, [_contract(each, instrument_id) for each in contracts])
    return found


def _tariff(row: Row, instrument_id: int) -> Tariff:
    rates = [rate for rate in row["rates"] or () if rate["instrument"] == instrument_id]
    of_time = [rate for rate in rates if rate["unit"] in TIME_UNITS]
    return Tariff(
        price_list_id=row["id"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        bands=tuple(_band(band) for band in row["bands"] or ()),
        rates={rate["tier"]: rate["cents"] for rate in of_time},
        units={rate["tier"]: rate["unit"] for rate in of_time if rate["unit"] != HOUR},
        minima={rate["tier"]: rate["minimum"] for rate in of_time if rate["minimum"]},
        operator_rates={
            rate["tier"]: rate["cents"] for rate in rates if rate["unit"] == OPERATOR_HOUR
        },
        surcharges=tuple(
            Surcharge(
                ground=extra["ground"],
                name=extra["name"],
                percent=extra["percent"],
                amount_cents=extra["cents"] or 0,
                tier=extra["tier"],
                is_of_instrument=extra["instrument"] is not None,
            )
            for extra in row["surcharges"] or ()
            if extra["instrument"] in {None, instrument_id}
        ),
    )


def _quoted(row: Row, instrument_id: int, account_id: int | None) -> dict[str, int]:
    """Return what the accepted quotes of an order agreed; of several prices the lowest."""
    found: dict[str, int] = {}
    for line in row["quoted"] or ():
        if (line["account"], line["instrument"]) != (account_id, instrument_id):
            continue
        cents = quoted_cents(
            line["cents"],
            discount_percent=Decimal(line["discount"]),
            whole_percent=Decimal(line["whole"]),
        )
        found[line["unit"]] = min(cents, found.get(line["unit"], cents))
    return found


def _contract(row: Row, instrument_id: int) -> ContractDays:
    return ContractDays(
        first=dt.date.fromisoformat(row["first"]),
        until=dt.date.fromisoformat(row["until"]) if row["until"] else None,
        is_of_platform=row["is_of_platform"],
        agreement=Agreement(
            contract_id=row["id"],
            discount_percent=Decimal(row["discount"]),
            rates={
                rate["unit"]: rate["cents"]
                for rate in row["rates"] or ()
                if rate["instrument"] == instrument_id
            },
        ),
    )


def _band(row: Row) -> Band:
    return Band(
        name=row["name"],
        percent=row["percent"],
        weekdays=frozenset(row["weekdays"]),
        on_holidays=row["on_holidays"],
        start_minute=_minute(row["starts"]),
        end_minute=_minute(row["ends"]) or DAY_MINUTES,
    )


def _minute(text: str) -> int:
    clock = dt.time.fromisoformat(text)
    return clock.hour * 60 + clock.minute
