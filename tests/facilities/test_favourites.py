"""Instruments that a person keeps, whom to ask, and what strangers may know."""

import pytest

from accounts.errors import NotFound
from facilities.contacts import contacts_of
from facilities.favourites import add_favourite, favourite_ids_of, remove_favourite
from facilities.public import facilities_open_to_all, instruments_open_to_all
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_favourites_are_kept_once_and_in_order():
    person, first, second = make.a_user(), make.an_instrument(), make.an_instrument()
    for instrument in (second, first, second):
        add_favourite(actor=person, instrument_id=instrument.pk)
    assert favourite_ids_of(person) == [second.pk, first.pk]
    assert favourite_ids_of(make.a_user()) == []
    for _ in range(2):
        remove_favourite(actor=person, instrument_id=second.pk)
    assert favourite_ids_of(person) == [first.pk]


@pytest.mark.parametrize("kind", ["retired", "of a closed platform", "nobody's"])
def test_what_a_person_may_not_know_is_not_kept(kind):
    instrument = make.an_instrument(
        make.a_facility(is_active=kind != "of a closed platform"),
        state="retired" if kind == "retired" else "working",
    )
    with pytest.raises(NotFound):
        add_favourite(
            actor=make.a_user(), instrument_id=10**9 if kind == "nobody's" else instrument.pk
        )


def test_contacts_are_named_once_with_all_their_roles_managers_first():
    facility = make.a_facility()
    operator = make.a_staff_member(facility, "operator", make.a_user(last_name="Abel"))
    manager = make.a_staff_member(facility, "manager", make.a_user(last_name="Zola"))
    make.a_staff_member(facility, "operator", manager)
    make.a_staff_member(facility, "accountant")
    make.a_staff_member(facility, "operator", make.a_user(is_active=False))
    found = contacts_of([facility.pk])[facility.pk]
    assert [(one.user_id, one.roles) for one in found] == [
        (manager.pk, ("manager", "operator")),
        (operator.pk, ("operator",)),
    ]
    assert [one.is_manager for one in found] == [True, False]


def test_strangers_know_active_platforms_and_what_is_in_service():
    known = make.an_instrument()
    make.an_instrument(known.facility, state="retired")
    make.an_instrument(make.a_facility(is_active=False))
    assert list(instruments_open_to_all()) == [known]
    assert list(facilities_open_to_all()) == [known.facility]
