"""The way out of a refusal, as another time that can be taken with one press of a button."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bookings.violations import Violation
from bookings.wording import span_text
from facilities.intervals import Interval
from web.forms import FIELD_OF

MOST = 3
NOT_BEFORE, BEFORE = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (2000, 2200))


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """Another time, in words and as the form sends it back."""

    text: str
    value: str


def ways_out(
    violations: Sequence[Violation], *, wanted: Interval, tz: dt.tzinfo
) -> dict[str, list[WayOut]]:
    """Return for each field of the form the times that its broken rules propose."""
    found: dict[str, list[WayOut]] = {}
    off_step = [violation for violation in violations if violation.code == "off_step"]
    for violation in violations:
        name = FIELD_OF.get(violation.field, violation.field)
        proposed = (
            _on_step(off_step, wanted) if violation in off_step else _proposed(violation, wanted)
        )
        known = {way for ways in found.values() for way in ways}
        for way in (way_to(period, tz=tz) for period in proposed):
            if way not in known and len(found.setdefault(name, [])) < MOST:
                found[name].append(way)
    return found


def way_to(period: Interval, *, tz: dt.tzinfo) -> WayOut:
    """Return a time to choose instead."""
    return WayOut(
        text=span_text(period.start.astimezone(tz), period.end.astimezone(tz)),
        value=f"{period.start.isoformat()}/{period.end.isoformat()}",
    )


def period_in(value: str) -> Interval | None:
    """Return the time that a button sent back; None for what is no time."""
    first, _slash, last = value.partition("/")
    try:
        period = Interval(dt.datetime.fromisoformat(first), dt.datetime.fromisoformat(last))
    except ValueError:
        return None
    return period if period.start >= NOT_BEFORE and period.end < BEFORE else None


def _proposed(violation: Violation, wanted: Interval) -> Iterator[Interval]:
    data = violation.data
    if isinstance(sessions := data.get("sessions"), Sequence):
        for start, end in sessions:
            yield from _between(start, end)
    if isinstance(end_by := data.get("end_by"), dt.datetime):
        yield from _between(wanted.start, end_by)
    if isinstance(earliest := data.get("earliest"), dt.datetime):
        yield from _between(earliest, earliest + (wanted.end - wanted.start))


def _on_step(off: Sequence[Violation], wanted: Interval) -> Iterator[Interval]:
    """Propose the steps around a time that misses them: both ends outward, both inward."""
    moments = {violation.field: violation.data for violation in off}
    for start_side, end_side in (("earlier", "later"), ("later", "earlier")):
        start = moments.get("start", {}).get(start_side, wanted.start)
        end = moments.get("end", {}).get(end_side, wanted.end)
        yield from _between(start, end)


def _between(start: dt.datetime, end: dt.datetime) -> Iterator[Interval]:
    if end > start:
        yield Interval(start.astimezone(dt.UTC), end.astimezone(dt.UTC))
