"""From an empty database to a booked slot, over HTTP, as the checklist leads."""

import pytest

from accounts.services import found_centre
from bookings.models import Booking
from tests import factories as make
from tests.web.pages import Page

EMAIL, PASSWORD = "admin@centre.example", "a long and unusual one"


@pytest.fixture
def administrator(client):
    person = found_centre(email=EMAIL, password=PASSWORD, centre="Centre")
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return person


def next_step(client):
    """Return the address that the checklist proposes: its one filled button."""
    links = Page(client.get("/setup/").text).all("a")
    [address] = [each["href"] for each in links if "is-main" in (each.get("class") or "")]
    return address


def send(client, address, **fields):
    response = client.post(address, fields)
    assert response.status_code == 302, response.text
    return response


def test_the_home_of_an_empty_centre_leads_to_the_checklist(client, administrator):
    assert client.get("/").url == "/setup/"
    text = client.get("/setup/").text
    assert "1 of 8 steps to the first booking" in text


def open_a_platform(client):
    """Go the steps of a platform: itself, an instrument, hours, a price, a manager."""
    assert next_step(client) == "/setup/platform/"
    send(
        client,
        "/setup/platform/",
        code="CYT",
        name="Cytometry",
        kind="technological",
        billed_time="longer",
        time_zone="Europe/Paris",
    )
    assert next_step(client) == "/platform/CYT/instruments/new/"
    send(
        client,
        next_step(client),
        name="Fortessa",
        kind="instrument",
        mode="self_service",
        units=1,
    )
    assert next_step(client) == "/platform/CYT/hours/new/"
    send(
        client,
        next_step(client),
        weekdays=["0", "1", "2", "3", "4"],
        opens="08:00",
        closes="20:00",
    )
    assert next_step(client).endswith("/price/")
    send(client, next_step(client), first="2026-10-06", last="2027-12-31", INT="18")
    staff = next_step(client)
    assert staff == "/platform/CYT/staff/?first=1"
    [proposed] = Page(client.get(staff).text).all("input", name="email")
    send(client, staff, email=proposed["value"], role="manager")


def test_an_administrator_goes_from_nothing_to_a_booked_slot(client, administrator):
    open_a_platform(client)
    assert "6 of 8 steps" in client.get("/").text
    assert next_step(client) == "/setup/team/"
    organisation = Page(client.get("/setup/team/").text).all("option")[0]["value"]
    send(
        client,
        "/setup/team/",
        organisation=organisation,
        name="Roux",
        head_email=EMAIL,
        project="CLL",
        account_kind="grant",
        account_reference="ANR-1",
    )
    book = next_step(client)
    instrument = book.rpartition("=")[2]
    fields = {"instrument": instrument, "day": "2026-10-07", "start": "14:00", "end": "16:00"}
    send(client, "/bookings/new/", book="1", **fields)
    booking = Booking.objects.get()
    assert booking.booked_for == administrator
    assert booking.estimate_cents == 3600
    assert "The centre is set up" in client.get("/setup/").text
    assert "steps to the first booking" not in client.get("/").text


@pytest.mark.parametrize("name", ["", "organisation/", "platform/", "team/"])
def test_the_first_steps_are_an_administrators(client, name):
    client.force_login(make.a_staff_member(make.a_facility()))
    assert client.get(f"/setup/{name}").status_code == 403
    client.force_login(make.a_user(is_superuser=True))
    assert client.get(f"/setup/{name}").status_code == 200


def test_wrong_steps_are_told_at_their_field(client, administrator):
    platform = {"code": "CYT", "name": "Cytometry", "kind": "clinical", "billed_time": "longer"}
    platform["time_zone"] = "Europe/Paris"
    send(client, "/setup/platform/", **platform)
    taken = client.post("/setup/platform/", platform)
    assert taken.status_code == 409
    assert "is called CYT already" in taken.text
    for address, wrong in (
        ("/setup/platform/", {**platform, "code": "no code"}),
        ("/setup/organisation/", {"name": "X", "kind": "host", "tier": "INT", "country": "France"}),
        ("/setup/team/", {"organisation": "0", "name": "Roux"}),
    ):
        answer = client.post(address, wrong)
        assert answer.status_code == 422
        assert "pl-bad" in answer.text
    organisation = {"name": "Centre", "kind": "host", "tier": "INT", "country": "FR"}
    assert client.post("/setup/organisation/", organisation).status_code == 409
    send(client, "/setup/organisation/", **{**organisation, "name": "University"})
