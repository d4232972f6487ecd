"""Staff time and costs that platforms charge besides use: recording, listing, taking back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import NotFound
from accounts.titles import title_for
from billing.costs.queries import (
    accounts_charged,
    costs_visible_to,
    facilities_charged_by,
    hourly_services,
    people_of,
    projects_charged,
    staff_times_visible_to,
    teams_charged,
)
from billing.services import staff_costs as services
from web.booking.offers import account_name
from web.forms.extras import CostForm, StaffTimeForm
from web.pages import carried_out, member_page
from web.people import PageRequest
from web.views.running.scope import attempted

MOST = 100
LONGEST_REASON = 500


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def page(request: PageRequest) -> HttpResponse:
    """List what was charged besides use; for a team that is chosen, record more.

    Raises:
        NotFound: for those who neither run a platform nor follow its money.
    """
    viewer, now = request.viewer, timezone.now()
    if not (viewer.run_facility_ids or viewer.watches_money or viewer.is_administrator):
        raise NotFound
    facilities = list(facilities_charged_by(viewer.user).order_by("code"))
    team = _team(request.GET.get("team", "")) if facilities else None
    forms: dict[str, Any] = {}
    status = 200
    if team is not None:
        known = _known(request, team, facilities)
        posted = request.POST if request.method == "POST" else None
        is_time = posted is not None and "minutes" in posted
        started = {"day": now.date(), "person": viewer.user.pk}
        forms = {
            "time": StaffTimeForm(
                posted if is_time else None,
                team=team,
                known=known,
                initial=started,
                auto_id="time-%s",
            ),
            "cost": CostForm(
                posted if posted is not None and not is_time else None,
                request.FILES or None,
                team=team,
                known=known,
                initial=started,
                auto_id="cost-%s",
            ),
        }
        if posted is not None:
            form = forms["time" if is_time else "cost"]
            if done := _recorded(request, form, is_time=is_time):
                return done
            status = form.refused_with
    return render(request, "web/money/extra.html", _shown(request, team, forms), status=status)


def _recorded(request: PageRequest, form: Any, *, is_time: bool) -> HttpResponse | None:
    if not form.is_valid():
        return None
    actor, now = request.viewer.user, timezone.now()

    def step() -> str:
        if is_time:
            service_id = form.cleaned_data["service"]
            services.record_staff_time(
                actor=actor,
                what_for=form.what_for(form.facility_of[service_id]),
                service_id=service_id,
                person_id=form.cleaned_data["person"],
                minutes=form.cleaned_data["minutes"],
                what=form.cleaned_data["what"],
                now=now,
            )
            return _("Charged: the time worked for %(team)s.") % {"team": form.team}
        services.pass_cost_on(
            actor=actor,
            what_for=form.what_for(form.cleaned_data["facility"]),
            net_cents=form.net_cents(),
            nature=form.cleaned_data["nature"],
            receipt=form.file(),
            what=form.cleaned_data["what"],
            now=now,
        )
        return _("Charged: the cost passed on to %(team)s.") % {"team": form.team}

    return attempted(request, step, form, to="extra")


def _team(text: str) -> Any:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        return None
    return teams_charged().filter(pk=int(text)).first()


def _known(request: PageRequest, team: Any, facilities: list[Any]) -> dict[str, Any]:
    """Return what the forms offer for a team; what does not hold on the day is refused then."""
    today = timezone.now().date()
    reader = request.viewer.reader
    ids = [facility.pk for facility in facilities]
    return {
        "projects": [
            (one.pk, title_for(reader, one)) for one in projects_charged(team.pk, on=today)
        ],
        "accounts": [(one.pk, account_name(one)) for one in accounts_charged(team.pk, on=today)],
        "services": list(hourly_services(*ids)),
        "people": [(one.pk, str(one)) for one in people_of(*ids)],
        "facilities": [(one.pk, one.localized_name) for one in facilities],
    }


def _shown(request: PageRequest, team: Any, forms: dict[str, Any]) -> dict[str, Any]:
    user, today = request.viewer.user, timezone.now().date()
    return {
        "team": team,
        "forms": forms,
        "teams": list(teams_charged()) if facilities_charged_by(user).exists() else [],
        "times": staff_times_visible_to(user, on=today).order_by("-pk")[:MOST],
        "costs": costs_visible_to(user, on=today).order_by("-pk")[:MOST],
        "corrects": request.viewer.watches_money,
        "query": urlencode({"team": team.pk}) if team else "",
    }


def _reason(request: PageRequest) -> str:
    return request.POST.get("reason", "").replace("\0", "")[:LONGEST_REASON]


@require_POST
@member_page
def take_back_time(request: PageRequest, staff_time_id: int) -> HttpResponse:
    """Reverse the charge of staff time."""

    def step() -> str:
        services.take_back_staff_time(
            actor=request.viewer.user,
            staff_time_id=staff_time_id,
            reason=_reason(request),
            now=timezone.now(),
        )
        return _("Taken back: its charge is reversed.")

    return carried_out(request, step, otherwise=reverse("extra"))


@require_POST
@member_page
def take_back_cost(request: PageRequest, cost_id: int) -> HttpResponse:
    """Reverse the charge of a cost passed on."""

    def step() -> str:
        services.take_back_cost(
            actor=request.viewer.user,
            cost_id=cost_id,
            reason=_reason(request),
            now=timezone.now(),
        )
        return _("Taken back: its charge is reversed.")

    return carried_out(request, step, otherwise=reverse("extra"))


@require_safe
@member_page
def receipt(request: PageRequest, cost_id: int) -> HttpResponse:
    """Give the receipt of a cost as a file to be saved, never shown in place.

    Raises:
        NotFound: there is no such cost for this person.
    """
    seen = costs_visible_to(request.viewer.user, on=timezone.now().date())
    cost: Any = seen.filter(pk=cost_id).first()
    if cost is None:
        raise NotFound
    answer = HttpResponse(bytes(cost.receipt), content_type=cost.receipt_type)
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=cost.receipt_name
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
