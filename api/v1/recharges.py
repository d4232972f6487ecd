"""Transfer notes as files for the books of a body."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api.fields import DayField, IdField
from api.resource import Listed, id_of, problems
from billing.services import recharge_exports


class LayoutSerializer(serializers.Serializer[Any]):
    """How a file of transfer notes is written for the books of an issuer."""

    id = serializers.IntegerField(help_text="Id of the layout.")
    name = serializers.CharField(help_text="What it is called.")
    issuer = serializers.CharField(source="issuer.code", help_text="Code of whose books.")
    columns = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()),
        help_text="Its columns in their order, each with header, source and format.",
    )


class ExportOf(serializers.Serializer[Any]):
    """Which file."""

    layout = IdField(help_text="Id of the layout.")
    first = DayField(help_text="First day on which the notes were issued.")
    last = DayField(help_text="Last such day, inclusive.")


@extend_schema_view(
    list=extend_schema(
        summary="List the files of transfer notes that are laid out",
        responses={200: LayoutSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at how a file of transfer notes is laid out",
        responses={200: LayoutSerializer, **problems(404)},
    ),
)
class Recharges(Listed):
    """Files of the issuers whose books I keep."""

    serializer_class = LayoutSerializer

    def visible(self) -> QuerySet[Any]:
        return recharge_exports.exports_kept_by(self.person)

    @extend_schema(
        summary="Read the transfer notes of some days as a file",
        parameters=[ExportOf],
        responses={(200, "text/csv"): OpenApiTypes.BINARY, **problems(404, 422)},
    )
    @action(detail=False, methods=["get"])
    def export(self, request: Request) -> HttpResponse:
        """Give the file as its layout has it; credit notes are negative."""
        asked = self.asked(ExportOf)
        content = recharge_exports.recharge_file(
            export_id=id_of(asked["layout"]),
            first=asked["first"],
            last=asked["last"],
            actor=self.person,
        )
        answer = HttpResponse(content, content_type="text/csv")
        name = f"recharges-{asked['first']}-{asked['last']}.csv"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
