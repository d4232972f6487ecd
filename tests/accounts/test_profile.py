"""What people change about themselves, and the secret address of their calendar."""

import pytest

from accounts import services as people
from accounts.errors import NameMissing, NotFound, RemindersNotPossible
from accounts.queries import calendar_word, person_of_calendar
from bookings import reminders, services
from bookings.models import Reminder
from notifications.registry import renderer_of
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def changed(person, **changes):
    return services.change_profile(actor=person, changes=changes, now=NOW)


def minutes_of(booking):
    planned = Reminder.objects.filter(booking=booking).order_by("due_at")
    return list(planned.values_list("minutes_before", flat=True))


def test_coming_reminders_follow_the_choice():
    person = make.a_researcher()
    booking = make.a_booking(person, make.an_instrument())
    reminders.plan(booking, NOW)
    assert minutes_of(booking) == [1440, 60]
    changed(person, reminder_minutes=[30, 120, 30])
    assert minutes_of(booking) == [120, 30]
    changed(person, reminder_minutes=[])
    assert minutes_of(booking) == []


@pytest.mark.parametrize("minutes", [[4], [43201], [10, 20, 30, 40, 50, 60], [0]])
def test_odd_reminders_are_refused(minutes):
    with pytest.raises(RemindersNotPossible):
        changed(make.a_user(), reminder_minutes=minutes)


def test_a_name_stays_a_name():
    person = make.a_user(first_name="Lena")
    with pytest.raises(NameMissing):
        changed(person, first_name="  ")
    assert changed(person, last_name=" Costa \n Lima ").last_name == "Costa Lima"


@pytest.mark.parametrize("field", ["is_superuser", "email", "password", "calendar_seed"])
def test_nothing_else_is_changed(field):
    with pytest.raises(ValueError, match=field):
        changed(make.a_user(), **{field: "x"})


@pytest.mark.parametrize("topic", ["requested", "confirmed"])
def test_confirmations_of_what_i_booked_myself_can_be_left_out(topic):
    person = make.a_researcher()
    status = {"requested": "requested", "confirmed": "approved"}[topic]
    booking = make.a_booking(person, make.an_instrument(), status=status)
    renderer, payload = renderer_of(f"bookings.{topic}"), {"booking": booking.pk}
    assert [mail.address for mail in renderer(payload, NOW)] == [person.email]
    changed(person, wants_confirmations=False)
    assert renderer(payload, NOW) == []
    booking.created_by = make.a_user()
    booking.save()
    assert [mail.address for mail in renderer(payload, NOW)] == [person.email]


def test_a_calendar_opens_by_its_address_until_it_is_renewed():
    person = make.a_user()
    word = calendar_word(person)
    assert person_of_calendar(word) == person
    people.renew_calendar_address(actor=person)
    with pytest.raises(NotFound):
        person_of_calendar(word)
    assert person_of_calendar(calendar_word(person)) == person


def test_a_calendar_closes_with_the_account_and_to_guesses():
    person = make.a_user()
    word = calendar_word(person)
    for wrong in ("", "x", word[:-1], word + "x", f"9{word}", "1" * 40 + "-x", word.upper()):
        with pytest.raises(NotFound):
            person_of_calendar(wrong)
    person.is_active = False
    person.save()
    with pytest.raises(NotFound):
        person_of_calendar(word)


def test_every_person_has_a_seed_of_their_own():
    seeds = {make.a_user().calendar_seed for _ in range(3)}
    assert len(seeds) == 3
