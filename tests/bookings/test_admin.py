"""Bookings can be looked at in the admin, on one's own platforms, and changed nowhere there."""

import pytest
from django.urls import reverse

from bookings import services
from bookings.models import Booking
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking():
    person = make.a_researcher()
    return make.a_booking(person, make.an_instrument(), status="requested")


@pytest.fixture
def manager(client, booking):
    manager = make.a_staff_member(booking.instrument.facility, user=make.a_user(is_staff=True))
    client.force_login(manager)
    return manager


def page(name, *args):
    return reverse(f"admin:bookings_booking_{name}", args=args)


def test_a_booking_is_shown_on_its_platforms_clock_with_its_decision(client, manager, booking):
    services.approve_booking(actor=manager, booking_id=booking.pk, now=NOW, reason="Welcome")
    response = client.get(page("change", booking.pk))
    assert "Wed 7 Oct, 14:00–16:00" in response.text
    assert "Welcome" in response.text
    assert 'name="_save"' not in response.text


def test_nobody_adds_changes_or_deletes_one(client, manager, booking):
    client.force_login(make.a_user(is_staff=True, is_superuser=True))
    assert client.get(page("add")).status_code == 403
    assert client.post(page("change", booking.pk), {"status": "approved"}).status_code == 403
    assert client.post(page("delete", booking.pk), {"post": "yes"}).status_code == 403
    assert Booking.objects.get().status == "requested"


def test_bookings_of_other_platforms_are_not_there(client, booking):
    stranger = make.a_staff_member(make.a_facility(), user=make.a_user(is_staff=True))
    client.force_login(stranger)
    assert list(client.get(page("changelist")).context["cl"].result_list) == []
    assert client.get(page("change", booking.pk)).status_code == 302


def test_the_list_asks_a_fixed_number_of_questions(
    client, manager, booking, django_assert_max_num_queries
):
    for hour in range(8, 12):
        when = make.period(f"2026-10-08 {hour:02}:00", f"{hour:02}:30")
        make.a_booking(make.a_researcher(), booking.instrument, when)
    with django_assert_max_num_queries(15):
        client.get(page("changelist"))
