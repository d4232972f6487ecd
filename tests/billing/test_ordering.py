"""Service requests: who asks and answers, what is agreed, promised, delivered and charged."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from accounts.errors import NotFound, NotPermitted, ReasonRequired, StaleVersion
from accounts.models import FundingAccount, Project
from billing.commitments import committed_cents
from billing.errors import RateMissing
from billing.models import Charge, Delivery, PriceList, RequestEvent
from billing.orders.errors import (
    AccountMissing,
    AccountNotUsable,
    CeilingPassed,
    MilestoneReached,
    MilestonesDoNotAddUp,
    MoreThanOrdered,
    NothingAsked,
    NothingCounted,
    PatientData,
    ProjectNotUsable,
    QuantityNotPossible,
    ServiceNotOffered,
    WrongStage,
)
from billing.orders.permissions import service_requests_visible_to
from billing.orders.promises import Plan
from billing.orders.states import NEXT, TRACK, OrderState, may_become
from billing.services.accepting import (
    accept_request,
    mark_quoted,
    quote_accepted,
    quote_withdrawn,
)
from billing.services.delivering import (
    deliver,
    reach_milestone,
    receive_samples,
    start_request,
)
from billing.services.ordering import (
    Wanted,
    cancel_request,
    choose_account,
    refuse_request,
    request_service,
)
from notifications.models import OutboxMessage
from tests import factories as make
from tests.billing.cases import ledger
from tests.billing.order_cases import a_bench, a_service
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench():
    return a_bench()


def topics():
    return list(OutboxMessage.objects.order_by("id").values_list("topic", flat=True))


def test_the_table_of_states_leads_from_request_to_delivery():
    assert all(may_become(one, other) for one, other in pairwise(TRACK))
    assert NEXT[OrderState.DELIVERED] == {OrderState.IN_PROGRESS}, "a delivery was taken back"
    assert [state for state in OrderState if not NEXT[state]] == [
        OrderState.REFUSED,
        OrderState.CANCELLED,
    ]


def test_a_request_is_asked_accepted_received_begun_and_delivered_in_parts(bench):
    request = bench.ask("24")
    assert request.state == OrderState.REQUESTED
    assert request.account == bench.account
    steps: dict[str, Any] = {"actor": bench.manager, "request_id": request.pk, "now": NOW}
    item = request.items.get()
    accept_request(**steps)
    receive_samples(counts={item.pk: Decimal(20)}, **steps)
    receive_samples(counts={item.pk: Decimal(4)}, note="The rest", **steps)
    start_request(**steps)
    bench.deliver(request, "10")
    request.refresh_from_db()
    assert request.state == OrderState.IN_PROGRESS
    assert request.promised_cents == 14 * 6000
    bench.deliver(request, "14")
    request.refresh_from_db()
    item.refresh_from_db()
    assert (request.state, request.promised_cents) == (OrderState.DELIVERED, 0)
    assert (item.received, item.delivered, item.left) == (24, 24, 0)
    assert ledger() == [60_000, 84_000]
    assert request.version == 7
    states = RequestEvent.objects.filter(request=request).values_list("from_state", "to_state")
    assert list(states) == [
        ("", "requested"),
        ("requested", "accepted"),
        ("accepted", "samples_received"),
        ("samples_received", "samples_received"),
        ("samples_received", "in_progress"),
        ("in_progress", "in_progress"),
        ("in_progress", "delivered"),
    ]
    assert topics() == [
        "billing.service_requested",
        "billing.service_accepted",
        "billing.service_delivered",
    ]


def test_a_delivery_is_charged_on_the_platforms_day_at_the_terms_of_the_team():
    bench = a_bench("IND")
    request = bench.begun("2")
    bench.deliver(request, "2", now=make.at("2026-10-07 00:30"))
    charge = Charge.objects.get()
    delivery = Delivery.objects.get()
    assert (charge.source, charge.source_id) == (Charge.Source.DELIVERY, delivery.pk)
    assert charge.service_date == dt.date(2026, 10, 7)
    assert (charge.unit, charge.unit_price_cents) == ("sample", 32_000)
    assert charge.quantity == 2
    assert (charge.amount_cents, charge.tier, charge.vat_category) == (64_000, "IND", "S")
    assert charge.account == bench.account
    assert charge.description == "Proteome · Phosphoproteome"


def test_the_price_that_was_accepted_holds_when_a_new_list_comes(bench):
    request = bench.begun("1")
    prices = PriceList.objects.get()
    PriceList.objects.filter(pk=prices.pk).update(validity=(dt.date(2026, 1, 1), NOW.date()))
    bench.deliver(request, "1", now=NOW + dt.timedelta(days=40))
    assert ledger() == [6000]
    assert Charge.objects.get().price_list == prices


def test_what_is_accepted_counts_against_the_ceiling_until_it_is_charged(bench):
    FundingAccount.objects.update(ceiling_cents=100_000)
    first = bench.begun("10")
    assert committed_cents(bench.account.pk) == 60_000
    second = bench.ask("7")
    with pytest.raises(CeilingPassed):
        accept_request(actor=bench.manager, request_id=second.pk, now=NOW)
    bench.deliver(first, "4")
    assert committed_cents(bench.account.pk) == 60_000
    bench.deliver(first, "1", is_last=True)
    assert committed_cents(bench.account.pk) == 30_000
    accept_request(actor=bench.manager, request_id=second.pk, now=NOW)
    assert committed_cents(bench.account.pk) == 72_000


def test_a_request_that_is_taken_back_promises_nothing(bench):
    request = bench.accepted("10")
    cancel_request(actor=bench.person, request_id=request.pk, now=NOW, note="No samples")
    assert committed_cents(bench.account.pk) == 0


def test_once_begun_it_is_not_taken_back(bench):
    request = bench.begun()
    with pytest.raises(WrongStage) as refusal:
        cancel_request(actor=bench.person, request_id=request.pk, now=NOW)
    assert "In progress" in str(refusal.value)


def test_no_more_is_delivered_than_was_ordered_nor_nothing(bench):
    request = bench.begun("3")
    with pytest.raises(MoreThanOrdered):
        bench.deliver(request, "4")
    with pytest.raises(QuantityNotPossible):
        bench.deliver(request, "0")
    with pytest.raises(QuantityNotPossible):
        bench.deliver(request, "0.001")
    with pytest.raises(NothingCounted):
        deliver(actor=bench.manager, request_id=request.pk, counts={}, now=NOW)
    with pytest.raises(NotFound):
        deliver(actor=bench.manager, request_id=request.pk, counts={9999: Decimal(1)}, now=NOW)
    assert ledger() == []


def test_nothing_is_delivered_before_the_work_begins(bench):
    request = bench.accepted()
    with pytest.raises(WrongStage):
        bench.deliver(request, "1")


def test_nothing_is_received_before_it_is_accepted(bench):
    request = bench.ask()
    with pytest.raises(WrongStage):
        receive_samples(
            actor=bench.manager,
            request_id=request.pk,
            counts={request.items.get().pk: Decimal(1)},
            now=NOW,
        )


def test_a_refusal_says_why_and_is_told(bench):
    request = bench.ask()
    steps: dict[str, Any] = {"actor": bench.manager, "request_id": request.pk, "now": NOW}
    with pytest.raises(ReasonRequired):
        refuse_request(reason=" ", **steps)
    refuse_request(reason="The instrument is away", **steps)
    request.refresh_from_db()
    assert request.state == OrderState.REFUSED
    assert topics()[-1] == "billing.service_refused"
    with pytest.raises(WrongStage):
        accept_request(**steps)


def test_a_change_since_it_was_read_is_said(bench):
    request = bench.ask()
    accept_request(actor=bench.manager, request_id=request.pk, now=NOW, version=1)
    with pytest.raises(StaleVersion):
        start_request(actor=bench.manager, request_id=request.pk, now=NOW, version=1)


def test_a_quote_leads_to_its_own_prices_and_back(bench):
    request = bench.ask("4")
    mark_quoted(request_id=request.pk, actor=bench.manager, now=NOW)
    mark_quoted(request_id=request.pk, actor=bench.manager, now=NOW)
    with pytest.raises(WrongStage):
        accept_request(actor=bench.manager, request_id=request.pk, now=NOW)
    quote_withdrawn(request_id=request.pk, actor=None, now=NOW)
    mark_quoted(request_id=request.pk, actor=bench.manager, now=NOW)
    item = request.items.get()
    other = make.an_account(bench.team, reference="PO-1")
    quote_accepted(
        request_id=request.pk,
        actor=bench.person,
        now=NOW,
        unit_prices={item.pk: 5000},
        account_id=other.pk,
    )
    item.refresh_from_db()
    assert (item.unit_price_cents, item.price_list) == (5000, None)
    assert committed_cents(other.pk) == 20_000


def test_a_request_without_an_account_waits_for_one(bench):
    account = bench.account
    FundingAccount.objects.update(is_active=False)
    request = bench.ask()
    assert request.account is None
    steps: dict[str, Any] = {"request_id": request.pk, "now": NOW}
    with pytest.raises(AccountMissing):
        accept_request(actor=bench.manager, **steps)
    with pytest.raises(AccountNotUsable):
        choose_account(actor=bench.person, account_id=account.pk, **steps)
    FundingAccount.objects.update(is_active=True)
    choose_account(actor=bench.person, account_id=account.pk, **steps)
    accept_request(actor=bench.manager, **steps)
    with pytest.raises(WrongStage):
        choose_account(actor=bench.person, account_id=account.pk, **steps)


def test_an_account_that_has_lapsed_since_pays_for_nothing(bench):
    request = bench.ask()
    FundingAccount.objects.update(valid_until=dt.date(2026, 10, 1))
    with pytest.raises(AccountNotUsable):
        accept_request(actor=bench.manager, request_id=request.pk, now=NOW)


def test_without_a_price_nothing_is_accepted():
    bench = a_bench(rates={"IND": 100})
    request = bench.ask()
    with pytest.raises(RateMissing):
        accept_request(actor=bench.manager, request_id=request.pk, now=NOW)


def test_what_is_asked_is_looked_at(bench):
    elsewhere = a_service(make.a_facility())
    standing = a_service(bench.facility, code="cage", unit="cage-day", counting="day")
    one = Wanted(service_id=bench.service.pk, quantity=Decimal(1))
    own = Project.objects.get().pk

    def ask(*items, **fields):
        values: dict[str, Any] = {"title": "", "now": NOW, "project_id": own}
        return request_service(actor=bench.person, items=items, **(values | fields))

    for items, refusal in (
        ((), NothingAsked),
        ((one, one), NothingAsked),
        ((one, Wanted(service_id=elsewhere.pk, quantity=Decimal(1))), ServiceNotOffered),
        ((Wanted(service_id=standing.pk, quantity=Decimal(1)),), ServiceNotOffered),
        ((Wanted(service_id=one.service_id, quantity=Decimal(-1)),), QuantityNotPossible),
        ((Wanted(service_id=one.service_id, quantity=Decimal("NaN")),), QuantityNotPossible),
    ):
        with pytest.raises(refusal):
            ask(*items)
    with pytest.raises(PatientData):
        ask(one, note="Patient IPP 12345678")
    with pytest.raises(ProjectNotUsable):
        ask(one, project_id=make.a_project(make.a_team()).pk)
    with pytest.raises(AccountNotUsable):
        ask(one, account_id=make.an_account(make.a_team()).pk)
    assert ask(one).title == "Proteome"


def test_a_request_is_seen_by_who_asked_who_pays_and_who_works(bench):
    request = bench.ask()
    head = make.a_member(bench.team, "head")
    accountant = make.a_staff_member(bench.facility, "accountant")
    operator = make.a_staff_member(bench.facility, "operator")
    for person in (bench.person, head, accountant, operator, bench.manager):
        assert request in service_requests_visible_to(person, on=NOW.date())
    stranger = make.a_partner()
    elsewhere = make.a_staff_member(make.a_facility())
    colleague = make.a_member(bench.team)
    for person in (stranger, elsewhere, colleague):
        assert request not in service_requests_visible_to(person, on=NOW.date())
        with pytest.raises(NotFound):
            cancel_request(actor=person, request_id=request.pk, now=NOW)


def test_who_asks_does_not_answer_and_who_counts_money_does_not_either(bench):
    request = bench.ask()
    accountant = make.a_staff_member(bench.facility, "accountant")
    for person in (bench.person, accountant):
        with pytest.raises(NotPermitted):
            accept_request(actor=person, request_id=request.pk, now=NOW)
    with pytest.raises(NotPermitted):
        cancel_request(actor=bench.manager, request_id=request.pk, now=NOW)


SHARES = (Plan(name="Start", percent=Decimal(30)), Plan(name="Report", percent=Decimal(70)))


def test_milestones_are_charged_instead_of_what_is_delivered(bench):
    request = bench.begun("1", milestones=SHARES)
    first, last = request.milestones.all()
    assert (first.amount_cents, last.amount_cents) == (1800, 4200)
    steps: dict[str, Any] = {"actor": bench.manager, "request_id": request.pk, "now": NOW}
    reach_milestone(milestone_id=first.pk, **steps)
    assert committed_cents(bench.account.pk) == 6000
    with pytest.raises(MilestoneReached):
        reach_milestone(milestone_id=first.pk, **steps)
    bench.deliver(request, "1")
    assert ledger() == [1800]
    reach_milestone(milestone_id=last.pk, **steps)
    request.refresh_from_db()
    assert ledger() == [1800, 4200]
    assert (request.state, request.promised_cents) == (OrderState.DELIVERED, 0)
    charge = Charge.objects.filter(source=Charge.Source.MILESTONE)[0]
    assert charge.unit == "milestone"
    assert charge.quantity == 1


def test_milestones_by_sums_are_the_price_themselves(bench):
    plans = (Plan(name="Start", amount_cents=500), Plan(name="End", amount_cents=700))
    request = bench.accepted("1", milestones=plans)
    assert request.promised_cents == 1200


@pytest.mark.parametrize(
    "plans",
    [
        (Plan(name="Half", percent=Decimal(50)),),
        (Plan(name="Half", percent=Decimal(50)), Plan(name="Sum", amount_cents=1)),
        (Plan(name="Neither"),),
        (Plan(name="More", percent=Decimal(150)), Plan(name="Less", percent=Decimal(-50))),
        (Plan(name="Less", amount_cents=-1),),
    ],
)
def test_milestones_that_do_not_add_up_are_refused(bench, plans):
    request = bench.ask()
    with pytest.raises(MilestonesDoNotAddUp):
        accept_request(actor=bench.manager, request_id=request.pk, now=NOW, milestones=plans)


def test_a_milestone_of_another_request_is_missing(bench):
    request, other = bench.begun("1", milestones=SHARES), bench.begun("1")
    with pytest.raises(NotFound):
        reach_milestone(
            actor=bench.manager,
            request_id=other.pk,
            milestone_id=request.milestones.first().pk,
            now=NOW,
        )
