"""The parts of a price that are no hours of the instrument, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.wording import length_text, money_text

HOUR, SESSION, DAY, OPERATOR_HOUR = "hour", "session", "day", "operator-hour"
FULL_PERCENT = 100
MINUTES_OF_HOUR = 60


def part_said(line: Any) -> str:
    """Write a session, days, the operator, a surcharge or what fills up to the minimum."""
    count = int(line.quantity)
    words = {"rate": money_text(line.unit_price_cents), "count": count}
    if line.unit == SESSION:
        return _("Whole session, %(rate)s") % words
    if line.unit == DAY:
        return ngettext("%(count)d day × %(rate)s", "%(count)d days × %(rate)s", count) % words
    if line.unit == OPERATOR_HOUR:
        length = length_text(round(line.quantity * MINUTES_OF_HOUR))
        return _("Operator: %(length)s × %(rate)s") % (words | {"length": length})
    if not line.name:
        return _("Up to the least that a use costs")
    if line.percent == FULL_PERCENT:
        return str(line.name)
    return _("%(name)s: %(percent)d%% of %(rate)s") % (
        words | {"name": line.name, "percent": line.percent}
    )
