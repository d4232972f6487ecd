"""The books: months with what they come to, VAT, the year's end, files, and closing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import NotFound
from billing.books.fec_export import fec_export
from billing.books.journal import JOURNALS, Entry
from billing.books.months import book_months, first_year
from billing.books.queries import entries_of
from billing.books.vat_summary import VatLine, VatSummary, vat_summary
from billing.books.year_end import year_end, year_end_entries
from billing.month_end.months import next_month
from billing.services.issuing import local_day
from billing.services.periods import close_period, next_to_close, series_with_gaps
from bookings.wording import month_text
from web.download import Cell, csv_file
from web.money.issuer_choice import Kept, kept
from web.pages import carried_out, member_page
from web.people import PageRequest

EARLIEST_YEAR = 2000


@require_safe
@member_page
def index(request: PageRequest) -> HttpResponse:
    """Show the months of a year: what each comes to, and which is to be closed next."""
    asked = kept(request)
    if asked is None:
        return render(request, "web/money/payments_none.html")
    today = local_day(timezone.now())
    year = _year(request, today)
    first = first_year(asked.issuer) or today.year
    coming = next_to_close(asked.issuer.pk, today=today)
    context = {
        "asked": asked,
        "year": year,
        "years": range(today.year, min(first, today.year) - 1, -1),
        "rows": book_months(asked.issuer, year=year),
        "next": coming,
        "next_text": month_text(coming),
        "may_close": next_month(coming) <= today,
        "gaps": ", ".join(series_with_gaps(asked.issuer.pk)),
    }
    return render(request, "web/money/books.html", context)


@require_safe
@member_page
def month(request: PageRequest) -> HttpResponse:
    """Show a month: its VAT on debits, on advances and on payments, and its journal."""
    asked = kept(request)
    if asked is None:
        return redirect("books")
    first, last_on = _month(request)
    vat = vat_summary(asked.issuer, first_on=first, last_on=last_on)
    entries = entries_of(asked.issuer, first_on=first, last_on=last_on)
    context = {
        "asked": asked,
        "month": first,
        "title": month_text(first),
        "vat": vat,
        "tables": _tables(vat),
        "journals": _journals(entries),
        "closed": asked.issuer.periods.filter(month=first).select_related("closed_by").first(),
    }
    return render(request, "web/money/books_month.html", context)


@require_safe
@member_page
def journal(request: PageRequest) -> HttpResponse:
    """Give the entries of a month as a file."""
    asked = kept(request)
    if asked is None:
        return redirect("books")
    first, last_on = _month(request)
    entries = entries_of(asked.issuer, first_on=first, last_on=last_on)
    return _entries_file(f"journal-{asked.issuer.code}-{first:%Y-%m}.csv", entries)


@require_safe
@member_page
def fec(request: PageRequest) -> HttpResponse:
    """Give the file of accounting entries of a year."""
    asked = kept(request)
    if asked is None:
        return redirect("books")
    today = local_day(timezone.now())
    export = fec_export(asked.issuer, year=_year(request, today), today=today)
    answer = HttpResponse(export.content, content_type="text/plain; charset=iso-8859-15")
    answer["Content-Disposition"] = f'attachment; filename="{export.name}"'
    return answer


@require_safe
@member_page
def deferred(request: PageRequest) -> HttpResponse:
    """Show use on the wrong side of a year's end, and the entries that set it right."""
    asked = kept(request)
    if asked is None:
        return redirect("books")
    found, entries, year = _year_end(request, asked)
    context = {
        "asked": asked,
        "year": year,
        "found": found,
        "rows": [line for entry in entries for line in _rows(entry)],
    }
    return render(request, "web/money/books_year_end.html", context)


@require_safe
@member_page
def deferred_file(request: PageRequest) -> HttpResponse:
    """Give the entries of a year's end as a file."""
    asked = kept(request)
    if asked is None:
        return redirect("books")
    _found, entries, year = _year_end(request, asked)
    return _entries_file(f"year-end-{asked.issuer.code}-{year}.csv", entries)


@require_POST
@member_page
def close(request: PageRequest) -> HttpResponse:
    """Close a month for good."""
    asked = kept(request)
    if asked is None:
        return redirect("books")
    first, _last_on = _month(request)

    def step() -> str:
        period = close_period(
            issuer_id=asked.issuer.pk,
            month=first,
            actor=request.viewer.user,
            now=timezone.now(),
        )
        return _("%(month)s is closed.") % {"month": month_text(period.month).capitalize()}

    return carried_out(request, step, otherwise=f"{reverse('books')}?{asked.query()}")


def _year(request: PageRequest, today: dt.date) -> int:
    text = request.GET.get("year", "")
    year = int(text) if text.isdecimal() and len(text) == 4 else today.year
    if not EARLIEST_YEAR <= year <= today.year + 1:
        raise NotFound
    return year


def _month(request: PageRequest) -> tuple[dt.date, dt.date]:
    text = request.POST.get("month") or request.GET.get("month")
    text = text or f"{local_day(timezone.now()):%Y-%m}"
    try:
        first = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise NotFound from None
    if not EARLIEST_YEAR <= first.year <= 2999:
        raise NotFound
    return first, next_month(first) - dt.timedelta(days=1)


def _year_end(request: PageRequest, asked: Kept) -> tuple[Any, list[Entry], int]:
    year = _year(request, local_day(timezone.now()))
    found = year_end(asked.issuer, last_on=dt.date(year, 12, 31))
    return found, year_end_entries(asked.issuer, found), year


def _tables(vat: VatSummary) -> list[tuple[str, tuple[VatLine, ...], bool]]:
    """Return the tables of a month with their names, and whether each is declared."""
    tables = [(_("On what was invoiced"), vat.invoiced, vat.is_on_debits)]
    if vat.is_on_debits:
        tables.append((_("On advances before their invoice"), vat.advances, True))
    return [*tables, (_("On what was paid"), vat.paid, not vat.is_on_debits)]


def _journals(entries: list[Entry]) -> list[tuple[str, str, int, int]]:
    counts: dict[str, list[int]] = {}
    for entry in entries:
        of_journal = counts.setdefault(entry.journal, [0, 0])
        of_journal[0] += 1
        of_journal[1] += entry.debit_cents
    return [(code, JOURNALS[code], number, cents) for code, (number, cents) in counts.items()]


def _rows(entry: Entry) -> list[tuple[Any, ...]]:
    return [
        (
            entry.journal,
            entry.on.isoformat(),
            entry.piece,
            line.account,
            line.label,
            line.customer.code if line.customer else "",
            line.customer.name if line.customer else "",
            entry.text,
            Decimal(line.debit_cents) / 100,
            Decimal(line.credit_cents) / 100,
        )
        for line in entry.lines
    ]


def _entries_file(name: str, entries: list[Entry]) -> HttpResponse:
    head = (
        _("Journal"), _("Day"), _("Piece"), _("Account"), _("Label"), _("Customer's account"),
        _("Customer"), _("Text"), pgettext("books", "Debit"), pgettext("books", "Credit"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [row for entry in entries for row in _rows(entry)]
    return csv_file(name=name, head=head, rows=rows)
