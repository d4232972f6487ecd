"""Answering a quote: accepted, it opens a project and an account that may be spent.

The ceiling of the account is what the quote comes to before VAT, since charges are
before VAT, too. Locks: the quote, then the account.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from accounts.errors import ReasonRequired, StaleVersion
from accounts.models import FundingAccount, Project, User
from accounts.permissions import require
from accounts.transactions import use_case
from billing.models import Quote, QuoteAnswer, ServiceRequest
from billing.orders.states import UNDECIDED
from billing.prices.contracts import confidential_project_ids
from billing.prices.service_prices import quoted_price
from billing.quotes.acceptance import Acceptance, whole, whole_paper
from billing.quotes.errors import QuoteExpired, QuoteNotOpen, ReferenceInUse
from billing.quotes.locking import lock_quote
from billing.quotes.permissions import may_answer_quotes_to, may_quote_for
from billing.quotes.states import LABELS, QuoteState, is_late
from billing.services.accepting import quote_accepted
from billing.services.account_warnings import warn_of
from billing.services.issuing import local_day
from billing.services.order_steps import refuse_patient_data
from billing.services.quote_steps import become, release_requests
from bookings.wording import date_text
from notifications import outbox

QUOTE_ANSWERED = "billing.quote_answered"
ORDER_DAYS = 365
"""How long an order can be spent where the quote names no last day of work."""


@use_case
def accept_quote(
    *,
    actor: User,
    quote_id: int,
    acceptance: Acceptance,
    now: dt.datetime,
    version: int | None = None,
) -> Quote:
    """Accept a quote by a purchase order or a signature; the same again changes nothing.

    In the same transaction its project is opened, and a purchase order with a ceiling of
    the quote's total before VAT. An order whose number the team has given before pays
    for this quote, too: its ceiling grows by as much.

    Raises:
        NotFound, NotPermitted, StaleVersion: of who asks.
        QuoteExpired: the last day has passed.
        QuoteNotOpen: it was answered otherwise, or withdrawn.
        OrderOrSignatureMissing, OrderFileRefused: of by what it is accepted.
        ReferenceInUse: the team has an account of that number that is no order.
    """
    said = whole(acceptance, today=local_day(now))
    refuse_patient_data(said.purchase_order, said.signed_name)
    quote = lock_quote(actor, quote_id, now=now)
    require(may_answer_quotes_to(actor, quote.team_id, on=now.date()))
    if quote.state == QuoteState.ACCEPTED and _is_answered_by(quote, said):
        return quote
    _require_open(quote, version=version, on=local_day(now))
    _accept(quote, said, actor=actor, now=now)
    return quote


@use_case
def record_acceptance(
    *,
    actor: User,
    quote_id: int,
    acceptance: Acceptance,
    now: dt.datetime,
    version: int | None = None,
) -> Quote:
    """Record for its team that a quote was accepted on paper; opens what `accept_quote` opens.

    For who makes quotes of the platform, with the file and the day of the paper: a quote
    that was signed in time and has not been closed since is accepted. The team is told. The
    same again changes nothing.

    Raises:
        NotFound, NotPermitted, StaleVersion: of who asks.
        PaperMissing, PaperDayWrong, OrderOrSignatureMissing, OrderFileRefused: of the paper.
        QuoteExpired, QuoteNotOpen, ReferenceInUse: as `accept_quote`.
    """
    refuse_patient_data(acceptance.purchase_order, acceptance.signed_name)
    quote = lock_quote(actor, quote_id, now=now)
    require(may_quote_for(actor, quote.facility_id))
    said, day = whole_paper(acceptance, sent_on=quote.sent_on, today=local_day(now))
    if quote.state == QuoteState.ACCEPTED and _is_answered_by(quote, said):
        return quote
    _require_open(quote, version=version, on=day)
    _accept(quote, said, actor=actor, now=now, is_recorded=True)
    return quote


@use_case
def refuse_quote(
    *, actor: User, quote_id: int, reason: str, now: dt.datetime, version: int | None = None
) -> Quote:
    """Refuse a quote, for a reason that its platform will read.

    Raises:
        NotFound, NotPermitted, StaleVersion: of who asks.
        ReasonRequired: none is given.
        QuoteExpired, QuoteNotOpen: nothing is left to refuse.
    """
    if not reason.strip():
        raise ReasonRequired
    refuse_patient_data(reason)
    quote = lock_quote(actor, quote_id, now=now)
    require(may_answer_quotes_to(actor, quote.team_id, on=now.date()))
    _require_open(quote, version=version, on=local_day(now))
    QuoteAnswer.objects.create(
        quote=quote,
        answer=QuoteAnswer.Answer.REFUSED,
        answered_by=actor,
        answered_at=now,
        reason=reason.strip()[:500],
    )
    release_requests(quote, actor=actor, now=now)
    become(quote, QuoteState.REFUSED, now=now)
    _tell(quote)
    return quote


def _accept(
    quote: Quote, said: Acceptance, *, actor: User, now: dt.datetime, is_recorded: bool = False
) -> None:
    """Open what an open quote opens, and write by what it was accepted."""
    quote.project = _project_of(quote, on=local_day(now))
    quote.account = _account_of(quote, said, on=local_day(now))
    QuoteAnswer.objects.create(
        quote=quote,
        answer=QuoteAnswer.Answer.ACCEPTED,
        answered_by=actor,
        answered_at=now,
        is_recorded=is_recorded,
        purchase_order=said.purchase_order,
        signed_name=said.signed_name,
        signed_on=said.signed_on,
        file=said.file,
        file_name=said.file_name,
        file_type=said.file_type,
    )
    become(quote, QuoteState.ACCEPTED, now=now)
    _accept_requests(quote, actor=actor, now=now)
    warn_of(quote.account_id or 0, now=now)
    _tell(quote)


def _is_answered_by(quote: Quote, said: Acceptance) -> bool:
    answer = quote.answer
    return (answer.purchase_order, answer.signed_name) == (said.purchase_order, said.signed_name)


def _require_open(quote: Quote, *, version: int | None, on: dt.date) -> None:
    """Let only a quote pass that could be answered on a day."""
    if quote.state == QuoteState.EXPIRED or (
        quote.state == QuoteState.SENT and is_late(valid_until=quote.valid_until, today=on)
    ):
        raise QuoteExpired(day=date_text(quote.valid_until) if quote.valid_until else "")
    if quote.state != QuoteState.SENT:
        raise QuoteNotOpen(state=LABELS[QuoteState(quote.state)])
    if version is not None and quote.version != version:
        raise StaleVersion


def _project_of(quote: Quote, *, on: dt.date) -> Project:
    """Return the project of a quote; where none was chosen, that of its name, or a new one."""
    if quote.project is not None:
        return quote.project
    name = quote.project_name or quote.title
    known = Project.objects.filter(team=quote.team_id, name=name, is_active=True).first()
    if known is not None:
        return known
    is_industry = quote.team.organisation.is_industry
    project = Project.objects.create(
        team_id=quote.team_id,
        name=name,
        kind=Project.Kind.INDUSTRY if is_industry else Project.Kind.ACADEMIC,
        starts_on=on,
        is_confidential=quote.team.organisation.projects_are_confidential,
    )
    if confidential_project_ids([project.pk], on=on):
        project.is_confidential = True
        project.save(update_fields=["is_confidential"])
    return project


def _account_of(quote: Quote, said: Acceptance, *, on: dt.date) -> FundingAccount:
    """Return the order that pays, locked, its ceiling grown by what the quote comes to."""
    reference = said.purchase_order or quote.number
    until = max(quote.ends_on or on + dt.timedelta(days=ORDER_DAYS), on)
    FundingAccount.objects.bulk_create(
        [
            FundingAccount(
                team_id=quote.team_id,
                kind=FundingAccount.Kind.PURCHASE_ORDER,
                reference=reference,
                name=f"{reference} · {quote.project}"[:200],
                valid_from=on,
                valid_until=until,
                ceiling_cents=0,
            )
        ],
        ignore_conflicts=True,  # Waits for another answer with the same number.
    )
    account = FundingAccount.objects.select_for_update(no_key=True).get(
        team=quote.team_id, reference=reference
    )
    if account.kind != FundingAccount.Kind.PURCHASE_ORDER or not account.is_active:
        raise ReferenceInUse(reference=reference)
    if account.ceiling_cents is not None:
        account.ceiling_cents += quote.net_cents
    if account.valid_from is not None:
        account.valid_from = min(account.valid_from, on)
    if account.valid_until is not None:
        account.valid_until = max(account.valid_until, until)
    account.save(update_fields=["ceiling_cents", "valid_from", "valid_until"])
    return account


def _accept_requests(quote: Quote, *, actor: User, now: dt.datetime) -> None:
    """Take on the service requests that the quote is for, at its prices and on its order."""
    asked = ServiceRequest.objects.filter(quote=quote, state__in=UNDECIDED)
    cents: dict[int, list[int]] = defaultdict(list)
    for line in quote.lines.select_related("quote").filter(service__isnull=False):
        cents[line.service_id or 0].append(quoted_price(line))
    for request in asked.prefetch_related("items"):
        prices = {
            item.pk: min(cents[item.service_id])
            for item in request.items.all()
            if item.service_id in cents
        }
        quote_accepted(
            request_id=request.pk,
            actor=actor,
            now=now,
            unit_prices=prices,
            account_id=quote.account_id,
            note=quote.number,
        )


def _tell(quote: Quote) -> None:
    outbox.publish(
        topic=QUOTE_ANSWERED, key=f"{QUOTE_ANSWERED}:{quote.pk}", payload={"quote": quote.pk}
    )
