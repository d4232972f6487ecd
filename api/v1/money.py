"""Charges and monthly statements."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import IdField, InstantField, amount_text
from api.resource import Listed, problems
from billing.permissions import charges_visible_to, statements_visible_to

CURRENCY = "EUR"


@extend_schema_field({"type": "string", "pattern": r"^-?\d+\.\d{2}$"})
class CentsField(serializers.IntegerField):
    """Cents, shown as decimal text such as 18.00."""

    def to_representation(self, value: int) -> str:  # type: ignore[override]
        return amount_text(value)


class ChargeSerializer(serializers.Serializer[Any]):
    """A line of the ledger: written once, never changed."""

    id = serializers.IntegerField()
    booking = serializers.IntegerField(source="booking_id", allow_null=True)
    facility = serializers.CharField(source="facility.code", help_text=_("Code of the platform."))
    instrument = serializers.IntegerField(source="instrument_id", allow_null=True)
    team = serializers.IntegerField(source="team_id")
    project = serializers.IntegerField(source="project_id", allow_null=True)
    account = serializers.IntegerField(source="account_id", allow_null=True)
    service_date = serializers.DateField(help_text=_("Local day of the service."))
    description = serializers.CharField()
    quantity = serializers.DecimalField(max_digits=12, decimal_places=4)
    unit = serializers.CharField()
    unit_price = CentsField(source="unit_price_cents", help_text=_("Before the band's share."))
    percent = serializers.IntegerField(help_text=_("Share of the unit price in this band."))
    amount = CentsField(source="amount_cents", help_text=_("Before VAT."))
    currency = serializers.SerializerMethodField(help_text=_("ISO 4217 code."))
    tier = serializers.CharField(help_text=_("Tariff tier at the date of service."))
    vat_category = serializers.CharField(help_text=_("VAT rule at the date of service."))
    vat_percent = serializers.DecimalField(max_digits=5, decimal_places=2)
    reverses = serializers.IntegerField(
        source="reverses_id", allow_null=True, help_text=_("The charge this one takes back.")
    )
    reason = serializers.CharField()

    def get_currency(self, charge: Any) -> str:
        return CURRENCY


class TotalSerializer(serializers.Serializer[Any]):
    """A sum of a statement: one platform, account, tier and VAT rule."""

    facility = serializers.CharField(source="facility.code")
    account = serializers.IntegerField(source="account_id", allow_null=True)
    tier = serializers.CharField()
    vat_category = serializers.CharField()
    amount = CentsField(source="amount_cents", help_text=_("Before VAT."))


class StatementSerializer(serializers.Serializer[Any]):
    """A team's charges of one month."""

    id = serializers.IntegerField()
    team = serializers.IntegerField(source="team_id")
    month = serializers.DateField(help_text=_("First day of the month."))
    total = CentsField(source="total_cents", help_text=_("Before VAT."))
    closed_at = InstantField(help_text=_("UTC."))
    totals = TotalSerializer(many=True)


class ChargeQuery(serializers.Serializer[Any]):
    """Which charges to list; every filter is optional."""

    booking = IdField(required=False)
    facility = serializers.SlugField(required=False, help_text=_("Code of a platform."))
    team = IdField(required=False)
    account = IdField(required=False)
    first = serializers.DateField(required=False, help_text=_("First service date."))
    last = serializers.DateField(required=False, help_text=_("Last service date."))


CHARGE_LOOKUPS = {
    "booking": "booking",
    "facility": "facility__code",
    "team": "team",
    "account": "account",
    "first": "service_date__gte",
    "last": "service_date__lte",
}


@extend_schema_view(
    list=extend_schema(
        summary="List the charges I may see, newest first",
        parameters=[ChargeQuery],
        responses={200: ChargeSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at a charge", responses={200: ChargeSerializer, **problems(404)}
    ),
)
class Charges(Listed):
    """Charges of my bookings, of my teams and of my platforms."""

    serializer_class = ChargeSerializer

    def visible(self) -> QuerySet[Any]:
        return charges_visible_to(self.person, on=self.today).select_related("facility")

    def list(self, request: Request) -> Response:
        asked = self.asked(ChargeQuery)
        wanted = {CHARGE_LOOKUPS[name]: value for name, value in asked.items()}
        return self.page_of(self.visible().filter(**wanted))


@extend_schema_view(
    list=extend_schema(
        summary="List the statements I may see",
        responses={200: StatementSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at a statement", responses={200: StatementSerializer, **problems(404)}
    ),
)
class Statements(Listed):
    """Monthly statements of my teams, or of all for an administrator."""

    serializer_class = StatementSerializer

    def visible(self) -> QuerySet[Any]:
        return statements_visible_to(self.person, on=self.today).prefetch_related(
            "totals__facility"
        )
