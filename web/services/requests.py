"""Services: what platforms offer, asking for it, and one request with its steps."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import DomainError, NotFound
from accounts.titles import title_for
from billing.orders.permissions import (
    may_speak_for,
    may_work_for,
    service_requests_visible_to,
)
from billing.orders.queries import (
    billed_request_ids,
    charges_of_request,
    deliveries_of,
    estimate_cents,
    offers_for,
    services_visible_to,
)
from billing.orders.states import BEGINNABLE, OPEN, UNDECIDED, OrderState, may_become
from billing.quotes.permissions import quotes_visible_to
from billing.services import Wanted, request_service
from bookings.paying import accounts_offered, projects_offered
from web.forms.services import MILESTONE_ROWS, AskForm, StepForm
from web.pages import member_page
from web.people import PageRequest
from web.services.looks import look_of_request, stages_of

MOST = 100


@require_safe
@member_page
def index(request: PageRequest) -> HttpResponse:
    """Show what platforms offer me, my requests, and what my platforms have to answer."""
    viewer, now = request.viewer, timezone.now()
    visible = service_requests_visible_to(viewer.user, on=now.date()).order_by("-id")
    to_do = visible.filter(facility__in=viewer.run_facility_ids, state__in=OPEN)
    mine = visible.filter(requested_by=viewer.user) | visible.filter(
        team__in=[team.id for team in viewer.teams]
    )
    context = {
        "platforms": offers_for(viewer.user, now=now),
        "mine": rows_of(mine[:MOST]),
        "to_do": rows_of(to_do[:MOST]),
        "may_ask": bool(viewer.teams),
    }
    return render(request, "web/services/index.html", context)


def rows_of(requests: Any) -> list[dict[str, Any]]:
    """Return requests as rows of a list: each with its tag and what it asks for."""
    found = list(requests.prefetch_related("items__service"))
    billed = billed_request_ids(one.pk for one in found)
    return [
        {
            "order": one,
            "look": look_of_request(one.state, is_billed=one.pk in billed),
            "items": list(one.items.all()),
        }
        for one in found
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def ask(request: PageRequest, code: str) -> HttpResponse:
    """Ask a platform for some of its services."""
    viewer, now = request.viewer, timezone.now()
    services = [
        service
        for service in services_visible_to(viewer.user).filter(facility__code=code)
        if service.counting == "piece"
    ]
    if not services:
        raise NotFound
    form = _ask_form(request, services, on=now.date())
    if request.method == "POST" and form.is_valid():
        try:
            made = _ask(request, form, now=now)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("service_request", made.pk)
    context = {
        "facility": services[0].facility,
        "form": form,
        "offers": offers_for(viewer.user, now=now, services=services)[0].by_piece,
    }
    status = 422 if form.is_bound else 200
    return render(request, "web/services/ask.html", context, status=status)


def _ask_form(request: PageRequest, services: list[Any], *, on: dt.date) -> AskForm:
    user = request.viewer.user
    projects = list(projects_offered(user.pk, on=on))
    accounts = accounts_offered(
        user.pk, actor_id=user.pk, team_ids={one.team_id for one in projects}, on=on
    )
    return AskForm(
        request.POST if request.method == "POST" else None,
        services=services,
        projects=[(one.pk, title_for(request.viewer.reader, one)) for one in projects],
        accounts=list(accounts),
    )


def _ask(request: PageRequest, form: AskForm, *, now: dt.datetime) -> Any:
    data = form.cleaned_data
    return request_service(
        actor=request.viewer.user,
        items=[Wanted(service_id=pk, quantity=number) for pk, number in form.counts.items()],
        project_id=int(data["project"]),
        account_id=int(data["account"]) if data["account"] else None,
        title=data["title"],
        note=data["note"],
        now=now,
    )


def found(request: PageRequest, request_id: int) -> Any:
    """Return a request that the person may see.

    Raises:
        NotFound: there is none for them.
    """
    on = timezone.now().date()
    order = service_requests_visible_to(request.viewer.user, on=on).filter(pk=request_id).first()
    if order is None:
        raise NotFound
    return order


@require_safe
@member_page
def detail(request: PageRequest, request_id: int) -> HttpResponse:
    """Show a request: its stages, counts, price, history, and what this person may do."""
    now = timezone.now()
    order = found(request, request_id)
    items = list(order.items.select_related("service__facility").order_by("position"))
    steps = list(order.steps.select_related("actor").order_by("id"))
    is_billed = order.pk in billed_request_ids([order.pk])
    charges = list(charges_of_request(order)) if _sees_money(request, order) else []
    context = {
        "order": order,
        "look": look_of_request(order.state, is_billed=is_billed),
        "stages": stages_of(order, is_billed=is_billed, passed={one.to_state for one in steps}),
        "items": items,
        "deliveries": list(deliveries_of(order)),
        "steps": [(one, look_of_request(one.to_state)) for one in reversed(steps)],
        "milestones": list(order.milestones.order_by("position")),
        "whole": estimate_cents(order, items, now=now),
        "charges": charges,
        "charged": sum(one.amount_cents for one in charges),
        "acts": _acts(request, order, on=now.date()),
        "quote": _quote(request, order, on=now.date()),
        "form": StepForm(items=items, initial={"version": order.version}),
        "milestone_rows": range(1, MILESTONE_ROWS + 1),
    }
    return render(request, "web/services/request.html", context)


def _sees_money(request: PageRequest, order: Any) -> bool:
    """Say whether the ledger of a request is for this person: not for those who only work."""
    viewer = request.viewer
    only_works = order.facility_id in viewer.run_facility_ids and not viewer.watches_money
    return not only_works or order.requested_by_id == viewer.user.pk


def _quote(request: PageRequest, order: Any, *, on: dt.date) -> Any:
    """Return the quote that was made for a request, if it is for this person to see."""
    if order.quote_id is None:
        return None
    return quotes_visible_to(request.viewer.user, on=on).filter(pk=order.quote_id).first()


def _acts(request: PageRequest, order: Any, *, on: dt.date) -> dict[str, Any]:
    """Return what this person may do with a request as it stands."""
    user = request.viewer.user
    acts: dict[str, Any] = {}
    if may_work_for(user, order.facility_id):
        acts["accept"] = order.state == OrderState.REQUESTED
        acts["refuse"] = may_become(order.state, OrderState.REFUSED)
        acts["receive"] = order.state in OPEN - UNDECIDED
        acts["start"] = order.state in BEGINNABLE
        acts["deliver"] = order.state == OrderState.IN_PROGRESS
        acts["take_back"] = order.state in (OrderState.IN_PROGRESS, OrderState.DELIVERED)
        acts["reach"] = order.state in (OPEN - UNDECIDED) | {OrderState.DELIVERED}
    if may_speak_for(user, order, on=on):
        acts["cancel"] = may_become(order.state, OrderState.CANCELLED)
        if order.state in UNDECIDED:
            acts["accounts"] = list(
                accounts_offered(user.pk, actor_id=user.pk, team_ids=[order.team_id], on=on)
            )
    acts["any"] = any(may for act, may in acts.items() if act not in ("reach", "take_back"))
    return acts
