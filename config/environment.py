"""Reads the process environment into typed values: the only place that touches os.environ.

Knows no Django setting by name: config/settings.py decides what to ask for.
"""

import os
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit, urlunsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """Give a variable's value; without a default it must be set.

    Raises:
        ImproperlyConfigured: the variable is missing or empty and has no default.
    """
    value = os.environ.get(name) or default
    if value is None:
        raise ImproperlyConfigured(f"Set {name} in the environment.")
    return value


def number(name: str, default: float) -> float:
    """Give a variable as a number.

    Raises:
        ImproperlyConfigured: the value is not a number.
    """
    value = text(name, str(default))
    try:
        return float(value)
    except ValueError as wrong:
        raise ImproperlyConfigured(f"{name} must be a number, not {value!r}.") from wrong


def flag(name: str, *, default: bool = False) -> bool:
    """Give a variable as yes or no: 1, true, yes and on say yes."""
    return text(name, "yes" if default else "no").lower() in {"1", "true", "yes", "on"}


def names(name: str, default: str = "") -> list[str]:
    """Give a comma-separated variable as a list without blanks."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def database(url: str) -> dict[str, Any]:
    """Turn postgresql://user:password@host:port/name?sslmode=… into Django's form.

    Raises:
        ImproperlyConfigured: the URL is of another database.
    """
    parts = _split(url, schemes={"postgres", "postgresql"}, name="DATABASE_URL")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def login(url: str) -> tuple[str, str]:
    """Give the name and the password in a URL, empty where it has none."""
    parts = urlsplit(url)
    return unquote(parts.username or ""), unquote(parts.password or "")


def mail_server(url: str) -> dict[str, Any]:
    """Turn smtp://, smtp+tls:// or smtps://user:password@host:port into Django's settings.

    Raises:
        ImproperlyConfigured: the URL is of another kind.
    """
    parts = _split(url, schemes={"smtp", "smtp+tls", "smtps"}, name="EMAIL_URL")
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,
    }


def redis_database(url: str, index: int) -> str:
    """Give the same Redis server's URL with another database number."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{index}"))


def _split(url: str, *, schemes: set[str], name: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme not in schemes:
        # The URL carries a password: never repeat it in the message.
        raise ImproperlyConfigured(f"{name} must begin with one of {sorted(schemes)}.")
    return parts
