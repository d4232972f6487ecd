"""A platform that sells by the piece and by standing use, for the tests of both."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.models import FundingAccount, Project, Team, User
from billing.models import PriceList, Rate, ServiceRequest, StandingUse
from billing.services.accepting import accept_request
from billing.services.delivering import deliver, start_request
from billing.services.ordering import Wanted, request_service
from facilities.models import Facility, Service
from tests import factories as make

SAMPLE = {"INT": 6000, "ACA": 11000, "SUP": 18000, "IND": 32000}


def a_service(facility: Facility, rates: dict[str, int] | None = None, **fields: Any) -> Service:
    """Make a service that is priced by the platform's first list."""
    defaults: dict[str, Any] = {"code": "sample", "name": "Proteome", "unit": "sample"}
    service = Service.objects.create(facility=facility, **(defaults | fields))
    prices = PriceList.objects.filter(facility=facility).first() or make.a_price_list(facility)
    for tier, cents in (SAMPLE if rates is None else rates).items():
        Rate.objects.create(
            price_list=prices, service=service, tier=tier, unit=service.unit, amount_cents=cents
        )
    return service


@dataclass
class Bench:
    """A platform with a service, its manager, and somebody who asks for it."""

    service: Service
    manager: User
    person: User

    @property
    def facility(self) -> Facility:
        """Return the platform."""
        return self.service.facility

    @property
    def team(self) -> Team:
        """Return the team of who asks."""
        return Team.objects.get(memberships__user=self.person)

    @property
    def account(self) -> FundingAccount:
        """Return what pays."""
        return FundingAccount.objects.get(team=self.team)

    def ask(self, quantity: str = "24", **fields: Any) -> ServiceRequest:
        """Ask for a number of samples."""
        values: dict[str, Any] = {"title": "Phosphoproteome", "now": make.NOW}
        return request_service(
            actor=self.person,
            items=[Wanted(service_id=self.service.pk, quantity=Decimal(quantity))],
            project_id=Project.objects.get(team=self.team).pk,
            **(values | fields),
        )

    def accepted(self, quantity: str = "24", **fields: Any) -> ServiceRequest:
        """Ask, and have it taken on."""
        request = self.ask(quantity)
        return accept_request(actor=self.manager, request_id=request.pk, now=make.NOW, **fields)

    def begun(self, quantity: str = "24", **fields: Any) -> ServiceRequest:
        """Ask, and have it begun."""
        request = self.accepted(quantity, **fields)
        return start_request(actor=self.manager, request_id=request.pk, now=make.NOW)

    def deliver(self, request: ServiceRequest, quantity: str, **fields: Any) -> ServiceRequest:
        """Deliver some of what was asked."""
        item = request.items.get()
        return deliver(
            actor=self.manager,
            request_id=request.pk,
            counts={item.pk: Decimal(quantity)},
            **({"now": make.NOW} | fields),
        )


def a_bench(tier: str = "INT", rates: dict[str, int] | None = None) -> Bench:
    """Make a platform that sells samples, and somebody of a tier who asks for them."""
    facility = make.a_facility()
    kind = {"INT": "host", "IND": "industry", "SUP": "industry"}.get(tier, "academic")
    return Bench(
        service=a_service(facility, rates),
        manager=make.a_staff_member(facility),
        person=make.a_researcher(make.an_organisation(kind=kind, tier=tier)),
    )


def a_standing_use(service: Service, team: Team, **fields: Any) -> StandingUse:
    """Make something of a team's stand there since 1 September 2026, without a count."""
    number = StandingUse.objects.count() + 1
    defaults: dict[str, Any] = {
        "facility": service.facility,
        "service": service,
        "team": team,
        "project": Project.objects.filter(team=team).first(),
        "account": FundingAccount.objects.filter(team=team).first(),
        "code": f"MOUSE-{number}",
        "label": "Cages of the colony",
        "starts_on": dt.date(2026, 9, 1),
        "created_by": make.a_staff_member(service.facility),
        "created_at": make.NOW,
    }
    return StandingUse.objects.create(**(defaults | fields))
