"""Small reads for the templates of services."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template

from billing import service_names

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
