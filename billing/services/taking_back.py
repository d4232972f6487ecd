"""Taking back a delivery that was noted wrongly, together with what it was charged."""

from __future__ import annotations

import datetime as dt

from accounts.errors import NotFound, StaleVersion
from accounts.models import User
from accounts.permissions import require
from accounts.transactions import refused_by, use_case
from billing.commitments import committed_cents
from billing.errors import AlreadyReversed, ReasonMissing
from billing.models import Charge, Delivery, DeliveryReversal, ServiceRequest
from billing.orders.errors import CeilingPassed, DeliveryCredited, DeliveryTakenBack
from billing.orders.permissions import may_work_for
from billing.orders.states import OrderState
from billing.services.accepting import lock_account_of
from billing.services.correcting import undone
from billing.services.order_steps import (
    TAKEN_BACK,
    become,
    locked_for,
    refuse_patient_data,
    store,
    tell,
)


@use_case
def take_back_delivery(
    *,
    actor: User,
    request_id: int,
    delivery_id: int,
    reason: str,
    now: dt.datetime,
    version: int | None = None,
) -> ServiceRequest:
    """Take back a delivery: its count, and its charge by a reversing one.

    The delivery stays written, with who took it back and why. What it delivered is
    promised again, and a request that was delivered is in progress again. Where a document
    bills the charge, a credit note follows at the end of the month. The account stays
    locked until commit, so that its ceiling cannot be passed by what is promised again.

    Raises:
        NotFound, NotPermitted, StaleVersion: of who asks; or no such delivery.
        ReasonMissing, PatientData: of the reason.
        DeliveryTakenBack: it was taken back before.
        DeliveryCredited: a credit note gave back part of it, and gives back the rest.
        CeilingPassed: the account cannot promise it again.
    """
    refuse_patient_data(reason)
    locked_id = lock_account_of(request_id)
    request = locked_for(actor, request_id, now=now, version=version)
    require(may_work_for(actor, request.facility_id))
    if request.account_id != locked_id:
        raise StaleVersion  # Another account was chosen just now, and is not locked.
    delivery = Delivery.objects.filter(item__request=request, pk=delivery_id).first()
    if delivery is None:
        raise NotFound
    if not reason.strip():
        raise ReasonMissing
    before = committed_cents(request.account_id or 0)
    _reverse(delivery, reason=reason.strip(), actor=actor, now=now)
    if request.state == OrderState.DELIVERED:
        become(request, OrderState.IN_PROGRESS, actor=actor, now=now, note=reason)
    else:
        store(request, actor=actor, now=now, note=reason)
    _hold_to_ceiling(request, before=before)
    tell(TAKEN_BACK, request)
    return request


def _reverse(delivery: Delivery, *, reason: str, actor: User, now: dt.datetime) -> None:
    """Write that a delivery was taken back, lower the count, and undo what stands of its charge."""
    with refused_by("billing_deliveryreversal_delivery_id_key", DeliveryTakenBack):
        DeliveryReversal.objects.create(
            delivery=delivery, reason=reason[:500], taken_back_by=actor, created_at=now
        )
    item = delivery.item
    item.delivered -= delivery.quantity
    item.save(update_fields=["delivered"])
    charges = list(
        Charge.objects.filter(source=Charge.Source.DELIVERY, source_id=delivery.pk)
        .prefetch_related("reversals")
        .order_by("id")
    )
    if any(one.amount_cents for one in charges) and not sum(one.amount_cents for one in charges):
        return  # All of it was given back before, by a reversal or by credit notes.
    standing = [one for one in charges if one.reverses_id is None and not one.reversals.all()]
    try:
        for charge in standing:
            undone(charge, reason=reason[:500], actor=actor, now=now)
    except AlreadyReversed as error:
        raise DeliveryCredited from error


def _hold_to_ceiling(request: ServiceRequest, *, before: int) -> None:
    """Refuse a promise that the account cannot keep; less than before is never refused."""
    account = request.account
    if account is None or account.ceiling_cents is None:
        return
    after = committed_cents(account.pk)
    if after > max(before, account.ceiling_cents):
        raise CeilingPassed
