"""How a platform's calendar looks on the wire. PostgreSQL writes it; this describes it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

_INSTANT = "ISO 8601 with its offset."


class CalendarInstrumentSerializer(serializers.Serializer[Any]):
    """A row of the calendar."""

    id = serializers.IntegerField(help_text="Id of the instrument.")
    name = serializers.CharField(help_text="Its name.")
    units = serializers.IntegerField(help_text="Identical positions, booked one by one.")
    state = serializers.CharField(help_text="working, out_of_service or retired.")
    mode = serializers.CharField(help_text="self_service, assisted or request_only.")


class CalendarBookingSerializer(serializers.Serializer[Any]):
    """A booking, or only that the time is busy where it is not for me to see."""

    id = serializers.IntegerField(required=False, help_text="Left out where it is busy time.")
    version = serializers.IntegerField(required=False, help_text="Counts changes.")
    instrument = serializers.IntegerField(help_text="Id of the instrument.")
    unit = serializers.IntegerField(help_text="Which of its units.")
    kind = serializers.CharField(help_text="use, or what blocks the time.")
    status = serializers.CharField(help_text="Where it stands; busy where it is not mine.")
    start = serializers.DateTimeField(help_text=_INSTANT)
    end = serializers.DateTimeField(help_text=_INSTANT)
    set_up = serializers.IntegerField(help_text="Minutes kept free before it.")
    clean_up = serializers.IntegerField(help_text="Minutes kept free after it.")
    mine = serializers.BooleanField(required=False, help_text="Whether it is for me.")
    purpose = serializers.CharField(required=False, help_text="In a few words.")
    person = serializers.CharField(required=False, allow_null=True, help_text="Who uses it.")
    team = serializers.CharField(required=False, allow_null=True, help_text="Their team.")
    project = serializers.CharField(required=False, allow_null=True, help_text="Their project.")


class CalendarClosureSerializer(serializers.Serializer[Any]):
    """A time at which the platform is shut."""

    kind = serializers.CharField(help_text="holiday or shutdown.")
    start = serializers.DateTimeField(help_text=_INSTANT)
    end = serializers.DateTimeField(help_text=_INSTANT)
    reason = serializers.CharField(help_text="Why.")


class CalendarSerializer(serializers.Serializer[Any]):
    """What lies in a range on one platform."""

    facility = serializers.CharField(help_text="Code of the platform.")
    time_zone = serializers.CharField(help_text="IANA name of the platform's clock.")
    start = serializers.DateTimeField(help_text=_INSTANT)
    end = serializers.DateTimeField(help_text=_INSTANT)
    instruments = CalendarInstrumentSerializer(many=True, help_text="By name.")
    bookings = CalendarBookingSerializer(many=True, help_text="In order of start.")
    closures = CalendarClosureSerializer(many=True, help_text="In order of start.")
