"""Which part of a time falls into which band of which price list.

Pure values, no Django. Bands follow the wall clock of the platform; what is cut is UTC,
so that the hours of a night on which the clocks change are all counted.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from itertools import pairwise

from billing.errors import RateMissing
from facilities.intervals import Interval, local_days

FULL_PERCENT = 100
DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Hours of the week that cost a percentage of the hourly rate.

    Weekdays count from Monday, 0. Minutes count from local midnight; the end is
    exclusive and 1440 is midnight at the end of the day.
    """

    name: str
    percent: int
    weekdays: frozenset[int]
    start_minute: int = 0
    end_minute: int = DAY_MINUTES
    on_holidays: bool = False


UNBANDED = Band(name="", percent=FULL_PERCENT, weekdays=frozenset(range(7)))
"""Hours that no band of the list speaks of: the whole rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surcharge:
    """What a ground adds to a use: a percentage of its price, or a sum of cents.

    For one tier or, blank, for all; of the instrument itself or of all of the platform.
    """

    ground: str
    name: str
    percent: int | None = None
    amount_cents: int = 0
    tier: str = ""
    is_of_instrument: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What a framework contract says of one thing: cents by unit, or less on the list."""

    contract_id: int
    discount_percent: Decimal = Decimal(0)
    rates: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """What one price list says of one thing that is sold: its bands and its rates.

    Valid on local dates from the first until just before the last, or for ever.
    Rates are cents by tier: an hour, or another unit where `units` says so for the tier.
    `minima` is the least that a use costs, `operator_rates` what an hour of the operator
    adds, both by tier; `agreement` is the buyer's own, and `quoted` what the accepted
    quotes of the order that pays agreed, in cents by unit.
    """

    price_list_id: int
    valid_from: date
    valid_until: date | None
    bands: Sequence[Band]
    rates: Mapping[str, int]
    units: Mapping[str, str] = field(default_factory=dict)
    minima: Mapping[str, int] = field(default_factory=dict)
    operator_rates: Mapping[str, int] = field(default_factory=dict)
    surcharges: Sequence[Surcharge] = ()
    agreement: Agreement | None = None
    quoted: Mapping[str, int] = field(default_factory=dict)

    def is_valid_on(self, day: date) -> bool:
        """Say whether the list prices a local day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)

    def bands_of(self, day: date, holidays: Set[date]) -> list[Band]:
        """Return the bands of a day, the first named first.

        On a public holiday only bands made for holidays count; a list without any
        takes a holiday for an ordinary day.
        """
        if day in holidays and (festive := [band for band in self.bands if band.on_holidays]):
            return festive
        return [band for band in self.bands if day.weekday() in band.weekdays]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of time in one band of one price list."""

    interval: Interval
    tariff: Tariff
    band: Band


def pieces(
    interval: Interval, *, tariffs: Sequence[Tariff], tz: tzinfo, holidays: Set[date]
) -> list[Piece]:
    """Cut a time at the edges of bands and at local midnight between price lists.

    The pieces are in order and cover the time without a gap; neighbours in the same
    band of the same list are one piece. Where bands overlap, the first of the list wins.

    Raises:
        RateMissing: no price list is valid on one of the days.
    """
    joined: list[Piece] = []
    for piece in _cut(interval, tariffs, tz, holidays):
        last = joined[-1] if joined else None
        if last and last.band == piece.band and last.tariff is piece.tariff:
            whole = Interval(last.interval.start, piece.interval.end)
            joined[-1] = Piece(interval=whole, tariff=last.tariff, band=last.band)
        else:
            joined.append(piece)
    return joined


def _cut(
    interval: Interval, tariffs: Sequence[Tariff], tz: tzinfo, holidays: Set[date]
) -> Iterator[Piece]:
    for stretch, offset in _steady_stretches(interval, tz):
        wall_start, wall_end = _wall(stretch.start, offset), _wall(stretch.end, offset)
        day = wall_start.date()
        while datetime.combine(day, time.min) < wall_end:
            tariff = tariff_on(day, tariffs)
            for band, start, end in _bands_through(day, tariff, holidays):
                first, last = max(start, wall_start), min(end, wall_end)
                if first < last:
                    part = Interval(_instant(first, offset), _instant(last, offset))
                    yield Piece(interval=part, tariff=tariff, band=band)
            day += timedelta(days=1)


def _bands_through(
    day: date, tariff: Tariff, holidays: Set[date]
) -> Iterator[tuple[Band, datetime, datetime]]:
    """Go through a day on the wall clock, from band to band."""
    bands = tariff.bands_of(day, holidays)
    edges = {0, DAY_MINUTES}
    for band in bands:
        edges |= {band.start_minute, band.end_minute}
    midnight = datetime.combine(day, time.min)
    for start, end in pairwise(sorted(edges)):
        band = next((b for b in bands if b.start_minute <= start < b.end_minute), UNBANDED)
        yield band, midnight + timedelta(minutes=start), midnight + timedelta(minutes=end)


def tariff_on(day: date, tariffs: Sequence[Tariff]) -> Tariff:
    """Return the tariff of a local day.

    Raises:
        RateMissing: no price list is valid on it.
    """
    for tariff in tariffs:
        if tariff.is_valid_on(day):
            return tariff
    raise RateMissing(on=day)


def _steady_stretches(interval: Interval, tz: tzinfo) -> Iterator[tuple[Interval, timedelta]]:
    """Split a time where the clocks change: within a stretch the offset stays the same."""
    start = interval.start
    for day in local_days(interval, tz):
        next_day = day + timedelta(days=1)
        # A noon is never skipped or repeated, and no zone changes twice between two noons.
        noon = datetime.combine(next_day, time(12), tz).astimezone(UTC)
        end = min(interval.end, noon)
        if start < end:
            yield from _around_change(Interval(start, end), tz)
            start = end


def _around_change(interval: Interval, tz: tzinfo) -> Iterator[tuple[Interval, timedelta]]:
    before, after = _offset(interval.start, tz), _offset(interval.end, tz)
    if before == after:
        yield interval, before
        return
    low, high = interval.start, interval.end
    while high - low > timedelta(microseconds=1):
        middle = low + (high - low) // 2
        if _offset(middle, tz) == before:
            low = middle
        else:
            high = middle
    yield Interval(interval.start, high), before
    if high < interval.end:
        yield Interval(high, interval.end), after


def _offset(instant: datetime, tz: tzinfo) -> timedelta:
    offset = instant.astimezone(tz).utcoffset()
    if offset is None:
        raise ValueError(f"a time zone has an offset from UTC, and {tz} has none")
    return offset


def _wall(instant: datetime, offset: timedelta) -> datetime:
    return instant.replace(tzinfo=None) + offset


def _instant(wall: datetime, offset: timedelta) -> datetime:
    return (wall - offset).replace(tzinfo=UTC)
