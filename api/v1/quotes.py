"""Quotes: make and send them, accept or refuse them, read them on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import NotFound
from api.bodies import FileJSON
from api.idempotency import HEADER, idempotent
from api.resource import Listed, id_of, problems, read
from api.v1.quote_inputs import (
    AcceptInput,
    HeadInput,
    LinesInput,
    QuoteInput,
    QuotesOf,
    RecordInput,
    RefuseInput,
    line_wish_of,
    wish_of,
)
from api.v1.quote_shapes import QuoteSerializer, WholeQuoteSerializer
from billing.quotes.acceptance import Acceptance
from billing.quotes.papers import quote_pdf
from billing.quotes.permissions import quotes_visible_to
from billing.services import quote_answers, quote_steps, quotes

ASKED_AS = {"state": "state", "team": "team", "facility": "facility__code"}
MADE = {201: WholeQuoteSerializer, **problems(403, 404, 409, 422)}
DONE = {200: WholeQuoteSerializer, **problems(403, 404, 409, 422)}


@extend_schema_view(
    list=extend_schema(
        summary="List quotes",
        parameters=[QuotesOf],
        responses={200: QuoteSerializer(many=True), **problems()},
    ),
)
class Quotes(Listed):
    """Quotes to my teams once they are sent; of my platforms and issuers, drafts too."""

    serializer_class = QuoteSerializer

    def visible(self) -> QuerySet[Any]:
        return quotes_visible_to(self.person, on=self.today).select_related("answer__answered_by")

    def list(self, request: Request) -> Response:
        asked = self.asked(QuotesOf)
        return self.page_of(
            self.visible().filter(**{ASKED_AS[name]: value for name, value in asked.items()})
        )

    @extend_schema(
        summary="Look at a quote with its lines",
        responses={200: WholeQuoteSerializer, **problems(404)},
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return self._whole(pk)

    @extend_schema(summary="Draft a quote", parameters=[HEADER], request=QuoteInput, responses=MADE)
    def create(self, request: Request) -> HttpResponse:
        """Draft for a platform I manage, or of an issuer whose books I keep."""

        def work() -> Response:
            asked = read(QuoteInput, request.data)
            quote = quotes.draft_quote(
                actor=self.person,
                facility_id=asked["facility"],
                team_id=asked["team"],
                request_id=asked.get("request"),
                wish=wish_of(asked),
                lines=[line_wish_of(line) for line in asked.get("lines", ())],
                now=timezone.now(),
            )
            return self._whole(quote.pk, status=status.HTTP_201_CREATED)

        return idempotent(request, work)

    @extend_schema(
        summary="Change what a draft says beside its lines", request=HeadInput, responses=DONE
    )
    def update(self, request: Request, pk: int) -> Response:
        asked = read(HeadInput, request.data)
        quotes.change_quote(
            actor=self.person, quote_id=id_of(pk), wish=wish_of(asked), now=timezone.now()
        )
        return self._whole(pk)

    @extend_schema(
        summary="Add lines to a draft", parameters=[HEADER], request=LinesInput, responses=MADE
    )
    @action(detail=True, methods=["post"])
    def lines(self, request: Request, pk: int) -> HttpResponse:
        """Priced by the list in force on the day the work begins, unless a price is given."""

        def work() -> Response:
            quotes.add_lines(
                actor=self.person,
                quote_id=id_of(pk),
                lines=_lines_of(request),
                now=timezone.now(),
            )
            return self._whole(pk, status=status.HTTP_201_CREATED)

        return idempotent(request, work)

    @extend_schema(
        summary="Let a draft offer these lines and no others", request=LinesInput, responses=DONE
    )
    @lines.mapping.put
    def set_lines(self, request: Request, pk: int) -> Response:
        quotes.set_lines(
            actor=self.person, quote_id=id_of(pk), lines=_lines_of(request), now=timezone.now()
        )
        return self._whole(pk)

    @extend_schema(
        summary="Send a draft: it is numbered, told, and stays as it is",
        parameters=[HEADER],
        request=None,
        responses=DONE,
    )
    @action(detail=True, methods=["post"])
    def send(self, request: Request, pk: int) -> HttpResponse:
        return self._step(request, pk, quote_steps.send_quote)

    @extend_schema(
        summary="Take a quote back that was not answered, or put a draft aside",
        parameters=[HEADER],
        request=None,
        responses=DONE,
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: int) -> HttpResponse:
        return self._step(request, pk, quote_steps.withdraw_quote)

    @extend_schema(
        summary="Accept a quote: opens its project and an order of its total without VAT",
        parameters=[HEADER],
        request=AcceptInput,
        responses=DONE,
    )
    @action(detail=True, methods=["post"], parser_classes=[FileJSON])
    def accept(self, request: Request, pk: int) -> HttpResponse:
        """For who looks after the team's money. The same again changes nothing."""

        def step(**known: Any) -> Any:
            asked = read(AcceptInput, request.data)
            return quote_answers.accept_quote(acceptance=Acceptance(**asked), **known)

        return self._step(request, pk, step)

    @extend_schema(
        summary="Record for its team that a quote was accepted on paper",
        parameters=[HEADER],
        request=RecordInput,
        responses=DONE,
    )
    @action(detail=True, methods=["post"], parser_classes=[FileJSON])
    def record(self, request: Request, pk: int) -> HttpResponse:
        """For who makes quotes of the platform. Opens what accepting opens; the team is told."""

        def step(**known: Any) -> Any:
            asked = read(RecordInput, request.data)
            return quote_answers.record_acceptance(acceptance=Acceptance(**asked), **known)

        return self._step(request, pk, step)

    @extend_schema(
        summary="Read the file by which a quote was accepted",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, **problems(404)},
    )
    @action(detail=True, methods=["get"])
    def order(self, request: Request, pk: int) -> HttpResponse:
        answer = getattr(self.found(pk), "answer", None)
        if answer is None or not answer.file:
            raise NotFound
        response = HttpResponse(bytes(answer.file), content_type=answer.file_type)
        ending = answer.file_type.rpartition("/")[2]
        response["Content-Disposition"] = f'attachment; filename="order-{pk}.{ending}"'
        response["X-Content-Type-Options"] = "nosniff"
        return response

    @extend_schema(
        summary="Refuse a quote", parameters=[HEADER], request=RefuseInput, responses=DONE
    )
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: int) -> HttpResponse:
        def step(**known: Any) -> Any:
            asked = read(RefuseInput, request.data)
            return quote_answers.refuse_quote(reason=asked["reason"], **known)

        return self._step(request, pk, step)

    @extend_schema(
        summary="Copy a quote into a new draft",
        parameters=[HEADER],
        request=None,
        responses=MADE,
    )
    @action(detail=True, methods=["post"])
    def copy(self, request: Request, pk: int) -> HttpResponse:
        def work() -> Response:
            quote = quotes.duplicate_quote(
                actor=self.person, quote_id=id_of(pk), now=timezone.now()
            )
            return self._whole(quote.pk, status=status.HTTP_201_CREATED)

        return idempotent(request, work)

    @extend_schema(
        summary="Read a quote on paper",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, **problems(404, 503)},
    )
    @action(detail=True, methods=["get"])
    def pdf(self, request: Request, pk: int) -> HttpResponse:
        quote = self.found(pk)
        name = quote.number or f"draft-{quote.pk}"
        response = HttpResponse(quote_pdf(quote), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
        return response

    def _step(self, request: Request, pk: int, step: Callable[..., Any]) -> HttpResponse:
        def work() -> Response:
            step(actor=self.person, quote_id=id_of(pk), now=timezone.now())
            return self._whole(pk)

        return idempotent(request, work)

    def _whole(self, pk: int, *, status: int = status.HTTP_200_OK) -> Response:
        return Response(WholeQuoteSerializer(self.found(pk)).data, status=status)


def _lines_of(request: Request) -> list[Any]:
    return [line_wish_of(line) for line in read(LinesInput, request.data)["lines"]]
