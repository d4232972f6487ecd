"""A platform with prices, and uses that are over, for the tests of billing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.models import Organisation, User
from billing.models import Charge, ContractRate, FrameworkContract, PriceList, Rate
from bookings.models import Booking, UsageSession
from facilities.intervals import Interval
from facilities.models import Instrument
from tests import factories as make

LATER = dt.datetime(2026, 12, 15, 10, 0, tzinfo=dt.UTC)
FORTESSA = {"INT": 1800, "ACA": 3500, "SUP": 6000, "IND": 12000}
TUESDAY = make.period("2026-11-24 19:00", "21:00")


def a_priced_instrument(**fields: Any) -> Instrument:
    """Make a self-service cytometer with its prices of 2026."""
    instrument = make.an_instrument(**({"name": "Fortessa X-20"} | fields))
    make.a_price_list(instrument.facility, {instrument: FORTESSA})
    return instrument


def someone(tier: str = "INT", **organisation: Any) -> User:
    """Make a researcher of an organisation of a tier."""
    kind = {"INT": "host", "IND": "industry", "SUP": "industry"}.get(tier, "academic")
    return make.a_researcher(make.an_organisation(**({"kind": kind, "tier": tier} | organisation)))


def a_contract(
    organisation: Organisation, rates: dict[Instrument, dict[str, int]] | None = None, **fields: Any
) -> FrameworkContract:
    """Make a framework contract with all platforms for 2026; agreed cents by unit."""
    defaults: dict[str, Any] = {
        "reference": "FC-1",
        "validity": (dt.date(2026, 1, 1), dt.date(2027, 1, 1)),
    }
    contract = FrameworkContract.objects.create(organisation=organisation, **(defaults | fields))
    for instrument, by_unit in (rates or {}).items():
        for unit, cents in by_unit.items():
            ContractRate.objects.create(
                contract=contract, instrument=instrument, unit=unit, amount_cents=cents
            )
    return contract


def with_operator(instrument: Instrument, cents: int = 4000) -> None:
    """Have the operator of an instrument cost something, for all tiers alike."""
    for tier in ("INT", "ACA", "SUP", "IND"):
        Rate.objects.create(
            price_list=PriceList.objects.get(facility=instrument.facility),
            instrument=instrument,
            tier=tier,
            unit="operator-hour",
            amount_cents=cents,
        )


def a_use(person: User, instrument: Instrument, when: Interval = TUESDAY, **fields: Any) -> Booking:
    """Make a use that is over, as booked unless a usage session is added."""
    return make.a_booking(person, instrument, when, **({"status": "completed"} | fields))


def used(booking: Booking, when: Interval) -> Booking:
    """Record when a booking was really used."""
    UsageSession.objects.create(
        booking=booking, started_at=when.start, ended_at=when.end, source="person"
    )
    return booking


def ledger(**fields: Any) -> list[int]:
    """Return the amounts of the ledger in the order they were written."""
    return list(
        Charge.objects.filter(**fields).order_by("id").values_list("amount_cents", flat=True)
    )


def a_host() -> Organisation:
    """Make the organisation that sells."""
    return make.an_organisation(name="The host", siren="000314153", vat_number="FR19000314153")
