"""The end of a month, step by step: what runs in the background, and how far it is."""

import datetime as dt

import pytest

from accounts.errors import NotFound, NotPermitted
from billing import services, tasks
from billing.errors import MonthNotBegun
from billing.models import Invoice, MonthEnd, MonthEndRun, Statement
from billing.month_end.errors import RunUnderWay
from billing.month_end.progress import month_end_of
from billing.services import continue_run, dispute_charge, start_month_end, waiting_run_ids
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = dt.date(2026, 9, 1), dt.date(2026, 10, 1)
SETTLED = make.at("2026-10-12 09:00")


@pytest.fixture
def facility():
    return make.a_facility(code="CYT")


@pytest.fixture
def issuer(facility):
    return make.an_issuer(facility, code="CRC")


@pytest.fixture
def keeper(issuer):
    person = make.a_user()
    issuer.accountants.add(person)
    return person


@pytest.fixture
def teams(issuer, facility):
    made = [make.a_team(make.a_legal_person()) for _number in range(3)]
    for team in made:
        make.an_account(team)
        make.a_charge(team, facility, 1000)
    return made


def started(issuer, actor, step, now=NOW, month=SEPTEMBER):
    return start_month_end(issuer_id=issuer.pk, month=month, step=step, actor=actor, now=now)


def run_through(issuer, actor, step, now=NOW):
    run = started(issuer, actor, step, now)
    assert not continue_run(run_id=run.pk, now=now)
    run.refresh_from_db()
    return run


def state(user, issuer, now=NOW, month=SEPTEMBER):
    return month_end_of(user, issuer=issuer, month=month, now=now)


def test_a_month_goes_from_check_to_documents(issuer, keeper, teams):
    assert state(keeper, issuer).next == "statements"

    run = run_through(issuer, keeper, "statements")
    assert (run.done, run.total, run.last_error) == (4, 4, "")
    assert Statement.objects.count() == 3
    told = state(keeper, issuer)
    assert (told.next, told.disputed.disputable, told.disputed.last_day) == (
        "disputes", 3, dt.date(2026, 10, 11),
    )  # fmt: skip

    settled = state(keeper, issuer, now=SETTLED)
    assert (settled.next, settled.documents.to_bill, settled.documents.to_bill_cents) == (
        "documents", 3, 3000,
    )  # fmt: skip

    run = run_through(issuer, keeper, "documents", now=SETTLED)
    assert (run.done, run.total) == (4, 4)
    done = state(keeper, issuer, now=SETTLED)
    assert done.next == ""
    assert [(one.kind, one.count, one.net_cents) for one in done.documents.issued] == [
        ("invoice", 3, 3000)
    ]
    assert {invoice.issued_by for invoice in Invoice.objects.all()} == {keeper}


def test_what_is_disputed_holds_the_step_and_comes_onto_no_document(issuer, keeper, teams):
    run_through(issuer, keeper, "statements")
    charge = teams[0].charges.get()
    dispute_charge(
        charge_id=charge.pk, reason="Why?", actor=make.a_member(teams[0], "head"), now=NOW
    )

    assert state(keeper, issuer, now=SETTLED).disputed.open == 1
    assert state(keeper, issuer, now=SETTLED).next == "check"
    run_through(issuer, keeper, "documents", now=SETTLED)
    assert Invoice.objects.count() == 2


def test_a_step_run_again_changes_nothing(issuer, keeper, teams):
    for step, now in (("statements", NOW), ("documents", SETTLED)) * 2:
        run_through(issuer, keeper, step, now)
    assert (Statement.objects.count(), Invoice.objects.count()) == (3, 3)
    assert (MonthEnd.objects.count(), MonthEndRun.objects.count()) == (1, 4)


