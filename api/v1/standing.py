"""Services as a catalogue with my price, and what stands at platforms with its counts."""

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

from api.fields import IdField
from api.idempotency import HEADER, idempotent
from api.resource import Listed, id_of, problems, read
from api.v1.service_shapes import ServiceSerializer
from api.v1.standing_shapes import (
    CensusInput,
    CensusSerializer,
    StandingUseInput,
    StandingUseSerializer,
)
from billing import services
from billing.orders.permissions import standing_uses_visible_to
from billing.orders.queries import payer_for, price_for, services_visible_to
from billing.orders.standing_reads import with_last_count


class OfPlatform(serializers.Serializer[Any]):
    """Of which platform; optional."""

    facility = serializers.SlugField(required=False, help_text="Code of a platform.")


class StandingQuery(OfPlatform):
    """Which standing uses to list; every filter is optional."""

    team = IdField(required=False, help_text="Id of a team.")


@extend_schema_view(
    list=extend_schema(
        summary="List the services of the platforms, with my price",
        parameters=[OfPlatform],
        responses={200: ServiceSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at a service", responses={200: ServiceSerializer, **problems(404)}
    ),
)
class Services(Listed):
    """What platforms sell by the piece, and what they let stand."""

    serializer_class = ServiceSerializer

    def visible(self) -> QuerySet[Any]:
        return services_visible_to(self.person)

    def list(self, request: Request) -> Response:
        asked = self.asked(OfPlatform)
        code = {"facility__code": asked["facility"]} if "facility" in asked else {}
        return self.page_of(self.visible().filter(**code))

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Bring the prices of what is shown."""
        shown = args[0] if args else []
        rows = shown if isinstance(shown, list) else [shown]
        now = timezone.now()
        project = payer_for(self.person, on=now.date()) if rows else None
        prices = {row.pk: price_for(row, project, now=now) for row in rows}
        context = {**self.get_serializer_context(), "prices": prices}
        return ServiceSerializer(*args, context=context, **kwargs)


@extend_schema_view(
    list=extend_schema(
        summary="List what stands: of my teams and at my platforms",
        parameters=[StandingQuery],
        responses={200: StandingUseSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at a standing use", responses={200: StandingUseSerializer, **problems(404)}
    ),
)
class StandingUses(Listed):
    """Cages, shelves and storage: counted, and charged for each day that is over."""

    serializer_class = StandingUseSerializer

    def visible(self) -> QuerySet[Any]:
        return with_last_count(standing_uses_visible_to(self.person, on=self.today))

    def list(self, request: Request) -> Response:
        asked = self.asked(StandingQuery)
        if "facility" in asked:
            asked["facility__code"] = asked.pop("facility")
        return self.page_of(self.visible().filter(**asked))

    @extend_schema(
        summary="Begin to count something that stands",
        parameters=[HEADER],
        request=StandingUseInput,
        responses={201: StandingUseSerializer, **problems(403, 404, 422)},
    )
    def create(self, request: Request) -> HttpResponse:
        """Open a standing use for a project of any team; for who runs the platform."""

        def work() -> Response:
            asked = read(StandingUseInput, request.data)
            made = services.open_standing_use(
                actor=self.person,
                service_id=asked["service"],
                project_id=asked["project"],
                account_id=asked.get("account"),
                code=asked["code"],
                label=asked["label"],
                starts_on=asked["starts_on"],
                ends_on=asked.get("ends_on"),
                now=timezone.now(),
            )
            shown = self.get_serializer(self.found(made.pk)).data
            return Response(shown, status=status.HTTP_201_CREATED)

        return idempotent(request, work)

    @extend_schema(
        summary="Say how many there are from a day on",
        request=CensusInput,
        responses={200: CensusSerializer, **problems(403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def census(self, request: Request, pk: int) -> Response:
        """Count, or correct a count: days that are charged are reversed and charged anew."""
        asked = read(CensusInput, request.data)
        census = services.enter_census(
            actor=self.person, use_id=id_of(pk), now=timezone.now(), **asked
        )
        return Response(CensusSerializer(census).data)
