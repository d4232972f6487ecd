"""What is kept of the mails sent to an address: when and about what, never a text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from notifications.models import Delivery


def personal_data(address: str) -> dict[str, Iterable[dict[str, Any]]]:
    """Return the mails of the last weeks to an address."""
    names = ("topic", "language", "mail_id", "written_at", "sent_at", "withdrawn_at", "given_up_at")
    fields = ("message__topic", "language", "mail_id", "message__created_at")
    rows = (
        Delivery.objects.filter(address__iexact=address)
        .order_by("pk")
        .values_list(*fields, "sent_at", "withdrawn_at", "dead_at")
    )
    return {"mails": (dict(zip(names, row, strict=True)) for row in rows.iterator())}
