"""Logging in and out with a token."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import exceptions, serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.tokens import issue_token, revoke_token
from api.authentication import TokenHeader
from api.fields import InstantField
from api.resource import Face, problems, read

WINDOW_SECONDS = 15 * 60


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "By password",
            value={"email": "ana@lab.example", "password": "…"},
            request_only=True,
        )
    ]
)
class LoginInput(serializers.Serializer[Any]):
    """E-mail and password."""

    email = serializers.EmailField(max_length=254, help_text="The address you log in with.")
    password = serializers.CharField(
        max_length=1024, trim_whitespace=False, help_text="Your password."
    )


class TokenSerializer(serializers.Serializer[Any]):
    """A token: shown once, stored hashed."""

    token = serializers.CharField(help_text="Send it as: Authorization: Token …")
    expiry = InstantField(help_text="When it ends, in UTC.")


class InvalidCredentials(exceptions.APIException):
    """Wrong e-mail or wrong password: which of the two is not said."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_code = "invalid_credentials"
    default_detail = _("This e-mail and password do not go together.")


class Login(Face):
    """Give a token to who knows the password."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="auth_login",
        summary="Log in",
        auth=[],
        request=LoginInput,
        responses={200: TokenSerializer, **problems()},
    )
    def post(self, request: Request) -> Response:
        """Answer a token.

        Ten failures in a quarter of an hour close the door for as long, for this account
        from this address; the log-in page counts with it.
        """
        asked = read(LoginInput, request.data)
        person = _known(request, email=asked["email"].lower(), password=asked["password"])
        token, expiry = issue_token(user=person, now=timezone.now())
        return Response(TokenSerializer({"token": token, "expiry": expiry}).data)


class Logout(Face):
    """Forget the token that this request came with."""

    @extend_schema(
        operation_id="auth_logout",
        summary="Log out",
        request=None,
        responses={204: None, **problems()},
    )
    def post(self, request: Request) -> Response:
        """End the token at once; of a session, end the session."""
        if isinstance(request.successful_authenticator, TokenHeader):
            revoke_token(request.auth)
        else:
            logout(request._request)  # noqa: SLF001 - the framework's way to Django's request
        return Response(status=status.HTTP_204_NO_CONTENT)


def _known(request: Request, *, email: str, password: str) -> Any:
    """Return the person who has this password.

    An unknown address takes as long as a wrong password, and is answered the same.

    Raises:
        Throttled: too many failures for this account from this address.
        InvalidCredentials: no such person, another password, or a suspended person.
    """
    django_request = request._request  # noqa: SLF001 - the framework's way to Django's request
    adapter = get_adapter(django_request)
    try:
        person = adapter.authenticate(django_request, email=email, password=password)
    except ValidationError as error:
        raise exceptions.Throttled(wait=WINDOW_SECONDS) from error
    # The library gives suspended people too, for pages that explain it to them.
    if person is None or not person.is_active:
        raise InvalidCredentials
    return person
