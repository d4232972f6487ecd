"""NEMO's tools become instruments, and the areas that take reservations become rooms.

An alternate entry of a tool (parent_tool) is the same instrument. The rules of a tool are
where an instrument starts from: they are written once and then belong to the platform.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from billing.nemo.dump import BadDump, Row
from billing.nemo.keeping import BATCH, imported_before, keep, other_form
from billing.nemo.references import Directory
from billing.nemo.report import Report
from billing.nemo.values import Fields, Refused
from facilities.models import BookingRules, Facility, Instrument, TimeSlot

STEP_MINUTES = 15
NO_LIMIT_DAYS = 365
NO_LIMIT_MINUTES = 7 * 24 * 60
LONGEST_DAYS = 3650
ROOM_FOR_ALL = 50
"""Places of an area whose capacity NEMO leaves open."""

Kind, State = Instrument.Kind, Instrument.State


def keep_tools(rows: Sequence[Row], *, facility: Facility, report: Report) -> Directory[Instrument]:
    """Write an instrument for each tool; an alternate entry leads to its parent's."""
    entries: Directory[Row] = Directory()
    for row in rows:
        entries.add(key=row.key, name=row.name, thing=row)
    own: dict[str, dict[str, Any]] = {}
    shared: dict[str, str] = {}
    rules: dict[str, dict[str, Any]] = {}
    for row in rows:
        try:
            parent = _parent(row, entries)
            if parent is None:
                own[row.key], rules[row.key] = _tool(row), _rules(row, prefix="_")
            else:
                shared[row.key] = parent.key
        except Refused as refused:
            report.refuse("tool", row.name or row.key, refused.reason)
    kept = _kept("tool", [row for row in rows if row.key in own], own, facility, report)
    _write_rules({kept[key]: values for key, values in rules.items()})
    tools: Directory[Instrument] = Directory()
    for row in rows:
        if (instrument := kept.get(shared.get(row.key, row.key))) is None:
            continue
        if row.key in shared:
            report.skip("tool", row.name, "is another entry of a tool; both are one instrument")
        tools.add(key=row.key, name=row.name, thing=instrument)
    return tools


def keep_areas(
    rows: Sequence[Row], *, facility: Facility, tools: Directory[Instrument], report: Report
) -> Directory[Instrument]:
    """Write a room for each area that takes reservations."""
    wanted: dict[str, dict[str, Any]] = {}
    rules: dict[str, dict[str, Any]] = {}
    for row in rows:
        try:
            if not Fields(row.fields).flag("requires_reservation"):
                report.skip("area", row.name or row.key, "takes no reservations")
                continue
            wanted[row.key], rules[row.key] = _area(row, tools), _rules(row, prefix="")
        except Refused as refused:
            report.refuse("area", row.name or row.key, refused.reason)
    kept = _kept("area", [row for row in rows if row.key in wanted], wanted, facility, report)
    _write_rules({kept[key]: values for key, values in rules.items()})
    areas: Directory[Instrument] = Directory()
    for row in rows:
        if row.key in wanted:
            areas.add(key=row.key, name=row.name, thing=kept[row.key])
    return areas


def open_round_the_clock(facility: Facility) -> None:
    """Give a platform without hours all hours: NEMO has none."""
    if not facility.time_slots.exists():
        TimeSlot.objects.bulk_create(
            TimeSlot(facility=facility, weekday=day, opens="00:00", closes="00:00")
            for day in range(7)
        )


def _parent(row: Row, entries: Directory[Row]) -> Row | None:
    """Return the tool at the end of a chain of parents, or None for a tool of its own."""
    parent, steps = entries.find(row.fields.get("parent_tool"), "parent_tool"), 0
    while parent is not None:
        above = entries.find(parent.fields.get("parent_tool"), "parent_tool")
        steps += 1
        if above is None:
            return parent
        if steps > len(entries.by_key):
            raise Refused("is its own parent")
        parent = above
    return None


