"""The answer to one request, and an approval taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.errors import DomainError, NotFound, NotPermitted
from bookings import services
from bookings.permissions import requests_decided_by
from facilities.queries import operators_of
from web.errors import status_of
from web.pages import member_page, way_back
from web.people import PageRequest
from web.views.bookings import named
from web.views.requests.queue import (
    LONGEST_REASON,
    Refusal,
    queue_page,
    require_manager,
)
from web.views.requests.undoing import forget_undoable, keep_undoable, told_at

MOST_UNDONE = 50


@require_POST
@member_page
def approve(request: PageRequest, booking_id: int) -> HttpResponse:
    """Approve a request; from the queue it can be taken back for ten seconds."""
    now, goes_to = timezone.now(), way_back(request, reverse("requests"))
    can_undo = goes_to.startswith(reverse("requests"))
    try:
        booking = services.approve_booking(
            actor=request.viewer.user,
            booking_id=booking_id,
            reason=reason_of(request),
            now=now,
            told_at=told_at(now) if can_undo else None,
            **_operator(request, booking_id),
        )
    except (NotFound, NotPermitted):
        raise
    except DomainError as refusal:
        return _refused(request, booking_id, refusal)
    said = _("Approved: %(booking)s.") % {"booking": named(booking)}
    if can_undo:
        keep_undoable(request, booking_ids=[booking_id], said=said, now=now)
    else:
        messages.success(request, said)
    return redirect(goes_to)


@require_POST
@member_page
def reject(request: PageRequest, booking_id: int) -> HttpResponse:
    """Refuse a request with a reason."""
    try:
        booking = services.reject_booking(
            actor=request.viewer.user,
            booking_id=booking_id,
            reason=reason_of(request),
            now=timezone.now(),
        )
    except (NotFound, NotPermitted):
        raise
    except DomainError as refusal:
        return _refused(request, booking_id, refusal)
    messages.success(request, _("Refused: %(booking)s.") % {"booking": named(booking)})
    return redirect(way_back(request, reverse("requests")))


@require_POST
@member_page
def undo(request: PageRequest) -> HttpResponse:
    """Take approvals back that nobody has been told of yet; each is said for itself."""
    require_manager(request.viewer)
    asked = [text for text in request.POST.getlist("booking") if text.isdecimal()]
    for booking_id in [int(text) for text in asked if len(text) <= 18][:MOST_UNDONE]:
        try:
            booking = services.undo_approval(
                actor=request.viewer.user, booking_id=booking_id, now=timezone.now()
            )
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, _("To decide again: %(booking)s.") % {"booking": named(booking)}
            )
    forget_undoable(request)
    return redirect(way_back(request, reverse("requests")))


def reason_of(request: PageRequest) -> str:
    """Return the word to the person."""
    return request.POST.get("reason", "").replace("\0", "").strip()[:LONGEST_REASON]


def _refused(request: PageRequest, booking_id: int, refusal: DomainError) -> HttpResponse:
    said = Refusal(sentence=str(refusal), status=status_of(refusal), reason=reason_of(request))
    return queue_page(request, chosen=booking_id, is_one=True, refused=said)


def _operator(request: PageRequest, booking_id: int) -> dict[str, Any]:
    """Return the operator that was chosen, if they attend sessions on that platform."""
    chosen = request.POST.get("operator", "")
    if not chosen:
        return {}
    facility_id = (
        requests_decided_by(request.viewer.user, now=timezone.now())
        .filter(pk=booking_id)
        .values_list("instrument__facility", flat=True)
        .first()
    )
    for operator in operators_of([facility_id])[facility_id] if facility_id else ():
        if chosen == str(operator.pk):
            return {"operator_id": operator.pk}
    return {}
