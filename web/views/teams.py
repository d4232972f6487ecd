"""My teams: who belongs to them, their projects and money; and finding another to join."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import services
from accounts.choices import TEAM_ROLES
from accounts.errors import DomainError, NotFound, NotPermitted
from accounts.permissions import join_requests_visible_to, teams_visible_to
from accounts.queries import teams_found
from web.forms.teams import InvitationForm
from web.pages import member_page
from web.people import PageRequest
from web.teams.pages import TeamPage, team_page

MOST = 200
LONGEST_SEARCH = 100


@require_safe
@member_page
def index(request: PageRequest) -> HttpResponse:
    """Show the person's teams and open requests, and the teams that a search finds."""
    user, on = request.viewer.user, timezone.now().date()
    search = request.GET.get("search", "").replace("\0", "")[:LONGEST_SEARCH].strip()
    asked = list(join_requests_visible_to(user, on=on).filter(person=user).order_by("-id")[:MOST])
    context = {
        "teams": teams_visible_to(user, on=on).order_by("name", "pk")[:MOST],
        "asked": [one for one in asked if one.state == "open"],
        "refused": [one for one in asked if one.state == "refused" and _is_recent(one)],
        "search": search,
        "found": teams_found(user, search=search, on=on) if search else (),
        "waiting_ids": {one.team_id for one in asked if one.state == "open"},
    }
    return render(request, "web/teams/index.html", context)


@require_safe
@member_page
def detail(request: PageRequest, team_id: int) -> HttpResponse:
    """Show a team: people, requests, invitations, projects, money."""
    return _page(request, team_id)


@require_POST
@member_page
def invite(request: PageRequest, team_id: int) -> HttpResponse:
    """Invite an address to the team."""
    now = timezone.now()
    page = _read(request, team_id, now=now)
    if not page.is_led:
        raise NotPermitted
    form = InvitationForm(request.POST, may_appoint=page.may_appoint)
    if form.is_valid():
        try:
            services.invite_to_team(
                actor=request.viewer.user, team_id=team_id, now=now, **form.cleaned_data
            )
        except DomainError as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("Invited: %(email)s.") % form.cleaned_data)
            return redirect("team", team_id)
    return _page(request, team_id, form=form)


def _read(request: PageRequest, team_id: int, *, now: dt.datetime) -> TeamPage:
    user = request.viewer.user
    team = teams_visible_to(user, on=now.date()).filter(pk=team_id).first()
    if team is None:
        raise NotFound
    return team_page(team, user, now=now)


def _page(
    request: PageRequest, team_id: int, *, form: InvitationForm | None = None
) -> HttpResponse:
    now = timezone.now()
    page = _read(request, team_id, now=now)
    context: dict[str, Any] = {
        "page": page,
        "team": page.team,
        "title": _title(page),
        "today": f"{now:%Y-%m-%d}",
        "roles": TEAM_ROLES,
        "form": form
        or InvitationForm(may_appoint=page.may_appoint, initial={"language": get_language()}),
    }
    return render(request, "web/teams/team.html", context, status=422 if form else 200)


def _title(page: TeamPage) -> str:
    if waiting := len(page.requests):
        return ngettext(
            "%(count)d person asks to join %(team)s",
            "%(count)d people ask to join %(team)s",
            waiting,
        ) % {"count": waiting, "team": page.team.name}
    return ngettext("%(team)s: %(count)d person", "%(team)s: %(count)d people", len(page.seats)) % {
        "count": len(page.seats),
        "team": page.team.name,
    }


def _is_recent(request: Any) -> bool:
    return bool(request.answered_at > timezone.now() - dt.timedelta(days=30))
