"""Platforms, and when they are shut."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import InstantField
from api.idempotency import HEADER, idempotent
from api.resource import Listed, OptionalRange, RangeQuery, problems, read
from facilities.intervals import Interval
from facilities.permissions import closures_visible_to, facilities_visible_to
from facilities.services import close_facility

CLOSURE_KINDS = ("holiday", "shutdown")


class FacilitySerializer(serializers.Serializer[Any]):
    """A platform."""

    id = serializers.IntegerField(help_text="Id of the platform.")
    code = serializers.CharField(help_text="Short name, used in filters.")
    name = serializers.CharField(
        source="localized_name", help_text="Name, in French where there is one and you read it."
    )
    kind = serializers.CharField(help_text="technological, preclinical, clinical or biobank.")
    site = serializers.CharField(help_text="Where it is.")
    time_zone = serializers.CharField(help_text="IANA name of the platform's clock.")
    languages = serializers.ListField(
        child=serializers.CharField(), help_text="Languages spoken there."
    )
    email = serializers.CharField(help_text="Where to write; may be empty.")
    description = serializers.CharField(help_text="What it does; may be empty.")


class ClosureSerializer(serializers.Serializer[Any]):
    """A time at which a platform, or the whole centre, is shut."""

    id = serializers.IntegerField(help_text="Id of the closure.")
    facility = serializers.CharField(
        source="facility.code",
        default=None,
        allow_null=True,
        help_text="Code of the platform; null for the whole centre.",
    )
    kind = serializers.CharField(help_text="holiday or shutdown.")
    start = InstantField(source="starts_at", help_text="UTC.")
    end = InstantField(source="ends_at", help_text="UTC; open again from then on.")
    reason = serializers.CharField(help_text="Why, for everybody to read.")


class ClosureInput(RangeQuery):
    """A closure to make."""

    facility = serializers.SlugField(
        required=False,
        allow_null=True,
        max_length=20,
        help_text="Code of the platform; left out, the whole centre.",
    )
    kind = serializers.ChoiceField(CLOSURE_KINDS, default="shutdown", help_text="What it is.")
    reason = serializers.CharField(max_length=200, help_text="Why, for everybody to read.")


class ClosureQuery(OptionalRange):
    """Which closures to list; every filter is optional."""

    facility = serializers.SlugField(
        required=False, help_text="Code of a platform; those of the whole centre come too."
    )


@extend_schema_view(
    list=extend_schema(
        summary="List the platforms", responses={200: FacilitySerializer(many=True), **problems()}
    ),
    retrieve=extend_schema(
        summary="Look at a platform", responses={200: FacilitySerializer, **problems(404)}
    ),
)
class Facilities(Listed):
    """Platforms: teams with instruments that serve everyone."""

    serializer_class = FacilitySerializer

    def visible(self) -> QuerySet[Any]:
        return facilities_visible_to(self.person)

    def list(self, request: Request) -> Response:
        return self.page_of(self.visible(), ordering="id")


@extend_schema_view(
    list=extend_schema(
        summary="List the closures",
        parameters=[ClosureQuery],
        responses={200: ClosureSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at a closure", responses={200: ClosureSerializer, **problems(404)}
    ),
)
class Closures(Listed):
    """Holidays and shutdowns of platforms and of the whole centre."""

    serializer_class = ClosureSerializer

    def visible(self) -> QuerySet[Any]:
        return closures_visible_to(self.person)

    def list(self, request: Request) -> Response:
        asked = self.asked(ClosureQuery)
        return self.page_of(
            closures_visible_to(
                self.person,
                facility_code=asked.get("facility"),
                start=asked.get("start"),
                end=asked.get("end"),
            )
        )

    @extend_schema(
        summary="Close a platform for a time",
        parameters=[HEADER],
        request=ClosureInput,
        responses={201: ClosureSerializer, **problems(403, 404, 422)},
    )
    def create(self, request: Request) -> HttpResponse:
        """Nothing new is booked in it; bookings already there stay until they are moved.

        For managers of the platform; the whole centre is closed by its administrators.
        """

        def work() -> Response:
            asked = read(ClosureInput, request.data)
            closure = close_facility(
                actor=self.person,
                facility_code=asked.get("facility"),
                kind=asked["kind"],
                period=Interval(asked["start"], asked["end"]),
                reason=asked["reason"],
            )
            return Response(self.get_serializer(closure).data, status=status.HTTP_201_CREATED)

        return idempotent(request, work)
