"""Every mail about a booking, in both languages: text, HTML and calendar file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from bookings.models import Booking, Decision
from notifications.registry import Mail, renderer_of
from tests import factories as make

Golden = Callable[[str, str], None]

pytestmark = pytest.mark.django_db

SITUATIONS: dict[str, dict[str, Any]] = {
    "requested": {"status": "requested", "evaluation": {"approval_reasons": ["industry", "long"]}},
    "confirmed": {"status": "approved"},
    "approved": {"status": "approved", "hold_until": make.NOW, "version": 2},
    "rejected": {"status": "rejected", "hold_until": make.NOW, "version": 2},
    "expired": {"status": "expired", "hold_until": make.NOW, "version": 2},
    "moved": {"status": "approved", "version": 3},
    "cancelled": {
        "status": "cancelled",
        "version": 2,
        "late_cancellation": True,
        "cancel_reason": "Cells died",
    },
    "no_show": {"status": "no_show", "version": 2},
    "reminder": {"status": "approved"},
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("topic", SITUATIONS)
def test_mail(topic: str, language: str, golden: Golden, settings: Settings) -> None:
    settings.SITE_URL = "https://plateau.example"
    payload = situation(topic, language)

    mails = renderer_of(f"bookings.{topic}")(payload, make.NOW)

    for mail, reader in zip(mails, ("person", "manager"), strict=False):
        write(f"mails/{topic}-{reader}-{language}", mail, golden)


def write(name: str, mail: Mail, golden: Golden) -> None:
    golden(f"{name}.txt", f"{mail.address}\n{mail.subject}\n\n{mail.text}")
    golden(f"{name}.html", mail.html)
    for attachment in mail.attachments:
        golden(f"{name}.ics", attachment.content.decode())


def situation(topic: str, language: str) -> dict[str, Any]:
    """A company's Aurora session, with a manager who reads the same language."""
    company = make.a_company(name="Pharma du Midi")
    team = make.a_team(company, name="Early discovery")
    person = make.a_member(team)
    person.email, person.first_name, person.last_name = "ines@pharma.example", "Inès", "Roux"
    person.language = language
    person.save()
    facility = make.a_facility(
        code="CYT", name="Cytometry", name_fr="Cytométrie", site="IPC", email="cyt@centre.example"
    )
    manager = make.a_user("helene@centre.example", first_name="Hélène", last_name="Arnaud")
    manager.language = language
    manager.save()
    make.a_staff_member(facility, user=manager)
    instrument = make.an_instrument(facility, name="Aurora <5L> & co", location="Room 12")
    project = make.a_project(team)
    project.name = "Panel B; spectral"
    account = make.an_account(team, kind="purchase_order", name="PO 4500012")
    booking = make.a_booking(
        person,
        instrument,
        project=project,
        account=account,
        purpose="Immunophenotyping, 24 samples",
        estimate_cents=124000,
        **{"pk": 4711} | SITUATIONS[topic],
    )
    project.save()
    return {"booking": booking.pk, **more(topic, booking, manager.pk)}


def more(topic: str, booking: Booking, manager_id: int) -> dict[str, Any]:
    if topic == "reminder":
        return {"minutes": 1440, "starts_at": booking.interval.start.isoformat()}
    if topic not in {"approved", "rejected"}:
        return {}
    decision = Decision.objects.create(
        booking=booking,
        approved=topic == "approved",
        decided_by_id=manager_id,
        reason="Bring your own beads." if topic == "approved" else "The violet laser is weak.",
        decided_at=make.NOW + dt.timedelta(hours=1),
    )
    return {"decision": decision.pk}
