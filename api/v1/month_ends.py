"""Disputes of a statement's lines, and the ends of months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import NotFound
from api.fields import CentsField, CurrencyField, DayField, IdField, InstantField, TextField
from api.idempotency import HEADER, idempotent
from api.resource import Listed, id_of, problems, read
from billing import services
from billing.month_end.progress import STEPS, last_runs_of, month_end_of, month_ends_visible_to
from billing.permissions import disputes_visible_to, issuers_watched_by

DISPUTE_STATES = ("open", "upheld", "rejected")
RUN_STEPS = ("statements", "documents")


class DisputeSerializer(serializers.Serializer[Any]):
    """A team holds that a line of its statement is wrong; and the platform's answer."""

    id = serializers.IntegerField(help_text="Id of the dispute.")
    charge = serializers.IntegerField(source="charge_id", help_text="Id of the charge.")
    team = serializers.IntegerField(source="charge.team_id", help_text="Id of the team.")
    facility = serializers.CharField(
        source="charge.facility.code", help_text="Code of the platform that answers."
    )
    amount = CentsField(source="charge.amount_cents", help_text="Amount before VAT.")
    currency = CurrencyField(help_text="ISO 4217 code.")
    reason = serializers.CharField(help_text="What the team says is wrong.")
    state = serializers.ChoiceField(
        DISPUTE_STATES, help_text="upheld: the charge was taken back; rejected: it stands."
    )
    opened_at = InstantField(help_text="When it was opened, in UTC.")
    answer = serializers.CharField(help_text="What the platform says; empty while open.")
    answered_at = InstantField(allow_null=True, help_text="When it was answered; null: open.")


class DisputeInput(serializers.Serializer[Any]):
    """A line of a statement, and what is wrong with it."""

    charge = IdField(help_text="Id of a charge on a statement of my team.")
    reason = TextField(allow_blank=False, help_text="The platform reads it.")


class AnswerInput(serializers.Serializer[Any]):
    """What the team is told."""

    answer = TextField(allow_blank=False, help_text="The team reads it.")


class DisputesOf(serializers.Serializer[Any]):
    """Which disputes; every filter is optional."""

    state = serializers.ChoiceField(DISPUTE_STATES, required=False, help_text="One state only.")
    charge = IdField(required=False, help_text="Id of a charge.")


@extend_schema_view(
    list=extend_schema(
        summary="List the disputes of my teams and those I answer, newest first",
        parameters=[DisputesOf],
        responses={200: DisputeSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at a dispute", responses={200: DisputeSerializer, **problems(404)}
    ),
)
class Disputes(Listed):
    """Disputes of the teams whose money I look after, and those that I answer."""

    serializer_class = DisputeSerializer

    def visible(self) -> QuerySet[Any]:
        return disputes_visible_to(self.person, on=self.today).select_related("charge__facility")

    def list(self, request: Request) -> Response:
        return self.page_of(self.visible().filter(**self.asked(DisputesOf)))

    @extend_schema(
        summary="Dispute a line of a statement",
        parameters=[HEADER],
        request=DisputeInput,
        responses={201: DisputeSerializer, **problems(403, 404, 409, 422)},
    )
    def create(self, request: Request) -> HttpResponse:
        """Dispute a line within its days; it is not billed before the platform has answered."""

        def work() -> Response:
            asked = read(DisputeInput, request.data)
            made = services.dispute_charge(
                charge_id=asked["charge"],
                reason=asked["reason"],
                actor=self.person,
                now=timezone.now(),
            )
            return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

        return idempotent(request, work)

    @extend_schema(
        summary="Agree with a team",
        request=AnswerInput,
        responses={200: DisputeSerializer, **problems(403, 404, 409, 422)},
    )
    @action(detail=True, methods=["post"])
    def uphold(self, request: Request, pk: int) -> Response:
        """Take the charge back; for who answers for the platform's charges."""
        return self._answered(services.uphold_dispute, request, pk)

    @extend_schema(
        summary="Let a charge stand",
        request=AnswerInput,
        responses={200: DisputeSerializer, **problems(403, 404, 409, 422)},
    )
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: int) -> Response:
        """Let the charge stand and say why; for who answers for the platform's charges."""
        return self._answered(services.reject_dispute, request, pk)

    def _answered(self, service: Callable[..., Any], request: Request, pk: int) -> Response:
        asked = read(AnswerInput, request.data)
        dispute = service(
            dispute_id=id_of(pk), answer=asked["answer"], actor=self.person, now=timezone.now()
        )
        return Response(self.get_serializer(dispute).data)


class RunSerializer(serializers.Serializer[Any]):
    """A step that goes on in the background, or went."""

    step = serializers.ChoiceField(RUN_STEPS, help_text="Which step.")
    done = serializers.IntegerField(help_text="Pieces done.")
    total = serializers.IntegerField(help_text="Of so many; 0 until a worker has begun.")
    started_at = InstantField(help_text="When it was started, in UTC.")
    finished_at = InstantField(allow_null=True, help_text="When it was over; null: going on.")
    last_error = serializers.CharField(help_text="Name of the fault that ended it; else empty.")


