"""A platform with one of everything, and the routes of its pages."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from facilities.models import Closure
from tests import factories as make

OF_PLATFORM = (
    "platform",
    "platform_details",
    "platform_instrument_new",
    "platform_rules",
    "platform_hours",
    "platform_hours_new",
    "platform_closures",
    "platform_close",
    "platform_staff",
    "platform_people",
    "platform_qualification_new",
    "platform_prices",
)
OF_INSTRUMENT = ("platform_instrument", "platform_state", "platform_price", "platform_rules_of")
OF_ROWS = ("platform_hours_of", "platform_revoke", "platform_qualification")
PAGES = (*OF_PLATFORM, *OF_INSTRUMENT, *OF_ROWS)
STEPS = ("platform_holidays", "platform_reopen", "platform_lift", "platform_staff_end")


def parts(instrument: Any) -> dict[str, dict[str, Any]]:
    """Make a row of each kind on the instrument's platform; return what addresses hold."""
    facility = instrument.facility
    qualification = facility.qualifications.first() or make.a_qualification(instrument)
    grant = qualification.grants.first() or make.a_grant(make.a_user(), qualification)
    closure = Closure.objects.create(
        facility=facility,
        kind="shutdown",
        starts_at=make.at("2026-11-01 00:00"),
        ends_at=make.at("2026-11-02 00:00"),
        reason="Works",
    )
    block = make.a_booking(
        make.a_user(), instrument, make.period("2026-10-20 08:00", "12:00"), kind="maintenance"
    )
    staff = make.a_staff_member(facility, "operator").staff_roles.get()
    rows: dict[str, dict[str, Any]] = {
        "platform_hours_of": {"slot_id": instrument.time_slots.first().pk},
        "platform_revoke": {"grant_id": grant.pk},
        "platform_qualification": {"qualification_id": qualification.pk},
        "platform_reopen": {"closure_id": closure.pk},
        "platform_lift": {"block_id": block.pk},
        "platform_staff_end": {"staff_id": staff.pk},
    }
    for name in OF_INSTRUMENT:
        rows[name] = {"instrument_id": instrument.pk}
    return rows


def address(name: str, facility: Any, found: dict[str, dict[str, Any]] | None = None) -> str:
    """Return the address of a page or step of a platform."""
    return reverse(name, kwargs={"code": facility.code, **(found or {}).get(name, {})})
