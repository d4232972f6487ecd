"""Platforms are run through services: by whom, and what each refuses."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.apps import apps

from accounts.errors import NotFound, NotPermitted, StaleVersion
from facilities import errors, services
from facilities.models import FacilityStaff, TimeSlot
from facilities.services.hours import HOURS, Hours
from facilities.services.instruments import CARD, InstrumentCard
from facilities.services.platforms import FacilityCard
from facilities.services.rules import RULES, RuleSet
from facilities.versions import seen_as
from tests import factories as make

pytestmark = pytest.mark.django_db

CONFOCAL = InstrumentCard(name="LSM 980", kind="instrument", mode="self_service")
OFFICE = Hours(opens=dt.time(8), closes=dt.time(20))


@pytest.fixture
def instrument():
    return make.an_instrument(name="Fortessa")


@pytest.fixture
def manager(instrument):
    return make.a_staff_member(instrument.facility)


def rules_of(instrument, **changes):
    return RuleSet(**{name: getattr(instrument.rules, name) for name in RULES} | changes)


def test_an_instrument_comes_with_the_usual_rules(manager, instrument):
    made = services.add_instrument(
        actor=manager, facility_code=instrument.facility.code, card=CONFOCAL
    )
    assert made.rules.step_minutes == 30
    assert made.state == "working"


def test_two_instruments_of_a_platform_never_share_a_name(manager, instrument):
    card = dataclasses.replace(CONFOCAL, name="Fortessa")
    with pytest.raises(errors.NameTaken):
        services.add_instrument(actor=manager, facility_code=instrument.facility.code, card=card)


def test_nobody_overwrites_what_they_did_not_see(manager, instrument):
    seen = seen_as(instrument, CARD)
    change = {"actor": manager, "instrument_id": instrument.pk, "seen": seen}
    services.change_instrument(card=CONFOCAL, **change)
    with pytest.raises(StaleVersion):
        services.change_instrument(card=dataclasses.replace(CONFOCAL, units=2), **change)
    instrument.refresh_from_db()
    assert (instrument.name, instrument.units) == ("LSM 980", 1)


def test_a_stop_has_a_reason_and_ends(manager, instrument):
    where = {"actor": manager, "instrument_id": instrument.pk}
    with pytest.raises(errors.ReasonMissing):
        services.stop_instrument(**where, reason=" ")
    stopped = services.stop_instrument(**where, reason="405 nm laser")
    assert (stopped.state, stopped.state_reason) == ("out_of_service", "405 nm laser")
    assert services.resume_instrument(**where).state_reason == ""
    assert services.retire_instrument(**where, reason="Sold").state == "retired"


def test_what_happened_to_an_instrument_is_remembered(manager, instrument):
    services.stop_instrument(actor=manager, instrument_id=instrument.pk, reason="Laser")
    states = apps.get_model("facilities", "InstrumentEvent").objects.filter(pgh_obj=instrument.pk)
    assert list(states.order_by("pgh_id").values_list("state", flat=True)) == [
        "working",
        "out_of_service",
    ]


def test_hours_are_added_for_several_days_changed_and_taken_away(manager, instrument):
    code = instrument.facility.code
    made = services.add_hours(actor=manager, facility_code=code, weekdays=[0, 4], hours=OFFICE)
    assert [slot.weekday for slot in made] == [0, 4]
    slot = TimeSlot.objects.get(pk=made[0].pk)
    later = dataclasses.replace(OFFICE, valid_until=dt.date(2026, 12, 31))
    change = {"actor": manager, "slot_id": slot.pk, "weekday": 1, "hours": later}
    seen = seen_as(slot, HOURS)
    services.change_hours(**change, seen=seen)
    with pytest.raises(StaleVersion):
        services.change_hours(**change, seen=seen)
    services.remove_hours(actor=manager, slot_id=slot.pk)
    kept = TimeSlot.objects.filter(facility=instrument.facility)
    assert list(kept.values_list("weekday", flat=True)) == [4]
    events = apps.get_model("facilities", "TimeSlotEvent").objects
    assert events.filter(pgh_obj_id=slot.pk, pgh_label="delete").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"closes": dt.time(7)},
        {"closes": dt.time(8)},
        {"valid_from": dt.date(2026, 5, 2), "valid_until": dt.date(2026, 5, 1)},
    ],
)
def test_hours_turned_around_are_refused(manager, instrument, wrong):
    with pytest.raises(errors.HoursTurnedAround):
        services.add_hours(
            actor=manager,
            facility_code=instrument.facility.code,
            weekdays=[0],
            hours=dataclasses.replace(OFFICE, **wrong),
        )


def test_no_hours_are_given_to_an_instrument_of_another_platform(manager, instrument):
    theirs = make.an_instrument()
    with pytest.raises(NotFound):
        services.add_hours(
            actor=manager,
            facility_code=instrument.facility.code,
            weekdays=[0],
            hours=OFFICE,
            instrument_id=theirs.pk,
        )


def test_rules_are_set_and_refused(manager, instrument):
    seen = seen_as(instrument.rules, RULES)
    change = {"actor": manager, "instrument_id": instrument.pk, "seen": seen}
    with pytest.raises(errors.RulesContradict):
        services.set_rules(**change, rules=rules_of(instrument, longest_minutes=15))
    services.set_rules(**change, rules=rules_of(instrument, longest_minutes=60))
    instrument.rules.refresh_from_db()
    assert instrument.rules.longest_minutes == 60
    with pytest.raises(StaleVersion):
        services.set_rules(**change, rules=rules_of(instrument, longest_minutes=90))


def test_a_role_is_given_by_address_once_and_ended(manager, instrument):
    lucie = make.a_user("lucie@lab.example")
    give = {"actor": manager, "facility_code": instrument.facility.code, "role": "operator"}
    held = services.give_role(**give, email=" Lucie@Lab.example")
    assert held.user == lucie
    with pytest.raises(errors.RoleHeld):
        services.give_role(**give, email="lucie@lab.example")
    with pytest.raises(errors.NoSuchPerson):
        services.give_role(**give, email="nobody@lab.example")
    services.end_role(actor=manager, staff_id=held.pk)
    assert not FacilityStaff.objects.filter(user=lucie).exists()


def test_a_platform_keeps_its_last_manager(manager, instrument):
    own = FacilityStaff.objects.get(user=manager)
    make.a_staff_member(instrument.facility, user=make.a_user(is_active=False))
    with pytest.raises(errors.LastManager):
        services.end_role(actor=manager, staff_id=own.pk)
    make.a_staff_member(instrument.facility)
    services.end_role(actor=manager, staff_id=own.pk)
    assert not FacilityStaff.objects.filter(user=manager).exists()


def test_only_an_administrator_opens_a_platform(manager):
    card = FacilityCard(name="New")
    new: dict[str, Any] = {"code": "NEW", "kind": "technological", "card": card}
    with pytest.raises(NotPermitted):
        services.open_facility(actor=manager, **new)
    administrator = make.a_user(is_superuser=True)
    assert services.open_facility(actor=administrator, **new).name == "New"
    with pytest.raises(errors.NameTaken):
        services.open_facility(actor=administrator, **new)


@pytest.mark.parametrize("who", ["operator", "trainer", "accountant", "elsewhere"])
def test_to_anybody_else_the_platform_is_not_there(instrument, who):
    place = make.a_facility() if who == "elsewhere" else instrument.facility
    person = make.a_staff_member(place, "manager" if who == "elsewhere" else who)
    code, pk = instrument.facility.code, instrument.pk
    slot = instrument.time_slots.first()
    held = FacilityStaff.objects.get(
        user=make.a_staff_member(instrument.facility, "operator"), role="operator"
    )
    attempts = [
        lambda: services.add_instrument(actor=person, facility_code=code, card=CONFOCAL),
        lambda: services.stop_instrument(actor=person, instrument_id=pk, reason="x"),
        lambda: services.remove_hours(actor=person, slot_id=slot.pk),
        lambda: services.set_rules(
            actor=person, instrument_id=pk, rules=rules_of(instrument), seen=""
        ),
        lambda: services.end_role(actor=person, staff_id=held.pk),
        lambda: services.change_facility(
            actor=person, code=code, card=FacilityCard(name="Mine"), seen=""
        ),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()
