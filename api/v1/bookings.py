"""Bookings: try, book, look, move, and take from one state to the next."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import PreconditionRequired
from api.fields import IdField, TextField
from api.idempotency import HEADER, idempotent
from api.resource import OptionalRange, Resource, id_of, problems, read
from api.v1.booking_input import BookingInput, ChangeInput, changes_of, wish_of_input
from api.v1.booking_shapes import BookingSerializer, MoveVerdictSerializer, VerdictSerializer
from bookings import services
from bookings.judging import verdict
from bookings.moves import move_verdict
from bookings.permissions import bookings_visible_to
from bookings.states import LABELS

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag of the booking you have seen."
)
IF_MATCH_TOO = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of the booking you have seen: refuse if it has changed since. Optional.",
)
ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    response=[200, 201],
    description="The version of the booking, to be sent as If-Match with a change.",
)

SHAPE = BookingSerializer()
"""One for all answers: a new one would copy its thirty fields each time."""


class BookingQuery(OptionalRange):
    """Which bookings to list; every filter is optional."""

    facility = serializers.SlugField(required=False, help_text="Code of a platform.")
    instrument = IdField(required=False, help_text="Id of an instrument.")
    status = serializers.ChoiceField(
        required=False, choices=[str(s) for s in LABELS], help_text="Where the booking stands."
    )
    mine = serializers.BooleanField(
        required=False, default=False, help_text="Only those booked for me."
    )


class DecisionInput(serializers.Serializer[Any]):
    """What an approval may say."""

    reason = TextField(required=False, default="", help_text="A word to the person.")
    operator = IdField(required=False, allow_null=True, help_text="Id of the operator who attends.")


class ReasonInput(serializers.Serializer[Any]):
    """Why."""

    reason = TextField(required=False, default="", help_text="The person will read it.")


@extend_schema_view(
    list=extend_schema(
        summary="List the bookings I may see, newest first",
        parameters=[BookingQuery],
        responses={200: BookingSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at a booking",
        parameters=[ETAG],
        responses={200: BookingSerializer, **problems(404)},
    ),
)
class Bookings(Resource):
    """Bookings of mine, of my teams and of my platforms."""

    serializer_class = BookingSerializer

    def visible(self) -> Any:
        return bookings_visible_to(self.person, on=self.today).select_related(
            "instrument__facility", "instrument__rules", "booked_for"
        )

    def list(self, request: Request) -> Response:
        asked = self.asked(BookingQuery)
        rows = self.visible().asked_for(
            start=asked.get("start"),
            end=asked.get("end"),
            facility_code=asked.get("facility"),
            instrument_id=asked.get("instrument"),
            status=asked.get("status"),
            booked_for_id=self.person.pk if asked["mine"] else None,
        )
        return self.page_of(rows)

    def retrieve(self, request: Request, pk: int) -> Response:
        return self._answer(self.found(pk))

    @extend_schema(
        summary="Book an instrument",
        parameters=[HEADER, ETAG],
        request=BookingInput,
        responses={201: BookingSerializer, **problems(403, 404, 409, 422)},
    )
    def create(self, request: Request) -> HttpResponse:
        """Book at once, or request where somebody decides; the slot is held meanwhile."""

        def work() -> Response:
            asked = read(BookingInput, request.data)
            booking = services.request_booking(
                actor=self.person,
                wish=wish_of_input(asked, self.person.pk),
                now=timezone.now(),
                override_reason=asked["override_reason"],
            )
            return self._answer(booking, status.HTTP_201_CREATED)

        return idempotent(request, work)

    @extend_schema(
        summary="Try a booking without making it",
        request=BookingInput,
        responses={200: VerdictSerializer, **problems(403, 404)},
    )
    @action(detail=False, methods=["post"])
    def check(self, request: Request) -> Response:
        """Say what is wrong, whether somebody decides, and what it would cost."""
        asked = read(BookingInput, request.data)
        told = verdict(
            actor=self.person, wish=wish_of_input(asked, self.person.pk), now=timezone.now()
        )
        return Response(VerdictSerializer(told).data)

    @extend_schema(
        summary="Move or change a booking",
        parameters=[IF_MATCH, ETAG],
        request=ChangeInput,
        responses={200: BookingSerializer, **problems(403, 404, 409, 412, 422, 428)},
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change what is named; the rules hold as for a new booking."""
        seen = self.found(pk)
        asked = read(ChangeInput, request.data)
        booking = services.move_booking(
            actor=self.person,
            booking_id=seen.pk,
            version=version_seen(request, asked),
            changes=changes_of(asked, seen.interval),
            now=timezone.now(),
            override_reason=asked.get("override_reason", ""),
        )
        return self._answer(booking)

    @extend_schema(
        operation_id="bookings_check_change",
        summary="Try a change without making it",
        parameters=[IF_MATCH],
        request=ChangeInput,
        responses={200: MoveVerdictSerializer, **problems(403, 404, 409, 412, 428)},
    )
    @action(detail=True, methods=["post"], url_path="check")
    def check_change(self, request: Request, pk: int) -> Response:
        """Say what is wrong, what it would cost, and whether an approval would be lost."""
        seen = self.found(pk)
        asked = read(ChangeInput, request.data)
        told = move_verdict(
            actor=self.person,
            booking_id=seen.pk,
            version=version_seen(request, asked),
            changes=changes_of(asked, seen.interval),
            now=timezone.now(),
        )
        return Response(MoveVerdictSerializer(told).data)

    @extend_schema(
        summary="Approve a request",
        parameters=[IF_MATCH_TOO, ETAG],
        request=DecisionInput,
        responses={200: BookingSerializer, **problems(403, 404, 409, 412)},
    )
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: int) -> Response:
        """Approve; for a manager of the platform, and never one's own request."""
        asked = read(DecisionInput, request.data)
        return self._done(
            services.approve_booking,
            pk,
            reason=asked["reason"],
            operator_id=asked.get("operator"),
        )

    @extend_schema(
        summary="Reject a request",
        parameters=[IF_MATCH_TOO, ETAG],
        request=ReasonInput,
        responses={200: BookingSerializer, **problems(403, 404, 409, 412, 422)},
    )
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: int) -> Response:
        """Reject, with a reason the person will read; the slot is free at once."""
        return self._done(services.reject_booking, pk, **read(ReasonInput, request.data))

    @extend_schema(
        summary="Cancel a booking",
        parameters=[IF_MATCH_TOO, ETAG],
        request=ReasonInput,
        responses={200: BookingSerializer, **problems(403, 404, 409, 412)},
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: int) -> Response:
        """Give a booking up: free until `free_cancellation_until`, billed later."""
        return self._done(services.cancel_booking, pk, **read(ReasonInput, request.data))

    @extend_schema(
        summary="Start the session",
        parameters=[IF_MATCH_TOO, ETAG],
        request=None,
        responses={200: BookingSerializer, **problems(403, 404, 409, 412)},
    )
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: int) -> Response:
        """Start using the instrument, from a quarter of an hour before the start."""
        return self._done(services.start_session, pk)

    @extend_schema(
        summary="Finish the session",
        parameters=[IF_MATCH_TOO, ETAG],
        request=None,
        responses={200: BookingSerializer, **problems(403, 404, 409, 412)},
    )
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: int) -> Response:
        """Finish using the instrument; the charge follows within a minute."""
        return self._done(services.finish_session, pk)

    @extend_schema(
        summary="Note that nobody came",
        parameters=[IF_MATCH_TOO, ETAG],
        request=None,
        responses={200: BookingSerializer, **problems(403, 404, 409, 412)},
    )
    @action(detail=True, methods=["post"], url_path="no-show")
    def no_show(self, request: Request, pk: int) -> Response:
        """Note a no-show; for those who run the platform."""
        return self._done(services.mark_no_show, pk)

    @extend_schema(
        summary="Let a booking go free of charge",
        parameters=[IF_MATCH_TOO, ETAG],
        request=ReasonInput,
        responses={200: BookingSerializer, **problems(403, 404, 412, 422)},
    )
    @action(detail=True, methods=["post"])
    def waive(self, request: Request, pk: int) -> Response:
        """Waive what it costs, such as after a breakdown; for managers of the platform."""
        return self._done(services.waive_charge, pk, **read(ReasonInput, request.data))

    def _done(self, service: Any, pk: int, **asked: Any) -> Response:
        # A step may be bound to what was seen, as a change must be.
        is_bound = "If-Match" in self.request.headers
        seen = {"version": version_seen(self.request, {})} if is_bound else {}
        return self._answer(
            service(actor=self.person, booking_id=id_of(pk), now=timezone.now(), **asked, **seen)
        )

    def _answer(self, booking: Any, code: int = status.HTTP_200_OK) -> Response:
        headers = {"ETag": f'"{booking.version}"'}
        if code == status.HTTP_201_CREATED:
            headers["Location"] = self.reverse_action("detail", args=[booking.pk])
        return Response(SHAPE.to_representation(booking), status=code, headers=headers)


def version_seen(request: Request, asked: dict[str, Any]) -> int:
    """Return the version a change was made on.

    Raises:
        PreconditionRequired: the request does not say.
    """
    tag = request.headers.get("If-Match")
    if tag is None and "version" in asked:
        return int(asked["version"])
    if tag is None:
        raise PreconditionRequired
    number = tag.removeprefix("W/").strip('" ')
    # A tag that was never ours matches no version: the change is stale, not malformed.
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
