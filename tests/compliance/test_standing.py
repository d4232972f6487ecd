"""How a person stands on many instruments at once, and what ends soon."""

import datetime as dt

import pytest

from compliance.standing import grants_ending, is_met, requirements_of
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 10, 6)


def standing(user, *instruments):
    ids = [instrument.pk for instrument in instruments]
    found = requirements_of(user_id=user.pk if user else None, instrument_ids=ids, day=TODAY)
    return [[(one.level, one.valid_until) for one in found[pk]] for pk in ids]


def test_each_instrument_says_what_it_asks_and_how_it_is_held():
    user = make.a_user()
    free, held, missing = (make.an_instrument() for _ in range(3))
    until = dt.date(2027, 1, 1)
    make.a_grant(user, make.a_qualification(held), valid_until=until)
    make.a_qualification(missing)
    assert standing(user, free, held, missing) == [[], [("autonomous", until)], [(None, None)]]
    assert standing(None, held) == [[(None, None)]]


def test_the_best_valid_grant_counts_and_an_ended_one_says_since_when():
    user, instrument = make.a_user(), make.an_instrument()
    course = make.a_qualification(instrument)
    make.a_grant(user, course, valid_until=dt.date(2026, 9, 30))
    assert standing(user, instrument) == [[(None, dt.date(2026, 9, 30))]]
    make.a_grant(user, course, level="supervised", valid_from=TODAY)
    assert standing(user, instrument) == [[("supervised", None)]]


def test_somebody_elses_grant_opens_nothing():
    instrument = make.an_instrument()
    make.a_grant(make.a_user(), make.a_qualification(instrument))
    found = requirements_of(user_id=make.a_user().pk, instrument_ids=[instrument.pk], day=TODAY)
    assert not is_met(found[instrument.pk])


@pytest.mark.parametrize(
    ("until", "fields", "told"),
    [
        (dt.date(2026, 11, 5), {}, True),
        (dt.date(2026, 11, 6), {}, False),
        (dt.date(2026, 10, 5), {}, False),
        (None, {}, False),
        (dt.date(2026, 10, 20), {"revoked_on": dt.date(2026, 10, 1)}, False),
    ],
)
def test_what_ends_within_thirty_days_is_told(until, fields, told):
    user, instrument = make.a_user(), make.an_instrument()
    make.a_grant(user, make.a_qualification(instrument), valid_until=until, **fields)
    ending = grants_ending(user_id=user.pk, on=TODAY, days=30)
    assert [one.instrument_ids for one in ending] == ([frozenset({instrument.pk})] if told else [])
