"""How lengths, times and sums read in a sentence, in the language that is active.

Instants are shown as given: bring them to the facility's time zone first.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

NBSP = "\u00a0"


def length_text(minutes: int) -> str:
    """Write a length as 45 min, 8 h or 1 h 30."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{NBSP}min"
    if not rest:
        return f"{hours}{NBSP}h"
    return f"{hours}{NBSP}h{NBSP}{rest:02}"


def day_text(day: date) -> str:
    """Write a day as Thu 26 Nov."""
    return date_format(day, pgettext("date format", "D j M"))


def date_text(day: date) -> str:
    """Write a date with its year, as 26 Nov 2026."""
    return date_format(day, pgettext("date format", "j M Y"))


def month_text(day: date) -> str:
    """Write the month of a day as October 2026."""
    return date_format(day, pgettext("date format", "F Y"))


def clock_text(moment: datetime) -> str:
    """Write a time of day in a sentence: 14:00, in French 14 h or 8 h 40."""
    if moment.minute:
        return date_format(moment, pgettext("time format", "H:i"))
    return date_format(moment, pgettext("time format, whole hour", "H:i"))


def moment_text(moment: datetime) -> str:
    """Write an instant as Thu 26 Nov, 14:00."""
    return f"{day_text(moment)}, {clock_text(moment)}"


def span_text(start: datetime, end: datetime) -> str:
    """Write a period as Thu 26 Nov, 14:00–16:00."""
    first, last = f"{day_text(start)}, {start:%H:%M}", f"{end:%H:%M}"
    if start.date() == end.date() or (end - start).days < 1:
        return f"{first}–{last}"
    return f"{first} – {day_text(end)}, {last}"


def spans_text(spans: Iterable[tuple[datetime, datetime]]) -> str:
    """Write periods one after the other; the day is said once where it is the same."""
    said: date | None = None
    texts = []
    for start, end in spans:
        text = span_text(start, end)
        texts.append(f"{start:%H:%M}–{end:%H:%M}" if start.date() == said else text)
        said = start.date()
    return ", ".join(texts)


def money_text(cents: int) -> str:
    """Write a sum of euros as €1,040.00."""
    amount = number_format(Decimal(cents) / 100, decimal_pos=2, force_grouping=True)
    return _("€%(amount)s") % {"amount": amount}
