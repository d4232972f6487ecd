"""How bookings look on the wire, and how a request becomes a wish."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.fields import (
    CURRENCY,
    IdField,
    InstantField,
    MoneySerializer,
    TextField,
    amount_of,
    amount_text,
)
from api.resource import PeriodSerializer, ViolationSerializer, in_order
from bookings.approval import REASONS
from bookings.queries import free_cancellation_until
from bookings.wish import Wish
from facilities.intervals import Interval

KINDS = ("use", "maintenance", "training", "closure")


class ReasonSerializer(serializers.Serializer[Any]):
    """Why somebody decides."""

    code = serializers.CharField(help_text=_("Stable name of the reason."))
    detail = serializers.CharField(help_text=_("A sentence in the person's language."))


def reasons_of(codes: list[str]) -> list[dict[str, str]]:
    """Return reasons for an approval with their sentences."""
    return [{"code": code, "detail": str(REASONS.get(code, code))} for code in codes]


class WishInput(serializers.Serializer[Any]):
    """What may be said of a booking, new or changed."""

    project = IdField(
        required=False, allow_null=True, help_text=_("What the work is for; else the last used.")
    )
    account = IdField(
        required=False, allow_null=True, help_text=_("What pays; else the last used.")
    )
    purpose = TextField(required=False, help_text=_("In a few words; no patient data."))
    operator_needed = serializers.BooleanField(
        required=False, help_text=_("Whether an operator attends.")
    )
    operator = IdField(
        required=False,
        allow_null=True,
        help_text=_("The operator; for those who run the platform."),
    )
    unit = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=999,
        help_text=_("Else the lowest free one."),
    )
    animals = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=100_000,
        help_text=_("How many animals."),
    )
    bsl2 = serializers.BooleanField(
        required=False, help_text=_("BSL-2 work: doubles the clean-up time.")
    )
    override_reason = TextField(
        required=False,
        default="",
        help_text=_("Why rules are set aside; for managers of the platform."),
    )


class BookingInput(WishInput):
    """A booking that is asked for."""

    instrument = IdField(help_text=_("Id of the instrument."))
    start = InstantField(help_text=_("With its offset from UTC."))
    end = InstantField(help_text=_("With its offset from UTC; after the start."))
    kind = serializers.ChoiceField(
        KINDS, default="use", help_text=_("Any other than use blocks time; for the platform.")
    )
    booked_for = IdField(
        required=False,
        allow_null=True,
        help_text=_("Id of the person; else you. For heads and the platform."),
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a period that ends before it starts."""
        return in_order(attrs)


class ChangeInput(WishInput):
    """What changes of a booking; whatever is not named stays."""

    instrument = IdField(required=False, help_text=_("Another instrument."))
    start = InstantField(required=False, help_text=_("With its offset from UTC."))
    end = InstantField(required=False, help_text=_("With its offset from UTC."))
    version = serializers.IntegerField(
        required=False, min_value=0, help_text=_("Instead of the header If-Match.")
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


class BookingSerializer(serializers.Serializer[Any]):
    """A booking as those see it who may see it whole."""

    id = serializers.IntegerField(help_text=_("Id of the booking."))
    status = serializers.CharField(help_text=_("Where the booking stands."))
    kind = serializers.CharField(help_text=_("use, or what blocks the time."))
    facility = serializers.CharField(
        source="instrument.facility.code", help_text=_("Code of the platform.")
    )
    instrument = serializers.IntegerField(
        source="instrument_id", help_text=_("Id of the instrument.")
    )
    instrument_name = serializers.CharField(source="instrument.name", help_text=_("Its name."))
    unit = serializers.IntegerField(help_text=_("Which of the instrument's units."))
    start = InstantField(source="interval.start", help_text=_("UTC."))
    end = InstantField(source="interval.end", help_text=_("UTC; the booking ends before it."))
    booked_for = serializers.IntegerField(
        source="booked_for_id", allow_null=True, help_text=_("Id of who uses it.")
    )
    booked_for_name = serializers.SerializerMethodField(help_text=_("Name of who uses it."))
    team = serializers.IntegerField(
        source="team_id", allow_null=True, help_text=_("Id of the team whose work it is.")
    )
    project = serializers.IntegerField(
        source="project_id", allow_null=True, help_text=_("Id of the project.")
    )
    account = serializers.IntegerField(
        source="account_id", allow_null=True, help_text=_("Id of the account that pays.")
    )
    purpose = serializers.CharField(help_text=_("In a few words."))
    operator_needed = serializers.BooleanField(help_text=_("Whether an operator attends."))
    operator = serializers.IntegerField(
        source="operator_id", allow_null=True, help_text=_("Id of the operator.")
    )
    bsl2 = serializers.BooleanField(help_text=_("BSL-2 work."))
    animals = serializers.IntegerField(allow_null=True, help_text=_("How many animals."))
    estimate = serializers.SerializerMethodField(help_text=_("Expected price before VAT."))
    approval_reasons = serializers.SerializerMethodField(help_text=_("Why somebody decides."))
    hold_until = InstantField(
        allow_null=True, help_text=_("When a request lapses that nobody decided.")
    )
    free_cancellation_until = serializers.SerializerMethodField(
        help_text=_("Until when cancelling costs nothing; null once it always does.")
    )
    override_reason = serializers.CharField(help_text=_("Why rules were set aside."))
    waived_reason = serializers.CharField(help_text=_("Why it is free of charge."))
    version = serializers.IntegerField(help_text=_("Counts changes; also the ETag."))
    created_at = InstantField(help_text=_("UTC."))

    def get_booked_for_name(self, booking: Any) -> str:
        return booking.booked_for.get_full_name() if booking.booked_for else ""

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_estimate(self, booking: Any) -> dict[str, str] | None:
        if booking.estimate_cents is None:
            return None
        return {"amount": amount_text(booking.estimate_cents), "currency": CURRENCY}

    @extend_schema_field(ReasonSerializer(many=True))
    def get_approval_reasons(self, booking: Any) -> list[dict[str, str]]:
        return reasons_of(booking.evaluation.get("approval_reasons", []))

    @extend_schema_field(InstantField(allow_null=True))
    def get_free_cancellation_until(self, booking: Any) -> str | None:
        moment = free_cancellation_until(booking)
        return InstantField().to_representation(moment) if moment else None


class VerdictSerializer(serializers.Serializer[Any]):
    """What would become of a request."""

    violations = ViolationSerializer(many=True, help_text=_("Everything that is wrong."))
    needs_approval = serializers.SerializerMethodField(help_text=_("Whether somebody decides."))
    approval_reasons = serializers.SerializerMethodField(help_text=_("Why somebody decides."))
    estimate = serializers.SerializerMethodField(help_text=_("Expected price before VAT."))
    alternatives = PeriodSerializer(
        many=True, allow_null=True, help_text=_("The next free periods where it is taken.")
    )

    def get_needs_approval(self, verdict: Any) -> bool:
        return bool(verdict.approval_reasons)

    @extend_schema_field(ReasonSerializer(many=True))
    def get_approval_reasons(self, verdict: Any) -> list[dict[str, str]]:
        return reasons_of(verdict.approval_reasons)

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_estimate(self, verdict: Any) -> dict[str, str] | None:
        return amount_of(verdict.estimate)
