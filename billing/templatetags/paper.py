"""Small reads for documents on paper."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.formats import number_format

from billing.documents import paper
from bookings.wording import money_text

register = template.Library()
register.filter("address_lines", paper.address_lines)
register.filter("identity_line", paper.identity_line)


@register.filter
def money(cents: int | None) -> str:
    """Write a sum of cents; nothing for none."""
    return "" if cents is None else money_text(cents)


@register.filter
def quantity(number: Decimal) -> str:
    """Write a quantity without idle zeros, in the reader's form."""
    return number_format(number.normalize(), force_grouping=True)
