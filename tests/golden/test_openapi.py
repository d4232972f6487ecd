"""The description of the API: valid, complete, and changed only on purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import translation
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema

METHODS = ("get", "post", "patch")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    with translation.override("en"):
        document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
        return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def test_it_is_as_it_was(document: dict[str, Any], golden: Callable[[str, str], None]) -> None:
    golden("openapi.yaml", OpenApiYamlRenderer().render(document, renderer_context={}).decode())


def test_it_is_valid_and_was_made_without_a_guess(document: dict[str, Any]) -> None:
    validate_schema(document)
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache


def test_every_operation_says_what_it_does_and_how_it_refuses(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert operation["summary"], name
        assert operation["description"], name
        assert {"400", "401", "429", "503"} < set(operation["responses"]), name
        for parameter in operation.get("parameters", ()):
            assert parameter["name"] == "id" or parameter.get("description"), (name, parameter)


def test_every_field_says_what_it_is(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        is_page = name.startswith("Paginated")
        for field, described in schema.get("properties", {}).items():
            assert described.get("description") or is_page, f"{name}.{field}"
