"""The steps that a price list takes: other days, voted, in force, ended, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billing.prices.permissions import list_seen_by
from billing.services import price_lists as services
from web.forms.prices import EndForm, ListForm, VoteForm
from web.pages import carried_out, member_page
from web.people import PageRequest


@require_POST
@member_page
def card(request: PageRequest, list_id: int) -> HttpResponse:
    """Rename a draft and give it other days."""
    form = ListForm(request.POST)

    def step(**whose: Any) -> None:
        services.change_list(card=form.card(), **whose)

    return _stepped(request, list_id, step, _("Saved."), form)


@require_POST
@member_page
def vote(request: PageRequest, list_id: int) -> HttpResponse:
    """Note that a draft was voted."""
    form = VoteForm(request.POST)

    def step(**whose: Any) -> None:
        day = form.cleaned_data["voted_on"]
        services.vote_list(voted_on=day, now=timezone.now(), **whose)

    said = _("Voted. Its prices stand now; it charges nobody before it is in force.")
    return _stepped(request, list_id, step, said, form)


@require_POST
@member_page
def force(request: PageRequest, list_id: int) -> HttpResponse:
    """Put a voted list in force."""
    said = _("In force: it prices the days it is made for.")
    return _stepped(request, list_id, services.put_in_force, said)


@require_POST
@member_page
def end(request: PageRequest, list_id: int) -> HttpResponse:
    """Let a list in force end earlier."""
    form = EndForm(request.POST)

    def step(**whose: Any) -> None:
        services.end_list(last=form.cleaned_data["last"], now=timezone.now(), **whose)

    return _stepped(request, list_id, step, _("Saved. Another list can follow."), form)


@require_POST
@member_page
def withdraw(request: PageRequest, list_id: int) -> HttpResponse:
    """Delete a draft."""
    said = _("The draft is withdrawn.")
    return _stepped(request, list_id, services.withdraw_list, said, to=reverse("price_lists"))


def _stepped(
    request: PageRequest,
    list_id: int,
    step: Callable[..., object],
    said: str,
    form: Any = None,
    *,
    to: str = "",
) -> HttpResponse:
    """Take a step whose form is valid and say so, or what was wrong; then back to the list."""
    user = request.viewer.user
    list_seen_by(user, list_id)
    otherwise = to or reverse("price_list", kwargs={"list_id": list_id})
    if form is not None and not form.is_valid():
        for errors in form.errors.values():
            for sentence in errors:
                messages.error(request, sentence)
        return redirect(otherwise)

    def taken() -> str:
        step(actor=user, list_id=list_id)
        return said

    return carried_out(request, taken, otherwise=otherwise)
