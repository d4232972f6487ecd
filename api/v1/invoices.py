"""Invoices, credit notes and transfer notes."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import CentsField, CurrencyField, DayField, IdField, TextField
from api.idempotency import HEADER, idempotent
from api.resource import Listed, id_of, problems, read
from api.v1.documents import InvoiceFiles
from billing.payments.balances import with_balance
from billing.permissions import invoices_visible_to
from billing.services import issue_credit_note

KINDS = ("invoice", "credit_note", "recharge")
STATES = ("issued", "partly_paid", "paid", "credited", "overdue")


class InvoiceSerializer(serializers.Serializer[Any]):
    """A numbered document. It never changes once it is issued; its status does."""

    id = serializers.IntegerField(help_text="Id of the document.")
    number = serializers.CharField(help_text="Its number, from a series without gaps.")
    kind = serializers.ChoiceField(
        KINDS, help_text="recharge is a transfer note within one legal body, without VAT."
    )
    issuer = serializers.CharField(source="issuer.code", help_text="Code of the body that sells.")
    buyer = serializers.CharField(source="organisation.name", help_text="Name of who buys.")
    team = serializers.IntegerField(source="team_id", help_text="Id of the team that pays.")
    account = serializers.IntegerField(
        source="account_id",
        allow_null=True,
        help_text="Id of the account that pays; null where the lines are of several.",
    )
    purchase_order = serializers.CharField(help_text="Number of the order; may be empty.")
    issued_on = serializers.DateField(help_text="Date of the document.")
    due_on = serializers.DateField(help_text="Last day to pay in time.")
    total_net = CentsField(source="net_cents", help_text="Total without VAT.")
    total_vat = CentsField(source="vat_cents", help_text="VAT, rounded once for each rate.")
    total = CentsField(source="total_cents", help_text="Total with VAT.")
    open = CentsField(source="open_cents", help_text="What is left to pay, with VAT.")
    currency = CurrencyField(help_text="ISO 4217 code.")
    status = serializers.ChoiceField(
        STATES, source="balance_state", help_text="What became of it so far."
    )
    corrects = serializers.IntegerField(
        source="corrects_id", allow_null=True, help_text="Id of the document it credits."
    )
    reason = serializers.CharField(help_text="Why it credits; empty on other documents.")


class InvoiceLineSerializer(serializers.Serializer[Any]):
    """A line: a charge of the ledger on the one document that bills it.

    PDF and XML state the days of a standing use in a month together, as one line; here
    each day is a line of its own, with its charge.
    """

    id = serializers.IntegerField(help_text="Id of the line.")
    position = serializers.IntegerField(help_text="Place among the charges, from 1.")
    charge = serializers.IntegerField(source="charge_id", help_text="Id of the charge.")
    service_date = serializers.DateField(help_text="Day on the platform's calendar.")
    description = serializers.CharField(help_text="What was sold, and when.")
    quantity = serializers.DecimalField(
        max_digits=12, decimal_places=4, help_text="How many units."
    )
    unit = serializers.CharField(help_text="hour, sample …")
    unit_price = CentsField(source="unit_price_cents", help_text="Price of a unit.")
    percent = serializers.IntegerField(help_text="Per cent of the unit price that is charged.")
    amount = CentsField(source="net_cents", help_text="Amount without VAT.")
    vat_category = serializers.CharField(
        help_text="Code of EN 16931 (S, E, AE, G, O), or internal: no sale, no VAT."
    )
    vat_percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, help_text="VAT rate in per cent."
    )


class InvoiceVatSerializer(serializers.Serializer[Any]):
    """What a document comes to for one VAT rule and rate."""

    vat_category = serializers.CharField(help_text="Code of EN 16931, or internal.")
    vat_percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, help_text="VAT rate in per cent."
    )
    vat_exemption = serializers.CharField(help_text="VATEX code of the exemption; may be empty.")
    net = CentsField(source="net_cents", help_text="Sum of the lines without VAT.")
    vat = CentsField(source="vat_cents", help_text="VAT on that sum.")


class WholeInvoiceSerializer(InvoiceSerializer):
    """A document with its lines and VAT totals."""

    lines = InvoiceLineSerializer(many=True, help_text="Its charges, in their order.")
    vat_totals = InvoiceVatSerializer(many=True, help_text="VAT by rule and rate.")


class InvoicesOf(serializers.Serializer[Any]):
    """Which documents; every filter is optional."""

    kind = serializers.ChoiceField(KINDS, required=False, help_text="One kind only.")
    status = serializers.ChoiceField(
        STATES, required=False, help_text="What became of them so far."
    )
    team = IdField(required=False, help_text="Id of a team.")
    issued_from = DayField(required=False, help_text="First date.")
    issued_until = DayField(required=False, help_text="Last date.")


class CreditPart(serializers.Serializer[Any]):
    """Some of a line."""

    line = IdField(help_text="Id of the line.")
    amount = serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        help_text="What is given back without VAT, as 12.50; negative for a refund's line.",
    )


class CreditInput(serializers.Serializer[Any]):
    """What is given back, and why."""

    reason = TextField(help_text="Stands on the credit note.")
    parts = CreditPart(
        many=True, required=False, help_text="Without it, all that is left of every line."
    )


ASKED_AS = {
    "kind": "kind",
    "status": "balance_state",
    "team": "team",
    "issued_from": "issued_on__gte",
    "issued_until": "issued_on__lte",
}


@extend_schema_view(
    list=extend_schema(
        summary="List invoices, credit notes and transfer notes",
        parameters=[InvoicesOf],
        responses={200: InvoiceSerializer(many=True), **problems()},
    ),
)
class Invoices(InvoiceFiles, Listed):
    """Documents of my teams, of the issuers whose books I keep, or of my platforms only."""

    serializer_class = InvoiceSerializer

    def visible(self) -> QuerySet[Any]:
        documents = with_balance(invoices_visible_to(self.person, on=self.today), on=self.today)
        return documents.select_related("issuer", "organisation")

    def list(self, request: Request) -> Response:
        asked = self.asked(InvoicesOf)
        wanted = {ASKED_AS[name]: value for name, value in asked.items()}
        return self.page_of(self.visible().filter(**wanted))

    @extend_schema(
        summary="Look at a document with its lines",
        responses={200: WholeInvoiceSerializer, **problems(404)},
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return Response(self._whole(pk))

    @extend_schema(
        summary="Credit an invoice or a transfer note",
        parameters=[HEADER],
        request=CreditInput,
        responses={201: WholeInvoiceSerializer, **problems(403, 404, 409, 422)},
    )
    @action(detail=True, methods=["post"])
    def credit(self, request: Request, pk: int) -> HttpResponse:
        """Issue a credit note, whole or in part; the ledger follows. For who keeps the books."""

        def work() -> Response:
            asked = read(CreditInput, request.data)
            note = issue_credit_note(
                invoice_id=id_of(pk),
                reason=asked["reason"],
                parts=_cents_by_line(asked.get("parts")),
                actor=self.person,
                now=timezone.now(),
            )
            return Response(self._whole(note.pk), status=status.HTTP_201_CREATED)

        return idempotent(request, work)

    def _whole(self, pk: int) -> Any:
        document = self.found(pk)
        return WholeInvoiceSerializer(document).data


def _cents_by_line(parts: Any) -> dict[int, int] | None:
    if not parts:
        return None
    return {part["line"]: int(part["amount"] * 100) for part in parts}
