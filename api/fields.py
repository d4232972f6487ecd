"""How values travel: instants with an offset, money as decimal text, ids in range."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

BIGGEST_ID = 2**63 - 1
CURRENCY = "EUR"
"""The one currency so far: every shape names it, so that another may come."""

FIRST_YEAR, LAST_YEAR = 2000, 2199
"""Instants outside these years are typing mistakes; some of them overflow a time zone."""


def instant_text(instant: dt.datetime) -> str:
    """Return an instant as ISO 8601 in UTC, such as 2026-11-26T13:00:00Z."""
    return instant.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def amount_text(cents: int) -> str:
    """Return cents as decimal text: 1800 is "18.00"."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


class Priced(Protocol):
    """Anything with a price."""

    @property
    def amount_cents(self) -> int: ...

    @property
    def currency(self) -> str: ...


def amount_of(priced: Priced | None) -> dict[str, str] | None:
    """Return a price as its JSON shape, or None where there is none."""
    if priced is None:
        return None
    return {"amount": amount_text(priced.amount_cents), "currency": priced.currency}


class MoneySerializer(serializers.Serializer[Any]):
    """An amount before VAT."""

    amount = serializers.RegexField(r"^-?\d+\.\d{2}$", help_text="Decimal text, such as 18.00.")
    currency = serializers.CharField(help_text="ISO 4217 code.")


@extend_schema_field({"type": "string", "format": "date-time"})
class InstantField(serializers.DateTimeField):
    """An instant; without an offset from UTC it is refused, never guessed."""

    default_error_messages = {
        "naive_datetime": _("Give the offset from UTC, such as 2026-11-26T14:00:00+01:00."),
        "out_of_range": _("Give a year from 2000 to 2199."),
    }

    def enforce_timezone(self, value: dt.datetime) -> dt.datetime:
        if value.tzinfo is None:
            self.fail("naive_datetime")
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            self.fail("out_of_range")
        return value.astimezone(dt.UTC)

    def to_representation(self, value: dt.datetime) -> str:
        return instant_text(value)


class DayField(serializers.DateField):
    """A day of the calendar, in the years that instants may have."""

    default_error_messages = {
        "out_of_range": _("Give a year from 2000 to 2199."),
    }

    def to_internal_value(self, value: Any) -> dt.date:
        day: dt.date = super().to_internal_value(value)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail("out_of_range")
        return day


@extend_schema_field({"type": "string", "pattern": r"^\d{2}:\d{2}$", "example": "08:30"})
class WallClockField(serializers.TimeField):
    """A time of day as a clock on the wall shows it; it has no offset of its own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


@extend_schema_field({"type": "string", "pattern": r"^-?\d+\.\d{2}$", "example": "18.00"})
class CentsField(serializers.IntegerField):
    """Cents, shown as decimal text such as 18.00."""

    def to_representation(self, value: int) -> str:  # type: ignore[override]
        return amount_text(value)


class CurrencyField(serializers.CharField):
    """The currency of the amounts beside it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Any) -> str:
        return CURRENCY


class IdField(serializers.IntegerField):
    """The id of another object."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=BIGGEST_ID, **kwargs)


class TextField(serializers.CharField):
    """Free text of a bounded length; control characters are refused."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"max_length": 500, "allow_blank": True} | kwargs))


class Base64Field(serializers.CharField):
    """A file, as Base64; what it holds is judged by who takes it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise serializers.ValidationError(_("Send the file as Base64.")) from None
