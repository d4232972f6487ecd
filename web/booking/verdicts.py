"""What the booking panel says of a wish: verdict, price, ways out; plain values for templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.errors import DomainError
from bookings.approval import REASONS
from bookings.errors import PolicyViolated, SlotTaken
from bookings.judging import Verdict
from bookings.money import Estimate, PriceLine
from bookings.moves import MoveVerdict
from bookings.queries import next_free
from bookings.violations import Violation
from bookings.wish import Wish
from bookings.wording import length_text, moment_text, money_text
from facilities.intervals import weeks_touched
from facilities.queries import managers_of
from web.booking.offers import Offer
from web.booking.ways_out import WayOut, way_to, ways_out
from web.errors import status_of
from web.forms.booking import BookingForm
from web.people import Viewer
from web.price_lines import HOUR, part_said

FULL_PERCENT = 100
MINUTES_OF_HOUR = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The box above the buttons: how it would go, in one of three moods."""

    mood: str
    icon: str
    title: str | Promise
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What it would cost, its sum, and until when giving it up costs nothing."""

    total: str
    sum: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    difference: str = ""


@dataclass(slots=True, kw_only=True)
class Answer:
    """What the panel shows beside what was typed."""

    status: int = HTTPStatus.OK
    said: Said | None = None
    price: Price | None = None
    free_until: str = ""
    left: str = ""
    ways: dict[str, list[WayOut]] = field(default_factory=dict)
    alternatives: list[WayOut] = field(default_factory=list)
    is_overridable: bool = False

    @property
    def is_off(self) -> bool:
        """Whether the button would be refused as things are."""
        return self.said is not None and self.said.mood == "is-risk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The form in front of a person, with what it asks for."""

    viewer: Viewer
    form: BookingForm
    offer: Offer
    wish: Wish
    now: dt.datetime
    kept_id: int | None = None
    is_requested: bool = False

    @property
    def instrument(self) -> Any:
        """The instrument that is chosen."""
        return self.offer.instruments[self.wish.instrument_id]

    @property
    def tz(self) -> dt.tzinfo:
        """The clock of the platform."""
        tz: dt.tzinfo = self.instrument.facility.tz
        return tz


def answer_of(judged: Verdict, desk: Desk) -> Answer:
    """Put a verdict into the form, and return what stands beside it."""
    desk.form.say(judged.violations)
    answer = Answer(
        said=_said(judged, desk),
        alternatives=[way_to(period, tz=desk.tz) for period in judged.alternatives or ()],
    )
    _add_money(answer, judged, desk)
    _add_ways(answer, judged.violations, desk)
    return answer


def _add_money(answer: Answer, judged: Verdict, desk: Desk) -> None:
    until = judged.free_until
    answer.free_until = moment_text(until.astimezone(desk.tz)) if until > desk.now else ""
    answer.price, answer.left = _price(judged), _left(judged)


def answer_to_refusal(refusal: DomainError, desk: Desk, *, judged: Callable[[], Verdict]) -> Answer:
    """Put a refusal into the form, and return what stands beside it: the price all the same."""
    answer = Answer(status=status_of(refusal))
    if isinstance(refusal, PolicyViolated | SlotTaken):
        _add_money(answer, judged(), desk)
    if isinstance(refusal, PolicyViolated):
        desk.form.say(refusal.violations)
        answer.said = _to_settle(len(refusal.violations))
        _add_ways(answer, refusal.violations, desk)
    elif isinstance(refusal, SlotTaken):
        desk.form.add_error("start", str(refusal))
        answer.said = _to_settle(1)
        answer.alternatives = [way_to(period, tz=desk.tz) for period in refusal.alternatives]
    else:
        desk.form.add_error(None, str(refusal))
    return answer


def _add_ways(answer: Answer, violations: Sequence[Violation], desk: Desk) -> None:
    answer.is_overridable = bool(violations) and all(one.is_overridable for one in violations)
    answer.ways = ways_out(
        violations, form=desk.form, offer=desk.offer, wanted=desk.wish.period, tz=desk.tz
    )
    about_time = [one for one in violations if one.field in ("start", "end")]
    has_time = any(way.name == "try" for ways in answer.ways.values() for way in ways)
    if about_time and not has_time and not answer.alternatives:
        times = next_free(
            wish=desk.wish,
            instrument=desk.instrument,
            now=desk.now,
            without_booking_id=desk.kept_id,
        )
        answer.ways.setdefault(about_time[0].field, []).extend(
            way_to(period, tz=desk.tz) for period in times
        )


