"""How much of an instrument's calendar year companies may have: the cap and its warning.

Pure. The share is of the open hours of the year, closures left out, all units together.
What counts is booked time: asked for, to come, used, or not come for.

Source: the centre's rules of use.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Self

from facilities.intervals import DAY, Interval

CAP_PERCENT, WARNING_PERCENT = 20, 15
"""Unless the rules of an instrument say otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndustryYear:
    """What companies have taken of an instrument's year, in minutes, and what is open in it.

    A booking that is being judged is not among what is taken.
    """

    year: int
    period: Interval
    taken_minutes: int
    open_minutes: int

    def with_period(self, asked: Interval) -> int:
        """Return what would be taken with a further time: the part of it in the year."""
        part = self.period.intersection(asked)
        return self.taken_minutes + (part.minutes if part else 0)

    def taking(self, period: Interval) -> Self:
        """Return the year with a further time taken."""
        return replace(self, taken_minutes=self.with_period(period))

    def most(self, percent: int) -> int:
        """Return how many minutes a percentage of the open ones is, rounded down."""
        return self.open_minutes * percent // 100

    def left(self, percent: int) -> int:
        """Return how many minutes a cap leaves."""
        return max(self.most(percent) - self.taken_minutes, 0)


@dataclass(slots=True, kw_only=True)
class YearsRetold:
    """Some years as companies took them, told again in the order bookings were made.

    `others` are times that are taken whatever is judged, each with when it was booked,
    the earliest first.
    """

    years: tuple[IndustryYear, ...] = ()
    others: deque[tuple[datetime, Interval]] = field(default_factory=deque)

    def before(self, asked: Interval, *, made_at: datetime) -> tuple[IndustryYear, ...]:
        """Return the years that a time touches, as they stood when it was asked for."""
        while self.others and self.others[0][0] <= made_at:
            self.take(self.others.popleft()[1])
        return tuple(year for year in self.years if year.period.overlaps(asked))

    def take(self, period: Interval) -> None:
        """Let a company have a time."""
        self.years = tuple(year.taking(period) for year in self.years)


def thresholds_passed(
    years: Iterable[IndustryYear], asked: Interval, percents: Iterable[int | None]
) -> list[tuple[int, int]]:
    """Return which percentages the share has come to with a time, each with its year."""
    wanted = sorted({percent for percent in percents if percent is not None})
    return [
        (year.year, percent)
        for year in years
        for percent in wanted
        if year.open_minutes and year.with_period(asked) * 100 >= year.open_minutes * percent
    ]


def cap_reached_on(
    *,
    minutes: int,
    open_minutes: int,
    first: date,
    today: date,
    last: date,
    cap_percent: int = CAP_PERCENT,
) -> date | None:
    """Return the day on which a cap is reached if the year goes on as it began.

    `minutes` were used from the first day until today, of `open_minutes` of the whole
    year. None when it lies behind the last day, or nothing was used yet.
    """
    cap = open_minutes * cap_percent / 100
    days = (today - first).days
    if minutes <= 0 or days <= 0 or cap <= 0:
        return None
    if minutes >= cap:
        return today
    reached = first + DAY * -int(-(cap * days / minutes) // 1)
    return reached if reached <= last else None
