"""Coming into a team over HTTP: finding one, asking, answering, inviting."""

import pytest

from accounts.models import Invitation, JoinRequest, Membership
from tests import factories as make


@pytest.fixture
def team(db):
    return make.a_team(make.an_organisation(name="Institute of Provence"), name="Roux")


@pytest.fixture
def head(team):
    return make.a_member(team, "head")


def test_a_team_is_found_asked_and_joined(as_, team, head):
    person = make.a_user(first_name="Lena", last_name="Costa")
    client = as_(person)
    found = client.get("/api/v1/teams/open/", {"search": "rou prov"}).json()
    assert found["results"] == [
        {"id": team.pk, "name": "Roux", "organisation": "Institute of Provence"}
    ]
    asked = client.post("/api/v1/join-requests/", {"team": team.pk, "message": "Hello"})
    assert asked.status_code == 201
    assert asked.json() == {
        "id": asked.json()["id"],
        "team": team.pk,
        "team_name": "Roux",
        "person": person.pk,
        "person_name": "Lena Costa",
        "message": "Hello",
        "state": "open",
        "asked_at": "2026-10-06T10:00:00Z",
        "answered_at": None,
        "reason": "",
    }
    again = client.post("/api/v1/join-requests/", {"team": team.pk})
    assert (again.status_code, again.json()["code"]) == (409, "already_asked")
    one = f"/api/v1/join-requests/{asked.json()['id']}/"
    assert as_(head).post(f"{one}approve/").json()["state"] == "approved"
    assert Membership.objects.filter(team=team, user=person).exists()
    answered = as_(head).post(f"{one}approve/")
    assert (answered.status_code, answered.json()["code"]) == (409, "already_answered")


def test_no_more_than_two_letters_are_needed_and_companies_are_not_found(as_, team):
    make.a_team(make.a_company(name="Pharma du Midi"), name="Roux discovery")
    client = as_(make.a_user())
    assert client.get("/api/v1/teams/open/").json()["results"] == []
    assert client.get("/api/v1/teams/open/", {"search": "r"}).json()["results"] == []
    found = client.get("/api/v1/teams/open/", {"search": "roux"}).json()["results"]
    assert [row["id"] for row in found] == [team.pk]
    assert as_(make.a_partner()).get("/api/v1/teams/open/?search=roux").json()["results"] == []


def test_a_refusal_needs_its_reason(as_, team, head):
    asked = as_(make.a_user()).post("/api/v1/join-requests/", {"team": team.pk}).json()
    refuse = f"/api/v1/join-requests/{asked['id']}/refuse/"
    assert as_(head).post(refuse, {}).status_code == 400
    empty = as_(head).post(refuse, {"reason": " "})
    assert (empty.status_code, empty.json()["code"]) == (422, "reason_required")
    assert as_(head).post(refuse, {"reason": "Full"}).json()["reason"] == "Full"


def test_who_asked_withdraws_and_nobody_else(as_, team, head):
    client = as_(make.a_user())
    asked = client.post("/api/v1/join-requests/", {"team": team.pk}).json()
    withdraw = f"/api/v1/join-requests/{asked['id']}/withdraw/"
    assert as_(head).post(withdraw).status_code == 403
    assert client.post(f"/api/v1/join-requests/{asked['id']}/approve/").status_code == 403
    assert client.post(withdraw).json()["state"] == "withdrawn"


def test_asking_too_many_teams_is_slowed_down(as_):
    client = as_(make.a_user())
    for _ in range(5):
        client.post("/api/v1/join-requests/", {"team": make.a_team().pk})
    answer = client.post("/api/v1/join-requests/", {"team": make.a_team().pk})
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_asked")


def test_a_repeat_asks_once(as_, team):
    client, key = as_(make.a_user()), {"Idempotency-Key": "once"}
    first, second = (
        client.post("/api/v1/join-requests/", {"team": team.pk}, headers=key) for _ in range(2)
    )
    assert first.content == second.content
    assert JoinRequest.objects.count() == 1


def test_an_invitation_shows_no_link(as_, team, head):
    body = {"team": team.pk, "email": "New@Lab.Example", "ends_on": "2026-12-31"}
    made = as_(head).post("/api/v1/invitations/", body)
    assert made.status_code == 201
    assert made.json() == {
        "id": made.json()["id"],
        "team": team.pk,
        "email": "new@lab.example",
        "role": "member",
        "ends_on": "2026-12-31",
        "language": "en",
        "invited_at": "2026-10-06T10:00:00Z",
        "expires_at": "2026-10-13T10:00:00Z",
        "accepted_at": None,
        "revoked_at": None,
    }
    invitation = Invitation.objects.get()
    assert invitation.link_hash not in made.content.decode()
    again = as_(head).post("/api/v1/invitations/", body)
    assert (again.status_code, again.json()["code"]) == (409, "already_invited")
    one = f"/api/v1/invitations/{invitation.pk}/"
    assert as_(head).post(f"{one}resend/").status_code == 200
    assert as_(head).post(f"{one}revoke/").json()["revoked_at"]
    assert as_(head).post(f"{one}revoke/").status_code == 409


def test_lists_are_of_the_teams_one_leads(as_, team, head):
    as_(head).post("/api/v1/invitations/", {"team": team.pk, "email": "a@lab.example"})
    as_(make.a_user()).post("/api/v1/join-requests/", {"team": team.pk})
    for resource in ("invitations", "join-requests"):
        assert len(as_(head).get(f"/api/v1/{resource}/?team={team.pk}").json()["results"]) == 1
        for other in (make.a_member(team), make.a_partner()):
            assert as_(other).get(f"/api/v1/{resource}/").json()["results"] == []
