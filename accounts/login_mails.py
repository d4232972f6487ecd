"""What people are told about their log-in: a link to a new password, a change that was made.

Promised to the outbox with ids only; worded by the worker in the reader's language. The
secret of a link is made when the mail is sent, so that it is kept nowhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.models import User
from notifications import outbox, registry
from notifications.letterhead import Letter, Link, mail_of
from notifications.registry import Mail

PASSWORD_RESET, NOTICE = "accounts.password_reset", "accounts.log_in_changed"

NOTICES: dict[str, Promise] = {
    "password_changed": gettext_lazy("Your password was changed."),
    "password_reset": gettext_lazy("Your password was changed."),
    "password_set": gettext_lazy("Your account has a password now."),
    "totp_activated": gettext_lazy("An authenticator app was added to your account."),
    "totp_deactivated": gettext_lazy("The authenticator app was removed from your account."),
    "webauthn_added": gettext_lazy("A passkey was added to your account."),
    "webauthn_removed": gettext_lazy("A passkey was removed from your account."),
    "recovery_codes_generated": gettext_lazy("New recovery codes were made for your account."),
    "account_connected": gettext_lazy("Another way to log in was linked to your account."),
    "account_disconnected": gettext_lazy("A way to log in was unlinked from your account."),
}


def register() -> None:
    """Let the outbox word what happens to a person's log-in."""
    registry.register(PASSWORD_RESET, password_reset)
    registry.register(NOTICE, notice)


def promise_password_reset(*, user: User, now: dt.datetime) -> None:
    """Promise a person the link to choose a new password."""
    outbox.publish(
        topic=PASSWORD_RESET,
        key=f"password-reset:{user.pk}:{now.isoformat()}",
        payload={"user": user.pk},
    )


def promise_notice(*, user: User, event: str, now: dt.datetime) -> None:
    """Promise a person word of a change to their log-in; of others, nothing."""
    if event in NOTICES:
        outbox.publish(
            topic=NOTICE,
            key=f"log-in:{user.pk}:{event}:{now.isoformat()}",
            payload={"user": user.pk, "event": event},
        )


def password_reset(payload: Mapping[str, Any], now: dt.datetime) -> list[Mail]:
    """Write the link to choose a new password."""
    if (user := _reader(payload)) is None:
        return []
    key = default_token_generator.make_token(user)
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": key},
    )
    with override(user.language):
        letter = Letter(
            subject=_("Choose a new password"),
            title=_("Choose a new password"),
            lines=(_("The link below opens the page for it. It works once, for an hour."),),
            facts=(),
            link=Link(label=_("Choose a password"), url=f"{settings.SITE_URL}{path}"),
            why=_(
                "You get this because somebody, probably you, asked for it on the log-in page. "
                "If it was not you, there is nothing to do."
            ),
        )
        return [mail_of(letter, address=user.email, language=user.language)]


def notice(payload: Mapping[str, Any], now: dt.datetime) -> list[Mail]:
    """Write that a person's log-in was changed."""
    if (user := _reader(payload)) is None:
        return []
    with override(user.language):
        letter = Letter(
            subject=_("Your log-in to Plateau was changed"),
            title=str(NOTICES[payload["event"]]),
            lines=(
                _(
                    "If it was not you, choose a new password at once, then look on this page "
                    "at what opens your account."
                ),
            ),
            facts=(),
            link=Link(label=_("Security"), url=f"{settings.SITE_URL}{reverse('security')}"),
            why=_("You get this because it is your account. Such letters cannot be switched off."),
        )
        return [mail_of(letter, address=user.email, language=user.language)]


def _reader(payload: Mapping[str, Any]) -> User | None:
    return User.objects.filter(pk=payload["user"], is_active=True).first()
