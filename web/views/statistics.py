"""Statistics of platforms: how full, how used, what came in; as a page and as files."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.errors import NotFound
from billing.figures import Figures, figures_of, totals_by_facility
from billing.occupancy import percent_of
from billing.payments.collecting import paying_times
from billing.permissions import issuers_kept_by
from billing.statistics import Days
from bookings.wording import money_text
from web.download import csv_file
from web.pages import member_page
from web.people import PageRequest
from web.statistics.drawings import CAP_X, WARNING_X, bars, heat_map, share_bars
from web.statistics.tables import by_hour, by_instrument, by_tier, sheets_of
from web.statistics.words import (
    booked_base,
    days_text,
    euros_text,
    finding_text,
    hours_text,
    month_text,
    no_show_base,
    share_text,
)
from web.workbook import xlsx_file

DAY = dt.timedelta(days=1)
LONGEST = dt.timedelta(days=732)
MOST_SHARES = 10
TABLES = {"hours": by_hour, "tiers": by_tier}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address of the statistics names."""

    days: Days
    facility: str
    instrument: str

    def query(
        self,
        days: Days | None = None,
        *,
        facility: str | None = None,
        instrument: int | None = None,
    ) -> str:
        """Return it as an address again, perhaps of other days or of one place only."""
        days = days or self.days
        parts = {
            "facility": facility or self.facility,
            "instrument": "" if facility else str(instrument or self.instrument),
            "from": days.first.isoformat(),
            "to": days.last.isoformat(),
        }
        return urlencode({name: text for name, text in parts.items() if text})


@require_safe
@member_page
def page(request: PageRequest) -> HttpResponse:
    """Show the figures of last month, or of the days, platform and instrument asked for."""
    now = timezone.now()
    asked = _asked(request, today=now.date())
    figures = _figures(request, asked, now=now)
    shown = _shown(figures, asked, today=now.date())
    shown["paid_after"] = _days_to_payment(request, asked)
    return render(request, "web/statistics.html", shown)


@require_safe
@member_page
def workbook(request: PageRequest) -> HttpResponse:
    """Give all numbers of the page as a workbook."""
    now = timezone.now()
    asked = _asked(request, today=now.date())
    sheets = sheets_of(_figures(request, asked, now=now))
    return xlsx_file(name=_file(asked, "xlsx"), sheets=sheets)


@require_safe
@member_page
def table(request: PageRequest) -> HttpResponse:
    """Give one table of the page as CSV: the instruments, the hours or the tiers."""
    now = timezone.now()
    asked = _asked(request, today=now.date())
    figures = _figures(request, asked, now=now)
    wanted = request.GET.get("table", "")
    if wanted == "tiers" and not figures.sees_income:
        raise NotFound
    sheet = TABLES.get(wanted, by_instrument)(figures)
    return csv_file(name=_file(asked, "csv"), head=sheet.head, rows=sheet.rows)


def _file(asked: Asked, ending: str) -> str:
    return f"plateau-{asked.days.first.isoformat()}-{asked.days.last.isoformat()}.{ending}"


def _figures(request: PageRequest, asked: Asked, *, now: dt.datetime) -> Figures:
    if not 1 <= len(asked.instrument or "0") <= 18 or not (asked.instrument or "0").isdecimal():
        raise NotFound
    return figures_of(
        viewer=request.viewer.user,
        days=asked.days,
        now=now,
        facility_code=asked.facility or None,
        instrument_id=int(asked.instrument) if asked.instrument else None,
    )


def _days_to_payment(request: PageRequest, asked: Asked) -> Any:
    """Return how long invoices of the year before took to be paid, to who keeps the books."""
    if not request.viewer.keeps_books:
        return None
    issuer_ids = list(issuers_kept_by(request.viewer.user).values_list("pk", flat=True))
    last_on = asked.days.last
    times = paying_times(issuer_ids, first_on=_year_before(last_on), last_on=last_on)
    return next((one for one in times if not one.name and not one.tier), None)


def _asked(request: PageRequest, *, today: dt.date) -> Asked:
    """Read the address; days that are none, or too many, are last month."""
    first, last = (_day(request.GET.get(name, "")) for name in ("from", "to"))
    days = _month_before(today)
    if first and last and first <= last and last - first <= LONGEST:
        days = Days(first=first, last=last)
    return Asked(
        days=days,
        facility=request.GET.get("facility", ""),
        instrument=request.GET.get("instrument", ""),
    )


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _month_before(today: dt.date) -> Days:
    last = today.replace(day=1) - DAY
    return Days(first=last.replace(day=1), last=last)


def _choices(asked: Asked, *, today: dt.date) -> list[dict[str, Any]]:
    """Return the times one looks at most, as links."""
    before = _month_before(today)
    this_month = Days(first=today.replace(day=1), last=_end_of_month(today))
    a_year = Days(first=_year_before(today), last=today)
    choices = (
        (month_text(before.first), before),
        (month_text(this_month.first), this_month),
        (_("Twelve months"), a_year),
    )
    return [
        {"word": word, "query": asked.query(days), "is_on": days == asked.days}
        for word, days in choices
    ]


def _end_of_month(day: dt.date) -> dt.date:
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - DAY


def _year_before(day: dt.date) -> dt.date:
    """Return the day after the same day a year ago."""
    return (day + DAY).replace(year=(day + DAY).year - 1, day=min((day + DAY).day, 28))


def _shown(figures: Figures, asked: Asked, *, today: dt.date) -> dict[str, Any]:
    platforms = totals_by_facility(figures)
    return {
        "figures": figures,
        "asked": asked,
        "query": asked.query(),
        "choices": _choices(asked, today=today),
        "place": figures.facility.localized_name if figures.facility else "",
        "when": days_text(figures.days),
        "title": finding_text(figures),
        "heat": heat_map(figures),
        "bars": bars(
            [
                (line.instrument.name, line.sums, asked.query(instrument=line.instrument.pk))
                for line in figures.lines
            ]
        ),
        "platform_bars": bars(
            [(f.localized_name, sums, asked.query(facility=f.code)) for f, sums in platforms]
            if len(platforms) > 1
            else []
        ),
        **_four(figures),
        **_industry(figures),
        **_income(figures),
    }


def _four(figures: Figures) -> dict[str, str]:
    """Return the four figures, each with its base."""
    total = figures.total
    return {
        "booked": share_text(total.percent),
        "booked_base": booked_base(figures),
        "used": hours_text(total.used),
        "used_share": share_text(percent_of(total.used, total.booked)),
        "missed": share_text(percent_of(total.no_shows, total.sessions), places=1),
        "missed_base": no_show_base(figures),
        "billed": euros_text(total.cents),
        "industry": share_text(percent_of(figures.industry_cents, total.cents or 0)),
    }


def _industry(figures: Figures) -> dict[str, Any]:
    coming = [share for share in figures.shares if share.reaches_cap_on]
    soonest = sorted(coming, key=lambda share: str(share.reaches_cap_on))[:1]
    return {
        "shares": share_bars(figures.shares[:MOST_SHARES]),
        "has_more_shares": len(figures.shares) > MOST_SHARES,
        "reached": share_bars(soonest),
        "warning_x": WARNING_X,
        "cap_x": CAP_X,
    }


def _income(figures: Figures) -> dict[str, Any]:
    return {
        "tiers": [
            {
                "tier": tier,
                "sum": euros_text(tier.cents),
                "share": share_text(tier.percent),
                "width": round(tier.percent),
            }
            for tier in figures.tiers
        ],
        "other": money_text(figures.other_cents) if figures.other_cents else "",
    }
