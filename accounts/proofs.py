"""What people hold besides a password: an app that shows codes, passkeys, recovery codes.

The library keeps them; here each code is taken once, by the database and not by a cache
that may forget.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import User
from accounts.transactions import use_case

Kind = Authenticator.Type
STEP_SECONDS = 30
STEPS_TAKEN = (0, -1, 1)
"""Clocks differ: the code before and the code after count too."""


class ProofMissing(DomainError):
    """A second proof is compulsory for this person, and they have not set one up."""

    code = "mfa_setup_required"
    sentence = _("Your role needs more than a password. Log in on the site and set it up first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A key of a person, by the name they gave it."""

    id: int
    name: str
    added_at: dt.datetime
    used_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """All that a person holds; recovery codes only stand in for the others."""

    has_app: bool
    passkeys: tuple[Passkey, ...]
    recovery_codes: int

    @property
    def any(self) -> bool:
        """Whether a log-in asks for more than the password."""
        return self.has_app or bool(self.passkeys)


def has_proof(user: User) -> bool:
    """Say whether a person has an app or a passkey."""
    return Authenticator.objects.filter(user=user, type__in=(Kind.TOTP, Kind.WEBAUTHN)).exists()


def proofs_of(user: User) -> Proofs:
    """Return what a person holds, in one query."""
    rows = list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))
    spare = next((row for row in rows if row.type == Kind.RECOVERY_CODES), None)
    return Proofs(
        has_app=any(row.type == Kind.TOTP for row in rows),
        passkeys=tuple(
            Passkey(
                id=row.pk,
                name=str(row),
                added_at=row.created_at,
                used_at=row.last_used_at,
            )
            for row in rows
            if row.type == Kind.WEBAUTHN
        ),
        recovery_codes=len(spare.wrap().get_unused_codes()) if spare else 0,
    )


@use_case
def take_code(*, user: User, code: str, now: dt.datetime) -> Authenticator | None:
    """Take a code of a person's app, or one of their recovery codes; None for a wrong one.

    Each serves once: an app's code is refused once it or a later one was taken. The rows
    stay locked until commit, so that two log-ins cannot take the same code.
    """
    typed = "".join(code.split())
    rows = (
        Authenticator.objects.select_for_update()
        .filter(user=user, type__in=(Kind.TOTP, Kind.RECOVERY_CODES))
        .order_by("-type")
    )
    return next((row for row in rows if _takes(row, typed, now)), None)


def _takes(row: Authenticator, typed: str, now: dt.datetime) -> bool:
    if row.type == Kind.RECOVERY_CODES:
        return bool(row.wrap().validate_code(typed))
    secret = decrypt(row.data["secret"])
    last, step_now = row.data.get("last_step", -1), int(now.timestamp()) // STEP_SECONDS
    for step in (step_now + away for away in STEPS_TAKEN):
        shown = format_hotp_value(hotp_value(secret, step))
        if step > last and secrets.compare_digest(shown.encode(), typed.encode()):
            row.data["last_step"] = step
            row.save(update_fields=["data"])
            return True
    return False
