"""Making quotes: a draft and its lines, a copy of another quote.

Only a draft is changed, under the lock of its row; sending and answering is in
quote_steps.py. Sums are counted anew with each change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Max

from accounts.errors import LastDayTooEarly, NotFound
from accounts.models import Project, Team, User
from accounts.permissions import require
from accounts.transactions import use_case
from billing.models import Quote, QuoteLine, ServiceRequest
from billing.orders.states import UNDECIDED
from billing.quotes.errors import LineNotPossible, SellerMissing
from billing.quotes.lines import issuer_id_of, line_for, priced, rule_lines, taxed_lines
from billing.quotes.locking import lock_draft
from billing.quotes.offers import LineWish
from billing.quotes.permissions import (
    facilities_quoted_by,
    may_quote_for,
    quotes_visible_to,
    teams_quoted_to,
)
from billing.quotes.sessions import lines_wished
from billing.quotes.states import sums_of
from billing.services.issuing import local_day
from billing.services.order_steps import refuse_patient_data

MOST_LINES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteWish:
    """What a quote says beside its lines; an empty language is that of the buyer's invoices."""

    title: str
    note: str = ""
    project_id: int | None = None
    project_name: str = ""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    language: str = ""
    discount_percent: Decimal = Decimal(0)


@use_case
def draft_quote(
    *,
    actor: User,
    facility_id: int,
    team_id: int,
    wish: QuoteWish,
    now: dt.datetime,
    lines: Sequence[LineWish] = (),
    request_id: int | None = None,
) -> Quote:
    """Begin a quote of a platform to a team; for a service request where one is named.

    Raises:
        NotFound: the actor makes no quotes of the platform, or the team, the project or
            the request is not there.
        SellerMissing: nobody sells for the platform yet.
        LineNotPossible, RateMissing: of a line.
        PatientData: a text seems to hold the number of a patient.
    """
    facility = facilities_quoted_by(actor).filter(pk=facility_id).first()
    team = teams_quoted_to(actor).filter(pk=team_id).first()
    if facility is None or team is None:
        raise NotFound
    issuer_id = issuer_id_of(facility.pk)
    if issuer_id is None:
        raise SellerMissing(platform=str(facility))
    quote = Quote(
        issuer_id=issuer_id,
        facility=facility,
        team=team,
        organisation=team.organisation,
        made_by=actor,
        created_at=now,
        updated_at=now,
    )
    _say(quote, wish, team=team)
    quote.save()
    if request_id is not None:
        _answer_request(quote, request_id)
    _append(quote, lines, now=now)
    _count(quote, now=now)
    return quote


@use_case
def change_quote(
    *, actor: User, quote_id: int, wish: QuoteWish, now: dt.datetime, version: int | None = None
) -> Quote:
    """Change what a draft says beside its lines.

    Raises:
        NotFound, NotPermitted, StaleVersion: of who asks.
        NotADraft: it was sent.
    """
    quote = lock_draft(actor, quote_id, version=version, now=now)
    _say(quote, wish, team=quote.team)
    lines = list(quote.lines.select_related("facility"))
    rule_lines(quote, lines)
    QuoteLine.objects.bulk_update(lines, ["vat_category", "vat_percent", "vat_exemption"])
    _count(quote, now=now)
    return quote


@use_case
def add_lines(
    *,
    actor: User,
    quote_id: int,
    lines: Sequence[LineWish],
    now: dt.datetime,
    version: int | None = None,
) -> Quote:
    """Add lines to a draft, priced by the lists in force on the day the work begins.

    Planned sessions make lines for their operator and surcharge, too, where they have them.

    Raises:
        NotFound, NotPermitted, StaleVersion, NotADraft: as `change_quote`.
        LineNotPossible, RateMissing, SellerMissing: of a line.
    """
    quote = lock_draft(actor, quote_id, version=version, now=now)
    _append(quote, lines, now=now)
    _count(quote, now=now)
    return quote


@use_case
def set_lines(
    *,
    actor: User,
    quote_id: int,
    lines: Sequence[LineWish],
    now: dt.datetime,
    version: int | None = None,
) -> Quote:
    """Let a draft offer these lines and no others.

    Raises: as `add_lines`.
    """
    quote = lock_draft(actor, quote_id, version=version, now=now)
    quote.lines.all().delete()
    _append(quote, lines, now=now)
    _count(quote, now=now)
    return quote


