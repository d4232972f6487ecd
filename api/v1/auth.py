"""Logging in and out with a token."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.base.internal.flows import check_rate_limit
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import exceptions, serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.proofs import ProofMissing, has_proof, take_code
from accounts.tokens import issue_token, revoke_token
from api.authentication import TokenHeader
from api.fields import InstantField
from api.resource import Face, problems, read
from facilities.proofs import must_prove_more

WINDOW_SECONDS = 15 * 60


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "By password",
            value={"email": "ana@lab.example", "password": "…"},
            request_only=True,
        ),
        OpenApiExample(
            "By password and a code of the app",
            value={"email": "ana@lab.example", "password": "…", "otp": "123456"},
            request_only=True,
        ),
    ]
)
class LoginInput(serializers.Serializer[Any]):
    """E-mail and password, and a code from who has set up a second proof."""

    email = serializers.EmailField(max_length=254, help_text="The address you log in with.")
    password = serializers.CharField(
        max_length=1024, trim_whitespace=False, help_text="Your password."
    )
    otp = serializers.CharField(
        max_length=32,
        required=False,
        allow_blank=True,
        help_text="The code that your authenticator app shows, or a recovery code. "
        "Asked for where you have set up an app or a passkey; each code serves once.",
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


class OtpRequired(exceptions.APIException):
    """The password is right; this person has set up a second proof."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_code = "otp_required"
    default_detail = _("Send a code of your authenticator app, or a recovery code, as otp.")


class OtpWrong(exceptions.APIException):
    """The password is right; the code is not."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_code = "otp_wrong"
    default_detail = _("This code is wrong, too old or has been used.")


class Login(Face):
    """Give a token to who knows the password."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="auth_login",
        summary="Log in",
        auth=[],
        request=LoginInput,
        responses={200: TokenSerializer, **problems(403)},
    )
    def post(self, request: Request) -> Response:
        """Answer a token.

        Ten failures in a quarter of an hour close the door for as long, for this account
        from this address; the log-in page counts with it. Ten wrong codes do the same.
        401 says `invalid_credentials`, `otp_required` or `otp_wrong`. 403 says
        `mfa_setup_required` to those whose role asks for a second proof, until they have
        set one up on the site.
        """
        asked = read(LoginInput, request.data)
        person = _known(request, email=asked["email"].lower(), password=asked["password"])
        now = timezone.now()
        _prove(person, otp=asked.get("otp", ""), now=now)
        token, expiry = issue_token(user=person, now=now)
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


def _prove(person: Any, *, otp: str, now: dt.datetime) -> None:
    """Take the second proof of a person who has one.

    Raises:
        ProofMissing: their role asks for one, and they have none.
        OtpRequired, OtpWrong, Throttled: what was sent does not prove it.
    """
    if not has_proof(person):
        if settings.MFA_COMPULSORY and must_prove_more(person, on=now.date()):
            raise ProofMissing
        return
    if not otp:
        raise OtpRequired
    try:
        forget_failures = check_rate_limit(person)
    except ValidationError as error:
        raise exceptions.Throttled(wait=WINDOW_SECONDS) from error
    if take_code(user=person, code=otp, now=now) is None:
        raise OtpWrong
    forget_failures()
