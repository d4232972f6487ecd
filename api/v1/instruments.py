"""Instruments: what there is, how each is booked, and how I stand there."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import WallClockField
from api.resource import Listed, RangeQuery, id_of, problems, read
from api.v1.windows import WindowsSerializer
from bookings.queries import availability
from compliance.queries import training_of
from facilities.favourites import add_favourite, remove_favourite, with_favourites
from facilities.intervals import Interval
from facilities.permissions import instruments_visible_to
from facilities.queries import instruments_found, rules_of, weekly_slots

INSTRUMENT_KINDS = ("instrument", "room", "workstation")


class InstrumentSerializer(serializers.Serializer[Any]):
    """An instrument, room or workstation."""

    id = serializers.IntegerField(help_text="Id of the instrument.")
    facility = serializers.CharField(source="facility.code", help_text="Code of the platform.")
    name = serializers.CharField(help_text="Name, unique on its platform.")
    kind = serializers.CharField(help_text="instrument, room or workstation.")
    mode = serializers.CharField(help_text="self_service, assisted or request_only.")
    units = serializers.IntegerField(help_text="Identical positions, booked one by one.")
    state = serializers.CharField(help_text="working, out_of_service or retired.")
    state_reason = serializers.CharField(help_text="Why it is in this state; may be empty.")
    category = serializers.CharField(help_text="What sort of thing it is; may be empty.")
    location = serializers.CharField(help_text="Where it stands; may be empty.")
    is_favourite = serializers.BooleanField(help_text="Whether I keep it among my instruments.")


class FavouriteInput(serializers.Serializer[Any]):
    """Whether I keep an instrument at hand."""

    is_favourite = serializers.BooleanField(help_text="True to keep it, false to let it go.")


def _minutes(what: str) -> serializers.IntegerField:
    return serializers.IntegerField(help_text=what)


def _minutes_or_none(what: str) -> serializers.IntegerField:
    return serializers.IntegerField(allow_null=True, help_text=what)


class RulesSerializer(serializers.Serializer[Any]):
    """How an instrument may be booked. Lengths are in minutes."""

    step_minutes = _minutes("Starts and ends fall on multiples of this, by the local clock.")
    shortest_minutes = _minutes("Shortest booking.")
    longest_minutes = _minutes("Longest booking.")
    horizon_days = serializers.IntegerField(help_text="Days ahead that can be booked.")
    notice_minutes = _minutes("Least time between booking and start.")
    setup_minutes = _minutes("Kept free before each booking.")
    cleanup_minutes = _minutes("Kept free after each booking; doubled by BSL-2 work.")
    person_weekly_minutes = _minutes_or_none("Most a person has in a week; null: no limit.")
    team_weekly_minutes = _minutes_or_none("Most a team has in a week; null: no limit.")
    approval_always = serializers.BooleanField(help_text="Whether somebody decides each.")
    approval_for_industry = serializers.BooleanField(
        help_text="Whether somebody decides bookings by companies."
    )
    approval_first_sessions = serializers.IntegerField(
        help_text="How many first sessions of a person somebody decides."
    )
    approval_over_minutes = _minutes_or_none("Longer ones somebody decides; null: any length.")
    approval_at_night = serializers.BooleanField(
        help_text="Whether somebody decides nights, for people without the after-hours level."
    )
    hold_minutes = _minutes("How long a request holds its slot.")
    free_cancellation_minutes = _minutes("Cancelling is free until so long before the start.")
    no_show_minutes = _minutes_or_none(
        "Not started so long after the start is a no-show; null: starts by itself."
    )


class TimeSlotSerializer(serializers.Serializer[Any]):
    """Hours that come back every week, on the platform's clock."""

    weekday = serializers.IntegerField(help_text="0 is Monday, 6 is Sunday.")
    opens = WallClockField(help_text="Local time.")
    closes = WallClockField(help_text="Local time; 00:00 is midnight at the end of the day.")
    whole_session = serializers.BooleanField(help_text="Booked from start to end only.")
    step_minutes = _minutes_or_none("Step within it; null: that of the rules.")
    valid_from = serializers.DateField(allow_null=True, help_text="First day; null: always.")
    valid_until = serializers.DateField(allow_null=True, help_text="Last day; null: always.")


class MissingSerializer(serializers.Serializer[Any]):
    """A qualification I would need."""

    id = serializers.IntegerField(help_text="Id of the qualification.")
    name = serializers.CharField(help_text="Its name.")


