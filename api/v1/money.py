"""Charges and monthly statements."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import CentsField, CurrencyField, DayField, IdField, InstantField
from api.resource import Listed, problems
from billing.month_end.told import lines_of
from billing.permissions import charges_visible_to, statements_visible_to


def _percent(what: str) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=5, decimal_places=2, help_text=what)


class ChargeSerializer(serializers.Serializer[Any]):
    """A line of the ledger: written once, never changed."""

    id = serializers.IntegerField(help_text="Id of the charge.")
    booking = serializers.IntegerField(
        source="booking_id", allow_null=True, help_text="Id of the booking it is for."
    )
    facility = serializers.CharField(source="facility.code", help_text="Code of the platform.")
    instrument = serializers.IntegerField(
        source="instrument_id", allow_null=True, help_text="Id of the instrument."
    )
    team = serializers.IntegerField(source="team_id", help_text="Id of the team that pays.")
    project = serializers.IntegerField(
        source="project_id", allow_null=True, help_text="Id of the project."
    )
    account = serializers.IntegerField(
        source="account_id", allow_null=True, help_text="Id of the account that pays."
    )
    service_date = serializers.DateField(help_text="Day on the platform's calendar.")
    description = serializers.CharField(help_text="What was used, and when.")
    quantity = serializers.DecimalField(
        max_digits=12, decimal_places=4, help_text="How many units."
    )
    unit = serializers.CharField(help_text="hour, sample …")
    unit_price = CentsField(source="unit_price_cents", help_text="Price of a unit.")
    percent = serializers.IntegerField(help_text="Per cent of the unit price at that hour.")
    amount = CentsField(source="amount_cents", help_text="Amount before VAT.")
    currency = CurrencyField(help_text="ISO 4217 code.")
    tier = serializers.CharField(help_text="Tariff tier on the day of service.")
    vat_category = serializers.CharField(help_text="VAT rule: internal, S, E, AE or O.")
    vat_percent = _percent("VAT rate in per cent.")
    reverses = serializers.IntegerField(
        source="reverses_id", allow_null=True, help_text="Id of the charge this takes back."
    )
    reason = serializers.CharField(help_text="Why it was taken back; else empty.")


class TotalSerializer(serializers.Serializer[Any]):
    """A sum of a statement: one platform, account, tier and VAT rule."""

    facility = serializers.CharField(source="facility.code", help_text="Code of the platform.")
    account = serializers.IntegerField(
        source="account_id", allow_null=True, help_text="Id of the account."
    )
    tier = serializers.CharField(help_text="Tariff tier.")
    vat_category = serializers.CharField(help_text="VAT rule: internal, S, E, AE or O.")
    vat_percent = _percent("VAT rate in per cent.")
    amount = CentsField(source="amount_cents", help_text="Amount before VAT.")
    currency = CurrencyField(help_text="ISO 4217 code.")


class StatementSerializer(serializers.Serializer[Any]):
    """What an issuer sold a team up to the end of a month and had not told it before."""

    id = serializers.IntegerField(help_text="Id of the statement.")
    team = serializers.IntegerField(source="team_id", help_text="Id of the team.")
    issuer = serializers.CharField(
        source="issuer.code",
        default=None,
        allow_null=True,
        help_text="Code of the issuer that sells; null: nobody sells for the platform yet.",
    )
    month = serializers.DateField(help_text="First day of the month.")
    charges = serializers.IntegerField(
        source="charges_count", help_text="How many; list them with charges/?statement=."
    )
    total = CentsField(source="total_cents", help_text="Amount before VAT.")
    currency = CurrencyField(help_text="ISO 4217 code.")
    closed_at = InstantField(help_text="When it was closed, in UTC.")


class StatementLineSerializer(serializers.Serializer[Any]):
    """A charge on a statement, and whether it may be disputed."""

    charge = ChargeSerializer(help_text="The charge.")
    disputable_until = serializers.DateField(
        source="last_day", allow_null=True, help_text="Last day to dispute it; null: nobody sells."
    )
    is_disputable = serializers.BooleanField(help_text="Whether its team may dispute it now.")
    dispute = serializers.IntegerField(
        source="dispute.pk",
        default=None,
        allow_null=True,
        help_text="Id of its last dispute; null: none.",
    )


class StatementDetailSerializer(StatementSerializer):
    """A statement with its totals and lines."""

    totals = TotalSerializer(many=True, help_text="By platform, account, tier and VAT rule.")
    lines = StatementLineSerializer(
        many=True,
        source="told",
        help_text="Every charge, by day; the page states days of a standing use together.",
    )


class ChargeQuery(serializers.Serializer[Any]):
    """Which charges to list; every filter is optional."""

    booking = IdField(required=False, help_text="Id of a booking.")
    facility = serializers.SlugField(required=False, help_text="Code of a platform.")
    team = IdField(required=False, help_text="Id of a team.")
    account = IdField(required=False, help_text="Id of an account.")
    statement = IdField(required=False, help_text="Id of the statement that tells them.")
    first_on = DayField(required=False, help_text="First day of service.")
    last_on = DayField(required=False, help_text="Last day of service, inclusive.")


class StatementQuery(serializers.Serializer[Any]):
    """Which statements to list; every filter is optional."""

    team = IdField(required=False, help_text="Id of a team.")
    issuer = serializers.SlugField(required=False, help_text="Code of an issuer.")
    month = DayField(required=False, help_text="First day of the month.")


CHARGE_LOOKUPS = {
    "booking": "booking",
    "facility": "facility__code",
    "team": "team",
    "account": "account",
    "statement": "statement_lines__statement",
    "first_on": "service_date__gte",
    "last_on": "service_date__lte",
}
STATEMENT_LOOKUPS = {"team": "team", "issuer": "issuer__code", "month": "month"}


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
    """Charges of my bookings, of the teams whose money I look after, of what I sell."""

    serializer_class = ChargeSerializer

    def visible(self) -> QuerySet[Any]:
        return charges_visible_to(self.person, on=self.today).select_related("facility")

    def list(self, request: Request) -> Response:
        asked = self.asked(ChargeQuery)
        wanted = {CHARGE_LOOKUPS[name]: value for name, value in asked.items()}
        return self.page_of(self.visible().filter(**wanted))


@extend_schema_view(
    list=extend_schema(
        summary="List the statements I may see, newest first",
        parameters=[StatementQuery],
        responses={200: StatementSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at a statement",
        responses={200: StatementDetailSerializer, **problems(404)},
    ),
)
class Statements(Listed):
    """Monthly statements of the teams whose money I look after, and of what I sell."""

    serializer_class = StatementSerializer

    def visible(self) -> QuerySet[Any]:
        return statements_visible_to(self.person, on=self.today).select_related("issuer")

    def list(self, request: Request) -> Response:
        asked = self.asked(StatementQuery)
        wanted = {STATEMENT_LOOKUPS[name]: value for name, value in asked.items()}
        return self.page_of(self.visible().filter(**wanted))

    def retrieve(self, request: Request, pk: int) -> Response:
        statement = self.found(pk)
        statement.told = lines_of(statement, now=timezone.now())
        # As the ledger was told: in the order the totals were written.
        return Response(StatementDetailSerializer(statement).data)
