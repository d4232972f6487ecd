"""Every refusal has one form, whatever refuses."""

from collections import defaultdict

import pytest

from api.errors import STATUS_OF, problem_of
from tests import factories as make

MEMBERS = {"type", "title", "status", "code", "detail"}


def is_problem(answer, status, code):
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert set(told) >= MEMBERS
    assert (told["status"], told["code"]) == (status, code)
    assert told["type"] == f"urn:plateau:problem:{code}"
    return told


def test_what_is_refused_before_any_view(as_, researcher):
    client = as_(researcher)
    is_problem(as_(None).get("/api/v1/me/"), 401, "not_authenticated")
    is_problem(client.get("/api/v1/nothing/"), 404, "not_found")
    is_problem(client.get("/api/nothing"), 404, "not_found")
    is_problem(client.get("/api/v1/bookings/x/"), 404, "not_found")
    is_problem(client.get("/api/v1/bookings/999/"), 404, "not_found")
    is_problem(client.delete("/api/v1/bookings/"), 405, "method_not_allowed")
    is_problem(client.options("/api/v1/bookings/"), 405, "method_not_allowed")
    is_problem(
        client.post("/api/v1/bookings/", "{", content_type="text/csv"),
        415,
        "unsupported_media_type",
    )
    is_problem(
        client.post("/api/v1/bookings/", "{", content_type="application/json"), 400, "parse_error"
    )
    is_problem(client.get("/api/v1/me/", headers={"Host": "evil.example"}), 400, "invalid")


def test_every_mistake_of_a_request_comes_at_once_with_its_field(as_, researcher):
    answer = as_(researcher).post("/api/v1/bookings/", {"start": "soon", "unit": 0})
    told = is_problem(answer, 400, "invalid")
    assert {(v["field"], v["code"]) for v in told["violations"]} == {
        ("instrument", "required"),
        ("start", "invalid"),
        ("end", "required"),
        ("unit", "min_value"),
    }
    assert all(violation["detail"] for violation in told["violations"])


def test_a_refusal_can_be_read_whatever_the_request_would_accept(as_, researcher):
    for accepted in ("text/html", "application/xml", "application/problem+json"):
        answer = as_(researcher).get("/api/v1/bookings/999/", headers={"Accept": accepted})
        is_problem(answer, 404, "not_found")


def test_too_many_requests_are_told_when_to_come_back(as_, researcher, monkeypatch):
    from rest_framework.throttling import SimpleRateThrottle

    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"anon": "2/min", "user": "3/min"})
    client = as_(researcher)
    for _ in range(3):
        assert client.get("/api/v1/me/").status_code == 200
    refused = client.get("/api/v1/me/")
    is_problem(refused, 429, "throttled")
    assert 0 < int(refused.headers["Retry-After"]) <= 61
    assert as_(make.a_user()).get("/api/v1/me/").status_code == 200


def test_a_fault_of_ours_tells_nothing_of_itself(as_, researcher, instrument, settings):
    settings.PLATEAU_MONEY = "no.such.module"
    client = as_(researcher)
    client.raise_request_exception = False
    body = {
        "instrument": instrument.pk,
        "start": "2026-10-07T14:00:00+02:00",
        "end": "2026-10-07T16:00:00+02:00",
    }
    answer = client.post("/api/v1/bookings/", body)
    is_problem(answer, 500, "fault")
    assert "no.such.module" not in answer.text


def test_answers_are_kept_by_nobody_on_the_way(as_, researcher):
    client = as_(researcher)
    for path in ("me/", "bookings/", "bookings/999/"):
        assert "no-store" in client.get(f"/api/v1/{path}").headers["Cache-Control"]
    given = as_(None).post("/api/v1/auth/login/", {"email": "no@one.example", "password": "x"})
    assert "no-store" in given.headers["Cache-Control"]


@pytest.mark.parametrize("kind", STATUS_OF, ids=lambda kind: kind.__name__)
def test_every_error_has_the_status_of_the_table(kind):
    try:
        error = kind()
    except TypeError:
        error = kind([])
    error.data = defaultdict(lambda: "x", moment="x")
    assert problem_of(error)["status"] == STATUS_OF[kind]
