"""How staff time and costs passed on are written in JSON, and read from it."""

from __future__ import annotations

from typing import Any

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

NATURES = ("service", "training", "goods")
MOST_ENCODED = 950_000


class ExtraSerializer(serializers.Serializer[Any]):
    """What staff time and costs passed on have in common."""

    id = serializers.IntegerField(help_text="Its id.")
    facility = serializers.CharField(source="facility.code", help_text="Code of the platform.")
    team = serializers.IntegerField(source="team_id", help_text="Id of the team it was for.")
    project = serializers.IntegerField(
        source="project_id", allow_null=True, help_text="Id of the project; null: none."
    )
    account = serializers.IntegerField(
        source="account_id", help_text="Id of the account that pays."
    )
    day = serializers.DateField(help_text="Day on the platform's calendar.")
    what = serializers.CharField(help_text="What it was for.")
    charge = serializers.IntegerField(source="charge_id", help_text="Id of its charge.")
    amount = CentsField(source="amount_cents", help_text="Amount before VAT.")
    currency = CurrencyField(help_text="ISO 4217 code.")
    is_taken_back = serializers.BooleanField(help_text="Whether its charge was reversed.")
    recorded_at = InstantField(help_text="When it was recorded, in UTC.")


class StaffTimeSerializer(ExtraSerializer):
    """Time that somebody of a platform worked for a team."""

    person = serializers.IntegerField(source="person_id", help_text="Id of who worked.")
    service = serializers.IntegerField(
        source="service_id", help_text="Id of the service whose hourly price is charged."
    )
    minutes = serializers.IntegerField(help_text="How long, in minutes.")
    unit_price = CentsField(source="unit_price_cents", help_text="Price of an hour.")


class PassThroughSerializer(ExtraSerializer):
    """A cost that a platform had for a team, charged at cost."""

    nature = serializers.CharField(help_text="service, training or goods: decides the VAT rule.")
    receipt_name = serializers.CharField(help_text="Name of the receipt: see receipt/.")
    receipt_type = serializers.CharField(help_text="application/pdf, image/png or image/jpeg.")
    receipt_sha256 = serializers.CharField(help_text="SHA-256 of the receipt, in hexadecimal.")


class ExtraInput(serializers.Serializer[Any]):
    """For whom it was, when, and which account pays."""

    facility = serializers.SlugField(help_text="Code of a platform that I run.")
    team = IdField(help_text="Id of the team it was for.")
    project = IdField(
        required=False, allow_null=True, default=None, help_text="Id of a project of the team."
    )
    account = IdField(help_text="Id of an account of the team, valid on the day.")
    day = DayField(help_text="Day on the platform's calendar, not ahead.")
    what = TextField(help_text="What it was for. No patient data.")


class StaffTimeInput(ExtraInput):
    """Staff time to be charged."""

    service = IdField(help_text="Id of a service of the platform sold by the hour.")
    person = IdField(required=False, help_text="Id of who worked; else I did.")
    minutes = serializers.IntegerField(
        min_value=1, max_value=1440, help_text="How long, in minutes."
    )


class ReceiptField(Base64Field):
    """A file as Base64, as long as a body may be."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MOST_ENCODED, **kwargs)


class PassThroughInput(ExtraInput):
    """A cost to be passed on."""

    net_cents = serializers.IntegerField(
        min_value=1, max_value=10**12, help_text="Amount before VAT, in cents."
    )
    nature = serializers.ChoiceField(
        NATURES, default="service", help_text="What it is: decides the VAT rule."
    )
    receipt = ReceiptField(
        help_text="The receipt as Base64: PDF, PNG or JPEG. Larger than 700 kB: on the page.",
    )
    receipt_name = serializers.CharField(
        max_length=255, required=False, default="", help_text="Name of the file."
    )


class TakeBackInput(serializers.Serializer[Any]):
    """Why it is taken back."""

    reason = TextField(help_text="Stands on the reversing charge.")


class ExtraQuery(serializers.Serializer[Any]):
    """Which to list; every filter is optional."""

    facility = serializers.SlugField(required=False, help_text="Code of a platform.")
    team = IdField(required=False, help_text="Id of a team.")
