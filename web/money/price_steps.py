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

    def step() -> str:
        services.change_list(actor=request.viewer.user, list_id=list_id, card=form.card())
        return _("Saved.")

    return _stepped(request, list_id, step, form)


@require_POST
@member_page
def vote(request: PageRequest, list_id: int) -> HttpResponse:
    """Note that a draft was voted."""
    form = VoteForm(request.POST)

    def step() -> str:
        services.vote_list(
            actor=request.viewer.user,
            list_id=list_id,
            voted_on=form.cleaned_data["voted_on"],
            now=timezone.now(),
        )
        return _("Voted. Its prices stand now; it charges nobody before it is in force.")

    return _stepped(request, list_id, step, form)


@require_POST
@member_page
def force(request: PageRequest, list_id: int) -> HttpResponse:
    """Put a voted list in force."""

    def step() -> str:
        services.put_in_force(actor=request.viewer.user, list_id=list_id)
        return _("In force: it prices the days it is made for.")

    return _stepped(request, list_id, step)


@require_POST
@member_page
def end(request: PageRequest, list_id: int) -> HttpResponse:
    """Let a list in force end earlier."""
    form = EndForm(request.POST)

    def step() -> str:
        services.end_list(
            actor=request.viewer.user,
            list_id=list_id,
            last=form.cleaned_data["last"],
            now=timezone.now(),
        )
        return _("Saved. Another list can follow.")

    return _stepped(request, list_id, step, form)


@require_POST
@member_page
def withdraw(request: PageRequest, list_id: int) -> HttpResponse:
    """Delete a draft."""

    def step() -> str:
        services.withdraw_list(actor=request.viewer.user, list_id=list_id)
        return _("The draft is withdrawn.")

    list_seen_by(request.viewer.user, list_id)
    return carried_out(request, step, otherwise=reverse("price_lists"))


def _stepped(
    request: PageRequest, list_id: int, step: Callable[[], str], form: Any = None
) -> HttpResponse:
    """Take a step whose form is valid, and go back to the list; say there what was wrong."""
    list_seen_by(request.viewer.user, list_id)
    otherwise = reverse("price_list", kwargs={"list_id": list_id})
    if form is not None and not form.is_valid():
        for errors in form.errors.values():
            for sentence in errors:
                messages.error(request, sentence)
        return redirect(otherwise)
    return carried_out(request, step, otherwise=otherwise)
