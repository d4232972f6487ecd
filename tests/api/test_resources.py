"""Log-in, me, platforms, instruments, availability, calendar and what is mine."""

from knox.models import get_token_model

from tests import factories as make
from tests.factories import period

WEEK = "start=2026-10-07T00:00:00Z&end=2026-10-08T00:00:00Z"


def with_password(user):
    user.set_password("correct horse battery")
    user.save()
    return {"email": user.email, "password": "correct horse battery"}


def test_a_token_is_given_used_and_revoked(as_, researcher):
    client = as_(None)
    given = client.post("/api/v1/auth/login/", with_password(researcher))
    assert set(given.json()) == {"token", "expiry"}
    client.credentials(HTTP_AUTHORIZATION=f"Token {given.json()['token']}")
    assert client.get("/api/v1/me/").json()["email"] == researcher.email
    assert client.post("/api/v1/auth/logout/").status_code == 204
    assert client.get("/api/v1/me/").status_code == 401
    assert not get_token_model().objects.exists()


def test_ten_failures_close_the_door_for_that_address_only(as_, researcher):
    right = with_password(researcher)
    wrong = right | {"password": "wrong"}
    client = as_(None)
    for _ in range(10):
        refused = client.post("/api/v1/auth/login/", wrong)
        assert (refused.status_code, refused.json()["code"]) == (401, "invalid_credentials")
    closed = client.post("/api/v1/auth/login/", right)
    assert closed.status_code == 429
    assert int(closed.headers["Retry-After"]) > 0
    elsewhere = client.post("/api/v1/auth/login/", right, REMOTE_ADDR="127.0.0.9")
    assert elsewhere.status_code == 200


def test_an_unknown_person_is_answered_like_a_wrong_password(as_, researcher):
    client = as_(None)
    unknown = client.post("/api/v1/auth/login/", {"email": "no@one.example", "password": "x"})
    wrong = client.post("/api/v1/auth/login/", with_password(researcher) | {"password": "x"})
    assert (unknown.status_code, unknown.json()) == (wrong.status_code, wrong.json())


def test_me_says_where_i_belong_and_what_i_run(as_, researcher, instrument):
    make.a_staff_member(instrument.facility, "operator", researcher)
    me = as_(researcher).get("/api/v1/me/").json()
    assert [t["name"] for t in me["teams"]] == [researcher.teams.get().name]
    assert me["facilities"] == [{"facility": instrument.facility.code, "role": "operator"}]


def test_nobody_gets_in_without_a_token(as_, instrument):
    for path in ("me", "facilities", "instruments", "bookings", "charges", "accounts"):
        refused = as_(None).get(f"/api/v1/{path}/")
        assert (refused.status_code, refused.json()["code"]) == (401, "not_authenticated")


