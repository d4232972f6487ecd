"""What one unit of a service costs a team on a day: the one price that every seller asks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from accounts.models import Project, Team
from billing.errors import RateMissing
from billing.models import ContractRate, FrameworkContract, PriceList, QuoteLine, Rate
from billing.prices.bands import Agreement
from billing.prices.contracts import contract_for
from billing.prices.pricing import tariff_tier
from billing.prices.unit_prices import quoted_cents, service_unit_price
from billing.quotes.states import QuoteState
from facilities.models import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """The price of one unit, in cents before VAT, and the rule by which it was found.

    `contract_id` names the framework contract that set it or took a discount off it; where
    an accepted quote agreed it, no list need be in force. What is charged keeps all of it,
    with the service: Charge has a field for each.
    """

    unit_price_cents: int
    unit: str
    price_list_id: int | None
    tier: str
    contract_id: int | None = None


def service_price(
    *,
    service: Service,
    team: Team,
    project: Project | None,
    on: dt.date,
    account_id: int | None = None,
) -> Price:
    """Return what one unit of a service costs a team for a project on a service date.

    What the accepted quotes of the order that pays agreed comes first. The day is one of
    the platform's calendar; the list in force on it prices it, unless a contract of the
    organisation has agreed a price, and less the contract's discount otherwise. At most
    five queries, four without an account; the team comes with its organisation.

    Raises:
        RateMissing: no list in force on that day has a rate for the tier.
    """
    organisation = team.organisation
    tier = tariff_tier(
        organisation_tier=organisation.tier, project_tier=project.tier if project else ""
    )
    prices = PriceList.objects.filter(
        facility=service.facility_id, status=PriceList.Status.IN_FORCE, validity__contains=on
    ).first()
    quoted = None if account_id is None else _quoted(account_id, service)
    if quoted is not None:
        list_id = prices.pk if prices else None
        return Price(unit_price_cents=quoted, unit=service.unit, price_list_id=list_id, tier=tier)
    if prices is None:
        raise RateMissing(on=on, tier=tier)
    contract = contract_for(organisation_id=organisation.pk, facility_id=service.facility_id, on=on)
    agreement = _agreement(contract, service) if contract else None
    rates = _rates(prices, service)
    price = service_unit_price(rates, tier, unit=service.unit, agreement=agreement)
    if price is None:
        raise RateMissing(on=on, tier=tier)
    return Price(
        unit_price_cents=price.cents,
        unit=service.unit,
        price_list_id=prices.pk,
        tier=tier,
        contract_id=price.contract_id,
    )


def _quoted(account_id: int, service: Service) -> int | None:
    """Return what the accepted quotes of an order agreed; of several prices the lowest."""
    lines = QuoteLine.objects.filter(
        quote__account=account_id,
        quote__state=QuoteState.ACCEPTED,
        service=service,
        unit=service.unit,
    ).select_related("quote")
    return min((quoted_price(line) for line in lines), default=None)


def quoted_price(line: QuoteLine) -> int:
    """Return what a unit costs by a line of a quote, in cents; the line comes with its quote."""
    return quoted_cents(
        line.unit_price_cents,
        discount_percent=line.discount_percent,
        whole_percent=line.quote.discount_percent,
    )


def _agreement(contract: FrameworkContract, service: Service) -> Agreement:
    rates = ContractRate.objects.filter(contract=contract, service=service, unit=service.unit)
    return Agreement(
        contract_id=contract.pk,
        discount_percent=contract.discount_percent,
        rates=dict(rates.values_list("unit", "amount_cents")),
    )


def _rates(prices: PriceList, service: Service) -> dict[str, int]:
    rates = Rate.objects.filter(price_list=prices, service=service, unit=service.unit)
    return dict(rates.values_list("tier", "amount_cents"))
