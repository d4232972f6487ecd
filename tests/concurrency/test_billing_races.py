"""Each use is charged once and each charge told once, whatever runs at once or dies.

Run once without the guards, on two cores:
- no row locks: of eight chargers of one use some found it "not chargeable"; four sweeps
  counted 432 charges for 108 uses, of which the constraint kept 108; of four closings
  three failed on `statement_once`;
- no constraints either: eight rows for one use, 15 statements for four teams, eight
  reversals of one charge;
- row locks alone, without the constraints: all but the reversals were still right.
"""

from __future__ import annotations

import datetime as dt
import random
from functools import partial

import pytest
from django.db.models import Count, F, Sum

from billing.errors import AlreadyReversed
from billing.models import Charge, Statement, StatementLine, StatementTotal
from billing.services import (
    charge_booking,
    charge_finished_uses,
    close_month,
    reverse_charge,
    reverse_waived_uses,
)
from billing.services.closing import close_team
from bookings.models import Booking
from bookings.models.booking import stored
from notifications.models import OutboxMessage
from tests import factories as make
from tests.billing.cases import LATER, a_priced_instrument, a_use, someone
from tests.concurrency.apart import apart, kill_in_the_middle
from tests.concurrency.together import deadlocks, kinds, together

pytestmark = pytest.mark.django_db(transaction=True)

OCTOBER = dt.date(2026, 10, 1)


@pytest.fixture(autouse=True)
def _no_deadlock():
    """A deadlock is tried again, so that it would show in no outcome."""
    before = deadlocks()
    yield
    assert deadlocks() == before


@pytest.fixture
def fortessa():
    return a_priced_instrument()


def uses(instrument, count, teams=4):
    """Make many uses of an hour in October, each 18.00, shared among some teams."""
    people = [someone() for _number in range(teams)]
    models = [
        a_use(person, instrument, make.period("2026-10-05 08:00", "09:00"), unit=unit)
        for unit, person in enumerate(people, start=100)
    ]
    Booking.objects.bulk_create(
        copied(models[number % teams], number) for number in range(count - teams)
    )


def copied(model, number):
    """Make a use like another, on a Tuesday to Thursday, in peak hours, of some unit."""
    day = (6, 7, 8, 13, 14, 15, 20, 21, 22)[number % 9]
    hour = 8 + number // 9 % 12
    when = stored(make.period(f"2026-10-{day:02} {hour:02}:00", f"{hour + 1:02}:00"))
    values = {
        **{f.attname: getattr(model, f.attname) for f in Booking._meta.fields},
        "id": None,
        "unit": 1 + number // 108,
        "period": when,
        "blocked": when,
    }
    return Booking(**values)


def assert_charged_and_told_once(count):
    """Every use has one charge, every charge one line, and every sum agrees."""
    each = Booking.objects.annotate(rows=Count("charges")).values_list("rows", flat=True)
    assert list(each) == [1] * count
    assert StatementLine.objects.count() == Charge.objects.count() == count
    assert not Charge.objects.filter(statement_lines=None).exists()
    cents = Charge.objects.aggregate(s=Sum("amount_cents"))["s"]
    assert cents == count * 1800
    assert Statement.objects.aggregate(s=Sum("total_cents"))["s"] == cents
    assert StatementTotal.objects.aggregate(s=Sum("amount_cents"))["s"] == cents
    for statement in Statement.objects.annotate(s=Sum("lines__charge__amount_cents")):
        assert statement.total_cents == statement.s
    assert Statement.objects.count() == OutboxMessage.objects.count()


def test_one_use_charged_eight_times_at_once_is_charged_once(fortessa):
    for unit in range(1, 6):
        booking = a_use(someone(), fortessa, make.period("2026-10-06 19:00", "21:00"), unit=unit)
        calls = [partial(charge_booking, booking_id=booking.pk, now=LATER)] * 8
        rows = together(calls)
        assert kinds(rows) == {"list": 8}
        assert [len(each) for each in rows] == [2] * 8
        assert Charge.objects.filter(booking=booking).count() == 2


def test_runs_at_once_share_the_uses_and_charge_each_once(fortessa):
    uses(fortessa, 108)
    reports = together([partial(charge_finished_uses, now=LATER, limit=500)] * 4)
    assert kinds(reports) == {"ChargingReport": 4}
    charged = [booking_id for report in reports for booking_id in report.charged]
    assert len(charged) == len(set(charged)) == Charge.objects.count() == 108


