"""Requests that wait for a manager: the queue, and the answer to one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import DomainError, NotFound, NotPermitted
from bookings import services
from bookings.permissions import requests_decided_by
from facilities.queries import operators_of
from web.errors import status_of
from web.pages import member_page, way_back
from web.people import PageRequest
from web.sessions import SHOWN_WITH, sessions_of
from web.views.bookings import named

MOST = 50
LONGEST_REASON = 500


@require_safe
@member_page
def queue(request: PageRequest) -> HttpResponse:
    """Show what the viewer can decide; oldest first."""
    return _queue(request)


def _queue(
    request: PageRequest, *, refused: tuple[int, DomainError, str] | None = None
) -> HttpResponse:
    if not request.viewer.is_manager:
        raise NotPermitted
    now = timezone.now()
    rows = requests_decided_by(request.viewer.user, now=now).select_related(*SHOWN_WITH)
    shown = sessions_of(rows.order_by("pk")[:MOST], viewer=request.viewer, now=now)
    operators = operators_of({session.facility_id for session in shown})
    context: dict[str, Any] = {"requests": shown, "operators": operators}
    status = 200
    if refused is not None:
        refused_id, refusal, reason = refused
        context |= {
            "refused_id": refused_id,
            "refusal": str(refusal),
            "reason": reason,
            "is_shown": any(session.id == refused_id for session in shown),
        }
        status = status_of(refusal)
    return render(request, "web/requests.html", context, status=status)


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


def _nothing_more(request: PageRequest, booking_id: int) -> dict[str, Any]:
    return {}


def _answer(
    service: Callable[..., Any],
    sentence: Callable[[str], str],
    more: Callable[[PageRequest, int], dict[str, Any]] = _nothing_more,
) -> Any:
    @require_POST
    @member_page
    def answer(request: PageRequest, booking_id: int) -> HttpResponse:
        reason = request.POST.get("reason", "").replace("\0", "")[:LONGEST_REASON]
        try:
            booking = service(
                actor=request.viewer.user,
                booking_id=booking_id,
                reason=reason,
                now=timezone.now(),
                **more(request, booking_id),
            )
        except (NotFound, NotPermitted):
            raise
        except DomainError as refusal:
            return _queue(request, refused=(booking_id, refusal, reason))
        messages.success(request, sentence(named(booking)))
        return redirect(way_back(request, "requests"))

    return answer


approve = _answer(
    services.approve_booking,
    lambda booking: _("Approved: %(booking)s.") % {"booking": booking},
    more=_operator,
)
reject = _answer(
    services.reject_booking, lambda booking: _("Refused: %(booking)s.") % {"booking": booking}
)
