"""The first page, by who looks at it."""

import pytest
from django.urls import reverse

from config.welcome import LOGINS as PRINTED
from tests import factories as make
from web import demo


def test_a_stranger_reads_what_this_is_and_finds_the_way_in(client):
    text = client.get("/").text
    assert reverse("account_login") in text
    assert "researcher@demo.example" not in text


def test_the_demo_lists_its_log_ins(client, settings):
    settings.PLATEAU_ENV = "demo"
    text = client.get("/").text
    for login in demo.LOGINS:
        assert login in text
    assert set(demo.LOGINS) == {f"{name}@demo.example" for name in PRINTED}


def test_a_researcher_sees_next_sessions_and_can_give_one_up(client, researcher, instrument):
    booking = make.a_booking(researcher, instrument, make.period("2026-10-06 14:00", "16:00"))
    response = client.get("/")
    assert "Next: Fortessa X-20, today at 14:00" in response.text
    assert reverse("cancel", args=[booking.pk]) in response.text
    assert response.context["day"].pieces[-1].css == "is-mine"


def test_a_session_under_way_can_be_finished(client, researcher, instrument):
    make.a_booking(
        researcher, instrument, make.period("2026-10-06 11:00", "13:00"), status="in_use"
    )
    text = client.get("/").text
    assert "You are on Fortessa X-20 until 13:00" in text
    assert "Finish now" in text


def test_somebody_new_sees_the_first_step(client, researcher):
    text = client.get("/").text
    assert "You have no session planned" in text
    assert reverse("instruments") in text


def test_a_manager_sees_what_they_can_decide_and_not_their_own(client, manager, instrument):
    make.a_booking(make.a_researcher(), instrument, status="requested")
    make.a_booking(
        manager, instrument, make.period("2026-10-08 09:00", "10:00"), status="requested"
    )
    make.a_booking(make.a_researcher(), make.an_instrument(), status="requested")
    response = client.get("/")
    assert "1 request you can decide" in response.text
    assert len(response.context["requests"]) == 1


def test_a_partner_reads_no_names(client, instrument):
    partner = make.a_partner()
    client.force_login(partner)
    operator = make.a_staff_member(
        instrument.facility, "operator", make.a_user(first_name="Lucie", last_name="Brunet")
    )
    booking = make.a_booking(partner, instrument, operator=operator, operator_needed=True)
    for address in ("/", reverse("bookings"), reverse("booking", args=[booking.pk])):
        text = client.get(address).text
        assert "with an operator" in text
        assert "Brunet" not in text


def test_nothing_of_another_company_is_on_a_partners_pages(client, instrument):
    client.force_login(make.a_partner())
    other = make.a_booking(make.a_partner(), instrument, purpose="Secret compound")
    for address in (
        "/",
        reverse("bookings"),
        reverse("instruments"),
        reverse("instrument", args=[instrument.pk]),
        reverse("book") + f"?instrument={instrument.pk}",
    ):
        text = client.get(address).text
        assert "Secret compound" not in text
        assert str(other.booked_for) not in text
        assert other.team is not None
        assert other.team.name not in text
    assert client.get(reverse("booking", args=[other.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 8])
def test_the_first_page_asks_a_fixed_number_of_questions(
    client, researcher, instrument, count, django_assert_num_queries
):
    for hour in range(8, 8 + count):
        make.a_booking(
            researcher, instrument, make.period(f"2026-10-08 {hour:02}:00", f"{hour:02}:30")
        )
    with django_assert_num_queries(5):  # session, person, roles, teams, bookings
        client.get("/")


@pytest.mark.parametrize("count", [1, 8])
def test_so_does_a_managers(client, manager, instrument, count, django_assert_num_queries):
    for hour in range(8, 8 + count):
        make.a_booking(
            make.a_researcher(),
            instrument,
            make.period(f"2026-10-08 {hour:02}:00", f"{hour:02}:30"),
            status="requested",
        )
    with django_assert_num_queries(9):  # and the count, the oldest, operators, a platform's clock
        client.get("/")
