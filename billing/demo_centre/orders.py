"""What is asked of the demo's platforms, at every stage, and what stands there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.models import Project, User
from billing.models import ServiceRequest
from billing.services import (
    Wanted,
    accept_request,
    accrue_standing_days,
    cancel_request,
    deliver,
    enter_census,
    mark_quoted,
    open_standing_use,
    receive_samples,
    refuse_request,
    request_service,
    start_request,
)
from facilities.models import Service
from notifications.models import OutboxMessage

WORK = ("accept", "receive", "start")

REQUESTS = (
    # who, platform, service, title, how many, days ago, steps, delivered each time
    ("industry", "PRO", "sample", "Kinase inhibitor, 24 samples", 24, 34, WORK, (12,)),
    ("researcher", "ICE", "slide", "CLL biopsies, CD20 and Ki-67", 40, 52, WORK, (25, 15)),
    ("academic", "CRB", "retrieval", "Lymphoma atlas, second batch", 60, 2, (), ()),
    ("head", "PRO", "sample", "Resistance, phosphoproteome", 8, 9, ("accept", "receive"), ()),
    ("startup", "PRO", "sample", "Antibody screen", 200, 20, ("refuse",), ()),
    ("nadia.olive", "ICE", "slide", "Stroma, test staining", 12, 15, ("cancel",), ()),
    ("tut", "CRB", "retrieval", "Ageing cohort, plasma", 30, 12, ("accept", "start"), ()),
    ("industry", "CRB", "retrieval", "Matched controls", 20, 4, ("quote",), ()),
    ("sofia.lopez", "ICE", "slide", "Metastatic niches, liver", 18, 3, ("accept",), ()),
)

STANDING = (
    # team’s project, platform, service, code, label, counts by days ago
    ("CLL resistance", "ANI", "cage", "ROUX-1", "TCL1 colony", ((96, 24), (61, 30), (20, 27))),
    ("Tumour microenvironment", "ANI", "cage", "OLIVE-1", "NSG colony", ((80, 12), (33, 16))),
    ("CLL resistance", "BIO", "storage", "ROUX-DATA", "Raw sequencing data", ((96, 2), (40, 3))),
    ("PDM-7", "CRB", "shelf", "PDM-SHELF", "Matched controls", ((70, 2),)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A request that is taken through its steps, a day each, by the platform's manager."""

    request: ServiceRequest
    manager: User
    at: dt.datetime

    def take(self, step: str) -> None:
        """Take one step."""
        common: dict[str, Any] = {"request_id": self.request.pk, "now": self.at}
        ordered = {item.pk: item.ordered for item in self.request.items.all()}
        if step == "accept":
            accept_request(actor=self.manager, **common)
        elif step == "receive":
            receive_samples(actor=self.manager, counts=ordered, **common)
        elif step == "start":
            start_request(actor=self.manager, **common)
        elif step == "quote":
            mark_quoted(actor=self.manager, **common)
        elif step == "refuse":
            refuse_request(actor=self.manager, reason="Complet jusqu'en mars.", **common)
        else:
            cancel_request(actor=self.request.requested_by, note="Plus nécessaire.", **common)


def make_orders(people: dict[str, User], staff: dict[str, User], *, now: dt.datetime) -> None:
    """Let people ask for services, and count cages, shelves and storage."""
    services = {
        (service.facility.code, service.code): service
        for service in Service.objects.select_related("facility")
    }
    for who, code, short, title, quantity, ago, steps, delivered in REQUESTS:
        manager = staff[f"manager.{code.lower()}"]
        asked_at = now - dt.timedelta(days=ago)
        request = request_service(
            actor=people[who],
            items=[Wanted(service_id=services[code, short].pk, quantity=Decimal(quantity))],
            project_id=Project.objects.filter(team__memberships__user=people[who])[0].pk,
            title=title,
            now=asked_at,
        )
        at = asked_at
        for step in steps:
            at += dt.timedelta(days=1)
            Desk(request=request, manager=manager, at=at).take(step)
        item = request.items.get()
        for count in delivered:
            at += dt.timedelta(days=6)
            counts = {item.pk: Decimal(count)}
            deliver(actor=manager, request_id=request.pk, counts=counts, now=at)
    # Nobody is written to about what is long answered.
    OutboxMessage.objects.filter(topic__startswith="billing.service_").update(done_at=now)
    _make_standing(services, staff, now=now)


def _make_standing(
    services: dict[tuple[str, str], Service], staff: dict[str, User], *, now: dt.datetime
) -> None:
    for project, code, short, name, label, counts in STANDING:
        operator = staff[f"operator.{code.lower()}"]
        days = [(now.date() - dt.timedelta(days=ago), Decimal(count)) for ago, count in counts]
        use = open_standing_use(
            actor=operator,
            service_id=services[code, short].pk,
            project_id=Project.objects.get(name=project).pk,
            code=name,
            label=label,
            starts_on=days[0][0],
            now=now,
        )
        for day, count in reversed(days):
            enter_census(actor=operator, use_id=use.pk, day=day, count=count, now=now)
    accrue_standing_days(now=now)
