"""What nobody should send: answered as the sender's mistake, never as ours."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from tests.security.operations import AFTERNOON, BODIES, QUERIES, called, known_operations
from tests.security.world import World

pytestmark = pytest.mark.django_db

WRITING = sorted(
    name for name in known_operations() if not name.startswith("GET") and "logout" not in name
)
LOOKING = sorted(name for name in known_operations() if name.startswith("GET"))

NO_JSON: dict[str, bytes] = {
    "nothing but a brace": b"{",
    "not a number": b'{"unit": NaN}',
    "infinite": b'{"unit": -Infinity}',
    "half a character": b'{"purpose": "\\ud800"}',
    "half a character in a name": b'{"\\udfff": 1}',
    "not UTF-8": b'{"purpose": "\xff\xfe"}',
    "a name twice": b'{"reason": "a", "reason": "b"}',
    "ten thousand deep": b'{"purpose": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "thirty deep": b'{"purpose": ' + b"[" * 30 + b"]" * 30 + b"}",
    "a number of 5,000 digits": b'{"unit": ' + b"9" * 5_000 + b"}",
    "more than a file": b'{"purpose": "' + b"x" * 15_000_000 + b'"}',
}

ODD_VALUES: tuple[Any, ...] = (
    None,
    "a\x00b",
    "\u202eright to left",
    "é" * 100_000,
    -1,
    1.5,
    2**63,
    10**300,
    True,
    [1],
    {"id": 1},
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-23:59",
    "2026-02-30T14:00:00Z",
    "٣",
)


def path_of(operation: str, pk: str = "1") -> str:
    return "/api/v1/" + operation.split(" ")[1].replace("<int:pk>", pk)


@pytest.mark.parametrize("what", NO_JSON)
def test_a_body_that_is_no_json_is_refused(world: World, what: str) -> None:
    for operation in WRITING:
        client = world.clients["man"]
        method = operation.split(" ", maxsplit=1)[0].lower()
        answer = getattr(client, method)(
            path_of(operation, str(world.bookings["requested"].pk)),
            NO_JSON[what],
            content_type="application/json",
            headers={"If-Match": '"1"'},
        )
        reads_body = DESCRIBED[operation]["reads_body"]
        assert answer.status_code in (400, 413) or not reads_body, operation
        assert answer.status_code < 500, operation


@pytest.mark.parametrize("raw", [b"null", b"[]", b'"text"', b"7", b"true", b"[{}]"])
def test_a_body_that_is_no_object_is_refused(world: World, raw: bytes) -> None:
    for operation in sorted(BODIES):
        method = operation.split(" ", maxsplit=1)[0].lower()
        answer = getattr(world.clients["man"], method)(
            path_of(operation), raw, content_type="application/json"
        )
        assert answer.status_code in (400, 404, 428), operation


def described() -> dict[str, dict[str, Any]]:
    """Return what the document says of each operation, by its name here."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    inputs = document["components"]["schemas"]
    found = {}
    for path, item in document["paths"].items():
        for method, told in item.items():
            name = f"{method.upper()} {path.removeprefix('/api/v1/').replace('{id}', '<int:pk>')}"
            content = told.get("requestBody", {}).get("content", {})
            shape = content.get("application/json", {}).get("schema", {}).get("$ref", "")
            found[name] = {
                "reads_body": "requestBody" in told,
                "parameters": [p["name"] for p in told.get("parameters", ()) if p["in"] == "query"],
                "fields": list(inputs.get(shape.rpartition("/")[2], {}).get("properties", {})),
            }
    return found


DESCRIBED = described()


@pytest.mark.parametrize("operation", WRITING)
def test_no_field_takes_an_odd_value_for_a_fault_of_ours(world: World, operation: str) -> None:
    method = operation.split(" ", maxsplit=1)[0].lower()
    body = BODIES[operation](world) if operation in BODIES else {}
    for field, odd in product(DESCRIBED[operation]["fields"], ODD_VALUES):
        answer = getattr(world.clients["man"], method)(
            path_of(operation, str(world.bookings["requested"].pk)),
            json.dumps(body | {field: odd}),
            content_type="application/json",
        )
        assert answer.status_code < 500, (field, odd)


