"""A team's statement with its lines, disputing one, and the platform's answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import DomainError, NotFound
from billing.month_end.told import lines_of, may_dispute_lines, stated_lines
from billing.permissions import charges_resolved_by, statements_visible_to
from billing.services import (
    dispute_charge,
    move_charge_to_account,
    record_engagement_number,
    reject_dispute,
    uphold_dispute,
)
from web.pages import carried_out, member_page, way_back
from web.people import PageRequest

LONGEST_REASON = 500
MOST_MOVED = 200
MOST = 500
"""Lines that the page shows; the API gives all of them."""


@require_safe
@member_page
def statement(request: PageRequest, statement_id: int) -> HttpResponse:
    """Show a statement line by line, to the team and to the seller's side."""
    now, user = timezone.now(), request.viewer.user
    visible = statements_visible_to(user, on=now.date())
    visible = visible.select_related("team", "issuer__organisation")
    found = visible.filter(pk=statement_id).first()
    if found is None:
        raise NotFound
    charges = lines_of(found, now=now)
    lines = stated_lines(charges)
    may_dispute = may_dispute_lines(user, found, on=now.date())
    context = {
        "statement": found,
        "month": date_format(found.month, "F Y"),
        "month_end": "" if may_dispute else _month_end(request, found),
        "lines": lines[:MOST],
        "is_cut": len(lines) > MOST,
        "may_dispute": may_dispute,
        "last_day": max(
            (line.last_day for line in charges if line.is_disputable and line.last_day),
            default=None,
        ),
    }
    return render(request, "web/money/statement.html", context)


@require_POST
@member_page
def dispute(request: PageRequest, charge_id: int) -> HttpResponse:
    """Dispute a line of a statement."""

    def step() -> str:
        made = dispute_charge(
            charge_id=charge_id,
            reason=_text(request, "reason"),
            actor=request.viewer.user,
            now=timezone.now(),
        )
        said = _("Disputed: %(what)s. The platform answers by mail.")
        return said % {"what": made.charge.description}

    return carried_out(request, step, otherwise=reverse("costs"))


@require_POST
@member_page
def uphold(request: PageRequest, dispute_id: int) -> HttpResponse:
    """Agree with a team: the charge is taken back."""

    def step() -> str:
        _answered(request, dispute_id, uphold_dispute)
        return _("The charge is taken back. The team is told.")

    return carried_out(request, step, otherwise=reverse("month_end"))


@require_POST
@member_page
def reject(request: PageRequest, dispute_id: int) -> HttpResponse:
    """Let a charge stand, with an answer to the team."""

    def step() -> str:
        _answered(request, dispute_id, reject_dispute)
        return _("The charge stands. The team is told.")

    return carried_out(request, step, otherwise=reverse("month_end"))


@require_POST
@member_page
def move(request: PageRequest) -> HttpResponse:
    """Put the chosen charges on another account of their team, one by one."""
    chosen = [int(text) for text in request.POST.getlist("charge") if _is_id(text)]
    asked = list(dict.fromkeys(chosen))[:MOST_MOVED]
    account = request.POST.get("account", "")
    if not asked or not _is_id(account):
        raise NotFound
    if charges_resolved_by(request.viewer.user).filter(pk__in=asked).count() != len(asked):
        raise NotFound
    moved = 0
    for charge_id in asked:
        try:
            move_charge_to_account(
                charge_id=charge_id,
                account_id=int(account),
                reason=_text(request, "reason") or _("Given at the end of the month"),
                actor=request.viewer.user,
                now=timezone.now(),
            )
        except NotFound:
            raise
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            moved += 1
    if moved:
        said = ngettext(
            "%(count)d charge is on the account now.",
            "%(count)d charges are on the account now.",
            moved,
        )
        messages.success(request, said % {"count": moved})
    return redirect(way_back(request, reverse("month_end")))


@require_POST
@member_page
def engage(request: PageRequest) -> HttpResponse:
    """Record the engagement number of an account whose charges wait for one."""
    account = request.POST.get("account", "")
    if not _is_id(account):
        raise NotFound

    def step() -> str:
        found = record_engagement_number(
            account_id=int(account),
            number=_text(request, "number"),
            actor=request.viewer.user,
            now=timezone.now(),
        )
        return _("%(account)s has its engagement number now.") % {"account": found.reference}

    return carried_out(request, step, otherwise=reverse("month_end"))


def _month_end(request: PageRequest, statement: Any) -> str:
    """Return the address of the month that the statement is of, for who follows its issuer."""
    if statement.issuer is None or not request.viewer.watches_money:
        return ""
    query = urlencode({"issuer": statement.issuer.code, "month": f"{statement.month:%Y-%m}"})
    return f"{reverse('month_end')}?{query}"


def _answered(request: PageRequest, dispute_id: int, service: Any) -> None:
    service(
        dispute_id=dispute_id,
        answer=_text(request, "answer"),
        actor=request.viewer.user,
        now=timezone.now(),
    )


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


def _text(request: PageRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()[:LONGEST_REASON]
