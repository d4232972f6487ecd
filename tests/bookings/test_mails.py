"""Who is told what about a booking, in which language, and when nobody is any more."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from icalendar import Calendar

from bookings import services
from bookings.models import Booking
from facilities.models import Facility, Instrument
from notifications.models import OutboxMessage
from notifications.registry import Mail, renderer_of
from tests import factories as make
from tests.factories import NOW, period

pytestmark = pytest.mark.django_db


@pytest.fixture
def facility() -> Facility:
    return make.a_facility(name="Cytometry", name_fr="Cytométrie")


@pytest.fixture
def instrument(facility: Facility) -> Instrument:
    return make.an_instrument(facility, name="Fortessa", rules={"approval_always": True})


def last_mails(now: dt.datetime = NOW) -> list[Mail]:
    message = OutboxMessage.objects.latest("id")
    return renderer_of(message.topic)(message.payload, now)


def request(person: Any, instrument: Instrument, **wish: Any) -> Booking:
    return services.request_booking(
        actor=person, wish=make.a_wish(person, instrument, **wish), now=NOW
    )


def calendar_of(mail: Mail) -> tuple[str, dict[str, str]]:
    (attachment,) = mail.attachments
    calendar = Calendar.from_ical(attachment.content)
    (event,) = calendar.walk("VEVENT")
    values = {key: str(event[key]) for key in ("UID", "SEQUENCE", "STATUS")}
    return str(calendar["METHOD"]), values


def test_a_request_is_told_to_the_person_and_to_the_managers_of_its_platform(instrument):
    manager = make.a_staff_member(instrument.facility)
    make.a_staff_member(instrument.facility, "operator")
    make.a_staff_member(make.a_facility())
    person = make.a_researcher()

    request(person, instrument)

    assert [mail.address for mail in last_mails()] == [person.email, manager.email]


def test_nobody_is_asked_to_decide_their_own_request(instrument):
    manager = make.a_researcher()
    make.a_staff_member(instrument.facility, user=manager)
    other = make.a_staff_member(instrument.facility)

    request(manager, instrument)

    own, to_decide = last_mails()
    assert (own.address, to_decide.address) == (manager.email, other.email)
    assert own.subject.startswith("Requested")
    assert to_decide.subject.startswith("To decide")


def test_a_sole_manager_is_asked_where_the_rules_say_so(facility):
    instrument = make.an_instrument(
        facility, rules={"approval_always": True, "sole_manager_decides_own": True}
    )
    manager = make.a_researcher()
    make.a_staff_member(facility, user=manager)

    request(manager, instrument)

    assert [mail.subject.partition(":")[0] for mail in last_mails()] == ["Requested", "To decide"]


def test_each_reads_their_own_language(instrument):
    manager = make.a_staff_member(instrument.facility)
    manager.language = "fr"
    manager.save()

    request(make.a_researcher(), instrument)

    english, french = last_mails()
    assert (english.language, french.language) == ("en", "fr")
    assert english.subject == "Requested: Fortessa, Wed 7 Oct, 14:00–16:00"
    assert french.subject == "À décider\u00a0: Fortessa, mer. 7 oct., 14:00–16:00"
    assert "Cytométrie" in french.text


def test_links_lead_to_pages(instrument, settings):
    settings.SITE_URL = "https://plateau.example"
    make.a_staff_member(instrument.facility)

    request(make.a_researcher(), instrument)

    links = [re.search(r"https://plateau\.example(/\S+)", mail.text) for mail in last_mails()]
    names = [resolve(link.group(1)).url_name for link in links if link]
    assert names == ["booking", "request"]


def test_times_are_those_of_the_platform():
    lisbon = make.a_facility(time_zone="Europe/Lisbon")
    instrument = make.an_instrument(lisbon, name="LSM")

    request(make.a_researcher(), instrument, when=period("2026-10-07 00:30", "02:30"))

    (mail,) = last_mails()
    assert mail.subject == "Booked: LSM, Tue 6 Oct, 23:30–01:30"
    assert "(Europe/Lisbon)" in mail.text


@pytest.mark.parametrize("leaver", ["person", "manager"])
def test_people_who_have_left_are_not_written_to(instrument, leaver):
    people = {"person": make.a_researcher(), "manager": make.a_staff_member(instrument.facility)}
    request(people["person"], instrument)
    people[leaver].is_active = False
    people[leaver].save()

    assert people[leaver].email not in [mail.address for mail in last_mails()]


def test_a_request_that_was_decided_meanwhile_is_told_as_decided_only(instrument):
    manager = make.a_staff_member(instrument.facility)
    booking = request(make.a_researcher(), instrument)
    asked = OutboxMessage.objects.get()
    services.approve_booking(actor=manager, booking_id=booking.pk, now=NOW)

    assert renderer_of(asked.topic)(asked.payload, NOW) == []
    assert [mail.subject.partition(":")[0] for mail in last_mails()] == ["Approved"]


def test_an_approval_carries_the_word_of_the_platform(instrument):
    manager = make.a_staff_member(instrument.facility)
    booking = request(make.a_researcher(), instrument)
    services.approve_booking(
        actor=manager, booking_id=booking.pk, now=NOW, reason="Bring your own beads"
    )

    (mail,) = last_mails()
    assert "Bring your own beads" in mail.text
    assert "Bring your own beads" in mail.html
    assert manager.email not in mail.text


def test_a_refusal_gives_its_reason_and_no_calendar_file(instrument):
    manager = make.a_staff_member(instrument.facility)
    booking = request(make.a_researcher(), instrument)
    services.reject_booking(actor=manager, booking_id=booking.pk, now=NOW, reason="Laser <dead>")

    (mail,) = last_mails()
    assert "Reason: Laser <dead>" in mail.text
    assert "Laser &lt;dead&gt;" in mail.html
    assert mail.attachments == ()


def test_a_lapsed_request_is_told_to_both_sides(instrument):
    manager = make.a_staff_member(instrument.facility)
    person = make.a_researcher()
    request(person, instrument)
    services.expire_requests(now=NOW + dt.timedelta(days=3))

    assert [mail.address for mail in last_mails()] == [person.email, manager.email]


def test_one_booking_stays_one_event_in_the_calendar(facility):
    instrument = make.an_instrument(facility)
    person = make.a_researcher()
    booking = request(person, instrument)
    (first,) = last_mails()
    services.move_booking(
        actor=person,
        booking_id=booking.pk,
        version=1,
        changes={"period": period("2026-10-08 09:00", "11:00")},
        now=NOW,
    )
    (second,) = last_mails()
    services.cancel_booking(actor=person, booking_id=booking.pk, now=NOW)
    (third,) = last_mails()

    told = [calendar_of(mail) for mail in (first, second, third)]
    assert [method for method, _event in told] == ["REQUEST", "REQUEST", "CANCEL"]
    assert len({event["UID"] for _method, event in told}) == 1
    assert [event["SEQUENCE"] for _method, event in told] == ["1", "2", "3"]
    assert told[2][1]["STATUS"] == "CANCELLED"


def test_an_approval_that_must_be_asked_again_shows_as_tentative(instrument):
    manager = make.a_staff_member(instrument.facility)
    person = make.a_researcher()
    booking = request(person, instrument)
    services.approve_booking(actor=manager, booking_id=booking.pk, now=NOW)
    services.move_booking(
        actor=person,
        booking_id=booking.pk,
        version=2,
        changes={"period": period("2026-10-08 09:00", "11:00")},
        now=NOW,
    )
    asked_again = last_mails()[0]
    services.reject_booking(actor=manager, booking_id=booking.pk, now=NOW, reason="No")
    (refused,) = last_mails()

    assert calendar_of(asked_again)[1]["STATUS"] == "TENTATIVE"
    assert calendar_of(refused)[0] == "CANCEL"


@pytest.mark.parametrize(
    ("late", "waived", "sentence"),
    [
        (False, "", "Nothing is charged."),
        (True, "", "It was too late to cancel for free: €36.00, refunded for what others take"),
        (True, "Breakdown", "Nothing is charged."),
    ],
)
def test_a_cancellation_says_what_it_costs(instrument, late, waived, sentence):
    booking = make.a_booking(
        make.a_researcher(),
        instrument,
        status="cancelled",
        version=2,
        late_cancellation=late,
        waived_reason=waived,
        estimate_cents=3600,
    )

    (mail,) = renderer_of("bookings.cancelled")({"booking": booking.pk}, NOW)

    assert sentence in mail.text


@pytest.mark.parametrize(
    ("organisation", "price"),
    [(make.an_organisation, "Price: €36.00\n"), (make.a_company, "Price: €36.00 excl. VAT\n")],
)
def test_partners_read_that_prices_are_without_vat(instrument, organisation, price):
    booking = make.a_booking(make.a_researcher(organisation()), instrument, estimate_cents=3600)

    (mail,) = renderer_of("bookings.confirmed")({"booking": booking.pk}, NOW)

    assert price in mail.text


def test_after_the_free_time_the_mail_says_so(instrument):
    booking = make.a_booking(make.a_researcher(), instrument)
    render = renderer_of("bookings.confirmed")

    (before,) = render({"booking": booking.pk}, booking.interval.start - dt.timedelta(hours=12))
    (after,) = render({"booking": booking.pk}, booking.interval.start - dt.timedelta(hours=11))

    assert "Free to cancel until Wed 7 Oct, 02:00." in before.text
    assert "The time for a free cancellation is over." in after.text


@pytest.mark.parametrize(
    "change",
    [{"status": "cancelled"}, {"status": "in_use"}, {"starts_at": "2026-10-07T11:00:00+00:00"}],
)
def test_a_reminder_that_is_no_longer_true_is_not_sent(instrument, change):
    booking = make.a_booking(
        make.a_researcher(), instrument, status=change.get("status", "approved")
    )
    starts_at = change.get("starts_at", booking.interval.start.isoformat())
    payload = {"booking": booking.pk, "minutes": 60, "starts_at": starts_at}

    assert renderer_of("bookings.reminder")(payload, NOW) == []


def test_a_reminder_that_comes_after_the_start_is_not_sent(instrument):
    booking = make.a_booking(make.a_researcher(), instrument)
    start = booking.interval.start
    payload = {"booking": booking.pk, "minutes": 60, "starts_at": start.isoformat()}
    render = renderer_of("bookings.reminder")

    assert len(render(payload, start - dt.timedelta(seconds=1))) == 1
    assert render(payload, start) == []


def test_wording_a_request_takes_the_same_queries_for_one_manager_or_five(instrument):
    make.a_staff_member(instrument.facility)
    request(make.a_researcher(), instrument)
    with CaptureQueriesContext(connection) as one:
        assert len(last_mails()) == 2
    for _number in range(4):
        make.a_staff_member(instrument.facility)
    with CaptureQueriesContext(connection) as five:
        assert len(last_mails()) == 6

    assert len(one) == len(five) <= 4
