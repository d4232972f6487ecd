"""Reads of platforms, as the plain values that the rules judge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.statements import rows_of
from facilities.intervals import Interval
from facilities.models import BookingRules, FacilityStaff, Instrument
from facilities.opening import WeeklySlot


def rules_of(instrument: Instrument) -> BookingRules:
    """Return the rules of an instrument: those set, or the defaults."""
    try:
        return instrument.rules
    except BookingRules.DoesNotExist:
        return BookingRules(instrument=instrument)


_WEEKLY_SLOTS = """
SELECT instrument_id, facility_id, weekday, opens, closes, whole_session, step_minutes,
       valid_from, valid_until
  FROM facilities_timeslot
 WHERE instrument_id = ANY(%(instruments)s::bigint[])
    OR facility_id = ANY(%(facilities)s::bigint[])
 ORDER BY weekday, opens, id
"""
"""Which weekly hours do some instruments and their platforms keep?"""


def weekly_slots(instruments: Iterable[Instrument]) -> dict[int, list[WeeklySlot]]:
    """Return the weekly hours of instruments by id, in one query.

    An instrument with hours of its own does not follow its platform's.
    """
    facility_of = {instrument.pk: instrument.facility_id for instrument in instruments}
    rows = rows_of(
        _WEEKLY_SLOTS,
        {"instruments": list(facility_of), "facilities": list(set(facility_of.values()))},
    )
    own: dict[int, list[WeeklySlot]] = {}
    shared: dict[int, list[WeeklySlot]] = {}
    for row in rows:
        instrument_id, facility_id = row.pop("instrument_id"), row.pop("facility_id")
        kept = own if instrument_id else shared
        kept.setdefault(instrument_id or facility_id, []).append(WeeklySlot(**row))
    return {
        instrument_id: own.get(instrument_id) or shared.get(facility_id, [])
        for instrument_id, facility_id in facility_of.items()
    }


_CLOSURES = """
SELECT facility_id, starts_at, ends_at
  FROM facilities_closure
 WHERE (facility_id IS NULL OR facility_id = ANY(%(facilities)s::bigint[]))
   AND starts_at < %(end)s AND ends_at > %(start)s
 ORDER BY starts_at
"""
"""When are some platforms, or the whole centre, shut within a time?"""


def closures_within(facility_ids: Iterable[int], within: Interval) -> dict[int, list[Interval]]:
    """Return when platforms are shut, the centre's own closures included, in one query."""
    ids = set(facility_ids)
    shut: dict[int, list[Interval]] = {facility_id: [] for facility_id in ids}
    rows = rows_of(_CLOSURES, {"facilities": list(ids), "start": within.start, "end": within.end})
    for row in rows:
        for shut_id in (row["facility_id"],) if row["facility_id"] else ids:
            shut[shut_id].append(Interval(row["starts_at"], row["ends_at"]))
    return shut


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRole:
    """A person's role on a platform."""

    facility_id: int
    facility: str
    role: str


def staff_roles(user: User) -> list[StaffRole]:
    """Return the roles a person has on platforms, in one query."""
    rows = FacilityStaff.objects.filter(user=user).order_by("facility__code", "role")
    return [
        StaffRole(facility_id=facility_id, facility=code, role=role)
        for facility_id, code, role in rows.values_list("facility_id", "facility__code", "role")
    ]


def operators_of(facility_ids: Iterable[int]) -> dict[int, list[User]]:
    """Return who may attend sessions on each of some platforms, by name, in one query."""
    found: dict[int, list[User]] = {facility_id: [] for facility_id in facility_ids}
    rows = (
        FacilityStaff.objects.filter(
            facility__in=found,
            role__in=(FacilityStaff.Role.OPERATOR, FacilityStaff.Role.MANAGER),
            user__is_active=True,
        )
        .select_related("user")
        .order_by("role", "user__last_name", "user__first_name", "pk")
    )
    # Operators before managers, each person once.
    for row in sorted(rows, key=lambda row: row.role != FacilityStaff.Role.OPERATOR):
        if row.user not in found[row.facility_id]:
            found[row.facility_id].append(row.user)
    return found


def instruments_found(
    instruments: QuerySet[Instrument],
    *,
    facility_code: str | None = None,
    kind: str | None = None,
    search: str = "",
) -> QuerySet[Instrument]:
    """Keep the instruments of a platform or kind, or with a word in name or category."""
    wanted = {"facility__code": facility_code, "kind": kind}
    found = instruments.filter(
        **{name: value for name, value in wanted.items() if value is not None}
    )
    for word in search.split():
        found = found.filter(Q(name__icontains=word) | Q(category__icontains=word))
    return found


def managers_of(facility_id: int) -> list[User]:
    """Return who manages a platform, by name, in one query."""
    held = FacilityStaff.objects.filter(
        facility=facility_id, role=FacilityStaff.Role.MANAGER, user__is_active=True
    )
    return [row.user for row in held.select_related("user").order_by("user__last_name", "pk")]
