"""The books of an issuer: months, VAT, use at the year's end, and closing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import CentsField, DayField, InstantField
from api.resource import Face, problems, read
from api.v1.payment_shapes import OfIssuer
from api.v1.payments import issuer_of
from billing.books.months import book_months
from billing.books.vat_summary import VatSummary, vat_summary
from billing.books.year_end import year_end
from billing.services.issuing import local_day
from billing.services.periods import close_period


def _year() -> serializers.IntegerField:
    return serializers.IntegerField(
        required=False, min_value=2000, max_value=2999, help_text="This year unless said."
    )


class YearOf(OfIssuer):
    """Which year of whose books."""

    year = _year()


class DaysOf(OfIssuer):
    """Which days of whose books."""

    first = DayField(help_text="First day.")
    last = DayField(help_text="Last day, inclusive.")


class CloseInput(serializers.Serializer[Any]):
    """A month to close."""

    issuer = serializers.SlugField(help_text="Code of the issuer.")
    month = DayField(help_text="Any day of the month.")


class ClosedMonthSerializer(serializers.Serializer[Any]):
    """A month that was closed for good."""

    issuer = serializers.CharField(source="issuer.code", help_text="Code of the issuer.")
    month = serializers.DateField(help_text="Its first day.")
    closed_at = InstantField(help_text="When, in UTC.")
    controls = serializers.JSONField(
        help_text="What it came to, in cents, a digest, and the accounts and names it keeps."
    )


class BookMonthSerializer(serializers.Serializer[Any]):
    """What a month comes to; credit notes are subtracted."""

    month = serializers.DateField(help_text="Its first day.")
    documents = serializers.IntegerField(help_text="How many documents.")
    net = CentsField(source="net_cents", help_text="Sales without VAT.")
    vat = CentsField(source="vat_cents", help_text="VAT on them.")
    transfers = CentsField(source="transfer_cents", help_text="Within the body; no sales.")
    received = CentsField(source="paid_cents", help_text="Payments that came in.")
    closed = serializers.BooleanField(
        source="is_closed", help_text="Whether nothing is dated in it any more."
    )


class VatLineSerializer(serializers.Serializer[Any]):
    """Base and VAT of one rule and rate."""

    vat_category = serializers.CharField(source="category", help_text="Code of EN 16931.")
    vat_percent = serializers.DecimalField(
        source="percent", max_digits=5, decimal_places=2, help_text="Rate in per cent."
    )
    base = CentsField(source="net_cents", help_text="Without VAT.")
    vat = CentsField(source="vat_cents", help_text="VAT.")


class VatSerializer(serializers.Serializer[Any]):
    """VAT on what was invoiced and on what was paid, and which of them is due."""

    due = serializers.SerializerMethodField(
        help_text="What is declared: debits with advances, or payments, which hold them."
    )
    invoiced = VatLineSerializer(many=True, help_text="On debits.")
    advances = VatLineSerializer(
        many=True, help_text="Received before the invoice; taken off on the day of the invoice."
    )
    paid = VatLineSerializer(many=True, help_text="On payments.")
    due_vat = CentsField(source="due_cents", help_text="VAT to declare.")
    unallocated = CentsField(
        source="unallocated_cents",
        help_text="Received by the last day and allocated to no invoice then: has no rate.",
    )

    @extend_schema_field(serializers.ChoiceField(("debits", "payments")))
    def get_due(self, found: VatSummary) -> str:
        """Say which it is."""
        return "debits" if found.is_on_debits else "payments"


class DeferredUseSerializer(serializers.Serializer[Any]):
    """Use of one customer on one platform."""

    organisation = serializers.IntegerField(source="organisation_id", help_text="Id.")
    name = serializers.CharField(source="organisation", help_text="Its name.")
    facility = serializers.CharField(help_text="Name of the platform.")
    internal = serializers.BooleanField(source="is_internal", help_text="Within one body.")
    net = CentsField(source="net_cents", help_text="Without VAT.")
    vat = CentsField(source="vat_cents", help_text="VAT.")


class YearEndSerializer(serializers.Serializer[Any]):
    """Use on the wrong side of a year's end."""

    last_on = serializers.DateField(help_text="Last day of the year.")
    not_invoiced = DeferredUseSerializer(many=True, help_text="Rendered, to be invoiced.")
    too_early = DeferredUseSerializer(many=True, help_text="Invoiced, to be rendered.")


class BookMonths(Face):
    """The months of a year."""

    @extend_schema(
        summary="The months of an issuer's books",
        parameters=[YearOf],
        responses={200: BookMonthSerializer(many=True), **problems(404)},
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(YearOf)
        issuer = issuer_of(self.person, asked.get("issuer"))
        rows = book_months(issuer, year=asked.get("year") or local_day(timezone.now()).year)
        return Response(BookMonthSerializer(rows, many=True).data)


class Vat(Face):
    """VAT of some days."""

    @extend_schema(
        summary="VAT of some days, on debits and on payments",
        parameters=[DaysOf],
        responses={200: VatSerializer, **problems(404)},
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(DaysOf)
        issuer = issuer_of(self.person, asked.get("issuer"))
        found = vat_summary(issuer, first_on=asked["first"], last_on=asked["last"])
        return Response(VatSerializer(found).data)


class DeferredUses(Face):
    """Use at the end of a year."""

    @extend_schema(
        summary="Use rendered and not invoiced at a year's end, and the reverse",
        parameters=[YearOf],
        responses={200: YearEndSerializer, **problems(404)},
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(YearOf)
        issuer = issuer_of(self.person, asked.get("issuer"))
        year = asked.get("year") or local_day(timezone.now()).year
        found = year_end(issuer, last_on=dt.date(year, 12, 31))
        return Response(YearEndSerializer(found).data)


class CloseMonth(Face):
    """Closing a month."""

    @extend_schema(
        summary="Close a month of the books for good",
        request=CloseInput,
        responses={201: ClosedMonthSerializer, **problems(403, 404, 409, 422)},
    )
    def post(self, request: Request) -> Response:
        asked = read(CloseInput, request.data)
        period = close_period(
            issuer_id=issuer_of(self.person, asked["issuer"]).pk,
            month=asked["month"],
            actor=self.person,
            now=timezone.now(),
        )
        return Response(ClosedMonthSerializer(period).data, status=status.HTTP_201_CREATED)
