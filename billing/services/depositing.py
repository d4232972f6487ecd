"""Handing electronic invoices over, and asking after them: claim, hand over, note, repeat.

A row is claimed by a lease that lapses by itself, as in the outbox: what a killed worker
held is done by another. Nothing is handed over inside a transaction. A worker killed after
the channel took an invoice hands it over again under the same key, which the channel knows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import structlog
from django.db import transaction
from django.db.models import F

from accounts.errors import NotFound
from accounts.models import User
from accounts.permissions import require
from accounts.transactions import assert_in_transaction, use_case
from billing.documents.errors import NotSentAgain
from billing.documents.queries import CAN_GO_AGAIN
from billing.einvoicing import addressing
from billing.einvoicing.channel import (
    ChannelAway,
    Parcel,
    ParcelRefused,
    channel_named,
    chosen_channel,
)
from billing.models import Deposit, DepositEvent, DepositState, Invoice
from billing.permissions import invoices_visible_to, may_keep_books_of
from billing.services.documents import document_of

logger = structlog.get_logger(__name__)

LEASE = dt.timedelta(minutes=2)
FIRST_PAUSE = dt.timedelta(seconds=30)
LONGEST_PAUSE = dt.timedelta(hours=6)
GIVEN_UP_AT = 20
ASKED_EVERY = dt.timedelta(minutes=30)
ERROR_LENGTH = 500

UNDER_WAY = (DepositState.DEPOSITED, DepositState.RECEIVED)


def plan_deposit(invoice: Invoice) -> Deposit | None:
    """Promise, in the transaction that issues a document, that a channel will carry it.

    Nothing is promised while no channel is chosen, for transfer notes, and for buyers whom
    no platform reaches: they get the PDF by mail.
    """
    assert_in_transaction()
    channel = chosen_channel()
    is_carried = invoice.kind != Invoice.Kind.RECHARGE and addressing.is_carried(invoice.buyer)
    if not channel or not is_carried:
        return None
    deposit = Deposit.objects.create(
        invoice=invoice,
        channel=channel,
        key=invoice.number,
        created_at=invoice.created_at,
        state_at=invoice.created_at,
    )
    _event(deposit, at=invoice.created_at)
    return deposit


def hand_over_due(*, now: dt.datetime, limit: int) -> int:
    """Hand over at most so many invoices whose turn it is; return how many were taken up."""
    return _work_through(_hand_over, DepositState.WAITING, now=now, limit=limit)


def ask_after_due(*, now: dt.datetime, limit: int) -> int:
    """Ask after at most so many invoices that are under way; return how many."""
    return _work_through(_ask_after, *UNDER_WAY, now=now, limit=limit)


@use_case
def send_again(*, invoice_id: int, actor: User, now: dt.datetime) -> Deposit:
    """Let an invoice go once more, after what kept it back was put right.

    After a rejection it goes under a new key: it is another deposit for the channel.

    Raises:
        NotFound: the actor cannot see such an invoice, or it goes by mail only.
        NotPermitted: the actor does not keep the books of its issuer.
        NotSentAgain: it is on its way, or has arrived.
    """
    invoice = invoices_visible_to(actor, on=now.date()).filter(pk=invoice_id).first()
    if invoice is None or not Deposit.objects.filter(invoice=invoice).exists():
        raise NotFound
    require(may_keep_books_of(actor, invoice.issuer_id))
    deposit = Deposit.objects.select_for_update(no_key=True).get(invoice=invoice)
    if deposit.state not in CAN_GO_AGAIN:
        raise NotSentAgain
    if deposit.state == DepositState.REJECTED:
        deposit.round += 1
        deposit.key = f"{invoice.number}/{deposit.round}"
    deposit.reference, deposit.missing, deposit.attempts = "", [], 0
    deposit.available_at = deposit.claimed_until = None
    _move(deposit, DepositState.WAITING, now=now, by=actor)
    deposit.save()
    return deposit


def _work_through(
    step: Callable[[Deposit, dt.datetime], None], *states: str, now: dt.datetime, limit: int
) -> int:
    handled = 0
    while handled < limit:
        deposit = _claim(*states, now=now)
        if deposit is None:
            break
        handled += 1
        try:
            step(deposit, now)
        except Exception as failure:
            if not isinstance(failure, ChannelAway):
                logger.exception("deposit_step_failed", deposit=deposit.pk)
            _put_off(deposit, error=_described(failure), now=now)
    return handled


def _claim(*states: str, now: dt.datetime) -> Deposit | None:
    due = Deposit.objects.due(now, *states).order_by(F("available_at").asc(nulls_first=True), "id")
    with transaction.atomic(durable=True):
        deposit = due.select_for_update(skip_locked=True, no_key=True).first()
        if deposit is not None:
            deposit.claimed_until = now + LEASE
            deposit.save(update_fields=["claimed_until"])
    return deposit


def _hand_over(deposit: Deposit, now: dt.datetime) -> None:
    invoice = Invoice.objects.select_related("organisation").get(pk=deposit.invoice_id)
    needs_engagement = invoice.organisation.needs_engagement
    if missing := addressing.lacking(invoice.buyer, needs_engagement=needs_engagement):
        _done(deposit, DepositState.LACKING, now=now, detail=", ".join(missing), missing=missing)
        return
    document = document_of(invoice_id=invoice.pk)
    parcel = Parcel(
        key=deposit.key,
        number=invoice.number,
        pdf=bytes(document.pdf),
        xml=bytes(document.xml),
        recipient=addressing.recipient(invoice.buyer),
        service_code=invoice.buyer.get("service_code", ""),
        engagement_number=invoice.buyer.get("engagement_number", ""),
        due_on=invoice.due_on,
    )
    try:
        reference = channel_named(deposit.channel).deposit(parcel, now=now)
    except ParcelRefused as refusal:
        _done(deposit, DepositState.FAILED, now=now, detail=_described(refusal))
        return
    _done(deposit, DepositState.DEPOSITED, now=now, reference=reference, detail=reference)


def _ask_after(deposit: Deposit, now: dt.datetime) -> None:
    standing = channel_named(deposit.channel).status(deposit.reference, now=now)
    _done(deposit, standing.state, now=now, detail=standing.detail)


def _done(
    deposit: Deposit,
    state: str,
    *,
    now: dt.datetime,
    detail: str = "",
    reference: str = "",
    missing: list[str] | None = None,
) -> None:
    """Note what came of a try, unless the claim has passed to another worker."""
    with transaction.atomic():
        if not _ours(deposit):
            return
        deposit.reference = reference or deposit.reference
        deposit.missing = missing or []
        deposit.attempts = 0
        deposit.claimed_until = None
        deposit.available_at = now + ASKED_EVERY if state in UNDER_WAY else None
        if deposit.state != state:
            _move(deposit, state, now=now, detail=detail)
        deposit.save()


def _put_off(deposit: Deposit, *, error: str, now: dt.datetime) -> None:
    with transaction.atomic():
        if not _ours(deposit):
            return
        deposit.attempts += 1
        deposit.last_error = error
        deposit.claimed_until = None
        deposit.available_at = now + min(FIRST_PAUSE * 2 ** (deposit.attempts - 1), LONGEST_PAUSE)
        # Once it was handed over it is asked after for ever: it is not ours to give up.
        if deposit.state == DepositState.WAITING and deposit.attempts >= GIVEN_UP_AT:
            _move(deposit, DepositState.FAILED, now=now, detail=error)
            logger.error("deposit_given_up", deposit=deposit.pk)
        deposit.save()


def _ours(deposit: Deposit) -> bool:
    mine = Deposit.objects.select_for_update(no_key=True)
    return mine.filter(pk=deposit.pk, claimed_until=deposit.claimed_until).exists()


def _move(
    deposit: Deposit, state: str, *, now: dt.datetime, detail: str = "", by: User | None = None
) -> None:
    deposit.state, deposit.state_at = state, now
    is_trouble = state in CAN_GO_AGAIN
    deposit.last_error = detail[:ERROR_LENGTH] if is_trouble else ""
    _event(deposit, at=now, detail=detail, by=by)


def _event(deposit: Deposit, *, at: dt.datetime, detail: str = "", by: User | None = None) -> None:
    DepositEvent.objects.create(
        deposit=deposit, state=deposit.state, detail=detail[:ERROR_LENGTH], at=at, by=by
    )


def _described(failure: Exception) -> str:
    text = str(failure) or type(failure).__name__
    return text.replace("\0", "")[:ERROR_LENGTH]
