"""What people are told about teams: that somebody asks to join, the answer, an invitation.

Renderers for the outbox: they only read, and say nothing about what is no longer true.
Registered by AccountsConfig.ready().
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from accounts import links
from accounts.models import Invitation, JoinRequest, Membership, Team
from accounts.permissions import LEADING_ROLES
from accounts.services.inviting import INVITED
from accounts.services.joining import ANSWERED, ASKED
from notifications import registry
from notifications.letterhead import Fact, Letter, Link, mail_of
from notifications.registry import Mail

State = JoinRequest.State
Payload = Mapping[str, Any]


def register() -> None:
    """Let the outbox word what happens around teams."""
    registry.register(ASKED, asked_mails)
    registry.register(ANSWERED, answered_mails)
    registry.register(INVITED, invitation_mails)


def asked_mails(payload: Payload, now: dt.datetime) -> list[Mail]:
    """Write to those who lead a team that somebody asks to join it, while it is open."""
    request = _request(payload)
    if request is None or request.state != State.OPEN:
        return []
    seats = Membership.objects.current(now.date()).filter(
        team=request.team_id, role__in=LEADING_ROLES, user__is_active=True
    )
    mails = []
    for seat in seats.select_related("user").order_by("user_id"):
        with override(seat.user.language):
            letter = _asked(request)
            mails.append(mail_of(letter, address=seat.user.email, language=seat.user.language))
    return mails


def answered_mails(payload: Payload, now: dt.datetime) -> list[Mail]:
    """Write the answer to who asked."""
    request = _request(payload)
    if request is None or request.state not in (State.APPROVED, State.REFUSED):
        return []
    if not request.person.is_active:
        return []
    with override(request.person.language):
        letter = _approved(request) if request.state == State.APPROVED else _refused(request)
        person = request.person
        return [mail_of(letter, address=person.email, language=person.language)]


def invitation_mails(payload: Payload, now: dt.datetime) -> list[Mail]:
    """Write the invitation with its link, while the link opens something."""
    invitation = (
        Invitation.objects.unanswered()
        .select_related("team__organisation", "invited_by")
        .filter(pk=payload["invitation"], times_sent=payload["time"], expires_at__gt=now)
        .first()
    )
    if invitation is None:
        return []
    word = links.word_with_hash(
        invitation.link_hash, links.INVITATION, invitation.seed, invitation.email
    )
    if word is None:
        return []
    with override(invitation.language):
        letter = _invitation(invitation, f"{settings.SITE_URL}/invitations/?key={word}")
        return [mail_of(letter, address=invitation.email, language=invitation.language)]


def _request(payload: Payload) -> JoinRequest | None:
    requests = JoinRequest.objects.select_related("person", "team__organisation")
    return requests.filter(pk=payload["request"]).first()


def _asked(request: JoinRequest) -> Letter:
    return Letter(
        subject=_("To answer: a request to join %(team)s") % {"team": request.team},
        title=_("Somebody asks to join your team."),
        lines=(_("Members book and spend for the team: take in only whom you know."),),
        facts=(
            Fact(label=_("Person"), value=f"{request.person}, {request.person.email}"),
            *_facts(request.team),
            *_fact(_("Message"), request.message),
        ),
        link=_team_link(request.team, _("Answer")),
        why=_("You receive this because you lead this team."),
    )


def _approved(request: JoinRequest) -> Letter:
    return Letter(
        subject=_("You belong to %(team)s now") % {"team": request.team},
        title=_("Your request to join the team is approved."),
        lines=(_("You can book for its projects from now on."),),
        facts=_facts(request.team),
        link=_team_link(request.team, _("See the team")),
        why=_("You receive this because you asked to join this team."),
    )


def _refused(request: JoinRequest) -> Letter:
    return Letter(
        subject=_("Refused: your request to join %(team)s") % {"team": request.team},
        title=_("Your request to join the team is refused."),
        lines=(),
        facts=(*_facts(request.team), *_fact(_("Reason"), request.reason)),
        link=Link(label=_("Find another team"), url=f"{settings.SITE_URL}/teams/"),
        why=_("You receive this because you asked to join this team."),
    )


def _invitation(invitation: Invitation, url: str) -> Letter:
    ends = [date_format(invitation.ends_on, "DATE_FORMAT")] if invitation.ends_on else []
    return Letter(
        subject=_("Invitation to join %(team)s") % {"team": invitation.team},
        title=_("You are invited to book the centre's platforms."),
        lines=(
            _("The link is for this address alone. It works once, until %(day)s.")
            % {"day": date_format(invitation.expires_at, pgettext("date format", "j F Y"))},
        ),
        facts=(
            Fact(label=_("Invited by"), value=str(invitation.invited_by)),
            *_facts(invitation.team),
            Fact(label=_("Role"), value=invitation.get_role_display()),
            *_fact(_("Until"), " ".join(ends)),
        ),
        link=Link(label=_("Accept the invitation"), url=url),
        why=_("You receive this because somebody of this team gave your address."),
    )


def _facts(team: Team) -> tuple[Fact, ...]:
    return (
        Fact(label=_("Team"), value=str(team)),
        Fact(label=_("Organisation"), value=str(team.organisation)),
    )


def _fact(label: str, value: str) -> tuple[Fact, ...]:
    return (Fact(label=label, value=value),) if value else ()


def _team_link(team: Team, label: str) -> Link:
    return Link(label=label, url=f"{settings.SITE_URL}/teams/{team.pk}/")
