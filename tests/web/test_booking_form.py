"""Booking on a page: without scripts, with everything that is wrong said at its field."""

import re

import pytest
from django.urls import reverse

from bookings.models import Booking
from facilities.models import TimeSlot
from tests import factories as make
from tests.factories import period
from tests.web.pages import Page, inline_code


@pytest.fixture
def typed(instrument):
    """What somebody types for tomorrow from 14:00 to 16:00."""
    return {
        "instrument": instrument.pk,
        "day": "2026-10-07",
        "start": "14:00",
        "end": "16:00",
        "purpose": "Panel A",
    }


def send(client, typed, press="book", value="1", **changed):
    return client.post(reverse("book"), {**typed, press: value, **changed})


def said_at(response, name):
    return response.context["form"].errors.get(name, [])


def test_a_free_time_is_booked_and_shown(client, researcher, instrument, typed):
    response = send(client, typed)
    booking = Booking.objects.get()
    assert response.url == reverse("booking", args=[booking.pk])
    assert booking.interval == period("2026-10-07 14:00", "16:00")
    assert (booking.booked_for, booking.status, booking.purpose) == (
        researcher,
        "approved",
        "Panel A",
    )
    text = client.get(response.url).text
    assert "Booked: Fortessa X-20, Wed 7 Oct, 14:00–16:00." in text


def test_a_request_says_until_when_it_is_held(client, researcher, typed):
    instrument = make.an_instrument(rules={"approval_always": True})
    response = send(client, typed, instrument=instrument.pk)
    assert Booking.objects.get().status == "requested"
    assert "Held for you until Wed 7 Oct, 14:00" in client.get(response.url).text


def test_every_broken_rule_stands_at_its_field(client, researcher, instrument, typed):
    instrument.rules.longest_minutes = 120
    instrument.rules.save()
    make.a_qualification(instrument)
    response = send(client, typed, start="14:10", end="18:00", purpose="1 85 05 78 006 084 91")
    assert response.status_code == 422
    assert not Booking.objects.exists()
    assert "step of 30\xa0min" in said_at(response, "start")[0]
    assert "the longest booking 2\xa0h" in said_at(response, "end")[0]
    assert "qualification" in said_at(response, "instrument")[0]
    assert "social security number" in said_at(response, "purpose")[0]
    page = Page(response.text)
    for name in ("start", "end", "instrument", "purpose"):
        (field,) = page.all("input", name=name) or page.all("select", name=name)
        assert field["aria-invalid"] == "true"
        assert f"id_{name}_error" in (field["aria-describedby"] or "")
        assert page.all("div", id=f"id_{name}_error")
    assert inline_code(response.text) == []


def test_the_form_stays_filled_after_a_refusal(client, researcher, instrument, typed):
    page = Page(send(client, typed, start="14:10").text)
    assert page.all("input", name="purpose")[0]["value"] == "Panel A"
    assert page.all("input", name="end")[0]["value"] == "16:00"
    assert page.all("option", value=str(instrument.pk))[0].get("selected", "no") != "no"


def test_a_way_out_is_tried_with_one_press(client, researcher, instrument, typed):
    instrument.rules.longest_minutes = 60
    instrument.rules.save()
    refused = send(client, typed)
    (way,) = refused.context["answer"].ways["end"]
    assert way.text == "Wed 7 Oct, 14:00–15:00"
    tried = send(client, typed, "try", way.value)
    assert tried.status_code == 200
    assert tried.context["answer"].said.title == "Confirmed at once."
    assert Page(tried.text).all("input", name="end")[0]["value"] == "15:00"
    assert not Booking.objects.exists()


def test_a_taken_time_is_a_conflict_with_alternatives_to_press(
    client, researcher, instrument, typed
):
    make.a_booking(make.a_researcher(), instrument)
    refused = send(client, typed)
    assert refused.status_code == 409
    ways = refused.context["answer"].alternatives
    assert [way.text for way in ways] == [
        "Wed 7 Oct, 16:00–18:00",
        "Wed 7 Oct, 18:00–20:00",
        "Wed 7 Oct, 20:00–22:00",
    ]
    (button,) = Page(refused.text).all("button", name="take", value=ways[1].value)
    send(client, typed, "take", button["value"])
    booking = Booking.objects.get(booked_for=researcher)
    assert booking.interval == period("2026-10-07 18:00", "20:00")
    assert booking.purpose == "Panel A"


