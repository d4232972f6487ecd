"""What is written to people about a booking, in the language that is active.

Each function writes one letter from the booking as it is now. Who gets it, and whether it
is still true, is decided in mails.py. Subjects name no person.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bookings.approval import REASONS
from bookings.invitations import CANCEL, REQUEST, invitation
from bookings.letterhead import booking_url, request_url
from bookings.models import Booking, Decision
from bookings.states import Status
from bookings.wording import moment_text, money_text, span_text
from facilities.queries import rules_of
from notifications.letterhead import Fact, Letter, Link
from notifications.registry import Attachment

Payload = Mapping[str, Any]


def requested(booking: Booking, payload: Payload, now: datetime) -> Letter:
    """To the person: it waits for a decision, and holds its slot until then."""
    return _to_person(
        booking,
        subject=_("Requested: %(what)s"),
        title=_("Your request is waiting for a decision."),
        lines=(_held(booking),),
        # A change of what was in the calendar already changes it there, too.
        attachments=_calendar(booking, REQUEST, now) if booking.version > 1 else (),
    )


def to_decide(booking: Booking, payload: Payload, now: datetime) -> Letter:
    """To a manager: there is something to decide, and by when."""
    until = _local(booking, booking.hold_until)
    return _to_manager(
        booking,
        subject=_("To decide: %(what)s"),
        title=_("A request is waiting for your decision."),
        line=_("Undecided, it lapses on %(moment)s and the slot is free again.")
        % {"moment": moment_text(until)},
        link=Link(label=_("Decide"), url=request_url(booking.pk)),
    )


def confirmed(booking: Booking, payload: Payload, now: datetime) -> Letter:
    """To the person: it was approved at once, by rule."""
    return _to_person(
        booking,
        subject=_("Booked: %(what)s"),
        title=_("Your session is booked."),
        lines=(_cancelling(booking, now),),
        attachments=_calendar(booking, REQUEST, now),
    )


def approved(booking: Booking, payload: Payload, now: datetime) -> Letter:
    """To the person: somebody approved it, perhaps with a word."""
    return _to_person(
        booking,
        subject=_("Approved: %(what)s"),
        title=_("Your request is approved."),
        lines=(_cancelling(booking, now),),
        facts=_fact(_("Message from the platform"), _reason(booking, payload)),
        attachments=_calendar(booking, REQUEST, now),
    )


def rejected(booking: Booking, payload: Payload, now: datetime) -> Letter:
    """To the person: somebody refused it, and why."""
    return _to_person(
        booking,
        subject=_("Refused: %(what)s"),
        title=_("Your request is refused."),
        lines=(_("The slot is no longer held for you."),),
        facts=_fact(_("Reason"), _reason(booking, payload)),
        attachments=_withdrawal(booking, now),
    )


def expired(booking: Booking, payload: Payload, now: datetime) -> Letter:
    """To the person: nobody decided in time."""
    return _to_person(
        booking,
        subject=_("Lapsed: %(what)s"),
        title=_("Your request was not decided in time."),
        lines=(_("The slot is no longer held for you. You can ask again."),),
        attachments=_withdrawal(booking, now),
    )


def lapsed_undecided(booking: Booking, payload: Payload, now: datetime) -> Letter:
    """To a manager: a request lapsed on their platform."""
    return _to_manager(
        booking,
        subject=_("Lapsed: %(what)s"),
        title=_("A request lapsed without a decision."),
        line=_("The person has been told, and the slot is free again."),
        link=Link(label=_("See the booking"), url=booking_url(booking.pk)),
    )


def changed(booking: Booking, payload: Payload, now: datetime) -> Letter:
    """To the person: time, place or anything else is different now."""
    waits = booking.status == Status.REQUESTED
    return _to_person(
        booking,
        subject=_("Changed: %(what)s"),
        title=_("Your booking has changed."),
        lines=(_held(booking) if waits else _cancelling(booking, now),),
        attachments=_calendar(booking, REQUEST, now),
    )


def cancelled(booking: Booking, payload: Payload, now: datetime) -> Letter:
    """To the person: it is given up, and what that costs."""
    return _to_person(
        booking,
        subject=_("Cancelled: %(what)s"),
        title=_("Your booking is cancelled."),
        lines=(_cost_of_cancelling(booking),),
        facts=_fact(_("Reason"), booking.cancel_reason),
        attachments=_withdrawal(booking, now),
    )


def no_show(booking: Booking, payload: Payload, now: datetime) -> Letter:
    """To the person: nobody came, and what that costs."""
    facility = booking.instrument.facility
    lines = [_("Nobody started it in time, so the slot is free for others.")]
    if not booking.waived_reason:
        lines.append(_("The booked time is charged, less what others take of it."))
    if facility.email:
        lines.append(_("If this is a mistake, write to %(address)s.") % {"address": facility.email})
    return _to_person(
        booking,
        subject=_("Not used: %(what)s"),
        title=_("Your session was not used."),
        lines=tuple(lines),
    )


def reminder(booking: Booking, payload: Payload, now: datetime) -> Letter:
    """To the person: it begins soon."""
    start = _local(booking, booking.interval.start)
    return _to_person(
        booking,
        subject=_("Reminder: %(what)s"),
        title=_("Your session begins on %(moment)s.") % {"moment": moment_text(start)},
        lines=(_cancelling(booking, now),),
        attachments=_calendar(booking, REQUEST, now),
    )


def _to_person(
    booking: Booking,
    *,
    subject: str,
    title: str,
    lines: tuple[str, ...],
    facts: tuple[Fact, ...] = (),
    attachments: tuple[Attachment, ...] = (),
) -> Letter:
    project = booking.project.name if booking.project else ""
    account = str(booking.account) if booking.account else ""
    return Letter(
        subject=subject % {"what": _what(booking)},
        title=title,
        lines=lines,
        facts=(
            *facts,
            *_session(booking),
            *_fact(_("Project"), project),
            *_fact(_("Paid by"), account),
            *_fact(_("Price"), _price(booking)),
        ),
        link=Link(label=_("See the booking"), url=booking_url(booking.pk)),
        why=_("You receive this because the session is in your name."),
        attachments=attachments,
    )


def _to_manager(booking: Booking, *, subject: str, title: str, line: str, link: Link) -> Letter:
    team = f"{booking.team}, {booking.team.organisation}" if booking.team else ""
    reasons = [str(REASONS[code]) for code in booking.evaluation.get("approval_reasons", ())]
    return Letter(
        subject=subject % {"what": _what(booking)},
        title=title,
        lines=(line,),
        facts=(
            *_fact(_("Person"), str(booking.booked_for)),
            *_fact(_("Team"), team),
            *_session(booking),
            *_fact(_("Purpose"), booking.purpose),
            *_fact(_("Why you are asked"), " ".join(reasons)),
            *_fact(_("Price"), _price(booking)),
        ),
        link=link,
        why=_("You receive this because you manage this platform."),
    )


def _session(booking: Booking) -> tuple[Fact, ...]:
    instrument = booking.instrument
    name = instrument.name
    if instrument.units > 1:
        name = _("%(instrument)s, unit %(unit)s") % {"instrument": name, "unit": booking.unit}
    place = ", ".join(filter(None, (instrument.facility.localized_name, instrument.facility.site)))
    return (
        Fact(label=_("Instrument"), value=name),
        Fact(label=_("When"), value=f"{_when(booking)} ({instrument.facility.time_zone})"),
        Fact(label=_("Platform"), value=place),
    )


def _fact(label: str, value: str) -> tuple[Fact, ...]:
    return (Fact(label=label, value=value),) if value else ()


def _what(booking: Booking) -> str:
    return f"{booking.instrument.name}, {_when(booking)}"


def _when(booking: Booking) -> str:
    interval = booking.interval
    return span_text(_local(booking, interval.start), _local(booking, interval.end))


def _local(booking: Booking, instant: datetime | None) -> datetime:
    # Only a request has a deadline; its last one is its start (see moving.hold_deadline).
    return (instant or booking.interval.start).astimezone(booking.instrument.facility.tz)


def _price(booking: Booking) -> str:
    if booking.estimate_cents is None:
        return ""
    price = money_text(booking.estimate_cents)
    organisation = booking.team.organisation if booking.team else None
    if organisation is None or organisation.kind == organisation.Kind.HOST:
        return price
    return _("%(price)s excl. VAT") % {"price": price}


def _held(booking: Booking) -> str:
    return _("The slot is held for you until %(moment)s. The platform decides.") % {
        "moment": moment_text(_local(booking, booking.hold_until))
    }


def _cancelling(booking: Booking, now: datetime) -> str:
    minutes = rules_of(booking.instrument).free_cancellation_minutes
    free_until = booking.free_cancellation_until(minutes)
    if booking.evaluation.get("moved_late") or now > free_until:
        return _("The time for a free cancellation is over.")
    return _("Free to cancel until %(moment)s.") % {
        "moment": moment_text(_local(booking, free_until))
    }


def _cost_of_cancelling(booking: Booking) -> str:
    if not booking.late_cancellation or booking.waived_reason:
        return _("Nothing is charged.")
    if booking.estimate_cents is None:
        return _("It was too late to cancel for free: the booked time is charged.")
    return _(
        "It was too late to cancel for free: %(price)s, refunded for what others take of the slot."
    ) % {"price": _price(booking)}


def _reason(booking: Booking, payload: Payload) -> str:
    decision = Decision.objects.filter(booking=booking, pk=payload.get("decision", 0)).first()
    return decision.reason if decision else ""


def _calendar(booking: Booking, method: str, now: datetime) -> tuple[Attachment, ...]:
    return (invitation(booking, method=method, now=now),)


def _withdrawal(booking: Booking, now: datetime) -> tuple[Attachment, ...]:
    # A request that nobody approved or changed before it ended was never in a calendar.
    never_sent = booking.hold_until is not None and booking.version <= 2
    return () if never_sent else _calendar(booking, CANCEL, now)