@pytest.mark.parametrize("operation", LOOKING)
def test_no_parameter_takes_an_odd_value_for_a_fault_of_ours(world: World, operation: str) -> None:
    sound = QUERIES.get(operation, {})
    for name, odd in product(DESCRIBED[operation]["parameters"], ODD_VALUES):
        if isinstance(odd, str | int) or odd is None:
            answer = world.clients["own"].get(path_of(operation), sound | {name: str(odd)[:2000]})
            assert answer.status_code < 500, (name, odd)


# Among them a position that is no number, a huge offset and a position beyond all ids.
@pytest.mark.parametrize(
    "cursor",
    ["", "x", "!!", "cD1hYmM=", "bz05OTk5OTk5OTk5", "cj14", f"cD0x{'MDAw' * 8}", "\x00"],
)
def test_a_cursor_that_is_not_ours_is_refused(world: World, cursor: str) -> None:
    answer = world.clients["own"].get("/api/v1/bookings/", {"cursor": cursor})
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert answer.json()["violations"][0]["field"] == "cursor"


@pytest.mark.parametrize("pk", ["0", str(2**63), "9" * 300, "9" * 5000, "-1", "1.5", "x", "%00"])
def test_an_id_beyond_all_ids_is_missing(world: World, pk: str) -> None:
    for operation in (name for name in known_operations() if "<int:pk>" in name):
        answer = called(world, world.clients["man"], operation, pk=pk)
        assert answer.status_code == 404, operation
        assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Authorization", "Token"),
        ("Authorization", "Token a b"),
        ("Authorization", "Token \xff\xfe"),
        ("Authorization", "Token " + "0" * 10_000),
        ("Authorization", "Basic eDp5"),
    ],
)
def test_a_token_that_is_none_is_no_log_in(world: World, header: str, value: str) -> None:
    answer = world.clients["ano"].get("/api/v1/me/", headers={header: value})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("tag", ["*", '"x"', "1, 2", 'W/"9"', "\xff", '"' + "9" * 5000 + '"', ""])
def test_a_tag_that_was_never_ours_is_stale(world: World, tag: str) -> None:
    url = f"/api/v1/bookings/{world.bookings['approved'].pk}/"
    answer = world.clients["own"].patch(url, {"purpose": "x"}, headers={"If-Match": tag})
    assert answer.status_code == 412


@pytest.mark.parametrize("key", ["", "x" * 201, "é", "a\tb"])
def test_a_key_that_is_no_name_is_refused(world: World, key: str) -> None:
    body = {"instrument": world.instrument.pk, **AFTERNOON}
    answer = world.clients["own"].post("/api/v1/bookings/", body, headers={"Idempotency-Key": key})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "nonsense"]
)
def test_a_body_of_another_kind_is_refused(world: World, kind: str) -> None:
    answer = world.clients["own"].post("/api/v1/bookings/", b"a=b", content_type=kind)
    assert answer.status_code == 415
    assert answer.json()["code"] == "unsupported_media_type"


def test_a_range_of_two_centuries_is_refused(world: World) -> None:
    ends = {"start": "2000-01-01T00:00:00Z", "end": "2199-01-01T00:00:00Z"}
    own = world.clients["own"]
    asked = {"instrument": world.instrument.pk, **ends}
    assert own.post("/api/v1/bookings/", asked).status_code == 400
    assert own.post("/api/v1/bookings/check/", asked).status_code == 400
    for operation, query in QUERIES.items():
        if "start" in query:
            path = path_of(operation, str(world.instrument.pk))
            assert own.get(path, query | ends).status_code == 400
