"""The queue of requests, and beside it one of them with all that is known of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.errors import NotFound, NotPermitted
from bookings.dossiers import (
    QueueCounts,
    dossier_of,
    lapsing_soon,
    of_industry,
    queue_counts,
    sessions_before,
)
from bookings.permissions import bookings_visible_to, requests_decided_by
from web.dossiers import Panel, panel_of
from web.pages import member_page
from web.people import PageRequest, Viewer
from web.queue import ALL, INDUSTRY, SOON_ONLY, Chip, after, rows_of
from web.ribbons import HOURS
from web.sessions import SHOWN_WITH, session_of
from web.views.requests.undoing import undoable

MOST = 50
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an answer was refused, to be said where it was given."""

    sentence: str
    status: int
    reason: str = ""
    booking_ids: frozenset[int] = frozenset()


@require_safe
@member_page
def queue(request: PageRequest) -> HttpResponse:
    """Show what the viewer can decide, the oldest first, and one request beside it."""
    return queue_page(request, chosen=_number(request.GET.get("at", "")))


@require_safe
@member_page
def one(request: PageRequest, booking_id: int) -> HttpResponse:
    """Show one request, also to who comes by the link of a mail: a phone shows it alone."""
    return queue_page(request, chosen=booking_id, is_one=True)


def queue_page(
    request: PageRequest,
    *,
    chosen: int | None = None,
    is_one: bool = False,
    refused: Refusal | None = None,
) -> HttpResponse:
    """Answer with the queue; with `is_one` it is about the chosen request.

    Raises:
        NotPermitted: the viewer manages no platform.
        NotFound: the chosen request is none of theirs.
    """
    require_manager(request.viewer)
    now, viewer = timezone.now(), request.viewer
    only = only_of(request)
    mine = requests_decided_by(viewer.user, now=now)
    kept = {INDUSTRY: of_industry(mine), SOON_ONLY: lapsing_soon(mine, now=now)}.get(only, mine)
    shown = list(kept.select_related(*SHOWN_WITH).order_by("pk")[:MOST])
    in_full = _in_full(mine, shown, chosen, must_be=is_one)
    numbers = sessions_before([*shown, in_full] if in_full not in shown and in_full else shown)
    rows = rows_of(shown, numbers=numbers, viewer=viewer, now=now)
    counts = queue_counts(mine, now=now)
    context = {
        "rows": rows,
        "counts": counts,
        "chips": _chips(counts, only),
        "only": only,
        "is_one": is_one,
        "has_moved_on": chosen is not None and not is_one,
        "chosen_id": in_full.pk if in_full else None,
        "panel": _panel(in_full, numbers, viewer, now=now) if in_full else None,
        "settled": _settled(viewer, chosen, now=now) if is_one and chosen and not in_full else None,
        "back": address_of(only, at=after(rows, in_full.pk) if in_full else None),
        "refused": refused,
        "undoable": undoable(request, now=now),
        "hours": HOURS,
    }
    is_part = request.headers.get("HX-Request") == "true"
    template = "web/requests/_request.html" if is_part else "web/requests/queue.html"
    return render(request, template, context, status=refused.status if refused else 200)


def require_manager(viewer: Viewer) -> None:
    """Refuse whoever decides no requests.

    Raises:
        NotPermitted: the viewer manages no platform.
    """
    if not viewer.is_manager:
        raise NotPermitted


def only_of(request: PageRequest) -> str:
    """Return which requests are looked at alone: a chip's name, or none."""
    asked = request.POST.get("only", request.GET.get("only", ALL))
    return asked if asked in (INDUSTRY, SOON_ONLY) else ALL


def address_of(only: str, *, at: int | None = None) -> str:
    """Return the address of the queue with its chip, at a request."""
    asked = {"only": only or None, "at": at}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{reverse('requests')}?{query}" if query else reverse("requests")


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 18 else None


def _in_full(mine: Any, shown: Sequence[Any], chosen: int | None, *, must_be: bool) -> Any:
    """Return the request to show in full: the chosen one, else the first."""
    for request in shown:
        if request.pk == chosen:
            return request
    if not must_be:
        return shown[0] if shown else None
    return mine.select_related(*SHOWN_WITH).filter(pk=chosen).first()


def _panel(request: Any, numbers: Mapping[int, int], viewer: Viewer, *, now: dt.datetime) -> Panel:
    dossier = dossier_of(request, now=now)
    return panel_of(request, dossier, number=numbers[request.pk], viewer=viewer, now=now)


def _settled(viewer: Viewer, booking_id: int, *, now: dt.datetime) -> dict[str, Any]:
    """Say what has become of a request that the viewer cannot decide, or not any more."""
    booking = (
        bookings_visible_to(viewer.user, on=now.date())
        .filter(pk=booking_id, instrument__facility__in=viewer.run_facility_ids)
        .select_related(*SHOWN_WITH)
        .prefetch_related("decisions__decided_by")
        .first()
    )
    if booking is None:
        raise NotFound
    session = session_of(booking, viewer=viewer, now=now, is_alone=True)
    return {"session": session, "decisions": booking.decisions.all()}


def _chips(counts: QueueCounts, only: str) -> list[Chip]:
    chips = (
        (ALL, _("Oldest first"), counts.all),
        (INDUSTRY, _("Industry"), counts.industry),
        (SOON_ONLY, _("Lapse within a day"), counts.soon),
    )
    return [
        Chip(only=name, word=word, count=count, is_on=name == only) for name, word, count in chips
    ]
