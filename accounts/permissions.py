"""Who may do what to people, teams, projects and accounts; what each person may see."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.errors import NotPermitted
from accounts.models import (
    FundingAccount,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    Project,
    Team,
    User,
)
from accounts.models.joining import InvitationQuerySet
from accounts.models.organisations import INDUSTRY_TIERS

LEADING_ROLES = (Membership.Role.HEAD, Membership.Role.MANAGER)

OPEN_KINDS = (Organisation.Kind.HOST, Organisation.Kind.ACADEMIC, Organisation.Kind.PUBLIC)
"""Organisations whose teams can be found and asked; companies invite their own people."""


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


def accounts_visible_to(user: User, *, on: dt.date) -> QuerySet[FundingAccount]:
    """Return the funding accounts of a person's teams."""
    accounts = FundingAccount.objects.select_related("team")
    if is_administrator(user):
        return accounts
    return accounts.filter(team__in=team_ids_of(user, on=on))


def may_lead(actor: User, team_id: int, *, on: dt.date) -> bool:
    """Say whether a person answers and invites for a team: its head, its managers; the centre."""
    return is_administrator(actor) or leads(actor, team_id, on=on)


def may_appoint(actor: User, team_id: int, *, on: dt.date) -> bool:
    """Say whether a person gives and takes roles in a team: its head; the centre."""
    heads = Membership.objects.current(on).filter(
        user=actor, team_id=team_id, role=Membership.Role.HEAD
    )
    return is_administrator(actor) or (actor.is_active and heads.exists())


def may_give(actor: User, role: str, team_id: int, *, on: dt.date) -> bool:
    """Say whether a person may take somebody into a team in a role."""
    if role == Membership.Role.MEMBER:
        return may_lead(actor, team_id, on=on)
    return may_appoint(actor, team_id, on=on)


def teams_open_to(user: User, *, on: dt.date) -> QuerySet[Team]:
    """Return the teams a person can find and ask to join.

    Never a company's, and none at all for people of companies: they know only their own.
    """
    teams = Team.objects.select_related("organisation").filter(
        is_active=True, organisation__is_active=True, organisation__kind__in=OPEN_KINDS
    )
    seats = Membership.objects.current(on).filter(user=user)
    industry = Q(team__organisation__kind=Organisation.Kind.INDUSTRY) | Q(
        team__organisation__tier__in=INDUSTRY_TIERS
    )
    return teams.exclude(organisation__tier__in=INDUSTRY_TIERS).filter(
        ~Exists(seats.filter(industry)), ~Exists(seats.filter(team=OuterRef("pk")))
    )


def join_requests_visible_to(user: User, *, on: dt.date) -> QuerySet[JoinRequest]:
    """Return the requests to join a person may see: their own, and those to teams they lead."""
    requests = JoinRequest.objects.select_related("person", "team__organisation")
    if is_administrator(user):
        return requests
    led = team_ids_of(user, on=on, roles=LEADING_ROLES)
    return requests.filter(Q(person=user) | Q(team__in=led))


def join_requests_answered_by(user: User, *, on: dt.date) -> QuerySet[JoinRequest]:
    """Return the open requests to join the teams a person leads, the oldest first."""
    led = team_ids_of(user, on=on, roles=LEADING_ROLES)
    return (
        JoinRequest.objects.select_related("person", "team")
        .filter(state=JoinRequest.State.OPEN, team__in=led)
        .order_by("id")
    )


def invitations_visible_to(user: User, *, on: dt.date) -> InvitationQuerySet:
    """Return the invitations to the teams a person leads; all for an administrator."""
    invitations = Invitation.objects.all().select_related("team__organisation", "invited_by")
    if is_administrator(user):
        return invitations
    return invitations.filter(team__in=team_ids_of(user, on=on, roles=LEADING_ROLES))


def memberships_visible_to(user: User, *, on: dt.date) -> QuerySet[Membership]:
    """Return today's places in the teams a person belongs to; all for an administrator."""
    memberships = Membership.objects.current(on).select_related("user", "team")
    if is_administrator(user):
        return memberships
    return memberships.filter(team__in=team_ids_of(user, on=on))
