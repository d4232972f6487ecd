"""Who keeps a slot that several reservations claim: pure, in the order they were created."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from dataclasses import dataclass, field

from facilities.intervals import Interval


@dataclass(slots=True)
class Slots:
    """What is taken on the units of instruments; on one unit nothing overlaps."""

    taken: defaultdict[tuple[int, int], list[tuple[Interval, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def hold(self, *, instrument_id: int, unit: int, interval: Interval, holder: str) -> None:
        """Note that a time is taken."""
        insort(self.taken[instrument_id, unit], (interval, holder))

    def claim(
        self, *, instrument_id: int, units: int, interval: Interval, holder: str
    ) -> tuple[int | None, str]:
        """Take the lowest free unit and return it; or None, and who holds the last one."""
        in_the_way = ""
        for unit in range(1, units + 1):
            in_the_way = self._holder(self.taken[instrument_id, unit], interval)
            if not in_the_way:
                self.hold(instrument_id=instrument_id, unit=unit, interval=interval, holder=holder)
                return unit, ""
        return None, in_the_way

    @staticmethod
    def _holder(taken: list[tuple[Interval, str]], interval: Interval) -> str:
        place = bisect_left(taken, (interval, ""))
        for other, holder in taken[max(place - 1, 0) : place + 1]:
            if other.overlaps(interval):
                return holder
        return ""
