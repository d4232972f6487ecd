"""NEMO's usage events become usage sessions.

A use is tied to the reservation of the same person and tool that it overlaps most; one
without such a reservation gets a booking of its own, as history. Nothing of it is billed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from billing.nemo.held import Held, Span
from billing.nemo.keeping import BATCH, imported_before, span
from billing.nemo.reading import Here, Use, use
from billing.nemo.references import ORIGIN, origin_id
from billing.nemo.report import Report, Tally
from billing.nemo.stream import stream
from bookings.models import Booking, UsageSession
from bookings.states import Status
from facilities.intervals import Interval

KIND = "usageevent"
RUNNING = "is still going on, or was never ended; import again when it has ended"
NO_TIME = "lasts no time and belongs to no reservation"


def keep_uses(path: Path, *, here: Here, held: Held, report: Report, now: dt.datetime) -> None:
    """Read the usage events of a dump as a stream and write them."""
    batch: list[Use] = []
    for read in stream(path, model=KIND, read=lambda row: use(row, here, now), report=report):
        batch.append(read)
        if len(batch) == BATCH:
            _write(batch, held, report, now)
            batch.clear()
    _write(batch, held, report, now)


@dataclass(slots=True)
class _Batch:
    """What is to be written of one batch of uses."""

    sessions: dict[int, UsageSession]
    """The known sessions of the bookings in question, by booking."""

    own: Mapping[str, Booking]
    """The bookings that earlier imports made for uses without a reservation."""

    tally: Tally
    new: list[UsageSession] = field(default_factory=list)
    changed: list[UsageSession] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)

    def tie(self, read: Use, booking_id: int) -> None:
        """Make the session of a booking say what a use says."""
        known = self.sessions.get(booking_id)
        if known is None:
            self.sessions[booking_id] = _session(read, booking_id=booking_id)
            self.new.append(self.sessions[booking_id])
            self.tally.created += 1
        elif known.ended_at != read.ended_at:
            known.ended_at = read.ended_at
            self.changed.append(known)
            self.tally.updated += 1
        else:
            self.tally.unchanged += 1


def _write(uses: Sequence[Use], held: Held, report: Report, now: dt.datetime) -> None:
    candidates = {read.key: _candidates(read, held, now) for read in uses}
    own = imported_before(Booking.objects, KIND, candidates)
    ids = {pk for found in candidates.values() for _start, _end, pk in found}
    ids |= {booking.pk for booking in own.values()}
    sessions = UsageSession.objects.filter(booking__in=ids)
    batch = _Batch(
        sessions={session.booking_id: session for session in sessions},
        own=own,
        tally=report.tallies[KIND],
    )
    for read in uses:
        _place(read, candidates[read.key], batch, report, now)
    Booking.objects.bulk_create(batch.bookings)
    UsageSession.objects.bulk_create(batch.new)
    UsageSession.objects.bulk_update(batch.changed, ["ended_at"])
    _follow(batch, now)


def _place(
    read: Use, candidates: Sequence[Span], batch: _Batch, report: Report, now: dt.datetime
) -> None:
    """Tie a use to the booking it had before, else to a reservation, else to one of its own."""
    if before := batch.own.get(read.key):
        batch.tie(read, before.pk)
        return
    same = [pk for *_span, pk in candidates if _is_of(batch.sessions.get(pk), read)]
    free = [pk for *_span, pk in candidates if pk not in batch.sessions]
    if same or free:
        batch.tie(read, (same or free)[0])
    elif read.ended_at is None:
        report.skip(KIND, read.key, RUNNING)
    elif read.ended_at == read.started_at:
        report.skip(KIND, read.key, NO_TIME)
    else:
        booking = _own_booking(read, Interval(read.started_at, read.ended_at), now)
        batch.bookings.append(booking)
        batch.new.append(_session(read, booking=booking))
        batch.tally.created += 1


def _candidates(read: Use, held: Held, now: dt.datetime) -> list[Span]:
    """Return the bookings a use may belong to, the most overlapping first.

    One that goes on belongs to a booking that goes on; of others it was never ended.
    """
    until = read.ended_at or read.started_at
    spans = held.near(read.instrument.pk, read.person.pk, since=read.started_at, until=until)
    if read.ended_at is None:
        return [span for span in spans if span[0] <= read.started_at < span[1] and now < span[1]]

    def overlap(span: Span) -> dt.timedelta:
        return min(span[1], read.ended_at or now) - max(span[0], read.started_at)

    longest = sorted(spans, key=overlap, reverse=True)
    return [
        span
        for span in longest
        if overlap(span) > dt.timedelta(0) or span[0] <= read.started_at == read.ended_at < span[1]
    ]


def _is_of(session: UsageSession | None, read: Use) -> bool:
    return session is not None and session.started_at == read.started_at


def _session(
    read: Use, *, booking_id: int | None = None, booking: Booking | None = None
) -> UsageSession:
    session = UsageSession(
        started_at=read.started_at,
        ended_at=read.ended_at,
        source=UsageSession.Source.IMPORT,
        started_by_id=read.operator_id,
    )
    if booking is not None:
        session.booking = booking
    elif booking_id is not None:
        session.booking_id = booking_id
    return session


def _own_booking(read: Use, period: Interval, now: dt.datetime) -> Booking:
    return Booking(
        instrument=read.instrument,
        status=Status.COMPLETED,
        booked_for=read.person,
        created_by_id=read.operator_id,
        team_id=read.payer.account.team_id if read.payer else None,
        project_id=read.payer.project.pk if read.payer else None,
        account_id=read.payer.account.pk if read.payer else None,
        period=span(period),
        blocked=span(period),
        purpose=read.purpose,
        imported_history=True,
        origin=ORIGIN,
        origin_id=origin_id(KIND, read.key),
        created_at=read.started_at,
        updated_at=now,
    )


def _follow(batch: _Batch, now: dt.datetime) -> None:
    """Let bookings that are still going on follow their use: in use, or over early.

    One that is over early was used under NEMO and is billed there: it becomes history.
    """
    touched = {session.booking_id: session for session in (*batch.new, *batch.changed)}
    current = Booking.objects.filter(
        pk__in=touched, imported_history=False, status__in=[Status.APPROVED, Status.IN_USE]
    )
    for booking in current:
        over = touched[booking.pk].ended_at is not None
        booking.status = Status.COMPLETED if over else Status.IN_USE
        booking.imported_history = over
        booking.updated_at = now
        booking.save(update_fields=["status", "imported_history", "updated_at"])
