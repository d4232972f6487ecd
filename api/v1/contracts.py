"""Framework contracts, for who keeps the books."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import CentsField, CurrencyField, DayField, IdField, TextField
from api.idempotency import HEADER, idempotent
from api.resource import Listed, id_of, problems, read
from billing.prices.contracts import contracts_visible_to
from billing.services import contracting
from billing.services.contracting import AgreedPrice, Terms

DAY = dt.timedelta(days=1)


class AgreedPriceSerializer(serializers.Serializer[Any]):
    """What a unit of an instrument or a service costs under a contract."""

    instrument = serializers.IntegerField(
        source="instrument_id", allow_null=True, help_text="Id of the instrument, or null."
    )
    service = serializers.IntegerField(
        source="service_id", allow_null=True, help_text="Id of the service, or null."
    )
    unit = serializers.CharField(
        help_text="hour, session, day or operator-hour; the service's own unit."
    )
    amount = CentsField(source="amount_cents", help_text="Price of a unit before VAT.")
    currency = CurrencyField(help_text="ISO 4217 code.")


class ContractSerializer(serializers.Serializer[Any]):
    """A framework contract: it prices what an organisation uses on its days."""

    id = serializers.IntegerField(help_text="Id of the contract.")
    organisation = serializers.IntegerField(
        source="organisation_id", help_text="Id of the organisation."
    )
    organisation_name = serializers.CharField(source="organisation.name", help_text="Its name.")
    facility = serializers.IntegerField(
        source="facility_id", allow_null=True, help_text="Id of the platform; null for all."
    )
    reference = serializers.CharField(help_text="As both sides write it.")
    first = serializers.DateField(source="validity.lower", help_text="First day.")
    last = serializers.SerializerMethodField(help_text="Last day; null without end.")
    discount_percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, help_text="Per cent off what has no agreed price."
    )
    is_confidential = serializers.BooleanField(
        help_text="Whether others see no title of its projects."
    )
    notes = serializers.CharField(help_text="Free text; may be empty.")
    prices = AgreedPriceSerializer(source="rates", many=True, help_text="Agreed prices.")

    def get_last(self, contract: Any) -> dt.date | None:
        return contract.validity.upper - DAY if contract.validity.upper else None


class PriceInput(serializers.Serializer[Any]):
    """A price to be agreed, for one instrument or one service."""

    instrument = IdField(required=False, allow_null=True, help_text="Id of the instrument.")
    service = IdField(required=False, allow_null=True, help_text="Id of the service.")
    unit = TextField(
        max_length=30, help_text="hour, session, day or operator-hour; the service's own unit."
    )
    amount = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, help_text="Euros before VAT, as 90.00."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a price of nothing, or of two things."""
        if bool(attrs.get("instrument")) == bool(attrs.get("service")):
            raise serializers.ValidationError(
                {"instrument": [_("Name an instrument or a service, one of them.")]}
            )
        return attrs


class TermsInput(serializers.Serializer[Any]):
    """What is agreed. A change says all of it again."""

    reference = TextField(max_length=100, allow_blank=False, help_text="As both sides write it.")
    first = DayField(help_text="First day.")
    last = DayField(required=False, allow_null=True, help_text="Last day; without it, no end.")
    discount_percent = serializers.DecimalField(
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
        default=Decimal(0),
        help_text="Per cent off what has no agreed price.",
    )
    is_confidential = serializers.BooleanField(
        default=False, help_text="Whether others see no title of its projects."
    )
    notes = TextField(default="", max_length=2000, help_text="Free text.")
    prices = PriceInput(many=True, default=(), help_text="Agreed prices: all of them.")


class NewContractInput(TermsInput):
    """A contract to be agreed."""

    organisation = IdField(help_text="Id of the organisation.")
    facility = IdField(
        required=False, allow_null=True, help_text="Id of the platform; without it, all."
    )


class EndInput(serializers.Serializer[Any]):
    """When a contract ends."""

    last = DayField(help_text="Its last day.")


@extend_schema_view(
    list=extend_schema(
        summary="List framework contracts",
        responses={200: ContractSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at a framework contract",
        responses={200: ContractSerializer, **problems(404)},
    ),
)
class Contracts(Listed):
    """Framework contracts with the platforms whose books I keep; nobody else sees any."""

    serializer_class = ContractSerializer

    def visible(self) -> QuerySet[Any]:
        return contracts_visible_to(self.person).prefetch_related("rates")

    @extend_schema(
        summary="Agree a framework contract",
        parameters=[HEADER],
        request=NewContractInput,
        responses={201: ContractSerializer, **problems(403, 404, 409, 422)},
    )
    def create(self, request: Request) -> HttpResponse:
        """Agree a contract with its prices. For who keeps the books."""

        def work() -> Response:
            asked = read(NewContractInput, request.data)
            contract = contracting.make_contract(
                organisation_id=asked["organisation"],
                facility_id=asked.get("facility"),
                terms=_terms(asked),
                prices=_prices(asked),
                actor=self.person,
            )
            return self._answer(contract.pk, status.HTTP_201_CREATED)

        return idempotent(request, work)

    @extend_schema(
        summary="Change a framework contract",
        request=TermsInput,
        responses={200: ContractSerializer, **problems(404, 409, 422)},
    )
    def update(self, request: Request, pk: int) -> Response:
        """Say all of its terms and prices again. What was charged by keeps its price."""
        asked = read(TermsInput, request.data)
        contracting.change_contract(
            contract_id=id_of(pk), terms=_terms(asked), prices=_prices(asked), actor=self.person
        )
        return self._answer(pk)

    @extend_schema(
        summary="End a framework contract",
        request=EndInput,
        responses={200: ContractSerializer, **problems(404, 409, 422)},
    )
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: int) -> Response:
        """Let it hold until a day, no longer. Days that were charged by it stay in it."""
        asked = read(EndInput, request.data)
        contracting.end_contract(contract_id=id_of(pk), last=asked["last"], actor=self.person)
        return self._answer(pk)

    def _answer(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        return Response(ContractSerializer(self.found(pk)).data, status=code)


def _terms(asked: dict[str, Any]) -> Terms:
    return Terms(
        reference=asked["reference"],
        first=asked["first"],
        last=asked.get("last"),
        is_confidential=asked["is_confidential"],
        discount_percent=asked["discount_percent"],
        notes=asked["notes"],
    )


def _prices(asked: dict[str, Any]) -> tuple[AgreedPrice, ...]:
    return tuple(
        AgreedPrice(
            instrument_id=price.get("instrument"),
            service_id=price.get("service"),
            unit=price["unit"],
            amount_cents=int(price["amount"] * 100),
        )
        for price in asked["prices"]
    )
