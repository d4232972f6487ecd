"""Taking a request on: prices are agreed, and what they come to is promised.

What is accepted counts against the ceiling of the account from then on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from accounts.errors import NotFound, StaleVersion
from accounts.models import User
from accounts.permissions import require
from accounts.transactions import use_case
from billing.commitments import committed_cents
from billing.models import ServiceRequest, ServiceRequestItem
from billing.orders.errors import AccountMissing, CeilingPassed
from billing.orders.payers import account_for
from billing.orders.permissions import may_work_for
from billing.orders.promises import Plan, milestones_of, whole_cents
from billing.orders.states import OrderState
from billing.prices.service_prices import service_price
from billing.services.order_steps import (
    ACCEPTED,
    become,
    lock_request,
    locked_for,
    refuse_patient_data,
    tell,
    wrong_stage,
)
from bookings.locking import lock_account

_ACCOUNT = """
SELECT account.id AS pk, account.team_id, account.is_active, account.valid_from,
       account.valid_until, account.ceiling_cents
  FROM accounts_fundingaccount account
 WHERE account.id = %(account)s::bigint
"""
"""The account that pays for a request, to be locked while its ceiling is counted."""


@use_case
def accept_request(
    *,
    actor: User,
    request_id: int,
    now: dt.datetime,
    version: int | None = None,
    note: str = "",
    milestones: Sequence[Plan] = (),
) -> ServiceRequest:
    """Take a request on, at the prices of today, which hold from then on.

    With milestones, they are billed instead of what is delivered. The account stays
    locked until commit, so that its ceiling cannot be passed by two requests at once.

    Raises:
        NotFound, NotPermitted, StaleVersion: of who asks.
        WrongStage: it is quoted, decided or taken back.
        AccountMissing, AccountNotUsable, CeilingPassed: of who pays.
        RateMissing: a service has no price for the team.
        MilestonesDoNotAddUp: of the milestones.
    """
    refuse_patient_data(note)
    locked_id = lock_account_of(request_id)
    request = locked_for(actor, request_id, now=now, version=version)
    require(may_work_for(actor, request.facility_id))
    if request.state != OrderState.REQUESTED:
        raise wrong_stage(request)
    _accept(
        request,
        locked_id=locked_id,
        actor=actor,
        now=now,
        prices={},
        plans=milestones,
        note=note,
    )
    return request


@use_case
def quote_accepted(
    *,
    request_id: int,
    actor: User | None,
    now: dt.datetime,
    unit_prices: Mapping[int, int] | None = None,
    account_id: int | None = None,
    milestones: Sequence[Plan] = (),
    note: str = "",
) -> ServiceRequest:
    """Take on a request whose quote was accepted, at the prices of the quote.

    `unit_prices` are cents by the id of the item; what it leaves out has today's price.
    `account_id` is what pays from now on. Who may accept is judged by the caller.

    Raises: as `accept_request`, but for who asks.
    """
    locked_id = lock_account_of(request_id, account_id)
    request = lock_request(request_id)
    if account_id is not None:
        request.account = account_for(request.team_id, account_id, on=now.date())
    _accept(
        request,
        locked_id=locked_id,
        actor=actor,
        now=now,
        prices=unit_prices or {},
        plans=milestones,
        note=note,
    )
    return request


@use_case
def mark_quoted(
    *, request_id: int, actor: User | None, now: dt.datetime, note: str = ""
) -> ServiceRequest:
    """Note that a quote for a request was sent; safe to repeat. The caller judges who may.

    Raises:
        NotFound: there is no such request.
        WrongStage: it is decided.
    """
    request = lock_request(request_id)
    if request.state != OrderState.QUOTED:
        become(request, OrderState.QUOTED, actor=actor, now=now, note=note)
    return request


@use_case
def quote_withdrawn(
    *, request_id: int, actor: User | None, now: dt.datetime, note: str = ""
) -> ServiceRequest:
    """Take a request back to where it was before its quote, which lapsed or was declined.

    Raises:
        NotFound: there is no such request.
        WrongStage: no quote is out for it.
    """
    request = lock_request(request_id)
    become(request, OrderState.REQUESTED, actor=actor, now=now, note=note)
    return request


def _accept(
    request: ServiceRequest,
    *,
    locked_id: int | None,
    actor: User | None,
    now: dt.datetime,
    prices: Mapping[int, int],
    plans: Sequence[Plan],
    note: str,
) -> None:
    account = request.account
    if request.account_id != locked_id:
        raise StaleVersion  # Another account was chosen just now, and is not locked.
    if account is None:
        raise AccountMissing
    account_for(request.team_id, account.pk, on=now.date())
    items = list(request.items.select_related("service"))
    today = now.astimezone(request.facility.tz).date()
    for item in items:
        _agree(item, request, prices.get(item.pk), on=today)
    fields: dict[str, Any] = {"account": account}
    promised = whole_cents(items)
    if plans:
        fields["billing"] = ServiceRequest.Billing.MILESTONES
        made = milestones_of(request, plans, whole=promised)
        request.milestones.bulk_create(made)
        promised = sum(milestone.amount_cents or 0 for milestone in made)
    ceiling = account.ceiling_cents
    if ceiling is not None and committed_cents(account.pk) + promised > ceiling:
        raise CeilingPassed
    become(request, OrderState.ACCEPTED, actor=actor, now=now, note=note, **fields)
    tell(ACCEPTED, request)


def _agree(
    item: ServiceRequestItem, request: ServiceRequest, cents: int | None, *, on: dt.date
) -> None:
    """Freeze the price of an item: that of the quote, of its order, or of the list of the day."""
    if cents is None:
        price = service_price(
            service=item.service,
            team=request.team,
            project=request.project,
            on=on,
            account_id=request.account_id,
        )
        item.price_list_id, item.contract_id = price.price_list_id, price.contract_id
        cents = price.unit_price_cents
    item.unit_price_cents = cents
    item.save(update_fields=["unit_price_cents", "price_list", "contract"])


def lock_account_of(request_id: int, account_id: int | None = None) -> int | None:
    """Lock the account that will pay, before the request: the order of locks."""
    if account_id is None:
        row = ServiceRequest.objects.filter(pk=request_id).values_list("account_id").first()
        if row is None:
            raise NotFound
        (account_id,) = row
    if account_id is not None:
        lock_account(_ACCOUNT, {"account": account_id})
    return account_id
