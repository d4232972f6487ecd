"""What a reservation or a usage event of NEMO says, as a value; pure but for the look-ups."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from accounts.models import FundingAccount, User
from billing.nemo.dump import Row
from billing.nemo.projects import Payer
from billing.nemo.references import Directory
from billing.nemo.values import Fields, Refused
from bookings.states import Status
from facilities.intervals import Interval
from facilities.models import Instrument

PURPOSE_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """What the small tables of a dump have become."""

    people: Directory[User]
    accounts: Directory[FundingAccount]
    payers: Directory[Payer]
    tools: Directory[Instrument]
    areas: Directory[Instrument]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """A reservation. `status` is the one it gets here; approved means it is still to come."""

    key: str
    instrument: Instrument
    person: User
    creator_id: int
    payer: Payer | None
    period: Interval
    status: Status
    created_at: dt.datetime
    cancelled_at: dt.datetime | None
    cancel_reason: str
    purpose: str
    hid_patient: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A usage event; without an end it is still going on."""

    key: str
    instrument: Instrument
    person: User
    operator_id: int
    payer: Payer | None
    started_at: dt.datetime
    ended_at: dt.datetime | None
    purpose: str
    hid_patient: bool


def reservation(row: Row, here: Here, now: dt.datetime) -> Reservation:
    """Read a reservation.

    Raises:
        Refused: it is of nothing, of nobody, of no time, or not readable.
    """
    fields = Fields(row.fields)
    person = here.people.required(row.fields.get("user"), "user")
    creator = here.people.find(row.fields.get("creator"), "creator")
    period = _period(fields)
    status = _status(fields, period, now)
    cancelled = status == Status.CANCELLED
    purpose, hid_patient = _purpose(fields, "title", "additional_information")
    return Reservation(
        key=row.key,
        instrument=_place(row, here),
        person=person,
        creator_id=(creator or person).pk,
        payer=here.payers.find(row.fields.get("project"), "project"),
        period=period,
        status=status,
        created_at=fields.instant("creation_time") or now,
        cancelled_at=(fields.instant("cancellation_time") or period.start) if cancelled else None,
        cancel_reason=_cancel_reason(row, fields) if cancelled else "",
        purpose=purpose,
        hid_patient=hid_patient,
    )


def use(row: Row, here: Here, now: dt.datetime) -> Use:
    """Read a usage event.

    Raises:
        Refused: it is of nothing, of nobody, of a time to come, or not readable.
    """
    fields = Fields(row.fields)
    person = here.people.required(row.fields.get("user"), "user")
    operator = here.people.find(row.fields.get("operator"), "operator")
    started_at, ended_at = fields.required_instant("start"), fields.instant("end")
    if max(started_at, ended_at or started_at) > now:
        raise Refused("lies in the future")
    if ended_at is not None and ended_at < started_at:
        raise Refused("ends before it starts")
    purpose, hid_patient = _purpose(fields, "note")
    return Use(
        key=row.key,
        instrument=here.tools.required(row.fields.get("tool"), "tool"),
        person=person,
        operator_id=(operator or person).pk,
        payer=here.payers.find(row.fields.get("project"), "project"),
        started_at=started_at,
        ended_at=ended_at,
        purpose=purpose,
        hid_patient=hid_patient,
    )


def _place(row: Row, here: Here) -> Instrument:
    tool = here.tools.find(row.fields.get("tool"), "tool")
    place = tool or here.areas.find(row.fields.get("area"), "area")
    if place is None:
        raise Refused("is of neither a tool nor an area")
    return place


def _period(fields: Fields) -> Interval:
    start, end = fields.required_instant("start"), fields.required_instant("end")
    if end <= start:
        raise Refused("does not end after it starts")
    return Interval(start, end)


def _status(fields: Fields, period: Interval, now: dt.datetime) -> Status:
    if fields.flag("cancelled") or fields.flag("shortened"):
        return Status.CANCELLED
    if fields.flag("missed"):
        return Status.NO_SHOW
    return Status.COMPLETED if period.end <= now else Status.APPROVED


def _cancel_reason(row: Row, fields: Fields) -> str:
    verb = "Shortened" if fields.flag("shortened") else "Cancelled"
    descendant = row.fields.get("descendant")
    return f"{verb} in NEMO" + (f", replaced by its reservation {descendant}" if descendant else "")


def _purpose(fields: Fields, *names: str) -> tuple[str, bool]:
    read = [fields.free_text(name, PURPOSE_LENGTH) for name in names]
    text = " · ".join(text for text, _hidden in read if text)
    return text[:PURPOSE_LENGTH], any(hidden for _text, hidden in read)
