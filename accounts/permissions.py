"""Who may do what to people, teams, projects and accounts; what each person may see."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.errors import NotPermitted
from accounts.models import FundingAccount, Membership, Organisation, Project, Team, User

LEADING_ROLES = (Membership.Role.HEAD, Membership.Role.MANAGER)


def require(allowed: bool) -> None:  # noqa: FBT001 - reads as a sentence
    """Raise unless a permission question was answered with yes.

    Raises:
        NotPermitted: the answer was no.
    """
    if not allowed:
        raise NotPermitted


def is_administrator(user: User) -> bool:
    """Say whether a person administers the centre."""
    return user.is_active and user.is_superuser


def team_ids_of(user: User, *, on: dt.date, roles: tuple[str, ...] = ()) -> QuerySet[Membership]:
    """Return the ids of the teams a person belongs to on a day, as a subquery."""
    memberships = Membership.objects.current(on).filter(user=user)
    if roles:
        memberships = memberships.filter(role__in=roles)
    return memberships.values("team_id")  # type: ignore[return-value]


def is_member(user: User, team_id: int, *, on: dt.date) -> bool:
    """Say whether a person belongs to a team on a day."""
    return Membership.objects.current(on).filter(user=user, team_id=team_id).exists()


def leads(user: User, team_id: int | None, *, on: dt.date) -> bool:
    """Say whether a person heads or manages a team on a day."""
    return (
        team_id is not None
        and Membership.objects.current(on)
        .filter(user=user, team_id=team_id, role__in=LEADING_ROLES)
        .exists()
    )


def teams_visible_to(user: User, *, on: dt.date) -> QuerySet[Team]:
    """Return the teams a person may know: their own, or all for an administrator."""
    teams = Team.objects.select_related("organisation")
    if is_administrator(user):
        return teams
    return teams.filter(id__in=team_ids_of(user, on=on))


def organisations_visible_to(user: User, *, on: dt.date) -> QuerySet[Organisation]:
    """Return the organisations of the teams a person may know."""
    if is_administrator(user):
        return Organisation.objects.all()
    return Organisation.objects.filter(teams__in=team_ids_of(user, on=on)).distinct()


def projects_visible_to(user: User, *, on: dt.date) -> QuerySet[Project]:
    """Return the projects of a person's teams that they may use or lead."""
    projects = Project.objects.select_related("team")
    if is_administrator(user):
        return projects
    led = Q(team__in=team_ids_of(user, on=on, roles=LEADING_ROLES))
    return projects.filter(
        led | Q(members__isnull=True) | Q(members=user), team__in=team_ids_of(user, on=on)
    ).distinct()


def projects_judged_for(user_id: int, *, on: dt.date) -> QuerySet[Project]:
    """Return projects with `is_usable`: whether a person may book for each of them.

    They are in its team, and among its people where it names any; those who lead the
    team may book for all its projects.
    """
    memberships = Membership.objects.current(on).filter(user=user_id, team=OuterRef("team"))
    named = Project.members.through.objects.filter(project=OuterRef("pk"))
    return Project.objects.select_related("team__organisation").annotate(
        is_usable=Exists(memberships)
        & (
            ~Exists(named)
            | Exists(named.filter(user=user_id))
            | Exists(memberships.filter(role__in=LEADING_ROLES))
        )
    )


def accounts_visible_to(user: User, *, on: dt.date) -> QuerySet[FundingAccount]:
    """Return the funding accounts of a person's teams."""
    accounts = FundingAccount.objects.select_related("team")
    if is_administrator(user):
        return accounts
    return accounts.filter(team__in=team_ids_of(user, on=on))
