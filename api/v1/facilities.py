"""Platforms, their instruments, and when these are free."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.fields import IdField, InstantField, MoneySerializer, amount_of
from api.resource import Listed, RangeQuery, id_of, problems, read
from bookings.calendar import calendar_json
from bookings.queries import availability, slots_found
from compliance.queries import training_of
from facilities.intervals import Interval
from facilities.permissions import facilities_visible_to, instruments_visible_to
from facilities.queries import rules_of

INSTRUMENT_KINDS = ("instrument", "room", "workstation")


class FacilitySerializer(serializers.Serializer[Any]):
    """A platform."""

    id = serializers.IntegerField()
    code = serializers.CharField(help_text=_("Short name, used in filters."))
    name = serializers.CharField(source="localized_name")
    kind = serializers.CharField(help_text=_("technological, preclinical, clinical or biobank."))
    site = serializers.CharField()
    time_zone = serializers.CharField(help_text=_("IANA name of the platform's clock."))
    description = serializers.CharField()


class InstrumentSerializer(serializers.Serializer[Any]):
    """An instrument, room or workstation."""

    id = serializers.IntegerField()
    facility = serializers.CharField(source="facility.code", help_text=_("Code of the platform."))
    name = serializers.CharField()
    kind = serializers.CharField(help_text=_("instrument, room or workstation."))
    mode = serializers.CharField(help_text=_("self_service, assisted or request_only."))
    units = serializers.IntegerField(help_text=_("Identical positions, booked one by one."))
    state = serializers.CharField(help_text=_("working, out_of_service or retired."))
    state_reason = serializers.CharField()
    category = serializers.CharField()
    location = serializers.CharField()
    description = serializers.CharField()


class RulesSerializer(serializers.Serializer[Any]):
    """How an instrument may be booked; minutes unless it says days."""

    step_minutes = serializers.IntegerField(help_text=_("Starts and ends fall on multiples."))
    shortest_minutes = serializers.IntegerField()
    longest_minutes = serializers.IntegerField()
    horizon_days = serializers.IntegerField(help_text=_("Days ahead that can be booked."))
    notice_minutes = serializers.IntegerField()
    setup_minutes = serializers.IntegerField()
    cleanup_minutes = serializers.IntegerField()
    person_weekly_minutes = serializers.IntegerField(allow_null=True)
    team_weekly_minutes = serializers.IntegerField(allow_null=True)
    free_cancellation_minutes = serializers.IntegerField()
    no_show_minutes = serializers.IntegerField(allow_null=True)


class TrainingSerializer(serializers.Serializer[Any]):
    """Whether I am trained on an instrument today."""

    required = serializers.BooleanField()
    level = serializers.CharField(
        allow_null=True, help_text=_("supervised, autonomous, after_hours, or null for none.")
    )


class InstrumentDetailSerializer(InstrumentSerializer):
    """An instrument with its rules and my training."""

    rules = serializers.SerializerMethodField()
    training = serializers.SerializerMethodField()

    @extend_schema_field(RulesSerializer)
    def get_rules(self, instrument: Any) -> dict[str, Any]:
        return dict(RulesSerializer(rules_of(instrument)).data)

    @extend_schema_field(TrainingSerializer)
    def get_training(self, instrument: Any) -> dict[str, Any]:
        return dict(TrainingSerializer(self.context["training"]).data)


class FreeWindowSerializer(serializers.Serializer[Any]):
    """Time that could be booked now."""

    start = InstantField(source="interval.start", help_text=_("UTC."))
    end = InstantField(source="interval.end", help_text=_("UTC."))
    whole_session = serializers.BooleanField(help_text=_("Booked from its start to its end only."))
    step_minutes = serializers.IntegerField(allow_null=True, help_text=_("Step within it."))
    estimate = serializers.SerializerMethodField(
        help_text=_("What all of it would cost me, before VAT; null where no price is set.")
    )

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_estimate(self, window: Any) -> dict[str, str] | None:
        return amount_of(window.estimate)


class WindowsSerializer(serializers.Serializer[Any]):
    """The free windows of an instrument, in order."""

    windows = FreeWindowSerializer(many=True)


class FoundWindowSerializer(FreeWindowSerializer):
    """The earliest free time of an instrument."""

    instrument = serializers.IntegerField(source="instrument_id")


class FoundSerializer(serializers.Serializer[Any]):
    """The earliest free time on each matching instrument, soonest first."""

    windows = FoundWindowSerializer(many=True)


class InstrumentQuery(serializers.Serializer[Any]):
    """Which instruments to list; every filter is optional."""

    facility = serializers.SlugField(required=False, help_text=_("Code of a platform."))
    kind = serializers.ChoiceField(INSTRUMENT_KINDS, required=False)
    search = serializers.CharField(
        required=False, max_length=100, help_text=_("Part of the name or category.")
    )


class SlotQuery(RangeQuery):
    """What to find: where, when and how long."""

    facility = serializers.SlugField(required=False, help_text=_("Code of a platform."))
    instrument = IdField(required=False, help_text=_("Id of one instrument."))
    minutes = serializers.IntegerField(min_value=1, max_value=31 * 24 * 60)


class CalendarQuery(RangeQuery):
    """Which platform's calendar."""

    facility = serializers.SlugField(help_text=_("Code of the platform."))


