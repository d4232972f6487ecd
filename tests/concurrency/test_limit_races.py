"""What one person may spend of an account in a month, spent by many requests at once.

Guard: the account's row, locked before the month is summed. Seen once without it: 11
bookings where the limit pays for 5.
"""

from functools import partial

import pytest
from django.db.models import Sum

from accounts.services import allow_account
from bookings import services
from bookings.models import Booking
from tests import factories as make
from tests.concurrency.test_quota_races import CLIENTS, HOURLY_CENTS, broken
from tests.concurrency.together import deadlocks, kinds, together
from tests.factories import NOW, period

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_deadlock():
    before = deadlocks()
    yield
    assert deadlocks() == before


def test_a_members_month_holds_over_many_instruments():
    facility = make.a_facility()
    instruments = [make.an_instrument(facility) for _ in range(CLIENTS)]
    make.a_price_list(facility, {each: {"INT": HOURLY_CENTS} for each in instruments})
    person = make.a_researcher()
    team = person.teams.get()
    allow_account(
        actor=make.a_member(team, "head"),
        account_id=team.accounts.get().pk,
        person_id=person.pk,
        monthly_cents=5 * HOURLY_CENTS + HOURLY_CENTS - 1,
        now=NOW,
    )
    when = period("2026-10-07 14:00", "15:00")
    outcomes = together(
        [
            partial(
                services.request_booking,
                actor=person,
                wish=make.a_wish(person, instrument, when),
                now=NOW,
            )
            for instrument in instruments
        ]
    )
    assert kinds(outcomes) == {"Booking": 5, "PolicyViolated": CLIENTS - 5}
    assert broken(outcomes) == {"member_limit"}
    assert Booking.objects.aggregate(sum=Sum("estimate_cents"))["sum"] == 5 * HOURLY_CENTS
