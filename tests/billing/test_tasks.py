"""What the workers run: each may be run twice."""

import pytest
import time_machine

from accounts.models import Team
from billing import tasks
from billing.models import Statement
from tests import factories as make
from tests.billing.cases import a_priced_instrument, a_use, ledger, someone
from tests.billing.order_cases import a_service, a_standing_use

pytestmark = pytest.mark.django_db

FIRST_OF_NOVEMBER = "2026-11-01T03:00:00+00:00"


@pytest.fixture
def booking():
    return a_use(someone(), a_priced_instrument(), make.period("2026-10-06 14:00", "15:00"))


@time_machine.travel(FIRST_OF_NOVEMBER, tick=False)
def test_finished_uses_are_charged_and_freed_ones_given_back(booking):
    for _time in range(2):
        tasks.charge_finished_uses()
    assert ledger() == [1800]
    booking.waived_reason = "Laser down"
    booking.save()
    for _time in range(2):
        tasks.charge_finished_uses()
    assert ledger() == [1800, -1800]


@time_machine.travel(FIRST_OF_NOVEMBER, tick=False)
def test_the_month_before_is_closed_once(booking):
    for _time in range(2):
        tasks.close_last_month()
        tasks.close_month("2026-10")
    assert Statement.objects.get().month.isoformat() == "2026-10-01"


@time_machine.travel("2026-10-31T23:30:00+00:00", tick=False)
def test_the_month_before_is_that_of_the_centres_calendar(booking):
    tasks.close_last_month()
    assert Statement.objects.get().month.isoformat() == "2026-10-01"


@time_machine.travel(FIRST_OF_NOVEMBER, tick=False)
def test_what_stands_is_charged_for_the_days_that_are_over():
    service = a_service(make.a_facility(), {"INT": 55}, unit="cage-day", counting="day")
    use = a_standing_use(service, Team.objects.get(memberships__user=someone()))
    use.censuses.create(day="2026-10-30", count=2, entered_by=use.created_by, entered_at=make.NOW)
    for _time in range(2):
        tasks.accrue_standing_days()
    assert ledger() == [110, 110]
