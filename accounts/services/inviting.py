"""Inviting somebody to a team by mail: how accounts come about, since nobody signs up."""

from __future__ import annotations

import datetime as dt
import uuid

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts import links
from accounts.errors import (
    AlreadyAnswered,
    AlreadyInvited,
    AlreadyMember,
    LastDayTooEarly,
    LinkNotValid,
    NameMissing,
    NotFound,
    OtherAddress,
    PasswordRefused,
    TooManyAsked,
)
from accounts.models import Invitation, Membership, User
from accounts.permissions import (
    invitations_visible_to,
    may_give,
    require,
    teams_visible_to,
)
from accounts.queries import invitation_by_word
from accounts.services.teams import lock_team, take_in
from accounts.transactions import refused_by, use_case
from notifications import outbox

INVITED = "accounts.invited"

LINK_LASTS = dt.timedelta(days=7)
MOST_IN_AN_HOUR = 30
MOST_SENT = 5


@use_case
def invite_to_team(
    *,
    actor: User,
    team_id: int,
    email: str,
    role: str,
    language: str,
    now: dt.datetime,
    ends_on: dt.date | None = None,
) -> Invitation:
    """Send an address a link to a team, good for a week and for one use.

    Who leads the team invites members; other roles are its head's to give. The language
    is that of the mail, for somebody who has no account yet.

    Raises:
        NotFound: the actor cannot see such a team, or it is closed.
        NotPermitted: the actor may not give this role in it.
        AlreadyMember, AlreadyInvited, LastDayTooEarly, TooManyAsked: as they say.
    """
    if not teams_visible_to(actor, on=now.date()).filter(pk=team_id).exists():
        raise NotFound
    require(may_give(actor, role, team_id, on=now.date()))
    if ends_on is not None and ends_on < now.date():
        raise LastDayTooEarly
    team, address = lock_team(team_id), email.strip().lower()
    seats = Membership.objects.current(now.date()).filter(team=team)
    if seats.filter(user__email__iexact=address).exists():
        raise AlreadyMember
    _slow_down(actor, now=now)
    invitation = Invitation(
        team=team,
        email=address,
        role=role,
        ends_on=ends_on,
        language=language,
        invited_by=actor,
    )
    with refused_by("invitation_one_open", AlreadyInvited):
        _send(invitation, now=now)
    return invitation


@use_case
def resend_invitation(*, actor: User, invitation_id: int, now: dt.datetime) -> Invitation:
    """Send a new link, good for another week; the one before opens nothing any more.

    Raises:
        NotFound: the actor cannot see such an invitation.
        NotPermitted: the actor may not give its role.
        AlreadyAnswered: it was accepted or revoked.
        TooManyAsked: it was sent five times.
    """
    invitation = _locked(actor, invitation_id, now=now)
    if invitation.times_sent >= MOST_SENT:
        raise TooManyAsked
    _slow_down(actor, now=now)
    invitation.times_sent += 1
    _send(invitation, now=now)
    return invitation


@use_case
def revoke_invitation(*, actor: User, invitation_id: int, now: dt.datetime) -> Invitation:
    """Take an invitation back; its link opens nothing from now on.

    Raises:
        NotFound: the actor cannot see such an invitation.
        NotPermitted: the actor may not give its role.
        AlreadyAnswered: it was accepted or revoked.
    """
    invitation = _locked(actor, invitation_id, now=now)
    invitation.revoked_at = now
    invitation.save(update_fields=["revoked_at"])
    return invitation


@use_case
def accept_invitation(*, actor: User, word: str, now: dt.datetime) -> Invitation:
    """Come into a team by a link sent to one's own address, in any case of letters.

    Raises:
        LinkNotValid: the link was used, taken back, or has ended.
        OtherAddress: it was sent to somebody else.
    """
    invitation = _opened(word, now=now)
    if invitation.email != actor.email.lower():
        raise OtherAddress
    _accept(invitation, actor, now=now)
    return invitation


@use_case
def accept_as_new_person(
    *, word: str, first_name: str, last_name: str, password: str, language: str, now: dt.datetime
) -> User:
    """Make an account for the address that a link was sent to, and come into the team.

    Raises:
        LinkNotValid: the link was used, taken back or has ended, or the address has an
            account by now: its owner logs in and accepts.
        NameMissing: no name was given.
        PasswordRefused: the password is too easy.
    """
    invitation = _opened(word, now=now)
    first_name, last_name = " ".join(first_name.split()), " ".join(last_name.split())
    if not (first_name or last_name):
        raise NameMissing
    person = User(email=invitation.email, first_name=first_name, last_name=last_name)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise PasswordRefused(error.messages) from error
    with (
        refused_by("user_email_any_case", LinkNotValid),
        refused_by("accounts_user_email_key", LinkNotValid),
    ):
        person = User.objects.create_user(
            invitation.email,
            password,
            first_name=first_name,
            last_name=last_name,
            language=language,
        )
    # Whoever opened the link reads the mail of this address.
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    _accept(invitation, person, now=now)
    return person


def _slow_down(actor: User, *, now: dt.datetime) -> None:
    lately = Invitation.objects.filter(invited_by=actor, invited_at__gt=now - dt.timedelta(hours=1))
    if lately.count() >= MOST_IN_AN_HOUR:
        raise TooManyAsked


def _send(invitation: Invitation, *, now: dt.datetime) -> None:
    invitation.seed, invitation.invited_at = uuid.uuid4(), now
    invitation.expires_at = now + LINK_LASTS
    word = links.word_of(links.INVITATION, invitation.seed, invitation.email)
    invitation.link_hash = links.hash_of(word)
    invitation.save()
    outbox.publish(
        topic=INVITED,
        key=f"{INVITED}:{invitation.pk}:{invitation.times_sent}",
        payload={"invitation": invitation.pk, "time": invitation.times_sent},
    )


def _locked(actor: User, invitation_id: int, *, now: dt.datetime) -> Invitation:
    visible = invitations_visible_to(actor, on=now.date())
    invitation = visible.select_for_update(of=("self",)).filter(pk=invitation_id).first()
    if invitation is None:
        raise NotFound
    require(may_give(actor, invitation.role, invitation.team_id, on=now.date()))
    if invitation.accepted_at or invitation.revoked_at:
        raise AlreadyAnswered
    return invitation


def _opened(word: str, *, now: dt.datetime) -> Invitation:
    """Return the invitation of a link, locked, its team before it."""
    lock_team(invitation_by_word(word, now=now).team_id)
    pk = invitation_by_word(word, now=now).pk
    invitation = Invitation.objects.select_for_update(of=("self",)).unanswered()
    found = invitation.select_related("team__organisation").filter(pk=pk).first()
    if found is None:
        raise LinkNotValid
    return found


def _accept(invitation: Invitation, person: User, *, now: dt.datetime) -> None:
    if not person.is_active:
        raise LinkNotValid
    invitation.accepted_at, invitation.accepted_by = now, person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    take_in(invitation.team, person, role=invitation.role, ends_on=invitation.ends_on, now=now)
