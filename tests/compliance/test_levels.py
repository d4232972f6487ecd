"""How far one person is trained on many instruments, as a calendar asks."""

import datetime as dt

import pytest

from compliance.queries import levels_of
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_levels_on_many_instruments_are_read_in_one_query(django_assert_num_queries):
    person, stranger = make.a_researcher(), make.a_researcher()
    trained, locked, ended, free = (make.an_instrument() for _ in range(4))
    make.a_grant(person, make.a_qualification(trained))
    make.a_grant(stranger, make.a_qualification(locked))
    make.a_grant(person, make.a_qualification(ended), valid_until=NOW.date() - dt.timedelta(1))
    ids = [trained.pk, locked.pk, ended.pk, free.pk]
    with django_assert_num_queries(1):
        levels = levels_of(user_id=person.pk, instrument_ids=ids, day=NOW.date())
    assert levels == {
        trained.pk: "autonomous",
        locked.pk: None,
        ended.pk: None,
        free.pk: "autonomous",
    }


def test_of_several_trainings_each_is_needed_and_the_lowest_counts():
    person, instrument = make.a_researcher(), make.an_instrument()
    make.a_grant(person, make.a_qualification(instrument), level="supervised")
    second = make.a_qualification(instrument)

    def levels():
        return levels_of(user_id=person.pk, instrument_ids=[instrument.pk], day=NOW.date())

    assert levels() == {instrument.pk: None}
    make.a_grant(person, second, level="after_hours")
    assert levels() == {instrument.pk: "supervised"}
