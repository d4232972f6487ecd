"""Many requests answered at once: each is a change of its own, and each outcome is said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.errors import DomainError
from bookings import services
from bookings.errors import ReasonRequired
from bookings.permissions import bookings_visible_to
from web.pages import member_page
from web.people import PageRequest
from web.views.bookings import named
from web.views.requests.queue import (
    MOST,
    Refusal,
    address_of,
    only_of,
    queue_page,
    require_manager,
)
from web.views.requests.single import reason_of
from web.views.requests.undoing import keep_undoable, told_at

REJECT = "reject"


@dataclass(slots=True)
class Outcome:
    """What became of each request: done by id, refused by name with why."""

    done: dict[int, str] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)


@require_POST
@member_page
def decide(request: PageRequest) -> HttpResponse:
    """Approve or refuse the chosen requests, one by one."""
    require_manager(request.viewer)
    ids, rejects = _chosen(request), request.POST.get("act") == REJECT
    reason, now = reason_of(request), timezone.now()
    if not ids:
        messages.error(request, _("Choose at least one request."))
        return redirect(address_of(only_of(request)))
    if rejects and not reason:
        said = Refusal(
            sentence=str(ReasonRequired()),
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            booking_ids=frozenset(ids),
        )
        return queue_page(request, refused=said)
    outcome = _decided(request, ids, rejects=rejects, reason=reason, now=now)
    _say(request, outcome, rejects=rejects, now=now)
    return redirect(address_of(only_of(request)))


def _chosen(request: PageRequest) -> list[int]:
    asked = [text for text in request.POST.getlist("booking") if text.isdecimal()]
    return list(dict.fromkeys(int(text) for text in asked if len(text) <= 18))[:MOST]


def _decided(
    request: PageRequest, ids: Sequence[int], *, rejects: bool, reason: str, now: dt.datetime
) -> Outcome:
    """Answer each in a transaction of its own: one that fails holds no other up."""
    actor, outcome = request.viewer.user, Outcome()
    names = _names(request, ids, now=now)
    for booking_id in ids:
        name = names.get(booking_id, _("A request"))
        try:
            if rejects:
                services.reject_booking(actor=actor, booking_id=booking_id, reason=reason, now=now)
            else:
                services.approve_booking(
                    actor=actor,
                    booking_id=booking_id,
                    reason=reason,
                    now=now,
                    told_at=told_at(now),
                )
        except DomainError as refusal:
            outcome.refused.append((name, str(refusal)))
        else:
            outcome.done[booking_id] = name
    return outcome


def _names(request: PageRequest, ids: Sequence[int], *, now: dt.datetime) -> dict[int, str]:
    visible = bookings_visible_to(request.viewer.user, on=now.date()).filter(pk__in=ids)
    found = visible.select_related("instrument__facility")
    return {booking.pk: named(booking) for booking in found}


def _say(request: PageRequest, outcome: Outcome, *, rejects: bool, now: dt.datetime) -> None:
    not_done = (
        _("Not refused: %(booking)s. %(why)s")
        if rejects
        else _("Not approved: %(booking)s. %(why)s")
    )
    for name, why in outcome.refused:
        messages.error(request, not_done % {"booking": name, "why": why})
    if not outcome.done:
        return
    count, names = len(outcome.done), "; ".join(outcome.done.values())
    if rejects:
        said = ngettext(
            "%(count)d request refused: %(names)s.", "%(count)d requests refused: %(names)s.", count
        )
        messages.success(request, said % {"count": count, "names": names})
        return
    said = ngettext("%(count)d request approved.", "%(count)d requests approved.", count)
    keep_undoable(request, booking_ids=list(outcome.done), said=said % {"count": count}, now=now)
