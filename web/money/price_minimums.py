"""The least that a use costs, by instrument and tier of a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.prices.units import TIME_UNITS
from billing.services.price_rates import change_rates
from web.money.price_parts import draft_seen
from web.money.price_tables import RateCell, ShownRow, amounts_of, field_name, list_days, rates_said
from web.money.price_words import money_or_none
from web.pages import carried_out, member_page
from web.people import PageRequest


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def minimums(request: PageRequest, list_id: int) -> HttpResponse:
    """Change the minimums of what has a rate; an empty field is none."""
    prices = draft_seen(request, list_id)
    table = rates_said(prices, is_open=False)
    rows = [shown for shown in table.rows if shown.row.unit in TIME_UNITS]
    wrong: dict[str, str] = {}
    if request.method == "POST":
        stored = [
            replace(shown, row=replace(shown.row, amounts=shown.row.minima)) for shown in rows
        ]
        typed, wrong = amounts_of(request.POST, stored, table.tiers)
        if not wrong:

            def step() -> str:
                minima = {priced: cents or 0 for priced, cents in typed.items()}
                change_rates(actor=request.viewer.user, list_id=list_id, amounts={}, minima=minima)
                return _("Saved.")

            otherwise = reverse("price_list", kwargs={"list_id": list_id})
            return carried_out(request, step, otherwise=otherwise)
    context = {
        "prices": prices,
        "days": list_days(prices),
        "tiers": table.tiers,
        "rows": [_cells(row, table.tiers, request.POST, wrong) for row in rows],
        "is_wrong": bool(wrong),
    }
    status = 422 if wrong else 200
    return render(request, "web/money/price_list_minimums.html", context, status=status)


def _cells(
    shown: ShownRow,
    tiers: Sequence[tuple[str, Any]],
    typed: Mapping[str, str],
    wrong: Mapping[str, str],
) -> dict[str, Any]:
    """Return a row for a template: a field beside each rate; one without a name has none."""
    row, cells = shown.row, []
    for tier, _word in tiers:
        cents, least = row.amounts.get(tier), row.minima.get(tier)
        name = field_name(row, tier)
        stored = f"{Decimal(least) / 100:.2f}" if least else ""
        cells.append(
            RateCell(
                name="" if cents is None else name,
                label=f"{row.thing}, {shown.unit}, {tier}",
                text=money_or_none(cents),
                typed=typed.get(name, stored) if wrong else stored,
                wrong=wrong.get(name, ""),
            )
        )
    return {"thing": row.thing, "unit": shown.unit, "cells": cells}
