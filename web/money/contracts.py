"""Framework contracts: those that hold, one of them, and the prices agreed in it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import NotFound
from accounts.permissions import require
from billing.prices.contracts import (
    contracts_visible_to,
    facilities_sold_by,
    organisations_to_agree_with,
    things_sold_by,
)
from billing.services import contracting
from bookings.wording import date_text
from web.forms.contracts import ContractForm, NewContractForm, PriceForm
from web.money.price_tables import unit_said
from web.pages import carried_out, member_page
from web.people import PageRequest
from web.views.running.scope import attempted

DAY = dt.timedelta(days=1)


@require_safe
@member_page
def index(request: PageRequest) -> HttpResponse:
    """List the contracts: those that hold and those to come, then those that are over."""
    require(request.viewer.keeps_books)
    today = timezone.now().date()
    rows = [
        {"contract": contract, "days": days_said(contract), "is_over": _is_over(contract, today)}
        for contract in contracts_visible_to(request.viewer.user)
        .prefetch_related("rates__instrument", "rates__service")
        .order_by("organisation__name", "-validity")
    ]
    rows.sort(key=lambda row: bool(row["is_over"]))
    return render(request, "web/money/contracts.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new(request: PageRequest) -> HttpResponse:
    """Agree a contract."""
    require(request.viewer.keeps_books)
    user, today = request.viewer.user, timezone.now().date()
    platforms = facilities_sold_by(user).order_by("code")
    form = NewContractForm(
        request.POST or None,
        organisations=list(organisations_to_agree_with(user).values_list("pk", "name")),
        facilities=[(one.pk, f"{one.code} {one.localized_name}") for one in platforms],
        initial={"first": today},
    )
    made: list[Any] = []

    def step() -> str:
        made.append(
            contracting.make_contract(
                organisation_id=form.cleaned_data["organisation"],
                facility_id=form.cleaned_data["facility"],
                terms=form.terms(),
                actor=user,
            )
        )
        return _("Agreed. Now add the prices that are its own.")

    is_sent = request.method == "POST"
    if is_sent and form.is_valid() and attempted(request, step, form, to="contracts"):
        return redirect("contract", contract_id=made[0].pk)
    status = form.refused_with if is_sent else 200
    return render(request, "web/money/contract_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def detail(request: PageRequest, contract_id: int) -> HttpResponse:
    """Show a contract with its prices; change its terms."""
    contract = _kept(request, contract_id)
    form = ContractForm(request.POST or None, initial=_said(contract))

    def step() -> str:
        contracting.change_contract(
            contract_id=contract.pk, terms=form.terms(), actor=request.viewer.user
        )
        return _("Saved.")

    to_itself: dict[str, Any] = {"to": "contract", "contract_id": contract.pk}
    is_sent = request.method == "POST"
    if is_sent and form.is_valid() and (done := attempted(request, step, form, **to_itself)):
        return done
    status = form.refused_with if is_sent else 200
    return _shown(request, contract, form, _price_form(request, contract), status=status)


@require_POST
@member_page
def agree(request: PageRequest, contract_id: int) -> HttpResponse:
    """Add a price to a contract."""
    contract = _kept(request, contract_id)
    form = _price_form(request, contract, sent=request.POST)

    def step() -> str:
        contracting.agree_price(
            contract_id=contract.pk, price=form.price(), actor=request.viewer.user
        )
        return _("The price holds for what is charged from now on.")

    if form.is_valid() and (
        done := attempted(request, step, form, to="contract", contract_id=contract.pk)
    ):
        return done
    terms = ContractForm(initial=_said(contract))
    return _shown(request, contract, terms, form, status=form.refused_with)


@require_POST
@member_page
def drop(request: PageRequest, contract_id: int, rate_id: int) -> HttpResponse:
    """Take a price off a contract."""
    contract = _kept(request, contract_id)

    def step() -> str:
        contracting.drop_price(contract_id=contract.pk, rate_id=rate_id, actor=request.viewer.user)
        return _("The list prices it again.")

    return carried_out(request, step, otherwise=reverse("contract", args=[contract.pk]))


def days_said(contract: Any) -> str:
    """Write the days of a contract, the last one in it."""
    first = date_text(contract.validity.lower)
    if contract.validity.upper is None:
        return _("since %(first)s") % {"first": first}
    return f"{first} – {date_text(contract.validity.upper - DAY)}"


def _is_over(contract: Any, today: dt.date) -> bool:
    return contract.validity.upper is not None and contract.validity.upper <= today


def _kept(request: PageRequest, contract_id: int) -> Any:
    contract = contracts_visible_to(request.viewer.user).filter(pk=contract_id).first()
    if contract is None:
        raise NotFound
    return contract


def _said(contract: Any) -> dict[str, Any]:
    until = contract.validity.upper
    return {
        "reference": contract.reference,
        "first": contract.validity.lower,
        "last": until - DAY if until else None,
        "discount_percent": contract.discount_percent,
        "is_confidential": contract.is_confidential,
        "notes": contract.notes,
    }


def _price_form(request: PageRequest, contract: Any, *, sent: Any = None) -> PriceForm:
    instruments, services = things_sold_by(request.viewer.user, facility_id=contract.facility_id)
    return PriceForm(
        sent,
        instruments=list(instruments.values_list("pk", "name")),
        services=list(services.values_list("pk", "name", "unit")),
    )


def _shown(
    request: PageRequest, contract: Any, form: ContractForm, price_form: PriceForm, *, status: int
) -> HttpResponse:
    context = {
        "contract": contract,
        "days": days_said(contract),
        "rates": [
            (rate, unit_said(rate.unit))
            for rate in contract.rates.select_related("instrument", "service").order_by("pk")
        ],
        "is_charged": contract.charges.exists(),
        "form": form,
        "price_form": price_form,
    }
    return render(request, "web/money/contract.html", context, status=status)
