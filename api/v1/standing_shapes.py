"""How standing uses and their counts look, and what may be said of them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.fields import DayField, IdField, TextField
from api.v1.service_shapes import CountField


class StandingUseSerializer(serializers.Serializer[Any]):
    """Something of a team's that stands at a platform."""

    id = serializers.IntegerField(help_text="Id of the standing use.")
    facility = serializers.CharField(source="facility.code", help_text="Code of the platform.")
    service = serializers.IntegerField(source="service_id", help_text="Id of the service.")
    unit = serializers.CharField(source="service.unit", help_text="What is charged.")
    team = serializers.IntegerField(source="team_id", help_text="Id of the team.")
    project = serializers.IntegerField(
        source="project_id", allow_null=True, help_text="Id of the project."
    )
    account = serializers.IntegerField(
        source="account_id", allow_null=True, help_text="Id of what pays."
    )
    code = serializers.CharField(help_text="Names it in files of counts.")
    label = serializers.CharField(help_text="What it is.")  # type: ignore[assignment]
    starts_on = serializers.DateField(help_text="First day.")
    ends_on = serializers.DateField(allow_null=True, help_text="Last day; null: goes on.")
    count = CountField(
        source="last_count", allow_null=True, help_text="How many by the last count; null: none."
    )
    counted_on = serializers.DateField(allow_null=True, help_text="Day of that count.")


class StandingUseInput(serializers.Serializer[Any]):
    """What begins to be counted."""

    service = IdField(help_text="Id of a service that is counted by the day or month.")
    project = IdField(help_text="Id of the project it is for; its team pays.")
    account = IdField(
        required=False, allow_null=True, help_text="What pays; else the team's first valid one."
    )
    code = TextField(max_length=40, allow_blank=False, help_text="Once on each platform.")
    label = TextField(  # type: ignore[assignment]
        max_length=200, allow_blank=False, help_text="No patient data."
    )
    starts_on = DayField(help_text="First day.")
    ends_on = DayField(required=False, allow_null=True, help_text="Last day; else it goes on.")


class CensusInput(serializers.Serializer[Any]):
    """How many there are from a day on."""

    day = DayField(help_text="Not in the future of the platform's clock.")
    count = CountField(min_value=0, help_text="Holds until the next count.")


class CensusSerializer(serializers.Serializer[Any]):
    """A count, and until the next it holds."""

    day = serializers.DateField(help_text="From this day on.")
    count = CountField(help_text="How many.")
