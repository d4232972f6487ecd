"""Reads of weekly hours as rows that can be changed, one query each."""

from __future__ import annotations

from django.db.models import Q

from facilities.models import Facility, TimeSlot
from facilities.opening import WeeklySlot


def slots_of(facility: Facility) -> list[TimeSlot]:
    """Return the weekly hours of a platform and of its instruments, by day and time."""
    place = Q(facility=facility) | Q(instrument__facility=facility)
    return list(TimeSlot.objects.filter(place).order_by("weekday", "opens", "pk"))


def slot_of(facility: Facility, slot_id: int) -> TimeSlot | None:
    """Return one of the weekly hours of a platform or of its instruments."""
    place = Q(facility=facility) | Q(instrument__facility=facility)
    return TimeSlot.objects.select_related("instrument").filter(place, pk=slot_id).first()


def as_value(slot: TimeSlot) -> WeeklySlot:
    """Return a row as the opening hours are resolved from."""
    return WeeklySlot(
        weekday=slot.weekday,
        opens=slot.opens,
        closes=slot.closes,
        whole_session=slot.whole_session,
        step_minutes=slot.step_minutes,
        valid_from=slot.valid_from,
        valid_until=slot.valid_until,
    )
