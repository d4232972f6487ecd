"""The files of an invoice, and its way to the buyer as an electronic one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import NotFound
from billing.documents.queries import CAN_GO_AGAIN, deposit_of
from billing.services.depositing import send_again
from billing.services.documents import document_for
from web.pages import carried_out, member_page
from web.people import PageRequest
from web.states import Look

_SIGNS = {
    "waiting": ("is-wait", "hourglass"),
    "lacking": ("is-risk", "circle-alert"),
    "failed": ("is-risk", "circle-alert"),
    "deposited": ("is-wait", "mail"),
    "received": ("is-ok", "check"),
    "rejected": ("is-risk", "x"),
    "paid": ("is-ok", "circle-check"),
}
MISSING = {
    "buyer.siren": gettext_lazy("a right SIREN of the buyer"),
    "buyer.siret": gettext_lazy("a right SIRET of the buyer"),
    "buyer.vat_number": gettext_lazy("the buyer's VAT number with its country before it"),
    "buyer.electronic_address": gettext_lazy("the buyer's electronic address"),
    "buyer.engagement_number": gettext_lazy("the engagement number of the account"),
}


@require_safe
@member_page
def pdf(request: PageRequest, invoice_id: int) -> HttpResponse:
    """Give the PDF of a document, its XML within."""
    document = document_for(invoice_id=invoice_id, actor=request.viewer.user, now=timezone.now())
    return file_of(document, kind="pdf")


@require_safe
@member_page
def xml(request: PageRequest, invoice_id: int) -> HttpResponse:
    """Give the XML of a document.

    Raises:
        NotFound: it is a transfer note, which has none.
    """
    document = document_for(invoice_id=invoice_id, actor=request.viewer.user, now=timezone.now())
    if not document.xml:
        raise NotFound
    return file_of(document, kind="xml")


@require_POST
@member_page
def send(request: PageRequest, invoice_id: int) -> HttpResponse:
    """Let an invoice go once more, after what kept it back was put right."""

    def step() -> str:
        send_again(invoice_id=invoice_id, actor=request.viewer.user, now=timezone.now())
        return _("The invoice will be sent again in a moment.")

    return carried_out(request, step, otherwise=reverse("invoice", args=[invoice_id]))


def file_of(document: Any, *, kind: str) -> HttpResponse:
    """Return one of the files as a download under the document's number."""
    answer = HttpResponse(bytes(getattr(document, kind)), content_type=f"application/{kind}")
    name = f"{document.invoice.number}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def way_of(document: Any, *, keeps: bool) -> dict[str, Any] | None:
    """Return how far an invoice has come with its channel, for who keeps the books."""
    deposit = deposit_of(document.pk) if keeps else None
    if deposit is None:
        return None
    return {
        "deposit": deposit,
        "look": look_of(deposit),
        "missing": [MISSING.get(code, code) for code in deposit.missing],
        "events": [(event, look_of(event)) for event in deposit.events.all()],
        "can_go_again": deposit.state in CAN_GO_AGAIN,
    }


def look_of(row: Any) -> Look:
    """Return how a state of the way looks as a tag."""
    css, icon = _SIGNS[row.state]
    return Look(css=css, icon=icon, word=row.get_state_display())
