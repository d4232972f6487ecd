"""Small reads for documents on paper."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.formats import number_format
from django.utils.translation import pgettext

from billing.documents import paper
from billing.prices.units import DAY, HOUR, OPERATOR_HOUR, SESSION, USE
from bookings.wording import date_text, money_text

register = template.Library()
register.filter("address_lines", paper.address_lines)
register.filter("identity_line", paper.identity_line)
register.filter("dated", date_text)


@register.filter
def money(cents: int | None) -> str:
    """Write a sum of cents; nothing for none."""
    return "" if cents is None else money_text(cents)


@register.filter
def quantity(number: Decimal) -> str:
    """Write a quantity without idle zeros, in the reader's form."""
    return number_format(number.normalize(), force_grouping=True)


@register.filter
def unit_word(unit: str) -> str:
    """Name the unit of a line; what a service is counted in is written as its list has it."""
    words = {
        HOUR: "h",
        DAY: pgettext("unit", "day"),
        SESSION: pgettext("unit", "session"),
        OPERATOR_HOUR: pgettext("unit", "operator hour"),
        USE: pgettext("unit", "use"),
    }
    return words.get(unit, unit)


@register.filter
def iban(number: str) -> str:
    """Write an IBAN in groups of four."""
    whole = number.replace(" ", "")
    return " ".join(whole[start : start + 4] for start in range(0, len(whole), 4))
