"""What the address of a calendar asks for: days, view and filters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.http import urlencode

VIEWS = ("day", "week", "list")
FIRST, LAST = dt.date(2000, 1, 10), dt.date(2199, 12, 20)
"""Days near the ends of the calendar have no midnight in every time zone."""

DAY_HOURS, ALL_HOURS = (7, 21), (0, 24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A view of some days, and which instruments of the platform it keeps.

    `is_odd` where the address said something that makes no sense and was set aside.
    """

    view: str
    day: dt.date
    today: dt.date
    open: bool = False
    mine: bool = False
    nights: bool = False
    is_odd: bool = False

    @property
    def count(self) -> int:
        """How many days are shown."""
        return 1 if self.view == "day" else 7

    @property
    def first(self) -> dt.date:
        """The first day shown: the day itself, or the Monday of its week."""
        return self.day if self.count == 1 else self.day - dt.timedelta(self.day.weekday())

    @property
    def days(self) -> list[dt.date]:
        """The days shown."""
        return [self.first + dt.timedelta(number) for number in range(self.count)]

    @property
    def week(self) -> list[dt.date]:
        """The week of the day, for the strip of days on a phone."""
        monday = self.day - dt.timedelta(self.day.weekday())
        return [monday + dt.timedelta(number) for number in range(7)]

    @property
    def hours(self) -> tuple[int, int]:
        """The first hour shown and the last."""
        return ALL_HOURS if self.nights else DAY_HOURS

    def with_(self, **changes: Any) -> str:
        """Return the query of the same calendar with something changed."""
        one = replace(self, **changes)
        named = {"view": one.view, "date": min(max(one.day, FIRST), LAST).isoformat()}
        named |= {name: "1" for name in ("open", "mine", "nights") if getattr(one, name)}
        return "?" + urlencode(named)

    def moved(self, periods: int) -> str:
        """Return the query of the same calendar, so many periods later."""
        return self.with_(day=self.day + dt.timedelta(days=periods * self.count))


def asked(get: Mapping[str, str], *, today: dt.date, view: str = "week") -> Asked:
    """Read an address; what makes no sense is set aside and said so."""
    wanted, text = get.get("view", view), get.get("date", "")
    day = _date(text) if text else today
    return Asked(
        view=wanted if wanted in VIEWS else view,
        day=day or today,
        today=today,
        open=get.get("open") == "1",
        mine=get.get("mine") == "1",
        nights=get.get("nights") == "1",
        is_odd=day is None or wanted not in VIEWS,
    )


def _date(text: str) -> dt.date | None:
    try:
        day = dt.datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day, no instant
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None