class MonthEndSerializer(serializers.Serializer[Any]):
    """A month of an issuer whose end was begun, with its last step."""

    id = serializers.IntegerField(help_text="Id of the month end.")
    issuer = serializers.CharField(source="issuer.code", help_text="Code of the issuer.")
    month = serializers.DateField(help_text="First day of the month.")
    run = RunSerializer(allow_null=True, help_text="The last step that was started.")


class UnpricedSerializer(serializers.Serializer[Any]):
    """A standing use whose days are not charged, because no price list covers them."""

    standing_use = serializers.IntegerField(source="use.pk", help_text="Id of the standing use.")
    code = serializers.CharField(source="use.code", help_text="Its code on the platform.")
    facility = serializers.CharField(source="use.facility.code", help_text="Code of the platform.")
    service = serializers.IntegerField(
        source="use.service_id", help_text="Id of the service that has no price."
    )
    first_on = serializers.DateField(source="first", help_text="First of the days.")
    last_on = serializers.DateField(source="last", help_text="Last of the days, inclusive.")
    days = serializers.SerializerMethodField(
        help_text="How many: those of a month from the first without a price on."
    )

    def get_days(self, found: Any) -> int:
        """Count the days."""
        return len(found.days)


class HeldUpSerializer(serializers.Serializer[Any]):
    """What one reason keeps off documents."""

    reason = serializers.CharField(help_text="no_account, disputed, party_incomplete …")
    count = serializers.IntegerField(help_text="How many charges, uses or standing uses.")
    amount = CentsField(
        source="cents", allow_null=True, help_text="Their sum before VAT; null where unknown."
    )
    is_waiting = serializers.BooleanField(help_text="Whether it clears by itself.")
    standing = UnpricedSerializer(
        many=True, help_text="Of rate_missing: standing uses whose days wait for a price."
    )


class MonthEndDetailSerializer(MonthEndSerializer):
    """How far a month end is, read from what there is."""

    next = serializers.ChoiceField(
        (*STEPS, ""), source="state.next", help_text="The step to take now; empty: done."
    )
    done = serializers.ListField(
        child=serializers.ChoiceField(STEPS),
        source="state.done",
        help_text="Steps of which nothing is left.",
    )
    held_up = HeldUpSerializer(
        many=True, source="state.held_up", help_text="What comes onto no document, by reason."
    )
    statements_made = serializers.IntegerField(
        source="state.told.made", help_text="Statements of the month."
    )
    statements_to_make = serializers.IntegerField(
        source="state.told.to_make", help_text="Statements still to be made."
    )
    disputes_open = serializers.IntegerField(
        source="state.disputed.open", help_text="Disputes to be answered."
    )
    disputable_until = serializers.DateField(
        source="state.disputed.last_day",
        allow_null=True,
        help_text="Last day on which a line may be disputed; null: none.",
    )
    charges_to_bill = serializers.IntegerField(
        source="state.documents.to_bill", help_text="Charges that can be billed now."
    )
    amount_to_bill = CentsField(
        source="state.documents.to_bill_cents", help_text="Their sum before VAT."
    )
    currency = CurrencyField(help_text="ISO 4217 code.")


class StartInput(serializers.Serializer[Any]):
    """Which step of which month."""

    issuer = serializers.SlugField(help_text="Code of an issuer whose books I keep.")
    month = DayField(help_text="Any day of the month.")
    step = serializers.ChoiceField(RUN_STEPS, help_text="What to do.")


@extend_schema_view(
    list=extend_schema(
        summary="List the month ends that were begun, newest first",
        responses={200: MonthEndSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="See how far a month end is",
        responses={200: MonthEndDetailSerializer, **problems(404)},
    ),
)
class MonthEnds(Listed):
    """Ends of months of the issuers that I follow."""

    serializer_class = MonthEndSerializer

    def visible(self) -> QuerySet[Any]:
        return month_ends_visible_to(self.person)

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.visible()) or []
        runs = last_runs_of(page)
        for month_end in page:
            month_end.run = runs.get(month_end.pk)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: int) -> Response:
        return Response(self._in_full(self.found(pk), now=timezone.now()))

    @extend_schema(
        summary="Start a step of a month end",
        parameters=[HEADER],
        request=StartInput,
        responses={202: MonthEndDetailSerializer, **problems(403, 404, 409, 422)},
    )
    @action(detail=False, methods=["post"])
    def start(self, request: Request) -> HttpResponse:
        """Begin a step, which goes on in the background; for who keeps the issuer's books."""

        def work() -> Response:
            asked, now = read(StartInput, request.data), timezone.now()
            issuer = issuers_watched_by(self.person).filter(code=asked["issuer"]).first()
            if issuer is None:
                raise NotFound
            run = services.start_month_end(
                issuer_id=issuer.pk,
                month=asked["month"],
                step=asked["step"],
                actor=self.person,
                now=now,
            )
            month_end = self.visible().get(pk=run.month_end_id)
            document = self._in_full(month_end, now=now)
            return Response(document, status=status.HTTP_202_ACCEPTED)

        return idempotent(request, work)

    def _in_full(self, month_end: Any, *, now: dt.datetime) -> Any:
        month_end.state = month_end_of(
            self.person, issuer=month_end.issuer, month=month_end.month, now=now
        )
        month_end.run = month_end.state.run
        return MonthEndDetailSerializer(month_end, context=self.get_serializer_context()).data
