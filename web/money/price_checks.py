"""A price list beside another, and what last year's use would cost by it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.choices import TIERS
from accounts.errors import LastDayTooEarly, NotFound
from billing.prices.comparison import Comparison, RateChange, comparison
from billing.prices.permissions import list_seen_by, price_lists_visible_to
from billing.prices.simulation import (
    INSTRUMENT,
    SERVICE,
    VOLUME,
    Simulation,
    simulation,
    year_until,
)
from bookings.wording import date_text
from web.forms.prices import UseForm
from web.money.price_tables import list_days, unit_said
from web.money.price_words import money_or_none, signed_money, signed_percent, total_said
from web.pages import member_page
from web.people import PageRequest

KINDS = (INSTRUMENT, SERVICE, VOLUME)


@require_safe
@member_page
def compare(request: PageRequest, list_id: int) -> HttpResponse:
    """Show what a list changes of another list of its platform."""
    user = request.viewer.user
    prices = list_seen_by(user, list_id)
    others = price_lists_visible_to(user).filter(facility=prices.facility_id)
    others = others.exclude(pk=list_id).order_by("-validity", "pk")
    asked = _asked(request.GET.get("with", ""))
    found = comparison(user, old_id=asked, new_id=list_id) if asked or others else None
    shows_all = request.GET.get("all", "") == "1"
    context = {
        "prices": prices,
        "days": list_days(prices),
        "others": [(other, list_days(other)) for other in others],
        "found": found,
        "shows_all": shows_all,
        "rates": _rates(found, shows_all=shows_all) if found else [],
    }
    return render(request, "web/money/price_list_compare.html", context)


def _asked(text: str) -> int | None:
    if text and not (text.isdecimal() and len(text) <= 18):
        raise NotFound
    return int(text) if text else None


def _rates(found: Comparison, *, shows_all: bool) -> list[dict[str, Any]]:
    return [_rate(rate) for rate in (found.rates if shows_all else found.changed)]


def _rate(rate: RateChange) -> dict[str, Any]:
    return {
        "thing": rate.thing,
        "unit": unit_said(rate.unit),
        "tier": rate.tier,
        "old": money_or_none(rate.amount.old),
        "new": money_or_none(rate.amount.new),
        "cents": signed_money(rate.amount.cents),
        "percent": signed_percent(rate.amount.percent),
        "minimum": None
        if rate.minimum.is_same
        else (money_or_none(rate.minimum.old), money_or_none(rate.minimum.new)),
        "is_added": rate.amount.old is None,
        "is_dropped": rate.amount.new is None,
    }


@require_safe
@member_page
def simulate(request: PageRequest, list_id: int) -> HttpResponse:
    """Show what the uses of some days, a year unless asked, would have cost by a list."""
    user = request.viewer.user
    prices = list_seen_by(user, list_id)
    today = timezone.now().astimezone(prices.facility.tz).date()
    usual = dict(zip(("first", "last"), year_until(today), strict=True))
    form = UseForm(request.GET if {"first", "last"} & request.GET.keys() else None, initial=usual)
    asked = usual if not form.is_bound else form.cleaned_data if form.is_valid() else None
    found = _found(request, list_id, form, asked) if asked else None
    context = {"prices": prices, "days": list_days(prices), "form": form, "found": found}
    if found:
        words = dict(TIERS)
        context |= {
            "total": total_said(found.total),
            "since": date_text(found.first),
            "until": date_text(found.last),
            "tiers": [(tier, words[tier], total_said(one)) for tier, one in found.by_tier.items()],
            "kinds": [(kind, _by_name(found, kind)) for kind in KINDS],
            "months": [date_text(day) for day in found.months or ()],
            "agreed": total_said(found.agreed),
        }
    status = 200 if found else form.refused_with
    return render(request, "web/money/price_list_simulate.html", context, status=status)


def _found(request: PageRequest, list_id: int, form: UseForm, days: Any) -> Simulation | None:
    try:
        return simulation(
            request.viewer.user, list_id=list_id, first=days["first"], last=days["last"]
        )
    except LastDayTooEarly:
        form.add_error("last", _("Give days in order, of two years at the most."))
        return None


def _by_name(found: Simulation, kind: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "total": total_said(total),
            "rows": [
                (row.tier, total_said(row.total))
                for row in found.rows
                if (row.kind, row.name) == (kind, name)
            ],
        }
        for name, total in found.by_name(kind).items()
    ]
