"""Who I am and what I may do."""

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
