"""What is read in the API to make and answer quotes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from rest_framework import serializers

from api.fields import Base64Field, DayField, IdField, TextField
from api.v1.quote_shapes import STATES, percent_field
from billing.quotes.offers import LineWish
from billing.services.quotes import MOST_LINES, QuoteWish

MOST_ENCODED = 14_000_000
"""Letters of Base64 that a file of 10 MB takes."""


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
    discount_percent = percent_field(required=False, default=Decimal(0), help_text="In per cent.")

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
    discount_percent = percent_field(
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
