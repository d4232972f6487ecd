"""Logging in and out with a token, and who I am."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from knox.auth import TokenAuthentication
from knox.models import get_token_model
from rest_framework import exceptions, serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import is_administrator
from accounts.queries import team_roles
from api.fields import InstantField
from api.resource import problems, read, today
from api.throttles import FailedLogins
from facilities.queries import staff_roles


class LoginInput(serializers.Serializer[Any]):
    """E-mail and password."""

    email = serializers.EmailField(help_text=_("The address you log in with."))
    password = serializers.CharField(
        max_length=200, trim_whitespace=False, style={"input_type": "password"}
    )


class TokenSerializer(serializers.Serializer[Any]):
    """A token: shown once, stored hashed."""

    token = serializers.CharField(help_text=_("Send it as: Authorization: Token …"))
    expiry = InstantField(help_text=_("UTC."))


class TeamRoleSerializer(serializers.Serializer[Any]):
    """My place in a team."""

    team = serializers.IntegerField(source="team_id")
    name = serializers.CharField(source="team")
    organisation = serializers.CharField()
    role = serializers.CharField(help_text=_("member, manager, head or billing_contact."))


class StaffRoleSerializer(serializers.Serializer[Any]):
    """My role on a platform."""

    facility = serializers.CharField(help_text=_("Code of the platform."))
    role = serializers.CharField(help_text=_("manager, operator, trainer or accountant."))


class MeSerializer(serializers.Serializer[Any]):
    """Who I am and what I may do."""

    id = serializers.IntegerField()
    email = serializers.EmailField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    language = serializers.CharField(help_text=_("Of mails and messages: en or fr."))
    reminder_minutes = serializers.ListField(
        child=serializers.IntegerField(), help_text=_("Minutes before a session.")
    )
    is_administrator = serializers.BooleanField(help_text=_("Administers the centre."))
    teams = TeamRoleSerializer(many=True)
    facilities = StaffRoleSerializer(many=True)


class InvalidCredentials(exceptions.APIException):
    """Wrong e-mail or wrong password: which of the two is not said."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_code = "invalid_credentials"
    default_detail = _("This e-mail and password do not go together.")


class Login(APIView):
    """Give a token to who knows the password."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (FailedLogins,)

    @extend_schema(
        summary="Log in", request=LoginInput, responses={200: TokenSerializer, **problems()}
    )
    def post(self, request: Request) -> Response:
        """Answer a token; ten failures in a quarter of an hour close the door for as long."""
        asked = read(LoginInput, request.data)
        # Django hashes the password of an unknown person too, so that time tells nothing.
        user = authenticate(
            request, username=asked["email"].lower(), password=asked["password"]
        )
        if user is None:
            FailedLogins.count(request)
            raise InvalidCredentials
        instance, token = get_token_model().objects.create(user=user)
        return Response(TokenSerializer({"token": token, "expiry": instance.expiry}).data)


class Logout(APIView):
    """Forget the token that this request came with."""

    @extend_schema(summary="Log out", request=None, responses={204: None, **problems()})
    def post(self, request: Request) -> Response:
        """Revoke the token; of a session, end it."""
        if isinstance(request.successful_authenticator, TokenAuthentication):
            request.auth.delete()
        else:
            request.session.flush()
        return Response(status=status.HTTP_204_NO_CONTENT)


class Me(APIView):
    """The person who asks."""

    @extend_schema(summary="Who I am", responses={200: MeSerializer, **problems()})
    def get(self, request: Request) -> Response:
        """Say who I am, where I belong and what I run."""
        person: Any = request.user
        return Response(
            MeSerializer(
                {
                    "id": person.pk,
                    "email": person.email,
                    "first_name": person.first_name,
                    "last_name": person.last_name,
                    "language": person.language,
                    "reminder_minutes": person.reminder_minutes,
                    "is_administrator": is_administrator(person),
                    "teams": team_roles(person, on=today()),
                    "facilities": staff_roles(person),
                }
            ).data
        )
