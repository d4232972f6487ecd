"""Several accounts pay for one booking: which, and what share each."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import DomainError, NotFound, NotPermitted
from billing.costs.split_errors import SharesDoNotAddUp
from billing.costs.splits import accounts_sharing, is_splittable, may_split, shares_of
from billing.costs.splitting import split_cents
from billing.services.splitting import Share, split_use
from bookings.permissions import bookings_visible_to
from bookings.wording import money_text
from web.booking.offers import account_name
from web.pages import member_page
from web.people import PageRequest
from web.sessions import SHOWN_WITH
from web.views.bookings import named

MOST = 50
FIELD = "percent-"


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def split(request: PageRequest, booking_id: int) -> HttpResponse:
    """Show who pays for a booking; with POST, say it anew.

    Raises:
        NotFound, NotPermitted: it is none of theirs to see, or to split.
    """
    now, viewer = timezone.now(), request.viewer
    seen = bookings_visible_to(viewer.user, on=now.date()).select_related(*SHOWN_WITH)
    booking: Any = seen.filter(pk=booking_id).first()
    if booking is None:
        raise NotFound
    if not may_split(viewer.user, booking, on=now.date()):
        raise NotPermitted
    typed = {} if request.method != "POST" else _typed(request)
    refusal = ""
    if request.method == "POST":
        try:
            split_use(
                booking_id=booking_id,
                shares=_shares(typed) if "split" in request.POST else [],
                actor=viewer.user,
                now=now,
            )
        except NotFound:
            raise
        except DomainError as error:
            refusal = str(error)
        else:
            messages.success(request, _("Saved: who pays for it."))
            return redirect("booking", booking_id)
    context = {
        "booking": booking,
        "name": named(booking),
        "refusal": refusal,
        "is_splittable": is_splittable(booking),
        "rows": _rows(booking, viewer.user, typed, now=now),
        "is_split": bool(shares_of([booking_id])),
        "costs": money_text(booking.estimate_cents or 0),
    }
    return render(request, "web/booking_split.html", context, status=422 if refusal else 200)


def _typed(request: PageRequest) -> dict[int, str]:
    """Return what was typed beside each account that got anything."""
    return {
        int(name.removeprefix(FIELD)): value.strip()[:10]
        for name, value in request.POST.items()
        if isinstance(value, str)
        and value.strip()
        and name.startswith(FIELD)
        and name.removeprefix(FIELD).isdecimal()
        and len(name) < len(FIELD) + 19
    }


def _shares(typed: dict[int, str]) -> list[Share]:
    try:
        shares = [
            Share(account_id=pk, percent=Decimal(text.replace(",", ".")))
            for pk, text in typed.items()
        ]
    except InvalidOperation:
        raise SharesDoNotAddUp from None
    if not all(share.percent.is_finite() for share in shares):
        raise SharesDoNotAddUp
    return [share for share in shares if share.percent]


def _rows(booking: Any, user: Any, typed: dict[int, str], *, now: Any) -> list[dict[str, Any]]:
    """Return the accounts that may pay, with their share and what it comes to today."""
    if booking.team is None:
        return []
    shares = shares_of([booking.pk]).get(booking.pk, [])
    percents = [share.percent for share in shares]
    cents = split_cents(booking.estimate_cents or 0, percents)
    stored = {
        share.account_id: (f"{share.percent.normalize():f}", money_text(part))
        for share, part in zip(shares, cents, strict=True)
    }
    accounts = accounts_sharing(booking, actor=user, on=now.date())
    return [
        {
            "id": account.pk,
            "name": account_name(account),
            "team": "" if account.team_id == booking.team_id else str(account.team),
            "percent": typed.get(account.pk) or stored.get(account.pk, ("", ""))[0],
            "comes_to": stored.get(account.pk, ("", ""))[1],
        }
        for account in accounts.select_related("team").order_by("team", "reference")[:MOST]
    ]
