"""Rules are put before last month's bookings: what they would have refused."""

import dataclasses
import datetime as dt

import pytest

from bookings.rehearsal import rehearsal
from facilities.models import Closure
from facilities.services.rules import RULES, RuleSet
from tests import factories as make
from tests.factories import NOW, at, period

pytestmark = pytest.mark.django_db
MADE = at("2026-09-01 09:00")


@pytest.fixture
def instrument():
    return make.an_instrument()


@pytest.fixture
def rules(instrument):
    return RuleSet(**{name: getattr(instrument.rules, name) for name in RULES})


def booked(instrument, start, end, person=None, made=MADE, **fields):
    fields = {"status": "completed", "created_at": made} | fields
    return make.a_booking(person or make.a_researcher(), instrument, period(start, end), **fields)


def tried(instrument, rules, **changes):
    return rehearsal(instrument=instrument, rules=dataclasses.replace(rules, **changes), now=NOW)


def codes(result):
    return dict(result.by_code)


def test_rules_as_they_are_refuse_nothing(instrument, rules):
    booked(instrument, "2026-09-15 14:00", "16:00")
    result = tried(instrument, rules)
    assert (result.judged, result.refused, result.by_code) == (1, [], [])


def test_a_shorter_longest_booking_refuses_the_long_ones_by_its_code(instrument, rules):
    long = booked(instrument, "2026-09-15 10:00", "16:00")
    booked(instrument, "2026-09-16 14:00", "16:00")
    result = tried(instrument, rules, longest_minutes=240)
    assert [each.booking for each in result.refused] == [long]
    assert codes(result) == {"too_long": 1}
    assert "4" in result.refused[0].violations[0].detail


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"step_minutes": 60}, "off_step"),
        ({"shortest_minutes": 120}, "too_short"),
        ({"horizon_days": 7}, "beyond_horizon"),
        ({"notice_minutes": 60 * 24 * 30}, "too_little_notice"),
    ],
)
def test_each_rule_refuses_by_the_moment_a_booking_was_made(instrument, rules, changes, code):
    booked(instrument, "2026-09-15 14:30", "15:30")
    assert codes(tried(instrument, rules, **changes)) == {code: 1}


def test_a_week_fills_up_in_the_order_bookings_were_made_and_refused_ones_leave_room(
    instrument, rules
):
    person = make.a_researcher()
    for day, hour in ((14, 9), (15, 10), (16, 11)):
        start, end = f"2026-09-{day} 08:00", f"{hour + 2}:00"
        booked(instrument, start, end, person, at(f"2026-09-01 {hour:02}:00"))
    # 3 h, 4 h and 5 h: with 8 h allowed the third is too much; with 6 h the second is, and
    # the third as well.
    eight = tried(instrument, rules, person_weekly_minutes=480)
    assert [each.booking.interval.minutes for each in eight.refused] == [300]
    six = tried(instrument, rules, team_weekly_minutes=360)
    assert [each.booking.interval.minutes for each in six.refused] == [240, 300]


def test_whole_sessions_are_never_too_short(instrument, rules):
    instrument.time_slots.update(opens=dt.time(9), closes=dt.time(13), whole_session=True)
    booked(instrument, "2026-09-15 09:00", "13:00")
    assert codes(tried(instrument, rules, shortest_minutes=300, longest_minutes=600)) == {}


def test_what_would_have_waited_is_counted_with_what_did(instrument, rules):
    person = make.a_researcher()
    booked(instrument, "2026-09-15 09:00", "10:00", person)
    booked(
        instrument,
        "2026-09-16 22:00",
        "23:00",
        person,
        evaluation={"approval_reasons": ["night"]},
    )
    assert (tried(instrument, rules).waits, tried(instrument, rules).waited) == (0, 1)
    assert tried(instrument, rules, approval_at_night=True).waits == 1
    assert tried(instrument, rules, approval_first_sessions=3).waits == 2
    grant = make.a_qualification(instrument)
    make.a_grant(person, grant, level="after_hours")
    assert tried(instrument, rules, approval_at_night=True).waits == 0


