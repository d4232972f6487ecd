"""How much of an instrument's year companies may book, and who is told as it fills."""

import datetime as dt
from collections import deque

import pytest

from bookings.errors import PolicyViolated
from bookings.industry import IndustryYear, YearsRetold, cap_reached_on, thresholds_passed
from bookings.judging import verdict
from bookings.services import move_booking, request_booking
from facilities.models import Closure
from notifications.models import OutboxMessage
from notifications.registry import renderer_of
from tests import factories as make
from tests.factories import NOW, period

YEAR = IndustryYear(
    year=2026,
    period=period("2026-01-01 00:00", "2027-01-01 00:00"),
    taken_minutes=1000,
    open_minutes=6000,
)


class TestTheYear:
    def test_only_the_part_in_the_year_counts(self):
        asked = period("2026-12-31 23:00", "2027-01-01 02:00")
        assert YEAR.with_period(asked) == 1060
        assert YEAR.with_period(period("2027-01-02 08:00", "09:00")) == 1000

    def test_a_cap_is_rounded_down_and_leaves_nothing_less_than_nothing(self):
        assert (YEAR.most(20), YEAR.left(20), YEAR.left(10)) == (1200, 200, 0)

    @pytest.mark.parametrize(
        ("until", "passed"),
        [("09:59", []), ("10:00", [(2026, 18)]), ("12:00", [(2026, 18), (2026, 20)])],
    )
    def test_thresholds_are_passed_when_they_are_reached(self, until, passed):
        asked = period("2026-10-07 08:20", until)
        year = IndustryYear(year=2026, period=YEAR.period, taken_minutes=980, open_minutes=6000)
        assert thresholds_passed([year], asked, [20, 18, None]) == passed

    def test_what_is_never_open_has_no_share(self):
        never = IndustryYear(year=2026, period=YEAR.period, taken_minutes=0, open_minutes=0)
        assert thresholds_passed([never], period("2026-10-07 08:00", "09:00"), [15, 20]) == []

    def test_a_year_told_again_stands_as_when_a_time_was_asked_for(self):
        asked = period("2026-10-07 08:00", "09:00")
        other = (make.at("2026-10-01 09:00"), period("2026-10-08 08:00", "08:30"))
        years = YearsRetold(years=(YEAR,), others=deque([other]))
        (before,) = years.before(asked, made_at=make.at("2026-10-01 08:59"))
        years.take(asked)
        (after,) = years.before(asked, made_at=make.at("2026-10-01 09:00"))
        assert (before.taken_minutes, after.taken_minutes) == (1000, 1090)
        assert years.before(period("2027-10-07 08:00", "09:00"), made_at=NOW) == ()


@pytest.mark.parametrize(
    ("minutes", "today", "reached"),
    [
        (10_000, dt.date(2026, 4, 11), dt.date(2026, 7, 20)),  # half of the cap in 100 days
        (5_000, dt.date(2026, 10, 28), None),  # at this pace not in this year
        (20_000, dt.date(2026, 10, 28), dt.date(2026, 10, 28)),  # reached
        (0, dt.date(2026, 10, 28), None),
        (10_000, dt.date(2026, 1, 1), None),
    ],
)
def test_a_cap_is_reached_at_the_pace_of_the_year(minutes, today, reached):
    day = cap_reached_on(
        minutes=minutes,
        open_minutes=100_000,
        first=dt.date(2026, 1, 1),
        today=today,
        last=dt.date(2026, 12, 31),
    )
    assert day == reached


@pytest.fixture
def instrument():
    """Make an instrument open for 40 hours of 2026: companies may have 8, the warning is at 6."""
    instrument = make.an_instrument(rules={"longest_minutes": 1440, "approval_over_minutes": None})
    for first, last in (("2026-01-01", "2026-10-07"), ("2026-10-09", "2027-01-01")):
        Closure.objects.create(
            facility=instrument.facility,
            starts_at=make.at(f"{first} 00:00"),
            ends_at=make.at(f"{last} 00:00"),
            reason="Works",
        )
    slots = instrument.time_slots
    slots.all().update(opens=dt.time(0), closes=dt.time(20))
    return instrument


@pytest.fixture
def partner():
    return make.a_partner()


def book(person, instrument, start, end, day="2026-10-07"):
    wish = make.a_wish(person, instrument, period(f"{day} {start}", end))
    return request_booking(actor=person, wish=wish, now=NOW)


def codes(person, instrument, start, end, day="2026-10-07"):
    wish = make.a_wish(person, instrument, period(f"{day} {start}", end))
    return [broken.code for broken in verdict(actor=person, wish=wish, now=NOW).violations]


