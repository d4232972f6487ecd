"""Which services a platform sold in some days, and what each would cost by one of its lists."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Q

from billing.models import (
    Charge,
    ContractRate,
    FrameworkContract,
    PriceList,
    QuoteLine,
    Rate,
    StaffTime,
    StandingDay,
)
from billing.month_end.months import next_month
from billing.prices.agreements import ContractDays, agreement_on
from billing.prices.bands import Agreement
from billing.prices.service_prices import quoted_price
from billing.prices.simulating_services import PriceOf, Sale, Stood
from billing.prices.unit_prices import service_unit_price
from billing.quotes.states import QuoteState

Source = Charge.Source
SOURCES = (Source.DELIVERY, Source.STANDING, Source.STAFF_TIME)
"""What is sold at the rate of a service. Milestones are parts of a sum that was agreed."""

COLUMNS = (
    *("source", "source_id", "reversal_no", "amount_cents", "quantity", "unit", "tier"),
    *("service_id", "service__name", "service__counting", "service_date"),
    *("organisation_id", "team_id", "project_id", "account_id"),
)
Rows = Sequence[Mapping[str, Any]]
UNKNOWN = 0
"""Of a charge that names no service: it has no price in any list."""


def sales_of(facility_id: int, first: dt.date, last: dt.date) -> tuple[list[Sale], dict[int, str]]:
    """Return the sales of some days, and the names of their services by id.

    With all days of the months of standing use, which are priced together. Three queries.
    """
    until = next_month(last) - dt.timedelta(days=1)
    is_in = Q(service_date__range=(first, last)) | Q(
        source=Source.STANDING, service_date__range=(first.replace(day=1), until)
    )
    charges = Charge.objects.filter(is_in, facility=facility_id, source__in=SOURCES)
    rows: Any = charges.order_by("id").values(*COLUMNS)
    by_sale: dict[tuple[str, int], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_sale[row["source"], row["source_id"]].append(row)
    stood = _stood({pk for source, pk in by_sale if source == Source.STANDING})
    worked = _worked({pk for source, pk in by_sale if source == Source.STAFF_TIME})
    sales = [_sale(each, stood, worked) for each in by_sale.values()]
    names = {row["service_id"]: row["service__name"] for row in rows if row["service_id"]}
    return sales, names | {done.service_id: done.service.name for done in worked.values()}


def _stood(day_ids: set[int]) -> dict[int, tuple[int, Any]]:
    days = StandingDay.objects.filter(pk__in=day_ids)
    return {pk: (use, count) for pk, use, count in days.values_list("pk", "use_id", "count")}


def _worked(pks: set[int]) -> dict[int, StaffTime]:
    """Return staff time with its service, which its charges do not name."""
    return StaffTime.objects.select_related("service").in_bulk(pks)


def _sale(
    rows: Rows, stood: Mapping[int, tuple[int, Any]], worked: Mapping[int, StaffTime]
) -> Sale:
    """Make a sale of its charges; a corrected day stands as it was charged last."""
    last = [row for row in rows if row["reversal_no"] == 0][-1]
    done = worked.get(last["source_id"]) if last["source"] == Source.STAFF_TIME else None
    sale = Sale(
        source_id=last["source_id"],
        service_id=last["service_id"] or (done.service_id if done else UNKNOWN),
        unit=last["unit"],
        tier=last["tier"],
        day=last["service_date"],
        organisation_id=last["organisation_id"],
        team_id=last["team_id"],
        account_id=last["account_id"],
        payer=(last["project_id"], last["account_id"]),
        quantity=last["quantity"],
        whole_cents=last["amount_cents"],
        charged_cents=sum(row["amount_cents"] for row in rows),
        minutes=done.minutes if done else None,
    )
    if last["source"] != Source.STANDING or last["source_id"] not in stood:
        return sale
    use_id, count = stood[last["source_id"]]
    return replace(
        sale, stood=Stood(use_id=use_id, count=count, counting=last["service__counting"])
    )


def agreed_sums(facility_id: int, first: dt.date, last: dt.date) -> list[int]:
    """Return what each milestone of some days was charged: no list prices them; one query."""
    charges = Charge.objects.filter(
        facility=facility_id, source=Source.MILESTONE, service_date__range=(first, last)
    )
    sums: dict[int, int] = defaultdict(int)
    for source_id, cents in charges.values_list("source_id", "amount_cents"):
        sums[source_id] += cents
    return list(sums.values())


def prices_by(prices: PriceList, sales: Sequence[Sale]) -> PriceOf:
    """Return how a list prices sales as if it had been in force; four queries.

    What the accepted quotes of the order that pays agreed comes first, then what a contract
    agreed; on the rates of the list a contract takes its discount.
    """
    rates: dict[tuple[int | None, str], dict[str, int]] = defaultdict(dict)
    for rate in Rate.objects.filter(price_list=prices, service__isnull=False):
        rates[rate.service_id, rate.unit][rate.tier] = rate.amount_cents
    contracts = _contracts(prices.facility_id, {sale.organisation_id for sale in sales})
    quoted = _quoted({sale.account_id for sale in sales})

    def price_of(sale: Sale) -> int | None:
        key = (sale.account_id, sale.service_id, sale.unit)
        if key in quoted:
            return quoted[key]
        days = contracts.get((sale.organisation_id, sale.service_id)) or contracts.get(
            (sale.organisation_id, None), []
        )
        price = service_unit_price(
            rates[sale.service_id, sale.unit],
            sale.tier,
            unit=sale.unit,
            agreement=agreement_on(sale.day, days),
        )
        return price.cents if price else None

    return price_of


def _contracts(
    facility_id: int, organisation_ids: set[int]
) -> dict[tuple[int, int | None], list[ContractDays]]:
    """Return contracts by organisation and service; None for services without an agreed price."""
    found = FrameworkContract.objects.filter(
        Q(facility=facility_id) | Q(facility=None), organisation__in=organisation_ids
    )
    rates: dict[int, dict[int, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for rate in ContractRate.objects.filter(contract__in=found, service__isnull=False):
        rates[rate.contract_id][rate.service_id or 0][rate.unit] = rate.amount_cents
    contracts = list(found)
    services = {service for by_service in rates.values() for service in by_service}
    days: dict[tuple[int, int | None], list[ContractDays]] = defaultdict(list)
    for contract in contracts:
        for service_id in (None, *services):
            agreed = rates[contract.pk].get(service_id or 0, {})
            days[contract.organisation_id, service_id].append(_days(contract, agreed))
    return dict(days)


def _days(contract: FrameworkContract, agreed: Mapping[str, int]) -> ContractDays:
    return ContractDays(
        first=contract.validity.lower,
        until=contract.validity.upper,
        is_of_platform=contract.facility_id is not None,
        agreement=Agreement(
            contract_id=contract.pk, discount_percent=contract.discount_percent, rates=agreed
        ),
    )


def _quoted(account_ids: set[int | None]) -> dict[tuple[int | None, int, str], int]:
    """Return what accepted quotes agreed by order, service and unit: the lowest of several."""
    lines = QuoteLine.objects.filter(
        quote__account__in=account_ids - {None},
        quote__state=QuoteState.ACCEPTED,
        service__isnull=False,
    ).select_related("quote")
    found: dict[tuple[int | None, int, str], int] = {}
    for line in lines:
        key = (line.quote.account_id, line.service_id or 0, line.unit)
        cents = quoted_price(line)
        found[key] = min(cents, found.get(key, cents))
    return found
