"""The first page, by who looks at it."""

import datetime as dt

import pytest
from django.urls import reverse

from billing.services import charge_finished_uses
from bookings.models import UsageSession
from config.welcome import LOGINS as PRINTED
from facilities.models import Favourite
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


def test_the_catalogue_is_shown_to_strangers_where_it_is_public(client, settings):
    assert reverse("instruments") not in client.get("/").text
    settings.PUBLIC_CATALOGUE = True
    assert reverse("instruments") in client.get("/").text


# --- researchers


def test_a_researcher_sees_next_sessions_and_can_give_one_up(client, researcher, instrument):
    booking = make.a_booking(researcher, instrument, make.period("2026-10-06 14:00", "16:00"))
    response = client.get("/")
    assert "Next: Fortessa X-20, today at 14:00" in response.text
    assert reverse("cancel", args=[booking.pk]) in response.text
    assert response.context["day"].pieces[-1].css == "is-mine"


def test_the_head_of_the_page_tells_the_hour_of_the_platform(client, researcher, instrument):
    assert "Tuesday 6 October, 12:00" in client.get("/").text
    client.cookies["django_language"] = "fr"
    assert "Mardi 6 octobre, 12\xa0h" in client.get("/").text


def test_a_session_under_way_can_be_finished(client, researcher, instrument):
    make.a_booking(
        researcher, instrument, make.period("2026-10-06 11:00", "13:00"), status="in_use"
    )
    text = client.get("/").text
    assert "You are on Fortessa X-20 until 13:00" in text
    assert "Finish now" in text


def test_a_session_whose_time_has_come_can_be_started(client, researcher, instrument):
    make.a_booking(researcher, instrument, make.period("2026-10-06 12:00", "13:00"))
    assert "Start now" in client.get("/").text


def test_somebody_new_sees_the_first_step(client, researcher):
    text = client.get("/").text
    assert "You have no session planned" in text
    assert reverse("instruments") in text


def test_a_session_on_a_stopped_instrument_waits_on_the_person(client, researcher):
    stopped = make.an_instrument(
        name="ImageStream", state="out_of_service", state_reason="405 nm laser"
    )
    make.a_booking(researcher, stopped)
    (task,) = client.get("/").context["tasks"]
    assert (task.word, task.instrument_id) == ("At risk", stopped.pk)
    assert "405 nm laser" in task.text


def test_training_that_ends_soon_waits_on_the_person(client, researcher, instrument):
    course = make.a_qualification(instrument)
    make.a_grant(researcher, course, valid_until=dt.date(2026, 10, 9))
    make.a_booking(researcher, instrument, make.period("2026-10-12 09:00", "10:00"))
    (task,) = client.get("/").context["tasks"]
    assert (task.headline, task.word) == (course.name, "Ends on 9 October")
    assert "1 of your sessions falls after that day" in task.text


def test_training_that_was_renewed_waits_on_nobody(client, researcher, instrument):
    course = make.a_qualification(instrument)
    make.a_grant(researcher, course, valid_until=dt.date(2026, 10, 9))
    make.a_grant(researcher, course, valid_from=dt.date(2026, 10, 10), valid_until=None)
    assert client.get("/").context["tasks"] == []


def kept(response):
    return [row.instrument.name for row in response.context["kept"].rows]


def test_the_instruments_at_hand_are_those_used_last_until_some_are_chosen(
    client, researcher, instrument
):
    chosen = make.an_instrument(name="LSM 880")
    make.a_booking(researcher, instrument, make.period("2026-10-01 09:00", "10:00"))
    response = client.get("/")
    assert (kept(response), response.context["kept"].is_chosen) == (["Fortessa X-20"], False)
    Favourite.objects.create(user=researcher, instrument=chosen)
    response = client.get("/")
    assert (kept(response), response.context["kept"].is_chosen) == (["LSM 880"], True)
    (row,) = response.context["kept"].rows
    assert reverse("book") + "?" + row.next.query.replace("&", "&amp;") in response.text


