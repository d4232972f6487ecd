"""Closures of a platform, and blocks on its instruments: what comes, and making one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError
from billing.holidays import named_holidays
from bookings.consequences import blocks_coming
from bookings.errors import BookingsHit
from bookings.services import TimeAside, bookings_hit, lift_block, set_time_aside
from bookings.wording import day_text, span_text
from facilities.intervals import DAY, Interval, local_day
from facilities.permissions import closures_visible_to
from facilities.services import open_again
from web.forms.closing import OF_INSTRUMENT, OF_PLATFORM, ClosingForm
from web.pages import carried_out
from web.people import PageRequest
from web.sessions import SHOWN_WITH, Session, day_said, sessions_of
from web.views.running.scope import platform_page, shown

MOST = 200
A_YEAR = 365 * DAY
HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A closure or a block in the list; `undo` is the step that takes it back, if any."""

    id: int
    period: Interval
    when: str
    place: str
    word: str
    reason: str
    undo: str


@require_safe
@platform_page
def index(request: PageRequest, facility: Any) -> HttpResponse:
    """Show what is closed or blocked from now on, and the public holidays to come."""
    now = timezone.now()
    closures = closures_visible_to(request.viewer.user, facility_code=facility.code, start=now)
    blocks = blocks_coming(facility.pk, now=now).select_related("instrument")
    rows = [_closure_row(one, facility, request) for one in closures[:MOST]]
    rows += [_block_row(one, facility) for one in blocks[:MOST]]
    rows.sort(key=lambda row: row.period)
    closed = [row.period for row in rows if row.undo != "platform_lift"]
    context = {"rows": rows, "holidays": _holidays(facility, closed, now=now)}
    return shown(request, facility, "closures", context)


def _closure_row(closure: Any, facility: Any, request: PageRequest) -> Row:
    is_centre = closure.facility_id is None
    may_undo = not is_centre or request.viewer.is_administrator
    return _row(
        closure.pk,
        Interval(closure.starts_at, closure.ends_at),
        facility,
        place=_("The whole centre") if is_centre else _("The whole platform"),
        word=closure.get_kind_display(),
        reason=closure.reason,
        undo="platform_reopen" if may_undo else "",
    )


def _block_row(block: Any, facility: Any) -> Row:
    place = block.instrument.name
    if block.instrument.units > 1:
        place = _("%(name)s, position %(unit)d") % {"name": place, "unit": block.unit}
    return _row(
        block.pk,
        block.interval,
        facility,
        place=place,
        word=str(OF_INSTRUMENT[block.kind]),
        reason=block.purpose,
        undo="platform_lift",
    )


def _row(pk: int, period: Interval, facility: Any, **said: str) -> Row:
    start, end = period.start.astimezone(facility.tz), period.end.astimezone(facility.tz)
    return Row(id=pk, period=period, when=_said(start, end), **said)


def _said(start: dt.datetime, end: dt.datetime) -> str:
    midnight = dt.time(0)
    if start.time() != midnight or end.time() != midnight:
        return span_text(start, end)
    first, last = day_text(start.date()), day_text((end - DAY).date())
    return first if first == last else f"{first} – {last}"


