"""What one unit of a service costs a team on a day: the one price that every seller asks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from accounts.models import Project, Team
from billing.errors import RateMissing
from billing.models import PriceList, Rate
from billing.pricing import tariff_tier, tier_rate
from facilities.models import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """The price of one unit, in cents before VAT, and the rule by which it was found.

    `contract_id` names the framework contract that set it or took a discount off it.
    """

    unit_price_cents: int
    unit: str
    price_list_id: int
    tier: str
    contract_id: int | None = None


def service_price(*, service: Service, team: Team, project: Project | None, on: dt.date) -> Price:
    """Return what one unit of a service costs a team for a project on a service date.

    The day is one of the platform's calendar; the list in force on it prices it.

    Raises:
        RateMissing: no list in force on that day has a rate for the tier.
    """
    tier = tariff_tier(
        organisation_tier=team.organisation.tier, project_tier=project.tier if project else ""
    )
    prices = PriceList.objects.filter(
        facility=service.facility_id, status=PriceList.Status.IN_FORCE, validity__contains=on
    )
    rows = Rate.objects.filter(price_list__in=prices, service=service, unit=service.unit)
    rates = {rate.tier: rate for rate in rows}
    cents = tier_rate({each: rate.amount_cents for each, rate in rates.items()}, tier)
    if cents is None:
        raise RateMissing(on=on, tier=tier)
    return Price(
        unit_price_cents=cents,
        unit=service.unit,
        price_list_id=next(iter(rates.values())).price_list_id,
        tier=tier,
    )