@extend_schema_view(
    list=extend_schema(
        summary="List the platforms", responses={200: FacilitySerializer(many=True), **problems()}
    ),
    retrieve=extend_schema(
        summary="Look at a platform", responses={200: FacilitySerializer, **problems(404)}
    ),
)
class Facilities(Listed):
    """Platforms."""

    serializer_class = FacilitySerializer

    def visible(self) -> QuerySet[Any]:
        return facilities_visible_to(self.person)

    def list(self, request: Request) -> Response:
        return self.page_of(self.visible(), ordering="code")


@extend_schema_view(
    list=extend_schema(
        summary="List the instruments",
        parameters=[InstrumentQuery],
        responses={200: InstrumentSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at an instrument",
        responses={200: InstrumentDetailSerializer, **problems(404)},
    ),
)
class Instruments(Listed):
    """Instruments, rooms and workstations; those I am not trained on are here too."""

    serializer_class = InstrumentSerializer

    def visible(self) -> QuerySet[Any]:
        return instruments_visible_to(self.person).select_related("rules")

    def list(self, request: Request) -> Response:
        asked = self.asked(InstrumentQuery)
        rows = self.visible()
        if "facility" in asked:
            rows = rows.filter(facility__code=asked["facility"])
        if "kind" in asked:
            rows = rows.filter(kind=asked["kind"])
        if "search" in asked:
            words = asked["search"]
            rows = rows.filter(Q(name__icontains=words) | Q(category__icontains=words))
        return self.page_of(rows, ordering="id")

    def retrieve(self, request: Request, pk: str) -> Response:
        instrument = self.found(pk)
        training = training_of(user_id=self.person.pk, instrument_id=instrument.pk, day=self.today)
        return Response(InstrumentDetailSerializer(instrument, context={"training": training}).data)

    @extend_schema(
        summary="When an instrument is free",
        parameters=[RangeQuery],
        responses={200: WindowsSerializer, **problems(404)},
    )
    @action(detail=True, methods=["get"])
    def availability(self, request: Request, pk: str) -> Response:
        """Answer the windows in which I could book now, with the price for me."""
        asked = self.asked(RangeQuery)
        windows = availability(
            viewer=self.person,
            instrument_id=id_of(pk),
            within=Interval(asked["start"], asked["end"]),
            now=timezone.now(),
        )
        return Response(WindowsSerializer({"windows": windows}).data)


class FindSlot(APIView):
    """Find a slot."""

    @extend_schema(
        summary="Find the earliest free time on any matching instrument",
        parameters=[SlotQuery],
        responses={200: FoundSerializer, **problems()},
    )
    def get(self, request: Request) -> Response:
        """Answer the earliest free time on each matching instrument, soonest first."""
        asked = read(SlotQuery, request.query_params)
        windows = slots_found(
            viewer=request.user,  # type: ignore[arg-type]
            facility_code=asked.get("facility"),
            instrument_id=asked.get("instrument"),
            within=Interval(asked["start"], asked["end"]),
            minutes=asked["minutes"],
            now=timezone.now(),
        )
        return Response(FoundSerializer({"windows": windows}).data)


class Calendar(APIView):
    """The compact calendar of a whole platform."""

    @extend_schema(
        summary="The calendar of a platform",
        parameters=[CalendarQuery],
        responses={(200, "application/json"): dict, **problems(404)},
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer what lies in a range; other people's bookings are busy time, no more."""
        asked = read(CalendarQuery, request.query_params)
        person: Any = request.user
        facility = get_object_or_404(facilities_visible_to(person), code=asked["facility"])
        body = calendar_json(
            viewer=person,
            facility_id=facility.pk,
            within=Interval(asked["start"], asked["end"]),
            now=timezone.now(),
        )
        return HttpResponse(body, content_type="application/json")
