"""How people log in: by e-mail, with accounts that the centre makes.

The adapters through which allauth asks what is the house's to say.
"""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import login_mails
from accounts.models import User
from accounts.tokens import revoke_all_tokens
from web.log_in_words import LOG_IN, PROOFS


class CentreMakesAccounts(DefaultAccountAdapter):
    """Refuse sign-up by oneself: a person is added by the centre or by a team."""

    error_messages = DefaultAccountAdapter.error_messages | LOG_IN

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # Failed log-ins count for an account from one address: a stranger elsewhere who
        # tries its password keeps nobody out of their own account.
        login = str(credentials.get("email", "")).lower()
        return f"{self.get_client_ip(request)}:{login}"

    def set_password(self, user: User, password: str) -> None:
        """Set a password; what was given out under the old one ends."""
        super().set_password(user, password)
        revoke_all_tokens(user=user)

    def is_reauthentication_required(self, app: str = "") -> bool:
        """Ask again before a proof is changed, unless the person came in just now."""
        records = get_authentication_records(self.request, self.request.user)
        is_fresh = (
            bool(records)
            and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
        )
        return not is_fresh and bool(super().is_reauthentication_required(app=app))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("security")

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Leave it to the outbox, which writes the link only when it sends."""
        if user.is_active:
            login_mails.promise_password_reset(user=user, now=timezone.now())

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell a person of a change to their log-in, in their own language."""
        event = template_prefix.rpartition("/")[2]
        login_mails.promise_notice(user=user, event=event, now=timezone.now())


class OnlyKnownPeople(DefaultSocialAccountAdapter):
    """Let an identity provider vouch for people whom the centre knows already.

    Matched by the provider's own id for them. An address counts once, at the first log-in,
    and only from a provider that is trusted to have verified it.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        is_login = sociallogin.state.get("process", "login") == "login"
        if sociallogin.is_existing or not is_login:
            return
        if person := self._vouched_for(sociallogin):
            sociallogin.connect(request, person)

    def _vouched_for(self, sociallogin: SocialLogin) -> User | None:
        if not sociallogin.provider.app.settings.get("trusts_email"):
            return None
        # The text "false" is true: some providers send it.
        addresses = [
            known.email.lower() for known in sociallogin.email_addresses if known.verified is True
        ]
        return User.objects.filter(email__in=addresses, is_active=True).first()

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("security")


class SealedProofs(DefaultMFAAdapter):
    """Keep the secrets of second proofs sealed: a copy of the database opens nothing."""

    error_messages = DefaultMFAAdapter.error_messages | PROOFS

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _seal().decrypt(encrypted_text.encode()).decode()

    def _get_site_name(self) -> str:
        return "Plateau"


def _seal() -> MultiFernet:
    """Return the seal that the secret key makes; former keys still open."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet(
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"proofs:{secret}".encode()).digest()))
        for secret in secrets
    )
