"""What a month costs a person, and the teams whose money they look after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.errors import NotFound
from accounts.titles import Reader, title_for
from billing.spending import charges_of_month, month_by_account, statements_read_by
from bookings.wording import money_text
from web.download import Cell, csv_file
from web.pages import member_page
from web.people import PageRequest
from web.views.home.own import clock_of, days_on, first_of_next

MOST = 500
"""Charges that the page shows; the file holds all of them."""
CENTS = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A month, and its neighbours as they stand in an address."""

    first: dt.date
    title: str
    before: str
    after: str
    is_now: bool


def month_asked(text: str, *, today: dt.date) -> dt.date:
    """Return the first day of a month as an address names it; this month without one.

    Raises:
        NotFound: no such month, or one that no ledger reaches.
    """
    if not text:
        return today.replace(day=1)
    try:
        first = dt.datetime.strptime(text, "%Y-%m").replace(tzinfo=dt.UTC).date()
    except ValueError:
        raise NotFound from None
    if not 2000 <= first.year <= today.year + 10:
        raise NotFound
    return first


def _shown(first: dt.date, *, today: dt.date) -> Shown:
    title = date_format(first, "F Y")
    return Shown(
        first=first,
        title=title[:1].upper() + title[1:],
        before=f"{first - dt.timedelta(days=1):%Y-%m}",
        after=f"{first_of_next(first):%Y-%m}",
        is_now=first == today.replace(day=1),
    )


@require_safe
@member_page
def month(request: PageRequest) -> HttpResponse:
    """Show a month by account, each charge of it, and the statements."""
    now, user = timezone.now(), request.viewer.user
    tz = clock_of(request.viewer, ())
    today = now.astimezone(tz).date()
    first = month_asked(request.GET.get("month", ""), today=today)
    until = first_of_next(first)
    accounts = month_by_account(
        user, first=first, until=until, within=days_on(first, until, tz), on=now.date()
    )
    charges = list(charges_of_month(user, first=first, until=until, on=now.date())[: MOST + 1])
    total = sum(account.charged_cents for account in accounts)
    shown = _shown(first, today=today)
    statements = statements_read_by(user, first=first, on=now.date())
    context = {
        "shown": shown,
        "title": _("%(month)s: %(sum)s") % {"month": shown.title, "sum": money_text(total)},
        "accounts": accounts,
        "total_cents": total,
        "ahead_cents": sum(account.ahead_cents for account in accounts),
        "charges": charges[:MOST],
        "is_cut": len(charges) > MOST,
        "statements": statements,
        "statement_cents": sum(line.amount_cents for line in statements),
    }
    return render(request, "web/costs.html", context)


@require_safe
@member_page
def download(request: PageRequest) -> HttpResponse:
    """Return every charge of a month as a file."""
    now, user = timezone.now(), request.viewer.user
    today = now.astimezone(clock_of(request.viewer, ())).date()
    first = month_asked(request.GET.get("month", ""), today=today)
    charges = charges_of_month(user, first=first, until=first_of_next(first), on=now.date())
    head = [
        _("Date"), _("Platform"), _("Instrument"), _("What"), _("Team"), _("Project"),
        _("Account"), _("Quantity"), _("Unit"), _("Unit price in euros"), _("Share in per cent"),
        _("Amount in euros, excl. VAT"), _("Tier"), _("VAT in per cent"),
    ]  # fmt: skip
    rows = _rows(charges.iterator(), request.viewer.reader)
    return csv_file(name=f"plateau-{first:%Y-%m}.csv", head=head, rows=rows)


def _rows(charges: Iterator[Any], reader: Reader) -> Iterator[Sequence[Cell]]:
    for charge in charges:
        yield (
            charge.service_date.isoformat(),
            str(charge.facility),
            str(charge.instrument or ""),
            charge.description,
            str(charge.team),
            title_for(reader, charge.project),
            charge.account.reference if charge.account else "",
            charge.quantity.normalize(),
            charge.unit,
            _euros(charge.unit_price_cents),
            charge.percent,
            _euros(charge.amount_cents),
            charge.tier,
            charge.vat_percent.normalize(),
        )


def _euros(cents: int) -> Decimal:
    return (Decimal(cents) / 100).quantize(CENTS)
