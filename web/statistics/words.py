"""How shares, hours and sums of the statistics read, and what they come to in a sentence."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from billing.figures import Figures
from billing.statistics import Days
from bookings.wording import NBSP, date_text

NONE = "–"


def share_text(percent: float | None, *, places: int = 0) -> str:
    """Write a share as 60% or 13.4%; a dash for a share of nothing."""
    if percent is None:
        return NONE
    number = number_format(round(Decimal(percent), places), decimal_pos=places)
    return _("%(number)s%%") % {"number": number}


def hours_text(minutes: int) -> str:
    """Write minutes as whole hours, such as 1,137 h."""
    return f"{number_format(round(minutes / 60), force_grouping=True)}{NBSP}h"


def euros_text(cents: int | None) -> str:
    """Write a sum in whole euros."""
    if cents is None:
        return NONE
    amount = number_format(round(Decimal(cents) / 100), decimal_pos=0, force_grouping=True)
    return _("€%(amount)s") % {"amount": amount}


def days_text(days: Days) -> str:
    """Name some days: a month by its name, others by their ends."""
    if is_month(days):
        return month_text(days.first)
    return _("%(first)s to %(last)s") % {
        "first": date_text(days.first),
        "last": date_text(days.last),
    }


def is_month(days: Days) -> bool:
    """Say whether some days are a whole month."""
    following = days.last + dt.timedelta(days=1)
    is_whole = days.first.day == 1 and following.day == 1
    return is_whole and (days.last - days.first).days < 31


def month_text(first: dt.date) -> str:
    """Write a month with its year."""
    return date_format(first, "F Y")


def finding_text(figures: Figures) -> str:
    """Say what stands out."""
    finding = figures.finding
    if finding.percent is None:
        return _("No hour was open in this time")
    if not finding.names:
        return _("Nothing was booked in this time")
    if finding.is_full:
        if len(finding.names) == 1:
            return _("%(name)s: more than eight open hours in ten booked") % {
                "name": finding.names[0]
            }
        return _("%(first)s and %(second)s: more than eight open hours in ten booked") % {
            "first": finding.names[0],
            "second": finding.names[1],
        }
    said = {"percent": share_text(finding.percent), "name": finding.names[0]}
    if len(figures.lines) == 1:
        return _("%(percent)s of the open hours of %(name)s booked") % said
    return _("%(percent)s of the open hours booked, most on %(name)s") % said


def booked_base(figures: Figures) -> str:
    """Say of what the booked share is one, and how it stands to the time before."""
    said = _("%(booked)s of %(open)s open") % {
        "booked": hours_text(figures.total.booked),
        "open": hours_text(figures.total.open),
    }
    if figures.before is None or figures.total.percent is None:
        return said
    points = round(figures.total.percent) - round(figures.before)
    before = _before_text(figures.before_days)
    if points == 0:
        return f"{said}, " + _("as much as in %(before)s") % {"before": before}
    more = ngettext(
        "%(points)d point more than in %(before)s",
        "%(points)d points more than in %(before)s",
        points,
    )
    less = ngettext(
        "%(points)d point less than in %(before)s",
        "%(points)d points less than in %(before)s",
        -points,
    )
    return f"{said}, " + (more if points > 0 else less) % {"points": abs(points), "before": before}


def _before_text(days: Days) -> str:
    if is_month(days):
        return date_format(days.first, "F")
    return pgettext("statistics", "the time before")


def no_show_base(figures: Figures) -> str:
    """Say of how many sessions nobody came to some."""
    missed, count = figures.total.no_shows, figures.total.sessions
    said = ngettext("%(missed)s of %(count)s session", "%(missed)s of %(count)s sessions", count)
    return said % {
        "missed": number_format(missed, force_grouping=True),
        "count": number_format(count, force_grouping=True),
    }
