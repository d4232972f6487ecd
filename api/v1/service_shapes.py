"""How services and service requests look, and what may be said of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.fields import CentsField, IdField, InstantField, MoneySerializer, TextField
from billing.orders.promises import Plan
from billing.orders.states import LABELS
from billing.services import Wanted

CURRENCY = "EUR"


class CountField(serializers.DecimalField):
    """A number of units, as decimal text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=10, decimal_places=2, **kwargs)


class ServiceSerializer(serializers.Serializer[Any]):
    """Something a platform sells by the piece, or lets stand."""

    id = serializers.IntegerField(help_text="Id of the service.")
    facility = serializers.CharField(source="facility.code", help_text="Code of the platform.")
    code = serializers.CharField(help_text="Its code on the platform.")
    name = serializers.CharField(help_text="Its name in English.")
    name_fr = serializers.CharField(help_text="Its name in French; may be empty.")
    unit = serializers.CharField(help_text="What is counted, such as sample or cage-day.")
    counting = serializers.CharField(
        help_text="piece: asked for by service requests; day or month: counted where it stands."
    )
    nature = serializers.CharField(help_text="service, training or goods: decides the VAT rule.")
    price = serializers.SerializerMethodField(
        help_text="Of one unit, today, for the project I last used; null: no price for me."
    )

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_price(self, service: Any) -> dict[str, str] | None:
        """Return the price of a unit, as the view has found it."""
        cents = self.context["prices"].get(service.pk)
        if cents is None:
            return None
        return {"amount": CentsField().to_representation(cents), "currency": CURRENCY}


class RequestItemSerializer(serializers.Serializer[Any]):
    """How many of one service a request asks for, sent and got."""

    id = serializers.IntegerField(help_text="Id of the item: steps that count name it.")
    service = serializers.IntegerField(source="service_id", help_text="Id of the service.")
    service_name = serializers.CharField(source="service.name", help_text="Its name.")
    unit = serializers.CharField(help_text="What is counted.")
    ordered = CountField(help_text="How many were asked for.")
    received = CountField(help_text="How many samples came in.")
    delivered = CountField(help_text="How many were delivered.")
    unit_price = CentsField(
        source="unit_price_cents",
        allow_null=True,
        help_text="Agreed for each unit before VAT; null until the request is accepted.",
    )


class MilestoneSerializer(serializers.Serializer[Any]):
    """A part that is billed once it is reached."""

    id = serializers.IntegerField(help_text="Id of the milestone.")
    name = serializers.CharField(help_text="What it is called.")
    percent = CountField(allow_null=True, help_text="Its share of the whole; null: a sum.")
    amount = CentsField(source="amount_cents", help_text="What it costs before VAT.")
    reached_at = InstantField(allow_null=True, help_text="When it was reached, in UTC.")


class DeliverySerializer(serializers.Serializer[Any]):
    """Some of what was asked for, delivered on a day; it may have been taken back."""

    id = serializers.IntegerField(help_text="Id of the delivery.")
    item = serializers.IntegerField(source="item_id", help_text="Id of the item it is of.")
    quantity = CountField(help_text="How many units.")
    delivered_on = serializers.DateField(help_text="Day on the platform's calendar.")
    note = serializers.CharField(help_text="What was said with it; may be empty.")
    taken_back_at = InstantField(
        source="taken_back.created_at",
        default=None,
        allow_null=True,
        help_text="When it was taken back, in UTC; null: it stands.",
    )
    taken_back_reason = serializers.CharField(
        source="taken_back.reason",
        default=None,
        allow_null=True,
        help_text="Why it was taken back; null: it stands.",
    )


class DeliveryBackInput(serializers.Serializer[Any]):
    """Which delivery, and why."""

    delivery = IdField(help_text="Id of a delivery of the request.")
    reason = TextField(help_text="The person reads it.")


