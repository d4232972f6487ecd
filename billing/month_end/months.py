"""Months, given by any of their days."""

import datetime as dt


def next_month(day: dt.date) -> dt.date:
    """Return the first day of the month after a day's."""
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def last_month(day: dt.date) -> dt.date:
    """Return the first day of the month before a day's."""
    return (day.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
