"""Price lists: what they say, the steps they take, and what they would change."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import NotFound
from api.idempotency import HEADER, idempotent
from api.resource import id_of, problems, read
from api.v1.price_list_parts import PriceListParts
from api.v1.price_list_shapes import (
    CompareQuery,
    ComparisonSerializer,
    DraftInput,
    EarlierEndInput,
    ListQuery,
    PriceListDetailSerializer,
    PriceListSerializer,
    RatesInput,
    SimulationQuery,
    SimulationSerializer,
    VoteInput,
)
from billing.prices.comparison import comparison
from billing.prices.permissions import facilities_with_prices_for, price_lists_visible_to
from billing.prices.simulation import simulation, year_until
from billing.services import price_lists as services
from billing.services.price_rates import Priced, change_rates


@extend_schema_view(
    list=extend_schema(
        summary="List price lists of my platforms, newest first",
        parameters=[ListQuery],
        responses={200: PriceListSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at a price list with everything that it says",
        responses={200: PriceListDetailSerializer, **problems(404)},
    ),
)
class PriceLists(PriceListParts):
    """Price lists of platforms that I manage, keep the accounts or the books of.

    A list is drafted, voted and put in force, and never goes back. Only lists in force
    price anything.
    """

    serializer_class = PriceListSerializer

    def visible(self) -> QuerySet[Any]:
        return price_lists_visible_to(self.person)

    def list(self, request: Request) -> Response:
        asked = self.asked(ListQuery)
        lookups = {"facility": "facility__code", "status": "status"}
        return self.page_of(
            self.visible().filter(**{lookups[name]: value for name, value in asked.items()})
        )

    def retrieve(self, request: Request, pk: int) -> Response:
        return self.whole(pk)

    @extend_schema(
        summary="Begin a price list",
        parameters=[HEADER],
        request=DraftInput,
        responses={201: PriceListSerializer, **problems(403, 404, 422)},
    )
    def create(self, request: Request) -> HttpResponse:
        """Draft a list, empty or copied whole from another one; it charges nobody."""

        def work() -> Response:
            asked = read(DraftInput, request.data)
            facilities = facilities_with_prices_for(self.person).filter(code=asked["facility"])
            facility = facilities.first()
            if facility is None:
                raise NotFound
            made = services.draft_list(
                actor=self.person,
                facility_id=facility.pk,
                card=services.ListCard(
                    name=asked["name"], first=asked["first_on"], last=asked.get("last_on")
                ),
                copied_from_id=asked.get("copy_of"),
                by=services.Raise(percent=Decimal(asked["percent"]), step=asked["round_to"]),
            )
            return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

        return idempotent(request, work)

    @extend_schema(
        summary="Set rates of a draft",
        request=RatesInput,
        responses={200: PriceListDetailSerializer, **problems(403, 404, 409, 422)},
    )
    @action(detail=True, methods=["post"])
    def rates(self, request: Request, pk: int) -> Response:
        """Set or take away the rates that are named; all of them, or none if one cannot be."""
        amounts: dict[Priced, int | None] = {}
        minima: dict[Priced, int] = {}
        for rate in read(RatesInput, request.data)["rates"]:
            priced = Priced(
                tier=rate["tier"],
                unit=rate["unit"],
                instrument_id=rate.get("instrument"),
                service_id=rate.get("service"),
            )
            amounts[priced] = None if rate["amount"] is None else int(rate["amount"] * 100)
            if "minimum" in rate:
                minima[priced] = int(rate["minimum"] * 100)
        change_rates(actor=self.person, list_id=id_of(pk), amounts=amounts, minima=minima)
        return self.whole(pk)

    @extend_schema(
        summary="Note that a draft was voted",
        request=VoteInput,
        responses={200: PriceListSerializer, **problems(403, 404, 409, 422)},
    )
    @action(detail=True, methods=["post"])
    def vote(self, request: Request, pk: int) -> Response:
        """From then on its prices stand."""
        return self._taken(
            services.vote_list, pk, now=timezone.now(), **read(VoteInput, request.data)
        )

    @extend_schema(
        summary="Put a voted list in force",
        request=None,
        responses={200: PriceListSerializer, **problems(403, 404, 409)},
    )
    @action(detail=True, methods=["post"], url_path="in-force")
    def in_force(self, request: Request, pk: int) -> Response:
        """From then on it prices every use of its days; no other may be in force on them."""
        return self._taken(services.put_in_force, pk)

    @extend_schema(
        summary="End a list in force earlier",
        request=EarlierEndInput,
        responses={200: PriceListSerializer, **problems(403, 404, 409, 422)},
    )
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: int) -> Response:
        """Make room for the list that follows; nothing later was charged by this one."""
        last = read(EarlierEndInput, request.data)["last_on"]
        return self._taken(services.end_list, pk, last=last, now=timezone.now())

    @extend_schema(
        summary="Withdraw a draft",
        request=None,
        responses={204: None, **problems(403, 404, 409)},
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: int) -> Response:
        """Delete a draft with all it says."""
        services.withdraw_list(actor=self.person, list_id=id_of(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="Compare a list with another of its platform",
        parameters=[CompareQuery],
        responses={200: ComparisonSerializer, **problems(404)},
    )
    @action(detail=True, methods=["get"])
    def compare(self, request: Request, pk: int) -> Response:
        """Answer each rate before and after, and what else differs."""
        asked = self.asked(CompareQuery)
        found = comparison(self.person, old_id=asked.get("old"), new_id=id_of(pk))
        return Response(ComparisonSerializer(found).data)

    @extend_schema(
        summary="Price past uses by a list",
        parameters=[SimulationQuery],
        responses={200: SimulationSerializer, **problems(404, 422)},
    )
    @action(detail=True, methods=["get"])
    def simulation(self, request: Request, pk: int) -> Response:
        """Answer what the charged uses of some days would have cost by this list."""
        asked = self.asked(SimulationQuery)
        first, last = year_until(self.today)
        found = simulation(
            self.person,
            list_id=id_of(pk),
            first=asked.get("first_on", first),
            last=asked.get("last_on", last),
        )
        return Response(SimulationSerializer(found).data)

    def _taken(self, step: Callable[..., Any], pk: int, **more: Any) -> Response:
        taken = step(actor=self.person, list_id=id_of(pk), **more)
        return Response(self.get_serializer(taken).data)