class AccessSerializer(serializers.Serializer[Any]):
    """How I stand on an instrument today."""

    training_required = serializers.BooleanField(
        source="required", help_text="Whether it asks for training."
    )
    qualified = serializers.SerializerMethodField(help_text="Whether I hold what it asks for.")
    level = serializers.CharField(
        allow_null=True,
        help_text="supervised, autonomous or after_hours; null while something is missing.",
    )
    missing = serializers.SerializerMethodField(help_text="What I would need.")

    def get_qualified(self, training: Any) -> bool:
        return training.level is not None

    @extend_schema_field(MissingSerializer(many=True))
    def get_missing(self, training: Any) -> list[dict[str, Any]]:
        return [{"id": pk, "name": name} for pk, name in training.missing.items()]


class InstrumentDetailSerializer(InstrumentSerializer):
    """An instrument with its rules, its hours and how I stand there."""

    description = serializers.CharField(help_text="What it does; may be empty.")
    rules = serializers.SerializerMethodField(help_text="How it may be booked.")
    time_slots = serializers.SerializerMethodField(
        help_text="Its weekly hours, or its platform's where it has none of its own."
    )
    access = serializers.SerializerMethodField(help_text="How I stand there today.")

    @extend_schema_field(RulesSerializer)
    def get_rules(self, instrument: Any) -> Any:
        return RulesSerializer(rules_of(instrument)).data

    @extend_schema_field(TimeSlotSerializer(many=True))
    def get_time_slots(self, instrument: Any) -> Any:
        slots = sorted(self.context["slots"], key=lambda slot: (slot.weekday, slot.opens))
        return TimeSlotSerializer(slots, many=True).data

    @extend_schema_field(AccessSerializer)
    def get_access(self, instrument: Any) -> Any:
        return AccessSerializer(self.context["training"]).data


class InstrumentQuery(serializers.Serializer[Any]):
    """Which instruments to list; every filter is optional."""

    facility = serializers.SlugField(required=False, help_text="Code of a platform.")
    kind = serializers.ChoiceField(INSTRUMENT_KINDS, required=False, help_text="What it is.")
    search = serializers.CharField(
        required=False,
        max_length=100,
        allow_blank=True,
        help_text="Words that are all in its name or category.",
    )


@extend_schema_view(
    list=extend_schema(
        summary="List the instruments",
        parameters=[InstrumentQuery],
        responses={200: InstrumentSerializer(many=True), **problems()},
    ),
)
class Instruments(Listed):
    """Instruments, rooms and workstations; those I am not trained on are here too."""

    serializer_class = InstrumentSerializer

    def visible(self) -> QuerySet[Any]:
        return with_favourites(instruments_visible_to(self.person), user=self.person)

    def list(self, request: Request) -> Response:
        asked = self.asked(InstrumentQuery)
        rows = instruments_found(
            self.visible(),
            facility_code=asked.get("facility"),
            kind=asked.get("kind"),
            search=asked.get("search", ""),
        )
        return self.page_of(rows, ordering="id")

    @extend_schema(
        summary="Look at an instrument",
        responses={200: InstrumentDetailSerializer, **problems(404)},
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer how it is booked, when it is open, and what I lack to book it."""
        instrument = self.found(pk)
        today = timezone.now().astimezone(instrument.facility.tz).date()
        context = {
            "slots": weekly_slots([instrument])[instrument.pk],
            "training": training_of(user_id=self.person.pk, instrument_id=instrument.pk, day=today),
        }
        return Response(InstrumentDetailSerializer(instrument, context=context).data)

    @extend_schema(
        summary="Keep an instrument among my own, or let it go",
        request=FavouriteInput,
        responses={200: InstrumentSerializer, **problems(404)},
    )
    @action(detail=True, methods=["post"])
    def favourite(self, request: Request, pk: int) -> Response:
        """Answer the instrument as it is then. Safe to repeat."""
        wanted = read(FavouriteInput, request.data)["is_favourite"]
        step = add_favourite if wanted else remove_favourite
        step(actor=self.person, instrument_id=id_of(pk))
        return Response(InstrumentSerializer(self.found(pk)).data)

    @extend_schema(
        summary="When an instrument is free",
        parameters=[RangeQuery],
        responses={200: WindowsSerializer, **problems(404)},
    )
    @action(detail=True, methods=["get"])
    def availability(self, request: Request, pk: int) -> Response:
        """Answer the windows in which I could book now, with the price for me."""
        asked = self.asked(RangeQuery)
        windows = availability(
            viewer=self.person,
            instrument_id=id_of(pk),
            within=Interval(asked["start"], asked["end"]),
            now=timezone.now(),
        )
        return Response(WindowsSerializer({"windows": windows}).data)
