"""Small reads for the templates of services."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone

from billing.orders import service_names
from bookings.wording import clock_text, date_text

register = template.Library()


@register.filter
def service_name(service: Any) -> str:
    """Name a service in the reader's language."""
    return service_names.service_name(service)


@register.filter
def counted(number: Decimal, unit: str) -> str:
    """Write a number of units."""
    return service_names.counted_text(number, unit)


@register.filter
def count_field(form: Any, pk: int) -> Any:
    """Return the field of a form that counts a row."""
    return form[f"count-{pk}"]


@register.filter
def dated(day: dt.date) -> str:
    """Write a day, or the day of an instant, with its year."""
    return date_text(timezone.localtime(day) if isinstance(day, dt.datetime) else day)


@register.filter
def moment_said(moment: dt.datetime) -> str:
    """Write an instant with its year, on the clock of the page."""
    local = timezone.localtime(moment)
    return f"{date_text(local)}, {clock_text(local)}"
