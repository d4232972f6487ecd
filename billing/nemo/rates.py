"""NEMO's rates become the first price list of the platform.

The rates are no part of a dump: they are a list of rows with item_id, table_id,
rate_class, rate and item. Only hourly rates of tools have a place here.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import ijson
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from accounts.models.organisations import Tier
from billing.models import PriceList, Rate
from billing.nemo.dump import BadDump
from billing.nemo.keeping import BATCH
from billing.nemo.references import Directory
from billing.nemo.report import Report
from billing.nemo.values import Refused
from facilities.models import Facility, Instrument

KIND = "rate"
HOURLY = "primetime_eq_hourly_rate"
CLASSES: dict[str, tuple[str, ...]] = {
    "cost shared": (Tier.INT, Tier.ACA),
    "full cost": (Tier.IND, Tier.SUP),
}
"""Who pays which class of rates; the other tiers follow from these."""

SOLD = (Tier.INT, Tier.ACA, Tier.SUP, Tier.IND)
LARGEST_RATE = Decimal(1_000_000)
Amounts = defaultdict[int, dict[str, int]]


def keep_rates(
    path: Path,
    *,
    facility: Facility,
    tools: Directory[Instrument],
    by_number: bool,
    classes: Mapping[str, tuple[str, ...]],
    report: Report,
    today: dt.date,
) -> None:
    """Write a price list in force from today on, unless the platform has one already.

    `by_number` says whether a rate names its tool by number or, in a dump without numbers,
    by name. An instrument with one class of rates costs everybody the same.

    Raises:
        BadDump: the file is not a list of rates.
    """
    amounts: Amounts = defaultdict(dict)
    for number, row in enumerate(_rows(path), start=1):
        report.tallies[KIND].read += 1
        try:
            if row.get("table_id") != HOURLY:
                report.skip(KIND, _name(row, number), "is not an hourly rate of a tool")
                continue
            instrument = _instrument(row, tools, by_number=by_number)
            tiers, cents = _tiers(row, classes), _cents(row)
            for tier in tiers:
                amounts[instrument.pk].setdefault(tier, cents)
        except Refused as refused:
            report.refuse(KIND, _name(row, number), refused.reason)
    _write(amounts, facility, report, today)


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        with path.open("rb") as file:
            found = list(ijson.items(file, "item"))
    except OSError as error:
        raise BadDump(f"{path} cannot be read: {error.strerror}.") from error
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise BadDump(f"{path} is not a whole JSON file.") from error
    if not found or not all(isinstance(row, dict) and "rate" in row for row in found):
        raise BadDump(f"{path} is not a list of rates.")
    return found


def _name(row: Mapping[str, Any], number: int) -> str:
    return f"{row.get('item') or number} ({row.get('rate_class')})"


def _instrument(
    row: Mapping[str, Any], tools: Directory[Instrument], *, by_number: bool
) -> Instrument:
    reference = row.get("item_id") if by_number else [row.get("item")]
    return tools.required(reference, "item_id" if by_number else "item")


def _tiers(row: Mapping[str, Any], classes: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    tiers = classes.get(str(row.get("rate_class")).lower())
    if tiers is None:
        raise Refused("is of a class that says no tariff (--rate-class CLASS=TIER,TIER)")
    return tiers


def _cents(row: Mapping[str, Any]) -> int:
    rate = row["rate"]
    if not isinstance(rate, int | Decimal) or isinstance(rate, bool):
        raise Refused("rate is not a number")
    if not 0 <= rate <= LARGEST_RATE:
        raise Refused("rate is below nothing or above a million")
    return int((Decimal(rate) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _write(amounts: Amounts, facility: Facility, report: Report, today: dt.date) -> None:
    rates = [
        Rate(instrument_id=instrument_id, tier=tier, amount_cents=cents)
        for instrument_id, given in amounts.items()
        for tier, cents in _for_all(given).items()
    ]
    tally = report.tallies[KIND]
    in_force = PriceList.objects.filter(
        Q(validity__contains=today) | Q(validity__startswith__gt=today),
        facility=facility,
        status=PriceList.Status.IN_FORCE,
    )
    if in_force.exists():
        tally.unchanged += tally.read - tally.left_out
        report.review["price lists: the platform has one in force, which was left as it is"] = [
            str(one) for one in in_force
        ]
    elif rates:
        price_list = PriceList.objects.create(
            facility=facility,
            name="NEMO",
            validity=DateRange(today, None),
            status=PriceList.Status.IN_FORCE,
            voted_on=today,
        )
        for rate in rates:
            rate.price_list = price_list
        Rate.objects.bulk_create(rates, batch_size=BATCH)
        tally.created += tally.read - tally.left_out


def _for_all(given: Mapping[str, int]) -> dict[str, int]:
    """Give every tier a rate: its own, or the highest there is."""
    highest = max(given.values())
    return {tier: given.get(tier, highest) for tier in SOLD} | dict(given)
