"""How bookings and verdicts look on the wire."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import (
    OpenApiExample,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers

from api.fields import (
    CURRENCY,
    InstantField,
    MoneySerializer,
    amount_of,
    amount_text,
)
from api.resource import PeriodSerializer, ViolationSerializer
from bookings.approval import REASONS
from bookings.queries import free_cancellation_until


class ReasonSerializer(serializers.Serializer[Any]):
    """Why somebody decides."""

    code = serializers.CharField(help_text="Stable name of the reason.")
    detail = serializers.CharField(help_text="A sentence in the person's language.")


def reasons_of(codes: list[str]) -> list[dict[str, str]]:
    """Return reasons for an approval with their sentences."""
    return [{"code": code, "detail": str(REASONS.get(code, code))} for code in codes]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A request",
            value={
                "id": 4211,
                "status": "requested",
                "kind": "use",
                "facility": "CYT",
                "instrument": 3,
                "instrument_name": "Fortessa X-20",
                "unit": 1,
                "start": "2026-11-26T13:00:00Z",
                "end": "2026-11-26T15:00:00Z",
                "booked_for": 25,
                "booked_for_name": "Ana Roux",
                "team": 4,
                "project": 12,
                "account": 7,
                "purpose": "Panel B, 12 tubes",
                "operator_needed": False,
                "operator": None,
                "bsl2": False,
                "animals": None,
                "estimate": {"amount": "36.00", "currency": "EUR"},
                "approval_reasons": [
                    {
                        "code": "first_sessions",
                        "detail": "The first sessions of a person on this instrument are looked"
                        " at.",
                    }
                ],
                "hold_until": "2026-11-26T09:30:00Z",
                "free_cancellation_until": "2026-11-26T01:00:00Z",
                "override_reason": "",
                "waived_reason": "",
                "version": 1,
                "created_at": "2026-11-24T09:30:00Z",
            },
            response_only=True,
        )
    ]
)
class BookingSerializer(serializers.Serializer[Any]):
    """A booking as those see it who may see it whole."""

    id = serializers.IntegerField(help_text="Id of the booking.")
    status = serializers.CharField(help_text="Where the booking stands.")
    kind = serializers.CharField(help_text="use, or what blocks the time.")
    facility = serializers.CharField(
        source="instrument.facility.code", help_text="Code of the platform."
    )
    instrument = serializers.IntegerField(source="instrument_id", help_text="Id of the instrument.")
    instrument_name = serializers.CharField(source="instrument.name", help_text="Its name.")
    unit = serializers.IntegerField(help_text="Which of the instrument's units.")
    start = InstantField(source="interval.start", help_text="UTC.")
    end = InstantField(source="interval.end", help_text="UTC; the booking ends before it.")
    booked_for = serializers.IntegerField(
        source="booked_for_id", allow_null=True, help_text="Id of who uses it."
    )
    booked_for_name = serializers.SerializerMethodField(help_text="Name of who uses it.")
    team = serializers.IntegerField(
        source="team_id", allow_null=True, help_text="Id of the team whose work it is."
    )
    project = serializers.IntegerField(
        source="project_id", allow_null=True, help_text="Id of the project."
    )
    account = serializers.IntegerField(
        source="account_id", allow_null=True, help_text="Id of the account that pays."
    )
    purpose = serializers.CharField(help_text="In a few words.")
    operator_needed = serializers.BooleanField(help_text="Whether an operator attends.")
    operator = serializers.IntegerField(
        source="operator_id", allow_null=True, help_text="Id of the operator."
    )
    bsl2 = serializers.BooleanField(help_text="BSL-2 work.")
    animals = serializers.IntegerField(allow_null=True, help_text="How many animals.")
    estimate = serializers.SerializerMethodField(help_text="Expected price before VAT.")
    approval_reasons = serializers.SerializerMethodField(help_text="Why somebody decides.")
    hold_until = InstantField(
        allow_null=True, help_text="When a request lapses that nobody decided."
    )
    free_cancellation_until = serializers.SerializerMethodField(
        help_text="Until when cancelling costs nothing; null once it always does."
    )
    override_reason = serializers.CharField(help_text="Why rules were set aside.")
    waived_reason = serializers.CharField(help_text="Why it is free of charge.")
    version = serializers.IntegerField(help_text="Counts changes; also the ETag.")
    created_at = InstantField(help_text="UTC.")

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

    violations = ViolationSerializer(many=True, help_text="Everything that is wrong.")
    needs_approval = serializers.SerializerMethodField(help_text="Whether somebody decides.")
    approval_reasons = serializers.SerializerMethodField(help_text="Why somebody decides.")
    estimate = serializers.SerializerMethodField(help_text="Expected price before VAT.")
    alternatives = PeriodSerializer(
        many=True, allow_null=True, help_text="The next free periods where it is taken."
    )

    def get_needs_approval(self, verdict: Any) -> bool:
        return bool(verdict.approval_reasons)

    @extend_schema_field(ReasonSerializer(many=True))
    def get_approval_reasons(self, verdict: Any) -> list[dict[str, str]]:
        return reasons_of(verdict.approval_reasons)

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_estimate(self, verdict: Any) -> dict[str, str] | None:
        return amount_of(verdict.estimate)


class MoveVerdictSerializer(VerdictSerializer):
    """What would become of a change."""

    asks_again = serializers.BooleanField(help_text="Whether an approval would be lost.")
