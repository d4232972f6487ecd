"""NEMO's reservations become bookings.

What is over, cancelled or missed comes in as history: it holds no slot and is not billed,
so that overlaps of the past break nothing. What is still to come is booked for real; where
several claim a slot, the first created keeps it and the others come in as rejected history
for a manager to settle. Nobody is written to, and no rule of ours is asked: NEMO had granted
these slots.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from billing.nemo.dump import Row
from billing.nemo.held import Held
from billing.nemo.keeping import BATCH, imported_before, span
from billing.nemo.reading import Here, Reservation, reservation
from billing.nemo.references import ORIGIN, origin_id
from billing.nemo.report import Report
from billing.nemo.slots import Slots
from billing.nemo.stream import stream
from bookings import reminders
from bookings.locking import lock_instruments
from bookings.models import Booking
from bookings.states import Status
from facilities.intervals import Interval

KIND = "reservation"
CONFLICTS = "coming reservations whose slot an earlier one keeps; settle each with its person"
MOVED = "coming bookings that NEMO has moved since they came here; move them by hand"
UNPAID = "coming bookings without a project; choose one before they are used"
FIELDS = ("status", "period", "blocked", "cancelled_at", "cancel_reason", "imported_history")


def keep_reservations(path: Path, *, here: Here, report: Report, now: dt.datetime) -> Held:
    """Read the reservations of a dump as a stream and write them."""
    held = Held()
    past: list[Reservation] = []
    coming: list[Reservation] = []

    def read_row(row: Row) -> Reservation:
        return reservation(row, here, now)

    for read in stream(path, model=KIND, read=read_row, report=report):
        if read.status == Status.APPROVED:
            coming.append(read)
            continue
        past.append(read)
        if len(past) == BATCH:
            _write_past(past, held, report, now)
            past.clear()
    _write_past(past, held, report, now)
    _write_coming(coming, held, report, now)
    return held


def values_of(read: Reservation, *, status: str, history: bool, now: dt.datetime) -> dict[str, Any]:
    """Return the booking that a reservation becomes."""
    return {
        "instrument_id": read.instrument.pk,
        "status": status,
        "booked_for": read.person,
        "created_by_id": read.creator_id,
        "team_id": read.payer.account.team_id if read.payer else None,
        "project_id": read.payer.project.pk if read.payer else None,
        "account_id": read.payer.account.pk if read.payer else None,
        "period": span(read.period),
        "blocked": span(read.period),
        "purpose": read.purpose,
        "cancelled_at": read.cancelled_at,
        "cancel_reason": read.cancel_reason,
        "imported_history": history,
        "origin": ORIGIN,
        "origin_id": origin_id(KIND, read.key),
        "created_at": read.created_at,
        "updated_at": now,
    }


def _write_past(past: Sequence[Reservation], held: Held, report: Report, now: dt.datetime) -> None:
    tally = report.tallies[KIND]
    found = imported_before(Booking.objects, KIND, (read.key for read in past))
    new: list[Booking] = []
    changed: list[Booking] = []
    kept: list[Booking] = []
    for read in past:
        wanted = values_of(read, status=read.status, history=True, now=now)
        booking = found.get(read.key)
        if booking is None:
            booking = Booking(**wanted)
            new.append(booking)
        elif _follows(booking, read, wanted):
            changed.append(booking)
        if booking.status == Status.COMPLETED:
            kept.append(booking)
    Booking.objects.bulk_create(new)
    Booking.objects.bulk_update(changed, [*FIELDS, "version", "updated_at"])
    for booking in kept:
        held.add(booking)
    tally.created += len(new)
    tally.updated += len(changed)
    tally.unchanged += len(past) - len(new) - len(changed)


def _follows(booking: Booking, read: Reservation, wanted: dict[str, Any]) -> bool:
    """Bring an earlier import to what NEMO says now; say whether anything changed.

    A booking that came in for real is ours once somebody touched it or its time has come:
    NEMO can then only take it back before.
    """
    if not booking.imported_history:
        taken_back = read.status != Status.COMPLETED
        if booking.status != Status.APPROVED or booking.version != 1 or not taken_back:
            return False
        reminders.drop(booking)
    elif booking.status == Status.REJECTED and read.status == Status.COMPLETED:
        return False
    differing = [name for name in FIELDS if getattr(booking, name) != wanted[name]]
    for name in differing:
        setattr(booking, name, wanted[name])
    booking.version += bool(differing)
    return bool(differing)


def _write_coming(
    coming: Sequence[Reservation], held: Held, report: Report, now: dt.datetime
) -> None:
    if not coming:
        return
    found: dict[str, Booking] = {}
    for start in range(0, len(coming), BATCH):
        chunk = coming[start : start + BATCH]
        found |= imported_before(Booking.objects, KIND, (read.key for read in chunk))
    slots = _slots(coming)
    new: list[Booking] = []
    for read in sorted(coming, key=lambda read: (read.created_at, _in_order(read.key))):
        booking = found.get(read.key)
        if booking is None:
            new.append(_placed(read, slots, report, now))
            continue
        report.tallies[KIND].unchanged += 1
        if booking.status == Status.APPROVED and booking.interval != read.period:
            report.review[MOVED].append(_described(read))
        if booking.status in (Status.APPROVED, Status.IN_USE, Status.COMPLETED):
            held.add(booking)
    _insert(new, held, now)
    report.tallies[KIND].created += len(new)


def _insert(new: Sequence[Booking], held: Held, now: dt.datetime) -> None:
    Booking.objects.bulk_create(new, batch_size=BATCH)
    for booking in new:
        if booking.status == Status.APPROVED:
            held.add(booking)
            reminders.plan(booking, now)


def _slots(coming: Sequence[Reservation]) -> Slots:
    """Lock the instruments and return what is taken on them from the first start on."""
    slots = Slots()
    locked = lock_instruments(*{read.instrument.pk for read in coming})
    since = min(read.period.start for read in coming)
    taken = Booking.objects.blocking().filter(instrument__in=locked, blocked__overlap=(since, None))
    for pk, instrument_id, unit, blocked, origin in taken.values_list(
        "pk", "instrument_id", "unit", "blocked", "origin_id"
    ):
        slots.hold(
            instrument_id=instrument_id,
            unit=unit,
            interval=Interval(blocked.lower, blocked.upper),
            holder=origin or f"booking {pk}",
        )
    return slots


def _placed(read: Reservation, slots: Slots, report: Report, now: dt.datetime) -> Booking:
    """Return the booking of a coming reservation: on a free unit, or rejected."""
    label = origin_id(KIND, read.key)
    unit, holder = slots.claim(
        instrument_id=read.instrument.pk,
        units=read.instrument.units,
        interval=read.period,
        holder=label,
    )
    if unit is None:
        report.review[CONFLICTS].append(f"{_described(read)}: {holder} keeps it")
        wanted = values_of(read, status=Status.REJECTED, history=True, now=now)
        return Booking(**wanted, evaluation={"import_conflict": holder})
    if read.payer is None:
        report.review[UNPAID].append(_described(read))
    return Booking(**values_of(read, status=Status.APPROVED, history=False, now=now), unit=unit)


def _described(read: Reservation) -> str:
    start, end = read.period.start, read.period.end
    return (
        f"reservation {read.key}, {read.instrument.name}, {start:%Y-%m-%d %H:%M} to "
        f"{end:%Y-%m-%d %H:%M} UTC, {read.person.get_full_name()} ({read.person.email})"
    )


def _in_order(key: str) -> tuple[int, str]:
    """Return a key that sorts numbers as numbers, before anything else."""
    return (int(key), "") if key.isdecimal() else (2**63, key)
