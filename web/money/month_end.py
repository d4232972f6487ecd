"""The end of a month on one page: its steps, what holds it up, and each way out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.errors import DomainError, NotFound
from accounts.permissions import require
from billing.month_end.months import last_month, next_month
from billing.month_end.progress import DOCUMENTS, STATEMENTS, STEPS, MonthEndState, month_end_of
from billing.month_end.stating import centre_day
from billing.month_end.told import statements_of
from billing.permissions import charges_resolved_by, issuers_watched_by
from billing.services import complete_organisation, start_month_end
from billing.services.resolving import accounts_for, organisations_completed_by
from web.forms.month_end import ParticularsForm
from web.money.held_up import MOVED, panels_of
from web.pages import carried_out, member_page, way_back
from web.people import PageRequest
from web.views.costs import month_asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which month of which issuer a page is about."""

    issuers: list[Any]
    issuer: Any
    month: dt.date

    @property
    def query(self) -> str:
        """The address of it, without its path."""
        return urlencode({"issuer": self.issuer.code, "month": f"{self.month:%Y-%m}"})

    @property
    def address(self) -> str:
        """The address of the page."""
        return f"{reverse('month_end')}?{self.query}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """A step as the page lists it."""

    name: str
    is_done: bool
    is_next: bool
    is_ready: bool
    is_main: bool


@require_safe
@member_page
def page(request: PageRequest) -> HttpResponse:
    """Show how far a month is; without one, the month before this."""
    now = timezone.now()
    asked = _asked(request, request.GET, now=now)
    if asked is None:
        return render(request, "web/money/month_end_none.html")
    state = _state(request, asked, now=now)
    stuck = [charge for one in state.held_up for charge in one.charges if one.reason in MOVED]
    mine = charges_resolved_by(request.viewer.user)
    accounts = accounts_for(mine.filter(pk__in=[charge.pk for charge in stuck])) if stuck else ()
    title = date_format(asked.month, "F Y")
    context = {
        "asked": asked,
        "state": state,
        "title": title[:1].upper() + title[1:],
        "steps": _steps(state),
        "statements": statements_of(
            request.viewer.user, issuer=asked.issuer, month=asked.month, on=now.date()
        ),
        "before": f"{last_month(asked.month):%Y-%m}",
        "after": f"{next_month(asked.month):%Y-%m}" if state.has_begun else "",
        "panels": panels_of(state.held_up, accounts=list(accounts), viewer=request.viewer),
    }
    return render(request, "web/money/month_end.html", context)


@require_safe
@member_page
def progress(request: PageRequest) -> HttpResponse:
    """Show how far a step is, for the page to ask again; when it is over, the page is read anew."""
    now = timezone.now()
    asked = _asked(request, request.GET, now=now)
    if asked is None:
        raise NotFound
    state = _state(request, asked, now=now)
    if not state.is_running:
        return HttpResponseClientRefresh()
    return render(request, "web/money/_month_end_run.html", {"asked": asked, "state": state})


@require_POST
@member_page
def start(request: PageRequest) -> HttpResponse:
    """Begin a step; it goes on in the background."""
    now = timezone.now()
    asked = _asked(request, request.POST, now=now)
    if asked is None:
        raise NotFound
    step = request.POST.get("step", "")

    def begun() -> str:
        if step not in ("statements", "documents"):
            raise NotFound
        start_month_end(
            issuer_id=asked.issuer.pk,
            month=asked.month,
            step=step,
            actor=request.viewer.user,
            now=now,
        )
        return _("Begun. You may leave this page.")

    return carried_out(request, begun, otherwise=asked.address)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def particulars(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Record what an invoice has to state of a buyer or seller."""
    mine = organisations_completed_by(request.viewer.user)
    organisation = mine.filter(pk=organisation_id).first()
    if organisation is None:
        raise NotFound
    names = ParticularsForm.base_fields.keys() - {"seen"}
    form = ParticularsForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(organisation, name) for name in names},
    )
    back = way_back(request, reverse("month_end"))
    if request.method == "POST" and form.is_valid():
        try:
            complete_organisation(
                organisation_id=organisation_id,
                particulars=form.particulars(),
                actor=request.viewer.user,
                now=timezone.now(),
            )
        except NotFound:
            raise
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(back)
    context = {"organisation": organisation, "form": form, "back": back}
    status = form.refused_with if form.is_bound else 200
    return render(request, "web/money/particulars.html", context, status=status)


def _steps(state: MonthEndState) -> list[StepRow]:
    """Return the steps with how each stands; the button of what can be done now is the main one."""
    ready = {
        STATEMENTS: state.has_begun and state.told.to_make > 0,
        DOCUMENTS: state.documents.to_bill + state.documents.to_credit > 0,
    }
    main = next((step for step in STEPS if ready.get(step)), "")
    return [
        StepRow(
            name=step,
            is_done=step in state.done,
            is_next=step == state.next,
            is_ready=bool(ready.get(step)),
            is_main=step == main,
        )
        for step in STEPS
    ]


def _asked(request: PageRequest, given: Any, *, now: dt.datetime) -> Asked | None:
    """Return the issuer and month that an address names; None where no issuer is the person's.

    Raises:
        NotPermitted: the person follows no money.
        NotFound: no such issuer of theirs, or no such month.
    """
    require(request.viewer.watches_money)
    issuers = list(issuers_watched_by(request.viewer.user).order_by("code"))
    code = given.get("issuer", "")
    named = [issuer for issuer in issuers if issuer.code == code] if code else issuers[:1]
    if not named:
        if code:
            raise NotFound
        return None
    today = centre_day(now)
    text = given.get("month", "")
    month = month_asked(text, today=today) if text else last_month(today)
    return Asked(issuers=issuers, issuer=named[0], month=month)


def _state(request: PageRequest, asked: Asked, *, now: dt.datetime) -> MonthEndState:
    return month_end_of(request.viewer.user, issuer=asked.issuer, month=asked.month, now=now)
