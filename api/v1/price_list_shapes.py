"""How price lists travel: themselves, what they say, beside each other, and past uses by them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.choices import TIERS
from api.fields import CentsField, CurrencyField, DayField, IdField
from api.v1.price_part_shapes import (
    BandSerializer,
    PackageSerializer,
    SurchargeSerializer,
    VolumeDiscountSerializer,
)
from billing.prices.comparing import LEAST_PERCENT, MOST_PERCENT, STEPS
from billing.services.price_lists import last_day

STATES = ("draft", "voted", "in_force")
ROUNDED_TO = [(step, f"{step} ct") for step in STEPS]


class PriceListSerializer(serializers.Serializer[Any]):
    """The prices of a platform for a time."""

    id = serializers.IntegerField(help_text="Id of the list.")
    facility = serializers.CharField(source="facility.code", help_text="Code of the platform.")
    name = serializers.CharField(help_text="Such as 2027.")
    status = serializers.CharField(help_text="draft, voted or in_force: forward only.")
    first_on = serializers.DateField(
        source="validity.lower", help_text="First day, on the platform's calendar."
    )
    last_on = serializers.SerializerMethodField(help_text="Last day, included; null: no end.")
    voted_on = serializers.DateField(allow_null=True, help_text="Day of the vote; null of a draft.")

    @extend_schema_field({"type": "string", "format": "date", "nullable": True})
    def get_last_on(self, prices: Any) -> str | None:
        """Return the last day of the list."""
        last = last_day(prices)
        return last.isoformat() if last else None


class RateSerializer(serializers.Serializer[Any]):
    """What an instrument or a service costs one tier, for each unit."""

    instrument = serializers.IntegerField(
        source="instrument_id", allow_null=True, help_text="Id of the instrument; else null."
    )
    service = serializers.IntegerField(
        source="service_id", allow_null=True, help_text="Id of the service; else null."
    )
    tier = serializers.CharField(help_text="Tariff tier.")
    unit = serializers.CharField(help_text="hour, session, day, operator-hour or a service's.")
    amount = CentsField(source="amount_cents", help_text="Price of a unit, before VAT.")
    minimum = CentsField(source="minimum_cents", help_text="The least that a use costs.")
    currency = CurrencyField(help_text="ISO 4217 code.")


class PriceListDetailSerializer(PriceListSerializer):
    """A price list with everything that it says."""

    rates = RateSerializer(many=True, help_text="By instrument and service.")
    bands = BandSerializer(many=True, help_text="The first that holds a moment prices it.")
    surcharges = SurchargeSerializer(many=True, help_text="By ground, instrument and tier.")
    volume_discounts = VolumeDiscountSerializer(many=True, help_text="Steps of a month.")
    packages = PackageSerializer(many=True, help_text="Sold for one price, by name.")


class DraftInput(serializers.Serializer[Any]):
    """A list to begin."""

    facility = serializers.SlugField(help_text="Code of a platform whose prices I make.")
    name = serializers.CharField(max_length=200, help_text="Such as 2027.")
    first_on = DayField(help_text="First day.")
    last_on = DayField(required=False, allow_null=True, help_text="Last day; null: no end.")
    copy_of = IdField(
        required=False, allow_null=True, help_text="Id of a list of the platform to copy whole."
    )
    percent = serializers.DecimalField(
        required=False,
        default=Decimal(0),
        max_digits=6,
        decimal_places=2,
        min_value=LEAST_PERCENT,
        max_value=MOST_PERCENT,
        help_text="Per cent by which copied amounts go up; more than -100.",
    )
    round_to = serializers.ChoiceField(
        ROUNDED_TO,
        required=False,
        default=1,
        help_text="Cents to which raised amounts are rounded half up.",
    )


class RateInput(serializers.Serializer[Any]):
    """A rate to set, of an instrument or of a service."""

    instrument = IdField(required=False, allow_null=True, help_text="Id of an instrument.")
    service = IdField(required=False, allow_null=True, help_text="Id of a service.")
    tier = serializers.ChoiceField(TIERS, help_text="Tariff tier.")
    unit = serializers.CharField(
        max_length=30, help_text="hour, session, day, operator-hour or a service's."
    )
    amount = serializers.DecimalField(
        max_digits=10,
        decimal_places=2,
        min_value=0,
        allow_null=True,
        help_text="Price of a unit before VAT; null takes the rate away.",
    )
    minimum = serializers.DecimalField(
        required=False,
        max_digits=10,
        decimal_places=2,
        min_value=0,
        help_text="The least that a use costs; stays as it is unless said.",
    )


class RatesInput(serializers.Serializer[Any]):
    """Rates to set; those not named stay."""

    rates = serializers.ListField(
        child=RateInput(), min_length=1, max_length=1000, help_text="Up to 1000."
    )


class VoteInput(serializers.Serializer[Any]):
    """A vote."""

    voted_on = DayField(help_text="Day of the vote, not one to come.")


class EarlierEndInput(serializers.Serializer[Any]):
    """An earlier end."""

    last_on = DayField(help_text="New last day, after which nothing was charged by the list.")


class ListQuery(serializers.Serializer[Any]):
    """Which lists; every filter is optional."""

    facility = serializers.SlugField(required=False, help_text="Code of a platform.")
    status = serializers.ChoiceField(STATES, required=False, help_text="How far they are.")


class CompareQuery(serializers.Serializer[Any]):
    """With which list."""

    old = IdField(
        required=False, help_text="Id of another list of the platform; else the one before."
    )


class SimulationQuery(serializers.Serializer[Any]):
    """The days whose uses are priced again; the last twelve months unless said."""

    first_on = DayField(required=False, help_text="First day of use.")
    last_on = DayField(required=False, help_text="Last day; two years in all at the most.")


class RateChangeSerializer(serializers.Serializer[Any]):
    """One rate in two lists."""

    thing = serializers.CharField(help_text="Name of the instrument, or code of the service.")
    tier = serializers.CharField(help_text="Tariff tier.")
    unit = serializers.CharField(help_text="Unit of the price.")
    old = CentsField(source="amount.old", allow_null=True, help_text="Null: added.")
    new = CentsField(source="amount.new", allow_null=True, help_text="Null: dropped.")
    difference = CentsField(
        source="amount.cents", allow_null=True, help_text="New less old, where both are there."
    )
    percent = serializers.DecimalField(
        source="amount.percent",
        max_digits=12,
        decimal_places=1,
        allow_null=True,
        help_text="Difference in per cent of the old amount.",
    )
    old_minimum = CentsField(source="minimum.old", allow_null=True, help_text="Of a use.")
    new_minimum = CentsField(source="minimum.new", allow_null=True, help_text="Of a use.")
    currency = CurrencyField(help_text="ISO 4217 code.")


class PartChangeSerializer(serializers.Serializer[Any]):
    """Another row that differs, such as a band."""

    part = serializers.CharField(source="part.name", help_text="bands, surcharges, packages …")
    old = serializers.CharField(allow_null=True, help_text="As text; null: added.")
    new = serializers.CharField(allow_null=True, help_text="As text; null: dropped.")


class ComparisonSerializer(serializers.Serializer[Any]):
    """Two lists side by side."""

    old = PriceListSerializer(help_text="The list compared with.")
    new = PriceListSerializer(help_text="The list itself.")
    rates = RateChangeSerializer(many=True, help_text="Every rate of either list.")
    others = PartChangeSerializer(many=True, help_text="What else differs.")


class UseTotalSerializer(serializers.Serializer[Any]):
    """What uses and sales were charged, and would have been."""

    uses = serializers.IntegerField(help_text="How many were priced again; 0 of volume.")
    charged = CentsField(source="charged_cents", help_text="As the ledger has them.")
    simulated = CentsField(source="simulated_cents", help_text="By the list.")
    difference = CentsField(source="change.cents", help_text="Simulated less charged.")
    percent = serializers.DecimalField(
        source="change.percent",
        max_digits=12,
        decimal_places=1,
        allow_null=True,
        help_text="Difference in per cent of what was charged; null where that is nothing.",
    )
    unpriced = serializers.IntegerField(help_text="How many are left out: the list has no price.")
    unpriced_charged = CentsField(source="unpriced_cents", help_text="What those were charged.")
    currency = CurrencyField(help_text="ISO 4217 code.")


class TierUseTotalSerializer(UseTotalSerializer):
    """The same of one thing and tier."""

    kind = serializers.CharField(
        help_text="instrument, service or volume: what volume takes off, negative."
    )
    name = serializers.CharField(help_text="Name of the instrument or service.")
    tier = serializers.CharField(help_text="Tariff tier.")


class SimulationSerializer(serializers.Serializer[Any]):
    """Past uses by a list, as if it had been in force."""

    first_on = serializers.DateField(source="first", help_text="First day of use.")
    last_on = serializers.DateField(source="last", help_text="Last day of use.")
    total = UseTotalSerializer(help_text="Of everything.")
    rows = serializers.SerializerMethodField(help_text="By thing and tier.")
    volume_from = serializers.SerializerMethodField(
        help_text="First day of the whole months in which volume is counted; null: none."
    )
    volume_until = serializers.SerializerMethodField(help_text="Their last day.")
    milestones = serializers.IntegerField(
        source="agreed.unpriced", help_text="How many are left out, as parts of agreed sums."
    )
    milestones_charged = CentsField(
        source="agreed.unpriced_cents", help_text="What those were charged."
    )

    @extend_schema_field(TierUseTotalSerializer(many=True))
    def get_rows(self, found: Any) -> list[dict[str, Any]]:
        """Return the totals with their names."""
        return [
            {
                **UseTotalSerializer(row.total).data,
                "kind": row.kind,
                "name": row.name,
                "tier": row.tier,
            }
            for row in found.rows
        ]

    @extend_schema_field({"type": "string", "format": "date", "nullable": True})
    def get_volume_from(self, found: Any) -> str | None:
        """Return the first day of the months."""
        return found.months[0].isoformat() if found.months else None

    @extend_schema_field({"type": "string", "format": "date", "nullable": True})
    def get_volume_until(self, found: Any) -> str | None:
        """Return the last day of the months."""
        return found.months[1].isoformat() if found.months else None
