"""The first steps of a centre: its first administrator, its organisations, its teams."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.errors import CentreFounded, NameInUse, NotFound, PasswordRefused
from accounts.models import FundingAccount, Membership, Organisation, Project, Team, User
from accounts.models.organisations import Tier
from accounts.permissions import is_administrator, require
from accounts.services.inviting import invite_to_team
from accounts.transactions import use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamCard:
    """A team with what it takes to book: a head, a project, and an account that pays."""

    organisation_id: int
    name: str
    head_email: str
    project: str
    account_kind: str
    account_reference: str


@use_case
def found_centre(*, email: str, password: str, centre: str, force: bool = False) -> User:
    """Make the first administrator and the organisation that hosts the platforms.

    With `force` also where there are people already, for a centre that has lost its
    administrator. Safe to repeat: a person or organisation of that name is taken as it is.

    Raises:
        CentreFounded: there are people here already.
        PasswordRefused: the password is too easy.
    """
    address = email.strip().lower()
    if User.objects.exists() and not force:
        raise CentreFounded
    person = User.objects.filter(email=address).first() or User(email=address)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise PasswordRefused(error.messages) from error
    person.set_password(password)
    person.is_superuser = person.is_staff = person.is_active = True
    person.save()
    if not Organisation.objects.filter(kind=Organisation.Kind.HOST).exists():
        Organisation.objects.get_or_create(
            name=centre, defaults={"kind": Organisation.Kind.HOST, "tier": Tier.INT}
        )
    return person


@use_case
def add_organisation(
    *, actor: User, name: str, kind: str, tier: str, country: str = "FR"
) -> Organisation:
    """Add a legal person whose teams use the platforms.

    Raises:
        NotPermitted: the actor does not administer the centre.
        NameInUse: another organisation is called so.
    """
    require(is_administrator(actor))
    organisation, is_new = Organisation.objects.get_or_create(
        name=name, defaults={"kind": kind, "tier": tier, "country": country}
    )
    if not is_new:
        raise NameInUse(name=name)
    return organisation


@use_case
def found_team(*, actor: User, card: TeamCard, language: str, now: dt.datetime) -> Team:
    """Add a team with its head, a project that is open to all of it, and its account.

    A head without an account here is sent an invitation, in that language.

    Raises:
        NotPermitted: the actor does not administer the centre.
        NotFound: no such organisation.
        NameInUse: the organisation has a team of that name.
    """
    require(is_administrator(actor))
    if not Organisation.objects.filter(pk=card.organisation_id).exists():
        raise NotFound
    team, is_new = Team.objects.get_or_create(organisation_id=card.organisation_id, name=card.name)
    if not is_new:
        raise NameInUse(name=card.name)
    Project.objects.create(
        team=team,
        name=card.project,
        is_confidential=team.organisation.projects_are_confidential,
    )
    FundingAccount.objects.create(
        team=team, kind=card.account_kind, reference=card.account_reference
    )
    head = Membership.Role.HEAD
    person = User.objects.filter(email=card.head_email.strip().lower(), is_active=True).first()
    if person is not None:
        Membership.objects.create(user=person, team=team, role=head, starts_on=now.date())
    else:
        invite_to_team(
            actor=actor,
            team_id=team.pk,
            email=card.head_email,
            role=head,
            language=language,
            now=now,
        )
    return team
