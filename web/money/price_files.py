"""A price list as a workbook: fetched, and read back into a draft after a look at it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import NotFound
from billing.prices.errors import ListFileRefused
from billing.prices.files import Tables, file_name_of, tables_of
from billing.prices.parts import PARTS
from billing.prices.permissions import list_seen_by
from billing.read_workbook import FileRefused, read_workbook
from billing.services.price_rates import look_at_file, take_over_file
from web.forms.prices import ListFileForm
from web.money.price_parts import draft_seen
from web.money.price_tables import list_days
from web.pages import carried_out, member_page
from web.people import PageRequest
from web.workbook import xlsx_file

MOST_MISTAKES = 200
"""Mistakes that a page tells; a file with more is looked at again anyway."""


@require_safe
@member_page
def fetch(request: PageRequest, list_id: int) -> HttpResponse:
    """Return a list as a workbook, a sheet for each of its parts."""
    prices = list_seen_by(request.viewer.user, list_id)
    return xlsx_file(name=file_name_of(prices), sheets=tables_of(prices))


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def take(request: PageRequest, list_id: int) -> HttpResponse:
    """Read a workbook and say what it would change or what is wrong; then take it over.

    What was read comes back with the second step and is checked again as if it were new.
    """
    prices = draft_seen(request, list_id)
    if "tables" in request.POST:
        return _taken_over(request, list_id)
    is_sent = request.method == "POST"
    form = ListFileForm(request.POST, request.FILES) if is_sent else ListFileForm()
    context: dict[str, Any] = {"prices": prices, "days": list_days(prices), "form": form}
    if is_sent and form.is_valid():
        try:
            context |= _looked_at(request, prices, read_workbook(form.cleaned_data["file"]))
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
    is_wrong = is_sent and (not form.is_valid() or bool(context.get("mistakes")))
    status = form.refused_with if is_wrong else 200
    return render(request, "web/money/price_list_import.html", context, status=status)


def _looked_at(request: PageRequest, prices: Any, tables: Tables) -> dict[str, Any]:
    try:
        found = look_at_file(actor=request.viewer.user, list_id=prices.pk, tables=tables)
    except ListFileRefused as refusal:
        return {
            "mistakes": refusal.mistakes[:MOST_MISTAKES],
            "more": max(len(refusal.mistakes) - MOST_MISTAKES, 0),
        }
    return {
        "changes": [
            (part.word, len(found[part.name].added), len(found[part.name].changed),
             len(found[part.name].dropped))
            for part in PARTS
            if part.name in found
        ],
        "is_same": not any(found.values()),
        "tables": json.dumps(tables, default=_as_text),
    }  # fmt: skip


def _as_text(cell: object) -> str:
    return f"{cell:%H:%M}" if isinstance(cell, dt.time) else str(cell)


def _taken_over(request: PageRequest, list_id: int) -> HttpResponse:
    tables = _tables(request.POST["tables"])

    def step() -> str:
        take_over_file(actor=request.viewer.user, list_id=list_id, tables=tables)
        return _("Taken over.")

    return carried_out(request, step, otherwise=reverse("price_list", kwargs={"list_id": list_id}))


def _tables(text: str) -> Tables:
    """Read what the first step wrote into the page; anybody could have written it.

    Raises:
        NotFound: it is nothing that this page writes.
    """
    try:
        said = json.loads(text)
        return {
            str(title): [(int(number), [_cell(cell) for cell in cells]) for number, cells in rows]
            for title, rows in said.items()
        }
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise NotFound from None


def _cell(said: object) -> str | bool | None:
    if said is None or isinstance(said, bool):
        return said
    if isinstance(said, str | int | float):
        return str(said)
    raise TypeError
