"""Who I am and what I may do."""

import pytest

from tests import factories as make


def test_me_says_where_i_belong_and_what_i_may_do(as_, instrument):
    code = instrument.facility.code
    head = make.a_researcher()
    team = head.teams.get()
    head.memberships.update(role="head")
    make.a_staff_member(instrument.facility, "operator", head)
    me = as_(head).get("/api/v1/me/").json()
    assert me["email"] == head.email
    assert me["teams"] == [
        {
            "team": team.pk,
            "name": team.name,
            "organisation": team.organisation.name,
            "role": "head",
        }
    ]
    assert me["facilities"] == [{"facility": code, "role": "operator"}]
    assert me["may"] == {
        "administer": False,
        "decide": [],
        "run": [code],
        "train": [],
        "see_ledger": [],
        "book_for_team": [team.pk],
        "see_money_of_team": [team.pk],
    }


def test_a_manager_decides_trains_and_sees_the_ledger(as_, instrument):
    code = instrument.facility.code
    may = as_(make.a_staff_member(instrument.facility)).get("/api/v1/me/").json()["may"]
    assert may["decide"] == may["run"] == may["train"] == may["see_ledger"] == [code]


def test_an_administrator_administers_and_decides_nothing(as_):
    may = as_(make.a_user(is_superuser=True)).get("/api/v1/me/").json()["may"]
    assert may["administer"]
    assert not may["decide"]


def test_i_change_how_i_am_told_and_my_reminders_follow(as_, researcher, instrument):
    booking = make.a_booking(researcher, instrument)
    body = {"language": "fr", "reminder_minutes": [15, 120], "wants_confirmations": False}
    me = as_(researcher).patch("/api/v1/me/", body).json()
    assert {name: me[name] for name in body} == body | {"reminder_minutes": [120, 15]}
    planned = booking.reminders.values_list("minutes_before", flat=True)
    assert set(planned) == {120, 15}


@pytest.mark.parametrize(
    "body",
    [
        {"language": "de"},
        {"reminder_minutes": [1]},
        {"reminder_minutes": [10, 20, 30, 40, 50, 60]},
        {"first_name": "x" * 101},
    ],
)
def test_what_cannot_be_is_refused(as_, researcher, body):
    assert as_(researcher).patch("/api/v1/me/", body).status_code == 400


def test_my_calendar_has_an_address_that_can_be_renewed(as_, client, researcher, instrument):
    make.a_booking(researcher, instrument)
    first = as_(researcher).get("/api/v1/me/calendar-feed/").json()["url"]
    assert as_(researcher).get("/api/v1/me/calendar-feed/").json() == {"url": first}
    path = first.removeprefix("http://127.0.0.1:8000")
    assert b"BEGIN:VEVENT" in client.get(path).content
    second = as_(researcher).post("/api/v1/me/calendar-feed/renew/").json()["url"]
    assert second != first
    assert client.get(path).status_code == 404
    assert client.get(second.removeprefix("http://127.0.0.1:8000")).status_code == 200
