"""The parts of a draft price list, each given whole, and the list as a workbook."""

from __future__ import annotations

import io
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.resource import Listed, id_of, problems, read
from api.v1.price_list_shapes import PriceListDetailSerializer
from api.v1.price_part_shapes import (
    BandsInput,
    FileChangesSerializer,
    ListFileInput,
    PackageInput,
    PackageItemInput,
    PackagePriceInput,
    PackagesInput,
    RowInput,
    SurchargesInput,
    VolumeDiscountsInput,
)
from billing.prices.files import file_name_of, tables_of
from billing.prices.part_rows import Said, known_of
from billing.read_workbook import read_workbook
from billing.services.price_rates import change_parts, look_at_file, take_over_file
from billing.spreadsheets import XLSX, workbook_of

ANSWERS: dict[Any, Any] = {200: PriceListDetailSerializer, **problems(403, 404, 409, 422)}


class PriceListParts(Listed):
    """What a list says beside its rates; of a draft it can be changed."""

    @extend_schema(summary="Set all bands of a draft", request=BandsInput, responses=ANSWERS)
    @action(detail=True, methods=["put"])
    def bands(self, request: Request, pk: int) -> Response:
        """In this order, and no others."""
        return self._rows_set(request, pk, "bands", BandsInput)

    @extend_schema(
        summary="Set all surcharges of a draft", request=SurchargesInput, responses=ANSWERS
    )
    @action(detail=True, methods=["put"])
    def surcharges(self, request: Request, pk: int) -> Response:
        """These, and no others; each a percentage or a sum."""
        return self._rows_set(request, pk, "surcharges", SurchargesInput)

    @extend_schema(
        summary="Set all discounts on volume of a draft",
        request=VolumeDiscountsInput,
        responses=ANSWERS,
    )
    @action(detail=True, methods=["put"], url_path="discounts")
    def volume_discounts(self, request: Request, pk: int) -> Response:
        """These, and no others; each on an instrument or on a service."""
        return self._rows_set(request, pk, "volume_discounts", VolumeDiscountsInput)

    @extend_schema(summary="Set all packages of a draft", request=PackagesInput, responses=ANSWERS)
    @action(detail=True, methods=["put"])
    def packages(self, request: Request, pk: int) -> Response:
        """These with their prices and contents, and no others."""
        asked = read(PackagesInput, request.data)["packages"]
        known = known_of(self.found(pk).facility_id)
        said: dict[str, list[Said]] = {"packages": [], "package_prices": [], "package_items": []}
        for package in asked:
            owner = {"package__name": package["name"]}
            prices, items = package.pop("prices"), package.pop("items")
            said["packages"].append(PackageInput.said(package, known))
            said["package_prices"] += [
                PackagePriceInput.said(price, known, **owner) for price in prices
            ]
            said["package_items"] += [PackageItemInput.said(item, known, **owner) for item in items]
        return self._set(pk, said)

    @extend_schema(
        summary="Fetch a list as a workbook",
        responses={(200, XLSX): OpenApiTypes.BINARY, **problems(404)},
    )
    @action(detail=True, methods=["get"])
    def file(self, request: Request, pk: int) -> HttpResponse:
        """Give an XLSX file with a sheet for each part, in the language of the request."""
        prices = self.found(pk)
        answer = HttpResponse(workbook_of(tables_of(prices)), content_type=XLSX)
        answer["Content-Disposition"] = f'attachment; filename="{file_name_of(prices)}"'
        return answer

    @extend_schema(
        summary="Make a draft say what a workbook says",
        request=ListFileInput,
        responses={200: FileChangesSerializer, **problems(403, 404, 409, 422)},
    )
    @file.mapping.post
    def import_file(self, request: Request, pk: int) -> Response:
        """Replace the parts that have a sheet. Everything that is wrong is told at once."""
        asked = read(ListFileInput, request.data)
        self.found(pk)
        does = look_at_file if asked["dry_run"] else take_over_file
        tables = read_workbook(io.BytesIO(asked["content"]))
        found = does(actor=self.person, list_id=id_of(pk), tables=tables)
        changes = [
            {
                "part": name,
                "added": len(changed.added),
                "changed": len(changed.changed),
                "dropped": len(changed.dropped),
            }
            for name, changed in found.items()
        ]
        return Response(FileChangesSerializer({"changes": changes}).data)

    def whole(self, pk: int) -> Response:
        """Answer a list with everything that it says."""
        return Response(PriceListDetailSerializer(self.found(pk)).data)

    def _rows_set(self, request: Request, pk: int, name: str, form: Any) -> Response:
        asked = read(form, request.data)[name]
        known = known_of(self.found(pk).facility_id)
        row: type[RowInput] = type(form().fields[name].child)
        return self._set(pk, {name: [row.said(each, known) for each in asked]})

    def _set(self, pk: int, said: dict[str, list[Said]]) -> Response:
        change_parts(actor=self.person, list_id=id_of(pk), said=said)
        return self.whole(pk)
