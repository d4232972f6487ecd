"""What stands at platforms: the list, one with its counts, counting it, and files of counts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError, NotFound, NotPermitted
from accounts.titles import title_for
from billing import services
from billing.orders.errors import CountsNotRead
from billing.orders.permissions import (
    facilities_worked_for_by,
    may_work_for,
    standing_uses_visible_to,
)
from billing.orders.queries import services_visible_to
from billing.orders.standing_reads import (
    charged_by_month,
    projects_that_may_stand,
    with_last_count,
)
from web.forms.services import CensusForm, EndForm, FileForm, StandingForm
from web.pages import carried_out, member_page
from web.people import PageRequest
from web.services.steps import NotUnderstood

MOST = 500
MOST_COUNTS = 60


@require_safe
@member_page
def index(request: PageRequest) -> HttpResponse:
    """Show what stands, of my teams and at my platforms, with its count of today."""
    user, on = request.viewer.user, timezone.now().date()
    uses = with_last_count(standing_uses_visible_to(user, on=on))
    context = {
        "uses": list(uses.order_by("facility__code", "code")[:MOST]),
        "may_count": facilities_worked_for_by(user).exists(),
        "on": on,
    }
    return render(request, "web/services/standing.html", context)


def found(request: PageRequest, use_id: int) -> Any:
    """Return a standing use that the person may see.

    Raises:
        NotFound: there is none for them.
    """
    on = timezone.now().date()
    uses = with_last_count(standing_uses_visible_to(request.viewer.user, on=on))
    use = uses.filter(pk=use_id).first()
    if use is None:
        raise NotFound
    return use


@require_safe
@member_page
def detail(request: PageRequest, use_id: int) -> HttpResponse:
    """Show a standing use: its counts, what each month was charged, and how to count it."""
    use = found(request, use_id)
    today = timezone.now().astimezone(use.facility.tz).date()
    context = {
        "use": use,
        "counts": list(use.censuses.select_related("entered_by").order_by("-day")[:MOST_COUNTS]),
        "months": charged_by_month(use),
        "may_count": may_work_for(request.viewer.user, use.facility_id),
        "form": CensusForm(initial={"day": today}),
        "end": EndForm(initial={"ends_on": today}),
    }
    return render(request, "web/services/standing_use.html", context)


@require_POST
@member_page
def count(request: PageRequest, use_id: int) -> HttpResponse:
    """Say how many there are from a day on."""
    use = found(request, use_id)

    def step() -> str:
        form = CensusForm(request.POST)
        if not form.is_valid():
            raise NotUnderstood
        services.enter_census(
            actor=request.viewer.user,
            use_id=use.pk,
            day=form.cleaned_data["day"],
            count=form.cleaned_data["count"],
            now=timezone.now(),
        )
        return _("Counted. Days that were charged otherwise are corrected.")

    return carried_out(request, step, otherwise=f"/services/standing/{use_id}/")


@require_POST
@member_page
def end(request: PageRequest, use_id: int) -> HttpResponse:
    """Say the last day."""
    use = found(request, use_id)

    def step() -> str:
        form = EndForm(request.POST)
        if not form.is_valid():
            raise NotUnderstood
        services.end_standing_use(
            actor=request.viewer.user,
            use_id=use.pk,
            ends_on=form.cleaned_data["ends_on"],
            now=timezone.now(),
        )
        return _("Noted: the last day.")

    return carried_out(request, step, otherwise=f"/services/standing/{use_id}/")


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new(request: PageRequest) -> HttpResponse:
    """Begin to count something that stands."""
    user, now = request.viewer.user, timezone.now()
    facilities = _worked_for(request)
    standing = services_visible_to(user).filter(facility__in=facilities).exclude(counting="piece")
    form = StandingForm(
        request.POST if request.method == "POST" else None,
        services=list(standing),
        projects=[
            (one.pk, f"{one.team} · {title_for(request.viewer.reader, one)}")
            for one in projects_that_may_stand(on=now.date())
        ],
        initial={"starts_on": now.date()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            use = _opened(request, form, now=now)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("standing_use", use.pk)
    status = 422 if form.is_bound else 200
    return render(request, "web/services/standing_new.html", {"form": form}, status=status)


def _opened(request: PageRequest, form: StandingForm, *, now: dt.datetime) -> Any:
    data = form.cleaned_data
    return services.open_standing_use(
        actor=request.viewer.user,
        service_id=int(data["service"]),
        project_id=int(data["project"]),
        code=data["code"],
        label=data["label"],
        starts_on=data["starts_on"],
        ends_on=data["ends_on"],
        now=now,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def counts(request: PageRequest) -> HttpResponse:
    """Look at a file of counts, or take it over."""
    facilities = list(_worked_for(request))
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FileForm(*sent, facilities=facilities)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        is_rehearsal = "take" not in request.POST
        try:
            report = services.import_counts(
                actor=request.viewer.user,
                facility_id=int(form.cleaned_data["facility"]),
                data=form.cleaned_data["file"].read(),
                now=timezone.now(),
                is_rehearsal=is_rehearsal,
            )
        except CountsNotRead as refusal:
            form.add_error(None, str(refusal))
            context["wrong"] = refusal.lines
        else:
            if not is_rehearsal:
                messages.success(request, _taken(report))
                return redirect("standing")
            context["report"] = report
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "web/services/standing_counts.html", context, status=status)


def _taken(report: Any) -> str:
    return ngettext(
        "%(new)d count taken over, %(corrected)d corrected.",
        "%(new)d counts taken over, %(corrected)d corrected.",
        report.new,
    ) % {"new": report.new, "corrected": report.corrected}


def _worked_for(request: PageRequest) -> Any:
    facilities = facilities_worked_for_by(request.viewer.user)
    if not facilities.exists():
        raise NotPermitted
    return facilities
