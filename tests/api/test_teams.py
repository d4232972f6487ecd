"""Teams, their people and projects, and the accounts that pay."""

from tests import factories as make


def test_what_is_listed_is_my_teams_own(as_, researcher):
    team, stranger = researcher.teams.get(), make.a_partner().teams.get()
    client = as_(researcher)
    for path, own, foreign in (
        ("teams", team, stranger),
        ("projects", team.projects.get(), stranger.projects.get()),
        ("accounts", team.accounts.get(), stranger.accounts.get()),
    ):
        assert [row["id"] for row in client.get(f"/api/v1/{path}/").json()["results"]] == [own.pk]
        assert client.get(f"/api/v1/{path}/{own.pk}/").json()["id"] == own.pk
        assert client.get(f"/api/v1/{path}/{foreign.pk}/").status_code == 404


def test_a_team_names_its_people_of_today(as_, researcher):
    team = researcher.teams.get()
    head = make.a_member(team, "head", make.a_user(first_name="Ana", last_name="Roux"))
    left = make.a_member(team)
    left.memberships.update(ends_on="2026-10-05")
    members = as_(researcher).get(f"/api/v1/teams/{team.pk}/").json()["members"]
    assert {"id": head.pk, "name": "Ana Roux", "role": "head"} in members
    assert {member["id"] for member in members} == {researcher.pk, head.pk}


def test_a_project_with_people_of_its_own_is_theirs(as_, researcher):
    team = researcher.teams.get()
    colleague = make.a_member(team)
    project = make.a_project(team)
    project.members.add(colleague)
    url = f"/api/v1/projects/{project.pk}/"
    assert as_(researcher).get(url).status_code == 404
    assert as_(colleague).get(url).status_code == 200


def test_lists_of_one_team(as_, researcher):
    second = make.a_team()
    make.a_member(second, user=researcher)
    account = make.an_account(second)
    project = make.a_project(second)
    client = as_(researcher)
    for path, row in (("accounts", account), ("projects", project)):
        found = client.get(f"/api/v1/{path}/?team={second.pk}").json()["results"]
        assert [one["id"] for one in found] == [row.pk]


def test_an_account_tells_what_is_left_to_those_who_look_after_it(as_, instrument):
    head = make.a_researcher()
    team = head.teams.get()
    head.memberships.update(role="head")
    account = team.accounts.get()
    account.ceiling_cents = 100_000
    account.save()
    make.a_booking(head, instrument, estimate_cents=3_600)
    unlimited = make.an_account(team)
    told = {row["id"]: row for row in as_(head).get("/api/v1/accounts/").json()["results"]}
    assert told[account.pk]["ceiling"] == {"amount": "1000.00", "currency": "EUR"}
    assert told[account.pk]["committed"]["amount"] == "36.00"
    assert told[account.pk]["left"]["amount"] == "964.00"
    assert told[unlimited.pk]["ceiling"] is None
    assert told[unlimited.pk]["left"] is None
    member = as_(make.a_member(team)).get(f"/api/v1/accounts/{account.pk}/").json()
    assert (member["ceiling"], member["committed"], member["left"]) == (None, None, None)
