"""What is done with a quote: its lines, sending it, answering it, its files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import NotFound
from accounts.permissions import require
from billing.quotes.papers import quote_pdf
from billing.quotes.permissions import may_answer_quotes_to, may_quote_for
from billing.services.issuing import local_day
from billing.services.quote_answers import accept_quote, record_acceptance, refuse_quote
from billing.services.quote_steps import send_quote, withdraw_quote
from billing.services.quotes import add_lines, change_line, duplicate_quote, remove_line
from web.forms.quotes import AcceptForm, ChangeLineForm, RecordForm
from web.money.quotes import found, line_form, shown
from web.pages import carried_out, member_page
from web.people import PageRequest
from web.views.running.scope import attempted


@require_POST
@member_page
def add_line(request: PageRequest, quote_id: int) -> HttpResponse:
    """Add a line to a draft."""
    quote = found(request, quote_id)
    require(may_quote_for(request.viewer.user, quote.facility_id))
    form = line_form(quote, request.POST, today=local_day(timezone.now()))

    def step() -> str:
        add_lines(
            actor=request.viewer.user, quote_id=quote_id, lines=[form.wish()], now=timezone.now()
        )
        return _("Added.")

    if form.is_valid() and (done := attempted(request, step, form, to="quote", quote_id=quote_id)):
        return done
    return shown(request, quote, form=form, status=form.refused_with)


@require_POST
@member_page
def line(request: PageRequest, quote_id: int, line_id: int) -> HttpResponse:
    """Change how much of a line a draft offers, and at which price."""
    form = ChangeLineForm(request.POST)

    def step() -> str:
        change_line(
            actor=request.viewer.user,
            quote_id=quote_id,
            line_id=line_id,
            changes=form.changes() if form.is_valid() else {"quantity": 0},
            now=timezone.now(),
        )
        return _("Saved.")

    return _back(request, step, quote_id)


@require_POST
@member_page
def end_line(request: PageRequest, quote_id: int, line_id: int) -> HttpResponse:
    """Take a line out of a draft."""

    def step() -> str:
        remove_line(
            actor=request.viewer.user, quote_id=quote_id, line_id=line_id, now=timezone.now()
        )
        return _("Taken out.")

    return _back(request, step, quote_id)


@require_POST
@member_page
def send(request: PageRequest, quote_id: int) -> HttpResponse:
    """Send a draft to its team."""

    def step() -> str:
        quote = send_quote(actor=request.viewer.user, quote_id=quote_id, now=timezone.now())
        return _("Quote %(number)s is on its way.") % {"number": quote.number}

    return _back(request, step, quote_id)


@require_POST
@member_page
def withdraw(request: PageRequest, quote_id: int) -> HttpResponse:
    """Take a quote back, or put a draft aside."""

    def step() -> str:
        withdraw_quote(actor=request.viewer.user, quote_id=quote_id, now=timezone.now())
        return _("Withdrawn.")

    return _back(request, step, quote_id)


@require_POST
@member_page
def copy(request: PageRequest, quote_id: int) -> HttpResponse:
    """Make a draft of the same lines."""
    made = []

    def step() -> str:
        quote = duplicate_quote(actor=request.viewer.user, quote_id=quote_id, now=timezone.now())
        made.append(quote.pk)
        return _("This is a copy. Its prices are those of the quote it was made from.")

    done = _back(request, step, quote_id)
    return redirect("quote", made[0]) if made else done


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def accept(request: PageRequest, quote_id: int) -> HttpResponse:
    """Accept a quote with a purchase order or a signature."""
    quote = found(request, quote_id)
    person = request.viewer.user
    require(may_answer_quotes_to(person, quote.team_id, on=timezone.now().date()))
    form = AcceptForm(request.POST or None, request.FILES or None)

    def step() -> str:
        accept_quote(acceptance=form.acceptance(), **_asked(request, quote_id, form))
        return _("Accepted. The order can be spent from now on.")

    return _accepting(request, quote, form, step, page="web/money/quote_accept.html")


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def record(request: PageRequest, quote_id: int) -> HttpResponse:
    """Record for its team that a quote was accepted on paper."""
    quote = found(request, quote_id)
    require(may_quote_for(request.viewer.user, quote.facility_id))
    form = RecordForm(request.POST or None, request.FILES or None)

    def step() -> str:
        record_acceptance(acceptance=form.acceptance(), **_asked(request, quote_id, form))
        return _("Recorded. The team is told, and the order can be spent from now on.")

    return _accepting(request, quote, form, step, page="web/money/quote_record.html")


def _asked(request: PageRequest, quote_id: int, form: AcceptForm) -> dict[str, Any]:
    """Return who accepts which quote, as they have seen it."""
    seen = form.cleaned_data["seen"]
    return {
        "actor": request.viewer.user,
        "quote_id": quote_id,
        "now": timezone.now(),
        "version": int(seen) if seen.isdecimal() else None,
    }


def _accepting(
    request: PageRequest, quote: Any, form: AcceptForm, step: Callable[[], str], *, page: str
) -> HttpResponse:
    """Take the step when the form is whole and go back to the quote; else show the form."""
    is_sent = request.method == "POST"
    if is_sent and form.is_valid():
        done = attempted(request, step, form, to="quote", quote_id=quote.pk)
        if done is not None:
            return done
    status = form.refused_with if is_sent else 200
    return render(request, page, {"quote": quote, "form": form}, status=status)


@require_POST
@member_page
def refuse(request: PageRequest, quote_id: int) -> HttpResponse:
    """Refuse a quote, for a reason."""

    def step() -> str:
        refuse_quote(
            actor=request.viewer.user,
            quote_id=quote_id,
            reason=request.POST.get("reason", "")[:500],
            now=timezone.now(),
        )
        return _("Refused. The platform is told.")

    return _back(request, step, quote_id)


@require_safe
@member_page
def pdf(request: PageRequest, quote_id: int) -> HttpResponse:
    """Return a quote on paper."""
    quote = found(request, quote_id)
    name = quote.number or f"draft-{quote.pk}"
    return _file(quote_pdf(quote), content_type="application/pdf", name=f"{name}.pdf")


@require_safe
@member_page
def order_file(request: PageRequest, quote_id: int) -> HttpResponse:
    """Return the file of the order by which a quote was accepted.

    Raises:
        NotFound: there is none.
    """
    answer = getattr(found(request, quote_id), "answer", None)
    if answer is None or not answer.file:
        raise NotFound
    ending = answer.file_type.rpartition("/")[2]
    return _file(
        bytes(answer.file), content_type=answer.file_type, name=f"order-{quote_id}.{ending}"
    )


def _file(content: bytes, *, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _back(request: PageRequest, step: Callable[[], str], quote_id: int) -> Any:
    return carried_out(request, step, otherwise=reverse("quote", args=[quote_id]))
