"""What a time costs: the time that is billed, its price line by line, and refunds.

Pure functions on plain values, no Django. Money is integer cents, rounded half up once
for each line; a total is the sum of its lines. Bands and price lists are in bands.py.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import groupby

from billing.errors import RateMissing
from billing.prices.bands import FULL_PERCENT, Piece, Tariff, pieces
from billing.prices.unit_prices import PRICED_AS, UnitPrice, rounded, tier_rate, time_price
from billing.prices.units import HOUR, OPERATOR_HOUR, SESSION
from facilities.intervals import DAY, Interval, instant_of, merged

__all__ = [
    "PRICED_AS",
    "TEN_THOUSANDTH",
    "Line",
    "billed_interval",
    "cost_of",
    "hours_of",
    "price_time",
    "refund_lines",
    "rounded",
    "runs_of",
    "tariff_tier",
    "tier_rate",
    "total_cents",
]

ONE_HOUR = timedelta(hours=1)
HALF_HOUR = timedelta(minutes=30)

SELF_SERVICE = "self_service"
BOOKED, USED, LONGER = "booked", "used", "longer"

TIME, RETAKEN = "time", "retaken"

TEN_THOUSANDTH = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a price, such as a stretch of time at one rate in one band.

    `component` names it within the price: time-1, operator-1, minimum, surcharge-bsl2.
    The quantity is rounded for print; the amount comes from the exact time. A refund has
    a negative amount, and its quantity is what is given back.
    """

    component: str
    period: Interval
    service_date: date
    price_list_id: int
    contract_id: int | None = None
    tier: str
    band: str = ""
    percent: int = FULL_PERCENT
    unit: str
    unit_price_cents: int
    quantity: Decimal
    amount_cents: int
    name: str = ""


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
        length = max(length, ONE_HOUR)
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


def price_time(
    interval: Interval,
    *,
    tariffs: Sequence[Tariff],
    tier: str,
    tz: tzinfo,
    holidays: Set[date],
) -> list[Line]:
    """Price a billed time, a line for each band of each price list it runs through.

    An hourly line costs minutes × rate × band, rounded half up to the cent, and is dated
    by the local day of its start. A session costs its rate once, whatever its length. Days
    cost theirs for each 24 hours begun on the platform's clock, by the list of the day on
    which they begin.

    Raises:
        RateMissing: a day has no price list, or its list has no rate for the tier.
    """
    lines: list[Line] = []
    paid_until = interval.start
    for tariff, run in runs_of(interval, tariffs=tariffs, tz=tz, holidays=holidays):
        left = [part for piece in run if (part := _from(paid_until, piece))]
        if not left:
            continue
        day = left[0].interval.start.astimezone(tz).date()
        price = time_price(tariff, tier)
        if price is None:
            raise RateMissing(on=day, tier=tier)
        if price.unit == HOUR:
            lines += [_hours_line(piece, price, tier, tz) for piece in left]
        else:
            rest = Interval(left[0].interval.start, interval.end)
            line = _flat_line(rest, left[-1].interval.end, tariff, price, tier, tz)
            lines.append(line)
            paid_until = line.period.end
    return [replace(line, component=f"{TIME}-{no}") for no, line in enumerate(lines, start=1)]


def runs_of(
    interval: Interval, *, tariffs: Sequence[Tariff], tz: tzinfo, holidays: Set[date]
) -> Iterator[tuple[Tariff, list[Piece]]]:
    """Go through a time from tariff to tariff, each with the bands it runs through.

    Raises:
        RateMissing: no price list is valid on one of the days.
    """
    cut = pieces(interval, tariffs=tariffs, tz=tz, holidays=holidays)
    for _same, run in groupby(cut, key=lambda piece: id(piece.tariff)):
        found = list(run)
        yield found[0].tariff, found


def _from(instant: datetime, piece: Piece) -> Piece | None:
    if piece.interval.start >= instant:
        return piece
    if piece.interval.end <= instant:
        return None
    return replace(piece, interval=Interval(instant, piece.interval.end))


def _hours_line(piece: Piece, price: UnitPrice, tier: str, tz: tzinfo) -> Line:
    length = piece.interval.end - piece.interval.start
    return Line(
        component=TIME,
        period=piece.interval,
        service_date=piece.interval.start.astimezone(tz).date(),
        price_list_id=piece.tariff.price_list_id,
        contract_id=price.contract_id,
        tier=tier,
        band=piece.band.name,
        percent=piece.band.percent,
        unit=HOUR,
        unit_price_cents=price.cents,
        quantity=hours_of(length),
        amount_cents=rounded(cost_of(length, price.cents, piece.band.percent)),
    )


def _flat_line(
    rest: Interval, until: datetime, tariff: Tariff, price: UnitPrice, tier: str, tz: tzinfo
) -> Line:
    """Price the rest of a time as one session, or the days begun before an instant."""
    count, end = 1, rest.end
    if price.unit != SESSION:
        start, stop = (each.astimezone(tz).replace(tzinfo=None) for each in (rest.start, until))
        count = max(-((start - stop) // DAY), 1)
        end = min(max(instant_of(start + count * DAY, tz), until), rest.end)
    return Line(
        component=TIME,
        period=Interval(rest.start, end),
        service_date=rest.start.astimezone(tz).date(),
        price_list_id=tariff.price_list_id,
        contract_id=price.contract_id,
        tier=tier,
        unit=price.unit,
        unit_price_cents=price.cents,
        quantity=Decimal(count),
        amount_cents=count * price.cents,
    )


def total_cents(lines: Iterable[Line]) -> int:
    """Return what the lines come to."""
    return sum(line.amount_cents for line in lines)


def refund_lines(
    lines: Sequence[Line], *, booked: Interval, retaken: Iterable[Interval]
) -> list[Line]:
    """Return what is given back of a price because others took the booked time.

    Each line gives back the part of its booked time that was taken, at its own price and
    rounded like it, so that a refund is never more than the line. Minutes billed beyond
    the booked end follow the line before them, and what belongs to the whole use, such as
    a surcharge, follows the whole: who has all their time taken pays nothing.
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
    worth, quantity = Fraction(line.amount_cents), Fraction(line.quantity)
    if line.unit in {HOUR, OPERATOR_HOUR}:
        length = line.period.end - line.period.start
        worth = cost_of(length, line.unit_price_cents, line.percent)
        quantity = Fraction(_microseconds(length), _microseconds(ONE_HOUR))
    return replace(
        line,
        component=f"{RETAKEN}-{line.component.removeprefix(f'{TIME}-')}",
        quantity=_four_places(quantity * share),
        amount_cents=-rounded(worth * share),
    )


def cost_of(length: timedelta, rate_cents: int, percent: int = FULL_PERCENT) -> Fraction:
    """Return the exact cost of a time by the hour in cents, before it is rounded."""
    return Fraction(
        _microseconds(length) * rate_cents * percent, _microseconds(ONE_HOUR) * FULL_PERCENT
    )


def hours_of(length: timedelta) -> Decimal:
    """Return a length in hours, for print."""
    return _four_places(Fraction(_microseconds(length), _microseconds(ONE_HOUR)))


def _four_places(number: Fraction) -> Decimal:
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return exact.quantize(TEN_THOUSANDTH, ROUND_HALF_UP)


def _microseconds(length: timedelta) -> int:
    return length // timedelta(microseconds=1)
