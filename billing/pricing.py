"""What a time costs: the time that is billed, its price line by line, and refunds.

Pure functions on plain values, no Django. Money is integer cents, rounded half up once
for each line; a total is the sum of its lines. Bands and price lists are in bands.py.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from billing.bands import FULL_PERCENT, Tariff, pieces
from billing.errors import RateMissing
from facilities.intervals import Interval, merged

HOUR = timedelta(hours=1)
HALF_HOUR = timedelta(minutes=30)

SELF_SERVICE = "self_service"
BOOKED, USED, LONGER = "booked", "used", "longer"

PRICED_AS = {"TUT": ("INT", 120), "COL": ("ACA", 100), "EDU": ("INT", 100)}
"""Tiers that pay a percentage of another tier's rate unless they have one of their own."""

TEN_THOUSANDTH = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a price: a stretch of time at one rate in one band.

    Hours are rounded for print; the amount comes from the exact time. A refund has a
    negative amount, and its hours are those that are given back.
    """

    period: Interval
    service_date: date
    price_list_id: int
    tier: str
    band: str
    percent: int
    unit_price_cents: int
    hours: Decimal
    amount_cents: int


def billed_interval(*, booked: Interval, used: Interval | None, basis: str, mode: str) -> Interval:
    """Return the time that is billed for a booking.

    The basis chooses the booked time, the used time or the longer of both; equal means
    booked, and so does a session nobody recorded. On self-service the first hour is
    whole, then every half-hour begun counts; otherwise every half-hour begun. The
    result starts with the time chosen and is measured in UTC.
    """
    chosen = _chosen(booked, used, basis)
    half_hours = -(-(chosen.end - chosen.start) // HALF_HOUR)
    length = half_hours * HALF_HOUR
    if mode == SELF_SERVICE:
        length = max(length, HOUR)
    return Interval(chosen.start, chosen.start + length)


def _chosen(booked: Interval, used: Interval | None, basis: str) -> Interval:
    if basis not in {BOOKED, USED, LONGER}:
        raise ValueError(f"time is billed as booked, used or longer, not {basis!r}")
    if used is None or basis == BOOKED:
        return booked
    if basis == USED:
        return used
    return used if used.end - used.start > booked.end - booked.start else booked


def tariff_tier(*, organisation_tier: str, project_tier: str) -> str:
    """Return the tier that prices a booking: the project's where it has one of its own."""
    return project_tier or organisation_tier


def tier_rate(rates: Mapping[str, int], tier: str) -> int | None:
    """Return the rate of a tier in cents, or None where the list has none for it.

    A tier's own rate comes first. Otherwise TUT pays as INT plus 20 %, rounded half up
    to the cent, COL pays as ACA, and EDU as INT.
    """
    if tier in rates:
        return rates[tier]
    model, percent = PRICED_AS.get(tier, ("", 0))
    if model not in rates:
        return None
    return rounded(Fraction(rates[model] * percent, 100))


def price_time(
    interval: Interval,
    *,
    tariffs: Sequence[Tariff],
    tier: str,
    tz: tzinfo,
    holidays: Set[date],
) -> list[Line]:
    """Price a billed time, one line for each band of each price list it runs through.

    A line costs minutes × hourly rate × band, rounded half up to the cent, and is dated
    by the local day of its start.

    Raises:
        RateMissing: a day has no price list, or its list has no rate for the tier.
    """
    lines = []
    for piece in pieces(interval, tariffs=tariffs, tz=tz, holidays=holidays):
        day = piece.interval.start.astimezone(tz).date()
        rate = tier_rate(piece.tariff.rates, tier)
        if rate is None:
            raise RateMissing(on=day, tier=tier)
        length = piece.interval.end - piece.interval.start
        lines.append(
            Line(
                period=piece.interval,
                service_date=day,
                price_list_id=piece.tariff.price_list_id,
                tier=tier,
                band=piece.band.name,
                percent=piece.band.percent,
                unit_price_cents=rate,
                hours=_hours(length),
                amount_cents=rounded(_cost(length, rate, piece.band.percent)),
            )
        )
    return lines


def total_cents(lines: Iterable[Line]) -> int:
    """Return what the lines come to."""
    return sum(line.amount_cents for line in lines)


def refund_lines(
    lines: Sequence[Line], *, booked: Interval, retaken: Iterable[Interval]
) -> list[Line]:
    """Return what is given back of a price because others took the booked time.

    Each line gives back the part of its booked time that was taken, at its own price and
    rounded like it, so that a refund is never more than the line. Minutes billed beyond
    the booked end follow the line before them: who has all their time taken pays nothing.
    """
    taken = [part for other in merged(retaken) if (part := other.intersection(booked))]
    refunds = []
    share = Fraction(0)
    for line in lines:
        if part := line.period.intersection(booked):
            share = _share_taken(part, taken)
        if share:
            refunds.append(_given_back(line, share))
    return refunds


def _share_taken(part: Interval, taken: Sequence[Interval]) -> Fraction:
    inside = [both for other in taken if (both := part.intersection(other))]
    time_taken = sum((both.end - both.start for both in inside), timedelta())
    return Fraction(_microseconds(time_taken), _microseconds(part.end - part.start))


def _given_back(line: Line, share: Fraction) -> Line:
    length = line.period.end - line.period.start
    worth = _cost(length, line.unit_price_cents, line.percent) * share
    hours = Fraction(_microseconds(length), _microseconds(HOUR)) * share
    return replace(line, hours=_four_places(hours), amount_cents=-rounded(worth))


def _cost(length: timedelta, rate_cents: int, percent: int) -> Fraction:
    """Return the exact cost in cents, before it is rounded."""
    return Fraction(
        _microseconds(length) * rate_cents * percent, _microseconds(HOUR) * FULL_PERCENT
    )


def rounded(cents: Fraction) -> int:
    """Round a cost that is not negative half up to the cent."""
    return int(cents + Fraction(1, 2))


def _hours(length: timedelta) -> Decimal:
    return _four_places(Fraction(_microseconds(length), _microseconds(HOUR)))


def _four_places(number: Fraction) -> Decimal:
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return exact.quantize(TEN_THOUSANDTH, ROUND_HALF_UP)


def _microseconds(length: timedelta) -> int:
    return length // timedelta(microseconds=1)
