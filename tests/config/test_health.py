"""Load balancers learn what works, and nothing else."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from config.processes import free_port


def test_alive_asks_nobody(client: Client) -> None:
    answer = client.get("/healthz/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_when_database_and_broker_answer(client: Client) -> None:
    answer = client.get("/healthz/ready")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "broker": "ok"})


@pytest.mark.django_db
def test_not_ready_without_the_broker(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = f"redis://:secret@127.0.0.1:{free_port()}/0"
    answer = client.get("/healthz/ready")
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "broker": "unavailable"}
    assert answer["Retry-After"] == "5"


def test_health_is_never_kept_by_a_cache(client: Client) -> None:
    assert "no-store" in client.get("/healthz/live")["Cache-Control"]
