"""How services and numbers of them read, in the language that is active."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language

from facilities.models import Service


def service_name(service: Service) -> str:
    """Return the name of a service in the reader's language, where the platform gave one."""
    french = (get_language() or "").startswith("fr")
    return service.name_fr if french and service.name_fr else service.name


def counted_text(number: Decimal, unit: str) -> str:
    """Write a number of units as 24 × sample: units are words of the trade, not declined."""
    return f"{number_format(number.normalize(), force_grouping=True)}\u00a0× {unit}"
