"""Two people take one booking in different directions at the same instant."""

import datetime as dt
from functools import partial

import pytest

from bookings import services
from bookings.errors import WrongState
from bookings.models import Booking, Decision, Reminder, UsageSession
from bookings.states import Status
from facilities.intervals import MINUTE, Interval
from notifications.models import OutboxMessage
from tests import factories as make
from tests.concurrency.together import kinds, together
from tests.factories import NOW, at

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5
FIRST = at("2026-10-07 08:00")


class Scene:
    """A platform whose manager decides, and a researcher with one booking for each round."""

    def __init__(self, **rules: int) -> None:
        self.instrument = make.an_instrument(rules={"approval_always": True} | rules)
        self.managers = [make.a_staff_member(self.instrument.facility) for _ in range(2)]
        self.person = make.a_researcher()
        self.bookings = [self._request(FIRST + number * 60 * MINUTE) for number in range(ROUNDS)]

    def _request(self, start: dt.datetime) -> Booking:
        wish = make.a_wish(self.person, self.instrument, Interval(start, start + 60 * MINUTE))
        return services.request_booking(actor=self.person, wish=wish, now=NOW)

    def approved(self) -> "Scene":
        for booking in self.bookings:
            self.approve(booking)()
        return self

    def approve(self, booking, manager=0, now=NOW):
        return partial(
            services.approve_booking, actor=self.managers[manager], booking_id=booking.pk, now=now
        )

    def reject(self, booking, manager=1):
        return partial(
            services.reject_booking,
            actor=self.managers[manager],
            booking_id=booking.pk,
            reason="Needed for a repair",
            now=NOW,
        )

    def cancel(self, booking, now=NOW):
        return partial(services.cancel_booking, actor=self.person, booking_id=booking.pk, now=now)

    def start(self, booking):
        return partial(
            services.start_session,
            actor=self.person,
            booking_id=booking.pk,
            now=booking.interval.start,
        )


def told(booking) -> list[str]:
    """The events that were published of a booking, but for its birth."""
    topics = OutboxMessage.objects.filter(payload__booking=booking.pk).values_list(
        "topic", flat=True
    )
    return sorted(topic.removeprefix("bookings.") for topic in topics if "requested" not in topic)


def test_approving_and_rejecting_is_one_decision():
    scene = Scene()
    for booking in scene.bookings:
        outcomes = together(
            [scene.approve(booking), scene.reject(booking), scene.approve(booking, manager=1)]
        )
        assert kinds(outcomes) == {"Booking": 1, "WrongState": 2}
        decision = Decision.objects.get(booking=booking)
        booking.refresh_from_db()
        assert booking.status == (Status.APPROVED if decision.approved else Status.REJECTED)
        assert booking.version == 2
        assert told(booking) == [booking.status]


def test_what_its_person_cancels_while_it_is_approved_ends_cancelled():
    """Either the approval came first and was given up, or there was nothing to approve."""
    scene = Scene()
    for booking in scene.bookings:
        approved, cancelled = together([scene.approve(booking), scene.cancel(booking)])
        assert isinstance(cancelled, Booking)
        booking.refresh_from_db()
        assert booking.status == Status.CANCELLED
        was_approved = not isinstance(approved, WrongState)
        assert Decision.objects.filter(booking=booking).count() == was_approved
        assert booking.version == 2 + was_approved
        assert told(booking) == (["approved", "cancelled"] if was_approved else ["cancelled"])
        assert not Reminder.objects.filter(booking=booking).exists()


def test_what_is_cancelled_while_it_is_rejected_ends_once():
    scene = Scene()
    for booking in scene.bookings:
        outcomes = together([scene.reject(booking), scene.cancel(booking)])
        assert kinds(outcomes) == {"Booking": 1, "WrongState": 1}
        booking.refresh_from_db()
        assert told(booking) == [booking.status]
        is_rejected = booking.status == Status.REJECTED
        assert Decision.objects.filter(booking=booking).count() == is_rejected


def test_a_request_is_approved_at_the_last_moment_or_lapses():
    scene = Scene(hold_minutes=60)
    deadline = NOW + 60 * MINUTE
    expire = partial(services.expire_requests, now=deadline)
    calls = [scene.approve(booking, now=deadline - MINUTE) for booking in scene.bookings]
    *approvals, first, second = together([*calls, expire, expire])
    # A row that another transaction holds is left for the next sweep.
    swept = first + second + services.expire_requests(now=deadline)
    won = sum(isinstance(outcome, Booking) for outcome in approvals)
    assert swept == ROUNDS - won
    assert Decision.objects.count() == won
    for booking, outcome in zip(scene.bookings, approvals, strict=True):
        booking.refresh_from_db()
        is_approved = isinstance(outcome, Booking)
        assert booking.status == (Status.APPROVED if is_approved else Status.EXPIRED)
        assert told(booking) == [booking.status]


def test_a_session_starts_once():
    scene = Scene().approved()
    for booking in scene.bookings:
        outcomes = together([scene.start(booking)] * 4)
        assert kinds(outcomes) == {"Booking": 1, "WrongState": 3}
        assert UsageSession.objects.filter(booking=booking).count() == 1


def test_a_session_is_started_or_missed_and_never_both():
    scene = Scene(no_show_minutes=0).approved()
    for booking in scene.bookings:
        miss = partial(
            services.mark_no_show,
            actor=scene.managers[0],
            booking_id=booking.pk,
            now=booking.interval.start,
        )
        settle = partial(services.settle_past_bookings, now=booking.interval.start)
        started, missed, settled = together([scene.start(booking), miss, settle])
        booking.refresh_from_db()
        is_started = isinstance(started, Booking)
        assert is_started + isinstance(missed, Booking) + (settled == 1) == 1
        assert booking.status == (Status.IN_USE if is_started else Status.NO_SHOW)
        assert UsageSession.objects.filter(booking=booking).exists() is is_started


def test_a_session_is_started_or_cancelled_and_never_both():
    scene = Scene().approved()
    for booking in scene.bookings:
        now = booking.interval.start
        outcomes = together([scene.start(booking), scene.cancel(booking, now=now)])
        assert kinds(outcomes) == {"Booking": 1, "WrongState": 1}
        booking.refresh_from_db()
        is_started = booking.status == Status.IN_USE
        assert UsageSession.objects.filter(booking=booking).exists() is is_started
        assert booking.late_cancellation is not is_started


def test_past_bookings_are_settled_once_by_many_workers():
    scene = Scene().approved()
    after = scene.bookings[-1].interval.end
    outcomes = together([partial(services.settle_past_bookings, now=after)] * 4)
    assert sum(outcomes) == ROUNDS
    assert set(Booking.objects.values_list("status", "version")) == {("completed", 3)}


def test_a_booking_that_is_moved_and_cancelled_at_once_holds_no_slot_in_the_end():
    scene = Scene().approved()
    for booking in scene.bookings:
        later = Interval(*(end + dt.timedelta(days=1) for end in _ends(booking)))
        move = partial(
            services.move_booking,
            actor=scene.person,
            booking_id=booking.pk,
            version=2,
            changes={"period": later},
            now=NOW,
        )
        moved, cancelled = together([move, scene.cancel(booking)])
        assert isinstance(cancelled, Booking)
        booking.refresh_from_db()
        assert booking.status == Status.CANCELLED
        assert booking.version == 3 + isinstance(moved, Booking)
        assert not Reminder.objects.filter(booking=booking).exists()


def _ends(booking) -> tuple[dt.datetime, dt.datetime]:
    return booking.interval.start, booking.interval.end
