"""Schemathesis over the described API: no fault of ours, and no answer that is not described."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from rest_framework.throttling import SimpleRateThrottle
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from tests.security.operations import OBJECTS, known_operations
from tests.security.world import World

pytestmark = pytest.mark.django_db


def served(environ: dict[str, Any], start_response: Any) -> Any:
    """Serve as gunicorn does, which says where a request comes from."""
    return application(environ | {"REMOTE_ADDR": "127.0.0.1"}, start_response)


SCHEMA = schemathesis.openapi.from_wsgi("/api/schema/?format=json", served)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
STEADY = settings(
    max_examples=6,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def _served_in_this_transaction(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the connection over requests, as Django's own test client does; throttle nobody."""
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"anon": None, "user": None})
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def described_operation(operation: str) -> Any:
    method, template = operation.split(" ")
    return SCHEMA["/api/v1/" + template.replace("<int:pk>", "{id}")][method]


@pytest.mark.parametrize("role", ["own", "man", "ano"])
@pytest.mark.parametrize("operation", sorted(known_operations()))
def test_whatever_is_sent_the_answer_is_described(world: World, operation: str, role: str) -> None:
    headers = {"Authorization": f"Token {world.tokens[role]}"} if role != "ano" else {}

    @STEADY
    @given(case=described_operation(operation).as_strategy())
    def run(case: Any) -> None:
        aimed(case, operation, world)
        case.call_and_validate(headers=headers, checks=CHECKS)

    run()


def aimed(case: Any, operation: str, world: World) -> None:
    """Let what is drawn meet what there is, or all but one in a million would miss."""
    resource, _, verb = operation.split(" ")[1].partition("/<int:pk>/")
    if case.path_parameters:
        object_of = OBJECTS.get(f"{resource}/{verb.strip('/')}") or OBJECTS[resource]
        case.path_parameters["id"] = object_of(world).pk
    if isinstance(case.body, dict) and isinstance(case.body.get("instrument"), int):
        case.body["instrument"] = world.instrument.pk
    if case.query and case.query.get("facility"):
        case.query["facility"] = "CYT"
