"""Locking a quote for a change, by those who may see it."""

from __future__ import annotations

import datetime as dt

from accounts.errors import NotFound, StaleVersion
from accounts.models import User
from accounts.permissions import require
from accounts.transactions import assert_in_transaction
from billing.models import Quote
from billing.quotes.errors import NotADraft
from billing.quotes.permissions import may_quote_for, quotes_visible_to
from billing.quotes.states import QuoteState


def lock_quote(
    actor: User, quote_id: int, *, version: int | None = None, now: dt.datetime
) -> Quote:
    """Lock a quote that the actor may see, as they have seen it where they say so.

    Raises:
        NotFound: there is none, or it is none of theirs: the answer is the same.
        StaleVersion: it changed since the `version` that the actor read.
    """
    if not quotes_visible_to(actor, on=now.date()).filter(pk=quote_id).exists():
        raise NotFound
    assert_in_transaction()
    quote = (
        Quote.objects.select_for_update(no_key=True, of=("self",))
        .select_related("issuer__organisation", "facility", "team__organisation", "project")
        .get(pk=quote_id)
    )
    if version is not None and quote.version != version:
        raise StaleVersion
    return quote


def lock_draft(actor: User, quote_id: int, *, version: int | None, now: dt.datetime) -> Quote:
    """Lock a draft that the actor may change.

    Raises:
        NotFound, StaleVersion: as `lock_quote`.
        NotPermitted: the actor makes no quotes of its platform.
        NotADraft: it was sent, or put aside.
    """
    quote = lock_quote(actor, quote_id, version=version, now=now)
    require(may_quote_for(actor, quote.facility_id))
    if quote.state != QuoteState.DRAFT:
        raise NotADraft
    return quote
