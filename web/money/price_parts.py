"""The parts of a draft beside its rates: bands, surcharges, discounts on volume, packages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import require
from billing.prices.errors import NotADraft, PartsNotPossible
from billing.prices.part_rows import Mistake, known_of
from billing.prices.parts import (
    BANDS,
    PACKAGE_ITEMS,
    PACKAGE_PRICES,
    PACKAGES,
    SURCHARGES,
    VOLUME_DISCOUNTS,
)
from billing.prices.permissions import list_seen_by, may_set_prices
from billing.prices.rows import Part
from billing.services.price_rates import change_parts
from web.forms.price_parts import PackageForms, Place, RowForms, initial_of, packages_of
from web.money.price_tables import list_days
from web.pages import member_page
from web.people import PageRequest

OF_PACKAGES = (PACKAGES, PACKAGE_PRICES, PACKAGE_ITEMS)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def bands(request: PageRequest, list_id: int) -> HttpResponse:
    """Change when the rates hold whole or in part; the first that holds a moment prices it."""
    return _rows(request, list_id, BANDS)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def surcharges(request: PageRequest, list_id: int) -> HttpResponse:
    """Change what the nature of a use adds to its price."""
    return _rows(request, list_id, SURCHARGES)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def discounts(request: PageRequest, list_id: int) -> HttpResponse:
    """Change what much use in a month takes off."""
    return _rows(request, list_id, VOLUME_DISCOUNTS)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def packages(request: PageRequest, list_id: int) -> HttpResponse:
    """Change what is sold for one price, what it costs each tier and what is in it."""
    prices = draft_seen(request, list_id)
    known = known_of(prices.facility_id)
    how: dict[str, Any] = {"form_kwargs": {"part": PACKAGES, "known": known}}
    if request.method == "POST":
        forms = PackageForms(request.POST, **how)
    else:
        rows = {part.name: part.rows_of(prices) for part in OF_PACKAGES}
        forms = PackageForms(initial=packages_of(rows, known), **how)
    return _answered(request, prices, forms, OF_PACKAGES)


def _rows(request: PageRequest, list_id: int, part: Part) -> HttpResponse:
    prices = draft_seen(request, list_id)
    known = known_of(prices.facility_id)
    how: dict[str, Any] = {"form_kwargs": {"part": part, "known": known}}
    if request.method == "POST":
        forms = RowForms(request.POST, **how)
    else:
        rows = [initial_of(part, row, known) for row in part.rows_of(prices)]
        forms = RowForms(initial=rows, **how)
    return _answered(request, prices, forms, [part])


def draft_seen(request: PageRequest, list_id: int) -> Any:
    """Return a draft whose prices the viewer makes.

    Raises:
        NotFound, NotPermitted, NotADraft: it is not theirs to change.
    """
    user = request.viewer.user
    prices = list_seen_by(user, list_id)
    require(may_set_prices(user, prices.facility_id))
    if prices.status != "draft":
        raise NotADraft
    return prices


def _answered(request: PageRequest, prices: Any, forms: Any, parts: Sequence[Part]) -> HttpResponse:
    """Show the forms, or change the draft as they say; what is wrong stands beside it."""
    is_sent = request.method == "POST"
    if is_sent and forms.is_valid():
        places = [place for form in forms for place in form.places()]
        said = {part.name: [row for row in places if row.part == part.name] for part in parts}
        try:
            change_parts(
                actor=request.viewer.user,
                list_id=prices.pk,
                said={name: [row.cells for row in rows] for name, rows in said.items()},
            )
        except PartsNotPossible as refusal:
            _tell(refusal.mistakes, said)
        else:
            messages.success(request, _("Saved."))
            return redirect("price_list", list_id=prices.pk)
    context = {
        "prices": prices,
        "days": list_days(prices),
        "forms": forms,
        "part": parts[0].name,
        "word": parts[0].word,
    }
    status = 422 if is_sent else 200
    return render(request, "web/money/price_list_part.html", context, status=status)


def _tell(mistakes: Iterable[Mistake], said: Mapping[str, Sequence[Place]]) -> None:
    for mistake in mistakes:
        if mistake.row:  # the others name a package whose own row is told as wrong
            said[mistake.part][mistake.row - 1].tell(mistake)