def told():
    return list(
        OutboxMessage.objects.filter(topic="bookings.industry_share")
        .order_by("id")
        .values_list("payload__percent", flat=True)
    )


@pytest.mark.django_db
class TestTheCap:
    def test_companies_have_their_share_and_no_more(self, instrument, partner):
        book(partner, instrument, "08:00", "13:00")
        book(make.a_partner(), instrument, "13:00", "16:00")
        with pytest.raises(PolicyViolated) as refused:
            book(partner, instrument, "16:00", "16:30")
        (broken,) = refused.value.violations
        assert broken.code == "industry_share_reached"
        assert not broken.is_overridable
        assert broken.detail == (
            "Companies may book 8\xa0h of this instrument in 2026, 0\xa0min are left."
            " Choose another instrument."
        )

    def test_a_start_up_counts_and_academic_work_does_not(self, instrument, partner):
        book(make.a_researcher(), instrument, "00:00", "08:00", "2026-10-08")
        book(
            make.a_researcher(make.an_organisation(kind="academic", tier="SUP")),
            instrument, "08:00", "14:00",
        )  # fmt: skip
        assert codes(partner, instrument, "14:00", "16:30") == ["industry_share_reached"]
        assert codes(partner, instrument, "14:00", "16:00") == []
        assert codes(make.a_researcher(), instrument, "14:00", "20:00") == []

    def test_what_was_given_up_is_free_again_and_what_was_missed_is_not(self, instrument, partner):
        given_up = book(partner, instrument, "08:00", "12:00")
        missed = book(partner, instrument, "12:00", "16:00")
        given_up.status, missed.status = "cancelled", "no_show"
        given_up.save()
        missed.save()
        assert codes(partner, instrument, "16:00", "20:00") == []
        assert codes(partner, instrument, "15:30", "20:00", "2026-10-08") == [
            "industry_share_reached"
        ]

    def test_a_booking_that_moves_does_not_count_against_itself(self, instrument, partner):
        booking = book(partner, instrument, "08:00", "16:00")
        moved = move_booking(
            actor=partner,
            booking_id=booking.pk,
            version=booking.version,
            changes={"period": period("2026-10-08 09:00", "17:00")},
            now=NOW,
        )
        assert moved.interval == period("2026-10-08 09:00", "17:00")

    def test_the_rules_of_the_instrument_say_how_much(self, instrument, partner):
        instrument.rules.industry_cap_percent = 25
        instrument.rules.save()
        assert codes(partner, instrument, "08:00", "18:00") == []
        assert codes(partner, instrument, "08:00", "18:30") == ["industry_share_reached"]
        instrument.rules.industry_cap_percent = None
        instrument.rules.save()
        assert codes(partner, instrument, "08:00", "20:00") == []

    def test_units_are_shared_together(self, instrument, partner):
        instrument.units = 2
        instrument.save()
        book(partner, instrument, "08:00", "16:00")
        assert codes(make.a_partner(), instrument, "08:00", "16:00") == []

    def test_academic_bookings_ask_nothing(self, instrument, django_assert_max_num_queries):
        person = make.a_researcher()
        wish = make.a_wish(person, instrument, period("2026-10-07 08:00", "09:00"))
        with django_assert_max_num_queries(30) as asked:
            verdict(actor=person, wish=wish, now=NOW)
        assert not any("tiers" in one["sql"] or "IND" in one["sql"] for one in asked)


@pytest.mark.django_db
class TestTheWarning:
    def test_the_managers_are_told_once_for_each_threshold(self, instrument, partner):
        manager = make.a_staff_member(instrument.facility)
        make.a_staff_member(instrument.facility, "operator")
        book(partner, instrument, "08:00", "13:30")
        assert told() == []
        book(partner, instrument, "13:30", "14:00")
        assert told() == [15]
        book(partner, instrument, "14:00", "15:00")
        assert told() == [15]
        book(partner, instrument, "15:00", "16:00")
        assert told() == [15, 20]
        message = OutboxMessage.objects.get(payload__percent=15)
        (mail,) = renderer_of(message.topic)(message.payload, NOW)
        assert mail.address == manager.email
        assert mail.subject == f"Industry on {instrument.name}: 15 % of 2026"
        assert "From 20 % on, bookings of companies are refused." in mail.text

    def test_without_a_warning_nobody_is_told_before_the_cap(self, instrument, partner):
        instrument.rules.industry_warning_percent = None
        instrument.rules.save()
        book(partner, instrument, "08:00", "15:00")
        assert told() == []
