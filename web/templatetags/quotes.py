"""Small reads for the pages about quotes."""

from __future__ import annotations

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def euros(cents: int) -> str:
    """Write cents as a field for euros takes them: 320.00."""
    return f"{Decimal(cents) / 100:.2f}"


@register.filter
def plain(number: Decimal) -> str:
    """Write a number as a field takes it, whatever the reader's language."""
    return f"{number:f}"
