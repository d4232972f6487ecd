"""A file of the bank: looked at first, then taken over."""

from __future__ import annotations

import base64
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.errors import DomainError
from billing.payments.bank_plans import BankImport, Fate
from billing.payments.matching import How
from billing.services.bank_import import import_bank_file, preview_bank_file
from web.errors import status_of
from web.forms.payments import BankFileForm
from web.money.issuer_choice import kept
from web.pages import member_page
from web.people import PageRequest
from web.states import Look

CARRIED_ALONG = 1_200_000
"""Bytes of a file that its preview keeps in the page; a longer one is chosen again."""
MOST_SHOWN = 300

LOOKS = {
    How.NUMBER: Look(css="is-ok", icon="circle-check", word=gettext_lazy("By its number")),
    How.NUMBERS: Look(css="is-ok", icon="circle-check", word=gettext_lazy("By their numbers")),
    How.PARTIAL: Look(css="is-ok", icon="circle-check", word=gettext_lazy("Paid in part")),
    How.OVERPAID: Look(css="is-ok", icon="circle-check", word=gettext_lazy("Paid too much")),
    How.AMOUNT: Look(css="is-ok", icon="circle-check", word=gettext_lazy("By amount and payer")),
    How.ALL_OPEN: Look(css="is-ok", icon="circle-check", word=gettext_lazy("All that was open")),
    How.UNSURE: Look(css="is-wait", icon="hand", word=gettext_lazy("Not sure: decide")),
    How.NOTHING: Look(css="is-wait", icon="hand", word=gettext_lazy("Not recognised")),
}
FATES = {
    Fate.KNOWN: Look(css="", icon="check", word=gettext_lazy("Known already")),
    Fate.CLOSED: Look(css="is-risk", icon="lock", word=gettext_lazy("In a closed month")),
    Fate.FUTURE: Look(css="is-risk", icon="clock", word=gettext_lazy("In the future")),
}


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def page(request: PageRequest) -> HttpResponse:
    """Take a file: show what is in it, or make payments of it.

    Without a look before, credits of closed months are left out, and that is said.
    """
    asked = kept(request)
    if asked is None:
        return redirect("payments")
    form = BankFileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"asked": asked, "form": form}
    status = 200
    if request.method == "POST" and (sent := _sent(request, form)):
        name, content = sent
        is_look = request.POST.get("act") != "import"
        fields = {"issuer_id": asked.issuer.pk, "name": name, "content": content}
        # A look proposes to take what came in closed months; who imports it has decided.
        fields["takes_late"] = is_look or "takes_late" in request.POST
        does = preview_bank_file if is_look else import_bank_file
        try:
            found = does(**fields, actor=request.viewer.user, now=timezone.now())
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            form.refused_with = status = status_of(refusal)
        else:
            if not is_look:
                messages.success(request, _said(found))
                if found.left_lines:
                    messages.warning(request, _left(found))
                return redirect(f"/money/payments/?{asked.query()}")
            context |= _preview(found, content)
    elif request.method == "POST":
        status = form.refused_with
    return render(request, "web/money/payments_import.html", context, status=status)


def _sent(request: PageRequest, form: BankFileForm) -> tuple[str, bytes] | None:
    """Return the file that was chosen now, or that the preview carried along."""
    carried = request.POST.get("content", "")
    if carried and not request.FILES:
        try:
            content = base64.b64decode(carried, validate=True)
        except ValueError:
            form.is_valid()
            return None
        form.errors.clear()
        return request.POST.get("name", "")[:200], content
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    return file.name, file.read()


def _preview(found: BankImport, content: bytes) -> dict[str, Any]:
    is_short = len(content) <= CARRIED_ALONG
    return {
        "found": found,
        "lines": [
            (line, FATES.get(line.fate) or LOOKS[line.match.how])
            for line in found.lines[:MOST_SHOWN]
        ],
        "late": found.late_lines,
        "late_on": found.late_lines[0].recorded_on if found.late_lines else None,
        "more": max(len(found.lines) - MOST_SHOWN, 0),
        "content": base64.b64encode(content).decode() if is_short else "",
    }


def _left(found: BankImport) -> str:
    count = len(found.left_lines)
    return ngettext(
        "%(count)d payment of a closed month was left out. Look at the file first to record it.",
        "%(count)d payments of closed months were left out. Look at the file first to record them.",
        count,
    ) % {"count": count}


def _said(found: BankImport) -> str:
    if not found.new_lines:
        return _("Nothing in this file is new.")
    count = len(found.new_lines)
    return ngettext(
        "%(count)d payment taken over, %(sure)d allocated, %(unsure)d for you to decide.",
        "%(count)d payments taken over, %(sure)d allocated, %(unsure)d for you to decide.",
        count,
    ) % {"count": count, "sure": len(found.sure_lines), "unsure": len(found.unsure_lines)}
