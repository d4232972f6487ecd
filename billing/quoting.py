"""What a booking would cost and what an account has promised: what bookings ask of billing.

Fulfils `bookings.money.Money`; the setting PLATEAU_MONEY names this module.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from accounts.statements import Row, rows_of
from billing.commitments import committed, committed_cents, ledger_sum, month_cents
from billing.errors import RateMissing
from billing.holidays import public_holidays
from billing.prices.bands import Tariff
from billing.prices.pricing import Line, billed_interval, tariff_tier, total_cents
from billing.prices.tariffs import LISTS_IN_FORCE, tariffs_of, values_in_force
from billing.prices.uses import Manner, manner_of, price_use
from facilities.intervals import Interval

__all__ = [
    "CURRENCY",
    "Estimate",
    "committed",
    "committed_cents",
    "estimate",
    "estimates",
    "ledger_sum",
    "month_cents",
]

CURRENCY = "EUR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The price of a period by the lists known today, before VAT."""

    amount_cents: int
    lines: tuple[Line, ...]
    tier: str
    currency: str = CURRENCY


def estimate(
    *,
    instrument_id: int,
    facility_id: int,
    team_id: int,
    project_id: int | None,
    period: Interval,
    mode: str,
    now: dt.datetime,
    operator_needed: bool = False,
    bsl2: bool = False,
    account_id: int | None = None,
) -> Estimate | None:
    """Return what a period would cost the team, or None where no price is set.

    One query. The price is that of the days of the period, whenever it is booked, and
    the same that a use of just this time is charged; where an account is named that pays,
    as its accepted quotes agreed.
    """
    (one,) = estimates(
        instrument_id=instrument_id,
        facility_id=facility_id,
        team_id=team_id,
        project_id=project_id,
        periods=[period],
        mode=mode,
        now=now,
        operator_needed=operator_needed,
        bsl2=bsl2,
        account_id=account_id,
    )
    return one


def estimates(
    *,
    instrument_id: int,
    facility_id: int,
    team_id: int,
    project_id: int | None,
    periods: Sequence[Interval],
    mode: str,
    now: dt.datetime,
    operator_needed: bool = False,
    bsl2: bool = False,
    account_id: int | None = None,
) -> list[Estimate | None]:
    """Return the same for several periods of one instrument, in one query for all."""
    if not periods:
        return []
    rows = _price_rows(
        instrument_id=instrument_id,
        facility_id=facility_id,
        team_id=team_id,
        project_id=project_id,
        during=Interval(
            min(period.start for period in periods), max(period.end for period in periods)
        ),
        account_id=account_id,
    )
    if not rows or not rows[0]["organisation_tier"]:
        return [None] * len(periods)
    tariffs = tariffs_of(
        rows,
        facility_id=facility_id,
        instrument_id=instrument_id,
        organisation_id=rows[0]["organisation_id"],
        account_id=account_id,
    )
    tier = tariff_tier(
        organisation_tier=rows[0]["organisation_tier"], project_tier=rows[0]["project_tier"] or ""
    )
    manner = manner_of(tier=tier, mode=mode, operator_needed=operator_needed, bsl2=bsl2)
    tz = ZoneInfo(rows[0]["time_zone"])
    return [_estimate(period, tariffs, manner, mode=mode, tz=tz) for period in periods]


def _estimate(
    period: Interval, tariffs: Sequence[Tariff], manner: Manner, *, mode: str, tz: dt.tzinfo
) -> Estimate | None:
    billed = billed_interval(booked=period, used=None, basis="booked", mode=mode)
    holidays = public_holidays(range(billed.start.year - 1, billed.end.year + 2))
    try:
        lines = price_use(billed, tariffs=tariffs, manner=manner, tz=tz, holidays=holidays)
    except RateMissing:
        return None
    return Estimate(amount_cents=total_cents(lines), lines=tuple(lines), tier=manner.tier)


_PRICES = f"""
SELECT list.*, organisation.id AS organisation_id, organisation.tier AS organisation_tier,
       (SELECT project.tier FROM accounts_project project
         WHERE project.id = %(project)s) AS project_tier
  FROM ({LISTS_IN_FORCE}) list
  LEFT JOIN accounts_team team ON team.id = %(team)s
  LEFT JOIN accounts_organisation organisation ON organisation.id = team.organisation_id
 ORDER BY list.valid_from
"""  # noqa: S608 - joined from constants; the values are bound
"""Which lists may price a time, and at which tiers do a team and its project pay?"""


def _price_rows(
    *,
    instrument_id: int,
    facility_id: int,
    team_id: int,
    project_id: int | None,
    during: Interval,
    account_id: int | None,
) -> list[Row]:
    lists = values_in_force(
        facility_ids=[facility_id],
        instrument_ids=[instrument_id],
        during=during,
        team_ids=[team_id],
        account_ids=[] if account_id is None else [account_id],
    )
    return rows_of(_PRICES, lists | {"team": team_id, "project": project_id})
