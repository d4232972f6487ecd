"""A month is ended by several workers at once, killed with -9 at random, and comes out right.

Each use is on one statement and one document, sums agree with a recount in SQL that shares
nothing with our code, numbers have no gap. `make month-end` runs it at full size: 1,000 uses
and 20 kills.

The lease that keeps workers apart is made to fail here, so that the constraints and row locks
have to hold. Run once without those, on two cores: 80 uses had 320 charges, 1,120 lines on
statements and 960 on 24 invoices, where there should be 80, 80 and 80 on 8.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import time
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connection
from django.db.models import Count

from billing.models import Charge, Invoice, InvoiceLine, NumberSeries, StatementLine
from billing.services import continue_run, month_end, start_month_end
from bookings.models import Booking
from bookings.models.booking import stored
from tests import factories as make
from tests.billing.cases import a_priced_instrument, a_use
from tests.concurrency.apart import apart, kill_in_the_middle
from tests.concurrency.together import deadlocks, together

pytestmark = pytest.mark.django_db(transaction=True)

USES = int(os.environ.get("MONTH_END_USES", "80"))
KILLS = int(os.environ.get("MONTH_END_KILLS", "6"))
OCTOBER = dt.date(2026, 10, 1)
CLOSED = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
SETTLED = dt.datetime(2026, 11, 12, 9, 0, tzinfo=dt.UTC)
TIERS = (("host", "INT"), ("academic", "ACA"), ("industry", "SUP"), ("industry", "IND"))


@pytest.fixture(autouse=True)
def _no_deadlock():
    before = deadlocks()
    yield
    assert deadlocks() == before


@pytest.fixture
def keeper():
    """Who ends October, of which there are uses of four tiers, some within the seller."""
    instrument = a_priced_instrument()
    host = make.a_legal_person(kind="host", tier="INT")
    issuer = make.an_issuer(instrument.facility, organisation=host, code="CRC")
    houses = [host, *(make.a_legal_person(kind=kind, tier=tier) for kind, tier in TIERS[1:])]
    people = [make.a_researcher(house) for house in houses * 2]
    models = [
        a_use(person, instrument, make.period("2026-10-05 08:00", "09:00"), unit=900 + number)
        for number, person in enumerate(people)
    ]
    Booking.objects.bulk_create(
        copied(models[number % len(models)], number) for number in range(USES - len(models))
    )
    keeper = make.a_user()
    issuer.accountants.add(keeper)
    return keeper


def copied(model, number):
    """Make a use like another, on a day of the week, in peak hours, of some unit."""
    day = (6, 7, 8, 13, 14, 15, 20, 21, 22)[number % 9]
    hour = 8 + number // 9 % 11
    when = stored(make.period(f"2026-10-{day:02} {hour:02}:00", f"{hour + 1:02}:00"))
    values = {f.attname: getattr(model, f.attname) for f in Booking._meta.fields}
    values |= {"id": None, "unit": 1 + number // 99, "period": when, "blocked": when}
    return Booking(**values)


def started(keeper, step, now):
    issuer = keeper.keeps_books_of.get()
    return start_month_end(issuer_id=issuer.pk, month=OCTOBER, step=step, actor=keeper, now=now)


@contextmanager
def leases_that_fail():
    """Let every worker go on as if it were alone: what keeps it right is not the lease."""
    with pytest.MonkeyPatch.context() as patched:
        for name in ("_take", "_prolong"):
            patched.setattr(month_end, name, lambda *_given, **_named: True)
        yield


def ended(keeper, step, now, *, kills=0, rng=None):
    """Do a step with workers that are killed, then with four at once, then whole."""
    run = started(keeper, step, now)
    with leases_that_fail():
        for _kill in range(kills):
            kill_while_working(run.pk, now, after_seconds=rng.uniform(0.005, 0.4))
        together([partial(continue_run, run_id=run.pk, now=now)] * 4)
    continue_run(run_id=run.pk, now=now)
    run.refresh_from_db()
    assert run.finished_at is not None
    assert run.last_error == ""


def kill_while_working(run_id, now, *, after_seconds):
    """Let two processes go on with a run and kill both in the middle."""
    children = [apart(partial(continue_run, run_id=run_id, now=now)) for _worker in range(2)]
    kill_in_the_middle(children, after_seconds=after_seconds)


def assert_right():
    """Every use has one line everywhere; sums are those of a recount; no number is missing."""
    for lines in ("charges__statement_lines", "charges__invoice_lines"):
        each = Booking.objects.annotate(rows=Count(lines)).values_list("rows", flat=True)
        assert set(each) == {1}, lines
    assert Charge.objects.count() == StatementLine.objects.count() == USES
    assert InvoiceLine.objects.count() == USES
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT)
        recounted = cursor.fetchall()
    rows = Invoice.objects.order_by("team").values_list("team", "net_cents", "vat_cents")
    assert list(rows) == recounted
    for series in NumberSeries.objects.all():
        numbers = Invoice.objects.filter(issuer=series.issuer, kind=series.kind, year=series.year)
        sequences = list(numbers.order_by("sequence").values_list("sequence", flat=True))
        assert sequences == list(range(1, series.last + 1))


RECOUNT = """
SELECT team, sum(cents)::bigint, round(sum(cents) * rate)::bigint
  FROM (SELECT booking.team_id AS team,
               CASE house.tier WHEN 'INT' THEN 1800 WHEN 'ACA' THEN 3500
                    WHEN 'SUP' THEN 6000 WHEN 'IND' THEN 12000 END
               * extract(epoch FROM upper(period) - lower(period)) / 3600 AS cents,
               CASE house.kind WHEN 'host' THEN 0 ELSE 0.2 END AS rate
          FROM bookings_booking booking
          JOIN accounts_team ON accounts_team.id = booking.team_id
          JOIN accounts_organisation house ON house.id = accounts_team.organisation_id) use
 GROUP BY team, rate ORDER BY team
"""


def test_a_month_ended_by_workers_that_are_killed_comes_out_right(keeper):
    rng = random.Random(20261101)
    begun = time.monotonic()
    for step, now in (("statements", CLOSED), ("documents", SETTLED)):
        ended(keeper, step, now, kills=KILLS // 2, rng=rng)
    assert_right()
    seconds = time.monotonic() - begun
    print(f"{USES} uses, {KILLS} kills of two workers: {seconds:.1f} s")  # noqa: T201

    for step, now in (("statements", CLOSED), ("documents", SETTLED)):
        ended(keeper, step, now)
    assert_right()
