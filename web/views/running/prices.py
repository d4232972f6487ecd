"""The prices of a platform, to read: the list in force and those that follow it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.choices import TIERS
from billing.prices.lists import PriceTable, price_tables
from billing.readiness import priced_ids
from bookings.wording import date_text, money_text
from web.money.price_tables import unit_said
from web.people import PageRequest
from web.price_lines import HOUR
from web.views.running.scope import platform_page, shown


@require_safe
@platform_page
def prices(request: PageRequest, facility: Any) -> HttpResponse:
    """Show what an hour of each instrument costs each tier, and when it costs less."""
    today = timezone.now().astimezone(facility.tz).date()
    priced = priced_ids([facility.pk], on=today)
    instruments = facility.instruments.exclude(state="retired").order_by("name", "pk")
    context = {
        "tables": [_said(table, today) for table in price_tables(facility.pk, on=today)],
        "unpriced": [one for one in instruments if one.pk not in priced],
    }
    return shown(request, facility, "prices", context)


def _said(table: PriceTable, today: dt.date) -> dict[str, Any]:
    words = dict(TIERS)
    return {
        "name": table.name,
        "is_in_force": table.first is not None and table.first <= today,
        "first": date_text(table.first) if table.first else "",
        "last": date_text(table.last) if table.last else "",
        "bands": [
            {"name": band.name, "percent": band.percent, "hours": _hours(band)}
            for band in table.bands
        ],
        "tiers": [(tier, words[tier]) for tier in table.tiers],
        "rows": [
            (
                one,
                "" if unit == HOUR else unit_said(unit),
                [_money(by_tier.get(tier)) for tier in table.tiers],
            )
            for one, unit, by_tier in table.rows
        ],
        "by_the_piece": [
            {
                "name": rate.service.name if rate.service else "",
                "tier": rate.tier,
                "unit": rate.unit,
                "price": money_text(rate.amount_cents),
            }
            for rate in table.by_the_piece
        ],
    }


def _money(cents: int | None) -> str:
    return "–" if cents is None else money_text(cents)


def _hours(band: Any) -> str:
    ends = f"{band.ends:%H:%M}"
    return f"{band.starts:%H:%M}–{'24:00' if ends == '00:00' else ends}"
