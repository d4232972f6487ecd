"""The centre at a glance, for its administrators: each platform in one line."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.queries import monthly_totals
from bookings.board import Use, requests_waiting, use_of_weeks, used_now
from facilities.intervals import DAY, local_week
from facilities.permissions import facilities_visible_to, instruments_visible_to
from notifications.backlog import backlog
from web.people import Viewer
from web.views.home.own import first_of_next, moment_said, month_said

WEEK = 7 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """A platform in one line. Income in cents by tier, this month so far."""

    facility: Any
    instruments: int
    in_use: int
    stopped: tuple[str, ...]
    requests: int
    week: int | None
    week_before: int | None
    income: dict[str, int]
    income_cents: int


def context_for(viewer: Viewer, *, now: dt.datetime) -> dict[str, Any]:
    """Return what the page of an administrator shows."""
    user = viewer.user
    facilities = list(facilities_visible_to(user).filter(is_active=True).order_by("code"))
    instruments = list(
        instruments_visible_to(user)
        .filter(facility__in=facilities)
        .exclude(state="retired")
        .select_related("rules")
        .order_by("facility__code", "name", "pk")
    )
    tz = facilities[0].tz if facilities else dt.UTC
    first = now.astimezone(tz).date().replace(day=1)
    income = _income(viewer, first, now=now)
    lines = _lines(facilities, instruments, income, tz, now=now)
    tiers = sorted({tier for line in lines for tier in line.income})
    return {
        "now": moment_said(now, tz),
        "title": _title(lines),
        "lines": lines,
        "tiers": tiers,
        "tier_totals": {tier: sum(line.income.get(tier, 0) for line in lines) for tier in tiers},
        "income_cents": sum(line.income_cents for line in lines),
        "month": _("%(month)s so far") % {"month": month_said(first)},
        "backlog": backlog(now=now),
    }


def _income(viewer: Viewer, first: dt.date, *, now: dt.datetime) -> dict[int, dict[str, int]]:
    totals = monthly_totals(viewer.user, first=first, until=first_of_next(first), on=now.date())
    income: dict[int, dict[str, int]] = {}
    for total in totals:
        income.setdefault(total.facility_id, {})[total.tier] = total.amount_cents
    return income


def _lines(
    facilities: Sequence[Any],
    instruments: Sequence[Any],
    income: dict[int, dict[str, int]],
    tz: dt.tzinfo,
    *,
    now: dt.datetime,
) -> list[Glance]:
    last = local_week((now - WEEK).astimezone(tz).date(), tz)
    this = local_week(now.astimezone(tz).date(), tz)
    weeks = use_of_weeks(instruments, [last, this], now=now)
    used, waiting = used_now(now=now), requests_waiting(now=now)
    count = Counter(one.facility_id for one in instruments)
    stopped: dict[int, list[str]] = {}
    for one in instruments:
        if one.state == "out_of_service":
            stopped.setdefault(one.facility_id, []).append(one.name)
    nothing = [Use(open_minutes=0, taken_minutes=0)] * 2
    return [
        Glance(
            facility=facility,
            instruments=count[facility.pk],
            in_use=used.get(facility.pk, 0),
            stopped=tuple(stopped.get(facility.pk, ())),
            requests=waiting.get(facility.pk, 0),
            week=weeks.get(facility.pk, nothing)[1].percent,
            week_before=weeks.get(facility.pk, nothing)[0].percent,
            income=income.get(facility.pk, {}),
            income_cents=sum(income.get(facility.pk, {}).values()),
        )
        for facility in facilities
    ]


def _title(lines: Sequence[Glance]) -> str:
    used = sum(line.in_use for line in lines)
    stopped = sum(len(line.stopped) for line in lines)
    requests = sum(line.requests for line in lines)
    return ", ".join(
        (
            ngettext("%(count)d in use", "%(count)d in use", used) % {"count": used},
            ngettext("%(count)d stopped", "%(count)d stopped", stopped) % {"count": stopped},
            ngettext("%(count)d request", "%(count)d requests", requests) % {"count": requests},
        )
    )
