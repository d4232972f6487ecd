"""Tokens for programs: given at log-in, kept as a hash, ended by time or log-out."""

from __future__ import annotations

import binascii
import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from knox.crypto import hash_token
from knox.models import AuthToken, get_token_model

from accounts.errors import NotFound
from accounts.models import User
from accounts.statements import columns_of, instance_of, rows_of
from accounts.transactions import use_case


@use_case
def issue_token(*, user: User, now: dt.datetime) -> tuple[str, dt.datetime]:
    """Give a person a new token, shown this once, and say when it ends.

    Those that have ended go. So does the oldest where the person has as many as they may:
    a program that never logs out must not lock its owner out.
    """
    tokens = get_token_model().objects.filter(user=user)
    tokens.filter(expiry__lte=now).delete()
    most = int(str(settings.REST_KNOX["TOKEN_LIMIT_PER_USER"]))
    surplus = tokens.order_by("-created").values_list("pk", flat=True)[most - 1 :]
    tokens.filter(pk__in=list(surplus)).delete()
    row, token = get_token_model().objects.create(user=user)
    user.last_login = now
    user.save(update_fields=["last_login"])
    return token, row.expiry


_BEARER = f"""
SELECT {columns_of(AuthToken, "token")}, {columns_of(User, "person")}
  FROM knox_authtoken token
  JOIN accounts_user person ON person.id = token.user_id
 WHERE token.digest = %(digest)s AND (token.expiry IS NULL OR token.expiry > %(now)s)
"""  # noqa: S608 - joined from the names of columns; the values are bound
"""Which token that still works is kept under a hash, and whose is it?"""


def working_token(token: str, *, now: dt.datetime) -> AuthToken | None:
    """Return what is kept of a token, with its person; None where it is none, or has ended."""
    try:
        digest = hash_token(token)
    except (TypeError, binascii.Error):
        return None
    for row in rows_of(_BEARER, {"digest": digest, "now": now}):
        kept = instance_of(AuthToken, "token", row)
        kept.user = instance_of(User, "person", row)
        return kept
    return None


def revoke_token(token: Any) -> None:
    """End a token at once. Safe to repeat."""
    get_token_model().objects.filter(pk=token.pk).delete()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownToken:
    """A token as its owner may know it again: never the token itself."""

    id: str
    created_at: dt.datetime
    ends_at: dt.datetime


ID_LENGTH = 24


def tokens_of(user: User, *, now: dt.datetime) -> list[KnownToken]:
    """Return a person's tokens that still work, the newest first."""
    rows = get_token_model().objects.filter(user=user, expiry__gt=now).order_by("-created")
    return [
        KnownToken(id=row.digest[:ID_LENGTH], created_at=row.created, ends_at=row.expiry)
        for row in rows
    ]


def revoke_own_token(*, user: User, token_id: str) -> None:
    """End one of a person's own tokens. Safe to repeat.

    Raises:
        NotFound: what was named is no token's id.
    """
    if len(token_id) != ID_LENGTH:
        raise NotFound
    get_token_model().objects.filter(user=user, digest__startswith=token_id).delete()


def revoke_all_tokens(*, user: User) -> None:
    """End all tokens of a person, as when their password changes. Safe to repeat."""
    get_token_model().objects.filter(user=user).delete()
