"""A platform at a glance, and what it is; which platforms somebody runs."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import NotPermitted
from billing.readiness import readiness_of
from compliance.permissions import facilities_trained_by
from facilities.permissions import facilities_set_up_by
from facilities.services import change_facility
from facilities.services.platforms import CARD
from facilities.staffing import staff_of
from facilities.versions import seen_as
from web.forms.running import FacilityForm
from web.pages import member_page
from web.people import PageRequest
from web.views.running.scope import attempted, platform_page, shown


@require_safe
@member_page
def index(request: PageRequest) -> HttpResponse:
    """Go to the platform somebody sets up; where there are several, let them choose."""
    return _chosen(request, facilities_set_up_by(request.viewer.user), to="platform")


@require_safe
@member_page
def people_index(request: PageRequest) -> HttpResponse:
    """Go to the people of the platform somebody trains on; of several, let them choose."""
    return _chosen(request, facilities_trained_by(request.viewer.user), to="platform_people")


def _chosen(request: PageRequest, facilities: Any, *, to: str) -> HttpResponse:
    found = list(facilities)
    if len(found) == 1:
        return redirect(to, code=found[0].code)
    if not found and request.viewer.is_administrator:
        return redirect("first_run")
    if not found:
        raise NotPermitted
    return render(request, "web/running/index.html", {"facilities": found, "to": to})


@require_safe
@platform_page
def overview(request: PageRequest, facility: Any) -> HttpResponse:
    """Show the platform's instruments, and say what each lacks before it can be booked."""
    today = timezone.now().astimezone(facility.tz).date()
    rows = readiness_of(facility, on=today)
    roles = staff_of(facility.pk)
    in_use = [row for row in rows if row.instrument.state != "retired"]
    context = {
        "rows": in_use,
        "retired": [row for row in rows if row not in in_use],
        "missing": _missing(in_use, roles),
        "bookable": sum(row.is_bookable for row in in_use),
        "staff": roles,
    }
    return shown(request, facility, "overview", context)


def _missing(rows: list[Any], roles: list[Any]) -> list[tuple[str, str]]:
    """Return what stands between the platform and its bookings, with the page that helps."""
    missing = []
    if not rows:
        missing.append((_("It has no instrument yet."), "platform_instrument_new"))
    if rows and not any(row.is_open for row in rows):
        missing.append((_("It is never open: no opening hours are set."), "platform_hours"))
    if not any(role.role == "manager" for role in roles):
        missing.append((_("Nobody decides requests: it has no manager."), "platform_staff"))
    return missing


@require_http_methods(["GET", "HEAD", "POST"])
@platform_page
def details(request: PageRequest, facility: Any) -> HttpResponse:
    """Say what the platform is called, where it is and how its time is billed."""
    if request.method == "POST":
        form = FacilityForm(request.POST)
        if form.is_valid():

            def step() -> str:
                change_facility(
                    actor=request.viewer.user,
                    code=facility.code,
                    card=form.card(time_zone=facility.time_zone),
                    seen=form.cleaned_data["seen"],
                )
                return _("Saved.")

            if done := attempted(request, step, form, to="platform", code=facility.code):
                return done
        return shown(request, facility, "details", {"form": form}, status=form.refused_with)
    initial = {name: getattr(facility, name) for name in CARD}
    form = FacilityForm(initial={**initial, "seen": seen_as(facility, CARD)})
    return shown(request, facility, "details", {"form": form})