def _kept(
    kind: str,
    rows: Sequence[Row],
    wanted: dict[str, dict[str, Any]],
    facility: Facility,
    report: Report,
) -> dict[str, Instrument]:
    found = imported_before(Instrument.objects, kind, (row.key for row in rows))
    new = [row for row in rows if row.key not in found]
    found |= other_form(Instrument.objects, kind, new, "name")
    by_hand = {
        instrument.name: instrument
        for instrument in facility.instruments.filter(
            origin="", name__in=[wanted[row.key]["name"] for row in new]
        )
    }
    for row in new:
        if row.key not in found and (same := by_hand.get(wanted[row.key]["name"])):
            found[row.key] = same
    _refuse_other_site(found.values(), facility)
    return keep(
        Instrument.objects,
        kind=kind,
        wanted={key: values | {"facility_id": facility.pk} for key, values in wanted.items()},
        found=found,
        once=("facility_id", "units", "kind"),
        tally=report.tallies[kind],
    )


def _refuse_other_site(found: Iterable[Instrument], facility: Facility) -> None:
    """Two sites have the same numbers: a second one would be taken for the first."""
    for instrument in found:
        if instrument.facility_id != facility.pk:
            code = instrument.facility.code
            raise BadDump(
                f"An earlier import put the tools of a NEMO site on platform {code}: import it"
                f" again with --facility {code}. A second NEMO site cannot be told from the first."
            )


def _tool(row: Row) -> dict[str, Any]:
    fields = Fields(row.fields)
    name = fields.text("name", 200)
    if not name:
        raise Refused("has no name")
    works = fields.flag("_operational", default=True)
    state = State.WORKING if works else State.OUT_OF_SERVICE
    if not fields.flag("visible", default=True):
        state = State.RETIRED
    serial = fields.text("_serial", 100)
    description = fields.text("_description", 5000)
    return {
        "name": name,
        "kind": Kind.INSTRUMENT,
        "units": 1,
        "state": state,
        "state_reason": "" if state == State.WORKING else "As in NEMO",
        "category": fields.text("_category", 100),
        "location": fields.text("_location", 100),
        "description": f"{description}\nS/N {serial}".strip() if serial else description,
    }


def _area(row: Row, tools: Directory[Instrument]) -> dict[str, Any]:
    fields = Fields(row.fields)
    name = fields.text("name", 200)
    if not name:
        raise Refused("has no name")
    places = fields.number("maximum_capacity") or ROOM_FOR_ALL
    return {
        "name": f"{name} (area)" if name in tools.by_name else name,
        "kind": Kind.ROOM,
        "units": min(places, 1000),
    }


def _rules(row: Row, *, prefix: str) -> dict[str, Any]:
    """Return the booking rules a tool or an area starts from; lengths in minutes."""
    fields = Fields(row.fields)
    shortest = fields.number(f"{prefix}minimum_usage_block_time") or STEP_MINUTES
    longest = fields.number(f"{prefix}maximum_usage_block_time") or NO_LIMIT_MINUTES
    horizon = fields.number(f"{prefix}reservation_horizon")
    missed = fields.number(f"{prefix}missed_reservation_threshold")
    return {
        "step_minutes": STEP_MINUTES,
        "shortest_minutes": shortest,
        "longest_minutes": max(longest, shortest),
        "horizon_days": min(NO_LIMIT_DAYS if horizon is None else horizon, LONGEST_DAYS),
        "no_show_minutes": missed or None,
        "approval_over_minutes": None,
        "approval_at_night": False,
    }


def _write_rules(wanted: dict[Instrument, dict[str, Any]]) -> None:
    ruled = set(
        BookingRules.objects.filter(instrument__in=wanted).values_list("instrument_id", flat=True)
    )
    BookingRules.objects.bulk_create(
        (
            BookingRules(instrument=instrument, **values)
            for instrument, values in wanted.items()
            if instrument.pk not in ruled
        ),
        batch_size=BATCH,
    )
