"""A request: confirmed, held for a decision, or refused with everything that is wrong."""

import datetime as dt

import pytest

from accounts.errors import NotFound, NotPermitted
from bookings import services
from bookings.errors import PolicyViolated, SlotTaken
from bookings.models import Booking
from notifications.models import OutboxMessage
from tests import factories as make
from tests.factories import NOW, period

pytestmark = pytest.mark.django_db


@pytest.fixture
def instrument():
    return make.an_instrument()


@pytest.fixture
def researcher():
    return make.a_researcher()


def book(actor, instrument, when=None, *, reason="", now=NOW, **wish):
    return services.request_booking(
        actor=actor,
        wish=make.a_wish(actor, instrument, when, **wish),
        now=now,
        override_reason=reason,
    )


def codes(refusal) -> list[str]:
    return [violation.code for violation in refusal.value.violations]


def test_a_free_slot_is_confirmed_at_once_and_told(researcher, instrument):
    booking = book(researcher, instrument)
    assert booking.status == "approved"
    assert (booking.project, booking.account) == (
        researcher.teams.get().projects.get(),
        researcher.teams.get().accounts.get(),
    )
    assert [r.minutes_before for r in booking.reminders.order_by("due_at")] == [1440, 60]
    assert OutboxMessage.objects.get().topic == "bookings.confirmed"


def test_a_taken_slot_is_refused_with_the_next_three_free_ones(researcher, instrument):
    book(researcher, instrument, period("2026-10-07 14:00", "16:00"))
    with pytest.raises(SlotTaken) as refusal:
        book(make.a_researcher(), instrument, period("2026-10-07 15:00", "16:00"))
    assert refusal.value.alternatives == [
        period("2026-10-07 16:00", "17:00"),
        period("2026-10-07 17:00", "18:00"),
        period("2026-10-07 18:00", "19:00"),
    ]
    assert Booking.objects.count() == 1


def test_setup_and_cleanup_keep_neighbours_apart(researcher):
    instrument = make.an_instrument(rules={"setup_minutes": 30, "cleanup_minutes": 30})
    book(researcher, instrument, period("2026-10-07 14:00", "16:00"))
    with pytest.raises(SlotTaken):
        book(researcher, instrument, period("2026-10-07 16:30", "17:00"))
    book(researcher, instrument, period("2026-10-07 17:00", "18:00"))


def test_bsl2_work_doubles_the_cleanup(researcher):
    instrument = make.an_instrument(rules={"cleanup_minutes": 30})
    booking = book(researcher, instrument, bsl2=True)
    assert booking.blocked_interval.end - booking.interval.end == dt.timedelta(hours=1)


def test_positions_are_given_from_the_lowest_free_one(researcher):
    incubator = make.an_instrument(units=3)
    assert [book(researcher, incubator).unit for _ in range(3)] == [1, 2, 3]
    with pytest.raises(SlotTaken):
        book(researcher, incubator)
    services.cancel_booking(actor=researcher, booking_id=Booking.objects.get(unit=2).pk, now=NOW)
    assert book(researcher, incubator).unit == 2


def test_a_unit_that_does_not_exist_is_refused(researcher):
    with pytest.raises(PolicyViolated) as refusal:
        book(researcher, make.an_instrument(units=2), unit=3)
    assert codes(refusal) == ["no_such_unit"]


def test_every_broken_rule_is_named_at_once(instrument):
    untrained = make.a_researcher()
    make.a_qualification(instrument)
    with pytest.raises(PolicyViolated) as refusal:
        book(
            untrained,
            instrument,
            period("2026-10-07 14:10", "14:20"),
            purpose="patient 1 85 05 78 006 084 91",
        )
    assert set(codes(refusal)) == {"off_step", "too_short", "not_qualified", "patient_data"}


def test_training_counts_at_the_date_of_the_slot(researcher, instrument):
    qualification = make.a_qualification(instrument)
    make.a_grant(researcher, qualification, valid_until=dt.date(2026, 10, 10))
    book(researcher, instrument, period("2026-10-10 09:00", "10:00"))
    with pytest.raises(PolicyViolated) as refusal:
        book(researcher, instrument, period("2026-10-11 09:00", "10:00"))
    assert codes(refusal) == ["not_qualified"]


def test_an_assisted_instrument_takes_an_operator(researcher):
    sorter = make.an_instrument(mode="assisted")
    with pytest.raises(PolicyViolated) as refusal:
        book(researcher, sorter)
    assert codes(refusal) == ["operator_needed"]
    assert book(researcher, sorter, operator_needed=True).operator_needed


