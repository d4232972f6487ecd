"""From the first look at the calendar to the line on the monthly statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from celery import Celery

from tests.journeys.site import Site, eventually

pytestmark = pytest.mark.timeout(180)

LogIn = Callable[[str], httpx.Client]
MINUTE = dt.timedelta(minutes=1)


def soon(*, hours_later: int = 0, minutes: int = 90) -> dict[str, str]:
    """A time from the next step but one: a session may begin a quarter of an hour early."""
    now = dt.datetime.now(dt.UTC).replace(second=0, microsecond=0)
    start = now + (10 - now.minute % 5) * MINUTE + hours_later * 60 * MINUTE
    return {"start": start.isoformat(), "end": (start + minutes * MINUTE).isoformat()}


def instant(text: str) -> dt.datetime:
    """Return the instant that an answer or a request names, however it writes UTC."""
    return dt.datetime.fromisoformat(text)


def answered(answer: httpx.Response, status: int = 200) -> Any:
    """Return the body of an answer that has the status it should have."""
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_researcher_books_uses_and_is_charged(site: Site, log_in: LogIn) -> None:
    researcher, rival, manager = (log_in(n) for n in ("researcher", "rival", "manager"))
    wanted = {"instrument": site.centre["instruments"]["Fortessa"], **soon()}

    asked = wanted | {"project": site.centre["project"]}
    told = answered(researcher.post("bookings/check/", json=asked))
    assert (told["violations"], told["needs_approval"]) == ([], True)
    booking = answered(researcher.post("bookings/", json=asked), 201)
    assert (booking["status"], booking["estimate"]["amount"]) == ("requested", "27.75")

    refused = answered(rival.post("bookings/", json=wanted), 409)
    assert refused["code"] == "slot_taken"
    first, *_others = refused["alternatives"]
    assert instant(first["start"]) >= instant(wanted["end"])
    other = answered(rival.post("bookings/", json=wanted | first), 201)
    assert other["status"] == "requested"

    site.mail("manager", "Fortessa")
    address = f"bookings/{booking['id']}/"
    answered(researcher.post(f"{address}approve/"), 403)
    approved = answered(manager.post(f"{address}approve/", json={"reason": "Go ahead"}))
    assert approved["status"] == "approved"
    confirmation = site.mail("researcher", "Approved")
    assert "text/calendar" in {part.get_content_type() for part in confirmation.walk()}

    remind_now(site, booking["id"])
    reminder = site.mail("researcher", "Reminder")
    assert "Fortessa" in str(reminder["Subject"])

    assert answered(researcher.post(f"{address}start/"))["status"] == "in_use"
    assert answered(researcher.post(f"{address}finish/"))["status"] == "completed"
    (charge,) = eventually(lambda: charges_of(researcher, booking["id"]), what="the charge")
    # Booked for an hour and a half and used for less: the first hour whole, then a half.
    assert (charge["amount"], charge["unit_price"], charge["quantity"]) == (
        "27.75",
        "18.50",
        "1.5000",
    )
    assert (charge["tier"], charge["vat_category"]) == ("INT", "internal")
    assert charge["account"] == booking["account"]


def remind_now(site: Site, booking_id: int) -> None:
    """Bring a reminder forward: the hour before the session cannot be waited for."""
    start = "(SELECT lower(period) FROM bookings_booking WHERE id = %s)"
    site.execute(
        "INSERT INTO bookings_reminder (booking_id, minutes_before, due_at)"
        f" SELECT %s, 5, {start} - interval '1 hour'",
        [booking_id, booking_id],
    )


def charges_of(client: httpx.Client, booking_id: int) -> list[Any]:
    found: list[Any] = answered(client.get("charges/", params={"booking": booking_id}))["results"]
    return found


def test_a_partner_pays_the_industry_price_and_sees_nothing_of_others(
    site: Site, log_in: LogIn
) -> None:
    researcher, partner, manager = (log_in(n) for n in ("researcher", "partner", "manager"))
    canto = site.centre["instruments"]["Canto"]
    taken = {"instrument": canto, **soon(hours_later=3)}
    theirs = answered(
        researcher.post("bookings/", json=taken | {"purpose": "Peregrine assay"}), 201
    )
    assert theirs["status"] == "approved"

    wanted = {"instrument": canto, **soon(hours_later=6, minutes=120)}
    mine = answered(partner.post("bookings/", json=wanted), 201)
    assert (mine["status"], mine["estimate"]["amount"]) == ("requested", "240.00")
    assert [reason["code"] for reason in mine["approval_reasons"]] == ["industry"]
    answered(partner.post(f"bookings/{mine['id']}/approve/"), 403)

    seen = what_is_seen(partner, site, taken, theirs["id"])
    for secret in [*site.centre["secrets"], "Peregrine"]:
        assert secret not in seen
    answered(manager.post(f"bookings/{mine['id']}/approve/"))
    assert site.mail("partner", "Approved")


def what_is_seen(partner: httpx.Client, site: Site, taken: dict[str, Any], hidden: int) -> str:
    """Look everywhere a partner can look, and return all that was answered."""
    day = dt.timedelta(days=1)
    middle = instant(taken["start"])
    within = {"start": (middle - day).isoformat(), "end": (middle + day).isoformat()}
    calendar = partner.get("calendar/", params={"facility": "CYT", **within})
    rows = [row for row in answered(calendar)["bookings"] if instant(row["start"]) == middle]
    assert [row["status"] for row in rows] == ["busy"]
    assert not {"id", "person", "team", "purpose", "project"} & set(rows[0])
    listed = partner.get("bookings/", params={"page_size": 200})
    assert hidden not in [row["id"] for row in answered(listed)["results"]]
    free = partner.get(f"instruments/{taken['instrument']}/availability/", params=within)
    for window in answered(free)["windows"]:
        assert not instant(window["start"]) <= middle < instant(window["end"])
    answers = [calendar, listed, free]
    address = f"bookings/{hidden}/"
    missing = partner.get("bookings/999999999/")
    for verb in ("", "cancel/", "start/", "approve/"):
        answer = partner.post(address + verb) if verb else partner.get(address)
        assert (answer.status_code, answer.json()) == (404, missing.json())
        answers.append(answer)
    conflict = partner.post("bookings/", json=taken)
    assert answered(conflict, 409)["code"] == "slot_taken"
    checked = partner.post("bookings/check/", json=taken)
    money = [partner.get("charges/"), partner.get("statements/"), partner.get("projects/")]
    return "\n".join(answer.text for answer in [*answers, conflict, checked, *money])


def test_the_month_closes_once(site: Site, log_in: LogIn) -> None:
    head, buyer, researcher = (log_in(n) for n in ("head", "buyer", "researcher"))
    month = site.centre["month"]

    def statements(client: httpx.Client) -> list[Any]:
        found: list[Any] = answered(client.get("statements/", params={"month": month}))["results"]
        return found

    broker = Celery(broker=site.environment["REDIS_URL"])
    broker.send_task("billing.tasks.close_last_month")
    (ours,) = eventually(lambda: statements(head), what="the statement")
    (theirs,) = eventually(lambda: statements(buyer), what="the company's statement")
    # Booked 2 h, used 2 h; used 2 h 40, so 3 h; booked 2 h, used less, with a collaborator.
    assert (ours["total"], ours["charges"]) == ("152.50", 3)
    assert totals(head, ours) == {"INT": "92.50", "COL": "60.00"}
    assert totals(buyer, theirs) == {"IND": "240.00"}
    assert statements(researcher) == []
    answered(buyer.get(f"statements/{ours['id']}/"), 404)
    site.mail("head", "tatement")

    assert "0 statements made" in site.manage("close_month", month[:7])
    broker.send_task("billing.tasks.close_last_month")
    broker.close()
    assert (statements(head), statements(buyer)) == ([ours], [theirs])


def totals(client: httpx.Client, statement: dict[str, Any]) -> dict[str, str]:
    detail = answered(client.get(f"statements/{statement['id']}/"))
    return {row["tier"]: row["amount"] for row in detail["totals"]}
