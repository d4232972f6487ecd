"""Asking to join a team, and the answer."""

from __future__ import annotations

import datetime as dt

from accounts.errors import (
    AlreadyAnswered,
    AlreadyAsked,
    NotFound,
    ReasonRequired,
    TooManyAsked,
)
from accounts.models import JoinRequest, Membership, User
from accounts.permissions import (
    is_administrator,
    join_requests_visible_to,
    leads,
    require,
    teams_open_to,
)
from accounts.services.teams import lock_team, take_in
from accounts.transactions import refused_by, use_case
from notifications import outbox

ASKED, ANSWERED = "accounts.join_asked", "accounts.join_answered"

MOST_IN_AN_HOUR = 5
State = JoinRequest.State


@use_case
def ask_to_join(*, actor: User, team_id: int, message: str, now: dt.datetime) -> JoinRequest:
    """Ask to become a member of a team; who leads it is told.

    Raises:
        NotFound: no such team that the actor could find: a company's, or their own.
        AlreadyAsked: the actor waits for its answer.
        TooManyAsked: five teams have been asked within an hour.
    """
    team = teams_open_to(actor, on=now.date()).filter(pk=team_id).first()
    if team is None:
        raise NotFound
    lately = JoinRequest.objects.filter(person=actor, asked_at__gt=now - dt.timedelta(hours=1))
    if lately.count() >= MOST_IN_AN_HOUR:
        raise TooManyAsked
    with refused_by("join_request_one_open", AlreadyAsked):
        request = JoinRequest.objects.create(
            person=actor, team=team, message=message.strip(), asked_at=now
        )
    _tell(ASKED, request)
    return request


@use_case
def withdraw_join_request(*, actor: User, request_id: int, now: dt.datetime) -> JoinRequest:
    """Take one's own request back.

    Raises:
        NotFound: the actor cannot see such a request.
        NotPermitted: it is somebody else's.
        AlreadyAnswered: it is not open any more.
    """
    request = _locked(actor, request_id, now=now)
    require(request.person_id == actor.pk)
    _close(request, State.WITHDRAWN, actor=actor, now=now)
    return request


@use_case
def approve_join_request(*, actor: User, request_id: int, now: dt.datetime) -> JoinRequest:
    """Take a person into the team as a member from today; they are told.

    Raises:
        NotFound: the actor cannot see such a request.
        NotPermitted: the actor does not lead the team.
        AlreadyAnswered: it is not open any more.
    """
    request = _locked(actor, request_id, now=now)
    require(_may_answer(actor, request, on=now.date()))
    _close(request, State.APPROVED, actor=actor, now=now)
    take_in(request.team, request.person, role=Membership.Role.MEMBER, ends_on=None, now=now)
    _tell(ANSWERED, request)
    return request


@use_case
def refuse_join_request(
    *, actor: User, request_id: int, reason: str, now: dt.datetime
) -> JoinRequest:
    """Refuse to take a person in, and say why; they are told.

    Raises:
        NotFound: the actor cannot see such a request.
        NotPermitted: the actor does not lead the team.
        ReasonRequired: no reason was given.
        AlreadyAnswered: it is not open any more.
    """
    request = _locked(actor, request_id, now=now)
    require(_may_answer(actor, request, on=now.date()))
    if not reason.strip():
        raise ReasonRequired
    _close(request, State.REFUSED, actor=actor, now=now, reason=reason.strip())
    _tell(ANSWERED, request)
    return request


def _locked(actor: User, request_id: int, *, now: dt.datetime) -> JoinRequest:
    visible = join_requests_visible_to(actor, on=now.date()).filter(pk=request_id)
    team_id = visible.values_list("team_id", flat=True).first()
    if team_id is None:
        raise NotFound
    # Whatever changes who belongs to a team takes its lock first.
    lock_team(team_id)
    return visible.select_for_update(of=("self",)).get()


def _may_answer(actor: User, request: JoinRequest, *, on: dt.date) -> bool:
    is_own = request.person_id == actor.pk
    return not is_own and (is_administrator(actor) or leads(actor, request.team_id, on=on))


def _close(
    request: JoinRequest, state: str, *, actor: User, now: dt.datetime, reason: str = ""
) -> None:
    if request.state != State.OPEN:
        raise AlreadyAnswered
    request.state, request.reason = State(state), reason
    request.answered_at, request.answered_by = now, actor
    request.save(update_fields=["state", "reason", "answered_at", "answered_by"])


def _tell(topic: str, request: JoinRequest) -> None:
    outbox.publish(topic=topic, key=f"{topic}:{request.pk}", payload={"request": request.pk})
