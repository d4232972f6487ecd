"""What people can be trained in, and who holds what."""

from compliance.models import Grant
from tests import factories as make


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


def test_qualifications_are_found_by_platform_and_instrument(as_, researcher, instrument):
    mine = make.a_qualification(instrument)
    other = make.a_qualification(make.an_instrument())
    client = as_(researcher)

    def ids(query):
        rows = client.get(f"/api/v1/qualifications/?{query}").json()["results"]
        return [row["id"] for row in rows]

    assert ids("") == [other.pk, mine.pk]
    assert ids(f"facility={instrument.facility.code}") == [mine.pk]
    assert ids(f"instrument={instrument.pk}") == [mine.pk]


def test_grants_are_found_by_person_and_qualification(as_, researcher, instrument):
    qualification = make.a_qualification(instrument)
    theirs = make.a_grant(researcher, qualification)
    make.a_grant(make.a_researcher(), qualification)
    trainer = as_(make.a_staff_member(instrument.facility, "trainer"))
    assert len(trainer.get("/api/v1/grants/").json()["results"]) == 2
    found = trainer.get(f"/api/v1/grants/?person={researcher.pk}").json()["results"]
    assert [row["id"] for row in found] == [theirs.pk]
    assert [r["id"] for r in as_(researcher).get("/api/v1/grants/").json()["results"]] == [
        theirs.pk
    ]


def test_what_cannot_be_granted_is_refused_by_name(as_, researcher, instrument):
    trainer = make.a_staff_member(instrument.facility, "trainer")
    qualification = make.a_qualification(instrument)
    asked = {"person": researcher.pk, "qualification": qualification.pk}

    def code(**more):
        return as_(trainer).post("/api/v1/grants/", asked | more).json()["code"]

    assert code(person=trainer.pk) == "own_training"
    assert code(valid_until="2026-01-01") == "dates_turned_around"
    assert code(person=2**40) == code(qualification=2**40) == "not_found"
    assert code(level="master") == code(valid_from="soon") == "invalid"
    assert not Grant.objects.exists()


def test_a_grant_lets_its_person_book_and_a_revoked_one_does_not(as_, researcher, instrument):
    qualification = make.a_qualification(instrument)
    trainer = as_(make.a_staff_member(instrument.facility, "trainer"))
    asked = {
        "instrument": instrument.pk,
        "start": "2026-10-07T14:00:00+02:00",
        "end": "2026-10-07T16:00:00+02:00",
    }

    def verdict():
        told = as_(researcher).post("/api/v1/bookings/check/", asked).json()
        return [violation["code"] for violation in told["violations"]]

    assert verdict() == ["not_qualified"]
    grant = {"person": researcher.pk, "qualification": qualification.pk}
    pk = trainer.post("/api/v1/grants/", grant).json()["id"]
    assert verdict() == []
    trainer.post(f"/api/v1/grants/{pk}/revoke/")
    assert verdict() == ["not_qualified"]
