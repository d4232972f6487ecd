"""The last hours of industry's share of a year, wanted by many companies at once.

Guard: the instrument's row, locked before the year is summed. No constraint sees a sum, so
nothing stands behind it. Run six times without `FOR NO KEY UPDATE OF instrument` in
bookings/locking.py, on two cores: 12 companies booked where 4 could, once 11.
"""

import datetime as dt
from functools import partial

import pytest

from bookings import services
from bookings.models import Booking
from facilities.models import Closure
from tests import factories as make
from tests.concurrency.test_quota_races import broken
from tests.concurrency.together import deadlocks, kinds, together
from tests.factories import NOW, period

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 12


@pytest.fixture(autouse=True)
def _no_deadlock():
    before = deadlocks()
    yield
    assert deadlocks() == before


def test_the_last_hours_of_the_share_go_to_as_many_companies_as_there_are():
    instrument = make.an_instrument()
    instrument.time_slots.update(opens=dt.time(0), closes=dt.time(20))
    for first, last in (("2026-01-01", "2026-10-07"), ("2026-10-08", "2027-01-01")):
        Closure.objects.create(
            facility=instrument.facility,
            starts_at=make.at(f"{first} 00:00"),
            ends_at=make.at(f"{last} 00:00"),
            reason="Works",
        )
    partners = [make.a_partner() for _ in range(CLIENTS)]
    outcomes = together(
        [
            partial(
                services.request_booking,
                actor=partner,
                wish=make.a_wish(
                    partner, instrument, period(f"2026-10-07 {hour:02}:00", f"{hour + 1:02}:00")
                ),
                now=NOW,
            )
            for hour, partner in enumerate(partners, start=7)
        ]
    )
    assert kinds(outcomes) == {"Booking": 4, "PolicyViolated": CLIENTS - 4}
    assert broken(outcomes) == {"industry_share_reached"}
    assert Booking.objects.count() == 4
