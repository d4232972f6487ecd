"""Quotes: the list, one of them, a new one, and what a draft says."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import NotFound
from accounts.permissions import require
from accounts.titles import title_for
from billing.quotes.permissions import (
    facilities_quoted_by,
    may_answer_quotes_to,
    may_quote_for,
    quotes_visible_to,
    teams_quoted_to,
)
from billing.quotes.queries import balance_of, sold_with
from billing.quotes.sessions import extras_sold
from billing.quotes.states import LABELS, WARNED_PERCENTS, QuoteState, is_late
from billing.services.issuing import local_day
from billing.services.quotes import change_quote, draft_quote
from billing.spending import balances_watched_by
from web.forms.quotes import LineForm, NewQuoteForm, QuoteForm
from web.pages import member_page
from web.people import PageRequest
from web.states import Look
from web.views.home.partner import order_of
from web.views.running.scope import attempted

_SIGNS = {
    QuoteState.DRAFT: ("", "sliders-horizontal"),
    QuoteState.SENT: ("is-wait", "hourglass"),
    QuoteState.ACCEPTED: ("is-ok", "circle-check"),
    QuoteState.REFUSED: ("is-risk", "x"),
    QuoteState.EXPIRED: ("", "clock"),
    QuoteState.WITHDRAWN: ("", "undo-2"),
}
A_PAGE = 50


def look_of(quote: Any, *, today: dt.date) -> Look:
    """Return how a quote's state looks; one that nobody answered in time has lapsed."""
    state = QuoteState(quote.state)
    if state == QuoteState.SENT and is_late(valid_until=quote.valid_until, today=today):
        state = QuoteState.EXPIRED
    css, icon = _SIGNS[state]
    return Look(css=css, icon=icon, word=LABELS[state])


@require_safe
@member_page
def index(request: PageRequest) -> HttpResponse:
    """List the quotes a person may see, the newest first, and the orders they may spend."""
    now = timezone.now()
    state = request.GET.get("state", "")
    quotes = quotes_visible_to(request.viewer.user, on=now.date())
    if state in LABELS:
        quotes = quotes.filter(state=state)
    page = Paginator(quotes.order_by("-id"), A_PAGE).get_page(request.GET.get("page"))
    states = [each for each in LABELS if request.viewer.watches_money or each != QuoteState.DRAFT]
    context = {
        "page": page,
        "rows": [(quote, look_of(quote, today=local_day(now))) for quote in page],
        "state": state if state in LABELS else "",
        "states": [(each.value, LABELS[each]) for each in states],
        "makes": facilities_quoted_by(request.viewer.user).exists(),
        "orders": [
            order_of(balance)
            for balance in balances_watched_by(request.viewer.user, on=now.date())
            if balance.kind == "purchase_order"
        ],
    }
    return render(request, "web/money/quotes.html", context)


def found(request: PageRequest, quote_id: int) -> Any:
    """Return a quote that the person may see.

    Raises:
        NotFound: there is none for them.
    """
    quotes = quotes_visible_to(request.viewer.user, on=timezone.now().date())
    quote = quotes.select_related("answer__answered_by", "made_by").filter(pk=quote_id).first()
    if quote is None:
        raise NotFound
    return quote


@require_safe
@member_page
def detail(request: PageRequest, quote_id: int) -> HttpResponse:
    """Show a quote: its lines and sums, what may be done with it, how far it is used."""
    return shown(request, found(request, quote_id))


def shown(
    request: PageRequest, quote: Any, *, form: LineForm | None = None, status: int = 200
) -> HttpResponse:
    """Answer with the page of a quote; a draft has its form for another line."""
    now = timezone.now()
    today = local_day(now)
    person = request.viewer.user
    makes = may_quote_for(person, quote.facility_id)
    is_open = quote.state == QuoteState.SENT and quote.valid_until >= today
    is_draft = makes and quote.state == QuoteState.DRAFT
    if is_draft and form is None:
        form = line_form(quote, today=today)
    balance = balance_of(quote)
    context = {
        "quote": quote,
        "look": look_of(quote, today=today),
        "lines": list(quote.lines.select_related("facility")),
        "discount_cents": quote.lines_cents - quote.net_cents,
        "makes": makes,
        "is_draft": is_draft,
        "is_open": is_open,
        "answers": is_open and may_answer_quotes_to(person, quote.team_id, on=now.date()),
        "form": form if is_draft else None,
        "order": balance and order_of(balance),
        "marks": WARNED_PERCENTS,
        "requests": list(quote.service_requests.all()),
    }
    return render(request, "web/money/quote.html", context, status=status)


def line_form(quote: Any, typed: Any = None, *, today: dt.date) -> LineForm:
    """Return the form for a line of a draft, with what can be sold on it."""
    on = quote.starts_on or today
    return LineForm(typed, sold=sold_with(quote, on=on), extras=extras_sold(quote, on=on))


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new(request: PageRequest) -> HttpResponse:
    """Begin a quote of one of the platforms that the person quotes for."""
    person = request.viewer.user
    facilities = list(facilities_quoted_by(person).order_by("code"))
    require(bool(facilities))
    form = NewQuoteForm(
        request.POST or None,
        facilities=[(one.pk, str(one)) for one in facilities],
        teams=[
            (team.pk, f"{team.organisation} · {team}")
            for team in teams_quoted_to(person).order_by("organisation__name", "name")
        ],
    )
    made: list[int] = []

    def step() -> str:
        quote = draft_quote(
            actor=person,
            facility_id=form.cleaned_data["facility"],
            team_id=form.cleaned_data["team"],
            wish=form.wish(),
            now=timezone.now(),
        )
        made.append(quote.pk)
        return _("Add what you offer, then send it.")

    is_sent = request.method == "POST"
    if is_sent and form.is_valid() and attempted(request, step, form, to="quotes"):
        return redirect("quote", made[0])
    status = form.refused_with if is_sent else 200
    return render(request, "web/money/quote_form.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def edit(request: PageRequest, quote_id: int) -> HttpResponse:
    """Change what a draft says beside its lines."""
    quote = found(request, quote_id)
    require(may_quote_for(request.viewer.user, quote.facility_id))
    names = (
        *("title", "note", "project_name", "starts_on", "ends_on"),
        *("discount_percent", "language"),
    )
    started = {name: getattr(quote, name) for name in names} | {"project": quote.project_id}
    projects = quote.team.projects.filter(is_active=True).order_by("name")
    form = QuoteForm(
        request.POST or None,
        initial=started,
        projects=[(one.pk, title_for(request.viewer.reader, one)) for one in projects],
    )

    def step() -> str:
        change_quote(
            actor=request.viewer.user,
            quote_id=quote.pk,
            wish=form.wish(),
            now=timezone.now(),
            version=int(seen) if (seen := form.cleaned_data["seen"]).isdecimal() else None,
        )
        return _("Saved.")

    is_sent = request.method == "POST"
    if is_sent and form.is_valid():
        done = attempted(request, step, form, to="quote", quote_id=quote.pk)
        if done is not None:
            return done
    status = form.refused_with if is_sent else 200
    context = {"form": form, "quote": quote}
    return render(request, "web/money/quote_form.html", context, status=status)
