"""What people can be trained in, and who holds what."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import DayField, IdField, TextField
from api.idempotency import HEADER, idempotent
from api.resource import Listed, id_of, problems, read
from compliance import services
from compliance.permissions import grants_visible_to, qualifications_visible_to

LEVELS = ("supervised", "autonomous", "after_hours")


class QualificationSerializer(serializers.Serializer[Any]):
    """Something a person can be trained in."""

    id = serializers.IntegerField(help_text="Id of the qualification.")
    facility = serializers.CharField(source="facility.code", help_text="Code of the platform.")
    name = serializers.CharField(help_text="Its name.")


class GrantSerializer(serializers.Serializer[Any]):
    """A person holds a qualification, at a level, for a time."""

    id = serializers.IntegerField(help_text="Id of the grant.")
    person = serializers.IntegerField(source="user_id", help_text="Id of who holds it.")
    person_name = serializers.CharField(source="user.get_full_name", help_text="Their name.")
    qualification = serializers.IntegerField(
        source="qualification_id", help_text="Id of the qualification."
    )
    qualification_name = serializers.CharField(source="qualification.name", help_text="Its name.")
    facility = serializers.CharField(
        source="qualification.facility.code", help_text="Code of the platform."
    )
    level = serializers.CharField(help_text="supervised, autonomous or after_hours.")
    valid_from = serializers.DateField(help_text="First day.")
    valid_until = serializers.DateField(
        allow_null=True, help_text="Last day, inclusive; null: for good."
    )
    revoked_on = serializers.DateField(
        allow_null=True, help_text="First day on which it counts no longer."
    )


class GrantInput(serializers.Serializer[Any]):
    """A qualification to grant."""

    person = IdField(help_text="Id of who gets it.")
    qualification = IdField(help_text="Id of the qualification.")
    level = serializers.ChoiceField(
        LEVELS, default="autonomous", help_text="How far the person is trusted."
    )
    valid_from = DayField(required=False, help_text="First day; else today.")
    valid_until = DayField(
        required=False, allow_null=True, help_text="Last day, inclusive; else for good."
    )


class RevokeInput(serializers.Serializer[Any]):
    """Why a grant is taken back."""

    reason = TextField(
        required=False, default="", help_text="Kept with the grant; staff of the platform read it."
    )


class QualificationQuery(serializers.Serializer[Any]):
    """Which qualifications to list; every filter is optional."""

    facility = serializers.SlugField(required=False, help_text="Code of a platform.")
    instrument = IdField(required=False, help_text="Id of an instrument that asks for it.")


class GrantQuery(serializers.Serializer[Any]):
    """Which grants to list; every filter is optional."""

    facility = serializers.SlugField(required=False, help_text="Code of a platform.")
    qualification = IdField(required=False, help_text="Id of a qualification.")
    person = IdField(required=False, help_text="Id of a person.")


QUALIFICATION_LOOKUPS = {"facility": "facility__code", "instrument": "instruments"}
GRANT_LOOKUPS = {
    "facility": "qualification__facility__code",
    "qualification": "qualification",
    "person": "user",
}


@extend_schema_view(
    list=extend_schema(
        summary="List what can be learnt",
        parameters=[QualificationQuery],
        responses={200: QualificationSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at a qualification",
        responses={200: QualificationSerializer, **problems(404)},
    ),
)
class Qualifications(Listed):
    """What people can be trained in, on every platform."""

    serializer_class = QualificationSerializer

    def visible(self) -> QuerySet[Any]:
        return qualifications_visible_to(self.person)

    def list(self, request: Request) -> Response:
        asked = self.asked(QualificationQuery)
        wanted = {QUALIFICATION_LOOKUPS[name]: value for name, value in asked.items()}
        return self.page_of(self.visible().filter(**wanted))


@extend_schema_view(
    list=extend_schema(
        summary="List the grants I may see, newest first",
        parameters=[GrantQuery],
        responses={200: GrantSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at a grant", responses={200: GrantSerializer, **problems(404)}
    ),
)
class Grants(Listed):
    """Who holds which qualification: mine, and those of the platforms I work for."""

    serializer_class = GrantSerializer

    def visible(self) -> QuerySet[Any]:
        return grants_visible_to(self.person).select_related("user", "qualification__facility")

    def list(self, request: Request) -> Response:
        asked = self.asked(GrantQuery)
        wanted = {GRANT_LOOKUPS[name]: value for name, value in asked.items()}
        return self.page_of(self.visible().filter(**wanted))

    @extend_schema(
        summary="Grant a qualification",
        parameters=[HEADER],
        request=GrantInput,
        responses={201: GrantSerializer, **problems(403, 404, 409, 422)},
    )
    def create(self, request: Request) -> HttpResponse:
        """Say that a person is trained; for managers and trainers of the platform."""

        def work() -> Response:
            asked = read(GrantInput, request.data)
            grant = services.grant_qualification(
                actor=self.person,
                user_id=asked["person"],
                qualification_id=asked["qualification"],
                level=asked["level"],
                valid_from=asked.get("valid_from", self.today),
                valid_until=asked.get("valid_until"),
            )
            return Response(self.get_serializer(grant).data, status=status.HTTP_201_CREATED)

        return idempotent(request, work)

    @extend_schema(
        summary="Revoke a grant",
        request=RevokeInput,
        responses={200: GrantSerializer, **problems(403, 404)},
    )
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: int) -> Response:
        """Take it back from today on; for managers and trainers of the platform."""
        asked = read(RevokeInput, request.data)
        grant = services.revoke_grant(
            actor=self.person, grant_id=id_of(pk), now=timezone.now(), **asked
        )
        return Response(self.get_serializer(grant).data)
