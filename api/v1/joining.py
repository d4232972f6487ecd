"""How people come into teams: requests to join, and invitations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.permissions import invitations_visible_to, join_requests_visible_to
from api.fields import DayField, IdField, InstantField, TextField
from api.idempotency import HEADER, idempotent
from api.resource import Listed, id_of, problems, read

ROLES = ("member", "manager", "head", "billing_contact")


class JoinRequestSerializer(serializers.Serializer[Any]):
    """Somebody asks to join a team."""

    id = serializers.IntegerField(help_text="Id of the request.")
    team = serializers.IntegerField(source="team_id", help_text="Id of the team.")
    team_name = serializers.CharField(source="team.name", help_text="Its name.")
    person = serializers.IntegerField(source="person_id", help_text="Id of who asks.")
    person_name = serializers.CharField(source="person.get_full_name", help_text="Their name.")
    message = serializers.CharField(help_text="A word to the head; may be empty.")
    state = serializers.CharField(help_text="open, approved, refused or withdrawn.")
    asked_at = InstantField(help_text="When they asked, in UTC.")
    answered_at = InstantField(allow_null=True, help_text="When it was answered; null: open.")
    reason = serializers.CharField(help_text="Why it was refused; may be empty.")


class JoinRequestInput(serializers.Serializer[Any]):
    """A team to ask."""

    team = IdField(help_text="Id of a team that can be asked: see teams/open/.")
    message = TextField(required=False, default="", help_text="A word to its head.")


class RefusalInput(serializers.Serializer[Any]):
    """Why not."""

    reason = TextField(help_text="The person reads it.")


class InvitationSerializer(serializers.Serializer[Any]):
    """An address invited to a team. The link itself is in the mail only."""

    id = serializers.IntegerField(help_text="Id of the invitation.")
    team = serializers.IntegerField(source="team_id", help_text="Id of the team.")
    email = serializers.EmailField(help_text="Address that is invited.")
    role = serializers.CharField(help_text="Role it brings.")
    ends_on = serializers.DateField(
        allow_null=True, help_text="Last day of the membership; null: for good."
    )
    language = serializers.CharField(help_text="Of the mail: en or fr.")
    invited_at = InstantField(help_text="When the link was sent last, in UTC.")
    expires_at = InstantField(help_text="When the link ends, in UTC.")
    accepted_at = InstantField(allow_null=True, help_text="When it was accepted; else null.")
    revoked_at = InstantField(allow_null=True, help_text="When it was taken back; else null.")


class InvitationInput(serializers.Serializer[Any]):
    """Whom to invite, as what, until when."""

    team = IdField(help_text="Id of a team that I lead.")
    email = serializers.EmailField(max_length=254, help_text="Address to invite, in any case.")
    role = serializers.ChoiceField(
        ROLES, default="member", help_text="Roles other than member are the head's to give."
    )
    ends_on = DayField(
        required=False, allow_null=True, help_text="Last day of the membership; else for good."
    )
    language = serializers.ChoiceField(
        settings.LANGUAGES, required=False, help_text="Of the mail; else my own."
    )


class TeamsOwn(serializers.Serializer[Any]):
    """Of which team; every filter is optional."""

    team = IdField(required=False, help_text="Id of a team.")


@extend_schema_view(
    list=extend_schema(
        summary="List requests to join: mine, and those to teams I lead",
        parameters=[TeamsOwn],
        responses={200: JoinRequestSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at a request to join",
        responses={200: JoinRequestSerializer, **problems(404)},
    ),
)
class JoinRequests(Listed):
    """Requests to join a team: my own, and those to teams I lead."""

    serializer_class = JoinRequestSerializer

    def visible(self) -> QuerySet[Any]:
        return join_requests_visible_to(self.person, on=self.today)

    def list(self, request: Request) -> Response:
        return self.page_of(self.visible().filter(**self.asked(TeamsOwn)))

    @extend_schema(
        summary="Ask to join a team",
        parameters=[HEADER],
        request=JoinRequestInput,
        responses={201: JoinRequestSerializer, **problems(404, 409)},
    )
    def create(self, request: Request) -> HttpResponse:
        """Ask a team of the centre or of another academic house; its head is told by mail."""

        def work() -> Response:
            asked = read(JoinRequestInput, request.data)
            made = services.ask_to_join(
                actor=self.person,
                team_id=asked["team"],
                message=asked["message"],
                now=timezone.now(),
            )
            return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

        return idempotent(request, work)

    @extend_schema(
        summary="Take somebody into the team",
        request=None,
        responses={200: JoinRequestSerializer, **problems(403, 404, 409)},
    )
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: int) -> Response:
        """Make who asks a member from today; for those who lead the team."""
        return self._answered(services.approve_join_request, pk)

    @extend_schema(
        summary="Refuse to take somebody in",
        request=RefusalInput,
        responses={200: JoinRequestSerializer, **problems(403, 404, 409, 422)},
    )
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: int) -> Response:
        """Refuse with a reason that the person reads; for those who lead the team."""
        asked = read(RefusalInput, request.data)
        return self._answered(services.refuse_join_request, pk, **asked)

    @extend_schema(
        summary="Withdraw my request to join",
        request=None,
        responses={200: JoinRequestSerializer, **problems(403, 404, 409)},
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: int) -> Response:
        """Take my own open request back."""
        return self._answered(services.withdraw_join_request, pk)

    def _answered(self, service: Callable[..., Any], pk: int, **more: Any) -> Response:
        answered = service(actor=self.person, request_id=id_of(pk), now=timezone.now(), **more)
        return Response(self.get_serializer(answered).data)


@extend_schema_view(
    list=extend_schema(
        summary="List invitations to the teams I lead",
        parameters=[TeamsOwn],
        responses={200: InvitationSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at an invitation", responses={200: InvitationSerializer, **problems(404)}
    ),
)
class Invitations(Listed):
    """Invitations to the teams I lead; all for an administrator."""

    serializer_class = InvitationSerializer

    def visible(self) -> QuerySet[Any]:
        return invitations_visible_to(self.person, on=self.today)

    def list(self, request: Request) -> Response:
        return self.page_of(self.visible().filter(**self.asked(TeamsOwn)))

    @extend_schema(
        summary="Invite somebody to a team",
        parameters=[HEADER],
        request=InvitationInput,
        responses={201: InvitationSerializer, **problems(403, 404, 409, 422)},
    )
    def create(self, request: Request) -> HttpResponse:
        """Send an address a link that works once, for a week; it makes an account if need be."""

        def work() -> Response:
            asked = read(InvitationInput, request.data)
            made = services.invite_to_team(
                actor=self.person,
                team_id=asked["team"],
                email=asked["email"],
                role=asked["role"],
                ends_on=asked.get("ends_on"),
                language=asked.get("language", self.person.language),
                now=timezone.now(),
            )
            return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

        return idempotent(request, work)

    @extend_schema(
        summary="Send an invitation again",
        request=None,
        responses={200: InvitationSerializer, **problems(403, 404, 409)},
    )
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, pk: int) -> Response:
        """Send a new link, good for another week; the one before has ended."""
        return self._changed(services.resend_invitation, pk)

    @extend_schema(
        summary="Revoke an invitation",
        request=None,
        responses={200: InvitationSerializer, **problems(403, 404, 409)},
    )
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: int) -> Response:
        """Take an invitation back; its link opens nothing any more."""
        return self._changed(services.revoke_invitation, pk)

    def _changed(self, service: Callable[..., Any], pk: int) -> Response:
        changed = service(actor=self.person, invitation_id=id_of(pk), now=timezone.now())
        return Response(self.get_serializer(changed).data)
