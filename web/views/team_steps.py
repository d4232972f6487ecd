"""Steps around a team: asking, answering, inviting again, roles, leaving, projects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import services
from accounts.errors import DomainError, NotFound
from accounts.permissions import projects_visible_to
from accounts.queries import seats_in
from accounts.titles import title_for
from web.forms.teams import JoinForm, LastDayForm, PeopleForm, RoleForm
from web.pages import carried_out, member_page
from web.people import PageRequest

LONGEST_REASON = 500
HOME = "/teams/"


class NotUnderstood(DomainError):
    """A form came with a value that its page does not offer."""

    code = "invalid"


@require_POST
@member_page
def ask(request: PageRequest) -> HttpResponse:
    """Ask to join a team."""

    def step() -> str:
        data = _read(JoinForm(request.POST))
        asked = services.ask_to_join(
            actor=request.viewer.user,
            team_id=data["team"],
            message=data["message"],
            now=timezone.now(),
        )
        return _("Asked: %(team)s. Its head answers by mail.") % {"team": asked.team}

    return carried_out(request, step, otherwise=HOME)


def _answer(service: Callable[..., Any], sentence: Callable[[Any], str]) -> Any:
    @require_POST
    @member_page
    def answer(request: PageRequest, request_id: int) -> HttpResponse:
        def step() -> str:
            extra = {}
            if service is services.refuse_join_request:
                reason = request.POST.get("reason", "").replace("\0", "")
                extra["reason"] = reason[:LONGEST_REASON]
            return sentence(
                service(
                    actor=request.viewer.user,
                    request_id=request_id,
                    now=timezone.now(),
                    **extra,
                )
            )

        return carried_out(request, step, otherwise=HOME)

    return answer


approve_join = _answer(
    services.approve_join_request,
    lambda asked: _("%(person)s belongs to the team now.") % {"person": asked.person},
)
refuse_join = _answer(
    services.refuse_join_request,
    lambda asked: _("Refused: %(person)s.") % {"person": asked.person},
)
withdraw_join = _answer(
    services.withdraw_join_request,
    lambda asked: _("Withdrawn: %(team)s.") % {"team": asked.team},
)


def _again(service: Callable[..., Any], sentence: Callable[[Any], str]) -> Any:
    @require_POST
    @member_page
    def step_page(request: PageRequest, invitation_id: int) -> HttpResponse:
        def step() -> str:
            return sentence(
                service(actor=request.viewer.user, invitation_id=invitation_id, now=timezone.now())
            )

        return carried_out(request, step, otherwise=HOME)

    return step_page


resend = _again(
    services.resend_invitation,
    lambda sent: _("Sent again: %(email)s. The link before has ended.") % {"email": sent.email},
)
revoke = _again(
    services.revoke_invitation,
    lambda ended: _("Revoked: %(email)s.") % {"email": ended.email},
)


@require_POST
@member_page
def role(request: PageRequest, membership_id: int) -> HttpResponse:
    """Give somebody another role."""

    def step() -> str:
        seat = services.change_role(
            actor=request.viewer.user,
            membership_id=membership_id,
            role=_read(RoleForm(request.POST))["role"],
            now=timezone.now(),
        )
        names = {"person": seat.user, "role": seat.get_role_display()}
        return _("%(person)s: %(role)s.") % names

    return carried_out(request, step, otherwise=HOME)


@require_POST
@member_page
def end(request: PageRequest, membership_id: int) -> HttpResponse:
    """Set somebody's last day; without a day, yesterday was it."""

    def step() -> str:
        now = timezone.now()
        last_day = now.date() - dt.timedelta(days=1)
        if request.POST.get("last_day"):
            last_day = _read(LastDayForm(request.POST))["last_day"]
        seat = services.end_membership(
            actor=request.viewer.user, membership_id=membership_id, last_day=last_day, now=now
        )
        if last_day < now.date():
            return _("%(person)s has left the team.") % {"person": seat.user}
        return _("Noted: the last day of %(person)s.") % {"person": seat.user}

    return carried_out(request, step, otherwise=HOME)


@require_POST
@member_page
def people(request: PageRequest, project_id: int) -> HttpResponse:
    """Say who works on a project."""

    def step() -> str:
        now, user = timezone.now(), request.viewer.user
        visible = projects_visible_to(user, on=now.date()).filter(pk=project_id)
        if (project := visible.first()) is None:
            raise NotFound
        seats = seats_in([project.team_id], on=now.date())
        form = PeopleForm(request.POST, people={seat.user_id for seat in seats})
        project = services.name_people_of_project(
            actor=user, project_id=project_id, user_ids=_read(form)["people"], now=now
        )
        known = {"project": title_for(request.viewer.reader, project)}
        if form.cleaned_data["people"]:
            return _("Saved: the people of %(project)s.") % known
        return _("%(project)s is open to the whole team.") % known

    return carried_out(request, step, otherwise=HOME)


@require_POST
@member_page
def title(request: PageRequest, project_id: int) -> HttpResponse:
    """Keep a project's title for its team, or tell it to those it works with."""

    def step() -> str:
        project = services.keep_title(
            actor=request.viewer.user,
            project_id=project_id,
            is_confidential=request.POST.get("is_confidential") == "on",
            now=timezone.now(),
        )
        known = {"project": title_for(request.viewer.reader, project)}
        if project.is_confidential:
            return _("%(project)s is confidential now: only its team reads the title.") % known
        return _("Everybody the team works with reads the title of %(project)s.") % known

    return carried_out(request, step, otherwise=HOME)


def _read(form: forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        raise NotUnderstood
    return form.cleaned_data
