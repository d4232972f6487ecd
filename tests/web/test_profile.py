"""My profile, my calendar's address, and the copy of all that is kept about me."""

import csv
import io
import json
import zipfile

import pytest
from django.urls import reverse
from icalendar import Calendar

from accounts import services as people
from accounts.models import FundingAccount, Membership
from accounts.queries import calendar_url
from bookings import reminders
from bookings.models import Decision, Reminder, UsageSession
from notifications.models import Delivery, OutboxMessage
from tests import factories as make
from tests.factories import NOW, period
from web.views.feeds import GUESSES, READS

pytestmark = pytest.mark.django_db

FRIDAY = period("2026-10-09 09:00", "10:00")
ABOUT = {"first_name": "Lena", "last_name": "Costa", "language": "fr", "uses_letter_keys": "on"}


def test_name_and_language_are_kept_and_this_browser_follows(client, researcher):
    answer = client.post(reverse("profile"), ABOUT, follow=True)
    researcher.refresh_from_db()
    assert (researcher.get_full_name(), researcher.language) == ("Lena Costa", "fr")
    assert '<html lang="fr"' in answer.text
    assert "Enregistré." in answer.text


def test_what_is_wrong_stands_on_the_page(client, researcher):
    researcher.first_name = "Lena"
    researcher.save()
    answer = client.post(reverse("profile"), ABOUT | {"first_name": "", "last_name": " "})
    assert answer.status_code == 422
    assert "Give a first name or a last name." in answer.text
    assert client.post(reverse("profile"), ABOUT | {"language": "de"}).status_code == 422


def test_nothing_else_of_the_account_is_changed_by_the_form(client, researcher):
    client.post(reverse("profile"), ABOUT | {"is_superuser": "on", "email": "x@y.example"})
    before = (researcher.email, False)
    researcher.refresh_from_db()
    assert (researcher.email, researcher.is_superuser) == before


def test_letter_keys_rest_where_they_are_switched_off(client, researcher):
    assert "data-keys" not in client.get(reverse("home")).text
    client.post(reverse("profile"), {k: v for k, v in ABOUT.items() if k != "uses_letter_keys"})
    assert 'data-keys="off"' in client.get(reverse("home")).text


def test_coming_reminders_follow_the_choice(client, researcher, instrument):
    booking = make.a_booking(researcher, instrument)
    reminders.plan(booking, NOW)
    client.post(reverse("telling"), {"reminder_minutes": ["120", "15"]})
    researcher.refresh_from_db()
    assert (researcher.reminder_minutes, researcher.wants_confirmations) == ([120, 15], False)
    planned = Reminder.objects.filter(booking=booking).values_list("minutes_before", flat=True)
    assert set(planned) == {120, 15}


def test_a_reminder_of_ones_own_stays_offered_and_six_are_refused(client, researcher):
    researcher.reminder_minutes = [95]
    researcher.save()
    assert "1\u00a0h\u00a035" in client.get(reverse("profile")).text
    six = ["95", "15", "60", "120", "1440", "2880"]
    answer = client.post(reverse("telling"), {"reminder_minutes": six})
    assert answer.status_code == 422
    assert "up to five reminders" in answer.text


def calendar(client, user):
    client.logout()
    return client.get(calendar_url(user).partition("8000")[2])


def test_the_calendar_opens_without_a_log_in_and_names_nobody(client, researcher, instrument):
    make.a_booking(researcher, instrument, purpose="Panel A")
    make.a_booking(researcher, instrument, period("2026-10-08 09:00", "10:00"), status="cancelled")
    make.a_booking(make.a_researcher(), instrument, period("2026-10-08 11:00", "12:00"))
    answer = calendar(client, researcher)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert "no-store" in answer.headers["Cache-Control"]
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["summary"] == "Fortessa X-20"
    for word in (researcher.email, "ATTENDEE", "ORGANIZER", "Panel A"):
        assert word not in answer.text


def test_a_wrong_key_a_new_address_and_a_suspended_person_find_nothing(client, researcher):
    old = calendar_url(researcher).partition("8000")[2]
    assert client.get(old).status_code == 200
    client.post(reverse("renew_calendar"))
    assert client.get(old).status_code == 404
    assert client.get("/feeds/bookings.ics").status_code == 404
    researcher.refresh_from_db()
    assert calendar(client, researcher).status_code == 200
    researcher.is_active = False
    researcher.save()
    assert calendar(client, researcher).status_code == 404


