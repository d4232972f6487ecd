"""How differences of prices read: with their sign, in euros and in per cent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from billing.prices.simulating import Total
from bookings.wording import money_text

NONE = "–"


def money_or_none(cents: int | None) -> str:
    """Write a sum, or a dash where there is none."""
    return NONE if cents is None else money_text(cents)


def signed_money(cents: int | None) -> str:
    """Write a difference with its sign; a dash where one side has no amount."""
    if cents is None:
        return NONE
    return f"{_sign(cents)}{money_text(abs(cents))}"


def signed_percent(percent: Decimal | None) -> str:
    """Write a difference in per cent with its sign; a dash where there was nothing before."""
    if percent is None:
        return NONE
    number = number_format(abs(percent), decimal_pos=1, force_grouping=True)
    return _("%(number)s%%") % {"number": f"{_sign(percent)}{number}"}


def _sign(number: Decimal | int) -> str:
    return "+" if number > 0 else "−" if number < 0 else ""


def total_said(total: Total) -> dict[str, Any]:
    """Return what a total of uses says, as text."""
    return {
        "uses": total.uses,
        "charged": money_text(total.charged_cents),
        "simulated": money_text(total.simulated_cents),
        "cents": signed_money(total.change.cents),
        "percent": signed_percent(total.change.percent),
        "unpriced": total.unpriced,
        "unpriced_sum": money_text(total.unpriced_cents),
    }
