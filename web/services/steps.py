"""The steps of a service request, one for each button of its page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.errors import DomainError, NotFound
from billing import services
from web.forms.services import StepForm
from web.pages import carried_out, member_page
from web.people import PageRequest
from web.services.requests import found

Step = Callable[[StepForm, dict[str, Any]], Any]


class NotUnderstood(DomainError):
    """A form came with a value that its page does not offer."""

    code = "invalid"


STEPS: dict[str, tuple[Step, Promise]] = {
    "accept": (
        lambda form, common: services.accept_request(
            note=form.cleaned_data["note"], milestones=form.plans, **common
        ),
        _("Accepted: what it costs is promised from now on."),
    ),
    "refuse": (
        lambda form, common: services.refuse_request(reason=form.cleaned_data["note"], **common),
        _("Refused: the person is told why."),
    ),
    "receive": (
        lambda form, common: services.receive_samples(
            counts=form.counts, note=form.cleaned_data["note"], **common
        ),
        _("Noted: what came in."),
    ),
    "start": (
        lambda form, common: services.start_request(note=form.cleaned_data["note"], **common),
        _("The work has begun."),
    ),
    "deliver": (
        lambda form, common: services.deliver(
            counts=form.counts,
            note=form.cleaned_data["note"],
            is_last=form.cleaned_data["is_last"],
            **common,
        ),
        _("Noted: what was delivered."),
    ),
    "take-back": (
        lambda form, common: services.take_back_delivery(
            delivery_id=form.cleaned_data["delivery"] or 0,
            reason=form.cleaned_data["note"],
            **common,
        ),
        _("Taken back: its count, and what it was charged."),
    ),
    "reach": (
        lambda form, common: services.reach_milestone(
            milestone_id=form.cleaned_data["milestone"] or 0, **common
        ),
        _("The milestone is reached, and its part charged."),
    ),
    "cancel": (
        lambda form, common: services.cancel_request(note=form.cleaned_data["note"], **common),
        _("Taken back: nothing is promised any more."),
    ),
    "account": (
        lambda form, common: services.choose_account(
            account_id=form.cleaned_data["account"] or 0, **common
        ),
        _("Noted: what pays."),
    ),
}
"""What each button does, and what is said once it is done."""


@require_POST
@member_page
def take(request: PageRequest, request_id: int, step: str) -> HttpResponse:
    """Take a step of a request and go back to its page."""
    order = found(request, request_id)
    if step not in STEPS:
        raise NotFound
    service, said = STEPS[step]

    def taken() -> str:
        form = StepForm(request.POST, items=list(order.items.select_related("service")))
        if not form.is_valid():
            raise NotUnderstood
        service(form, _common(request, request_id, form, now=timezone.now()))
        return str(said)

    return carried_out(request, taken, otherwise=f"/services/requests/{request_id}/")


def _common(
    request: PageRequest, request_id: int, form: StepForm, *, now: dt.datetime
) -> dict[str, Any]:
    return {
        "actor": request.viewer.user,
        "request_id": request_id,
        "version": form.cleaned_data["version"],
        "now": now,
    }
