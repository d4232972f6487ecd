"""Small reads for the templates of the home pages and the catalogue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format

from billing.templatetags.paper import unit_word
from bookings.wording import date_text, day_text, money_text
from facilities.permissions import Role
from web.prices import percent_said

register = template.Library()
NO_DRAWING = "web/drawings/generic.svg"


@register.filter
def drawing(instrument: Any) -> str:
    """Return the template that draws an instrument."""
    return f"web/drawings/{instrument.drawing}.svg" if instrument.drawing else NO_DRAWING


@register.filter
def money(cents: int | None) -> str:
    """Write a sum of cents; nothing for none."""
    return "" if cents is None else money_text(cents)


@register.filter
def day(date: dt.date) -> str:
    """Write a day as Thu 26 Nov."""
    return day_text(date)


@register.filter
def dated(day: dt.date) -> str:
    """Write a date with its year, as 26 Nov 2026."""
    return date_text(day)


@register.filter
def named(found: Any, name: Any) -> Any:
    """Return what a mapping holds under a variable; nothing where there is no mapping."""
    return found.get(name, "") if isinstance(found, Mapping) else ""


@register.filter
def percent(number: int | None) -> str:
    """Write a share as 50%, in French with its space; nothing for none."""
    return "" if number is None else percent_said(number)


@register.filter
def role_word(role: str) -> str:
    """Name what somebody is on a platform."""
    return str(Role(role).label).lower()


LOOKS = {
    "is-free": ("is-ok", "circle-check"),
    "is-used": ("is-mine", "play"),
    "is-down": ("is-risk", "wrench"),
    "is-closed": ("", "clock"),
    "is-lock": ("is-wait", "lock"),
}
"""How a state looks as a tag: its class, and its icon."""


@register.filter
def tag_look(css: str) -> str:
    """Return the class of a state's tag."""
    return LOOKS[css][0]


@register.filter
def tag_icon(css: str) -> str:
    """Return the template of a state's icon."""
    return f"web/icons/{LOOKS[css][1]}.svg"


@register.filter
def quantity(number: Decimal) -> str:
    """Write a quantity without idle zeros, in the reader's form."""
    return number_format(number.normalize(), force_grouping=True)


@register.filter
def unit(name: str) -> str:
    """Name the unit of a charge or a line, as on paper."""
    return unit_word(name)
