"""Orders: what is asked of the platforms whose money somebody watches."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.permissions import require
from billing.orders.permissions import orders_watched_by
from billing.orders.states import LABELS, OrderState
from web.pages import member_page
from web.people import PageRequest
from web.services.requests import rows_of

A_PAGE = 50


@require_safe
@member_page
def index(request: PageRequest) -> HttpResponse:
    """List the requests to the platforms of who watches their money, the newest first."""
    require(request.viewer.watches_money)
    on = timezone.now().date()
    orders = orders_watched_by(request.viewer.user, on=on).order_by("-id")
    state = request.GET.get("state", "")
    if state in set(OrderState):
        orders = orders.filter(state=state)
    page = Paginator(orders, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": rows_of(page.object_list),
        "state": state,
        "states": [(one.value, LABELS[one]) for one in OrderState],
        "query": urlencode({"state": state}) if state else "",
    }
    return render(request, "web/services/orders.html", context)
