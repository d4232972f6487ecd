"""Tools become instruments with rules to start from, areas that take reservations rooms."""

from __future__ import annotations

import datetime as dt

import pytest

from compliance.models import Grant
from facilities.models import Facility, Instrument
from tests.factories import a_facility, an_instrument
from tests.nemo.conftest import Import
from tests.nemo.dumps import a_site, a_tool, entry

pytestmark = pytest.mark.django_db


def test_a_tool_becomes_an_instrument_of_the_platform(take: Import):
    take(
        [
            a_tool(
                1,
                "Sinter",
                _category="Furnaces",
                _location="Bay 2",
                _serial="X7",
                _description="Hot",
            )
        ],
        facility_code="FAB",
        time_zone="America/New_York",
    )

    sinter = Instrument.objects.get()
    assert sinter.facility == Facility.objects.get(code="FAB", time_zone="America/New_York")
    assert (sinter.category, sinter.location, sinter.state) == ("Furnaces", "Bay 2", "working")
    assert sinter.description == "Hot\nS/N X7"
    assert sinter.facility.time_slots.count() == 7


def test_a_platform_that_has_hours_keeps_them(take: Import):
    facility = a_facility(code="FAB")
    facility.time_slots.create(weekday=0, opens=dt.time(8), closes=dt.time(18))

    take([a_tool(1, "Sinter")], facility_code="FAB")

    assert facility.time_slots.count() == 1


def test_limits_become_booking_rules(take: Import):
    take(
        [
            a_tool(
                1,
                "Sinter",
                _reservation_horizon=14,
                _minimum_usage_block_time=30,
                _maximum_usage_block_time=240,
                _missed_reservation_threshold=20,
            )
        ]
    )

    rules = Instrument.objects.get().rules
    assert (rules.horizon_days, rules.shortest_minutes, rules.longest_minutes) == (14, 30, 240)
    assert rules.no_show_minutes == 20
    assert not rules.approval_at_night


def test_rules_belong_to_the_platform_once_they_are_here(take: Import):
    take([a_tool(1, "Sinter")])
    Instrument.objects.get().rules.__class__.objects.update(horizon_days=3)

    take([a_tool(1, "Sinter", _reservation_horizon=14)])

    assert Instrument.objects.get().rules.horizon_days == 3


def test_limits_that_contradict_each_other_do_not_stop_the_import(take: Import):
    take([a_tool(1, "Sinter", _minimum_usage_block_time=240, _maximum_usage_block_time=30)])

    rules = Instrument.objects.get().rules
    assert (rules.shortest_minutes, rules.longest_minutes) == (240, 240)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"_operational": False}, "out_of_service"),
        ({"visible": False}, "retired"),
        ({"visible": False, "_operational": False}, "retired"),
    ],
)
def test_a_tool_that_is_down_or_hidden_cannot_be_booked(
    take: Import, fields: dict[str, bool], state: str
):
    take([a_tool(1, "Sinter", **fields)])

    assert Instrument.objects.get().state == state


def test_another_entry_of_a_tool_is_the_same_instrument(take: Import):
    rows = [*a_site(), a_tool(3, "Sinter (hot)", parent_tool=1), a_tool(4, "Hotter", parent_tool=3)]
    rows.append(entry("qualification", 3, user=2, tool=4, qualified_on="2025-05-05"))

    report = take(rows)

    assert Instrument.objects.count() == 2
    [reason] = report.tallies["tool"].skipped.values()
    assert reason.count == 2
    assert Grant.objects.filter(qualification__name="Sinter").count() == 2


def test_a_tool_that_is_its_own_parent_is_refused(take: Import):
    report = take([a_tool(1, "A", parent_tool=2), a_tool(2, "B", parent_tool=1)])

    assert report.tallies["tool"].refused["is its own parent"].count == 2


def test_an_instrument_of_that_name_is_taken_for_the_tool(take: Import):
    sinter = an_instrument(a_facility(code="NEMO"), name="Sinter", rules={"horizon_days": 9})

    take([a_tool(1, "Sinter", _category="Furnaces", _reservation_horizon=14)])

    sinter.refresh_from_db()
    assert Instrument.objects.get() == sinter
    assert (sinter.category, sinter.rules.horizon_days) == ("Furnaces", 9)


def test_an_area_that_takes_reservations_becomes_a_room(take: Import):
    rows = [
        a_tool(1, "Sinter"),
        entry("area", 1, name="Cleanroom", requires_reservation=True, maximum_capacity=5),
        entry("area", 2, name="Sinter", requires_reservation=True, maximum_capacity=0),
        entry("area", 3, name="Campus", requires_reservation=False),
    ]

    report = take(rows)

    rooms = Instrument.objects.filter(kind="room").values_list("name", "units")
    assert set(rooms) == {("Cleanroom", 5), ("Sinter (area)", 50)}
    assert report.tallies["area"].skipped["takes no reservations"].count == 1


def test_who_was_qualified_holds_the_qualification(take: Import):
    take(a_site())

    grant = Grant.objects.get(user__first_name="Ned")
    assert grant.qualification.instruments.get().name == "Sinter"
    assert (grant.valid_from, grant.level) == (dt.date(2024, 1, 8), "autonomous")


def test_a_grant_that_was_revoked_here_stays_revoked(take: Import):
    take(a_site())
    Grant.objects.update(revoked_on=dt.date(2026, 1, 1))

    take(a_site())

    assert Grant.objects.count() == 2
    assert not Grant.objects.filter(revoked_on=None).exists()


def test_a_qualification_of_an_unknown_person_is_refused(take: Import):
    rows = [*a_site(), entry("qualification", 3, user=77, tool=1, qualified_on=None)]

    report = take(rows)

    [(reason, found)] = report.tallies["qualification"].refused.items()
    assert reason.startswith("user names somebody")
    assert found.examples == ["3"]
