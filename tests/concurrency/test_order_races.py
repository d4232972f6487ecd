"""Promises stay under their ceiling and each part is charged once, whatever runs at once.

Run once without the guards, on two cores:
- no lock on the account: eight of eight requests were accepted where two had room;
- no lock on the request: four deliveries of all of it made four charges, four of two were
  taken of five ordered, and a request that was taken back stood as accepted;
- of four times a milestone reached and four accruals the constraints `charge_once` and
  `standing_day_once` kept one, and the others failed on them.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial

import pytest
from django.db.models import Sum

from accounts.models import FundingAccount, Team
from billing.commitments import committed_cents
from billing.models import Charge, Delivery, StandingDay
from billing.orders.errors import (
    CeilingPassed,
    DeliveryTakenBack,
    MilestoneReached,
    MoreThanOrdered,
    WrongStage,
)
from billing.orders.promises import Plan
from billing.services.accepting import accept_request
from billing.services.accruing import accrue_standing_days
from billing.services.delivering import deliver, reach_milestone
from billing.services.ordering import cancel_request
from billing.services.standing import enter_census
from billing.services.taking_back import take_back_delivery
from tests import factories as make
from tests.billing.order_cases import a_bench, a_service, a_standing_use
from tests.concurrency.together import deadlocks, kinds, together
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_deadlock():
    """A deadlock is tried again, so that it would show in no outcome."""
    before = deadlocks()
    yield
    assert deadlocks() == before


@pytest.fixture
def bench():
    return a_bench()


def test_requests_accepted_at_once_never_promise_more_than_the_ceiling(bench):
    FundingAccount.objects.update(ceiling_cents=150_000)
    requests = [bench.ask("10") for _number in range(8)]
    outcomes = together(
        [
            partial(accept_request, actor=bench.manager, request_id=request.pk, now=NOW)
            for request in requests
        ]
    )
    assert kinds(outcomes) == {CeilingPassed.__name__: 6, "ServiceRequest": 2}
    assert committed_cents(bench.account.pk) == 120_000


def test_all_of_it_delivered_four_times_at_once_is_delivered_and_charged_once(bench):
    request = bench.begun("5")
    counts = {request.items.get().pk: Decimal(5)}
    call = partial(deliver, actor=bench.manager, request_id=request.pk, counts=counts, now=NOW)
    outcomes = together([call] * 4)
    assert kinds(outcomes) == {"ServiceRequest": 1, WrongStage.__name__: 3}
    assert Delivery.objects.count() == Charge.objects.count() == 1


def test_a_delivery_taken_back_four_times_at_once_goes_back_once(bench):
    request = bench.begun("5")
    bench.deliver(request, "5")
    call = partial(
        take_back_delivery,
        actor=bench.manager,
        request_id=request.pk,
        delivery_id=Delivery.objects.get().pk,
        reason="Counted twice",
        now=NOW,
    )
    outcomes = together([call] * 4)
    assert kinds(outcomes) == {"ServiceRequest": 1, DeliveryTakenBack.__name__: 3}
    assert Charge.objects.aggregate(s=Sum("amount_cents"))["s"] == 0
    assert request.items.get().delivered == 0
    assert committed_cents(bench.account.pk) == 5 * 6000


def test_parts_delivered_at_once_never_come_to_more_than_was_ordered(bench):
    request = bench.begun("5")
    counts = {request.items.get().pk: Decimal(2)}
    call = partial(deliver, actor=bench.manager, request_id=request.pk, counts=counts, now=NOW)
    outcomes = together([call] * 4)
    assert kinds(outcomes) == {MoreThanOrdered.__name__: 2, "ServiceRequest": 2}
    assert Charge.objects.aggregate(s=Sum("amount_cents"))["s"] == 4 * 6000
    assert committed_cents(bench.account.pk) == 5 * 6000


def test_a_milestone_reached_four_times_at_once_is_charged_once(bench):
    request = bench.begun("1", milestones=(Plan(name="All", percent=Decimal(100)),))
    call = partial(
        reach_milestone,
        actor=bench.manager,
        request_id=request.pk,
        milestone_id=request.milestones.get().pk,
        now=NOW,
    )
    outcomes = together([call] * 4)
    assert kinds(outcomes) == {"Milestone": 1, MilestoneReached.__name__: 3}
    assert Charge.objects.get().amount_cents == 6000


def test_accepted_and_taken_back_at_once_one_of_the_two_is_last(bench):
    for _attempt in range(5):
        request = bench.ask("1")
        together(
            [
                partial(accept_request, actor=bench.manager, request_id=request.pk, now=NOW),
                partial(cancel_request, actor=bench.person, request_id=request.pk, now=NOW),
            ]
        )
        request.refresh_from_db()
        assert (request.state, request.promised_cents) == ("cancelled", 0)


def cages():
    service = a_service(make.a_facility(), {"INT": 55}, unit="cage-day", counting="day")
    return a_standing_use(service, Team.objects.get(memberships__user=make.a_researcher()))


def test_days_accrued_four_times_at_once_and_again_are_charged_once():
    for use in (cages(), cages()):
        use.censuses.create(day=use.starts_on, count=3, entered_by=use.created_by, entered_at=NOW)
    reports = together([partial(accrue_standing_days, now=NOW)] * 4)
    assert kinds(reports) == {"AccrualReport": 4}
    assert sum(report.days for report in reports) == 70
    assert accrue_standing_days(now=NOW).days == 0
    assert StandingDay.objects.count() == Charge.objects.count() == 70


def test_counted_anew_while_days_are_accrued_the_ledger_comes_to_the_last_count():
    use = cages()
    use.censuses.create(day=use.starts_on, count=3, entered_by=use.created_by, entered_at=NOW)
    recount = [
        partial(
            enter_census,
            actor=use.created_by,
            use_id=use.pk,
            day=dt.date(2026, 9, 15),
            count=Decimal(number),
            now=NOW,
        )
        for number in (5, 6, 7)
    ]
    outcomes = together([*recount, *[partial(accrue_standing_days, now=NOW)] * 3])
    assert kinds(outcomes) == {"AccrualReport": 3, "Census": 3}
    last = use.censuses.get(day=dt.date(2026, 9, 15)).count
    net = Charge.objects.aggregate(s=Sum("amount_cents"))["s"]
    assert net == (14 * 3 + 21 * last) * 55
    for day in StandingDay.objects.all():
        stands = Charge.objects.filter(source_id=day.pk).aggregate(s=Sum("amount_cents"))["s"]
        assert stands == day.amount_cents
