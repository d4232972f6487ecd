"""Which accounts pay for a booking together, and who may use an account up to how much."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.allowances import allowances_visible_to
from accounts.errors import NotFound
from accounts.permissions import accounts_visible_to
from accounts.services import allow_account, withdraw_allowance
from api.fields import CentsField, DayField, IdField
from api.resource import Face, id_of, problems, read
from billing.costs.splits import shares_of
from billing.services.splitting import Share, split_use
from bookings.permissions import bookings_visible_to


class ShareSerializer(serializers.Serializer[Any]):
    """The part of a booking that an account pays."""

    account = serializers.IntegerField(source="account_id", help_text="Id of the account.")
    percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, help_text="Its share in per cent."
    )


class SplitSerializer(serializers.Serializer[Any]):
    """Who pays for a booking together; empty: its own account pays it all."""

    booking = serializers.IntegerField(help_text="Id of the booking.")
    shares = ShareSerializer(many=True, help_text="In the order in which cents are rounded.")


class ShareInput(serializers.Serializer[Any]):
    """A share."""

    account = IdField(help_text="Id of an account of the team, or of one I lead in its house.")
    percent = serializers.DecimalField(
        max_digits=5,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=Decimal("99.99"),
        help_text="Its share in per cent, with two decimals at the most.",
    )


class SplitInput(serializers.Serializer[Any]):
    """Shares that come to 100, or none at all."""

    shares = ShareInput(many=True, help_text="Two or more; none: the split is taken back.")


class Split(Face):
    """The accounts that pay for a booking together."""

    @extend_schema(
        summary="See which accounts pay for a booking",
        responses={200: SplitSerializer, **problems(404)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Answer the shares; for those who see the booking."""
        seen = bookings_visible_to(self.person, on=self.today).filter(pk=id_of(pk))
        if not seen.exists():
            raise NotFound
        return self._answer(pk)

    @extend_schema(
        summary="Split what a booking costs over several accounts",
        request=SplitInput,
        responses={200: SplitSerializer, **problems(403, 404, 422)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Replace the shares before it is charged; for the booker, the lead, the manager."""
        asked = read(SplitInput, request.data)
        split_use(
            booking_id=id_of(pk),
            shares=[
                Share(account_id=one["account"], percent=one["percent"]) for one in asked["shares"]
            ],
            actor=self.person,
            now=timezone.now(),
        )
        return self._answer(pk)

    def _answer(self, pk: int) -> Response:
        shares = shares_of([id_of(pk)]).get(id_of(pk), [])
        return Response(SplitSerializer({"booking": pk, "shares": shares}).data)


class AllowanceSerializer(serializers.Serializer[Any]):
    """A person may use an account, up to so much a month."""

    id = serializers.IntegerField(help_text="Id of the allowance.")
    account = serializers.IntegerField(source="account_id", help_text="Id of the account.")
    person = serializers.IntegerField(source="person_id", help_text="Id of the person.")
    person_name = serializers.CharField(source="person.get_full_name", help_text="Their name.")
    monthly = CentsField(
        source="monthly_cents", allow_null=True, help_text="A month at most; null: no limit."
    )
    starts_on = serializers.DateField(help_text="First day.")
    ends_on = serializers.DateField(allow_null=True, help_text="Last day; null: for good.")


class AllowanceListSerializer(serializers.Serializer[Any]):
    """Who may use an account; nobody: the whole team."""

    allowances = AllowanceSerializer(many=True, help_text="Those I may see, the oldest first.")


class AllowanceInput(serializers.Serializer[Any]):
    """Whom to let use an account, up to how much, until when."""

    person = IdField(help_text="Id of somebody in the team.")
    monthly_cents = serializers.IntegerField(
        min_value=0,
        max_value=10**12,
        required=False,
        allow_null=True,
        default=None,
        help_text="A month at most, in cents; null: no limit.",
    )
    ends_on = DayField(
        required=False, allow_null=True, default=None, help_text="Last day; else for good."
    )


class AccountAllowances(Face):
    """Who may use an account of my teams."""

    @extend_schema(
        summary="List who may use an account",
        responses={200: AllowanceListSerializer, **problems(404)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Answer my own allowance; for those who lead the team, everybody's."""
        if not accounts_visible_to(self.person, on=self.today).filter(pk=id_of(pk)).exists():
            raise NotFound
        found = allowances_visible_to(self.person, on=self.today).filter(account=id_of(pk))
        return Response(AllowanceListSerializer({"allowances": found.order_by("pk")}).data)

    @extend_schema(
        summary="Let somebody use an account",
        request=AllowanceInput,
        responses={200: AllowanceSerializer, **problems(403, 404, 422)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Give or change an allowance; for those who lead the team."""
        asked = read(AllowanceInput, request.data)
        given = allow_account(
            actor=self.person,
            account_id=id_of(pk),
            person_id=asked["person"],
            monthly_cents=asked["monthly_cents"],
            ends_on=asked["ends_on"],
            now=timezone.now(),
        )
        return Response(AllowanceSerializer(given).data)


class EndAllowance(Face):
    """The end of an allowance."""

    @extend_schema(
        summary="Take an allowance away",
        request=None,
        responses={204: None, **problems(403, 404)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Take it away; with the last one the account is for the whole team again."""
        withdraw_allowance(actor=self.person, allowance_id=id_of(pk), now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
