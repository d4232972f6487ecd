"""Adding, describing, stopping and retiring instruments."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from accounts.models import User
from accounts.transactions import use_case
from facilities.errors import NameTaken, ReasonMissing
from facilities.models import BookingRules, Instrument
from facilities.services.scope import facility_set_up_by, instrument_set_up_by
from facilities.versions import require_as_seen

State = Instrument.State


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentCard:
    """What an instrument is, as its form shows it."""

    name: str
    kind: str
    mode: str
    units: int = 1
    category: str = ""
    drawing: str = ""
    location: str = ""
    description: str = ""


CARD = tuple(InstrumentCard.__dataclass_fields__)


@use_case
def add_instrument(*, actor: User, facility_code: str, card: InstrumentCard) -> Instrument:
    """Add an instrument to a platform, with the usual rules. It follows the platform's hours.

    Raises:
        NotFound: no such platform, or somebody else's.
        NameTaken: the platform has one of that name.
    """
    facility = facility_set_up_by(actor, code=facility_code, lock=True)
    _require_free_name(facility.pk, card.name)
    instrument = Instrument.objects.create(facility=facility, **asdict(card))
    BookingRules.objects.create(instrument=instrument)
    return instrument


@use_case
def change_instrument(
    *, actor: User, instrument_id: int, card: InstrumentCard, seen: str
) -> Instrument:
    """Change what an instrument is. Bookings keep the unit they have.

    Raises:
        NotFound: no such instrument, or somebody else's.
        StaleVersion: it changed since the actor read it.
        NameTaken: the platform has another of that name.
    """
    instrument = instrument_set_up_by(actor, instrument_id)
    require_as_seen(instrument, CARD, seen)
    _require_free_name(instrument.facility_id, card.name, but=instrument_id)
    for column, value in asdict(card).items():
        setattr(instrument, column, value)
    instrument.save(update_fields=CARD)
    return instrument


def stop_instrument(*, actor: User, instrument_id: int, reason: str) -> Instrument:
    """Put an instrument out of service: nothing new is booked, what is booked stays.

    Raises:
        NotFound: no such instrument, or somebody else's.
        ReasonMissing: no reason was given.
    """
    if not reason.strip():
        raise ReasonMissing
    return _set_state(
        actor=actor, instrument_id=instrument_id, state=State.OUT_OF_SERVICE, reason=reason
    )


def resume_instrument(*, actor: User, instrument_id: int) -> Instrument:
    """Put an instrument back into service, also one that was retired.

    Raises:
        NotFound: no such instrument, or somebody else's.
    """
    return _set_state(actor=actor, instrument_id=instrument_id, state=State.WORKING, reason="")


def retire_instrument(*, actor: User, instrument_id: int, reason: str = "") -> Instrument:
    """Take an instrument out of use for good; its bookings and charges stay.

    Raises:
        NotFound: no such instrument, or somebody else's.
    """
    return _set_state(actor=actor, instrument_id=instrument_id, state=State.RETIRED, reason=reason)


@use_case
def _set_state(*, actor: User, instrument_id: int, state: str, reason: str) -> Instrument:
    # The instrument's lock: a booking is judged before it stops or after, never beside it.
    instrument = instrument_set_up_by(actor, instrument_id)
    instrument.state, instrument.state_reason = state, reason.strip()
    instrument.save(update_fields=["state", "state_reason"])
    return instrument


def _require_free_name(facility_id: int, name: str, *, but: int = 0) -> None:
    named = Instrument.objects.filter(facility=facility_id, name=name).exclude(pk=but)
    if named.exists():
        raise NameTaken(name=name)
