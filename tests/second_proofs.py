"""Second proofs for tests: an app whose codes are known, recovery codes, passing time."""

from __future__ import annotations

import datetime as dt

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)

from accounts.models import User


def an_app(person: User) -> str:
    """Give a person an authenticator app; returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def recovery_codes(person: User) -> list[str]:
    """Give a person recovery codes."""
    codes: list[str] = RecoveryCodes.activate(person).generate_codes()
    return codes


def code_of(secret: str, at: dt.datetime) -> str:
    """Return what the app shows at an instant."""
    return format_hotp_value(hotp_value(secret, int(at.timestamp()) // 30))