def test_a_check_tells_the_price_and_who_decides_and_books_nothing(client, researcher, typed):
    instrument = make.an_instrument(rules={"approval_always": True})
    response = send(client, typed, "check", instrument=instrument.pk)
    assert response.status_code == 200
    said = response.context["answer"].said
    assert (said.mood, said.title) == ("is-wait", "The platform decides.")
    assert not Booking.objects.exists()


def test_a_check_of_a_taken_time_offers_others_too(client, researcher, instrument, typed):
    make.a_booking(make.a_researcher(), instrument)
    response = send(client, typed, "check")
    assert response.context["answer"].said.mood == "is-risk"
    assert len(response.context["answer"].alternatives) == 3


def test_the_first_button_only_checks_since_enter_presses_it(client, researcher, typed):
    buttons = Page(send(client, typed, start="14:10").text).all("button")
    of_form = [b for b in buttons if b.get("name") in ("check", "book", "try", "take")]
    assert of_form[0]["name"] == "check"


def test_a_form_sent_twice_books_once(client, researcher, typed):
    (once,) = Page(client.get(reverse("book")).text).all("input", name="once")
    first = send(client, typed, once=once["value"])
    second = send(client, typed, once=once["value"])
    assert first.url == second.url
    assert Booking.objects.count() == 1
    changed = send(client, typed, once=once["value"], start="16:00", end="17:00")
    assert changed.url != first.url


def test_an_end_at_or_before_the_start_is_on_the_next_day(client, researcher, typed):
    send(client, typed, start="23:00", end="01:00")
    assert Booking.objects.get().interval == period("2026-10-07 23:00", "2026-10-08 01:00")


def test_a_last_day_makes_it_longer(client, researcher, typed):
    instrument = make.an_instrument(
        rules={"longest_minutes": 10_000, "approval_over_minutes": None}
    )
    send(client, typed, instrument=instrument.pk, last_day="2026-10-09")
    assert Booking.objects.get().interval == period("2026-10-07 14:00", "2026-10-09 16:00")


def test_a_last_day_before_the_first_is_said_at_its_field(client, researcher, typed):
    response = send(client, typed, last_day="2026-10-06")
    assert response.status_code == 422
    assert said_at(response, "last_day") == ["It ends after it starts."]


def test_the_hour_that_comes_twice_is_the_first(client, researcher, typed):
    send(client, typed, day="2026-10-25", start="02:00", end="04:00")
    assert Booking.objects.get().interval == period("2026-10-25 02:00", "04:00")
    assert Booking.objects.get().interval.minutes == 180


@pytest.mark.parametrize(
    "wrong",
    [
        {"instrument": "999999999"},
        {"instrument": "x"},
        {"day": "0001-01-01"},
        {"day": "9999-12-31"},
        {"day": "yesterday"},
        {"start": "25:00"},
        {"project": "999999"},
        {"account": "-1"},
        {"purpose": "\0"},
        {"purpose": "x" * 501},
    ],
)
def test_what_cannot_be_read_is_said_and_never_an_error_of_ours(client, researcher, typed, wrong):
    response = send(client, typed, **wrong)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == set(wrong)


@pytest.mark.parametrize(
    "value", ["", "x", "/", "2026-10-07T14:00/2026-10-07T16:00", "0001-01-01T00:00+00:00/x"]
)
def test_a_button_that_sends_nonsense_changes_nothing(client, researcher, typed, value):
    response = send(client, typed, "try", value)
    assert response.status_code == 200
    assert Page(response.text).all("input", name="start")[0]["value"] == "14:00"


