"""Sending a quote, taking it back, letting it lapse: how its state changes but for answers.

The number is taken last. A service request that a quote is for goes along.
"""

from __future__ import annotations

import datetime as dt
from typing import cast

from accounts.models import User
from accounts.permissions import require
from accounts.transactions import use_case
from billing.documents.numbering import next_number
from billing.documents.parties import buyer_stated, lacking, seller_stated, terms_stated
from billing.errors import PartyIncomplete
from billing.models import Charge, Quote, QuoteLine
from billing.orders.states import OrderState
from billing.quotes.errors import NotADraft, QuoteEmpty, QuoteNotOpen
from billing.quotes.lines import rule_lines, taxed_lines
from billing.quotes.locking import lock_draft, lock_quote
from billing.quotes.permissions import may_quote_for
from billing.quotes.states import LABELS, QuoteState, may_become, sums_of
from billing.services.accepting import mark_quoted, quote_withdrawn
from billing.services.issuing import local_day
from notifications import outbox

QUOTE_SENT, QUOTE_EXPIRED = "billing.quote_sent", "billing.quote_expired"


@use_case
def send_quote(
    *, actor: User, quote_id: int, now: dt.datetime, version: int | None = None
) -> Quote:
    """Send a draft to its team: it is numbered, dated, and stays as it is from then on.

    Raises:
        NotFound, NotPermitted, StaleVersion, NotADraft: of who asks.
        QuoteEmpty: no line has a price.
        PartyIncomplete: the law wants more stated than is recorded.
        SellerMissing: another body sells for one of the platforms by now.
    """
    quote = lock_draft(actor, quote_id, version=version, now=now)
    lines = list(quote.lines.select_related("facility"))
    if not any(line.net_cents for line in lines):
        raise QuoteEmpty
    rule_lines(quote, lines)
    organisation = quote.team.organisation
    # A line has the one thing that is asked of a charge here: its VAT rule.
    if missing := lacking(quote.issuer, organisation, cast("list[Charge]", lines)):
        raise PartyIncomplete(organisation=str(organisation), missing=", ".join(missing))
    QuoteLine.objects.bulk_update(lines, ["vat_category", "vat_percent", "vat_exemption"])
    sums = sums_of(taxed_lines(lines), discount_percent=quote.discount_percent)
    quote.lines_cents, quote.net_cents = sums.lines_cents, sums.net_cents
    quote.vat_cents, quote.total_cents = sums.vat_cents, sums.total_cents
    quote.organisation = organisation
    quote.seller = seller_stated(quote.issuer)
    quote.buyer = buyer_stated(organisation, None)
    quote.terms = terms_stated(quote.issuer, organisation, (line.nature for line in lines))
    quote.sent_at, quote.sent_on = now, local_day(now)
    quote.valid_until = quote.sent_on + dt.timedelta(days=quote.issuer.quote_days)
    for request in quote.service_requests.all():
        mark_quoted(request_id=request.pk, actor=actor, now=now, note=quote.title)
    quote.number = next_number(issuer=quote.issuer, kind="quote", year=quote.sent_on.year).text
    become(quote, QuoteState.SENT, now=now)
    outbox.publish(topic=QUOTE_SENT, key=f"{QUOTE_SENT}:{quote.pk}", payload={"quote": quote.pk})
    return quote


@use_case
def withdraw_quote(
    *, actor: User, quote_id: int, now: dt.datetime, version: int | None = None
) -> Quote:
    """Take a quote back that was not answered, or put a draft aside.

    Raises:
        NotFound, NotPermitted, StaleVersion: of who asks.
        QuoteNotOpen: it was answered, or has lapsed.
    """
    quote = lock_quote(actor, quote_id, version=version, now=now)
    require(may_quote_for(actor, quote.facility_id))
    release_requests(quote, actor=actor, now=now)
    become(quote, QuoteState.WITHDRAWN, now=now)
    return quote


def expire_quotes(*, now: dt.datetime, limit: int = 500) -> int:
    """Write down which quotes were open until a day that has passed; return how many.

    One transaction for each. Safe to repeat and to run several times at once.
    """
    waiting = Quote.objects.filter(state=QuoteState.SENT, valid_until__lt=local_day(now))
    ids = list(waiting.order_by("valid_until", "pk").values_list("pk", flat=True)[:limit])
    return sum(_expire(quote_id=quote_id, now=now) for quote_id in ids)


@use_case
def _expire(*, quote_id: int, now: dt.datetime) -> bool:
    quote = (
        Quote.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk=quote_id, state=QuoteState.SENT)
        .first()
    )
    if quote is None:
        return False  # Answered meanwhile.
    release_requests(quote, actor=None, now=now)
    become(quote, QuoteState.EXPIRED, now=now)
    outbox.publish(
        topic=QUOTE_EXPIRED, key=f"{QUOTE_EXPIRED}:{quote.pk}", payload={"quote": quote.pk}
    )
    return True


def release_requests(quote: Quote, *, actor: User | None, now: dt.datetime) -> None:
    """Take the requests that a quote was for back to where they were before it."""
    quoted = quote.service_requests.filter(state=OrderState.QUOTED)
    for request_id in quoted.values_list("pk", flat=True):
        quote_withdrawn(request_id=request_id, actor=actor, now=now, note=quote.number)


def become(quote: Quote, state: QuoteState, *, now: dt.datetime) -> None:
    """Write a locked quote in another state, with all that was set on it.

    Raises:
        QuoteNotOpen: the table of states has no such step.
    """
    if not may_become(quote.state, state):
        if state == QuoteState.SENT:
            raise NotADraft
        raise QuoteNotOpen(state=LABELS[QuoteState(quote.state)])
    quote.state = state
    quote.version += 1
    quote.updated_at = now
    quote.save()
