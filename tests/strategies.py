"""Hypothesis strategies for time: intervals on ordinary days and on clock-change nights.

Everything is made of whole minutes after a base instant, so that a test can hold results
against plain sets of minutes.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from facilities.intervals import Interval
from facilities.opening import WeeklySlot, Window

PARIS = ZoneInfo("Europe/Paris")
MINUTE = timedelta(minutes=1)
CLOCKS_BACK = date(2026, 10, 25)
CLOCKS_FORWARD = date(2027, 3, 28)

# Ordinary weeks, both changes in Paris, and zones that change by half an hour, at
# midnight, or never.
ZONES = tuple(
    ZoneInfo(key)
    for key in (
        "Europe/Paris",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Beirut",
        "Asia/Kathmandu",
        "UTC",
    )
)
zones = st.sampled_from(ZONES)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
clock_change_days = st.sampled_from([CLOCKS_BACK, CLOCKS_FORWARD])
days_near_clock_changes = st.builds(
    lambda day, away: day + timedelta(days=away), clock_change_days, st.integers(-2, 2)
)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)).map(
    lambda instant: instant.replace(microsecond=0, second=0)
)

instants_near_clock_changes = st.builds(
    lambda day, minutes: datetime(day.year, day.month, day.day, tzinfo=UTC) + minutes * MINUTE,
    clock_change_days,
    st.integers(-12 * 60, 36 * 60),
)


def minutes_after(base: datetime, start: int, end: int) -> Interval:
    """Return the interval between two numbers of minutes after a base instant."""
    return Interval(base + start * MINUTE, base + end * MINUTE)


def minute_numbers(intervals: Iterable[Interval], base: datetime) -> set[int]:
    """Return the minutes after a base instant that lie in any of the intervals."""
    return {
        number
        for interval in intervals
        for number in range((interval.start - base) // MINUTE, (interval.end - base) // MINUTE)
    }


@st.composite
def intervals_within(
    draw: st.DrawFn, base: datetime, span_minutes: int, longest_minutes: int | None = None
) -> Interval:
    """Draw an interval of whole minutes inside a span that begins at a base instant."""
    start = draw(st.integers(0, span_minutes - 1))
    furthest = min(span_minutes, start + (longest_minutes or span_minutes))
    return minutes_after(base, start, draw(st.integers(start + 1, furthest)))


@st.composite
def intervals(draw: st.DrawFn, longest_minutes: int = 7 * 24 * 60) -> Interval:
    """Draw an interval anywhere in two years, with seconds at neither end."""
    return minutes_after(draw(instants), 0, draw(st.integers(1, longest_minutes)))


@st.composite
def weekly_slots(draw: st.DrawFn, *, whole_session: bool = False) -> WeeklySlot:
    """Draw hours of a weekday in steps of a quarter, the latest closing being midnight."""
    opens, closes = sorted(draw(st.lists(st.integers(0, 96), min_size=2, max_size=2, unique=True)))
    return WeeklySlot(
        weekday=draw(st.integers(0, 6)),
        opens=quarter(opens),
        closes=quarter(closes),
        whole_session=whole_session,
    )


def quarter(number: int) -> time:
    """Return the time of a quarter-hour of the day; the 96th is midnight again."""
    return time(number // 4 % 24, number % 4 * 15)


@st.composite
def disjoint_windows(draw: st.DrawFn, base: datetime, span_minutes: int) -> list[Window]:
    """Draw opening windows that keep apart, some of them whole sessions."""
    cuts = sorted(draw(st.sets(st.integers(0, span_minutes), min_size=2, max_size=10)))
    return [
        Window(
            interval=minutes_after(base, start, end),
            whole_session=whole,
            step_minutes=None if whole else draw(st.sampled_from([None, 5, 30])),
        )
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        for whole in [draw(st.booleans())]
    ]