def test_anothers_project_or_account_is_refused_without_a_word_about_it(researcher, instrument):
    other = make.a_partner().teams.get()
    with pytest.raises(PolicyViolated) as refusal:
        book(researcher, instrument, project_id=other.projects.get().pk)
    assert codes(refusal) == ["project_not_usable", "account_not_usable"] or codes(refusal) == [
        "project_not_usable"
    ]
    with pytest.raises(PolicyViolated) as refusal:
        book(researcher, instrument, account_id=other.accounts.get().pk)
    assert codes(refusal) == ["account_not_usable"]


def test_an_account_pays_only_while_it_is_valid(researcher, instrument):
    account = researcher.teams.get().accounts.get()
    account.valid_until = dt.date(2026, 10, 6)
    account.save()
    with pytest.raises(PolicyViolated) as refusal:
        book(researcher, instrument, account_id=account.pk)
    assert codes(refusal) == ["account_not_valid"]


def test_weekly_hours_of_a_person_are_kept(researcher):
    instrument = make.an_instrument(rules={"person_weekly_minutes": 180})
    book(researcher, instrument, period("2026-10-07 08:00", "10:00"))
    with pytest.raises(PolicyViolated) as refusal:
        book(researcher, instrument, period("2026-10-08 08:00", "10:00"))
    assert codes(refusal) == ["person_weekly_hours"]
    book(researcher, instrument, period("2026-10-08 08:00", "09:00"))
    book(researcher, instrument, period("2026-10-12 08:00", "10:00"))


def test_a_request_holds_its_slot_until_its_deadline(researcher):
    instrument = make.an_instrument(rules={"approval_always": True})
    booking = book(researcher, instrument, period("2026-10-20 14:00", "16:00"))
    assert booking.status == "requested"
    assert booking.hold_until == NOW + dt.timedelta(hours=48)
    assert booking.evaluation["approval_reasons"] == ["always"]
    with pytest.raises(SlotTaken):
        book(make.a_researcher(), instrument, period("2026-10-20 14:00", "16:00"))


def test_the_hold_never_passes_the_start(researcher):
    instrument = make.an_instrument(rules={"approval_always": True})
    booking = book(researcher, instrument, period("2026-10-07 14:00", "16:00"))
    assert booking.hold_until == make.at("2026-10-07 14:00")


def test_a_person_books_for_a_colleague_only_if_they_lead_the_team(researcher, instrument):
    team = researcher.teams.get()
    colleague, head = make.a_member(team), make.a_member(team, "head")
    wish = make.a_wish(researcher, instrument)
    with pytest.raises(NotPermitted):
        services.request_booking(actor=colleague, wish=wish, now=NOW)
    booking = services.request_booking(actor=head, wish=wish, now=NOW)
    assert (booking.booked_for, booking.created_by) == (researcher, head)


def test_a_manager_sets_a_rule_aside_with_a_reason_that_is_kept(researcher, instrument):
    manager = make.a_staff_member(instrument.facility)
    wish = make.a_wish(researcher, instrument, period("2026-10-07 14:10", "16:00"))
    with pytest.raises(PolicyViolated):
        services.request_booking(actor=manager, wish=wish, now=NOW)
    booking = services.request_booking(
        actor=manager, wish=wish, now=NOW, override_reason="Visiting engineer"
    )
    assert booking.override_reason == "Visiting engineer"
    assert booking.evaluation["waived"] == ["off_step"]


def test_nobody_else_sets_a_rule_aside(researcher, instrument):
    with pytest.raises(PolicyViolated):
        book(researcher, instrument, period("2026-10-07 14:10", "16:00"), reason="Please")


def test_a_manager_cannot_waive_training(researcher, instrument):
    make.a_qualification(instrument)
    manager = make.a_staff_member(instrument.facility)
    with pytest.raises(PolicyViolated) as refusal:
        services.request_booking(
            actor=manager,
            wish=make.a_wish(researcher, instrument),
            now=NOW,
            override_reason="In a hurry",
        )
    assert codes(refusal) == ["not_qualified"]


def test_maintenance_is_blocked_by_staff_only_and_keeps_people_out(researcher, instrument):
    manager = make.a_staff_member(instrument.facility)
    wish = make.a_wish(researcher, instrument, kind="maintenance")
    with pytest.raises(NotPermitted):
        services.request_booking(actor=researcher, wish=wish, now=NOW)
    block = services.request_booking(actor=manager, wish=wish, now=NOW)
    assert (block.status, block.team) == ("approved", None)
    with pytest.raises(SlotTaken):
        book(researcher, instrument)


def test_an_instrument_of_a_closed_platform_is_not_found(researcher, instrument):
    instrument.facility.is_active = False
    instrument.facility.save()
    with pytest.raises(NotFound):
        book(researcher, instrument)
