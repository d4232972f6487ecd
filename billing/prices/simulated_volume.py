"""What volume took off in whole months, and would take off by the steps of one list."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from billing.models import Charge, PriceList, VolumeDiscount
from billing.month_end.months import next_month
from billing.prices.pricing import Line
from billing.prices.simulating import ChargedUse, Total, left_of
from billing.prices.simulating_services import Counted, Key, Sale, volume_off
from billing.prices.units import TIME_UNITS
from billing.prices.volume import Step

ONE_DAY = dt.timedelta(days=1)
NAMED_BY_MONTH = len("2026-11")


def whole_months(first: dt.date, last: dt.date) -> tuple[dt.date, dt.date] | None:
    """Return the first and the last day of the calendar months that lie within some days."""
    begins = first if first.day == 1 else next_month(first)
    ends = last if next_month(last) - ONE_DAY == last else last.replace(day=1) - ONE_DAY
    return (begins, ends) if begins < ends else None


def volume_totals(
    prices: PriceList,
    *,
    months: tuple[dt.date, dt.date] | None,
    uses: Iterable[tuple[ChargedUse, Sequence[Line] | None]],
    sold: Iterable[tuple[Sale, int | None]],
) -> dict[Key, Total]:
    """Return what volume took off and would take off, by thing and tier; two queries."""
    if months is None:
        return {}
    first, last = months
    rules: dict[tuple[int | None, int | None], dict[str, list[Step]]] = defaultdict(dict)
    for rule in VolumeDiscount.objects.filter(price_list=prices):
        step = Step(from_quantity=rule.from_quantity, percent=rule.percent)
        thing = (rule.instrument_id, rule.service_id)
        rules[thing].setdefault(rule.tier, []).append(step)

    def steps_of(thing: tuple[int | None, int | None], tier: str) -> Sequence[Step]:
        return rules[thing].get(tier) or rules[thing].get("", [])

    counted = [*_of_uses(uses), *_of_sales(sold)]
    inside = [one for one in counted if first <= one.day <= last]
    new = volume_off(inside, steps_of=steps_of)
    old = _given(prices.facility_id, first, last)
    return {
        key: Total(charged_cents=old.get(key, 0), simulated_cents=-new.get(key, 0))
        for key in dict.fromkeys([*old, *new])
    }


def _given(facility_id: int, first: dt.date, last: dt.date) -> Mapping[Key, int]:
    """Return what was given off for some months, whenever its row was written."""
    rows = Charge.objects.filter(
        facility=facility_id, source=Charge.Source.VOLUME, service_date__gte=first
    ).values_list("component", "instrument_id", "service_id", "tier", "amount_cents")
    given: dict[Key, int] = defaultdict(int)
    for component, instrument_id, service_id, tier, cents in rows:
        if f"{first:%Y-%m}" <= component[:NAMED_BY_MONTH] <= f"{last:%Y-%m}":
            given[(instrument_id, service_id), tier] += cents
    return given


def _of_uses(
    uses: Iterable[tuple[ChargedUse, Sequence[Line] | None]],
) -> Iterator[Counted]:
    for use, lines in uses:
        for line in lines or ():
            if line.unit in TIME_UNITS:
                share = Fraction(use.charged_cents, use.whole_cents) if use.whole_cents else 1
                yield Counted(
                    thing=(use.instrument_id, None),
                    unit=line.unit,
                    tier=line.tier,
                    team_id=use.team_id,
                    payer=use.payer,
                    day=line.service_date,
                    source_id=use.booking_id,
                    quantity=_part(line.quantity, Fraction(share)),
                    cents=left_of(
                        line.amount_cents,
                        whole_cents=use.whole_cents,
                        charged_cents=use.charged_cents,
                    ),
                )


def _of_sales(sold: Iterable[tuple[Sale, int | None]]) -> Iterator[Counted]:
    for sale, cents in sold:
        if cents is not None and sale.minutes is None:  # staff time counts for none
            share = Fraction(sale.charged_cents, sale.whole_cents) if sale.whole_cents else 1
            yield Counted(
                thing=(None, sale.service_id),
                unit=sale.unit,
                tier=sale.tier,
                team_id=sale.team_id,
                payer=sale.payer,
                day=sale.day,
                source_id=sale.source_id,
                quantity=_part(sale.quantity, Fraction(share)),
                cents=cents,
            )


def _part(quantity: Decimal, share: Fraction) -> Decimal:
    """Return a quantity less what was given back."""
    if share == 1:
        return quantity
    return quantity * share.numerator / share.denominator
