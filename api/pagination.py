"""How lists are cut into pages."""

from __future__ import annotations

from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from api.fields import BIGGEST_ID


class Pages(CursorPagination):
    """Pages by cursor, stable while rows are added; up to 200 rows at the asker's wish.

    Lists are in the order of their ids, so that a cursor is the id where a page ends.
    """

    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    cursor_query_description = "Where the page begins: part of the addresses next and previous."
    page_size_query_description = "Rows on a page, up to 200."

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Read the cursor; one that we never gave is refused, not tried."""
        try:
            cursor = super().decode_cursor(request)
        except Exception as error:
            raise self._unknown() from error
        if cursor is not None and not _is_id(cast("str | None", cursor.position)):
            raise self._unknown()
        return cursor

    def _unknown(self) -> ValidationError:
        return ValidationError({self.cursor_query_param: [_("This is no cursor of ours.")]})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page."""
        link = {
            "type": ["string", "null"],
            "format": "uri",
            "example": "https://plateau.example/api/v1/…/?cursor=cD00ODY%3D",
        }
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**link, "description": "Address of the next page."},
                "previous": {**link, "description": "Address of the page before."},
                "results": schema,
            },
        }


def _is_id(position: str | None) -> bool:
    if position is None:
        return True
    return (
        position.isascii()
        and position.isdigit()
        and len(position) < 20
        and (int(position) <= BIGGEST_ID)
    )
