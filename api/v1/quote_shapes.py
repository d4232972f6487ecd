"""How quotes look in the API, and what is read to make and answer them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from rest_framework import serializers

from api.fields import (
    Base64Field,
    CentsField,
    CurrencyField,
    DayField,
    IdField,
    InstantField,
    TextField,
)
from billing.quotes.offers import LineWish
from billing.quotes.states import QuoteState
from billing.services.quotes import MOST_LINES, QuoteWish

MOST_ENCODED = 14_000_000
"""Letters of Base64 that a file of 10 MB takes."""

STATES = [state.value for state in QuoteState]


def _percent(**kwargs: Any) -> serializers.DecimalField:
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
    discount_percent = _percent(help_text="Discount on the whole, in per cent.")
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
    discount_percent = _percent(help_text="Discount on the line, in per cent.")
    amount = CentsField(source="net_cents", help_text="Amount without VAT.")
    vat_category = serializers.CharField(
        help_text="Code of EN 16931 (S, E, AE, G, O), or internal: no sale, no VAT."
    )
    vat_percent = _percent(help_text="VAT rate in per cent.")


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


class LineInput(serializers.Serializer[Any]):
    """A line: one of a service, an instrument and a package, or own words with a price."""

    service = IdField(required=False, help_text="Id of a service.")
    instrument = IdField(required=False, help_text="Id of an instrument.")
    package = IdField(required=False, help_text="Id of a package of a price list in force.")
    description = TextField(
        required=False, default="", help_text="Empty: as the catalogue calls it."
    )
    quantity = serializers.DecimalField(
        required=False,
        max_digits=10,
        decimal_places=2,
        min_value=Decimal("0.01"),
        help_text="How many units.",
    )
    sessions = serializers.IntegerField(
        required=False, min_value=1, max_value=1000, help_text="Of an instrument, how many."
    )
    hours = serializers.DecimalField(
        required=False,
        max_digits=6,
        decimal_places=2,
        min_value=Decimal("0.25"),
        help_text="How long each session is.",
    )
    with_operator = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Of sessions: adds a line of operator hours where the list has a rate for "
        "them; always where the instrument is only used with an operator.",
    )
    bsl2 = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Of sessions: adds a line of the surcharge on BSL-2 work where there is one.",
    )
    unit = TextField(
        required=False,
        default="",
        max_length=30,
        help_text="Of own words: unit. Of an instrument: operator-hour for its operator, use "
        "for what is charged once for each use; otherwise as the catalogue has it.",
    )
    unit_price = serializers.DecimalField(
        required=False,
        max_digits=11,
        decimal_places=2,
        min_value=Decimal(0),
        help_text="Euros without VAT. Without it, the price of the list in force.",
    )
    discount_percent = _percent(required=False, default=Decimal(0), help_text="In per cent.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a line of two things."""
        if sum(name in attrs for name in ("service", "instrument", "package")) > 1:
            raise serializers.ValidationError("Name one of service, instrument and package.")
        return attrs


class HeadInput(serializers.Serializer[Any]):
    """What a quote says beside its lines."""

    title = TextField(max_length=200, allow_blank=False, help_text="What it offers.")
    note = TextField(required=False, default="", max_length=2000, help_text="Name no patient.")
    project = IdField(required=False, allow_null=True, help_text="Id of a project of the team.")
    project_name = TextField(
        required=False, default="", max_length=200, help_text="Of the project to be opened."
    )
    starts_on = DayField(required=False, allow_null=True, help_text="First day of the work.")
    ends_on = DayField(required=False, allow_null=True, help_text="Last day of the work.")
    language = serializers.ChoiceField(
        settings.LANGUAGES, required=False, help_text="Without it, that of the buyer's invoices."
    )
    discount_percent = _percent(
        required=False, default=Decimal(0), help_text="Discount on the whole, in per cent."
    )


class QuoteInput(HeadInput):
    """A new draft."""

    facility = IdField(help_text="Id of the platform that offers.")
    team = IdField(help_text="Id of the team it is made to.")
    request = IdField(required=False, help_text="Id of a service request that it answers.")
    lines = LineInput(many=True, required=False, help_text="What it offers.")


class LinesInput(serializers.Serializer[Any]):
    """Lines of a draft."""

    lines = serializers.ListField(
        child=LineInput(), max_length=MOST_LINES, help_text="What is offered."
    )


class AcceptInput(serializers.Serializer[Any]):
    """By what a quote is accepted: an order or a signature, and its file."""

    purchase_order = TextField(
        required=False, default="", max_length=100, help_text="Number of the purchase order."
    )
    signed_name = TextField(
        required=False, default="", max_length=200, help_text="Name and position of who signs."
    )
    signed_on = DayField(required=False, help_text="Day of the signature; today without it.")
    file = Base64Field(
        required=False,
        default=b"",
        max_length=MOST_ENCODED,
        help_text="The order or what was signed, as Base64: PDF, PNG or JPEG, up to 10 MB.",
    )
    file_name = TextField(required=False, default="", max_length=200, help_text="Name of the file.")


class RecordInput(AcceptInput):
    """An acceptance that came on paper: with its file and its day."""

    signed_on = DayField(help_text="Day of the paper, from the day of the quote until today.")
    file = Base64Field(
        max_length=MOST_ENCODED,
        help_text="The paper as Base64: PDF, PNG or JPEG, up to 10 MB.",
    )


class RefuseInput(serializers.Serializer[Any]):
    """Why a quote is refused."""

    reason = TextField(allow_blank=False, help_text="The platform reads it.")


class QuotesOf(serializers.Serializer[Any]):
    """Which quotes; every filter is optional."""

    state = serializers.ChoiceField(STATES, required=False, help_text="Where they stand.")
    team = IdField(required=False, help_text="Id of a team.")
    facility = serializers.SlugField(required=False, help_text="Code of a platform.")


def wish_of(asked: dict[str, Any]) -> QuoteWish:
    """Return what a quote shall say, as billing understands it."""
    return QuoteWish(
        title=asked["title"],
        note=asked["note"],
        project_id=asked.get("project"),
        project_name=asked["project_name"],
        starts_on=asked.get("starts_on"),
        ends_on=asked.get("ends_on"),
        language=asked.get("language", ""),
        discount_percent=asked["discount_percent"],
    )


def line_wish_of(asked: dict[str, Any]) -> LineWish:
    """Return what a line shall offer, as billing understands it."""
    price = asked.get("unit_price")
    return LineWish(
        service_id=asked.get("service"),
        instrument_id=asked.get("instrument"),
        package_id=asked.get("package"),
        description=asked["description"],
        quantity=asked.get("quantity"),
        sessions=asked.get("sessions"),
        hours=asked.get("hours"),
        unit=asked["unit"],
        unit_price_cents=None if price is None else int(price * 100),
        with_operator=asked["with_operator"],
        bsl2=asked["bsl2"],
        discount_percent=asked["discount_percent"],
    )
