"""The files of a document, and how far an electronic invoice has come."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import NotFound
from api.fields import InstantField
from api.idempotency import HEADER, idempotent
from api.resource import Resource, id_of, problems
from billing.documents.queries import deposit_of
from billing.permissions import may_keep_books_of
from billing.services.depositing import send_again
from billing.services.documents import document_for

STATES = ("waiting", "lacking", "failed", "deposited", "received", "rejected", "paid")


class DepositEventSerializer(serializers.Serializer[Any]):
    """A step on the way."""

    state = serializers.ChoiceField(STATES, help_text="What it became.")
    detail = serializers.CharField(help_text="What the channel said; may be empty.")
    at = InstantField(help_text="When, in UTC.")


class DepositSerializer(serializers.Serializer[Any]):
    """How far an invoice has come with the channel that carries it."""

    channel = serializers.CharField(help_text="Name of the channel.")
    state = serializers.ChoiceField(STATES, help_text="Where it stands.")
    reference = serializers.CharField(help_text="What the channel calls it; may be empty.")
    missing = serializers.ListField(
        child=serializers.CharField(),
        help_text="What keeps it from being addressed, as buyer.siret.",
    )
    error = serializers.CharField(source="last_error", help_text="What went wrong last.")
    attempts = serializers.IntegerField(help_text="Tries in a row that came to nothing.")
    events = DepositEventSerializer(many=True, source="events.all", help_text="Its steps.")


class InvoiceFiles(Resource):
    """The files of invoices, credit notes and transfer notes."""

    @extend_schema(
        summary="Read a document on paper",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, **problems(404, 422)},
    )
    @action(detail=True, methods=["get"])
    def pdf(self, request: Request, pk: int) -> HttpResponse:
        """Give the PDF/A-3; an invoice has its XML (Factur-X) inside."""
        return _file(self._document(pk), "pdf")

    @extend_schema(
        summary="Read an invoice as XML",
        responses={(200, "application/xml"): OpenApiTypes.BINARY, **problems(404, 422)},
    )
    @action(detail=True, methods=["get"])
    def xml(self, request: Request, pk: int) -> HttpResponse:
        """Give the Cross Industry Invoice, profile EN 16931. There is none of a transfer note."""
        document = self._document(pk)
        if not document.xml:
            raise NotFound
        return _file(document, "xml")

    @extend_schema(
        summary="See how far an electronic invoice has come",
        responses={200: DepositSerializer, **problems(403, 404)},
    )
    @action(detail=True, methods=["get"])
    def deposit(self, request: Request, pk: int) -> Response:
        """For who keeps the books; an invoice that goes by mail only has none."""
        return Response(DepositSerializer(self._deposit(pk)).data)

    @extend_schema(
        summary="Send an electronic invoice again",
        parameters=[HEADER],
        request=None,
        responses={200: DepositSerializer, **problems(403, 404, 409, 422)},
    )
    @action(detail=True, methods=["post"])
    def send(self, request: Request, pk: int) -> HttpResponse:
        """After what kept it back was put right. For who keeps the books."""

        def work() -> Response:
            send_again(invoice_id=id_of(pk), actor=self.person, now=timezone.now())
            return Response(DepositSerializer(self._deposit(pk)).data)

        return idempotent(request, work)

    def _document(self, pk: int) -> Any:
        return document_for(invoice_id=id_of(pk), actor=self.person, now=timezone.now())

    def _deposit(self, pk: int) -> Any:
        invoice = self.found(pk)
        deposit = deposit_of(invoice.pk)
        if deposit is None or not may_keep_books_of(self.person, invoice.issuer_id):
            raise NotFound
        return deposit


def _file(document: Any, kind: str) -> HttpResponse:
    answer = HttpResponse(bytes(getattr(document, kind)), content_type=f"application/{kind}")
    name = f"{document.invoice.number}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
