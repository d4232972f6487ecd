"""The import as a whole: two passes over the file, one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from billing.nemo import payers, rates
from billing.nemo.machines import keep_areas, keep_tools, open_round_the_clock
from billing.nemo.payers import Pricing, keep_accounts
from billing.nemo.people import keep_people
from billing.nemo.projects import keep_memberships, keep_projects
from billing.nemo.reading import Here
from billing.nemo.references import Directory
from billing.nemo.report import Report
from billing.nemo.reservations import keep_reservations
from billing.nemo.survey import Survey, survey
from billing.nemo.training import keep_grants
from billing.nemo.usage import keep_uses
from facilities.models import Facility


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to import and how; everything but the file has a default."""

    path: Path
    facility_code: str = "NEMO"
    time_zone: str = "Europe/Paris"
    host_name: str = ""
    tiers: Mapping[str, str] = field(default_factory=dict)
    rates_path: Path | None = None
    rate_classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dry_run: bool = False


def import_nemo(*, order: Order, now: dt.datetime) -> Report:
    """Take over a NEMO site from its dump, or say what that would do.

    All or nothing, in one transaction. Safe to repeat: until the site goes over NEMO is
    right, and what it changed since is changed here. Sends no mail.

    Raises:
        BadDump: the file cannot be imported; nothing was written.
    """
    report = Report(dry_run=order.dry_run)
    found = survey(order.path, report)
    with transaction.atomic():
        _write(order, found, report, now)
        if order.dry_run:
            transaction.set_rollback(True)
    return report


def _write(order: Order, found: Survey, report: Report, now: dt.datetime) -> None:
    facility = _facility(order)
    today = now.astimezone(facility.tz).date()
    here = _small_tables(order, found, facility, report, now)
    open_round_the_clock(facility)
    keep_grants(
        found.small["qualification"],
        people=here.people,
        tools=here.tools,
        report=report,
        today=today,
    )
    if order.rates_path is not None:
        rates.keep_rates(
            order.rates_path,
            facility=facility,
            tools=here.tools,
            by_number=any(row.has_pk for row in found.small["tool"]),
            classes={**rates.CLASSES, **order.rate_classes},
            report=report,
            today=today,
        )
    held = keep_reservations(order.path, here=here, report=report, now=now)
    keep_uses(order.path, here=here, held=held, report=report, now=now)


def _small_tables(
    order: Order, found: Survey, facility: Facility, report: Report, now: dt.datetime
) -> Here:
    users = found.small["user"]
    types: Directory[str] = Directory()
    for row in found.small["accounttype"]:
        types.add(key=row.key, name=row.name, thing=row.name)
        report.tallies["accounttype"].unchanged += 1
    pricing = Pricing(host_name=order.host_name, tiers={**payers.TIERS, **order.tiers})
    people = keep_people(users, report=report, now=now)
    accounts = keep_accounts(found.small["account"], types=types, pricing=pricing, report=report)
    projects = keep_projects(found.small["project"], accounts=accounts, users=users, report=report)
    keep_memberships(users, people=people, payers=projects, accounts=accounts, report=report)
    tools = keep_tools(found.small["tool"], facility=facility, report=report)
    areas = keep_areas(found.small["area"], facility=facility, tools=tools, report=report)
    return Here(people=people, accounts=accounts, payers=projects, tools=tools, areas=areas)


def _facility(order: Order) -> Facility:
    facility, _is_new = Facility.objects.get_or_create(
        code=order.facility_code,
        defaults={
            "name": order.facility_code,
            "kind": Facility.Kind.TECHNOLOGICAL,
            "time_zone": order.time_zone,
        },
    )
    return facility