@use_case
def change_line(
    *,
    actor: User,
    quote_id: int,
    line_id: int,
    changes: dict[str, Any],
    now: dt.datetime,
    version: int | None = None,
) -> Quote:
    """Change words, quantity, price or discount of a line of a draft.

    Raises:
        NotFound, NotPermitted, StaleVersion, NotADraft: as `change_quote`.
        LineNotPossible: the line would say nothing, or sell nothing.
    """
    quote = lock_draft(actor, quote_id, version=version, now=now)
    line = _line_of(quote, line_id)
    for name in ("description", "quantity", "unit_price_cents", "discount_percent"):
        if name in changes:
            setattr(line, name, changes[name])
    refuse_patient_data(line.description)
    is_whole = line.description.strip() and line.quantity > 0 and line.unit_price_cents >= 0
    if not is_whole or not 0 <= line.discount_percent <= 100:
        raise LineNotPossible
    priced(line)
    line.save()
    _count(quote, now=now)
    return quote


@use_case
def remove_line(
    *, actor: User, quote_id: int, line_id: int, now: dt.datetime, version: int | None = None
) -> Quote:
    """Take a line out of a draft.

    Raises:
        NotFound, NotPermitted, StaleVersion, NotADraft: as `change_quote`.
    """
    quote = lock_draft(actor, quote_id, version=version, now=now)
    _line_of(quote, line_id).delete()
    _count(quote, now=now)
    return quote


@use_case
def duplicate_quote(*, actor: User, quote_id: int, now: dt.datetime) -> Quote:
    """Make a draft of the same lines at the same prices, whatever became of the quote.

    Raises:
        NotFound, NotPermitted: of who asks.
    """
    model = quotes_visible_to(actor, on=now.date()).filter(pk=quote_id).first()
    if model is None:
        raise NotFound
    require(may_quote_for(actor, model.facility_id))
    copied = (
        "issuer", "facility", "organisation", "team", "title", "note", "project",
        "project_name", "starts_on", "ends_on", "language", "discount_percent",
    )  # fmt: skip
    quote = Quote.objects.create(
        **{name: getattr(model, name) for name in copied},
        made_by=actor,
        created_at=now,
        updated_at=now,
    )
    lines = list(model.lines.select_related("facility"))
    for line in lines:
        line.pk, line.quote = None, quote
    rule_lines(quote, lines)
    QuoteLine.objects.bulk_create(lines)
    _count(quote, now=now)
    return quote


def _say(quote: Quote, wish: QuoteWish, *, team: Team) -> None:
    refuse_patient_data(wish.title, wish.note, wish.project_name)
    if wish.starts_on and wish.ends_on and wish.ends_on < wish.starts_on:
        raise LastDayTooEarly
    if not wish.title.strip() or not 0 <= wish.discount_percent <= 100:
        raise LineNotPossible
    project = None
    if wish.project_id is not None:
        project = Project.objects.filter(pk=wish.project_id, team=team, is_active=True).first()
        if project is None:
            raise NotFound
    quote.title, quote.note = wish.title.strip(), wish.note.strip()
    quote.project, quote.project_name = project, wish.project_name.strip()
    quote.starts_on, quote.ends_on = wish.starts_on, wish.ends_on
    quote.language = wish.language or team.organisation.invoice_language
    quote.discount_percent = wish.discount_percent


def _answer_request(quote: Quote, request_id: int) -> None:
    """Make a draft the quote of a request of the same team to the same platform."""
    request = ServiceRequest.objects.select_for_update(no_key=True).filter(
        pk=request_id, team=quote.team, facility=quote.facility, state__in=UNDECIDED
    )
    if not request.exists():
        raise NotFound
    request.update(quote=quote)


def _append(quote: Quote, wishes: Sequence[LineWish], *, now: dt.datetime) -> None:
    last = quote.lines.aggregate(last=Max("position"))["last"] or 0
    refuse_patient_data(*(wish.description for wish in wishes))
    on = quote.starts_on or local_day(now)
    wishes = [line for wish in wishes for line in lines_wished(quote, wish, on=on)]
    if last + len(wishes) > MOST_LINES:
        raise LineNotPossible
    QuoteLine.objects.bulk_create(
        line_for(quote, wish, position=position, on=on)
        for position, wish in enumerate(wishes, start=last + 1)
    )


def _line_of(quote: Quote, line_id: int) -> QuoteLine:
    line = quote.lines.filter(pk=line_id).first()
    if line is None:
        raise NotFound
    return line


def _count(quote: Quote, *, now: dt.datetime) -> None:
    """Write a draft with what its lines come to."""
    sums = sums_of(taxed_lines(quote.lines.all()), discount_percent=quote.discount_percent)
    quote.lines_cents, quote.net_cents = sums.lines_cents, sums.net_cents
    quote.vat_cents, quote.total_cents = sums.vat_cents, sums.total_cents
    quote.version += 1
    quote.updated_at = now
    quote.save()
