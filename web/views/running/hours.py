"""The weekly hours of a platform and of its instruments, as a week one can look at."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import NotFound
from facilities.choices import WEEKDAYS
from facilities.hours import slot_of, slots_of
from facilities.services import add_hours, change_hours, remove_hours
from facilities.services.hours import HOURS
from facilities.versions import seen_as
from web.forms.running import HoursForm
from web.people import PageRequest
from web.ribbons import HOURS as SCALE
from web.running.hours import weeks_of
from web.views.running.scope import attempted, platform_page, shown


@require_safe
@platform_page
def week(request: PageRequest, facility: Any) -> HttpResponse:
    """Show when the platform is open, and which instruments keep hours of their own."""
    today = timezone.now().astimezone(facility.tz).date()
    instruments = list(facility.instruments.exclude(state="retired").order_by("name", "pk"))
    slots = slots_of(facility)
    own = {slot.instrument_id for slot in slots}
    context = {
        "weeks": weeks_of(facility, instruments, slots, today=today),
        "following": [one for one in instruments if one.pk not in own],
        "has_platform_hours": None in own,
        "hours": SCALE,
    }
    return shown(request, facility, "hours", context)


@require_http_methods(["GET", "HEAD", "POST"])
@platform_page
def new(request: PageRequest, facility: Any) -> HttpResponse:
    """Open the platform or one of its instruments, on some weekdays."""
    places = _places(facility)
    form = HoursForm(request.POST or None, places=places, initial=_started(request, places))
    if request.method == "POST" and form.is_valid():

        def step() -> str:
            cleaned = form.cleaned_data
            add_hours(
                actor=request.viewer.user,
                facility_code=facility.code,
                weekdays=cleaned["weekdays"],
                hours=form.hours(),
                instrument_id=cleaned["place"],
            )
            return _("Opening hours added.")

        if done := attempted(request, step, form, to="platform_hours", code=facility.code):
            return done
    status = form.refused_with if request.method == "POST" else 200
    return shown(request, facility, "hours_form", {"form": form}, status=status)


def _places(facility: Any) -> list[tuple[int, str]]:
    instruments = facility.instruments.exclude(state="retired").order_by("name", "pk")
    return list(instruments.values_list("pk", "name"))


def _started(request: PageRequest, places: list[tuple[int, str]]) -> dict[str, Any]:
    asked = request.GET.get("instrument", "")
    known = {str(pk) for pk, _name in places}
    return {
        "place": asked if asked in known else "",
        "weekdays": ["0", "1", "2", "3", "4"],
        "opens": "08:00",
        "closes": "20:00",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@platform_page
def edit(request: PageRequest, facility: Any, slot_id: int) -> HttpResponse:
    """Change a weekly opening, give it a last day, or take it away."""
    slot = slot_of(facility, slot_id)
    if slot is None:
        raise NotFound
    if request.method != "POST":
        initial = {name: getattr(slot, name) for name in HOURS} | {"weekdays": [str(slot.weekday)]}
        form = _one_day(HoursForm(places=[], initial={**initial, "seen": seen_as(slot, HOURS)}))
        return shown(request, facility, "hours_form", {"form": form, "slot": slot})
    form = _one_day(HoursForm(request.POST, places=[]))

    def step() -> str:
        if "remove" in request.POST:
            remove_hours(actor=request.viewer.user, slot_id=slot_id)
            return _("Opening hours removed.")
        change_hours(
            actor=request.viewer.user,
            slot_id=slot_id,
            weekday=int(form.cleaned_data["weekdays"]),
            hours=form.hours(),
            seen=form.cleaned_data["seen"],
        )
        return _("Saved.")

    is_whole = form.is_valid()
    if ("remove" in request.POST or is_whole) and (
        done := attempted(request, step, form, to="platform_hours", code=facility.code)
    ):
        return done
    context = {"form": form, "slot": slot}
    return shown(request, facility, "hours_form", context, status=form.refused_with)


def _one_day(form: HoursForm) -> HoursForm:
    """Let a form choose one weekday and no other place: the slot stays the same one."""
    from django import forms

    day = forms.TypedChoiceField(
        label=_("On"), choices=WEEKDAYS, coerce=int, widget=forms.Select(attrs={"class": "pl-in"})
    )
    form.fields["weekdays"] = day
    form.initial["weekdays"] = (form.initial.get("weekdays") or ["0"])[0]
    del form.fields["place"]
    return form
