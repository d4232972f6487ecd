"""Invoices, credit notes and transfer notes: the list, one of them, and crediting it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import DomainError, NotFound
from accounts.permissions import require
from billing.documents.days_together import lines_together
from billing.payments.balances import STATE_LABELS, BalanceState, with_balance
from billing.permissions import invoices_visible_to, may_keep_books_of
from billing.services import issue_credit_note
from web.forms.invoices import CreditForm
from web.money.documents import way_of
from web.money.settled import settled
from web.pages import member_page
from web.people import PageRequest
from web.states import Look

KINDS = {
    "invoice": gettext_lazy("Invoices"),
    "credit_note": gettext_lazy("Credit notes"),
    "recharge": gettext_lazy("Transfer notes"),
}
_SIGNS = {
    BalanceState.ISSUED: ("", "mail"),
    BalanceState.PARTLY_PAID: ("is-wait", "hourglass"),
    BalanceState.PAID: ("is-ok", "circle-check"),
    BalanceState.CREDITED: ("", "undo-2"),
    BalanceState.OVERDUE: ("is-risk", "clock"),
}
A_PAGE = 50


def look_of(document: Any) -> Look | None:
    """Return how what became of an invoice looks as a tag; of other documents, nothing."""
    if document.kind != "invoice":
        return None
    css, icon = _SIGNS[document.balance_state]
    return Look(css=css, icon=icon, word=STATE_LABELS[document.balance_state])


@require_safe
@member_page
def index(request: PageRequest) -> HttpResponse:
    """List the documents a person may see, the newest first."""
    on = timezone.now().date()
    asked = {name: request.GET.get(name, "") for name in ("kind", "state", "q")}
    documents = with_balance(invoices_visible_to(request.viewer.user, on=on), on=on)
    if asked["kind"] in KINDS:
        documents = documents.filter(kind=asked["kind"])
    if asked["state"] in STATE_LABELS:
        documents = documents.filter(balance_state=asked["state"], kind="invoice")
    if asked["q"]:
        documents = documents.filter(_matching(asked["q"][:100]))
    page = Paginator(
        documents.select_related("organisation", "team", "account").order_by("-id"), A_PAGE
    ).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(document, look_of(document)) for document in page],
        "asked": asked,
        "kinds": [(key, word, _query(asked, kind=key)) for key, word in KINDS.items()],
        "states": [(key, word, _query(asked, state=key)) for key, word in STATE_LABELS.items()],
        "query": urlencode({name: value for name, value in asked.items() if value}),
    }
    return render(request, "web/money/invoices.html", context)


def _matching(text: str) -> Q:
    return (
        Q(number__icontains=text)
        | Q(purchase_order__icontains=text)
        | Q(organisation__name__icontains=text)
        | Q(team__name__icontains=text)
    )


def _query(asked: dict[str, str], **change: str) -> str:
    """Return the address of a chip: pressed again, it takes itself away."""
    chosen = dict(asked)
    for name, value in change.items():
        chosen[name] = "" if asked[name] == value else value
    return urlencode({name: value for name, value in chosen.items() if value})


def found(request: PageRequest, invoice_id: int) -> Any:
    """Return a document that the person may see, with its balance.

    Raises:
        NotFound: there is none for them.
    """
    on = timezone.now().date()
    document = (
        with_balance(invoices_visible_to(request.viewer.user, on=on), on=on)
        .select_related("organisation", "team", "account", "corrects", "issuer__organisation")
        .filter(pk=invoice_id)
        .first()
    )
    if document is None:
        raise NotFound
    return document


@require_safe
@member_page
def detail(request: PageRequest, invoice_id: int) -> HttpResponse:
    """Show a document: its parties, its lines and totals, and what became of it."""
    return _shown(request, found(request, invoice_id))


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def credit(request: PageRequest, invoice_id: int) -> HttpResponse:
    """Give back all that is left of a document, or some cents of its lines."""
    document = found(request, invoice_id)
    require(may_keep_books_of(request.viewer.user, document.issuer_id))
    lines = _lines(document)
    form = CreditForm(request.POST or None, lines=lines)
    if request.method == "POST" and form.is_valid():
        try:
            note = issue_credit_note(
                invoice_id=document.pk,
                reason=form.cleaned_data["reason"],
                parts=form.parts,
                actor=request.viewer.user,
                now=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("invoice", note.pk)
    context = {"document": document, "form": form, "rows": form.rows}
    status = 422 if form.is_bound else 200
    return render(request, "web/money/credit.html", context, status=status)


def _lines(document: Any) -> list[Any]:
    return list(document.lines.select_related("charge", "facility", "account").order_by("position"))


def _shown(request: PageRequest, document: Any) -> HttpResponse:
    keeps = may_keep_books_of(request.viewer.user, document.issuer_id)
    context = {
        "document": document,
        "look": look_of(document),
        "title": _("%(kind)s %(number)s")
        % {"kind": document.get_kind_display(), "number": document.number},
        "lines": lines_together(_lines(document)),
        "vat": list(document.vat_totals.all()),
        "notes": list(document.credit_notes.order_by("id")),
        "keeps": keeps,
        "settled": settled(document, keeps=keeps),
        "way": way_of(document, keeps=may_keep_books_of(request.viewer.user, document.issuer_id)),
        "orders": len({line.account_id for line in document.lines.all()}) > 1,
    }
    return render(request, "web/money/invoice.html", context)
