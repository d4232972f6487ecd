"""From a part of a service that was done to its ledger row, in memory: the services save it.

Every charge that is not of a booking begins here, so that all have the same terms.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Project, Team, User
from billing.models import Charge
from billing.selling import Terms, sellers_of, terms_of
from billing.vat import VatRule
from facilities.models import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """What was done: a delivery, a milestone, a day. The team comes with its organisation."""

    source: str
    source_id: int
    component: str
    service: Service
    team: Team
    project: Project | None
    account_id: int | None
    service_date: dt.date
    description: str
    quantity: Decimal
    unit: str
    unit_price_cents: int
    amount_cents: int
    price_list_id: int | None
    contract_id: int | None = None


def charge_of(sale: Sale, *, terms: Terms, now: dt.datetime, actor: User | None = None) -> Charge:
    """Return the row that charges a sale on some terms, not yet saved."""
    return Charge(
        source=sale.source,
        source_id=sale.source_id,
        component=sale.component,
        facility_id=sale.service.facility_id,
        service=sale.service,
        issuer_id=terms.issuer_id,
        organisation_id=sale.team.organisation_id,
        team=sale.team,
        project=sale.project,
        account_id=sale.account_id,
        service_date=sale.service_date,
        description=sale.description[:500],
        quantity=sale.quantity,
        unit=sale.unit,
        unit_price_cents=sale.unit_price_cents,
        amount_cents=sale.amount_cents,
        tier=terms.tier,
        vat_category=terms.rule.category,
        vat_percent=terms.rule.percent,
        vat_exemption=terms.rule.exemption,
        price_list_id=sale.price_list_id,
        contract_id=sale.contract_id,
        written_by=actor,
        created_at=now,
    )


def terms_for(*, service: Service, team: Team, project: Project | None) -> Terms:
    """Return on which terms a team buys a service today."""
    seller = sellers_of([service.facility_id])[service.facility_id]
    return terms_of(team=team, project=project, seller=seller, nature=service.nature)


def terms_frozen_on(charge: Charge) -> Terms:
    """Return the terms of a charge: what replaces it keeps them."""
    return Terms(
        tier=charge.tier,
        rule=VatRule(
            category=charge.vat_category,
            percent=charge.vat_percent,
            exemption=charge.vat_exemption,
        ),
        issuer_id=charge.issuer_id,
    )
