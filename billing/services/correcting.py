"""Undoing charges: the ledger keeps the mistake and gains its opposite."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from accounts.errors import NotFound
from accounts.models import User
from accounts.permissions import require
from accounts.transactions import use_case
from billing.errors import AlreadyReversed, ReasonMissing
from billing.models import Charge, InvoiceLine
from billing.permissions import charges_visible_to, may_correct
from billing.queries import waived_charges


@use_case
def reverse_charge(*, charge_id: int, actor: User, reason: str, now: dt.datetime) -> Charge:
    """Undo a charge by another of the opposite amount, dated like it.

    Raises:
        NotFound: the actor cannot see such a charge.
        NotPermitted: the actor does not keep the ledger of its platform.
        ReasonMissing: no reason was given.
        AlreadyReversed: it has been undone, or undoes another.
    """
    charge = charges_visible_to(actor, on=now.date()).filter(pk=charge_id).first()
    if charge is None:
        raise NotFound
    require(may_correct(actor, charge))
    if not reason.strip():
        raise ReasonMissing
    return undone(charge, reason=reason.strip(), actor=actor, now=now)


@use_case
def reverse_waived_uses(*, now: dt.datetime) -> int:
    """Undo the charges of bookings that were made free after they had been charged.

    Returns how many; safe to repeat and to run at once.
    """
    undone = [
        opposite_of(charge, reason=charge.booking.waived_reason, now=now)
        for charge in waived_charges().select_related("booking").order_by("pk")
        if charge.booking is not None
    ]
    Charge.objects.bulk_create(undone, ignore_conflicts=True)
    return len(undone)


def undone(charge: Charge, *, reason: str, actor: User, now: dt.datetime) -> Charge:
    """Write the opposite of a charge for somebody who may; the caller has asked that.

    Raises:
        AlreadyReversed: it has been undone, in whole or in part, or undoes another.
    """
    if charge.reverses_id is not None or _is_partly_credited(charge):
        raise AlreadyReversed
    reversal = opposite_of(charge, reason=reason, now=now, actor=actor)
    with _reversed_once():
        reversal.save(force_insert=True)
    return reversal


def _is_partly_credited(charge: Charge) -> bool:
    """Say whether a credit note gave back part of it: the rest goes by a credit note, too."""
    return InvoiceLine.objects.filter(charge=charge, credited_by__isnull=False).exists()


@contextmanager
def _reversed_once() -> Iterator[None]:
    """Turn the refusal of a second reversal into its domain error."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        refused_by = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if refused_by in {"charge_once", "charge_reversed_once"}:
            raise AlreadyReversed from error
        raise


def opposite_of(
    charge: Charge, *, reason: str, now: dt.datetime, actor: User | None = None
) -> Charge:
    """Return the row that undoes a charge, not yet saved."""
    return Charge(
        source=charge.source,
        source_id=charge.source_id,
        component=charge.component,
        reversal_no=charge.reversal_no + 1,
        booking_id=charge.booking_id,
        facility_id=charge.facility_id,
        issuer_id=charge.issuer_id,
        instrument_id=charge.instrument_id,
        service_id=charge.service_id,
        organisation_id=charge.organisation_id,
        team_id=charge.team_id,
        project_id=charge.project_id,
        account_id=charge.account_id,
        service_date=charge.service_date,
        period=charge.period,
        description=charge.description,
        quantity=-charge.quantity,
        unit=charge.unit,
        unit_price_cents=charge.unit_price_cents,
        percent=charge.percent,
        amount_cents=-charge.amount_cents,
        tier=charge.tier,
        vat_category=charge.vat_category,
        vat_percent=charge.vat_percent,
        vat_exemption=charge.vat_exemption,
        price_list_id=charge.price_list_id,
        contract_id=charge.contract_id,
        reverses=charge,
        reason=reason,
        written_by=actor,
        created_at=now,
    )
