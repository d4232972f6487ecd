"""What is open by how late it is, and who pays when: as a page and as files."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.choices import TIERS
from billing.payments.collecting import ageing, days_of_sales_outstanding, paying_times
from billing.services.issuing import local_day
from billing.spreadsheets import Sheet
from web.download import csv_file
from web.money.issuer_choice import Kept, kept
from web.pages import member_page
from web.people import PageRequest
from web.workbook import xlsx_file

A_YEAR = dt.timedelta(days=365)


@require_safe
@member_page
def page(request: PageRequest) -> HttpResponse:
    """Show the ages of what is open, and days to payment of the last year's invoices."""
    asked = kept(request)
    if asked is None:
        return redirect("payments")
    today = local_day(timezone.now())
    rows = ageing([asked.issuer.pk], on=today)
    times = _times(asked, today)
    context = {
        "asked": asked,
        "ages": _ages(),
        "rows": rows,
        "totals": [sum(column) for column in zip(*(row.by_age for row in rows), strict=True)],
        "total_cents": sum(row.total_cents for row in rows),
        "overall": next((one for one in times if not one.name and not one.tier), None),
        "times": [(_who(one), one) for one in times if one.name or one.tier],
        "days": days_of_sales_outstanding([asked.issuer.pk], on=today),
        "today": today,
    }
    return render(request, "web/money/ageing.html", context)


@require_safe
@member_page
def as_csv(request: PageRequest) -> HttpResponse:
    """Give the ages of what is open as a file."""
    asked = kept(request)
    if asked is None:
        return redirect("payments")
    sheet = _ageing_sheet(asked, local_day(timezone.now()))
    return csv_file(name=f"ageing-{asked.issuer.code}.csv", head=sheet.head, rows=sheet.rows)


@require_safe
@member_page
def as_xlsx(request: PageRequest) -> HttpResponse:
    """Give both tables as a workbook."""
    asked = kept(request)
    if asked is None:
        return redirect("payments")
    today = local_day(timezone.now())
    times = Sheet(
        title=_("Days to payment"),
        head=[_("Who"), _("Invoices"), _("Mean, in days"), _("Median, in days")],
        rows=[
            (_who(one), one.invoices, one.mean_days, one.median_days)
            for one in _times(asked, today)
        ],
    )
    sheets = [_ageing_sheet(asked, today), times]
    return xlsx_file(name=f"ageing-{asked.issuer.code}.xlsx", sheets=sheets)


def _times(asked: Kept, today: dt.date) -> list[Any]:
    return paying_times([asked.issuer.pk], first_on=today - A_YEAR, last_on=today)


def _who(row: Any) -> str:
    return row.name or str(dict(TIERS).get(row.tier) or _("All"))


def _ages() -> list[str]:
    return [
        _("Not due"),
        _("1–30 days"),
        _("31–60 days"),
        _("61–90 days"),
        _("Over 90 days"),
    ]


def _ageing_sheet(asked: Kept, today: dt.date) -> Sheet:
    return Sheet(
        title=_("Ageing"),
        head=[_("Customer"), *_ages(), _("Total")],
        rows=[
            (row.organisation, *map(_euros, row.by_age), _euros(row.total_cents))
            for row in ageing([asked.issuer.pk], on=today)
        ],
    )


def _euros(amount: int) -> Decimal:
    return Decimal(amount) / 100