def test_each_issuer_ends_its_month_with_statements_of_its_own(issuer, facility, keeper, teams):
    imaging, unsold = make.a_facility(code="MIC"), make.a_facility(code="PRO")
    other = make.an_issuer(imaging, code="UPR")
    other.accountants.add(keeper)
    for place, cents in ((imaging, 50_000), (unsold, 7)):
        make.a_charge(teams[0], place, cents)

    run_through(issuer, keeper, "statements")
    assert set(Statement.objects.values_list("issuer__code", "total_cents")) == {("CRC", 1000)}
    told = (state(keeper, issuer).told, state(keeper, other).told)
    assert [(one.made, one.to_make) for one in told] == [(3, 0), (0, 1)]

    run_through(other, keeper, "statements")
    services.close_month(month=SEPTEMBER, now=NOW)
    of_first = Statement.objects.filter(team=teams[0]).order_by("total_cents")
    assert list(of_first.values_list("issuer__code", "charges_count", "total_cents")) == [
        (None, 1, 7), ("CRC", 1, 1000), ("UPR", 1, 50_000),
    ]  # fmt: skip
    services.close_month(month=SEPTEMBER, now=NOW)
    assert Statement.objects.count() == 5
    assert [one.reason for one in state(keeper, issuer).held_up] == ["disputable"]
    unbilled = state(make.a_staff_member(unsold), issuer).held_up
    assert [(one.reason, one.cents) for one in unbilled] == [("no_issuer", 7)]


def test_a_run_goes_on_where_it_was_handed_on(issuer, keeper, teams):
    run = started(issuer, keeper, "statements")
    slices = 0
    while continue_run(run_id=run.pk, now=NOW, seconds=0):
        slices += 1
        assert slices == 1, "no time at all: nothing is done, and it would go on for ever"
        run.refresh_from_db()
        assert (run.leased_until, run.total) == (None, 4)
        assert waiting_run_ids() == [run.pk]
        continue_run(run_id=run.pk, now=NOW)
    run.refresh_from_db()
    assert run.finished_at == NOW
    assert waiting_run_ids() == []


def test_a_run_that_another_worker_holds_is_left_to_it(issuer, keeper, teams):
    run = started(issuer, keeper, "statements")
    MonthEndRun.objects.update(leased_until=dt.datetime(2199, 1, 1, tzinfo=dt.UTC))
    assert not continue_run(run_id=run.pk, now=NOW)
    assert waiting_run_ids() == []
    assert not Statement.objects.exists()

    MonthEndRun.objects.update(leased_until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert waiting_run_ids() == [run.pk]
    tasks.run_month_end(run.pk)
    assert Statement.objects.count() == 3


def test_a_fault_ends_the_run_and_stands_on_it(issuer, keeper, teams, monkeypatch):
    def broken(**_given):
        raise ZeroDivisionError

    monkeypatch.setattr(services.month_end, "close_team", broken)
    run = started(issuer, keeper, "statements")
    with pytest.raises(ZeroDivisionError):
        continue_run(run_id=run.pk, now=NOW)
    run.refresh_from_db()
    assert (run.last_error, run.finished_at) == ("ZeroDivisionError", NOW)
    started(issuer, keeper, "statements")


def test_one_step_of_a_month_is_done_at_a_time(issuer, keeper, teams):
    started(issuer, keeper, "statements")
    with pytest.raises(RunUnderWay):
        started(issuer, keeper, "documents")
    started(issuer, keeper, "statements", month=OCTOBER)


def test_only_who_keeps_the_books_runs_a_month_that_has_begun(issuer, facility, keeper):
    with pytest.raises(NotPermitted):
        started(issuer, make.a_staff_member(facility), "statements")
    with pytest.raises(NotFound):
        started(issuer, make.a_staff_member(make.a_facility()), "statements")
    with pytest.raises(MonthNotBegun):
        started(issuer, keeper, "statements", month=dt.date(2026, 11, 1))


def test_a_manager_follows_a_month_without_the_documents_of_others(issuer, facility, keeper, teams):
    run_through(issuer, keeper, "statements")
    run_through(issuer, keeper, "documents", now=SETTLED)
    seen = state(make.a_staff_member(facility), issuer, now=SETTLED)
    assert (seen.may_run, seen.documents.issued) == (False, [])


def test_a_month_under_way_is_never_done(issuer, keeper, teams):
    assert state(keeper, issuer, month=OCTOBER).next == "check"
