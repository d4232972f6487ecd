"""All that this app keeps about a person, for the person: plain values, and nobody else's.

Source: GDPR (EU) 2016/679, articles 15 and 20. Each app has such a module, and `web`
packs them together. Others appear by their role only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models import QuerySet
from knox.models import get_token_model

from accounts.models import IdempotencyKey, Invitation, JoinRequest, Membership, Project, User

Row = dict[str, Any]
Rows = Iterable[Row]


def rows_of(found: QuerySet[Any], *fields: str, **renamed: str) -> Rows:
    """Read some columns, one dictionary a row, in the order of the ids."""
    names = {name: name for name in fields} | renamed
    for values in found.order_by("pk").values_list(*names.values()).iterator():
        yield dict(zip(names, values, strict=True))


def personal_data(person: User) -> dict[str, Rows]:
    """Return what is kept about a person, by kind."""
    return {
        "profile": [_profile(person)],
        "memberships": rows_of(
            Membership.objects.filter(user=person),
            "role",
            "starts_on",
            "ends_on",
            team="team__name",
            organisation="team__organisation__name",
        ),
        "projects": rows_of(
            Project.objects.filter(members=person), "name", "code", team="team__name"
        ),
        "requests_to_join": rows_of(
            JoinRequest.objects.filter(person=person),
            "message",
            "state",
            "asked_at",
            "answered_at",
            "reason",
            team="team__name",
        ),
        "invitations_received": rows_of(
            Invitation.objects.filter(email__iexact=person.email),
            *("email", "role", "ends_on", "language", "invited_at", "expires_at"),
            *("accepted_at", "revoked_at"),
            team="team__name",
        ),
        # The addresses that were invited are other people's.
        "invitations_sent": rows_of(
            Invitation.objects.filter(invited_by=person), "role", "invited_at", team="team__name"
        ),
        **_log_in(person),
    }


def _profile(person: User) -> Row:
    fields = (
        "id email first_name last_name language reminder_minutes wants_confirmations "
        "uses_letter_keys is_active is_staff is_superuser date_joined last_login origin origin_id"
    )
    profile = {name: getattr(person, name) for name in fields.split()}
    return profile | {"has_password": person.has_usable_password()}


def _log_in(person: User) -> dict[str, Rows]:
    return {
        "addresses": rows_of(
            EmailAddress.objects.filter(user=person), "email", "verified", "primary"
        ),
        "second_proofs": rows_of(
            Authenticator.objects.filter(user=person), "type", "created_at", "last_used_at"
        ),
        "linked_log_ins": rows_of(
            SocialAccount.objects.filter(user=person),
            *("provider", "uid", "date_joined", "last_login", "extra_data"),
        ),
        "sessions": rows_of(
            UserSession.objects.filter(user=person),
            *("ip", "user_agent", "created_at", "last_seen_at"),
        ),
        "tokens": rows_of(get_token_model().objects.filter(user=person), "created", "expiry"),
        "requests_sent_once": rows_of(
            IdempotencyKey.objects.filter(owner=person), "key", "status", "created_at"
        ),
    }