class ServiceRequestSerializer(serializers.Serializer[Any]):
    """Work that somebody asks of a platform."""

    id = serializers.IntegerField(help_text="Id of the request.")
    facility = serializers.CharField(source="facility.code", help_text="Code of the platform.")
    team = serializers.IntegerField(source="team_id", help_text="Id of the team it is for.")
    project = serializers.IntegerField(source="project_id", help_text="Id of the project.")
    account = serializers.IntegerField(
        source="account_id", allow_null=True, help_text="Id of what pays; null: not known yet."
    )
    requested_by = serializers.IntegerField(source="requested_by_id", help_text="Id of who asked.")
    title = serializers.CharField(help_text="What it is about.")
    note = serializers.CharField(help_text="What the platform should know; may be empty.")
    state = serializers.CharField(help_text=f"One of: {', '.join(str(one) for one in LABELS)}.")
    billing = serializers.CharField(help_text="counts: what is delivered; or milestones.")
    promised = CentsField(
        source="promised_cents", help_text="Accepted and not charged yet, before VAT."
    )
    items = RequestItemSerializer(many=True, help_text="What is asked for.")
    milestones = MilestoneSerializer(many=True, help_text="Parts it is billed by; may be none.")
    deliveries = serializers.SerializerMethodField(
        help_text="What was delivered, the oldest first, those taken back included."
    )
    version = serializers.IntegerField(help_text="Grows with each step; see If-Match.")
    requested_at = InstantField(source="created_at", help_text="When it was asked, in UTC.")

    @extend_schema_field(DeliverySerializer(many=True))
    def get_deliveries(self, request: Any) -> Any:
        """Return the deliveries of all items; they come with the request."""
        found = (one for item in request.items.all() for one in item.deliveries.all())
        return DeliverySerializer(sorted(found, key=lambda one: one.pk), many=True).data


class WantedInput(serializers.Serializer[Any]):
    """How many of a service."""

    service = IdField(help_text="Id of a service that is sold by the piece: see services/.")
    quantity = CountField(min_value=Decimal("0.01"), help_text="How many of its unit.")


class ServiceRequestInput(serializers.Serializer[Any]):
    """What somebody asks of one platform."""

    items = serializers.ListField(
        child=WantedInput(), min_length=1, max_length=50, help_text="All of one platform."
    )
    project = IdField(help_text="Id of one of my projects.")
    account = IdField(
        required=False, allow_null=True, help_text="What pays; else the team's first valid one."
    )
    title = TextField(max_length=200, help_text="What it is about; no patient data.")
    note = TextField(
        required=False, default="", max_length=2000, help_text="For the platform; may be empty."
    )

    @staticmethod
    def wanted(asked: dict[str, Any]) -> list[Wanted]:
        """Return the items as the service takes them."""
        return [
            Wanted(service_id=one["service"], quantity=one["quantity"]) for one in asked["items"]
        ]


class NoteInput(serializers.Serializer[Any]):
    """A word that goes with a step."""

    note = TextField(required=False, default="", help_text="A word that is kept; may be empty.")


class RefuseRequestInput(serializers.Serializer[Any]):
    """Why not."""

    reason = TextField(help_text="The person reads it.")


class PlanInput(serializers.Serializer[Any]):
    """A milestone as it is agreed: a share, or a sum."""

    name = TextField(max_length=200, allow_blank=False, help_text="What it is called.")
    percent = CountField(
        required=False, allow_null=True, help_text="Its share; all come to 100.", min_value=0
    )
    amount_cents = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=10**12,
        help_text="Or its sum before VAT, in cents.",
    )


class AcceptRequestInput(NoteInput):
    """How a request is taken on."""

    milestones = serializers.ListField(
        child=PlanInput(),
        required=False,
        default=list,
        max_length=50,
        help_text="Bill these instead of what is delivered.",
    )

    @staticmethod
    def plans(asked: dict[str, Any]) -> list[Plan]:
        """Return the milestones as the service takes them."""
        return [Plan(**one) for one in asked["milestones"]]


class CountInput(serializers.Serializer[Any]):
    """How many of an item."""

    item = IdField(help_text="Id of an item of the request.")
    quantity = CountField(min_value=Decimal("0.01"), help_text="How many of its unit.")


class CountsInput(NoteInput):
    """What came in, or was delivered."""

    counts = serializers.ListField(
        child=CountInput(), max_length=50, help_text="For each item that is concerned."
    )

    @staticmethod
    def by_item(asked: dict[str, Any]) -> dict[int, Decimal]:
        """Return the numbers by the id of the item."""
        return {one["item"]: one["quantity"] for one in asked["counts"]}


class DeliverInput(CountsInput):
    """What was delivered, and whether more will come."""

    is_last = serializers.BooleanField(
        required=False, default=False, help_text="Nothing more will come, whatever is left."
    )


class ReachInput(serializers.Serializer[Any]):
    """Which milestone."""

    milestone = IdField(help_text="Id of a milestone of the request.")


class AccountInput(serializers.Serializer[Any]):
    """What pays."""

    account = IdField(help_text="Id of an account of the team.")
