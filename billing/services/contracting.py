"""Framework contracts: made, changed and ended by who keeps the books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.errors import NotFound
from accounts.models import Organisation, User
from accounts.permissions import require
from accounts.transactions import refused_by, use_case
from billing.models import ContractRate, FrameworkContract
from billing.prices.contract_errors import (
    AgreedTwice,
    ContractCharged,
    ContractsOverlap,
    DaysTurnedAround,
    DiscountOutOfBounds,
    NotSoldByPlatform,
    UnitNotPriced,
)
from billing.prices.contracts import contracts_visible_to, facilities_sold_by, may_keep_contracts
from billing.prices.units import INSTRUMENT_UNITS
from facilities.models import Facility, Instrument, Service

DAY = dt.timedelta(days=1)
ALL = Decimal(100)
REFUSALS = {
    "contract_no_overlap": ContractsOverlap,
    "contract_stays": ContractCharged,
    "contract_rate_of_time_once": AgreedTwice,
    "contract_rate_of_instrument_once": AgreedTwice,
    "contract_rate_of_service_once": AgreedTwice,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedPrice:
    """The cents agreed for a unit of one instrument or one service."""

    instrument_id: int | None = None
    service_id: int | None = None
    unit: str
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is agreed: days from the first to the last, both in it, or without end."""

    reference: str
    first: dt.date
    last: dt.date | None = None
    is_confidential: bool = False
    discount_percent: Decimal = Decimal(0)
    notes: str = ""


@use_case
def make_contract(
    *,
    organisation_id: int,
    facility_id: int | None,
    terms: Terms,
    prices: tuple[AgreedPrice, ...] = (),
    actor: User,
) -> FrameworkContract:
    """Agree a contract with an organisation, for one platform or for all.

    Raises:
        NotPermitted: the actor does not keep the books of the platform, or of any.
        NotFound: there is no such organisation or platform.
        DaysTurnedAround, DiscountOutOfBounds: the terms make no sense.
        ContractsOverlap: another contract of theirs holds on some of the days.
        NotSoldByPlatform, UnitNotPriced, AgreedTwice: a price is not one to be agreed.
    """
    if facility_id is not None and not Facility.objects.filter(pk=facility_id).exists():
        raise NotFound
    require(may_keep_contracts(actor, facility_id))
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None:
        raise NotFound
    with _refused():
        contract = FrameworkContract.objects.create(
            organisation=organisation, facility_id=facility_id, **_columns(terms)
        )
        for price in prices:
            _agree(contract, price, actor)
    return contract


@use_case
def change_contract(
    *,
    contract_id: int,
    terms: Terms,
    prices: tuple[AgreedPrice, ...] | None = None,
    actor: User,
) -> FrameworkContract:
    """Change a contract; with prices, those agreed are then exactly these.

    What has been charged by it keeps its discount, its prices and its days.

    Raises:
        NotFound: the actor keeps no such contract.
        ContractCharged: the terms that something was charged by would change.
        Otherwise as `make_contract`.
    """
    contract = _locked(contract_id, actor)
    for name, value in _columns(terms).items():
        setattr(contract, name, value)
    with _refused():
        contract.save()
        if prices is not None:
            _replace(contract, prices, actor)
    return contract


@use_case
def end_contract(*, contract_id: int, last: dt.date, actor: User) -> FrameworkContract:
    """End a contract with a day, or move its end.

    Raises:
        NotFound: the actor keeps no such contract.
        DaysTurnedAround: the day comes before its first.
        ContractCharged: something was charged by it after that day.
        ContractsOverlap: another contract holds by then.
    """
    contract = _locked(contract_id, actor)
    contract.validity = _days(contract.validity.lower, last)
    with _refused():
        contract.save()
    return contract


@use_case
def agree_price(*, contract_id: int, price: AgreedPrice, actor: User) -> ContractRate:
    """Add a price to a contract.

    Raises:
        NotFound: the actor keeps no such contract.
        NotSoldByPlatform, UnitNotPriced, AgreedTwice: it is not one to be agreed.
        ContractCharged: something has been charged by the contract.
    """
    contract = _locked(contract_id, actor)
    with _refused():
        return _agree(contract, price, actor)


@use_case
def drop_price(*, contract_id: int, rate_id: int, actor: User) -> FrameworkContract:
    """Take a price off a contract: the list prices it again, less the discount.

    Raises:
        NotFound: the actor keeps no such contract, or it has no such price.
        ContractCharged: something has been charged by the contract.
    """
    contract = _locked(contract_id, actor)
    rate = contract.rates.filter(pk=rate_id).first()
    if rate is None:
        raise NotFound
    with _refused():
        rate.delete()
    return contract


def _locked(contract_id: int, actor: User) -> FrameworkContract:
    contract = contracts_visible_to(actor).filter(pk=contract_id).first()
    if contract is None:
        raise NotFound
    return (
        FrameworkContract.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation", "facility")
        .get(pk=contract.pk)
    )


def _columns(terms: Terms) -> dict[str, Any]:
    if not 0 <= terms.discount_percent <= ALL:
        raise DiscountOutOfBounds
    return {
        "reference": terms.reference,
        "validity": _days(terms.first, terms.last),
        "is_confidential": terms.is_confidential,
        "discount_percent": terms.discount_percent,
        "notes": terms.notes,
    }


def _days(first: dt.date | None, last: dt.date | None) -> DateRange:
    if first is not None and last is not None and last < first:
        raise DaysTurnedAround
    return DateRange(first, last + DAY if last else None)


def _agree(contract: FrameworkContract, price: AgreedPrice, actor: User) -> ContractRate:
    platforms = facilities_sold_by(actor)
    if contract.facility_id is not None:
        platforms = platforms.filter(pk=contract.facility_id)
    sold: Instrument | Service | None
    if price.service_id is not None:
        sold = Service.objects.filter(pk=price.service_id, facility__in=platforms).first()
        units: tuple[str, ...] = (sold.unit,) if sold else ()
    else:
        sold = Instrument.objects.filter(
            pk=price.instrument_id or 0, facility__in=platforms
        ).first()
        units = INSTRUMENT_UNITS
    if sold is None:
        raise NotSoldByPlatform
    if price.unit not in units:
        raise UnitNotPriced
    return ContractRate.objects.create(
        contract=contract,
        instrument_id=None if price.service_id else price.instrument_id,
        service_id=price.service_id,
        unit=price.unit,
        amount_cents=price.amount_cents,
    )


def _replace(contract: FrameworkContract, prices: tuple[AgreedPrice, ...], actor: User) -> None:
    """Write what differs only: an unchanged price of a charged contract may be said again."""
    wanted = list(prices)
    for rate in contract.rates.order_by("pk"):
        same = AgreedPrice(
            instrument_id=rate.instrument_id,
            service_id=rate.service_id,
            unit=rate.unit,
            amount_cents=rate.amount_cents,
        )
        if same in wanted:
            wanted.remove(same)
        else:
            rate.delete()
    for price in wanted:
        _agree(contract, price, actor)


@contextmanager
def _refused() -> Iterator[None]:
    """Turn what the database refuses of a contract into domain errors."""
    with ExitStack() as guards:
        for constraint, refusal in REFUSALS.items():
            guards.enter_context(refused_by(constraint, refusal))
        yield
