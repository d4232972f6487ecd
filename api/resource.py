"""What every resource shares: who asks, when, and how query parameters are read."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers, viewsets
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.bodies import JSONAlways
from api.errors import MEDIA_TYPE, problem
from api.fields import BIGGEST_ID, InstantField
from api.pagination import Pages

LONGEST_RANGE = dt.timedelta(days=400)
T = TypeVar("T", bound="serializers.Serializer[Any]")


class ViolationSerializer(serializers.Serializer[Any]):
    """One thing that is wrong, and the field it is about."""

    code = serializers.CharField(help_text="Stable name of what is wrong.")
    detail = serializers.CharField(help_text="A sentence in the person's language.")
    field = serializers.CharField(help_text="Name of the field, or empty.")


class PeriodSerializer(serializers.Serializer[Any]):
    """A period from start until just before end."""

    start = InstantField(help_text="UTC.")
    end = InstantField(help_text="UTC.")


class ProblemSerializer(serializers.Serializer[Any]):
    """A refusal, as RFC 9457 has it."""

    type = serializers.CharField(help_text="URN of the kind of problem.")
    title = serializers.CharField(help_text="Phrase of the HTTP status.")
    status = serializers.IntegerField(help_text="HTTP status.")
    code = serializers.CharField(help_text="Stable name of the problem.")
    detail = serializers.CharField(help_text="A sentence in the person's language.")
    violations = ViolationSerializer(
        many=True, required=False, help_text="Everything that is wrong, all at once."
    )
    alternatives = PeriodSerializer(
        many=True, required=False, help_text="The next free periods, for a slot that is taken."
    )


EXAMPLES: dict[int, tuple[str, str]] = {
    400: ("invalid", "The request has mistakes."),
    401: ("not_authenticated", "Authentication credentials were not provided."),
    403: ("not_permitted", "You may not do this."),
    404: ("not_found", "Nothing here by that name, or not for you to see."),
    409: ("slot_taken", "Taken a moment ago. Choose another time."),
    412: ("stale_version", "This has changed since you read it."),
    422: ("policy_violated", "This cannot be booked as it stands."),
    428: ("precondition_required", "Say which version you have seen."),
    429: ("throttled", "Request was throttled. Expected available in 30 seconds."),
    503: ("busy", "Many people are booking this right now. Try again in a few seconds."),
}
MORE: dict[int, dict[str, Any]] = {
    400: {
        "violations": [{"code": "required", "detail": "This field is required.", "field": "start"}]
    },
    409: {"alternatives": [{"start": "2026-11-26T15:00:00Z", "end": "2026-11-26T17:00:00Z"}]},
    422: {
        "violations": [
            {
                "code": "too_long",
                "detail": "This lasts 14 h, the longest booking 12 h.",
                "field": "end",
            }
        ]
    },
}


def problems(*statuses: int) -> dict[Any, OpenApiResponse]:
    """Return the documented refusals of an operation, those of every operation included."""
    return {
        (status, MEDIA_TYPE): OpenApiResponse(
            ProblemSerializer,
            description=HTTPStatus(status).phrase,
            examples=[OpenApiExample(EXAMPLES[status][0], value=_example(status))],
        )
        for status in sorted({400, 401, 429, 503, *statuses})
    }


def _example(status: int) -> dict[str, Any]:
    code, detail = EXAMPLES[status]
    return problem(status, code, detail, **MORE.get(status, {}))


class RangeQuery(serializers.Serializer[Any]):
    """A range of time, of up to 400 days."""

    longest = LONGEST_RANGE

    start = InstantField(help_text="First instant, with its offset from UTC.")
    end = InstantField(help_text="First instant after the range.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a range that is empty, turned around or too long."""
        return in_order(attrs, longest=self.longest)


class OptionalRange(RangeQuery):
    """A range of time that may be open at either end."""

    start = InstantField(required=False, help_text="What ends after this instant.")
    end = InstantField(required=False, help_text="What starts before this instant.")


def in_order(attrs: dict[str, Any], *, longest: dt.timedelta = LONGEST_RANGE) -> dict[str, Any]:
    """Return what was given if its end comes after its start, and not too long after.

    Raises:
        ValidationError: it does not.
    """
    start, end = attrs.get("start"), attrs.get("end")
    if start and end and end <= start:
        raise serializers.ValidationError({"end": [_("The end comes after the start.")]})
    if start and end and end - start > longest:
        most = _("Ask for %(days)s days at the most.") % {"days": longest.days}
        raise serializers.ValidationError({"end": [most]})
    return attrs


class Face(APIView):
    """What every view of the API does: speak the person's language, keep nothing behind."""

    metadata_class = None
    content_negotiation_class = JSONAlways

    @property
    def person(self) -> Any:
        """Who asks. Typed loosely, since a face knows no models."""
        return self.request.user

    @property
    def today(self) -> dt.date:
        """Today, by UTC."""
        return timezone.now().date()

    def asked(self, form: type[T]) -> dict[str, Any]:
        """Return the query parameters, read and checked."""
        return read(form, self.request.query_params)

    def perform_authentication(self, request: Request) -> None:
        """Find out who asks; where the request names no language, take the person's."""
        super().perform_authentication(request)
        if request.user.is_authenticated and "Accept-Language" not in request.headers:
            translation.activate(request.user.language)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Let no cache on the way keep what one person was shown."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers["Cache-Control"] = "no-store"
        return answer


class Resource(Face, viewsets.GenericViewSet[Any]):
    """A kind of object; each query set starts from what the person may see."""

    lookup_value_converter = "int"
    filter_backends = ()
    pagination_class = Pages

    def visible(self) -> QuerySet[Any]:
        """Return what the person may see, with what the answer needs."""
        raise NotImplementedError

    def found(self, pk: int) -> Any:
        """Return an object the person may see; any other is missing."""
        return get_object_or_404(self.visible(), pk=id_of(pk))

    def page_of(self, rows: QuerySet[Any], ordering: str = "-id") -> Response:
        """Answer one page of rows."""
        paginator = self.paginator
        assert isinstance(paginator, Pages)
        paginator.ordering = ordering
        page = paginator.paginate_queryset(rows, self.request, view=self)
        return paginator.get_paginated_response(self.get_serializer(page, many=True).data)


class Listed(Resource):
    """A resource that is listed and looked at."""

    def list(self, request: Request) -> Response:
        """Answer a page of what the person may see."""
        return self.page_of(self.visible())

    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer one object."""
        return Response(self.get_serializer(self.found(pk)).data)


def read(form: type[T], data: Any) -> dict[str, Any]:
    """Return checked input.

    Raises:
        ValidationError: names every field that is wrong.
    """
    serializer = form(data=data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def id_of(pk: int) -> int:
    """Return the id in an address; one too large for a column names nothing."""
    return min(pk, BIGGEST_ID)