def test_only_what_held_its_slot_in_the_last_thirty_days_is_judged(instrument, rules):
    booked(instrument, "2026-09-15 14:00", "14:30", status="cancelled")
    booked(instrument, "2026-09-15 15:00", "15:30", imported_history=True)
    booked(instrument, "2026-08-15 14:00", "14:30", made=at("2026-08-01 09:00"))
    booked(instrument, "2026-10-07 14:00", "14:30", status="approved")
    booked(make.an_instrument(), "2026-09-15 14:00", "14:30")
    assert tried(instrument, rules, shortest_minutes=60).judged == 0


@pytest.mark.parametrize("count", [1, 12])
def test_it_asks_a_fixed_number_of_questions(instrument, rules, count, django_assert_num_queries):
    make.a_qualification(instrument)
    for day in range(10, 10 + count):
        booked(instrument, f"2026-09-{day} 14:00", "16:00")
    with django_assert_num_queries(5):
        tried(instrument, rules)


class TestTheShareOfCompanies:
    """The instrument is open for 40 hours of 2026: companies may have 8, at 15 % 6."""

    @pytest.fixture(autouse=True)
    def _two_days_of_the_year(self, instrument):
        instrument.time_slots.update(opens=dt.time(0), closes=dt.time(20))
        for first, last in (("2026-01-01", "2026-09-15"), ("2026-09-17", "2027-01-01")):
            Closure.objects.create(
                facility=instrument.facility,
                starts_at=at(f"{first} 00:00"),
                ends_at=at(f"{last} 00:00"),
                reason="Works",
            )

    def test_it_fills_up_in_the_order_bookings_were_made_and_refused_ones_leave_room(
        self, instrument, rules
    ):
        for hour, start, end in (
            (9, "08:00", "13:00"),
            (10, "13:00", "17:00"),
            (11, "17:00", "18:00"),
        ):
            made = at(f"2026-09-01 {hour:02}:00")
            booked(instrument, f"2026-09-15 {start}", end, make.a_partner(), made)
        by_the_rules = tried(instrument, rules)
        assert [each.booking.interval.minutes for each in by_the_rules.refused] == [240]
        assert by_the_rules.by_code == [("industry_share_reached", 1)]
        assert "3\xa0h are left" in by_the_rules.refused[0].violations[0].detail
        assert codes(tried(instrument, rules, industry_cap_percent=25)) == {}
        assert codes(tried(instrument, rules, industry_cap_percent=10)) == {
            "industry_share_reached": 2
        }
        assert codes(tried(instrument, rules, industry_cap_percent=None)) == {}

    def test_academic_work_neither_counts_nor_is_refused(self, instrument, rules):
        booked(instrument, "2026-09-15 00:00", "12:00", made=at("2026-09-01 08:00"))
        booked(instrument, "2026-09-16 08:00", "16:00", make.a_partner())
        booked(instrument, "2026-09-15 12:00", "20:00", made=at("2026-09-01 10:00"))
        assert codes(tried(instrument, rules)) == {}

    def test_what_companies_hold_of_the_rest_of_the_year_counts_once_it_is_booked(
        self, instrument, rules
    ):
        partner = make.a_partner()
        booked(instrument, "2026-09-15 08:00", "14:00", partner)
        earlier, later = at("2026-08-01 09:00"), at("2026-09-02 09:00")
        booked(instrument, "2026-12-01 08:00", "11:00", partner, later, status="approved")
        assert codes(tried(instrument, rules)) == {}
        booked(instrument, "2026-03-02 08:00", "10:00", partner, earlier)
        assert codes(tried(instrument, rules)) == {}
        booked(instrument, "2026-03-03 08:00", "09:00", partner, earlier, imported_history=True)
        booked(instrument, "2026-03-04 08:00", "12:00", partner, earlier, status="cancelled")
        booked(instrument, "2025-12-31 08:00", "12:00", partner, earlier)
        [refused] = tried(instrument, rules).refused
        assert [broken.code for broken in refused.violations] == ["industry_share_reached"]

    def test_its_questions_are_two_more(self, instrument, rules, django_assert_num_queries):
        make.a_qualification(instrument)
        for hour in range(8, 12):
            booked(instrument, f"2026-09-15 {hour:02}:00", f"{hour + 1:02}:00", make.a_partner())
        with django_assert_num_queries(7):
            tried(instrument, rules)
        with django_assert_num_queries(5):
            tried(instrument, rules, industry_cap_percent=None)