def test_only_own_projects_and_accounts_are_offered(client, researcher, instrument, typed):
    other = make.a_researcher().teams.get()
    page = client.get(reverse("book")).text
    assert other.projects.get().name not in page
    assert other.accounts.get().reference not in page
    response = send(client, typed, project=other.projects.get().pk)
    assert said_at(response, "project")


def test_the_last_used_project_and_account_are_chosen_beforehand(client, researcher, instrument):
    team = researcher.teams.get()
    project, account = make.a_project(team), make.an_account(team)
    make.a_booking(
        researcher,
        instrument,
        period("2026-10-01 09:00", "10:00"),
        project=project,
        account=account,
    )
    chosen = client.get(reverse("book")).context["form"].initial
    assert (chosen["project"], chosen["account"]) == (project.pk, account.pk)


def test_a_manager_sets_a_rule_of_time_aside_with_a_reason(client, instrument, typed):
    researcher = make.a_researcher()
    make.a_staff_member(instrument.facility, user=researcher)
    client.force_login(researcher)
    assert send(client, typed, start="14:10").status_code == 422
    send(client, typed, start="14:10", override_reason="Visiting engineer")
    assert Booking.objects.get().override_reason == "Visiting engineer"


def test_others_are_not_asked_for_such_a_reason_nor_heard(client, researcher, typed):
    assert "override_reason" not in client.get(reverse("book")).text
    response = send(client, typed, start="14:10", override_reason="Because")
    assert response.status_code == 422


def test_the_conflict_never_says_whose_it_is(client, researcher, instrument, typed):
    other = make.a_booking(make.a_partner(), instrument, purpose="Secret compound")
    text = send(client, typed).text
    assert str(other.booked_for) not in text
    assert "Secret compound" not in text


def test_the_form_in_french(client, researcher, typed):
    client.cookies["django_language"] = "fr"
    response = send(client, typed, start="14:10")
    assert re.search("pas de 30\xa0min", said_at(response, "start")[0])
    assert "Nouvelle réservation" in response.text


def test_the_form_asks_a_fixed_number_of_questions(
    client, researcher, instrument, django_assert_num_queries
):
    for _ in range(10):
        make.an_instrument()
    address = f"{reverse('book')}?instrument={instrument.pk}"
    # session, person, roles, teams; choices (3); own, hours, closures, bookings
    with django_assert_num_queries(11):
        client.get(address)


BESIDE = {"HX-Request": "true"}


def choosing(client, typed, **changed):
    """Ask how it would go, as the panel does by itself."""
    return client.post(reverse("book"), {**typed, "check": "1", **changed}, headers=BESIDE)


def test_the_panel_beside_the_calendar_opens_judged_and_priced(client, researcher, instrument):
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    query = {"instrument": instrument.pk, "day": "2026-10-07", "start": "14:00", "end": "16:00"}
    response = client.get(reverse("book"), query, headers=BESIDE)
    assert response.status_code == 200
    assert "<html" not in response.text
    assert inline_code(response.text) == []
    answer = response.context["answer"]
    assert answer.said.title == "Confirmed at once."
    assert (answer.price.total, answer.price.sum) == (
        "€36.00",
        "2\xa0h × €18.00, full rate",
    )
    assert answer.free_until == "Wed 7 Oct, 02:00"


def test_a_price_in_several_bands_is_told_line_by_line(client, researcher, instrument, typed):
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    price = choosing(client, typed, start="19:00", end="21:00").context["answer"].price
    assert price.total == "€31.50"
    assert price.lines == (
        ("1\xa0h × €18.00, full rate", "€18.00"),
        ("1\xa0h × €18.00 × 75%", "€13.50"),
    )


def test_what_is_left_on_the_account_is_told_before_and_after(
    client, researcher, instrument, typed
):
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    account = researcher.teams.get().accounts.get()
    account.ceiling_cents = 5000
    account.save()
    assert choosing(client, typed).context["answer"].left == (
        "€50.00 left, €14.00 after this booking"
    )
    refused = choosing(client, typed, end="18:00")
    assert "This account has €50.00 left" in said_at(refused, "account")[0]
    assert refused.context["answer"].price.total == "€72.00"


