"""Price lists: all of somebody's platforms, one of them, and a new one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import NotFound
from accounts.permissions import require
from billing.prices.permissions import (
    facilities_priced_by,
    facilities_with_prices_for,
    list_seen_by,
    may_set_prices,
    price_lists_visible_to,
)
from billing.services import price_lists as services
from billing.services.price_rates import change_rates
from web.forms.prices import EndForm, ListForm, NewListForm, VoteForm
from web.money.price_tables import (
    A_PAGE,
    amounts_of,
    list_days,
    look_of,
    parts_said,
    rates_said,
    voted_said,
)
from web.pages import carried_out, member_page
from web.people import PageRequest
from web.views.running.scope import attempted

DAY = dt.timedelta(days=1)
GROUPS = ("draft", "voted", "in_force", "past")


@require_safe
@member_page
def index(request: PageRequest) -> HttpResponse:
    """Show the price lists of a person's platforms, by how far they are."""
    user = request.viewer.user
    facilities = list(facilities_with_prices_for(user).order_by("code"))
    if not facilities:
        raise NotFound
    asked = request.GET.get("platform", "")
    lists = price_lists_visible_to(user)
    if asked:
        lists = lists.filter(facility__code=asked)
    today = timezone.now().date()
    rows: dict[str, list[Any]] = {group: [] for group in GROUPS}
    for prices in lists.order_by("facility__code", "-validity"):
        rows[_group(prices, today)].append((prices, list_days(prices), voted_said(prices)))
    context = {
        "groups": [(group, rows[group]) for group in GROUPS if rows[group]],
        "facilities": facilities,
        "asked": asked,
        "may_draft": facilities_priced_by(user).exists(),
    }
    return render(request, "web/money/price_lists.html", context)


def _group(prices: Any, today: dt.date) -> str:
    until = prices.validity.upper
    is_past = prices.status == "in_force" and until is not None and until <= today
    return "past" if is_past else str(prices.status)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new(request: PageRequest) -> HttpResponse:
    """Begin a draft, from another list or from nothing."""
    user = request.viewer.user
    facilities = list(facilities_priced_by(user).order_by("code"))
    require(bool(facilities))
    form = NewListForm(
        request.POST or None,
        starts=_starts(facilities, user),
        initial=_next_year(request, user),
    )
    if request.method == "POST" and form.is_valid():
        made: list[Any] = []

        def step() -> str:
            facility_id, copied_from_id = form.begun
            made.append(
                services.draft_list(
                    actor=user,
                    facility_id=facility_id,
                    card=form.card(),
                    copied_from_id=copied_from_id,
                    by=form.by(),
                )
            )
            return _("The draft is there. Nobody is charged by it.")

        if attempted(request, step, form, to="price_lists"):
            return redirect("price_list", list_id=made[0].pk)
    status = form.refused_with if request.method == "POST" else 200
    return render(request, "web/money/price_list_new.html", {"form": form}, status=status)


def _starts(facilities: Iterable[Any], user: Any) -> list[tuple[str, Any]]:
    empty = _("an empty list")
    lists: dict[int, list[Any]] = {}
    for prices in price_lists_visible_to(user).order_by("-validity"):
        lists.setdefault(prices.facility_id, []).append(prices)
    return [
        (
            f"{facility.code} · {facility.localized_name}",
            [
                (f"{facility.pk}:{each.pk}", f"{facility.code} · {each.name}")
                for each in lists.get(facility.pk, ())
            ]
            + [(f"{facility.pk}:", f"{facility.code} · {empty}")],
        )
        for facility in facilities
    ]


def _next_year(request: PageRequest, user: Any) -> dict[str, Any]:
    """Return what most drafts are: the year after a list, copied from it."""
    asked = request.GET.get("from", "")
    copied = None
    if asked.isdecimal() and len(asked) <= 18:
        copied = price_lists_visible_to(user).filter(pk=int(asked)).first()
    if copied is None:
        year = timezone.now().year + 1
        first, start = dt.date(year, 1, 1), None
    else:
        first = copied.validity.upper or dt.date(timezone.now().year + 1, 1, 1)
        start = f"{copied.facility_id}:{copied.pk}"
    last = dt.date(first.year, 12, 31)
    return {"start": start, "name": str(first.year), "first": first, "last": last}


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def detail(request: PageRequest, list_id: int) -> HttpResponse:
    """Show a list; of a draft, change rates."""
    user = request.viewer.user
    prices = list_seen_by(user, list_id)
    may_change = may_set_prices(user, prices.facility_id)
    is_open = may_change and prices.status == "draft"
    in_all_units = request.GET.get("units", "") == "all"
    table = rates_said(prices, is_open=is_open, in_all_units=in_all_units)
    page = Paginator(table.rows, A_PAGE).get_page(request.GET.get("page"))
    wrong: dict[str, str] = {}
    if request.method == "POST":
        amounts, wrong = amounts_of(request.POST, page.object_list, table.tiers)
        if not wrong:
            return _rates_changed(request, prices.pk, amounts)
    context = {
        "prices": prices,
        "look": look_of(prices),
        "days": list_days(prices),
        "voted": voted_said(prices),
        "may_change": may_change,
        "is_open": is_open,
        "tiers": table.tiers,
        "page": page,
        "rows": [row.cells(table.tiers, request.POST, wrong) for row in page.object_list],
        "in_all_units": in_all_units,
        "parts": parts_said(prices, is_open=is_open),
        "is_wrong": bool(wrong),
        **_forms(prices),
    }
    return render(request, "web/money/price_list.html", context, status=422 if wrong else 200)


def _forms(prices: Any) -> dict[str, Any]:
    until = prices.validity.upper
    last = until - DAY if until else None
    card = {"name": prices.name, "first": prices.validity.lower, "last": last}
    today = timezone.now().astimezone(prices.facility.tz).date()
    return {
        "card_form": ListForm(initial=card),
        "vote_form": VoteForm(initial={"voted_on": today}),
        "end_form": EndForm(initial={"last": today}),
    }


def _rates_changed(request: PageRequest, list_id: int, amounts: Any) -> HttpResponse:
    def step() -> str:
        change_rates(actor=request.viewer.user, list_id=list_id, amounts=amounts)
        return _("Saved.")

    return carried_out(request, step, otherwise=request.get_full_path())
