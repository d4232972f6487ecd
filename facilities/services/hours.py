"""The weekly hours of a platform, or of one of its instruments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from accounts.errors import NotFound
from accounts.models import User
from accounts.transactions import use_case
from facilities.errors import HoursTurnedAround
from facilities.models import Facility, TimeSlot
from facilities.permissions import facilities_set_up_by
from facilities.services.scope import facility_set_up_by, instrument_set_up_by
from facilities.versions import require_as_seen

MIDNIGHT = dt.time(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """From when to when, how, and between which days; closing at 0:00 is the day's end."""

    opens: dt.time
    closes: dt.time
    whole_session: bool = False
    step_minutes: int | None = None
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


HOURS = ("weekday", *Hours.__dataclass_fields__)


@use_case
def add_hours(
    *,
    actor: User,
    facility_code: str,
    weekdays: Iterable[int],
    hours: Hours,
    instrument_id: int | None = None,
) -> list[TimeSlot]:
    """Open a platform, or one of its instruments, at the same hours on some weekdays.

    An instrument with hours of its own no longer follows its platform's.

    Raises:
        NotFound: no such platform or instrument, or somebody else's.
        HoursTurnedAround: they close before they open.
    """
    facility = facility_set_up_by(actor, code=facility_code)
    _require_in_order(hours)
    place = _place(actor, facility, instrument_id)
    return [
        TimeSlot.objects.create(weekday=weekday, **place, **asdict(hours))
        for weekday in sorted(set(weekdays))
    ]


@use_case
def change_hours(*, actor: User, slot_id: int, weekday: int, hours: Hours, seen: str) -> TimeSlot:
    """Change a weekly opening. Bookings that no longer fit stay as they are.

    Raises:
        NotFound: no such hours, or somebody else's.
        StaleVersion: they changed since the actor read them.
        HoursTurnedAround: they close before they open.
    """
    slot = _slot(actor, slot_id)
    require_as_seen(slot, HOURS, seen)
    _require_in_order(hours)
    for column, value in {"weekday": weekday, **asdict(hours)}.items():
        setattr(slot, column, value)
    slot.save(update_fields=HOURS)
    return slot


@use_case
def remove_hours(*, actor: User, slot_id: int) -> TimeSlot:
    """Take a weekly opening away, as if it had never been; to end it, give it a last day.

    Raises:
        NotFound: no such hours, or somebody else's.
    """
    slot = _slot(actor, slot_id)
    TimeSlot.objects.filter(pk=slot_id).delete()
    return slot


def _place(actor: User, facility: Facility, instrument_id: int | None) -> dict[str, int]:
    if instrument_id is None:
        return {"facility_id": facility.pk}
    instrument = instrument_set_up_by(actor, instrument_id)
    if instrument.facility_id != facility.pk:
        raise NotFound
    return {"instrument_id": instrument.pk}


def _slot(actor: User, slot_id: int) -> TimeSlot:
    own = facilities_set_up_by(actor)
    slots = TimeSlot.objects.select_for_update(of=("self",)).filter(pk=slot_id)
    slot = (slots.filter(facility__in=own) | slots.filter(instrument__facility__in=own)).first()
    if slot is None:
        raise NotFound
    return slot


def _require_in_order(hours: Hours) -> None:
    closes_late = hours.closes == MIDNIGHT or hours.closes > hours.opens
    first, last = hours.valid_from, hours.valid_until
    if not closes_late or (first is not None and last is not None and last < first):
        raise HoursTurnedAround
