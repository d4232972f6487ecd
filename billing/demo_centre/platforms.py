"""The platforms of the demo centre, their instruments and the rules of each."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.models import User
from billing.demo_centre.descriptions import DESCRIPTIONS, DRAWINGS
from billing.demo_centre.people import DOMAIN, STAFF_NAMES, make_people
from billing.demo_centre.tables import (
    ALWAYS,
    FACILITIES,
    INSTRUMENTS,
    PRECLINICAL,
    ROOMS,
    SELF,
    SERVICES,
    SESSIONS,
)
from compliance.models import Qualification
from facilities.models import (
    BookingRules,
    Facility,
    FacilityStaff,
    Instrument,
    Service,
    TimeSlot,
)


def make_facilities() -> dict[str, Facility]:
    """Make the platforms by code, open Monday to Friday from 8 to 20, and their services."""
    made = Facility.objects.bulk_create(
        Facility(
            code=code,
            name=name,
            name_fr=name_fr,
            kind=kind,
            site=site,
            email=f"{code.lower()}@{DOMAIN}",
        )
        for code, name, name_fr, kind, site in FACILITIES
    )
    facilities = {facility.code: facility for facility in made}
    TimeSlot.objects.bulk_create(
        TimeSlot(facility=facility, weekday=day, opens=dt.time(8), closes=dt.time(20))
        for facility in made
        for day in range(5)
    )
    Service.objects.bulk_create(
        Service(
            facility=facilities[code],
            code=short,
            name=name,
            name_fr=name_fr,
            unit=unit,
            counting=_counting(unit),
        )
        for code, short, name, name_fr, unit, _prices in SERVICES
    )
    return facilities


def _counting(unit: str) -> str:
    """Say how a unit is counted, from its name."""
    if unit.endswith("-day"):
        return Service.Counting.DAY
    return Service.Counting.MONTH if unit.endswith("-month") else Service.Counting.PIECE


def make_staff(facilities: dict[str, Facility]) -> dict[str, User]:
    """Make a manager and an operator for each platform, the accountant and the administrator."""
    rows = [
        (f"{role}.{code.lower()}", *STAFF_NAMES[2 * number + offset])
        for number, code in enumerate(facilities)
        for offset, role in enumerate(("manager", "operator"))
    ]
    people = make_people(rows, is_staff=True)
    people |= make_people([("accountant", "Monique", "Serra")])
    people |= make_people([("admin", "Alex", "Durand")], is_staff=True, is_superuser=True)
    roles = [
        (facility, people[f"{role}.{code.lower()}"], role)
        for code, facility in facilities.items()
        for role in ("manager", "operator")
    ]
    roles += [(facility, people["accountant"], "accountant") for facility in facilities.values()]
    FacilityStaff.objects.bulk_create(
        FacilityStaff(facility=facility, user=user, role=role) for facility, user, role in roles
    )
    return people


def make_instruments(facilities: dict[str, Facility]) -> dict[str, Instrument]:
    """Make the instruments by name, with rules, opening and the training they ask for."""
    made: dict[str, Instrument] = {}
    for code, name, mode, opening, rules, use, units, _prices in INSTRUMENTS:
        instrument = Instrument.objects.create(
            facility=facilities[code],
            name=name,
            kind="room" if name in ROOMS else "instrument",
            mode=mode,
            units=units,
            category=use,
            drawing=DRAWINGS.get(name, ""),
            description=DESCRIPTIONS.get(name, ""),
            location=facilities[code].site,
        )
        assisted: dict[str, Any] = (
            {"free_cancellation_minutes": 24 * 60} if mode == "assisted" else {}
        )
        BookingRules.objects.create(instrument=instrument, **(assisted | rules))
        TimeSlot.objects.bulk_create(_own_slots(instrument, opening))
        if rules is SELF or rules is PRECLINICAL:
            qualification = Qualification.objects.create(facility=facilities[code], name=name)
            qualification.instruments.add(instrument)
        made[name] = instrument
    return made


def _own_slots(instrument: Instrument, opening: str) -> list[TimeSlot]:
    """Return the hours an instrument has of its own; none where it follows its platform."""
    midnight = dt.time(0)
    if opening == ALWAYS:
        return [
            TimeSlot(instrument=instrument, weekday=day, opens=midnight, closes=midnight)
            for day in range(7)
        ]
    if opening != SESSIONS:
        return []
    return [
        TimeSlot(
            instrument=instrument,
            weekday=day,
            opens=dt.time(opens),
            closes=dt.time(closes),
            whole_session=True,
        )
        for day in range(5)
        for opens, closes in ((9, 13), (14, 18))
    ]
