"""What a use costs, line by line: its time, its operator, its minimum and its surcharges.

The one price of a use: what is estimated when it is booked and what is charged once it is
over both come from here. Pure functions on plain values, no Django.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date, tzinfo
from decimal import Decimal
from fractions import Fraction

from billing.prices.bands import FULL_PERCENT, Tariff, tariff_on
from billing.prices.pricing import (
    Line,
    cost_of,
    hours_of,
    price_time,
    rounded,
    runs_of,
    total_cents,
)
from billing.prices.unit_prices import (
    discounting,
    less_discount,
    operator_price,
    surcharge_for,
    time_price,
)
from billing.prices.units import OPERATOR_HOUR, USE
from facilities.intervals import Interval

ASSISTED = "assisted"
OPERATOR, MINIMUM, SURCHARGE = "operator", "minimum", "surcharge"
BSL2 = "bsl2"

ONCE = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How somebody uses an instrument, as far as it has a price: at which tier, with what."""

    tier: str
    with_operator: bool = False
    grounds: Sequence[str] = ()


def manner_of(*, tier: str, mode: str, operator_needed: bool, bsl2: bool) -> Manner:
    """Return the manner of a booking.

    The operator is paid for where one was asked for, and wherever the instrument is only
    used with one; who attends, and whether they were named, changes no price.
    """
    return Manner(
        tier=tier,
        with_operator=operator_needed or mode == ASSISTED,
        grounds=(BSL2,) if bsl2 else (),
    )


def price_use(
    interval: Interval,
    *,
    tariffs: Sequence[Tariff],
    manner: Manner,
    tz: tzinfo,
    holidays: Set[date],
) -> list[Line]:
    """Price a billed time in the manner it is used; the lines are the whole price.

    The operator adds the rate of each hour, at all hours whole, where the list has one;
    otherwise the rate of the time has the operator in it. What both come to is filled up
    to the minimum; surcharges are reckoned on that. Minimum and surcharges are those of
    the list of the first day.

    What an accepted quote agreed of a unit comes before a contract and the list where its
    order pays: the hour in its bands as any hourly rate, without a minimum, and whatever
    the quantity that was quoted. What the quote has no line for is priced without it.

    Raises:
        RateMissing: a day has no price list, or its list has no rate for the tier.
    """
    lines = price_time(interval, tariffs=tariffs, tier=manner.tier, tz=tz, holidays=holidays)
    if manner.with_operator:
        lines += _operator_lines(interval, tariffs, manner.tier, tz, holidays)
    first = tariff_on(lines[0].service_date, tariffs)
    lines += _minimum(interval, lines, first, manner.tier)
    lines += list(_surcharges(interval, lines, first, manner))
    return lines


def _operator_lines(
    interval: Interval, tariffs: Sequence[Tariff], tier: str, tz: tzinfo, holidays: Set[date]
) -> list[Line]:
    lines: list[Line] = []
    for tariff, run in runs_of(interval, tariffs=tariffs, tz=tz, holidays=holidays):
        price = operator_price(tariff, tier)
        if price is None:
            continue
        period = Interval(run[0].interval.start, run[-1].interval.end)
        length = period.end - period.start
        lines.append(
            Line(
                component=f"{OPERATOR}-{len(lines) + 1}",
                period=period,
                service_date=period.start.astimezone(tz).date(),
                price_list_id=tariff.price_list_id,
                contract_id=price.contract_id,
                tier=tier,
                unit=OPERATOR_HOUR,
                unit_price_cents=price.cents,
                quantity=hours_of(length),
                amount_cents=rounded(cost_of(length, price.cents)),
            )
        )
    return lines


def _minimum(interval: Interval, lines: Sequence[Line], tariff: Tariff, tier: str) -> list[Line]:
    price = time_price(tariff, tier)
    missing = (price.minimum_cents if price else 0) - total_cents(lines)
    if price is None or missing <= 0:
        return []
    return [_once(MINIMUM, interval, lines[0], cents=missing, contract_id=price.contract_id)]


def _surcharges(
    interval: Interval, lines: Sequence[Line], tariff: Tariff, manner: Manner
) -> Iterator[Line]:
    base = total_cents(lines)
    for ground in manner.grounds:
        surcharge = surcharge_for(tariff, manner.tier, ground)
        if surcharge is None:
            continue
        component = f"{SURCHARGE}-{ground}"
        if surcharge.percent is not None:
            yield _once(
                component,
                interval,
                lines[0],
                cents=base,
                percent=surcharge.percent,
                name=surcharge.name,
                contract_id=None,
            )
        else:
            yield _once(
                component,
                interval,
                lines[0],
                cents=surcharge.amount_cents
                if USE in tariff.quoted
                else less_discount(surcharge.amount_cents, tariff.agreement),
                name=surcharge.name,
                contract_id=None if USE in tariff.quoted else discounting(tariff.agreement),
            )


def _once(
    component: str,
    interval: Interval,
    first: Line,
    *,
    cents: int,
    contract_id: int | None,
    percent: int = FULL_PERCENT,
    name: str = "",
) -> Line:
    """Make a line that belongs to the whole use."""
    return Line(
        component=component,
        period=interval,
        service_date=first.service_date,
        price_list_id=first.price_list_id,
        contract_id=contract_id,
        tier=first.tier,
        percent=percent,
        unit=USE,
        unit_price_cents=cents,
        quantity=ONCE,
        amount_cents=rounded(Fraction(cents * percent, FULL_PERCENT)),
        name=name,
    )
