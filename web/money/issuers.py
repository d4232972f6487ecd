"""Who sells: the bodies that issue documents, their terms, platforms and accountants."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import NotFound
from accounts.permissions import organisations_visible_to, require
from billing.permissions import issuers_kept_by
from billing.services import issuers
from facilities.permissions import facilities_visible_to
from web.forms.issuers import AccountantForm, IssuerForm, NewIssuerForm
from web.pages import carried_out, member_page
from web.people import PageRequest
from web.views.running.scope import attempted


@require_safe
@member_page
def index(request: PageRequest) -> HttpResponse:
    """List the issuers whose books a person keeps."""
    require(request.viewer.keeps_books)
    kept = issuers_kept_by(request.viewer.user).prefetch_related("facilities", "accountants")
    return render(request, "web/money/issuers.html", {"issuers": list(kept)})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new(request: PageRequest) -> HttpResponse:
    """Let an organisation issue documents."""
    require(request.viewer.is_administrator)
    known = organisations_visible_to(request.viewer.user, on=timezone.now().date())
    form = NewIssuerForm(
        request.POST or None, organisations=list(known.values_list("pk", "name").order_by("name"))
    )

    def step() -> str:
        made = issuers.found_issuer(
            organisation_id=form.cleaned_data["organisation"],
            code=form.cleaned_data["code"],
            card=form.card(),
            actor=request.viewer.user,
        )
        return _("%(name)s can issue documents now.") % {"name": made}

    is_sent = request.method == "POST"
    if is_sent and form.is_valid() and (done := attempted(request, step, form, to="issuers")):
        return done
    status = form.refused_with if is_sent else 200
    return render(request, "web/money/issuer_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def edit(request: PageRequest, issuer_id: int) -> HttpResponse:
    """Show an issuer; change its terms, its bank and its look."""
    issuer = _kept(request, issuer_id)
    started = {name: getattr(issuer, name) for name in asdict(issuers.IssuerCard())}
    form = IssuerForm(request.POST or None, initial=started)

    def step() -> str:
        issuers.change_issuer(issuer_id=issuer.pk, card=form.card(), actor=request.viewer.user)
        return _("Saved. It holds from the next document on.")

    to_itself: dict[str, Any] = {"to": "issuer", "issuer_id": issuer.pk}
    is_sent = request.method == "POST"
    if is_sent and form.is_valid() and (done := attempted(request, step, form, **to_itself)):
        return done
    sold = set(issuer.facilities.values_list("pk", flat=True))
    context = {
        "issuer": issuer,
        "form": form,
        "platforms": [
            (one, one.pk in sold)
            for one in facilities_visible_to(request.viewer.user).order_by("code")
        ],
        "accountants": list(issuer.accountants.order_by("last_name", "pk")),
        "accountant_form": AccountantForm(),
    }
    status = form.refused_with if is_sent else 200
    return render(request, "web/money/issuer.html", context, status=status)


@require_POST
@member_page
def platforms(request: PageRequest, issuer_id: int) -> HttpResponse:
    """Say for which platforms an issuer sells."""
    chosen = [int(text) for text in request.POST.getlist("facility") if text.isdecimal()]

    def step() -> str:
        issuers.sell_for(issuer_id=issuer_id, facility_ids=chosen, actor=request.viewer.user)
        return _("Saved. It holds for what is charged from now on.")

    return _back(request, step, issuer_id)


@require_POST
@member_page
def accountant(request: PageRequest, issuer_id: int) -> HttpResponse:
    """Let somebody keep the books."""

    def step() -> str:
        person = issuers.name_accountant(
            issuer_id=issuer_id, email=request.POST.get("email", ""), actor=request.viewer.user
        )
        return _("%(person)s keeps the books now.") % {"person": person}

    return _back(request, step, issuer_id)


@require_POST
@member_page
def dismiss(request: PageRequest, issuer_id: int, person_id: int) -> HttpResponse:
    """End that somebody keeps the books."""

    def step() -> str:
        person = issuers.dismiss_accountant(
            issuer_id=issuer_id, person_id=person_id, actor=request.viewer.user
        )
        return _("%(person)s no longer keeps the books.") % {"person": person}

    return _back(request, step, issuer_id)


def _kept(request: PageRequest, issuer_id: int) -> Any:
    issuer = issuers_kept_by(request.viewer.user).filter(pk=issuer_id).first()
    if issuer is None:
        raise NotFound
    return issuer


def _back(request: PageRequest, step: Any, issuer_id: int) -> HttpResponse:
    _kept(request, issuer_id)
    require(request.viewer.is_administrator)
    return carried_out(request, step, otherwise=reverse("issuer", args=[issuer_id]))
