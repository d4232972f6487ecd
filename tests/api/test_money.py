"""Charges and statements as those see them who may."""

import datetime as dt

import pytest

from billing.services import charge_booking, close_month
from tests import factories as make
from tests.factories import NOW, period


@pytest.fixture
def charged(db):
    """Two sessions of September and one of October, charged; September is closed."""
    instrument = make.an_instrument(make.a_facility(code="CYT"))
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    person = make.a_researcher()
    days = ("2026-09-22", "2026-09-23", "2026-10-05")
    bookings = [
        make.a_booking(person, instrument, period(f"{day} 14:00", "15:30"), status="completed")
        for day in days
    ]
    for booking in bookings:
        charge_booking(booking_id=booking.pk, now=NOW)
    close_month(month=dt.date(2026, 9, 1), now=NOW)
    return bookings


def test_a_charge_tells_how_it_came_about(as_, charged):
    booking = charged[0]
    rows = as_(booking.booked_for).get(f"/api/v1/charges/?booking={booking.pk}").json()["results"]
    assert len(rows) == 1
    row = rows[0]
    assert row == as_(booking.booked_for).get(f"/api/v1/charges/{row['id']}/").json()
    assert row | {"id": 0, "description": ""} == {
        "id": 0,
        "booking": booking.pk,
        "facility": "CYT",
        "instrument": booking.instrument_id,
        "team": booking.team_id,
        "project": booking.project_id,
        "account": booking.account_id,
        "service_date": "2026-09-22",
        "description": "",
        "quantity": "1.5000",
        "unit": "hour",
        "unit_price": "18.00",
        "percent": 100,
        "amount": "27.00",
        "currency": "EUR",
        "tier": "INT",
        "vat_category": row["vat_category"],
        "vat_percent": row["vat_percent"],
        "reverses": None,
        "reason": "",
    }


def test_charges_are_found_by_day_platform_and_statement(as_, charged):
    head = make.a_member(charged[0].team, "head")
    client = as_(head)

    def days(query):
        rows = client.get(f"/api/v1/charges/?{query}").json()["results"]
        return [row["service_date"] for row in rows]

    everything = ["2026-10-05", "2026-09-23", "2026-09-22"]
    assert days("") == days("facility=CYT") == days(f"team={charged[0].team_id}") == everything
    assert days("first_on=2026-09-23") == everything[:2]
    assert days("last_on=2026-09-22") == everything[2:]
    assert days(f"account={charged[0].account_id}&first_on=2026-10-01") == everything[:1]
    assert days("facility=NONE") == []
    statement = client.get("/api/v1/statements/").json()["results"][0]
    assert days(f"statement={statement['id']}") == everything[1:]


def test_a_statement_sums_a_teams_month_up(as_, charged):
    client = as_(make.a_member(charged[0].team, "billing_contact"))
    (row,) = client.get("/api/v1/statements/?month=2026-09-01").json()["results"]
    assert (row["total"], row["currency"], row["charges"]) == ("54.00", "EUR", 2)
    assert client.get("/api/v1/statements/?month=2026-08-01").json()["results"] == []
    detail = client.get(f"/api/v1/statements/{row['id']}/").json()
    assert detail["closed_at"] == "2026-10-06T10:00:00Z"
    assert [
        (total["facility"], total["account"], total["tier"], total["amount"])
        for total in detail["totals"]
    ] == [("CYT", charged[0].account_id, "INT", "54.00")]
