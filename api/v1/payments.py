"""Payments: what came in, what it settles, files of the bank, what is open by its age."""

from __future__ import annotations

import base64
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import NotFound
from api.idempotency import HEADER, idempotent
from api.resource import Face, Listed, id_of, problems, read
from api.v1.payment_shapes import (
    AgeingSerializer,
    AllocationTakenBack,
    BankFileInput,
    BankImportSerializer,
    InvoicePaymentsSerializer,
    OfIssuer,
    PartsInput,
    PaymentInput,
    PaymentSerializer,
    PaymentsOf,
    RefundInput,
    WholePaymentSerializer,
)
from billing.payments.balances import said_paid, with_balance, with_remainder
from billing.payments.bank_plans import BankImport
from billing.payments.collecting import ageing, late_cost_of, settlements_of
from billing.payments.permissions import payments_visible_to
from billing.permissions import invoices_visible_to, issuers_kept_by
from billing.services.bank_import import import_bank_file, preview_bank_file
from billing.services.issuing import local_day
from billing.services.paying import allocate, record_payment, refund, take_back

ASKED_AS = {
    "issuer": "issuer__code",
    "organisation": "organisation",
    "received_from": "received_on__gte",
    "received_until": "received_on__lte",
}


@extend_schema_view(
    list=extend_schema(
        summary="List payments, the newest first",
        parameters=[PaymentsOf],
        responses={200: PaymentSerializer(many=True), **problems()},
    ),
)
class Payments(Listed):
    """Payments to the issuers whose books I keep."""

    serializer_class = PaymentSerializer

    def visible(self) -> QuerySet[Any]:
        return with_remainder(payments_visible_to(self.person))

    def list(self, request: Request) -> Response:
        asked = self.asked(PaymentsOf)
        rows = self.visible()
        if asked.pop("unallocated"):
            rows = rows.filter(remaining_cents__gt=0)
        return self.page_of(rows.filter(**{ASKED_AS[name]: one for name, one in asked.items()}))

    @extend_schema(
        summary="Look at a payment", responses={200: WholePaymentSerializer, **problems(404)}
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return self._whole(pk)

    @extend_schema(
        summary="Record a payment",
        parameters=[HEADER],
        request=PaymentInput,
        responses={201: WholePaymentSerializer, **problems(403, 404, 409, 422)},
    )
    def create(self, request: Request) -> HttpResponse:
        """Record money that came in, and settle invoices with it. For who keeps the books."""

        def work() -> Response:
            asked = read(PaymentInput, request.data)
            payment = record_payment(
                issuer_id=issuer_of(self.person, asked["issuer"]).pk,
                received_on=asked["received_on"],
                amount_cents=_cents(asked["amount"]),
                method=asked["method"],
                payer=asked["payer"],
                reference=asked["reference"],
                organisation_id=asked.get("organisation"),
                parts=_parts(asked.get("parts", ())),
                actor=self.person,
                now=timezone.now(),
            )
            return self._whole(payment.pk, status.HTTP_201_CREATED)

        return idempotent(request, work)

    @extend_schema(
        summary="Settle invoices with a payment",
        parameters=[HEADER],
        request=PartsInput,
        responses={200: WholePaymentSerializer, **problems(403, 404, 409, 422)},
    )
    @action(detail=True, methods=["post"])
    def allocate(self, request: Request, pk: int) -> HttpResponse:
        """Settle invoices with what a payment still holds."""

        def work() -> Response:
            parts = _parts(read(PartsInput, request.data)["parts"])
            allocate(payment_id=id_of(pk), parts=parts, actor=self.person, now=timezone.now())
            return self._whole(pk)

        return idempotent(request, work)

    @extend_schema(
        summary="Take back what a payment settles of an invoice",
        parameters=[HEADER],
        request=AllocationTakenBack,
        responses={200: WholePaymentSerializer, **problems(403, 404, 409, 422)},
    )
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, pk: int) -> HttpResponse:
        """Take an allocation back; the payment holds it again."""

        def work() -> Response:
            asked = read(AllocationTakenBack, request.data)
            take_back(
                payment_id=id_of(pk),
                invoice_id=asked["invoice"],
                reason=asked["reason"],
                actor=self.person,
                now=timezone.now(),
            )
            return self._whole(pk)

        return idempotent(request, work)

    @extend_schema(
        summary="Record that a payment was paid back, or is not for an invoice",
        parameters=[HEADER],
        request=RefundInput,
        responses={200: WholePaymentSerializer, **problems(403, 404, 409, 422)},
    )
    @action(detail=True, methods=["post"])
    def refund(self, request: Request, pk: int) -> HttpResponse:
        """Record what left a payment again."""

        def work() -> Response:
            asked = read(RefundInput, request.data)
            refund(
                payment_id=id_of(pk),
                kind=asked["kind"],
                amount_cents=_cents(asked["amount"]),
                reason=asked["reason"],
                actor=self.person,
                now=timezone.now(),
            )
            return self._whole(pk)

        return idempotent(request, work)

    @extend_schema(
        summary="Import a statement of the bank",
        request=BankFileInput,
        responses={200: BankImportSerializer, **problems(403, 404, 409, 422)},
    )
    @action(detail=False, methods=["post"], url_path="import")
    def import_file(self, request: Request) -> Response:
        """Make payments of what came in. Safe to repeat: a credit is taken once."""
        asked = read(BankFileInput, request.data)
        does = preview_bank_file if asked["dry_run"] else import_bank_file
        found: BankImport = does(
            issuer_id=issuer_of(self.person, asked["issuer"]).pk,
            name=asked["name"],
            content=_content(asked["content"]),
            takes_late=asked["takes_late"],
            actor=self.person,
            now=timezone.now(),
        )
        return Response(BankImportSerializer(found).data)

    def _whole(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        return Response(WholePaymentSerializer(self.found(pk)).data, status=code)


class Ageing(Face):
    """What is open, by customer and days past the due date."""

    @extend_schema(
        summary="What is open, by customer and age",
        parameters=[OfIssuer],
        responses={200: AgeingSerializer(many=True), **problems(403, 404)},
    )
    def get(self, request: Request) -> Response:
        issuer = issuer_of(self.person, self.asked(OfIssuer).get("issuer"))
        rows = ageing([issuer.pk], on=local_day(timezone.now()))
        return Response(AgeingSerializer(map(_aged, rows), many=True).data)


class InvoicePayments(Face):
    """What was paid of an invoice, for its buyer as well."""

    @extend_schema(
        summary="What was paid of an invoice, and what being late costs",
        responses={200: InvoicePaymentsSerializer, **problems(404)},
    )
    def get(self, request: Request, pk: int) -> Response:
        today = local_day(timezone.now())
        seen = with_balance(invoices_visible_to(self.person, on=self.today), on=today)
        invoice = seen.filter(pk=id_of(pk)).first()
        if invoice is None:
            raise NotFound
        late = late_cost_of(invoice, on=today)
        said = (
            said_paid(invoices_visible_to(self.person, on=today), on=today)
            .filter(pk=invoice.pk)
            .first()
        )
        told = {
            "paid_cents": invoice.paid_cents,
            "credited_cents": invoice.credited_cents,
            "open_cents": invoice.open_cents,
            "said_paid_on": said.said_paid_on if said else None,
            "settlements": list(settlements_of(invoice.pk)),
            "late_interest": late.interest_cents,
            "late_indemnity": late.indemnity_cents,
        }
        return Response(InvoicePaymentsSerializer(told).data)


def issuer_of(person: Any, code: str | None) -> Any:
    """Return the issuer of a code whose books a person keeps, or the first of theirs.

    Raises:
        NotFound: they keep the books of none such.
    """
    issuers = issuers_kept_by(person).order_by("code")
    issuer = (issuers.filter(code=code) if code else issuers).first()
    if issuer is None:
        raise NotFound
    return issuer


def _aged(row: Any) -> dict[str, Any]:
    ages = ("not_due", "days_1_30", "days_31_60", "days_61_90", "over_90")
    return {
        "organisation_id": row.organisation_id,
        "organisation": row.organisation,
        "total_cents": row.total_cents,
        **dict(zip(ages, row.by_age, strict=True)),
    }


def _cents(euros: Any) -> int:
    return int((euros * 100).to_integral_value())


def _parts(parts: Any) -> dict[int, int]:
    sums: dict[int, int] = {}
    for part in parts:
        sums[part["invoice"]] = sums.get(part["invoice"], 0) + _cents(part["amount"])
    return sums


def _content(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise serializers.ValidationError({"content": [_("This is not base64.")]}) from None
