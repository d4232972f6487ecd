"""Requests are decided on a page: by the platform's managers, and nobody else."""

import pytest
from django.urls import reverse

from tests import factories as make


@pytest.fixture
def asked(instrument):
    return make.a_booking(
        make.a_researcher(),
        instrument,
        status="requested",
        evaluation={"approval_reasons": ["always"]},
        estimate_cents=3600,
    )


def answer(client, name, booking, **data):
    return client.post(reverse(name, args=[booking.pk]), data, follow=True)


def test_the_queue_says_who_when_why_and_how_much(client, manager, asked):
    text = client.get(reverse("requests")).text
    for said in (
        str(asked.booked_for),
        asked.team.name,
        "Wed 7 Oct, 14:00–16:00",
        "Every booking of this instrument is decided by its platform.",
        "€36.00",
        "lapses in",
    ):
        assert said in text


def test_a_request_is_approved_with_a_word(client, manager, asked):
    response = answer(client, "approve", asked, reason="Welcome")
    asked.refresh_from_db()
    assert asked.status == "approved"
    assert asked.decisions.get().reason == "Welcome"
    assert "Approved: Fortessa X-20" in response.text


def test_a_refusal_needs_a_reason_and_says_so_at_its_field(client, manager, asked):
    response = answer(client, "reject", asked, reason=" ")
    assert response.status_code == 422
    assert "Give a reason" in response.text
    assert 'aria-describedby="refused"' in response.text
    answer(client, "reject", asked, reason="The laser is down")
    asked.refresh_from_db()
    assert asked.status == "rejected"


@pytest.fixture
def assisted(asked):
    asked.operator_needed = True
    asked.save()
    return asked


def test_an_operator_is_named_with_the_approval(client, manager, assisted):
    lucie = make.a_staff_member(
        assisted.instrument.facility, "operator", make.a_user(first_name="Lucie")
    )
    elsewhere = make.a_staff_member(make.a_facility(), "operator", make.a_user(first_name="Karim"))
    for address in (reverse("requests"), reverse("booking", args=[assisted.pk])):
        text = client.get(address).text
        assert "Lucie" in text
        assert "Karim" not in text
    answer(client, "approve", assisted, operator=lucie.pk)
    assisted.refresh_from_db()
    assert assisted.operator == lucie
    assert elsewhere != lucie


@pytest.mark.parametrize("wrong", ["x", "999999999", "\0"])
def test_nobody_but_the_platforms_own_is_named(client, manager, assisted, wrong):
    answer(client, "approve", assisted, operator=wrong)
    assisted.refresh_from_db()
    assert (assisted.status, assisted.operator) == ("approved", None)


def test_an_operator_who_attends_another_session_is_said_at_the_request(client, manager, assisted):
    lucie = make.a_staff_member(assisted.instrument.facility, "operator")
    make.a_booking(make.a_researcher(), make.an_instrument(), operator=lucie)
    response = answer(client, "approve", assisted, operator=lucie.pk)
    assert response.status_code == 409
    assert "attends another session" in response.text
    assisted.refresh_from_db()
    assert assisted.status == "requested"


def test_a_request_that_was_decided_meanwhile_is_said(client, manager, asked):
    answer(client, "approve", asked)
    response = answer(client, "approve", asked)
    assert response.status_code == 409
    assert "while the booking is: Approved" in response.text


def test_the_page_of_a_request_offers_the_decision_to_its_manager_only(client, manager, asked):
    address = reverse("booking", args=[asked.pk])
    assert reverse("reject", args=[asked.pk]) in client.get(address).text
    client.force_login(make.a_staff_member(asked.instrument.facility, "operator"))
    assert reverse("reject", args=[asked.pk]) not in client.get(address).text
    client.force_login(asked.booked_for)
    assert reverse("reject", args=[asked.pk]) not in client.get(address).text


def test_nobody_else_decides(client, asked):
    for person, status in (
        (make.a_staff_member(asked.instrument.facility, "operator"), 403),
        (asked.booked_for, 403),
        (make.a_staff_member(make.a_facility()), 404),
        (make.a_user(is_superuser=True), 403),
    ):
        client.force_login(person)
        for name in ("approve", "reject"):
            assert answer(client, name, asked, reason="x").status_code == status
    asked.refresh_from_db()
    assert asked.status == "requested"


def test_the_queue_is_a_managers(client, researcher):
    assert client.get(reverse("requests")).status_code == 403


