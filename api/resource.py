"""What every resource shares: who asks, when, and how query parameters are read."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers, viewsets
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import BIGGEST_ID, InstantField
from api.pagination import Pages

LONGEST_RANGE = dt.timedelta(days=400)
T = TypeVar("T", bound="serializers.Serializer[Any]")


class ViolationSerializer(serializers.Serializer[Any]):
    """One thing that is wrong, and the field it is about."""

    code = serializers.CharField(help_text=_("Stable name of what is wrong."))
    detail = serializers.CharField(help_text=_("A sentence in the person's language."))
    field = serializers.CharField(help_text=_("Name of the field, or empty."))


class PeriodSerializer(serializers.Serializer[Any]):
    """A period from start until just before end."""

    start = InstantField(help_text=_("UTC."))
    end = InstantField(help_text=_("UTC."))


class ProblemSerializer(serializers.Serializer[Any]):
    """A refusal, as RFC 9457 has it."""

    type = serializers.CharField(help_text=_("URN of the kind of problem."))
    title = serializers.CharField(help_text=_("Phrase of the HTTP status."))
    status = serializers.IntegerField(help_text=_("HTTP status."))
    code = serializers.CharField(help_text=_("Stable name of the problem."))
    detail = serializers.CharField(help_text=_("A sentence in the person's language."))
    violations = ViolationSerializer(
        many=True, required=False, help_text=_("Everything that is wrong, all at once.")
    )
    alternatives = PeriodSerializer(
        many=True, required=False, help_text=_("The next free periods, for a slot that is taken.")
    )


def problems(*statuses: int) -> dict[Any, OpenApiResponse]:
    """Return the documented refusals of an operation, those of every operation included."""
    refusal = OpenApiResponse(
        ProblemSerializer, examples=[OpenApiExample("problem", value=PROBLEM_EXAMPLE)]
    )
    return {(status, "application/problem+json"): refusal for status in (400, 401, 429, *statuses)}


PROBLEM_EXAMPLE = {
    "type": "urn:plateau:problem:slot_taken",
    "title": "Conflict",
    "status": 409,
    "code": "slot_taken",
    "detail": "Taken a moment ago. Choose another time.",
    "alternatives": [{"start": "2026-11-26T15:00:00Z", "end": "2026-11-26T17:00:00Z"}],
}


class RangeQuery(serializers.Serializer[Any]):
    """A range of time, of up to 400 days."""

    start = InstantField(help_text=_("First instant, with its offset from UTC."))
    end = InstantField(help_text=_("First instant after the range."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a range that is empty, turned around or too long."""
        start, end = attrs.get("start"), attrs.get("end")
        if start and end and end <= start:
            raise serializers.ValidationError({"end": [_("The end comes after the start.")]})
        if start and end and end - start > LONGEST_RANGE:
            raise serializers.ValidationError({"end": [_("Ask for 400 days at the most.")]})
        return attrs


class Resource(viewsets.GenericViewSet[Any]):
    """A kind of object; each query set starts from what the person may see."""

    lookup_value_regex = r"[0-9]{1,19}"
    filter_backends = ()
    pagination_class = Pages

    @property
    def person(self) -> Any:
        """Who asks. Typed loosely, since a face knows no models."""
        return self.request.user

    @property
    def today(self) -> dt.date:
        """Today, by UTC."""
        return today()

    def visible(self) -> QuerySet[Any]:
        """Return what the person may see, with what the answer needs."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        """Return what the person may see."""
        return self.visible()

    def found(self, pk: str) -> Any:
        """Return an object the person may see; any other is missing."""
        return get_object_or_404(self.visible(), pk=id_of(pk))

    def asked(self, form: type[T]) -> dict[str, Any]:
        """Return the query parameters, read and checked."""
        return read(form, self.request.query_params)

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

    def retrieve(self, request: Request, pk: str) -> Response:
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


def today() -> dt.date:
    """Return today, by UTC."""
    return timezone.now().date()


def id_of(pk: str) -> int:
    """Return the id in an address; one too large for a column names nothing."""
    return min(int(pk), BIGGEST_ID)