def test_an_unknown_address_is_a_problem_document(as_, researcher):
    answer = as_(researcher).get("/api/v1/nothing/here/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_platforms_and_instruments_are_listed_and_filtered(as_, researcher, instrument):
    other = make.an_instrument(name="Aurora")
    client = as_(researcher)
    facilities = client.get("/api/v1/facilities/").json()
    assert set(facilities) == {"next", "previous", "results"}
    assert {f["code"] for f in facilities["results"]} == {
        instrument.facility.code,
        other.facility.code,
    }

    def names(query):
        return [i["name"] for i in client.get(f"/api/v1/instruments/?{query}").json()["results"]]

    assert names(f"facility={instrument.facility.code}") == [instrument.name]
    assert names("search=auro") == ["Aurora"]
    assert names("kind=room") == []
    assert client.get("/api/v1/instruments/?page_size=1").json()["next"]


def test_an_instrument_tells_its_rules_and_my_training(as_, researcher, instrument):
    make.a_grant(researcher, make.a_qualification(instrument), level="supervised")
    detail = as_(researcher).get(f"/api/v1/instruments/{instrument.pk}/").json()
    assert detail["rules"]["step_minutes"] == 30
    assert detail["access"] == {
        "training_required": True,
        "qualified": True,
        "level": "supervised",
        "missing": [],
    }


def test_availability_leaves_out_what_is_booked(as_, researcher, instrument):
    make.a_booking(make.a_partner(), instrument)
    url = f"/api/v1/instruments/{instrument.pk}/availability/?{WEEK}"
    windows = as_(researcher).get(url).json()["windows"]
    assert [(w["start"], w["end"]) for w in windows] == [
        ("2026-10-07T00:00:00Z", "2026-10-07T12:00:00Z"),
        ("2026-10-07T14:00:00Z", "2026-10-08T00:00:00Z"),
    ]


def test_the_earliest_slot_is_found_on_any_instrument(as_, researcher, instrument):
    other = make.an_instrument(instrument.facility)
    make.a_booking(make.a_partner(), instrument, period("2026-10-07 02:00", "09:00"))
    query = f"{WEEK}&facility={instrument.facility.code}&minutes=60"
    found = as_(researcher).get(f"/api/v1/availability/?{query}").json()["windows"]
    assert [(w["instrument"], w["start"]) for w in found] == [
        (other.pk, "2026-10-07T00:00:00Z"),
        (instrument.pk, "2026-10-07T07:00:00Z"),
    ]


def test_ranges_are_bounded_and_in_order(as_, researcher, instrument):
    url = f"/api/v1/instruments/{instrument.pk}/availability/"
    client = as_(researcher)
    for query in (
        "start=2026-10-08T00:00:00Z&end=2026-10-07T00:00:00Z",
        "start=2026-10-08T00:00:00Z&end=2028-10-07T00:00:00Z",
        "start=0001-01-01T00:00:00Z&end=0001-01-02T00:00:00Z",
        "start=soon&end=later",
    ):
        assert client.get(f"{url}?{query}").status_code == 400, query


def test_the_calendar_hides_whose_it_is_from_a_partner(as_, researcher, instrument):
    make.a_booking(researcher, instrument, purpose="Secret panel")
    url = f"/api/v1/calendar/?facility={instrument.facility.code}&{WEEK}"
    partner = as_(make.a_partner()).get(url)
    assert partner.status_code == 200
    assert "2026-10-07T12:00:00" in partner.text
    for secret in ("Secret", researcher.email, researcher.teams.get().name):
        assert secret not in partner.text
    assert "Secret panel" in as_(researcher).get(url).text


def test_accounts_and_projects_are_my_teams_own(as_, researcher):
    stranger = make.a_partner()
    client = as_(researcher)
    for path, own in (
        ("accounts", researcher.teams.get().accounts.get()),
        ("projects", researcher.teams.get().projects.get()),
        ("teams", researcher.teams.get()),
    ):
        assert [r["id"] for r in client.get(f"/api/v1/{path}/").json()["results"]] == [own.pk]
        foreign = {
            "accounts": stranger.teams.get().accounts.get(),
            "projects": stranger.teams.get().projects.get(),
            "teams": stranger.teams.get(),
        }[path]
        assert client.get(f"/api/v1/{path}/{foreign.pk}/").status_code == 404


def test_a_trainer_grants_and_revokes(as_, researcher, instrument):
    qualification = make.a_qualification(instrument)
    trainer = as_(make.a_staff_member(instrument.facility, "trainer"))
    asked = {"person": researcher.pk, "qualification": qualification.pk}
    assert as_(researcher).post("/api/v1/grants/", asked).status_code == 403
    granted = trainer.post("/api/v1/grants/", asked)
    assert granted.status_code == 201
    assert trainer.post("/api/v1/grants/", asked).json()["code"] == "already_granted"
    url = f"/api/v1/grants/{granted.json()['id']}/"
    assert as_(researcher).get(url).json()["level"] == "autonomous"
    assert trainer.post(f"{url}revoke/").json()["revoked_on"] == "2026-10-06"
    assert as_(make.a_partner()).get(url).status_code == 404
