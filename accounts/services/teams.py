"""Who belongs to a team, in which role, and who works on its projects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from accounts.errors import LastDayTooEarly, NoHeadLeft, NotFound, NotInTeam
from accounts.models import Membership, Project, Team, User
from accounts.permissions import (
    is_administrator,
    leads,
    may_appoint,
    may_lead,
    memberships_visible_to,
    projects_visible_to,
    require,
)
from accounts.transactions import assert_in_transaction, use_case

HEAD = Membership.Role.HEAD


@use_case
def change_role(*, actor: User, membership_id: int, role: str, now: dt.datetime) -> Membership:
    """Give somebody another role in a team, from today on.

    Raises:
        NotFound: the actor cannot see such a membership.
        NotPermitted: the actor does not head the team.
        NoHeadLeft: nobody else heads it.
    """
    membership = _locked(actor, membership_id, now=now)
    require(may_appoint(actor, membership.team_id, on=now.date()))
    if membership.role == HEAD and role != HEAD:
        _keep_a_head(membership, last_day=now.date())
    membership.role = Membership.Role(role)
    membership.save(update_fields=["role"])
    return membership


@use_case
def end_membership(
    *, actor: User, membership_id: int, last_day: dt.date, now: dt.datetime
) -> Membership:
    """Set the last day of a membership; a day that has passed ends it at once.

    Who leads the team ends a member's, its head everybody's; anybody may leave.

    Raises:
        NotFound: the actor cannot see such a membership.
        NotPermitted: it is somebody else's, and the actor may not end it.
        LastDayTooEarly: the day lies before the membership's first.
        NoHeadLeft: nobody else heads the team after that day.
    """
    membership = _locked(actor, membership_id, now=now)
    require(_may_end(actor, membership, on=now.date()))
    if last_day < membership.starts_on:
        raise LastDayTooEarly
    if membership.role == HEAD:
        _keep_a_head(membership, last_day=last_day)
    membership.ends_on = last_day
    membership.save(update_fields=["ends_on"])
    return membership


@use_case
def name_people_of_project(
    *, actor: User, project_id: int, user_ids: Iterable[int], now: dt.datetime
) -> Project:
    """Say who works on a project; nobody named means that it is open to the whole team.

    Raises:
        NotFound: the actor cannot see such a project.
        NotPermitted: the actor does not lead its team.
        NotInTeam: somebody named does not belong to the team today.
    """
    visible = projects_visible_to(actor, on=now.date()).filter(pk=project_id).values("pk")
    project = (
        Project.objects.select_for_update(of=("self",))
        .select_related("team")
        .filter(pk__in=visible)
        .first()
    )
    if project is None:
        raise NotFound
    require(may_lead(actor, project.team_id, on=now.date()))
    wanted = set(user_ids)
    seats = Membership.objects.current(now.date()).filter(team=project.team_id, user__in=wanted)
    if len(wanted) != seats.count():
        raise NotInTeam
    project.members.set(wanted)
    return project


@use_case
def keep_title(
    *,
    actor: User,
    project_id: int,
    is_confidential: bool,
    now: dt.datetime,
) -> Project:
    """Say whether a project's title is for its team only, or for everybody it works with.

    Raises:
        NotFound: the actor cannot see such a project.
        NotPermitted: the actor does not lead its team.
    """
    visible = projects_visible_to(actor, on=now.date()).filter(pk=project_id)
    project = visible.first()
    if project is None:
        raise NotFound
    require(leads(actor, project.team_id, on=now.date()))
    project.is_confidential = is_confidential
    project.save(update_fields=["is_confidential"])
    return project


def take_in(
    team: Team, person: User, *, role: str, ends_on: dt.date | None, now: dt.datetime
) -> Membership:
    """Make a person belong to a team from today; one who belongs already stays as they are.

    A membership that has ended begins again. The caller holds the team's lock, so that
    two answers at once make one membership.
    """
    assert_in_transaction()
    today = now.date()
    membership = Membership.objects.filter(team=team, user=person).first()
    if membership is None:
        return Membership.objects.create(
            team=team, user=person, role=role, starts_on=today, ends_on=ends_on
        )
    is_current = membership.starts_on <= today and (
        membership.ends_on is None or membership.ends_on >= today
    )
    if not is_current:
        membership.role, membership.starts_on = Membership.Role(role), today
        membership.ends_on = ends_on
        membership.save(update_fields=["role", "starts_on", "ends_on"])
    return membership


def lock_team(team_id: int) -> Team:
    """Lock an active team: changes of who belongs to it happen one after the other.

    Raises:
        NotFound: there is none.
    """
    assert_in_transaction()
    team = Team.objects.select_for_update().filter(pk=team_id, is_active=True).first()
    if team is None:
        raise NotFound
    return team


def _locked(actor: User, membership_id: int, *, now: dt.datetime) -> Membership:
    visible = memberships_visible_to(actor, on=now.date()).filter(pk=membership_id)
    team_id = visible.values_list("team_id", flat=True).first()
    if team_id is None:
        raise NotFound
    lock_team(team_id)
    # Read again under the lock: it may have ended meanwhile.
    membership = memberships_visible_to(actor, on=now.date()).filter(pk=membership_id).first()
    if membership is None:
        raise NotFound
    return membership


def _may_end(actor: User, membership: Membership, *, on: dt.date) -> bool:
    if membership.user_id == actor.pk or is_administrator(actor):
        return True
    if membership.role == Membership.Role.MEMBER:
        return may_lead(actor, membership.team_id, on=on)
    return may_appoint(actor, membership.team_id, on=on)


def _keep_a_head(membership: Membership, *, last_day: dt.date) -> None:
    others = Membership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=last_day),
        team=membership.team_id,
        role=HEAD,
        user__is_active=True,
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise NoHeadLeft
