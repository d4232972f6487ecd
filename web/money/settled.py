"""What became of an invoice: payments, reminders, and what being late costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from billing.payments.collecting import late_cost_of, settlements_of
from billing.services.issuing import local_day
from web.forms.payments import METHODS


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What the page of an invoice shows under its totals; `hold` and `reminders` to the keeper."""

    rows: list[tuple[Any, Any]]
    late: Any
    reminders: list[Any]
    hold: Any


def settled(document: Any, *, keeps: bool) -> Settled | None:
    """Return what became of an invoice that came with its balance; of no other document."""
    if document.kind != "invoice":
        return None
    words = dict(METHODS)
    return Settled(
        rows=[(row, words.get(row.method, row.method)) for row in settlements_of(document.pk)],
        late=late_cost_of(document, on=local_day(timezone.now())),
        reminders=list(document.reminders.all()) if keeps else [],
        hold=getattr(document, "reminder_hold", None) if keeps else None,
    )
