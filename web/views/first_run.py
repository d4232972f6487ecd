"""From nothing to the first bookable instrument: the steps that no platform's pages hold."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import organisations_visible_to
from accounts.permissions import require as require_allowed
from accounts.services import add_organisation, found_team
from facilities.services import open_facility
from web.first_run import checklist_for
from web.forms.first_run import NewFacilityForm, OrganisationForm, TeamForm
from web.pages import member_page
from web.people import PageRequest
from web.views.running.scope import attempted

Page = Callable[[PageRequest], HttpResponse]
USUAL_PLATFORM = {"billed_time": "longer", "time_zone": "Europe/Paris"}


def administrators_page(page: Page) -> Any:
    """Keep a page to the centre's administrators."""

    @member_page
    @wraps(page)
    def kept(request: PageRequest, /) -> HttpResponse:
        require_allowed(request.viewer.is_administrator)
        return page(request)

    return kept


@require_safe
@administrators_page
def steps(request: PageRequest) -> HttpResponse:
    """Show the way to the first booking, and how far it has been gone."""
    checklist = checklist_for(request.viewer, now=timezone.now())
    return render(request, "web/running/first_run.html", {"checklist": checklist})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_page
def organisation(request: PageRequest) -> HttpResponse:
    """Add an organisation."""
    form = OrganisationForm(request.POST or None, initial={"kind": "host", "tier": "INT"})

    def step() -> str:
        cleaned = {name: form.cleaned_data[name] for name in ("name", "kind", "tier", "country")}
        made = add_organisation(actor=request.viewer.user, **cleaned)
        return _("Added: %(name)s.") % {"name": made.name}

    return _step_page(request, form, step, title=_("An organisation"))


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_page
def platform(request: PageRequest) -> HttpResponse:
    """Add a platform."""
    form = NewFacilityForm(request.POST or None, initial=USUAL_PLATFORM)

    def step() -> str:
        made = open_facility(
            actor=request.viewer.user,
            code=form.cleaned_data["code"],
            kind=form.cleaned_data["kind"],
            card=form.card(time_zone=form.cleaned_data["time_zone"]),
        )
        return _("Added: %(name)s.") % {"name": made.localized_name}

    return _step_page(request, form, step, title=_("A platform"))


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_page
def team(request: PageRequest) -> HttpResponse:
    """Add a team with a head, a project and an account."""
    now = timezone.now()
    known = organisations_visible_to(request.viewer.user, on=now.date()).order_by("pk")
    form = TeamForm(
        request.POST or None,
        organisations=list(known.values_list("pk", "name")),
        initial={"head_email": request.viewer.user.email},
    )

    def step() -> str:
        made = found_team(
            actor=request.viewer.user,
            card=form.card(),
            language=get_language() or "fr",
            now=now,
        )
        return _("Added: %(name)s.") % {"name": made.name}

    return _step_page(request, form, step, title=_("A team"))


def _step_page(
    request: PageRequest, form: Any, step: Callable[[], str], *, title: str
) -> HttpResponse:
    is_sent = request.method == "POST"
    if is_sent and form.is_valid() and (done := attempted(request, step, form, to="first_run")):
        return done
    status = form.refused_with if is_sent else 200
    context = {"form": form, "title": title}
    return render(request, "web/running/first_step.html", context, status=status)
