"""Service requests: ask, look, and take from one state to the next."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import IdField
from api.idempotency import HEADER, idempotent
from api.resource import Listed, id_of, problems, read
from api.v1.bookings import version_seen
from api.v1.service_shapes import (
    AcceptRequestInput,
    AccountInput,
    CountsInput,
    DeliverInput,
    DeliveryBackInput,
    NoteInput,
    ReachInput,
    RefuseRequestInput,
    ServiceRequestInput,
    ServiceRequestSerializer,
)
from billing import services
from billing.orders.permissions import service_requests_visible_to
from billing.orders.states import LABELS

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of the request you have seen: refuse if it has changed. Optional.",
)
ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    response=[200, 201],
    description="The version of the request, to be sent as If-Match with a step.",
)
STEP = [IF_MATCH, ETAG]
SHOWN = {200: ServiceRequestSerializer}


class RequestQuery(serializers.Serializer[Any]):
    """Which requests to list; every filter is optional."""

    facility = serializers.SlugField(required=False, help_text="Code of a platform.")
    team = IdField(required=False, help_text="Id of a team.")
    state = serializers.ChoiceField(
        required=False, choices=[str(one) for one in LABELS], help_text="Where it stands."
    )


@extend_schema_view(
    list=extend_schema(
        summary="List service requests: mine, my teams', my platforms'",
        parameters=[RequestQuery],
        responses={200: ServiceRequestSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at a service request",
        parameters=[ETAG],
        responses={**SHOWN, **problems(404)},
    ),
)
class ServiceRequests(Listed):
    """Work asked of platforms, by the piece, from the request to the last delivery."""

    serializer_class = ServiceRequestSerializer

    def visible(self) -> QuerySet[Any]:
        visible = service_requests_visible_to(self.person, on=self.today)
        return visible.prefetch_related(
            "items__service", "items__deliveries__taken_back", "milestones"
        )

    def list(self, request: Request) -> Response:
        asked = self.asked(RequestQuery)
        if "facility" in asked:
            asked["facility__code"] = asked.pop("facility")
        return self.page_of(self.visible().filter(**asked))

    def retrieve(self, request: Request, pk: int) -> Response:
        return self._answer(self.found(pk))

    @extend_schema(
        summary="Ask a platform for services",
        parameters=[HEADER, ETAG],
        request=ServiceRequestInput,
        responses={201: ServiceRequestSerializer, **problems(422)},
    )
    def create(self, request: Request) -> HttpResponse:
        """Ask for one of my projects; the platform is told and answers."""

        def work() -> Response:
            asked = read(ServiceRequestInput, request.data)
            made = services.request_service(
                actor=self.person,
                items=ServiceRequestInput.wanted(asked),
                project_id=asked["project"],
                account_id=asked.get("account"),
                title=asked["title"],
                note=asked["note"],
                now=timezone.now(),
            )
            return self._answer(self.found(made.pk), status.HTTP_201_CREATED)

        return idempotent(request, work)

    @extend_schema(
        summary="Take a service request on",
        parameters=STEP,
        request=AcceptRequestInput,
        responses={**SHOWN, **problems(403, 404, 409, 412, 422)},
    )
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: int) -> Response:
        """Agree on the prices of today and promise what they come to; for the platform."""
        asked = read(AcceptRequestInput, request.data)
        return self._done(
            services.accept_request,
            pk,
            note=asked["note"],
            milestones=AcceptRequestInput.plans(asked),
        )

    @extend_schema(
        summary="Refuse a service request",
        parameters=STEP,
        request=RefuseRequestInput,
        responses={**SHOWN, **problems(403, 404, 409, 412, 422)},
    )
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: int) -> Response:
        """Refuse with a reason that the person reads; for the platform."""
        return self._done(services.refuse_request, pk, **read(RefuseRequestInput, request.data))

    @extend_schema(
        summary="Choose what pays for a service request",
        parameters=STEP,
        request=AccountInput,
        responses={**SHOWN, **problems(403, 404, 409, 412, 422)},
    )
    @action(detail=True, methods=["post"])
    def account(self, request: Request, pk: int) -> Response:
        """Choose an account of the team, before the request is accepted."""
        asked = read(AccountInput, request.data)
        return self._done(services.choose_account, pk, account_id=asked["account"])

    @extend_schema(
        summary="Note that samples came in",
        parameters=STEP,
        request=CountsInput,
        responses={**SHOWN, **problems(403, 404, 409, 412, 422)},
    )
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, pk: int) -> Response:
        """Add to what came in; for the platform."""
        asked = read(CountsInput, request.data)
        counts = CountsInput.by_item(asked)
        return self._done(services.receive_samples, pk, counts=counts, note=asked["note"])

    @extend_schema(
        summary="Begin the work",
        parameters=STEP,
        request=NoteInput,
        responses={**SHOWN, **problems(403, 404, 409, 412)},
    )
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: int) -> Response:
        """Begin; from now on the request cannot be taken back; for the platform."""
        return self._done(services.start_request, pk, **read(NoteInput, request.data))

    @extend_schema(
        summary="Deliver a part, or the rest",
        parameters=[HEADER, *STEP],
        request=DeliverInput,
        responses={**SHOWN, **problems(403, 404, 409, 412, 422)},
    )
    @action(detail=True, methods=["post"])
    def deliver(self, request: Request, pk: int) -> HttpResponse:
        """Deliver and charge, each delivery once, at the agreed price; for the platform."""

        def work() -> Response:
            asked = read(DeliverInput, request.data)
            return self._done(
                services.deliver,
                pk,
                counts=DeliverInput.by_item(asked),
                note=asked["note"],
                is_last=asked["is_last"],
            )

        return idempotent(request, work)

    @extend_schema(
        summary="Take a delivery back",
        parameters=[HEADER, *STEP],
        request=DeliveryBackInput,
        responses={**SHOWN, **problems(403, 404, 409, 412, 422)},
    )
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, pk: int) -> HttpResponse:
        """Take back a delivery that was noted wrongly, with its charge; for the platform."""

        def work() -> Response:
            asked = read(DeliveryBackInput, request.data)
            return self._done(
                services.take_back_delivery,
                pk,
                delivery_id=asked["delivery"],
                reason=asked["reason"],
            )

        return idempotent(request, work)

    @extend_schema(
        summary="Reach a milestone",
        parameters=STEP,
        request=ReachInput,
        responses={**SHOWN, **problems(403, 404, 409, 412)},
    )
    @action(detail=True, methods=["post"])
    def reach(self, request: Request, pk: int) -> Response:
        """Note that a milestone is reached, and charge its part once; for the platform."""
        asked = read(ReachInput, request.data)
        return self._done(services.reach_milestone, pk, milestone_id=asked["milestone"])

    @extend_schema(
        summary="Take a service request back",
        parameters=STEP,
        request=NoteInput,
        responses={**SHOWN, **problems(403, 404, 409, 412)},
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: int) -> Response:
        """Take it back before the work begins; for who asked and who leads the team."""
        return self._done(services.cancel_request, pk, **read(NoteInput, request.data))

    def _done(self, service: Any, pk: int, **asked: Any) -> Response:
        # A step may be bound to what was seen.
        is_bound = "If-Match" in self.request.headers
        seen = {"version": version_seen(self.request, {})} if is_bound else {}
        service(actor=self.person, request_id=id_of(pk), now=timezone.now(), **asked, **seen)
        return self._answer(self.found(pk))

    def _answer(self, found: Any, code: int = status.HTTP_200_OK) -> Response:
        headers = {"ETag": f'"{found.version}"'}
        if code == status.HTTP_201_CREATED:
            headers["Location"] = self.reverse_action("detail", args=[found.pk])
        return Response(self.get_serializer(found).data, status=code, headers=headers)