def test_beside_the_calendar_a_booking_is_confirmed_and_announced(
    client, researcher, instrument, typed
):
    response = client.post(reverse("book"), {**typed, "book": "1"}, headers=BESIDE)
    booking = Booking.objects.get()
    assert response.status_code == 200
    assert response.headers["HX-Trigger"] == "bookingsChanged"
    assert "Booked: Fortessa X-20, Wed 7 Oct, 14:00–16:00." in response.text
    assert reverse("booking", args=[booking.pk]) in response.text


def test_while_somebody_chooses_nothing_is_missing_yet(client, researcher, instrument, typed):
    response = choosing(client, typed, start="", end="")
    assert response.status_code == 200
    assert response.context["form"].errors == {}
    sent = client.post(reverse("book"), {**typed, "start": "", "book": "1"}, headers=BESIDE)
    assert sent.status_code == 422
    assert said_at(sent, "start")


def test_beside_the_calendar_every_refusal_can_be_shown(client, researcher, instrument, typed):
    instrument.facility.is_active = False
    instrument.facility.save()
    response = client.post(reverse("book"), {**typed, "book": "1"}, headers=BESIDE)
    assert response.status_code in (409, 422)


def test_a_button_that_would_be_refused_says_why(client, researcher, instrument, typed):
    page = Page(choosing(client, typed, start="14:10").text)
    (button,) = page.all("button", name="book")
    assert (button["aria-disabled"], button["aria-describedby"]) == ("true", "booking-said")
    (button,) = Page(choosing(client, typed).text).all("button", name="book")
    assert "aria-disabled" not in button


def test_both_ends_move_a_step_with_one_press(client, researcher, instrument, typed):
    later = send(client, typed, "shift", "later")
    page = Page(later.text)
    assert page.all("input", name="start")[0]["value"] == "14:30"
    assert page.all("input", name="end")[0]["value"] == "16:30"
    earlier = send(client, {**typed, "start": "00:00", "end": "01:00"}, "shift", "earlier")
    page = Page(earlier.text)
    assert page.all("input", name="day")[0]["value"] == "2026-10-06"
    assert page.all("input", name="start")[0]["value"] == "23:30"
    assert not Booking.objects.exists()


def test_a_way_out_of_missing_training_is_an_operator(client, researcher, instrument, typed):
    make.a_qualification(instrument)
    refused = send(client, typed)
    ways = [way for ways in refused.context["answer"].ways.values() for way in ways]
    (way,) = [way for way in ways if way.name == "set"]
    assert way.text == "Ask for an operator"
    tried = send(client, typed, "set", way.value)
    assert tried.context["answer"].said.mood != "is-risk"
    (tick,) = Page(tried.text).all("input", name="operator_needed")
    assert "checked" in tick


def test_a_time_when_it_is_closed_is_answered_by_times_when_it_is_open(client, researcher, typed):
    instrument = make.an_instrument()
    TimeSlot.objects.filter(instrument=instrument).update(opens="08:00", closes="18:00")
    refused = send(client, typed, instrument=instrument.pk, start="20:00", end="22:00")
    ways = refused.context["answer"].ways["start"]
    assert ways[0].text == "Thu 8 Oct, 08:00–10:00"


def test_choosing_a_project_offers_the_accounts_of_its_team(client, researcher, instrument, typed):
    own, other = researcher.teams.get(), make.a_team()
    make.a_member(other, user=researcher)
    project, account = make.a_project(other), make.an_account(other)
    first = own.accounts.get()
    offered = choosing(client, typed, project=project.pk, account=first.pk)
    form = offered.context["form"]
    assert [key for key, _name in form.fields["account"].choices] == [str(account.pk)]
    assert form.cleaned_data["account"] == account.pk
    sent = send(client, typed, project=project.pk, account=first.pk)
    assert "This account cannot pay" in said_at(sent, "account")[0]


def test_a_head_books_for_a_member_with_the_teams_money(client, instrument, typed):
    member = make.a_researcher()
    team = member.teams.get()
    client.force_login(make.a_member(team, "head"))
    assert member.email in client.get(reverse("book")).text
    send(client, typed, booked_for=member.email)
    booking = Booking.objects.get()
    assert (booking.booked_for, booking.team) == (member, team)


