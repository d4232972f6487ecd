"""What holds of every price, against a slow recount minute by minute on the wall clock."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from billing.prices.bands import Band, Tariff, pieces
from billing.prices.pricing import (
    Line,
    billed_interval,
    price_time,
    refund_lines,
    tier_rate,
    total_cents,
)
from facilities.intervals import Interval
from tests.strategies import MINUTE, days_near_clock_changes, intervals, minutes_after, zones

TIERS = ("INT", "TUT", "ACA", "COL", "SUP", "IND", "EDU")


@st.composite
def bands(draw: st.DrawFn) -> Band:
    start, end = sorted(draw(st.lists(st.integers(0, 48), min_size=2, max_size=2, unique=True)))
    return Band(
        name=draw(st.sampled_from(["day", "night", "week-end", "dawn"])),
        percent=draw(st.integers(0, 200)),
        weekdays=draw(st.frozensets(st.integers(0, 6))),
        start_minute=start * 30,
        end_minute=end * 30,
        on_holidays=draw(st.booleans()),
    )


@st.composite
def tariff_series(draw: st.DrawFn) -> list[Tariff]:
    """Draw price lists that follow each other without a gap over the years of the tests."""
    changes = sorted(draw(st.sets(st.dates(date(2026, 1, 1), date(2028, 1, 1)), max_size=4)))
    starts = [date(2020, 1, 1), *changes]
    ends = [*changes, None]
    return [
        Tariff(
            price_list_id=number,
            valid_from=start,
            valid_until=end,
            bands=draw(st.lists(bands(), max_size=5)),
            rates=draw(
                st.fixed_dictionaries(
                    dict.fromkeys(("INT", "ACA", "SUP", "IND"), st.integers(0, 50_000)),
                    optional={"TUT": st.integers(0, 50_000)},
                )
            ),
        )
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
    ]


@st.composite
def times(draw: st.DrawFn) -> Interval:
    """Draw times of up to two days, often about the nights on which clocks change."""
    if draw(st.booleans()):
        return draw(intervals(2 * 24 * 60))
    day = draw(days_near_clock_changes)
    base = datetime(day.year, day.month, day.day, tzinfo=UTC)
    start = draw(st.integers(0, 1439))
    return minutes_after(base, start, start + draw(st.integers(1, 1440)))


holiday_sets = st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=3)


def wall_clock_percent(instant: datetime, tariff: Tariff, tz: tzinfo, off: frozenset[date]) -> int:
    """Look up the band of one minute as a person would, from the clock on the wall."""
    local = instant.astimezone(tz)
    minute = local.hour * 60 + local.minute
    festive = local.date() in off and any(band.on_holidays for band in tariff.bands)
    for band in tariff.bands:
        is_of_day = band.on_holidays if festive else local.weekday() in band.weekdays
        if is_of_day and band.start_minute <= minute < band.end_minute:
            return band.percent
    return 100


def recount(
    time: Interval, tariffs: Sequence[Tariff], tier: str, tz: tzinfo, off: frozenset[date]
) -> Decimal:
    """Add a price up minute by minute, unrounded, in cents."""
    total = 0
    instant = time.start
    while instant < time.end:
        day = instant.astimezone(tz).date()
        tariff = next(
            t for t in tariffs if t.valid_from <= day and (not t.valid_until or day < t.valid_until)
        )
        rate = tier_rate(tariff.rates, tier)
        assert rate is not None
        total += rate * wall_clock_percent(instant, tariff, tz, off)
        instant += MINUTE
    return Decimal(total) / 6000


@given(time=times(), tariffs=tariff_series(), tz=zones, off=holiday_sets)
def test_pieces_cover_the_time_without_gap_or_overlap(
    time: Interval, tariffs: list[Tariff], tz: tzinfo, off: frozenset[date]
) -> None:
    found = pieces(time, tariffs=tariffs, tz=tz, holidays=off)

    assert found[0].interval.start == time.start
    assert found[-1].interval.end == time.end
    for before, after in pairwise(found):
        assert before.interval.end == after.interval.start
        assert (before.band, before.tariff) != (after.band, after.tariff)
    assert sum(piece.interval.minutes for piece in found) == time.minutes


@given(
    time=times(), tariffs=tariff_series(), tier=st.sampled_from(TIERS), tz=zones, off=holiday_sets
)
def test_a_price_agrees_with_a_recount_minute_by_minute(
    time: Interval, tariffs: list[Tariff], tier: str, tz: tzinfo, off: frozenset[date]
) -> None:
    lines = price_time(time, tariffs=tariffs, tier=tier, tz=tz, holidays=off)

    exact = recount(time, tariffs, tier, tz, off)
    assert abs(total_cents(lines) - exact) <= Decimal("0.5") * len(lines)


@given(time=times(), tariffs=tariff_series(), tz=zones, off=holiday_sets)
def test_each_line_is_its_minutes_times_rate_times_band_rounded_half_up(
    time: Interval, tariffs: list[Tariff], tz: tzinfo, off: frozenset[date]
) -> None:
    for line in price_time(time, tariffs=tariffs, tier="IND", tz=tz, holidays=off):
        cents = Decimal(line.period.minutes * line.unit_price_cents * line.percent) / 6000
        assert line.amount_cents == int(cents.quantize(Decimal(1), ROUND_HALF_UP))
        assert line.service_date == line.period.start.astimezone(tz).date()


@given(
    booked=intervals(48 * 60), mode=st.sampled_from(["self_service", "assisted", "request_only"])
)
def test_billed_time_is_whole_half_hours_and_less_than_one_is_added(
    booked: Interval, mode: str
) -> None:
    billed = billed_interval(booked=booked, used=None, basis="longer", mode=mode)

    assert billed.start == booked.start
    assert billed.minutes % 30 == 0
    if mode == "self_service" and booked.minutes < 60:
        assert billed.minutes == 60
    else:
        assert 0 <= billed.minutes - booked.minutes < 30


@given(
    booked=intervals(48 * 60),
    used=intervals(48 * 60),
    mode=st.sampled_from(["self_service", "assisted"]),
)
def test_the_longer_time_is_never_billed_below_either(
    booked: Interval, used: Interval, mode: str
) -> None:
    longer = billed_interval(booked=booked, used=used, basis="longer", mode=mode)

    for basis in ("booked", "used"):
        other = billed_interval(booked=booked, used=used, basis=basis, mode=mode)
        assert longer.minutes >= other.minutes


def lines_of(booked: Interval, tariffs: list[Tariff], tz: tzinfo) -> list[Line]:
    billed = billed_interval(booked=booked, used=None, basis="longer", mode="self_service")
    return price_time(billed, tariffs=tariffs, tier="IND", tz=tz, holidays=frozenset())


@st.composite
def lost_slots(draw: st.DrawFn) -> tuple[Interval, list[Interval]]:
    """Draw a lost slot, and times about it that others took."""
    booked = draw(times())
    taken = []
    for _number in range(draw(st.integers(0, 4))):
        start = draw(st.integers(-60, booked.minutes))
        taken.append(minutes_after(booked.start, start, start + draw(st.integers(1, 600))))
    return booked, taken


@given(slot=lost_slots(), tariffs=tariff_series(), tz=zones)
def test_a_refund_is_never_more_than_the_price_on_any_line(
    slot: tuple[Interval, list[Interval]], tariffs: list[Tariff], tz: tzinfo
) -> None:
    booked, taken = slot
    lines = lines_of(booked, tariffs, tz)

    refunds = {line.period: line for line in refund_lines(lines, booked=booked, retaken=taken)}

    for line in lines:
        refund = refunds.pop(line.period, None)
        given_back = -refund.amount_cents if refund else 0
        assert 0 <= given_back <= line.amount_cents
    assert not refunds


@given(booked=times(), tariffs=tariff_series(), tz=zones, cut=st.integers(0, 1440))
def test_a_slot_that_is_wholly_retaken_is_free_however_many_take_it(
    booked: Interval, tariffs: list[Tariff], tz: tzinfo, cut: int
) -> None:
    lines = lines_of(booked, tariffs, tz)
    middle = booked.start + min(max(cut, 1), booked.minutes) * MINUTE
    taken = [Interval(booked.start, middle), Interval(booked.start - MINUTE, booked.end)]

    refunds = refund_lines(lines, booked=booked, retaken=taken)

    assert total_cents(lines) + total_cents(refunds) == 0


@given(slot=lost_slots(), tariffs=tariff_series(), tz=zones, more=st.integers(1, 600))
def test_who_takes_more_makes_the_refund_no_smaller(
    slot: tuple[Interval, list[Interval]], tariffs: list[Tariff], tz: tzinfo, more: int
) -> None:
    booked, taken = slot
    lines = lines_of(booked, tariffs, tz)
    another = Interval(booked.start, booked.start + timedelta(minutes=more))

    before = total_cents(refund_lines(lines, booked=booked, retaken=taken))
    after = total_cents(refund_lines(lines, booked=booked, retaken=[*taken, another]))

    assert after <= before