def _holidays(
    facility: Any, closed: list[Interval], *, now: dt.datetime
) -> list[tuple[dt.date, str, str]]:
    """Return the public holidays of a year ahead on which the platform is not closed yet."""
    today = now.astimezone(facility.tz).date()
    known = named_holidays(first=today + DAY, last=today + A_YEAR, language=get_language() or "fr")
    return [
        (day, day_said(day, today=today), name)
        for day, name in known
        if not any(period.contains(local_day(day, facility.tz)) for period in closed)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@platform_page
def new(request: PageRequest, facility: Any) -> HttpResponse:
    """Close the platform or block an instrument; bookings in it are decided about first."""
    places = _places(facility)
    if request.method != "POST":
        form = ClosingForm(tz=facility.tz, places=places, initial=_started(request, facility))
        return shown(request, facility, "closing", {"form": form})
    form = ClosingForm(request.POST, tz=facility.tz, places=places)
    if not form.is_valid():
        return shown(request, facility, "closing", {"form": form}, status=422)
    time, now = form.time(facility_code=facility.code), timezone.now()
    hit = sessions_of(
        bookings_hit(time).select_related(*SHOWN_WITH)[:MOST], viewer=request.viewer, now=now
    )
    cancel, keep = _decided(request, hit)
    if hit and "close" not in request.POST and "all" not in request.POST:
        return shown(request, facility, "closing", {"form": form, "hit": hit})
    try:
        done = set_time_aside(
            actor=request.viewer.user, time=time, cancel_ids=cancel, keep_ids=keep, now=now
        )
    except DomainError as refusal:
        context = {"form": form, "hit": hit, "cancel": cancel, "keep": keep}
        form.add_error(None, str(refusal))
        return shown(request, facility, "closing", context, status=422)
    messages.success(request, _told(time, len(done.cancelled)))
    return redirect("platform_closures", code=facility.code)


def _places(facility: Any) -> list[tuple[int, str]]:
    instruments = facility.instruments.exclude(state="retired").order_by("name", "pk")
    return list(instruments.values_list("pk", "name"))


def _decided(request: PageRequest, hit: list[Session]) -> tuple[set[int], set[int]]:
    """Return which of the shown bookings are to be cancelled, and which kept."""
    chosen = {session.id: request.POST.get(f"booking-{session.id}", "") for session in hit}
    if (all_of_them := request.POST.get("all", "")) in ("cancel", "keep"):
        chosen = dict.fromkeys(chosen, all_of_them)
    cancel = {pk for pk, word in chosen.items() if word == "cancel"}
    return cancel, {pk for pk, word in chosen.items() if word == "keep"}


def _started(request: PageRequest, facility: Any) -> dict[str, Any]:
    tomorrow = timezone.now().astimezone(facility.tz).date() + DAY
    try:
        first = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        first = tomorrow
    instrument = request.GET.get("instrument", "")
    kind = request.GET.get("kind", "")
    usual = "maintenance" if instrument else "shutdown"
    return {
        "place": instrument if instrument.isdecimal() else "",
        "kind": kind if kind in {**OF_PLATFORM, **OF_INSTRUMENT} else usual,
        "first": first,
        "last": first,
        "opens": "00:00",
        "closes": "00:00",
        "reason": request.GET.get("reason", "")[:200],
    }


def _told(time: TimeAside, cancelled: int) -> str:
    said = _("Closed.") if time.instrument_id is None else _("Blocked.")
    if not cancelled:
        return said
    told = ngettext(
        "%(count)d booking is cancelled free of charge; its person is told by mail.",
        "%(count)d bookings are cancelled free of charge; their people are told by mail.",
        cancelled,
    ) % {"count": cancelled}
    return f"{said} {told}"


@require_POST
@platform_page
def holidays(request: PageRequest, facility: Any) -> HttpResponse:
    """Close the platform on the public holidays that were ticked."""
    now = timezone.now()
    known = {
        f"{day:%Y-%m-%d}": (day, name) for day, _text, name in _holidays(facility, [], now=now)
    }
    closed, held = 0, []
    for day, name in (known[key] for key in request.POST.getlist("day") if key in known):
        time = TimeAside(
            facility_code=facility.code,
            instrument_id=None,
            kind=HOLIDAY,
            period=local_day(day, facility.tz),
            reason=name,
        )
        try:
            set_time_aside(
                actor=request.viewer.user, time=time, cancel_ids=(), keep_ids=(), now=now
            )
            closed += 1
        except BookingsHit:
            held.append(day_text(day))
    if closed:
        said = ngettext("Closed on %(count)d day.", "Closed on %(count)d days.", closed)
        messages.success(request, said % {"count": closed})
    if held:
        days = {"days": ", ".join(held)}
        said = _("Bookings lie on %(days)s: close it by itself and say what becomes of them.")
        messages.error(request, said % days)
    return redirect("platform_closures", code=facility.code)


@require_POST
@platform_page
def reopen(request: PageRequest, facility: Any, closure_id: int) -> HttpResponse:
    """Take a closure back."""

    def step() -> str:
        closure = open_again(actor=request.viewer.user, closure_id=closure_id)
        return _("Open again: %(reason)s.") % {"reason": closure.reason}

    return carried_out(request, step, otherwise=f"/platform/{facility.code}/closures/")


@require_POST
@platform_page
def lift(request: PageRequest, facility: Any, block_id: int) -> HttpResponse:
    """Take a block away."""

    def step() -> str:
        block = lift_block(actor=request.viewer.user, booking_id=block_id, now=timezone.now())
        return _("Free again: %(name)s.") % {"name": block.instrument.name}

    return carried_out(request, step, otherwise=f"/platform/{facility.code}/closures/")