def _said(judged: Verdict, desk: Desk) -> Said:
    if judged.violations:
        return _to_settle(len(judged.violations))
    reasons = tuple(str(REASONS[code]) for code in judged.approval_reasons)
    is_move = isinstance(judged, MoveVerdict)
    asks_again = isinstance(judged, MoveVerdict) and judged.asks_again
    if reasons and (not is_move or asks_again or desk.is_requested):
        title = _decider(desk)
        if asks_again:
            title = _("The approval is asked for again.") + " " + title
        return Said(mood="is-wait", icon="hourglass", title=title, lines=reasons)
    title = _("Changed at once.") if is_move else _("Confirmed at once.")
    return Said(mood="is-ok", icon="circle-check", title=title, lines=_quota(judged, desk))


def _to_settle(count: int) -> Said:
    title = ngettext("One thing to settle first.", "%(count)d things to settle first.", count)
    return Said(mood="is-risk", icon="circle-alert", title=title % {"count": count})


def _decider(desk: Desk) -> str:
    """Say who decides; to partners, who read no names, it is the platform."""
    managers = [] if desk.viewer.is_partner else managers_of(desk.instrument.facility_id)
    if len(managers) == 1 and managers[0] != desk.viewer.user:
        return _("%(name)s decides.") % {"name": managers[0]}
    return _("The platform decides.")


def _quota(judged: Verdict, desk: Desk) -> tuple[str, ...]:
    """Say how much of the week's hours is used with this booking, where they are limited."""
    limit = judged.facts.rules.person_weekly_minutes
    if limit is None:
        return ()
    monday = weeks_touched(desk.wish.period, desk.tz)[0]
    held = judged.facts.person_week_minutes.get(monday, 0) + desk.wish.period.minutes
    text = _("With it, %(held)s of %(limit)s are booked that week.")
    return (text % {"held": length_text(held), "limit": length_text(limit)},)


def _price(judged: Verdict) -> Price | None:
    if judged.estimate is None:
        return None
    lines = judged.estimate.lines
    return Price(
        total=money_text(judged.estimate.amount_cents),
        sum=_line_text(lines[0]) if len(lines) == 1 else "",
        lines=tuple((_line_text(line), money_text(line.amount_cents)) for line in lines)
        if len(lines) > 1
        else (),
        difference=_difference(judged, judged.estimate),
    )


def _line_text(line: PriceLine) -> str:
    """Write a line as 2 h × €18.00, full rate."""
    if line.unit != HOUR:
        return part_said(line)
    words = {
        "length": length_text(round(line.quantity * MINUTES_OF_HOUR)),
        "rate": money_text(line.unit_price_cents),
        "percent": line.percent,
    }
    if line.percent == FULL_PERCENT:
        return _("%(length)s × %(rate)s, full rate") % words
    return _("%(length)s × %(rate)s × %(percent)d%%") % words


def _difference(judged: Verdict, estimate: Estimate) -> str:
    if not isinstance(judged, MoveVerdict) or judged.old_cents is None:
        return ""
    cents = estimate.amount_cents - judged.old_cents
    if not cents:
        return _("as before")
    more, less = pgettext("of a price", "%(sum)s more"), pgettext("of a price", "%(sum)s less")
    return (more if cents > 0 else less) % {"sum": money_text(abs(cents))}


def _left(judged: Verdict) -> str:
    """Say what is left on the account before and after."""
    left = judged.facts.account_left_cents
    if left is None:
        return ""
    cost = judged.estimate.amount_cents if judged.estimate else 0
    before = left - (judged.old_cents or 0 if isinstance(judged, MoveVerdict) else 0)
    if cost > left:
        return _("%(before)s left") % {"before": money_text(before)}
    return _("%(before)s left, %(after)s after this booking") % {
        "before": money_text(before),
        "after": money_text(left - cost),
    }
