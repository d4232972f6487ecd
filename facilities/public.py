"""What somebody may know of the platforms without being anybody: no people, no reasons."""

from __future__ import annotations

from django.db.models import QuerySet

from facilities.models import Facility, Instrument


def facilities_open_to_all() -> QuerySet[Facility]:
    """Return the platforms that strangers may know: the active ones."""
    return Facility.objects.filter(is_active=True)


def instruments_open_to_all() -> QuerySet[Instrument]:
    """Return the instruments that strangers may know: those of active platforms, in service."""
    return Instrument.objects.filter(facility__is_active=True).exclude(
        state=Instrument.State.RETIRED
    )
