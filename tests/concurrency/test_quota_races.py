"""The last hours of a quota and the last cents of an account, wanted by many at once.

No constraint sees a sum: the row that carries the limit is locked, then the sum is read.
Guards: the instrument's row for weekly hours, the account's for money. Seen once without
them: 9 bookings where a person's week had room for 3 (both locks off, since either one
serves a person with one account), 11 where the team's had room for 4 (instrument off), 6
of 6 growing where 2 could, 11 on an account that pays for 5 (account off), and 10 beside
a cancelled one where 1 was left.
"""

from functools import partial

import pytest
from django.db import connection

from bookings import services
from bookings.errors import PolicyViolated
from bookings.models import Booking
from tests import factories as make
from tests.concurrency.together import deadlocks, kinds, together
from tests.factories import NOW, period

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 12
HOURLY_CENTS = 2000


@pytest.fixture(autouse=True)
def _no_deadlock():
    before = deadlocks()
    yield
    assert deadlocks() == before


def book(person, instrument, when):
    return services.request_booking(
        actor=person, wish=make.a_wish(person, instrument, when), now=NOW
    )


def hours_of_the_week() -> list:
    """Hours that never overlap, over several days of one week."""
    return [
        period(f"2026-10-{7 + number % 3:02} {8 + number // 3:02}:00", f"{9 + number // 3:02}:00")
        for number in range(CLIENTS)
    ]


def broken(outcomes) -> set[str]:
    refusals = [outcome for outcome in outcomes if isinstance(outcome, PolicyViolated)]
    return {violation.code for refusal in refusals for violation in refusal.violations}


def test_the_last_hours_of_a_persons_week_go_to_as_many_as_there_are():
    instrument = make.an_instrument(rules={"person_weekly_minutes": 180})
    person = make.a_researcher()
    outcomes = together([partial(book, person, instrument, when) for when in hours_of_the_week()])
    assert kinds(outcomes) == {"Booking": 3, "PolicyViolated": CLIENTS - 3}
    assert broken(outcomes) == {"person_weekly_hours"}


def test_the_last_hours_of_a_teams_week_go_to_as_many_as_there_are():
    instrument = make.an_instrument(rules={"team_weekly_minutes": 240})
    team = make.a_researcher().teams.get()
    for _ in range(CLIENTS):  # an account each, so that no lock but the instrument's is shared
        make.an_account(team)
    accounts = team.accounts.values_list("pk", flat=True)
    outcomes = together(
        [
            partial(book_from, make.a_member(team), instrument, when, account_id)
            for when, account_id in zip(hours_of_the_week(), accounts, strict=False)
        ]
    )
    assert kinds(outcomes) == {"Booking": 4, "PolicyViolated": CLIENTS - 4}
    assert broken(outcomes) == {"team_weekly_hours"}


def book_from(person, instrument, when, account_id):
    wish = make.a_wish(person, instrument, when, account_id=account_id)
    return services.request_booking(actor=person, wish=wish, now=NOW)


def test_growing_bookings_share_the_last_hours_too():
    """Each holds an hour and wants two: the quota has room for two of them to grow."""
    instrument = make.an_instrument(rules={"team_weekly_minutes": 8 * 60})
    team = make.a_researcher().teams.get()
    starts = [f"2026-10-07 {8 + 2 * number:02}:00" for number in range(6)]
    held = [
        book(make.a_member(team), instrument, period(start, f"{int(start[11:13]) + 1:02}:00"))
        for start in starts
    ]
    outcomes = together(
        [
            partial(
                services.move_booking,
                actor=booking.booked_for,
                booking_id=booking.pk,
                version=1,
                changes={"period": period(start, f"{int(start[11:13]) + 2:02}:00")},
                now=NOW,
            )
            for booking, start in zip(held, starts, strict=True)
        ]
    )
    assert kinds(outcomes) == {"Booking": 2, "PolicyViolated": 4}


def test_the_last_cents_of_an_account_are_spent_once_over_many_instruments():
    facility = make.a_facility()
    instruments = [make.an_instrument(facility) for _ in range(CLIENTS)]
    make.a_price_list(facility, {each: {"INT": HOURLY_CENTS} for each in instruments})
    team = make.a_researcher().teams.get()
    account = team.accounts.get()
    account.ceiling_cents = 5 * HOURLY_CENTS + HOURLY_CENTS - 1
    account.save()
    when = period("2026-10-07 14:00", "15:00")
    outcomes = together(
        [partial(book, make.a_member(team), instrument, when) for instrument in instruments]
    )
    assert kinds(outcomes) == {"Booking": 5, "PolicyViolated": CLIENTS - 5}
    assert broken(outcomes) == {"account_exceeded"}
    assert _promised(account) == 5 * HOURLY_CENTS


def _promised(account) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(estimate_cents) FROM bookings_booking WHERE account_id = %s", [account.pk]
        )
        return cursor.fetchone()[0]


def test_a_cancelled_booking_gives_its_hours_to_one_other_only():
    instrument = make.an_instrument(rules={"person_weekly_minutes": 60})
    person = make.a_researcher()
    first = book(person, instrument, period("2026-10-07 07:00", "08:00"))
    cancel = partial(services.cancel_booking, actor=person, booking_id=first.pk, now=NOW)
    outcomes = together(
        [cancel, *[partial(book, person, instrument, when) for when in hours_of_the_week()]]
    )
    assert outcomes[0].status == "cancelled"
    assert Booking.objects.blocking().count() <= 1