def test_staff_book_for_anybody_on_their_platform(client, manager, instrument, typed):
    person = make.a_researcher()
    send(client, typed, booked_for=person.email.upper())
    assert Booking.objects.get().booked_for == person


def test_of_a_colleague_only_the_projects_of_the_led_team_are_shown(client, instrument, typed):
    member = make.a_researcher()
    elsewhere = make.a_team()
    make.a_member(elsewhere, user=member)
    secret = make.a_project(elsewhere, name="Secret elsewhere")
    client.force_login(make.a_member(member.teams.exclude(pk=elsewhere.pk).get(), "head"))
    response = choosing(client, typed, booked_for=member.email)
    assert secret.name not in response.text


@pytest.mark.parametrize("known", [True, False])
def test_nobody_books_for_strangers_nor_learns_who_exists(client, instrument, typed, known):
    team = make.a_researcher().teams.get()
    stranger = make.a_researcher()
    client.force_login(make.a_member(team, "head"))
    email = stranger.email if known else "nobody@lab.example"
    response = send(client, typed, booked_for=email)
    assert response.status_code == 422
    assert said_at(response, "booked_for") == ["You cannot book for this person."]
    assert not Booking.objects.exists()


def test_a_member_is_not_asked_for_whom(client, researcher, instrument, typed):
    colleague = make.a_member(researcher.teams.get())
    assert "booked_for" not in client.get(reverse("book")).text
    send(client, typed, booked_for=colleague.email)
    assert not Booking.objects.filter(booked_for=colleague).exists()


def test_the_position_is_asked_where_there_are_several(client, researcher, typed):
    instrument = make.an_instrument(units=3)
    send(client, typed, instrument=instrument.pk, unit="3")
    assert Booking.objects.get().unit == 3
    assert "id_unit" not in client.get(reverse("book")).text


def test_animals_are_asked_on_preclinical_platforms_only(client, researcher, instrument, typed):
    assert "id_animals" not in choosing(client, typed).text
    barrier = make.an_instrument(make.a_facility(kind="preclinical"))
    assert "id_animals" in choosing(client, typed, instrument=barrier.pk).text
    send(client, typed, instrument=barrier.pk, animals="12")
    assert Booking.objects.get().animals == 12


def test_one_manager_is_named_as_who_decides_but_not_to_partners(client, researcher, typed):
    instrument = make.an_instrument(rules={"approval_always": True})
    person = make.a_user(first_name="Hélène", last_name="Arnaud")
    make.a_staff_member(instrument.facility, user=person)
    said = choosing(client, typed, instrument=instrument.pk).context["answer"].said
    assert said.title == "Hélène Arnaud decides."
    client.force_login(make.a_partner())
    said = choosing(client, typed, instrument=instrument.pk).context["answer"].said
    assert said.title == "The platform decides."


def test_a_refresh_asks_a_fixed_number_of_questions(
    client, researcher, instrument, typed, django_assert_max_num_queries
):
    for _ in range(5):
        make.an_instrument()
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    with django_assert_max_num_queries(18):
        choosing(client, typed)


def test_a_refusal_shows_the_price_all_the_same(client, researcher, instrument, typed):
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    make.a_booking(make.a_researcher(), instrument)
    for start in ("14:00", "14:10"):
        answer = send(client, typed, start=start).context["answer"]
        assert answer.price.total.startswith("€3")
        assert answer.is_off


def test_who_is_logged_out_meanwhile_logs_in_and_comes_back(client, researcher, typed):
    client.logout()
    there = {**BESIDE, "HX-Current-URL": "http://testserver/calendar/CYT/?day=2026-10-07"}
    response = client.post(reverse("book"), {**typed, "book": "1"}, headers=there)
    assert response.headers["HX-Redirect"] == (
        f"{reverse('account_login')}?next=%2Fcalendar%2FCYT%2F%3Fday%3D2026-10-07"
    )
