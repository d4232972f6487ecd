"""The file of accounting entries of an issuer's year, ready to be handed over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings

from billing.books.fec import fec_file, fec_name
from billing.books.lettering import letters
from billing.books.queries import entries_of, ties_of
from billing.models import Issuer


@dataclass(frozen=True, slots=True, kw_only=True)
class FecExport:
    """A file with its name."""

    name: str
    content: bytes


def fec_export(issuer: Issuer, *, year: int, today: dt.date) -> FecExport:
    """Return the entries of a calendar year; of one that goes on, those up to today.

    Which of them are settled is said as of today: an entry of a closed month stays as it
    is, but it may be settled, or come apart again, after its year.
    """
    first_on, last_on = dt.date(year, 1, 1), min(dt.date(year, 12, 31), today)
    zone = ZoneInfo(settings.CELERY_TIMEZONE)
    closed_on = {
        period.month: period.closed_at.astimezone(zone).date()
        for period in issuer.periods.filter(month__year=year)
    }
    # A payment of any year may settle an invoice of this one.
    whole = entries_of(issuer, first_on=dt.date.min, last_on=max(today, last_on))
    content = fec_file(
        [entry for entry in whole if first_on <= entry.on <= last_on],
        closed_on=closed_on,
        today=today,
        letters=letters(whole, ties_of(issuer)),
    )
    name = fec_name(siren=issuer.organisation.siren or "000000000", last_on=last_on)
    return FecExport(name=name, content=content)
