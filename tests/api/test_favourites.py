"""The instruments a person keeps at hand, over the API."""

from facilities.models import Favourite
from tests import factories as make


def test_an_instrument_is_kept_and_let_go(as_, researcher, instrument):
    client, address = as_(researcher), f"/api/v1/instruments/{instrument.pk}/favourite/"
    for wanted in (True, True, False, False):
        answer = client.post(address, {"is_favourite": wanted})
        assert (answer.status_code, answer.json()["is_favourite"]) == (200, wanted)
        assert Favourite.objects.filter(user=researcher).count() == wanted


def test_the_list_says_which_are_mine_and_not_which_are_others(as_, researcher, instrument):
    other = make.an_instrument()
    Favourite.objects.create(user=researcher, instrument=instrument)
    Favourite.objects.create(user=make.a_user(), instrument=other)
    rows = as_(researcher).get("/api/v1/instruments/").json()["results"]
    assert {row["id"]: row["is_favourite"] for row in rows} == {
        instrument.pk: True,
        other.pk: False,
    }


def test_what_is_retired_is_not_there_to_be_kept(as_, researcher):
    retired = make.an_instrument(state="retired")
    answer = as_(researcher).post(
        f"/api/v1/instruments/{retired.pk}/favourite/", {"is_favourite": True}
    )
    assert answer.status_code == 404