def test_one_use_and_all_uses_charged_at_once_are_charged_once(fortessa):
    uses(fortessa, 12)
    ids = Booking.objects.values_list("pk", flat=True)
    calls = [partial(charge_booking, booking_id=pk, now=LATER) for pk in ids]
    outcomes = together([*calls, *[partial(charge_finished_uses, now=LATER, limit=500)] * 4])
    assert kinds(outcomes) == {"ChargingReport": 4, "list": 12}
    assert Charge.objects.count() == 12


def test_a_month_closed_four_times_at_once_and_again_is_closed_once(fortessa):
    uses(fortessa, 1000)
    close = partial(close_month, month=OCTOBER, now=LATER)
    reports = together([close] * 4)
    assert kinds(reports) == {"ClosingReport": 4}
    made = [statement_id for report in reports for statement_id in report.statement_ids]
    assert len(made) == len(set(made)) == 4
    assert_charged_and_told_once(1000)
    close()
    close_month(month=dt.date(2026, 11, 1), now=LATER)
    assert_charged_and_told_once(1000)


def test_two_issuers_and_the_centre_close_one_team_at_once_each_with_its_own(fortessa):
    team = make.a_team(make.a_legal_person())
    sellers = [make.an_issuer(make.a_facility(code=code), code=code) for code in ("CRC", "UPR")]
    for seller in sellers:
        for _number in range(20):
            make.a_charge(team, seller.sells_for.get().facility, 100)
    close = [
        partial(close_team, team_id=team.pk, issuer_id=seller.pk, month=OCTOBER, now=LATER)
        for seller in sellers
    ]
    together([*close, *close, *[partial(close_month, month=OCTOBER, now=LATER)] * 2])
    stated = Statement.objects.order_by("issuer__code")
    assert list(stated.values_list("issuer__code", "charges_count", "total_cents")) == [
        ("CRC", 20, 2000), ("UPR", 20, 2000),
    ]  # fmt: skip
    assert not Charge.objects.exclude(statement_lines__statement__issuer=F("issuer")).exists()


def test_a_run_that_is_killed_leaves_nothing_half_done(fortessa):
    uses(fortessa, 400)
    rng = random.Random(20261001)
    for _attempt in range(20):
        kill_while_closing(after_seconds=rng.uniform(0.005, 0.25))
        told = StatementLine.objects.count()
        counted = Statement.objects.aggregate(s=Sum("charges_count"))["s"] or 0
        assert told == counted
    close_month(month=OCTOBER, now=LATER)
    close_month(month=dt.date(2026, 11, 1), now=LATER)
    assert_charged_and_told_once(400)


def kill_while_closing(*, after_seconds):
    """Close the month in another process and kill it in the middle."""
    child = apart(partial(close_month, month=OCTOBER, now=LATER))
    kill_in_the_middle([child], after_seconds=after_seconds)


def test_a_charge_reversed_eight_times_at_once_is_reversed_once(fortessa):
    booking = a_use(someone(), fortessa, make.period("2026-10-06 14:00", "15:00"))
    (charge,) = charge_booking(booking_id=booking.pk, now=LATER)
    actor = make.a_staff_member(fortessa.facility)
    undo = partial(reverse_charge, charge_id=charge.pk, actor=actor, reason="Wrong", now=LATER)
    outcomes = together([undo] * 8)
    assert kinds(outcomes) == {AlreadyReversed.__name__: 7, "Charge": 1}
    assert Charge.objects.aggregate(s=Sum("amount_cents"))["s"] == 0


def test_a_charge_given_back_by_a_person_and_by_a_sweep_is_given_back_once(fortessa):
    booking = a_use(someone(), fortessa, make.period("2026-10-06 14:00", "15:00"))
    (charge,) = charge_booking(booking_id=booking.pk, now=LATER)
    Booking.objects.update(waived_reason="Laser down")
    actor = make.a_staff_member(fortessa.facility)
    undo = partial(reverse_charge, charge_id=charge.pk, actor=actor, reason="Wrong", now=LATER)
    outcomes = together([undo] * 4 + [partial(reverse_waived_uses, now=LATER)] * 4)
    assert set(kinds(outcomes)) <= {AlreadyReversed.__name__, "Charge", "int"}
    assert Charge.objects.count() == 2
