"""Where there is room: free windows, the earliest slot anywhere, a platform's calendar."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import IdField, InstantField, MoneySerializer, amount_of
from api.resource import Face, RangeQuery, problems
from api.v1.calendar_shapes import CalendarSerializer
from bookings.calendar import calendar_json
from bookings.queries import slots_found
from facilities.intervals import Interval

LONGEST_SEARCH = dt.timedelta(days=92)


class WindowSerializer(serializers.Serializer[Any]):
    """Time that could be booked now."""

    start = InstantField(source="interval.start", help_text="UTC.")
    end = InstantField(source="interval.end", help_text="UTC.")
    whole_session = serializers.BooleanField(help_text="Booked from its start to its end only.")
    step_minutes = serializers.IntegerField(
        allow_null=True, help_text="Bookings in it start and end on this step."
    )
    estimate = serializers.SerializerMethodField(
        help_text="What all of it would cost me, before VAT; null where no price is set."
    )

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_estimate(self, window: Any) -> dict[str, str] | None:
        return amount_of(window.estimate)


class WindowsSerializer(serializers.Serializer[Any]):
    """The free windows of an instrument, in order."""

    windows = WindowSerializer(many=True, help_text="In order of start.")


class FoundSerializer(WindowSerializer):
    """The earliest free time of an instrument."""

    instrument = serializers.IntegerField(source="instrument_id", help_text="Id of the instrument.")


class FoundsSerializer(serializers.Serializer[Any]):
    """The earliest free time on each matching instrument."""

    windows = FoundSerializer(many=True, help_text="Soonest first, up to 20.")


class SlotQuery(RangeQuery):
    """What to find: where, when and how long."""

    longest = LONGEST_SEARCH

    facility = serializers.SlugField(required=False, help_text="Code of a platform.")
    instrument = IdField(required=False, help_text="Id of one instrument.")
    minutes = serializers.IntegerField(
        min_value=1, max_value=31 * 24 * 60, help_text="How long, in minutes."
    )


class CalendarQuery(RangeQuery):
    """Which platform's calendar."""

    facility = serializers.SlugField(help_text="Code of the platform.")


class FindSlot(Face):
    """Find a slot."""

    @extend_schema(
        operation_id="availability_find",
        summary="Find the earliest free time on any matching instrument",
        parameters=[SlotQuery],
        responses={200: FoundsSerializer, **problems()},
    )
    def get(self, request: Request) -> Response:
        """Answer the earliest free time on each matching instrument, soonest first.

        The range spans 92 days at the most.
        """
        asked = self.asked(SlotQuery)
        windows = slots_found(
            viewer=self.person,
            facility_code=asked.get("facility"),
            instrument_id=asked.get("instrument"),
            within=Interval(asked["start"], asked["end"]),
            minutes=asked["minutes"],
            now=timezone.now(),
        )
        return Response(FoundsSerializer({"windows": windows}).data)


class Calendar(Face):
    """The compact calendar of a whole platform."""

    @extend_schema(
        operation_id="calendar",
        summary="The calendar of a platform",
        parameters=[CalendarQuery],
        responses={200: CalendarSerializer, **problems(404)},
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer what lies in a range; other people's bookings are busy time, no more."""
        asked = self.asked(CalendarQuery)
        body = calendar_json(
            viewer=self.person,
            facility_code=asked["facility"],
            within=Interval(asked["start"], asked["end"]),
            now=timezone.now(),
        )
        return HttpResponse(body, content_type="application/json")
