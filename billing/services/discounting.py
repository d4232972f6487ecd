"""Giving volume discounts: what the ledger owes a team for a month, as rows of its own."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from hashlib import blake2b

from django.db.models import Q, QuerySet, Sum

from accounts.models import Team
from accounts.transactions import use_case
from billing.models import Charge, VolumeDiscount
from billing.month_end.months import next_month
from billing.prices.unit_prices import rounded
from billing.prices.units import TIME_UNITS, USE
from billing.prices.volume import Bought, Step, discounts

PAID_TOGETHER = (
    *("project_id", "account_id", "organisation_id", "issuer_id", "tier"),
    *("vat_category", "vat_percent", "vat_exemption"),
)
"""What the charges have in common for which one row gives a discount."""

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """What was charged of one source to one payer, after what was undone or given back."""

    charge: Charge
    quantity: Decimal
    amount_cents: int


def discount_volume(*, month: dt.date, now: dt.datetime) -> int:
    """Give each team what it has earned by volume in a month, given by any of its days.

    Writes what is missing to what is due: safe to repeat and to run at once. What is
    charged or undone later is made good by the next run. Returns how many rows it wrote.
    """
    first = month.replace(day=1)
    rules: dict[int, list[VolumeDiscount]] = defaultdict(list)
    for rule in VolumeDiscount.objects.select_related("instrument", "service"):
        rules[rule.price_list_id].append(rule)
    if not rules:
        return 0
    teams = _counted(first).filter(price_list__in=rules).values_list("team_id", flat=True)
    return sum(
        _discount_team(team_id=team_id, month=first, rules=rules, now=now)
        for team_id in teams.order_by("team_id").distinct()
    )


def _counted(month: dt.date) -> QuerySet[Charge]:
    """Keep what counts: the time of instruments, without surcharges, and services."""
    time = Q(instrument__isnull=False, unit__in=TIME_UNITS)
    return Charge.objects.filter(
        time | Q(service__isnull=False),
        service_date__gte=month,
        service_date__lt=next_month(month),
    ).exclude(source=Charge.Source.VOLUME)


@use_case
def _discount_team(
    *, team_id: int, month: dt.date, rules: dict[int, list[VolumeDiscount]], now: dt.datetime
) -> int:
    """Bring one team's discounts up to what is due; its row is locked, so that runs take turns."""
    Team.objects.select_for_update(no_key=True).get(pk=team_id)
    charges = _counted(month).filter(team=team_id, price_list__in=rules)
    things: dict[Key, list[Charge]] = defaultdict(list)
    for charge in charges.order_by("service_date", "source_id", "id"):
        sold = (charge.instrument_id, charge.service_id, charge.unit)
        things[(charge.price_list_id, *sold, charge.tier)].append(charge)
    rows = []
    for same in things.values():
        steps = _steps(rules[same[0].price_list_id or 0], same[0])
        if steps:
            rows += _missing(_sales(same), steps, month=month, now=now)
    Charge.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _steps(rules: Sequence[VolumeDiscount], charge: Charge) -> list[VolumeDiscount]:
    """Return the steps for what was charged: those of its tier, or those of all tiers."""
    sold = (charge.instrument_id, charge.service_id)
    if charge.instrument_id is not None:
        sold = (charge.instrument_id, None)
    fitting = [rule for rule in rules if (rule.instrument_id, rule.service_id) == sold]
    own = [rule for rule in fitting if rule.tier == charge.tier]
    found = own or [rule for rule in fitting if not rule.tier]
    return sorted(found, key=lambda rule: rule.from_quantity)


def _sales(charges: Sequence[Charge]) -> list[Sale]:
    by_source: dict[Key, list[Charge]] = defaultdict(list)
    for charge in charges:
        by_source[(charge.source, charge.source_id, *_payer(charge))].append(charge)
    return [
        Sale(
            charge=same[0],
            quantity=sum((charge.quantity for charge in same), Decimal(0)),
            amount_cents=sum(charge.amount_cents for charge in same),
        )
        for same in by_source.values()
    ]


def _payer(charge: Charge) -> Key:
    return tuple(getattr(charge, name) for name in PAID_TOGETHER)


def _missing(
    sales: Sequence[Sale], rules: Sequence[VolumeDiscount], *, month: dt.date, now: dt.datetime
) -> list[Charge]:
    """Return a row for each payer who has not got what is due, or got too much."""
    steps = [Step(from_quantity=rule.from_quantity, percent=rule.percent) for rule in rules]
    bought = [Bought(quantity=sale.quantity, amount_cents=sale.amount_cents) for sale in sales]
    due: dict[Key, Fraction] = defaultdict(Fraction)
    first: dict[Key, Charge] = {}
    for sale, off in zip(sales, discounts(bought, steps), strict=True):
        due[_payer(sale.charge)] += off
        first.setdefault(_payer(sale.charge), sale.charge)
    rows = []
    for payer, off in due.items():
        prefix = f"{month:%Y-%m}-{_digest(first[payer])}-"
        given = Charge.objects.filter(
            source=Charge.Source.VOLUME,
            source_id=rules[0].pk,
            component__startswith=prefix,
            reverses=None,
        )
        missing = rounded(off) + (given.aggregate(sum=Sum("amount_cents"))["sum"] or 0)
        if missing:
            component = f"{prefix}{given.count() + 1}"
            rows.append(_row(first[payer], rules, component, missing, month=month, now=now))
    return rows


def _digest(charge: Charge) -> str:
    """Name the payer and what is bought in few letters, the same on every run."""
    named = (charge.team_id, charge.unit, *_payer(charge))
    return blake2b(repr(named).encode(), digest_size=8).hexdigest()


def _row(
    charge: Charge,
    rules: Sequence[VolumeDiscount],
    component: str,
    cents: int,
    *,
    month: dt.date,
    now: dt.datetime,
) -> Charge:
    """Write a discount, or take back one that was too much, on the last day of the month."""
    sold = charge.instrument or charge.service
    said = ", ".join(f"> {rule.from_quantity.normalize():f}: −{rule.percent} %" for rule in rules)
    return Charge(
        source=Charge.Source.VOLUME,
        source_id=rules[0].pk,
        component=component,
        facility_id=charge.facility_id,
        issuer_id=charge.issuer_id,
        instrument_id=charge.instrument_id,
        service_id=charge.service_id,
        organisation_id=charge.organisation_id,
        team_id=charge.team_id,
        project_id=charge.project_id,
        account_id=charge.account_id,
        service_date=min(next_month(month) - dt.timedelta(days=1), max(now.date(), month)),
        description=f"{sold} · {month:%Y-%m} · {said}",
        quantity=-1 if cents > 0 else 1,
        unit=USE,
        unit_price_cents=abs(cents),
        amount_cents=-cents,
        tier=charge.tier,
        vat_category=charge.vat_category,
        vat_percent=charge.vat_percent,
        vat_exemption=charge.vat_exemption,
        price_list_id=charge.price_list_id,
        created_at=now,
    )
