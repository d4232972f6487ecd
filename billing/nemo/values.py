"""The fields of a NEMO row as the types they should have, or a refusal that says which.

Pure: a dump is written by people's scripts too, so nothing of it is believed unseen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from compliance.privacy import patient_data_found

FIRST_YEAR, LAST_YEAR = 1970, 2100
LARGEST = 2**31 - 1

Day = TypeVar("Day", bound=dt.date)


class Refused(Exception):
    """A row that cannot be taken, and why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Fields:
    """Typed reading of a row's fields; a field that is missing has its default."""

    raw: Mapping[str, Any]

    def text(self, name: str, length: int) -> str:
        """Return a text without what the database refuses, cut to a length."""
        value = self.raw.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise Refused(f"{name} is not a text")
        return value.replace("\x00", "").strip()[:length]

    def free_text(self, name: str, length: int) -> tuple[str, bool]:
        """Return a text, and whether it was emptied for holding a patient's number."""
        text = self.text(name, length)
        return ("", True) if patient_data_found(text) else (text, False)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return yes or no."""
        value = self.raw.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise Refused(f"{name} is neither true nor false")
        return value

    def number(self, name: str) -> int | None:
        """Return a whole number from 0 on, or None where there is none."""
        value = self.raw.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST:
            raise Refused(f"{name} is not a whole number")
        return value

    def day(self, name: str) -> dt.date | None:
        """Return a calendar day, or None where there is none."""
        value = self.raw.get(name)
        if value is None:
            return None
        try:
            day = dt.date.fromisoformat(value)
        except (TypeError, ValueError):
            raise Refused(f"{name} is not a date") from None
        return _believable(day, name)

    def instant(self, name: str) -> dt.datetime | None:
        """Return an instant in UTC, or None where there is none."""
        value = self.raw.get(name)
        if value is None:
            return None
        try:
            instant = dt.datetime.fromisoformat(value)
            if instant.tzinfo is None:
                raise Refused(f"{name} has no time zone")
            return _believable(instant.astimezone(dt.UTC), name)
        except (TypeError, ValueError, OverflowError):
            raise Refused(f"{name} is not a time") from None

    def required_instant(self, name: str) -> dt.datetime:
        """Return an instant in UTC that must be there."""
        instant = self.instant(name)
        if instant is None:
            raise Refused(f"{name} is missing")
        return instant


def _believable(day: Day, name: str) -> Day:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Refused(f"{name} lies before {FIRST_YEAR} or after {LAST_YEAR}")
    return day
