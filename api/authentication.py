"""Who asks: a token in the header, as knox keeps it, or the session of the pages."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from accounts.tokens import working_token


class TokenHeader(TokenAuthentication):
    """`Authorization: Token …`. Reads one row, and removes none while it reads."""

    def authenticate_credentials(self, token: bytes) -> Any:
        # The library's own also reads and removes the person's other tokens, at every
        # request; here they go when the person logs in.
        kept = working_token(token.decode("utf-8", "replace"), now=timezone.now())
        if kept is None:
            raise AuthenticationFailed(_("Invalid token."))
        return self.validate_user(kept)


class TokenHeaderScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the documents describe it."""

    target_class = "api.authentication.TokenHeader"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "The token that log-in gave: `Token 0123…`.",
        }
