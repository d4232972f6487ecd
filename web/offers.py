"""What a person may choose from in the booking form: instruments, projects and accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from accounts.permissions import accounts_visible_to, projects_judged_for
from bookings.paying import payer_of
from bookings.wish import Wish
from facilities.intervals import DAY, Interval
from facilities.permissions import instruments_visible_to

MOST = 200
"""How many of each are offered."""

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The choices of one person, those last used named first."""

    instruments: dict[int, Any]
    projects: list[Choice]
    accounts: list[Choice]

    @property
    def instrument_choices(self) -> Iterator[tuple[str, list[Choice]]]:
        """Instruments under the name of their platform."""
        for facility, group in groupby(self.instruments.values(), lambda one: one.facility):
            yield str(facility), [(str(one.pk), one.name) for one in group]


def offer_to(user: Any, *, now: dt.datetime) -> Offer:
    """Return what a person may choose from today, in three queries."""
    on = now.date()
    instruments = (
        instruments_visible_to(user)
        .select_related("rules")
        .exclude(state="retired")
        .order_by("facility__code", "name", "pk")[:MOST]
    )
    projects = (
        projects_judged_for(user.pk, on=on)
        .filter(("is_usable", True), is_active=True)
        .order_by("name", "pk")[:MOST]
    )
    accounts = (
        accounts_visible_to(user, on=on).filter(is_active=True).order_by("reference", "pk")[:MOST]
    )
    return Offer(
        instruments={one.pk: one for one in instruments},
        projects=[(str(one.pk), one.name) for one in projects],
        accounts=[(str(one.pk), _account_name(one)) for one in accounts],
    )


def last_used(user: Any, *, now: dt.datetime) -> dict[str, int | None]:
    """Return the project and account that would be taken if none were chosen."""
    anything = Wish(instrument_id=0, period=Interval(now, now + DAY), booked_for_id=user.pk)
    payer = payer_of(anything, lock=False)
    return {
        "project": payer.project.pk if payer.project else None,
        "account": payer.account.pk if payer.account else None,
    }


def _account_name(account: Any) -> str:
    return f"{account.reference} · {account.name}" if account.name else account.reference
