"""What a platform charges besides use: staff time by the minute, and costs passed on."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.idempotency import HEADER, idempotent
from api.resource import Listed, id_of, problems, read
from api.v1.extra_shapes import (
    ExtraQuery,
    PassThroughInput,
    PassThroughSerializer,
    StaffTimeInput,
    StaffTimeSerializer,
    TakeBackInput,
)
from billing.costs.queries import (
    For,
    Receipt,
    costs_visible_to,
    facilities_charged_by,
    staff_times_visible_to,
)
from billing.services import staff_costs as services

LOOKUPS = {"facility": "facility__code", "team": "team"}


class _Extras(Listed):
    def list(self, request: Request) -> Response:
        asked = {LOOKUPS[name]: value for name, value in self.asked(ExtraQuery).items()}
        return self.page_of(self.visible().filter(**asked))

    def what_for(self, asked: dict[str, Any]) -> For:
        """Return for whom it was; a platform that they do not run is none of theirs."""
        facility = facilities_charged_by(self.person).filter(code=asked["facility"]).first()
        return For(
            facility_id=facility.pk if facility else 0,
            team_id=asked["team"],
            project_id=asked["project"],
            account_id=asked["account"],
            day=asked["day"],
        )

    def made(self, pk: int) -> Response:
        """Answer what was recorded, as a list shows it."""
        return Response(self.get_serializer(self.found(pk)).data, status=status.HTTP_201_CREATED)


@extend_schema_view(
    list=extend_schema(
        summary="List the staff time I may see, newest first",
        parameters=[ExtraQuery],
        responses={200: StaffTimeSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at staff time", responses={200: StaffTimeSerializer, **problems(404)}
    ),
)
class StaffTimes(_Extras):
    """Staff time for teams whose money I look after, and of platforms that I run."""

    serializer_class = StaffTimeSerializer

    def visible(self) -> QuerySet[Any]:
        return staff_times_visible_to(self.person, on=self.today)

    @extend_schema(
        summary="Charge staff time",
        parameters=[HEADER],
        request=StaffTimeInput,
        responses={201: StaffTimeSerializer, **problems(404, 409, 422)},
    )
    def create(self, request: Request) -> HttpResponse:
        """Charge a team at once for time worked; for those who run the platform."""

        def work() -> Response:
            asked = read(StaffTimeInput, request.data)
            done = services.record_staff_time(
                actor=self.person,
                what_for=self.what_for(asked),
                service_id=asked["service"],
                person_id=asked.get("person", self.person.pk),
                minutes=asked["minutes"],
                what=asked["what"],
                now=timezone.now(),
            )
            return self.made(done.pk)

        return idempotent(request, work)

    @extend_schema(
        summary="Take staff time back",
        request=TakeBackInput,
        responses={200: StaffTimeSerializer, **problems(403, 404, 422)},
    )
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, pk: int) -> Response:
        """Reverse its charge; for managers and accountants of the platform."""
        asked = read(TakeBackInput, request.data)
        services.take_back_staff_time(
            actor=self.person,
            staff_time_id=id_of(pk),
            reason=asked["reason"],
            now=timezone.now(),
        )
        return Response(self.get_serializer(self.found(pk)).data)


@extend_schema_view(
    list=extend_schema(
        summary="List the costs passed on that I may see, newest first",
        parameters=[ExtraQuery],
        responses={200: PassThroughSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at a cost passed on",
        responses={200: PassThroughSerializer, **problems(404)},
    ),
)
class PassThroughs(_Extras):
    """Costs passed on to teams whose money I look after, and by platforms that I run."""

    serializer_class = PassThroughSerializer

    def visible(self) -> QuerySet[Any]:
        return costs_visible_to(self.person, on=self.today)

    @extend_schema(
        summary="Pass a cost on",
        parameters=[HEADER],
        request=PassThroughInput,
        responses={201: PassThroughSerializer, **problems(404, 422)},
    )
    def create(self, request: Request) -> HttpResponse:
        """Charge a team at cost, with the receipt; for those who run the platform."""

        def work() -> Response:
            asked = read(PassThroughInput, request.data)
            cost = services.pass_cost_on(
                actor=self.person,
                what_for=self.what_for(asked),
                net_cents=asked["net_cents"],
                nature=asked["nature"],
                receipt=Receipt(name=asked["receipt_name"], content=asked["receipt"]),
                what=asked["what"],
                now=timezone.now(),
            )
            return self.made(cost.pk)

        return idempotent(request, work)

    @extend_schema(
        summary="Take a cost back",
        request=TakeBackInput,
        responses={200: PassThroughSerializer, **problems(403, 404, 422)},
    )
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, pk: int) -> Response:
        """Reverse its charge; for managers and accountants of the platform."""
        asked = read(TakeBackInput, request.data)
        services.take_back_cost(
            actor=self.person, cost_id=id_of(pk), reason=asked["reason"], now=timezone.now()
        )
        return Response(self.get_serializer(self.found(pk)).data)

    @extend_schema(
        summary="Read the receipt of a cost",
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            (200, "image/png"): OpenApiTypes.BINARY,
            (200, "image/jpeg"): OpenApiTypes.BINARY,
            **problems(404),
        },
    )
    @action(detail=True, methods=["get"])
    def receipt(self, request: Request, pk: int) -> HttpResponse:
        """Give the file, to be saved; for those who see the cost."""
        return receipt_file(self.found(pk))


def receipt_file(cost: Any) -> HttpResponse:
    """Answer with a receipt: never shown in place, and taken for nothing but what it is."""
    answer = HttpResponse(bytes(cost.receipt), content_type=cost.receipt_type)
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=cost.receipt_name
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
