"""Payments: recording one, allocating it to invoices, taking that back, refunding.

Locks go from the payment to its invoices, these by id. The judgements made under them are
repeated by the database for every row, whoever writes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.models import Sum

from accounts.errors import NotFound, ReasonRequired
from accounts.models import Organisation, User
from accounts.transactions import assert_in_transaction, use_case
from billing.books.closed_months import require_open
from billing.models import Allocation, Invoice, Payment, Refund
from billing.payments.balances import with_balance, with_remainder
from billing.payments.errors import (
    AmountNotPositive,
    DayInFuture,
    NothingToTakeBack,
    NotPayable,
    PaymentSpent,
    TooMuchAllocated,
)
from billing.payments.permissions import kept_issuer, payments_visible_to
from billing.services.issuing import local_day
from bookings.wording import money_text


@use_case
def record_payment(
    *,
    issuer_id: int,
    received_on: dt.date,
    amount_cents: int,
    actor: User,
    now: dt.datetime,
    method: str = Payment.Method.TRANSFER,
    reference: str = "",
    payer: str = "",
    organisation_id: int | None = None,
    parts: Mapping[int, int] | None = None,
) -> Payment:
    """Record money that came in, and settle invoices with it: cents by id of the invoice.

    Who paid is taken from the invoices where they are of one organisation.

    Raises:
        NotFound: the actor does not keep the books of this issuer, or there is no such
            organisation or invoice of it.
        AmountNotPositive, DayInFuture, PeriodClosed: the payment cannot be recorded so.
        PaymentSpent, TooMuchAllocated, NotPayable: it cannot be allocated so.
    """
    issuer = kept_issuer(actor, issuer_id)
    if amount_cents <= 0:
        raise AmountNotPositive
    if received_on > local_day(now):
        raise DayInFuture
    require_open(issuer.pk, received_on)
    parts = parts or {}
    if organisation_id is None:
        organisation_id = _payer_of(parts, issuer_id)
    elif not Organisation.objects.filter(pk=organisation_id).exists():
        raise NotFound
    payment = Payment.objects.create(
        issuer=issuer,
        received_on=received_on,
        amount_cents=amount_cents,
        method=method,
        reference=" ".join(reference.split())[:500],
        payer=" ".join(payer.split())[:200],
        organisation_id=organisation_id,
        recorded_by=actor,
        created_at=now,
    )
    if parts:
        write_allocations(payment, parts, on=received_on, now=now, actor=actor)
    return payment


@use_case
def allocate(
    *, payment_id: int, parts: Mapping[int, int], actor: User, now: dt.datetime
) -> list[Allocation]:
    """Settle invoices with what a payment still holds: cents by id of the invoice.

    Raises:
        NotFound: the actor does not keep the books of the payment's issuer, or it has no
            such invoice.
        AmountNotPositive, PaymentSpent, TooMuchAllocated, NotPayable, PeriodClosed.
    """
    payment = _locked_payment(payment_id, actor)
    return write_allocations(payment, parts, on=local_day(now), now=now, actor=actor)


def write_allocations(
    payment: Payment,
    parts: Mapping[int, int],
    *,
    on: dt.date,
    now: dt.datetime,
    actor: User | None,
) -> list[Allocation]:
    """Write what a locked (or new) payment settles; on no day before the invoice's own.

    Raises: as `allocate`.
    """
    assert_in_transaction()
    if not parts or min(parts.values()) <= 0:
        raise AmountNotPositive
    remaining = with_remainder(Payment.objects.filter(pk=payment.pk)).get().remaining_cents
    if sum(parts.values()) > remaining:
        raise PaymentSpent(left=money_text(remaining))
    invoices = _locked_invoices(parts, issuer_id=payment.issuer_id, on=on)
    for pk, cents in parts.items():
        if pk not in invoices:
            raise NotFound
        invoice = invoices[pk]
        if invoice.kind != Invoice.Kind.INVOICE:
            raise NotPayable(number=invoice.number)
        if cents > invoice.open_cents:  # type: ignore[attr-defined]
            raise TooMuchAllocated(
                number=invoice.number,
                left=money_text(invoice.open_cents),  # type: ignore[attr-defined]
            )
    days = {pk: max(on, invoices[pk].issued_on) for pk in parts}
    for day in set(days.values()):
        require_open(payment.issuer_id, day)
    return Allocation.objects.bulk_create(
        Allocation(
            payment=payment,
            invoice_id=pk,
            amount_cents=cents,
            allocated_on=days[pk],
            recorded_by=actor,
            created_at=now,
        )
        for pk, cents in sorted(parts.items())
    )


@use_case
def take_back(
    *,
    payment_id: int,
    invoice_id: int,
    reason: str,
    actor: User,
    now: dt.datetime,
    amount_cents: int | None = None,
) -> Allocation:
    """Take back (part of) what a payment settles of an invoice; the payment holds it again.

    Raises:
        NotFound: the actor does not keep the books of the payment's issuer.
        ReasonRequired: it was not said why.
        AmountNotPositive, NothingToTakeBack, PeriodClosed.
    """
    payment = _locked_payment(payment_id, actor)
    if not reason.strip():
        raise ReasonRequired
    if amount_cents is not None and amount_cents <= 0:
        raise AmountNotPositive
    Invoice.objects.select_for_update(no_key=True).filter(pk=invoice_id).first()
    settled = payment.allocations.filter(invoice=invoice_id).aggregate(
        cents=Sum("amount_cents", default=0)
    )["cents"]
    cents = settled if amount_cents is None else amount_cents
    if not 0 < cents <= settled:
        raise NothingToTakeBack(left=money_text(settled))
    on = local_day(now)
    require_open(payment.issuer_id, on)
    return Allocation.objects.create(
        payment=payment,
        invoice_id=invoice_id,
        amount_cents=-cents,
        allocated_on=on,
        reason=reason.strip()[:500],
        recorded_by=actor,
        created_at=now,
    )


@use_case
def refund(
    *,
    payment_id: int,
    kind: str,
    amount_cents: int,
    reason: str,
    actor: User,
    now: dt.datetime,
    refunded_on: dt.date | None = None,
) -> Refund:
    """Record that (part of) a payment was paid back, or belongs elsewhere in the books.

    Raises:
        NotFound: the actor does not keep the books of the payment's issuer.
        ReasonRequired: it was not said why.
        AmountNotPositive, PaymentSpent, DayInFuture, PeriodClosed.
    """
    payment = _locked_payment(payment_id, actor)
    on = refunded_on or local_day(now)
    if not reason.strip():
        raise ReasonRequired
    if amount_cents <= 0:
        raise AmountNotPositive
    if on > local_day(now):
        raise DayInFuture
    remaining = with_remainder(Payment.objects.filter(pk=payment.pk)).get().remaining_cents
    if amount_cents > remaining:
        raise PaymentSpent(left=money_text(remaining))
    require_open(payment.issuer_id, on)
    return Refund.objects.create(
        payment=payment,
        kind=kind,
        amount_cents=amount_cents,
        refunded_on=max(on, payment.received_on),
        reason=reason.strip()[:500],
        recorded_by=actor,
        created_at=now,
    )


def _locked_payment(payment_id: int, actor: User) -> Payment:
    locked = payments_visible_to(actor).select_for_update(no_key=True, of=("self",))
    payment = locked.filter(pk=payment_id).first()
    if payment is None:
        raise NotFound
    return payment


def _locked_invoices(
    parts: Mapping[int, int], *, issuer_id: int, on: dt.date
) -> dict[int, Invoice]:
    of_issuer = Invoice.objects.filter(pk__in=parts, issuer=issuer_id)
    # Locked first, counted then: the sums must be those that the lock guards.
    list(of_issuer.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    return {invoice.pk: invoice for invoice in with_balance(of_issuer, on=on)}


def _payer_of(parts: Mapping[int, int], issuer_id: int) -> int | None:
    of_issuer = Invoice.objects.filter(pk__in=parts, issuer=issuer_id)
    organisations = set(of_issuer.order_by().values_list("organisation_id", flat=True))
    return organisations.pop() if len(organisations) == 1 else None
