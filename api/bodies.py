"""How bodies are read and written: JSON, in UTF-8, of a bounded size and depth."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

DEEPEST = 20
MEGABYTE = 1024 * 1024


class BodyTooLarge(APIException):
    """The body is longer than anybody needs."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"


class StrictJSON(BaseParser):
    """JSON as RFC 8259 has it: no NaN, no name twice, no half of a character."""

    media_type = "application/json"

    most_megabytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // MEGABYTE

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = self.most_megabytes * MEGABYTE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise BodyTooLarge(_("Send %(count)d MB at the most.") % {"count": self.most_megabytes})
        try:
            data = json.loads(
                raw.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_without_doubles
            )
        except (ValueError, RecursionError) as error:
            raise ParseError(_("This is not valid JSON.")) from error
        _check(data)
        return data


class FileJSON(StrictJSON):
    """The same with a file of up to 10 MB in it, as Base64."""

    most_megabytes = 14


class JSONAlways(BaseContentNegotiation):
    """Answer in JSON whatever the request would accept, so that a refusal can be read."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) != len(pairs):
        raise ValueError("a name comes twice")
    return named


def _check(data: Any) -> None:
    """Refuse what is nested too deep, or holds text that cannot be written as UTF-8."""
    level, depth = [data], 0
    while level:
        if depth > DEEPEST:
            raise ParseError(_("This is nested too deep."))
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below += [*value.keys(), *value.values()]
            elif isinstance(value, list):
                below += value
            elif isinstance(value, str) and not _is_whole(value):
                raise ParseError(_("This is not valid JSON."))
        level, depth = below, depth + 1


def _is_whole(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in text)
