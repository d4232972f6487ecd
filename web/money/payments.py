"""Payments: what is open, what came in, and what settles what."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Max, Sum, Value, When
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError, NotFound
from accounts.permissions import require
from billing.payments.balances import open_invoices, with_remainder
from billing.payments.collecting import days_of_sales_outstanding
from billing.payments.permissions import payments_visible_to
from billing.permissions import invoices_visible_to
from billing.services.issuing import local_day
from billing.services.paying import allocate, record_payment, refund, take_back
from billing.services.reminding import hold_reminders, release_reminders
from bookings.wording import money_text
from web.errors import status_of
from web.forms.payments import AllocationForm, PaymentForm, RefundForm, cents
from web.money.issuer_choice import Kept, kept
from web.money.said_paid import said_of, said_on
from web.pages import carried_out, member_page
from web.people import PageRequest
from web.views.running.scope import attempted

A_PAGE = 50
MOST = 200
"""Rows of open invoices and of payments to allocate: the oldest; sums are of all."""
MOST_OFFERED = 60


@require_safe
@member_page
def index(request: PageRequest) -> HttpResponse:
    """Show what is open and what came in, of one issuer."""
    asked = kept(request)
    if asked is None:
        return render(request, "web/money/payments_none.html")
    today = local_day(timezone.now())
    invoices = open_of(request, asked, today)
    payments = with_remainder(payments_visible_to(request.viewer.user)).filter(issuer=asked.issuer)
    waiting = payments.filter(remaining_cents__gt=0)
    late, coming = invoices.filter(is_overdue=True), invoices.filter(is_overdue=False)
    context = {
        "asked": asked,
        "late": _listed(late),
        "late_count": late.count(),
        "late_cents": late.aggregate(cents=Sum("open_cents", default=0))["cents"],
        "open": _listed(coming),
        "open_cents": invoices.aggregate(cents=Sum("open_cents", default=0))["cents"],
        "said": list(said_of(request, asked, today)[:MOST]),
        "waiting": list(waiting.order_by("received_on", "pk")[:MOST]),
        "waiting_count": waiting.count(),
        "waiting_cents": waiting.aggregate(cents=Sum("remaining_cents", default=0))["cents"],
        "page": Paginator(payments.order_by("-received_on", "-pk"), A_PAGE).get_page(
            request.GET.get("page")
        ),
        "days": days_of_sales_outstanding([asked.issuer.pk], on=today),
        "today": today,
    }
    return render(request, "web/money/payments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new(request: PageRequest) -> HttpResponse:
    """Record money that came in."""
    asked = kept(request)
    if asked is None:
        return redirect("payments")
    today = local_day(timezone.now())
    invoices = open_of(request, asked, today)
    billed = invoices_visible_to(request.viewer.user, on=today).filter(issuer=asked.issuer)
    customers = billed.order_by("organisation__name").values_list(
        "organisation_id", "organisation__name"
    )
    invoice = _wished_invoice(request, invoices)
    form = PaymentForm(
        request.POST or None,
        organisations=list(customers.distinct()),
        initial=_started(invoice, said_on(request, asked, invoice, today) or today),
    )
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        amount = cents(typed["amount"])
        parts = {invoice.pk: min(amount, invoice.open_cents)} if invoice else None
        try:
            payment = record_payment(
                issuer_id=asked.issuer.pk,
                received_on=typed["received_on"],
                amount_cents=amount,
                method=typed["method"],
                reference=typed["reference"],
                payer=typed["payer"],
                organisation_id=typed["organisation"],
                parts=parts,
                actor=request.viewer.user,
                now=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            form.refused_with = status_of(refusal)
        else:
            return redirect("payment", payment.pk)
    context = {"asked": asked, "form": form, "invoice": invoice}
    status = form.refused_with if form.is_bound else 200
    return render(request, "web/money/payment_new.html", context, status=status)


@require_safe
@member_page
def detail(request: PageRequest, payment_id: int) -> HttpResponse:
    """Show a payment, what it settles, and what may be done with the rest."""
    return _shown(request, _payment(request, payment_id))


@require_POST
@member_page
def settle(request: PageRequest, payment_id: int) -> HttpResponse:
    """Settle invoices with what is left of a payment."""
    payment = _payment(request, payment_id)
    form = AllocationForm(request.POST, invoices=_offered(request, payment))

    def step() -> str:
        rows = allocate(
            payment_id=payment.pk, parts=form.parts, actor=request.viewer.user, now=timezone.now()
        )
        return _("%(sum)s allocated.") % {"sum": money_text(sum(row.amount_cents for row in rows))}

    to_itself: dict[str, Any] = {"to": "payment", "payment_id": payment.pk}
    if form.is_valid() and (done := attempted(request, step, form, **to_itself)):
        return done
    return _shown(request, payment, settling=form, status=form.refused_with)


@require_POST
@member_page
def give_back(request: PageRequest, payment_id: int) -> HttpResponse:
    """Record that what is left was paid back, or belongs elsewhere."""
    payment = _payment(request, payment_id)
    form = RefundForm(request.POST)

    def step() -> str:
        refund(
            payment_id=payment.pk,
            kind=form.cleaned_data["kind"],
            amount_cents=cents(form.cleaned_data["amount"]),
            reason=form.cleaned_data["reason"],
            actor=request.viewer.user,
            now=timezone.now(),
        )
        return _("Recorded.")

    to_itself: dict[str, Any] = {"to": "payment", "payment_id": payment.pk}
    if form.is_valid() and (done := attempted(request, step, form, **to_itself)):
        return done
    return _shown(request, payment, refunding=form, status=form.refused_with)


@require_POST
@member_page
def undo(request: PageRequest, payment_id: int, invoice_id: int) -> HttpResponse:
    """Take back what a payment settles of an invoice."""
    payment = _payment(request, payment_id)

    def step() -> str:
        row = take_back(
            payment_id=payment.pk,
            invoice_id=invoice_id,
            reason=request.POST.get("reason", ""),
            actor=request.viewer.user,
            now=timezone.now(),
        )
        return _("%(sum)s taken back.") % {"sum": money_text(-row.amount_cents)}

    return carried_out(request, step, otherwise=reverse("payment", args=[payment.pk]))


@require_POST
@member_page
def hold(request: PageRequest, invoice_id: int) -> HttpResponse:
    """Send no more reminders of an invoice."""

    def step() -> str:
        hold_reminders(
            invoice_id=invoice_id,
            reason=request.POST.get("reason", ""),
            actor=request.viewer.user,
            now=timezone.now(),
        )
        return _("No reminder of this invoice will go out.")

    require(request.viewer.keeps_books)
    return carried_out(request, step, otherwise=reverse("invoice", args=[invoice_id]))


@require_POST
@member_page
def release(request: PageRequest, invoice_id: int) -> HttpResponse:
    """Let reminders of an invoice go out again."""

    def step() -> str:
        release_reminders(invoice_id=invoice_id, actor=request.viewer.user, now=timezone.now())
        return _("Reminders of this invoice go out again.")

    require(request.viewer.keeps_books)
    return carried_out(request, step, otherwise=reverse("invoice", args=[invoice_id]))


def _listed(invoices: Any) -> list[Any]:
    reminded = Count("reminders", distinct=True)
    rows = invoices.select_related("organisation", "reminder_hold").annotate(
        reminded=reminded, last_reminded=Max("reminders__sent_on")
    )
    return list(rows.order_by("due_on", "pk")[:MOST])


def open_of(request: PageRequest, asked: Kept, today: Any) -> Any:
    """Return the open invoices of an issuer, with their balance."""
    invoices = invoices_visible_to(request.viewer.user, on=today)
    return open_invoices(invoices.filter(issuer=asked.issuer), on=today)


def _started(invoice: Any, day: dt.date) -> dict[str, Any]:
    started: dict[str, Any] = {"received_on": day, "method": "transfer"}
    if invoice is None:
        return started
    amount = f"{invoice.open_cents // 100}.{invoice.open_cents % 100:02}"
    return started | {
        "amount": amount,
        "organisation": invoice.organisation_id,
        "reference": invoice.number,
    }


def _wished_invoice(request: PageRequest, invoices: Any) -> Any:
    wished = request.GET.get("invoice") or request.POST.get("invoice", "")
    if not wished.isdecimal() or len(wished) > 18:
        return None
    return invoices.filter(pk=int(wished), open_cents__gt=0).first()


def _payment(request: PageRequest, payment_id: int) -> Any:
    payments = with_remainder(payments_visible_to(request.viewer.user))
    payment = payments.select_related("recorded_by").filter(pk=payment_id).first()
    if payment is None:
        raise NotFound
    return payment


def _offered(request: PageRequest, payment: Any) -> list[Any]:
    """Return the invoices that a payment may settle, those of its customer first."""
    today = local_day(timezone.now())
    invoices = invoices_visible_to(request.viewer.user, on=today).filter(issuer=payment.issuer_id)
    is_theirs = Case(
        When(organisation=payment.organisation_id, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    offered = (
        open_invoices(invoices, on=today).filter(open_cents__gt=0).select_related("organisation")
    )
    return list(offered.order_by(is_theirs, "due_on", "pk")[:MOST_OFFERED])


def _shown(
    request: PageRequest,
    payment: Any,
    *,
    settling: AllocationForm | None = None,
    refunding: RefundForm | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = list(payment.allocations.select_related("invoice", "recorded_by").order_by("pk"))
    settled: dict[tuple[int, str], int] = {}
    for row in rows:
        key = (row.invoice_id, row.invoice.number)
        settled[key] = settled.get(key, 0) + row.amount_cents
    offered = _offered(request, payment) if payment.remaining_cents else []
    rest = f"{payment.remaining_cents // 100}.{payment.remaining_cents % 100:02}"
    context = {
        "payment": payment,
        "rows": rows,
        "taken_back": [(*key, left) for key, left in settled.items() if left > 0],
        "refunds": list(payment.refunds.all()),
        "settling": settling or AllocationForm(invoices=offered),
        "refunding": refunding or RefundForm(initial={"amount": rest}),
    }
    return render(request, "web/money/payment.html", context, status=status)
