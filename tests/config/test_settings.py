"""Settings refuse what must not run, and say what the rules of reliability ask for."""

import os
import runpy
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

COMPLETE = {
    "PLATEAU_ENV": "production",
    "SECRET_KEY": "x" * 50,
    "SITE_URL": "https://plateau.example.org",
    "DATABASE_URL": "postgresql://role:p%40ss@db.example.org/plateau",
    "REDIS_URL": "redis://:secret@broker.example.org:6379/0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.org",
}


def load(monkeypatch: pytest.MonkeyPatch, **environment: str | None) -> dict[str, Any]:
    """Run the settings file anew in that environment and nothing else."""
    variables = {**COMPLETE, **environment}
    monkeypatch.setattr(
        os, "environ", {name: value for name, value in variables.items() if value is not None}
    )
    return runpy.run_path(str(settings.BASE_DIR / "config" / "settings.py"))


def test_a_complete_production_environment_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(monkeypatch)
    assert loaded["SESSION_COOKIE_NAME"] == "__Host-session"
    assert loaded["SESSION_COOKIE_SECURE"]
    assert loaded["SECURE_HSTS_SECONDS"] > 0
    assert not loaded["DEBUG"]
    assert (loaded["EMAIL_PORT"], loaded["EMAIL_USE_TLS"]) == (587, True)


@pytest.mark.parametrize(
    "changed",
    [
        {"SECRET_KEY": settings.DEMO_SECRET_KEY},
        {"SECRET_KEY": None},
        {"SECRET_KEY": "short"},
        {"SITE_URL": None},
        {"EMAIL_URL": None},
        {"DATABASE_URL": None},
        {"REDIS_URL": None},
        {"PLATEAU_ENV": "staging"},
        {"PLATEAU_ROLE": "cook"},
        {"DATABASE_URL": "mysql://role:secret@db/plateau"},
    ],
    ids=lambda changed: "{}={}".format(*next(iter(changed.items())))[:30],
)
def test_production_refuses_to_start(
    changed: dict[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        load(monkeypatch, **changed)
    assert "secret@" not in str(refusal.value)


def test_production_is_what_runs_where_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, PLATEAU_ENV=None)["PRODUCTION"]


OWNED = "postgresql://owner:other@db.example.org/plateau"


@pytest.mark.parametrize(
    ("role", "user"), [("manage", "owner"), ("web", "role"), ("worker", "role"), ("beat", "role")]
)
def test_only_who_manages_connects_as_the_owner_of_the_tables(
    role: str, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load(monkeypatch, PLATEAU_ROLE=role, DATABASE_OWNER_URL=OWNED)
    assert loaded["DATABASES"]["default"]["USER"] == user
    assert loaded["APPLICATION_ROLE"] == ("role", "p@ss")


@pytest.mark.parametrize(
    ("role", "statement", "lock", "pooled"),
    [("web", 5000, 2000, True), ("worker", 60000, 5000, False), ("manage", 0, 2000, False)],
)
def test_patience_with_the_database_depends_on_the_role(
    role: str, statement: int, lock: int, pooled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = load(monkeypatch, PLATEAU_ROLE=role)["DATABASES"]["default"]["OPTIONS"]
    assert f"statement_timeout={statement} " in options["options"]
    assert f"lock_timeout={lock} " in options["options"]
    assert ("pool" in options) is pooled
    assert "synchronous_commit" not in options["options"]


def test_a_url_gives_each_part_of_the_database_unquoted(monkeypatch: pytest.MonkeyPatch) -> None:
    database = load(monkeypatch)["DATABASES"]["default"]
    shown = [database[part] for part in ("USER", "PASSWORD", "HOST", "NAME")]
    assert shown == ["role", "p@ss", "db.example.org", "plateau"]


def test_proxies_are_believed_only_where_there_are_some(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = load(monkeypatch)
    assert "SECURE_PROXY_SSL_HEADER" not in alone
    assert alone["REST_FRAMEWORK"]["NUM_PROXIES"] == 0
    assert "SECURE_PROXY_SSL_HEADER" in load(monkeypatch, PROXIES="1")


def test_argon2_takes_nineteen_mebibytes() -> None:
    from config.passwords import Argon2id

    encoded = Argon2id().encode("a long enough password", "saltsaltsalt")
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_policy_for_browsers_allows_nothing_inline() -> None:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"]
    assert not [
        source for sources in directives.values() for source in sources if "unsafe" in source
    ]
