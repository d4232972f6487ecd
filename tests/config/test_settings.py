"""Settings refuse what must not run, and say what the rules of reliability ask for."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

COMPLETE = {
    "PLATEAU_ENV": "production",
    "SECRET_KEY": "x" * 50,
    "SITE_URL": "https://plateau.example.org",
    "DATABASE_URL": "postgresql://role:p%40ss@db.example.org/plateau",
    "REDIS_URL": "redis://:secret@broker.example.org:6379/0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.org",
}
SHOW = "from config import settings as s; print({})"


def load(show: str = "", **environment: str | None) -> "subprocess.CompletedProcess[str]":
    variables = {**COMPLETE, "PATH": os.environ["PATH"], **environment}
    return subprocess.run(
        [sys.executable, "-c", SHOW.format(show)],
        env={name: value for name, value in variables.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_complete_production_environment_is_accepted() -> None:
    answer = load("s.SESSION_COOKIE_NAME, s.SECURE_HSTS_SECONDS > 0, s.DEBUG, s.EMAIL_PORT")
    assert answer.stdout.split() == ["__Host-session", "True", "False", "587"], answer.stderr


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
def test_production_refuses_to_start(changed: dict[str, str | None]) -> None:
    answer = load(**changed)
    assert answer.returncode != 0
    assert "ImproperlyConfigured" in answer.stderr
    assert "secret@" not in answer.stderr


def test_production_is_what_runs_where_nothing_is_said() -> None:
    assert load("s.PRODUCTION", PLATEAU_ENV=None).stdout.strip() == "True"


@pytest.mark.parametrize(
    ("role", "statement", "lock", "pooled"),
    [("web", 5000, 2000, True), ("worker", 60000, 5000, False), ("manage", 0, 5000, False)],
)
def test_patience_with_the_database_depends_on_the_role(
    role: str, statement: int, lock: int, pooled: bool
) -> None:
    options = load("s.DATABASES['default']['OPTIONS']", PLATEAU_ROLE=role).stdout
    assert f"statement_timeout={statement} " in options
    assert f"lock_timeout={lock} " in options
    assert ("'pool'" in options) is pooled
    assert "synchronous_commit" not in options


def test_a_url_gives_each_part_of_the_database_unquoted() -> None:
    shown = load("[s.DATABASES['default'][k] for k in ('USER', 'PASSWORD', 'HOST', 'NAME')]")
    assert shown.stdout.strip() == "['role', 'p@ss', 'db.example.org', 'plateau']"


def test_proxies_are_believed_only_where_there_are_some() -> None:
    show = "getattr(s, 'SECURE_PROXY_SSL_HEADER', None), s.REST_FRAMEWORK['NUM_PROXIES']"
    assert load(show).stdout.strip() == "None 0"
    assert "X_FORWARDED_PROTO" in load(show, PROXIES="1").stdout


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
