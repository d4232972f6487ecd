"""What a request says of a booking, and the wish that it becomes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from api.fields import IdField, InstantField, TextField
from api.resource import in_order
from bookings.wish import Wish
from facilities.intervals import Interval

KINDS = ("use", "maintenance", "training", "closure")


class WishInput(serializers.Serializer[Any]):
    """What may be said of a booking, new or changed."""

    project = IdField(
        required=False, allow_null=True, help_text="What the work is for; else the last used."
    )
    account = IdField(required=False, allow_null=True, help_text="What pays; else the last used.")
    purpose = TextField(required=False, help_text="In a few words; no patient data.")
    operator_needed = serializers.BooleanField(
        required=False, help_text="Whether an operator attends."
    )
    operator = IdField(
        required=False,
        allow_null=True,
        help_text="The operator; for those who run the platform.",
    )
    unit = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=999,
        help_text="Else the lowest free one.",
    )
    animals = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=100_000,
        help_text="How many animals.",
    )
    bsl2 = serializers.BooleanField(
        required=False, help_text="BSL-2 work: doubles the clean-up time."
    )
    override_reason = TextField(
        required=False,
        default="",
        help_text="Why rules are set aside; for managers of the platform.",
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "An afternoon",
            value={
                "instrument": 3,
                "start": "2026-11-26T14:00:00+01:00",
                "end": "2026-11-26T16:00:00+01:00",
                "project": 12,
                "account": 7,
                "purpose": "Panel B, 12 tubes",
            },
            request_only=True,
        )
    ]
)
class BookingInput(WishInput):
    """A booking that is asked for."""

    instrument = IdField(help_text="Id of the instrument.")
    start = InstantField(help_text="With its offset from UTC.")
    end = InstantField(help_text="With its offset from UTC; after the start.")
    kind = serializers.ChoiceField(
        KINDS, default="use", help_text="Any other than use blocks time; for the platform."
    )
    booked_for = IdField(
        required=False,
        allow_null=True,
        help_text="Id of the person; else you. For heads and the platform.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a period that ends before it starts."""
        return in_order(attrs)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "An hour later",
            value={"start": "2026-11-26T15:00:00+01:00", "end": "2026-11-26T17:00:00+01:00"},
            request_only=True,
        )
    ]
)
class ChangeInput(WishInput):
    """What changes of a booking; whatever is not named stays."""

    instrument = IdField(required=False, help_text="Another instrument.")
    start = InstantField(required=False, help_text="With its offset from UTC.")
    end = InstantField(required=False, help_text="With its offset from UTC.")
    version = serializers.IntegerField(
        required=False, min_value=0, help_text="Instead of the header If-Match."
    )


WISH_FIELD = {
    "instrument": "instrument_id",
    "project": "project_id",
    "account": "account_id",
    "operator": "operator_id",
    "purpose": "purpose",
    "operator_needed": "operator_needed",
    "unit": "unit",
    "animals": "animals",
    "bsl2": "bsl2",
}


def wish_of_input(asked: dict[str, Any], person_id: int) -> Wish:
    """Return the wish that a request makes for a person, or for whom it names."""
    named = {WISH_FIELD[name]: asked[name] for name in WISH_FIELD if name in asked}
    person = asked.get("booked_for")
    if person is None and asked["kind"] == "use":
        person = person_id
    return Wish(
        period=Interval(asked["start"], asked["end"]),
        kind=asked["kind"],
        booked_for_id=person,
        **named,
    )


def changes_of(asked: dict[str, Any], period: Interval) -> dict[str, Any]:
    """Return the changes a request names; a start or an end alone keeps the other."""
    changes = {WISH_FIELD[name]: asked[name] for name in WISH_FIELD if name in asked}
    if "start" in asked or "end" in asked:
        start, end = asked.get("start", period.start), asked.get("end", period.end)
        in_order({"start": start, "end": end})
        changes["period"] = Interval(start, end)
    return changes
