"""The bands of a draft: when the rates hold whole or in part."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import require
from billing.prices.errors import NotADraft
from billing.prices.parts import BANDS
from billing.prices.permissions import list_seen_by, may_set_prices
from billing.services.price_rates import change_bands
from web.forms.prices import BandForms
from web.money.price_tables import list_days
from web.pages import carried_out, member_page
from web.people import PageRequest


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def bands(request: PageRequest, list_id: int) -> HttpResponse:
    """Change the bands of a draft; the first that holds a moment prices it."""
    user = request.viewer.user
    prices = list_seen_by(user, list_id)
    require(may_set_prices(user, prices.facility_id))
    if prices.status != "draft":
        raise NotADraft
    if request.method != "POST":
        return _shown(request, prices, BandForms(initial=BANDS.rows_of(prices)), 200)
    forms = BandForms(request.POST)
    if not forms.is_valid():
        return _shown(request, prices, forms, 422)
    cards = [form.card() for form in forms if form.cleaned_data.get("name")]

    def step() -> str:
        change_bands(actor=user, list_id=list_id, bands=cards)
        return _("Saved.")

    return carried_out(request, step, otherwise=reverse("price_list", kwargs={"list_id": list_id}))


def _shown(request: PageRequest, prices: Any, forms: Any, status: int) -> HttpResponse:
    context = {"prices": prices, "days": list_days(prices), "forms": forms}
    return render(request, "web/money/price_list_bands.html", context, status=status)