@pytest.mark.parametrize("count", [1, 8])
def test_the_queue_asks_a_fixed_number_of_questions(
    client, manager, instrument, count, django_assert_num_queries
):
    for hour in range(8, 8 + count):
        when = make.period(f"2026-10-08 {hour:02}:00", f"{hour:02}:30")
        make.a_booking(make.a_researcher(), instrument, when, status="requested")
    # Five for the shell, three for the queue, the others for the request shown in full.
    with django_assert_num_queries(15):
        client.get(reverse("requests"))


def test_the_one_request_is_shown_with_what_is_known_of_its_person(client, manager, asked):
    person, instrument = asked.booked_for, asked.instrument
    make.a_grant(person, make.a_qualification(instrument))
    for day, status in ((1, "completed"), (2, "completed"), (3, "no_show")):
        when = make.period(f"2026-09-0{day} 09:00", "10:00")
        make.a_booking(person, instrument, when, status=status)
    account = asked.account
    account.ceiling_cents = 10000
    account.save()
    text = client.get(reverse("request", args=[asked.pk])).text
    for said in (
        "Asked Tue 6 Oct, 12:00, lapses tomorrow 14:00",
        "2 sessions in a year, 1 no-show",
        "Autonomous",
        asked.project.name,
        # The three sessions before it have no price and no charge.
        "€100.00 left, then €64.00",
    ):
        assert said in text


def test_the_price_is_shown_with_its_lines(client, manager, asked):
    make.a_price_list(asked.instrument.facility, {asked.instrument: {"INT": 1800}})
    text = client.get(reverse("request", args=[asked.pk])).text
    assert "2\u00a0h × €18.00" in text


def test_who_attends_is_chosen_among_those_who_are_free(client, manager, assisted):
    busy = make.a_staff_member(assisted.instrument.facility, "operator", make.a_user())
    elsewhere = make.an_instrument(name="Aurora 5L")
    make.a_booking(make.a_researcher(), elsewhere, operator=busy)
    assert "is on Aurora 5L" in client.get(reverse("request", args=[assisted.pk])).text


def test_a_chip_shows_some_of_the_requests_only(client, manager, asked):
    company = make.a_company(name="Pharma du Midi")
    when = make.period("2026-10-20 09:00", "10:00")
    partner = make.a_researcher(company)
    make.a_booking(partner, asked.instrument, when, status="requested")
    text = client.get(reverse("requests"), {"only": "industry"}).text
    assert "Pharma du Midi, IND" in text
    assert str(asked.booked_for) not in text
    text = client.get(reverse("requests"), {"only": "soon"}).text
    assert str(partner) not in text
    assert client.get(reverse("requests"), {"only": "nonsense", "at": "x"}).status_code == 200


def test_only_the_one_request_is_sent_to_a_script_that_asks_for_it(client, manager, asked):
    response = client.get(reverse("request", args=[asked.pk]), headers={"HX-Request": "true"})
    assert response.text.startswith('<aside class="pl-sheet pl-det" id="request"')


def test_the_link_of_the_mail_leads_through_the_log_in_to_the_request(client, manager, asked):
    client.logout()
    address = reverse("request", args=[asked.pk])
    assert client.get(address).url == f"{reverse('account_login')}?next={address}"


def test_what_has_become_of_a_request_is_said_where_it_was(client, manager, asked):
    answer(client, "approve", asked)
    response = client.get(reverse("request", args=[asked.pk]))
    assert "There is nothing to decide here any more." in response.text
    assert reverse("booking", args=[asked.pk]) in response.text


def test_ones_own_request_is_shown_as_somebody_elses_to_decide(client, manager, instrument):
    own = make.a_booking(manager, instrument, status="requested")
    response = client.get(reverse("request", args=[own.pk]))
    assert "You do not decide this request." in response.text


def test_the_manager_of_another_platform_finds_no_such_request(client, asked):
    client.force_login(make.a_staff_member(make.a_facility()))
    assert client.get(reverse("request", args=[asked.pk])).status_code == 404


def test_the_share_of_industry_is_shown_for_a_company_with_what_it_would_be(
    client, manager, instrument
):
    partner = make.a_partner()
    when = make.period("2026-03-02 00:00", "2026-04-06 00:00")
    make.a_booking(partner, instrument, when, status="completed")
    asked = make.a_booking(partner, instrument, status="requested")
    text = client.get(reverse("request", args=[asked.pk])).text
    assert "9.6% this year, 9.6% after" in text