def used(person, instrument, day="2026-10-02", price=3600):
    """Store a session that was used and will be charged."""
    when = make.period(f"{day} 09:00", "11:00")
    booking = make.a_booking(person, instrument, when, status="completed", estimate_cents=price)
    UsageSession.objects.create(
        booking=booking, started_at=when.start, ended_at=when.end, source="person"
    )
    return booking


def test_the_month_says_what_was_charged_and_what_is_booked(client, researcher, instrument):
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    used(researcher, instrument)
    used(make.a_researcher(), instrument, "2026-10-05")
    charge_finished_uses(now=make.NOW)
    make.a_booking(researcher, instrument, estimate_cents=1800)
    make.a_booking(
        researcher, instrument, make.period("2026-11-02 09:00", "10:00"), estimate_cents=1800
    )
    month = client.get("/").context["month"]
    assert (month.title, month.charged_cents, month.sessions) == ("October so far", 3600, 1)
    assert (month.ahead, month.ahead_cents) == (1, 1800)
    (account,) = month.accounts
    assert account.left_cents is None


def test_a_head_of_team_reads_what_is_left(client, instrument):
    team = make.a_team()
    head, account = make.a_member(team, "head"), make.an_account(team, ceiling_cents=10_000)
    project = make.a_project(team)
    client.force_login(head)
    make.a_booking(
        make.a_member(team), instrument, account=account, project=project, estimate_cents=4000
    )
    (month,) = client.get("/").context["month"].accounts
    assert (month.ahead_cents, month.left_cents) == (4000, 6000)


# --- partners


def test_a_partner_sees_programmes_orders_and_prices_before_vat(client, instrument):
    team = make.a_team(make.a_company(name="Pharma du Midi"))
    head = make.a_member(team, "head")
    account = make.an_account(team, kind="purchase_order", reference="PO-17", ceiling_cents=100_000)
    project = make.a_project(team, name="PDM-7")
    client.force_login(head)
    make.a_booking(head, instrument, project=project, account=account, estimate_cents=24_000)
    response = client.get("/")
    (programme,) = response.context["programmes"]
    assert (programme.name, programme.sessions) == ("PDM-7", 1)
    assert [piece.css for piece in programme.line.pieces] == ["is-past", "is-mine"]
    (order,) = response.context["orders"]
    assert (order.balance.booked_cents, order.balance.left_cents) == (24_000, 76_000)
    assert "excl. VAT" in response.text


def test_a_plain_member_of_a_company_does_not_read_its_balance(client, instrument):
    partner = make.a_partner()
    client.force_login(partner)
    assert client.get("/").context["orders"] == []


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
    assert "Brunet" not in client.get(reverse("instrument", args=[instrument.pk])).text


def test_nothing_of_another_company_is_on_a_partners_pages(client, instrument):
    client.force_login(make.a_partner())
    other = make.a_booking(
        make.a_partner(),
        instrument,
        make.period("2026-10-06 11:00", "14:00"),
        purpose="Secret compound",
    )
    for address in (
        "/",
        reverse("bookings"),
        reverse("costs"),
        reverse("instruments"),
        reverse("instrument", args=[instrument.pk]),
        reverse("book") + f"?instrument={instrument.pk}",
    ):
        text = client.get(address).text
        assert "Secret compound" not in text
        assert str(other.booked_for) not in text
        assert other.team is not None
        assert other.team.name not in text
        assert other.team.organisation.name not in text
    assert client.get(reverse("booking", args=[other.pk])).status_code == 404


# --- what it asks of the database


@pytest.mark.parametrize("count", [1, 8])
def test_the_first_page_asks_a_fixed_number_of_questions(
    client, researcher, instrument, count, django_assert_num_queries
):
    for hour in range(8, 8 + count):
        other = make.an_instrument()
        make.a_booking(researcher, other, make.period(f"2026-10-08 {hour:02}:00", f"{hour:02}:30"))
    # session, person, roles, teams; sessions; stopped, ending; favourites, last used, found;
    # marks, hours, closures, bookings, training, project and account, prices; month in three
    with django_assert_num_queries(21):
        client.get("/")
