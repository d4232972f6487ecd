"""Logging in: no guessing, no telling who exists, nobody locked out by a stranger."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from tests import factories as make
from tests.factories import NOW
from tests.security.world import PASSWORD

pytestmark = pytest.mark.django_db

URL = "/api/v1/auth/login/"


@pytest.fixture
def person() -> Any:
    person = make.a_researcher()
    person.set_password(PASSWORD)
    person.save()
    return person


def tried(email: str, password: str = "wrong", address: str = "10.0.0.1") -> Any:
    body = {"email": email, "password": password}
    return APIClient().post(URL, body, REMOTE_ADDR=address)


def test_ten_failures_close_the_door_for_a_quarter_of_an_hour(person: Any) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(10):
            assert tried(person.email).status_code == 401
        closed = tried(person.email, PASSWORD)
        assert (closed.status_code, closed.json()["code"]) == (429, "throttled")
        assert 0 < int(closed.headers["Retry-After"]) <= 901
        clock.shift(dt.timedelta(minutes=16))
        assert tried(person.email, PASSWORD).status_code == 200


def test_the_case_of_the_address_opens_no_second_door(person: Any) -> None:
    for number in range(10):
        tried(person.email.upper() if number % 2 else person.email.title())
    assert tried(person.email, PASSWORD).status_code == 429


def test_a_stranger_elsewhere_locks_nobody_out(person: Any) -> None:
    for _ in range(12):
        tried(person.email, address="203.0.113.9")
    assert tried(person.email, PASSWORD, address="10.0.0.1").status_code == 200


def test_the_page_and_the_api_count_together(person: Any) -> None:
    for _ in range(10):
        Client().post(
            "/accounts/login/",
            {"login": person.email, "password": "wrong"},
            REMOTE_ADDR="10.0.0.1",
        )
    assert tried(person.email, PASSWORD).status_code == 429


def test_success_is_not_counted(person: Any) -> None:
    for _ in range(15):
        assert tried(person.email, PASSWORD).status_code == 200


def test_nobody_learns_who_exists(person: Any) -> None:
    suspended = make.a_user(is_active=False)
    suspended.set_password(PASSWORD)
    suspended.save()
    answers = [
        tried(person.email),
        tried("no@one.example"),
        tried(suspended.email, PASSWORD),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1


def test_an_unknown_person_takes_as_long(person: Any, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["config.passwords.Argon2id"]
    person.set_password(PASSWORD)
    person.save()

    def median(email: str) -> float:
        times = []
        for number in range(7):
            start = time.perf_counter()
            tried(email, address=f"10.1.0.{number}")
            times.append(time.perf_counter() - start)
        return statistics.median(times)

    assert 0.5 < median("no@one.example") / median(person.email) < 2


def test_a_token_ends_by_log_out_by_time_and_with_the_person(person: Any) -> None:
    def me(token: str) -> int:
        headers = {"Authorization": f"Token {token}"}
        return int(APIClient().get("/api/v1/me/", headers=headers).status_code)

    with time_machine.travel(NOW, tick=False) as clock:
        first, second = (tried(person.email, PASSWORD).json() for _ in range(2))
        assert first["expiry"] == "2026-10-06T20:00:00Z"
        assert me(first["token"]) == me(second["token"]) == 200
        APIClient().post(
            "/api/v1/auth/logout/", headers={"Authorization": f"Token {first['token']}"}
        )
        assert (me(first["token"]), me(second["token"])) == (401, 200)
        clock.shift(dt.timedelta(hours=10))
        assert me(second["token"]) == 401
        third = tried(person.email, PASSWORD).json()["token"]
        assert me(third) == 200
        person.is_active = False
        person.save()
        assert me(third) == 401


def test_tokens_are_kept_as_hashes_and_the_oldest_gives_way(person: Any) -> None:
    from knox.models import get_token_model

    tokens = []
    for number in range(22):
        with time_machine.travel(NOW + dt.timedelta(seconds=number), tick=False):
            tokens.append(tried(person.email, PASSWORD).json()["token"])
    kept = get_token_model().objects.filter(user=person)
    assert kept.count() == 20
    assert not any(token in str(row.__dict__) for token in tokens for row in kept)
    with time_machine.travel(NOW + dt.timedelta(seconds=30), tick=False):
        for token, status in ((tokens[0], 401), (tokens[-1], 200)):
            headers = {"Authorization": f"Token {token}"}
            assert APIClient().get("/api/v1/me/", headers=headers).status_code == status


def test_a_session_writes_only_with_the_pages_own_token(person: Any) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(person)
    assert client.get("/api/v1/me/").status_code == 200
    body = {"instrument": 1, "start": "2027-01-01T10:00:00Z", "end": "2027-01-01T11:00:00Z"}
    refused = client.post("/api/v1/bookings/check/", body)
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    client.cookies["csrftoken"] = secret = "a" * 32
    allowed = client.post("/api/v1/bookings/check/", body, headers={"X-CSRFToken": secret})
    assert allowed.status_code == 404
