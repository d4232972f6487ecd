"""Which bookings a person had on an instrument, found by the day: plain and in memory."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from bookings.models import Booking

Span = tuple[dt.datetime, dt.datetime, int]
"""Start, end and id of a booking."""


@dataclass(slots=True)
class Held:
    """The bookings that took place or go on, by instrument, person and day (UTC)."""

    spans: defaultdict[tuple[int, int, int], list[Span]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, booking: Booking) -> None:
        """Remember a booking on each of its days."""
        period, person_id = booking.interval, booking.booked_for_id
        if person_id is None:
            return
        for day in range(period.start.toordinal(), period.end.toordinal() + 1):
            key = booking.instrument_id, person_id, day
            self.spans[key].append((period.start, period.end, booking.pk))

    def near(
        self, instrument_id: int, person_id: int, *, since: dt.datetime, until: dt.datetime
    ) -> list[Span]:
        """Return the bookings on the days of a time, in order."""
        found: set[Span] = set()
        for day in range(since.toordinal(), until.toordinal() + 1):
            found.update(self.spans.get((instrument_id, person_id, day), ()))
        return sorted(found)