def test_guessing_and_reading_too_often_are_slowed_down(client, researcher):
    for _ in range(READS.most):
        READS.count(str(researcher.pk), now=NOW)
    answer = calendar(client, researcher)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    for _ in range(GUESSES.most):
        assert client.get("/feeds/bookings.ics?key=1-x").status_code == 404
    assert client.get("/feeds/bookings.ics?key=1-x").status_code == 429


@pytest.fixture
def canary(researcher, instrument):
    """A person with something of their own, and something of others, in every table."""
    researcher.first_name = "Canary"
    researcher.save()
    booking = make.a_booking(researcher, instrument, purpose="=cmd()", cancel_reason="Mine-1")
    other = make.a_user("deciding@centre.example", first_name="Deciding", last_name="Person")
    Decision.objects.create(
        booking=booking, approved=True, decided_by=other, reason="Mine-2", decided_at=NOW
    )
    UsageSession.objects.create(booking=booking, started_at=NOW, source="person")
    reminders.plan(booking, NOW)
    make.a_grant(researcher, make.a_qualification(instrument))
    people.ask_to_join(
        actor=researcher, team_id=make.a_team(name="Mine-3").pk, message="Mine-4", now=NOW
    )
    message = OutboxMessage.objects.create(topic="Mine-5", key="k")
    Delivery.objects.create(message=message, address=researcher.email, language="en", mail_id="m")
    Delivery.objects.create(message=message, address=other.email, language="en", mail_id="n")
    theirs = make.a_booking(
        other, instrument, period("2026-10-09 09:00", "10:00"), purpose="Theirs"
    )
    theirs.created_by = researcher
    theirs.save()
    make.a_member(researcher.teams.get(), "head", make.a_user("head@lab.example"))
    return researcher


def unpacked(client):
    answer = client.get(reverse("export"))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    return {name: packed.read(name).decode("utf-8-sig") for name in packed.namelist()}


def test_the_copy_holds_all_of_mine_and_nothing_of_others(client, canary):
    files = unpacked(client)
    text = files["data.json"]
    data = json.loads(text)
    assert data["profile"][0]["email"] == canary.email
    for word in ("Canary", "=cmd()", *(f"Mine-{number}" for number in range(1, 6))):
        assert word in text, word
    for kind in ("memberships", "bookings", "decisions", "use", "reminders", "qualifications"):
        assert data[kind], kind
    assert [row["id"] for row in data["bookings_made_for_others"]]
    for word in ("Deciding", "deciding@", "head@lab", "Theirs", '"password"', "argon2"):
        assert word not in text, word


def test_tables_open_in_a_spreadsheet_and_run_nothing(client, canary):
    (row,) = csv.DictReader(io.StringIO(unpacked(client)["bookings.csv"]))
    assert row["purpose"] == "'=cmd()"
    assert row["start"] == "2026-10-07T12:00:00+00:00"


def test_the_copy_is_the_persons_own(client, canary):
    client.force_login(make.a_partner())
    assert "Mine-" not in unpacked(client)["data.json"]


def test_copies_without_end_are_refused(client, researcher):
    for _ in range(10):
        assert client.get(reverse("export")).status_code == 200
    assert client.get(reverse("export")).status_code == 429


def test_charges_are_in_the_copy(client, researcher, instrument):
    from billing.services import charge_booking

    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    FundingAccount.objects.filter(team=researcher.teams.get()).update(name="Grant 7")
    booking = make.a_booking(
        researcher, instrument, period("2026-10-05 14:00", "15:00"), status="completed"
    )
    UsageSession.objects.create(
        booking=booking, started_at=booking.interval.start, ended_at=booking.interval.end
    )
    charge_booking(booking_id=booking.pk, now=NOW)
    (row,) = csv.DictReader(io.StringIO(unpacked(client)["charges.csv"]))
    assert (row["amount_cents"], row["booking"]) == ("1800", str(booking.pk))


def test_the_menu_leads_to_profile_and_team(client, researcher):
    text = client.get(reverse("more")).text
    team = Membership.objects.get(user=researcher).team
    assert reverse("profile") in text
    assert reverse("team", args=[team.pk]) in text
