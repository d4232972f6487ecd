"""How full platforms are, how they are used and what came in: the figures of the page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import CentsField, CurrencyField, DayField, IdField
from api.resource import Face, problems
from billing.figures import Figures, figures_of
from billing.statistics import Days

LONGEST = dt.timedelta(days=732)


class FiguresOf(serializers.Serializer[Any]):
    """Which days of which platform or instrument."""

    first = DayField(help_text="First day.")
    last = DayField(help_text="Last day, inclusive; at most two years later.")
    facility = serializers.SlugField(required=False, help_text="Code of a platform of mine.")
    instrument = IdField(required=False, help_text="Id of an instrument of my platforms.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse days that are turned around or too many."""
        if attrs["last"] < attrs["first"]:
            raise serializers.ValidationError({"last": [_("The end comes after the start.")]})
        if attrs["last"] - attrs["first"] > LONGEST:
            most = _("Ask for %(days)s days at the most.") % {"days": LONGEST.days}
            raise serializers.ValidationError({"last": [most]})
        return attrs


class SumsSerializer(serializers.Serializer[Any]):
    """Time in minutes; what was billed is null for who does not see the charges."""

    open_minutes = serializers.IntegerField(source="open", help_text="Opening hours.")
    booked_minutes = serializers.IntegerField(source="booked", help_text="Booked.")
    used_minutes = serializers.IntegerField(source="used", help_text="Used.")
    billed_minutes = serializers.IntegerField(source="billed", allow_null=True, help_text="Billed.")
    booked_percent = serializers.FloatField(
        source="percent", allow_null=True, help_text="Booked of open; null: never open."
    )
    sessions = serializers.IntegerField(help_text="Sessions.")
    no_shows = serializers.IntegerField(help_text="Sessions that nobody came to.")
    income = CentsField(source="cents", allow_null=True, help_text="Before VAT.")
    currency = CurrencyField(help_text="ISO 4217 code.")


class InstrumentFiguresSerializer(serializers.Serializer[Any]):
    """The sums of an instrument."""

    instrument = serializers.IntegerField(source="instrument.pk", help_text="Id.")
    name = serializers.CharField(source="instrument.name", help_text="Its name.")
    facility = serializers.CharField(
        source="instrument.facility.code", help_text="Code of its platform."
    )
    sums = SumsSerializer(help_text="Its sums.")


class TierFiguresSerializer(serializers.Serializer[Any]):
    """What came in by a tier."""

    tier = serializers.CharField(help_text="Tariff tier.")
    income = CentsField(source="cents", help_text="Before VAT.")
    percent = serializers.FloatField(help_text="Of all that came in.")


class IndustryShareSerializer(serializers.Serializer[Any]):
    """How much of an instrument's open hours of the year industry has booked."""

    instrument = serializers.IntegerField(source="instrument.pk", help_text="Id.")
    percent = serializers.FloatField(help_text="Of its open hours of the year.")
    cap_percent = serializers.IntegerField(allow_null=True, help_text="At most; null: no cap.")


class FiguresSerializer(serializers.Serializer[Any]):
    """All figures of some days."""

    first = serializers.DateField(source="days.first", help_text="First day.")
    last = serializers.DateField(source="days.last", help_text="Last day, inclusive.")
    total = SumsSerializer(help_text="Of all that is listed.")
    before_percent = serializers.FloatField(
        source="before", allow_null=True, help_text="Booked of open in as many days before."
    )
    instruments = InstrumentFiguresSerializer(source="lines", many=True, help_text="One by one.")
    tiers = serializers.SerializerMethodField(
        help_text="What came in by tier, the most first; empty for who does not see the charges."
    )
    year = serializers.IntegerField(help_text="The year of industry's shares.")
    industry = IndustryShareSerializer(source="shares", many=True, help_text="Industry's shares.")

    @extend_schema_field(TierFiguresSerializer(many=True))
    def get_tiers(self, figures: Figures) -> Any:
        """Return them to who sees all of the charges, as the page does."""
        return TierFiguresSerializer(figures.tiers if figures.sees_income else (), many=True).data


class Statistics(Face):
    """Figures of the platforms I work for."""

    @extend_schema(
        summary="Figures of my platforms for some days",
        parameters=[FiguresOf],
        responses={200: FiguresSerializer, **problems(404)},
    )
    def get(self, request: Request) -> Response:
        """Give the figures of the statistics page: how full, how used, what came in."""
        asked = self.asked(FiguresOf)
        figures = figures_of(
            viewer=self.person,
            days=Days(first=asked["first"], last=asked["last"]),
            now=timezone.now(),
            facility_code=asked.get("facility"),
            instrument_id=asked.get("instrument"),
        )
        return Response(FiguresSerializer(figures).data)
