"""How quotes look in the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from api.fields import CentsField, CurrencyField, InstantField
from billing.quotes.states import QuoteState

STATES = [state.value for state in QuoteState]


def percent_field(**kwargs: Any) -> serializers.DecimalField:
    """Return a field for a percentage, from nothing to all."""
    return serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=Decimal(100), **kwargs
    )


class QuoteSerializer(serializers.Serializer[Any]):
    """An offer of a platform to a team. Once it is sent, only its state changes."""

    id = serializers.IntegerField(help_text="Id of the quote.")
    number = serializers.CharField(help_text="Its number; empty on a draft.")
    state = serializers.ChoiceField(STATES, help_text="Where it stands.")
    issuer = serializers.CharField(source="issuer.code", help_text="Code of the body that sells.")
    facility = serializers.CharField(
        source="facility.code", help_text="Code of the platform that makes it."
    )
    team = serializers.IntegerField(source="team_id", help_text="Id of the team it is made to.")
    title = serializers.CharField(help_text="What it offers, in a few words.")
    note = serializers.CharField(help_text="What stands under the title; may be empty.")
    project = serializers.IntegerField(
        source="project_id", allow_null=True, help_text="Id of its project, once there is one."
    )
    project_name = serializers.CharField(
        help_text="Name of the project that is opened when it is accepted; may be empty."
    )
    account = serializers.IntegerField(
        source="account_id",
        allow_null=True,
        help_text="Id of the order by which it was accepted; its ceiling is total_net.",
    )
    starts_on = serializers.DateField(allow_null=True, help_text="First day of the work.")
    ends_on = serializers.DateField(
        allow_null=True, help_text="Last day of the work, and of its order."
    )
    language = serializers.CharField(help_text="Language of its PDF: en or fr.")
    sent_at = InstantField(allow_null=True, help_text="UTC; null on a draft.")
    valid_until = serializers.DateField(
        allow_null=True, help_text="Last day on which it may be accepted; null on a draft."
    )
    discount_percent = percent_field(help_text="Discount on the whole, in per cent.")
    total_lines = CentsField(source="lines_cents", help_text="Sum of the lines without VAT.")
    total_net = CentsField(source="net_cents", help_text="Total without VAT, discount taken off.")
    total_vat = CentsField(source="vat_cents", help_text="VAT, rounded once for each rate.")
    total = CentsField(source="total_cents", help_text="Total with VAT.")
    currency = CurrencyField(help_text="ISO 4217 code.")
    version = serializers.IntegerField(help_text="Rises with every change.")


class QuoteLineSerializer(serializers.Serializer[Any]):
    """A line of a quote."""

    id = serializers.IntegerField(help_text="Id of the line.")
    facility = serializers.CharField(source="facility.code", help_text="Code of its platform.")
    service = serializers.IntegerField(
        source="service_id", allow_null=True, help_text="Id of the service, if it is one."
    )
    instrument = serializers.IntegerField(
        source="instrument_id", allow_null=True, help_text="Id of the instrument, if it is one."
    )
    package = serializers.IntegerField(
        source="package_id", allow_null=True, help_text="Id of the package, if it is one."
    )
    sessions = serializers.IntegerField(
        allow_null=True, help_text="Sessions that are planned; the quantity counts their hours."
    )
    description = serializers.CharField(help_text="What is offered.")
    quantity = serializers.DecimalField(
        max_digits=12, decimal_places=2, help_text="How many units."
    )
    unit = serializers.CharField(help_text="hour, sample …")
    unit_price = CentsField(source="unit_price_cents", help_text="Price of a unit without VAT.")
    discount_percent = percent_field(help_text="Discount on the line, in per cent.")
    amount = CentsField(source="net_cents", help_text="Amount without VAT.")
    vat_category = serializers.CharField(
        help_text="Code of EN 16931 (S, E, AE, G, O), or internal: no sale, no VAT."
    )
    vat_percent = percent_field(help_text="VAT rate in per cent.")


class QuoteAnswerSerializer(serializers.Serializer[Any]):
    """How the team answered."""

    answer = serializers.ChoiceField(["accepted", "refused"], help_text="Which way.")
    answered_at = InstantField(help_text="UTC.")
    purchase_order = serializers.CharField(help_text="Number of the order; may be empty.")
    signed_name = serializers.CharField(help_text="Who signed; may be empty.")
    signed_on = serializers.DateField(
        allow_null=True, help_text="Day of the signature, or of the paper."
    )
    file_type = serializers.CharField(
        help_text="Media type of the file of the order; empty where there is none."
    )
    recorded_by = serializers.SerializerMethodField(
        help_text="Who recorded for the team what came on paper; null where it answered itself."
    )
    reason = serializers.CharField(help_text="Why it was refused; may be empty.")

    def get_recorded_by(self, answer: Any) -> str | None:
        """Name who recorded it, if it was not the team."""
        return answer.answered_by.get_full_name() if answer.is_recorded else None


class WholeQuoteSerializer(QuoteSerializer):
    """A quote with its lines and its answer."""

    lines = QuoteLineSerializer(many=True, help_text="Its lines, in their order.")
    answer = QuoteAnswerSerializer(
        allow_null=True, help_text="The team's answer; null before there is one."
    )
