"""Tokens for programs: given at log-in, kept as a hash, ended by time or log-out."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from knox.models import get_token_model

from accounts.models import User
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


def revoke_token(token: Any) -> None:
    """End a token at once. Safe to repeat."""
    get_token_model().objects.filter(pk=token.pk).delete()
