"""The end of a month in steps that go on in the background and can stop at any point.

A step is made of pieces (a team's statement, one document), each a transaction of its own
that adds nothing where the work is done already. So a run that dies is simply run again.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from kombu.exceptions import OperationalError as BrokerAway

from accounts.errors import Busy, NotFound
from accounts.models import User
from accounts.permissions import require
from accounts.transactions import refused_by, use_case
from billing.documents.billable import groups_to_bill
from billing.errors import MonthNotBegun, PartyIncomplete
from billing.models import MonthEnd, MonthEndRun
from billing.month_end.errors import RunUnderWay
from billing.month_end.months import next_month
from billing.month_end.stating import centre_day
from billing.permissions import issuers_watched_by, may_keep_books_of
from billing.queries import statements_to_make
from billing.services.closing import charge_before_closing, close_team
from billing.services.crediting import issue_due_credit_notes
from billing.services.issuing import issue_document

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=2)
"""How long a worker may be silent before another takes over: longer than a task may run."""
SLICE_SECONDS = 45.0
"""How long a worker keeps at it before it hands on: well within the limit of a task."""
NUDGE_EXPIRES_SECONDS = 60
Step = MonthEndRun.Step


@use_case
def start_month_end(
    *, issuer_id: int, month: dt.date, step: str, actor: User, now: dt.datetime
) -> MonthEndRun:
    """Begin a step of a month end, a month given by any of its days; workers do the rest.

    The steps may be repeated: what came since is added, and nothing twice.

    Raises:
        NotFound: the actor follows no such issuer.
        NotPermitted: the actor does not keep its books.
        MonthNotBegun: the month lies in the future.
        RunUnderWay: a step of the month is being done.
    """
    if not issuers_watched_by(actor).filter(pk=issuer_id).exists():
        raise NotFound
    require(may_keep_books_of(actor, issuer_id))
    first = month.replace(day=1)
    if first > centre_day(now):
        raise MonthNotBegun
    month_end, _is_new = MonthEnd.objects.get_or_create(
        issuer_id=issuer_id, month=first, defaults={"created_at": now}
    )
    with refused_by("month_end_run_one_at_once", RunUnderWay):
        run = MonthEndRun.objects.create(
            month_end=month_end, step=Step(step), started_by=actor, started_at=now
        )
    transaction.on_commit(partial(_nudge, run.pk), robust=True)
    return run


def continue_run(*, run_id: int, now: dt.datetime, seconds: float = SLICE_SECONDS) -> bool:
    """Go on with a run for some seconds, unless another worker is at it; say whether to again.

    Safe to repeat, to run at once and to kill: a lease keeps workers apart, and one that
    lapses goes to the next. A fault ends the run and stands on it.
    """
    lease = uuid.uuid4()
    if not _take(run_id, lease):
        return False
    run = MonthEndRun.objects.select_related("month_end", "started_by").get(pk=run_id)
    deadline = time.monotonic() + seconds
    done = run.done
    try:
        for left in PIECES[Step(run.step)](run, now):
            if not _prolong(run_id, lease, done=done, total=done + left):
                return False
            if time.monotonic() >= deadline:
                _let_go(run_id, lease)
                return True
            done += 1
    except Busy:  # the sweep comes again in a while
        _let_go(run_id, lease)
        return False
    except Exception as error:
        _end(run_id, lease, now=now, error=type(error).__name__)
        raise
    _end(run_id, lease, now=now, done=done)
    return False


def waiting_run_ids() -> list[int]:
    """Return the runs that nobody is at: just begun, handed on, or left by a worker that died."""
    free = Q(leased_until=None) | Q(leased_until__lt=Now())
    runs = MonthEndRun.objects.filter(free, finished_at=None)
    return list(runs.order_by("id").values_list("pk", flat=True))


def _statements(run: MonthEndRun, now: dt.datetime) -> Iterator[int]:
    """Yield how many pieces are left before each: charging, then a statement to each team."""
    month, issuer_id = run.month_end.month, run.month_end.issuer_id
    yield 1 + len(statements_to_make(month=month, issuer_id=issuer_id))
    charge_before_closing(month=month, now=now)
    to_make = statements_to_make(month=month, issuer_id=issuer_id)
    for number, (team_id, _its) in enumerate(to_make):
        yield len(to_make) - number
        close_team(team_id=team_id, issuer_id=issuer_id, month=month, now=now)


def _documents(run: MonthEndRun, now: dt.datetime) -> Iterator[int]:
    """Yield how many pieces are left before each: every document, then the credit notes.

    A buyer of whom something is missing, and what comes to nothing, is left for later.
    """
    issuer_id, until = run.month_end.issuer_id, next_month(run.month_end.month)
    settled_on = centre_day(now)
    groups = groups_to_bill(issuer_id=issuer_id, until=until, settled_on=settled_on)
    for number, group in enumerate(groups):
        yield len(groups) - number + 1
        try:
            issue_document(
                group=group, until=until, now=now, actor=run.started_by, settled_on=settled_on
            )
        except PartyIncomplete:
            continue
    yield 1
    issue_due_credit_notes(issuer_id=issuer_id, until=until, now=now, actor=run.started_by)


PIECES: dict[Step, Callable[[MonthEndRun, dt.datetime], Iterator[int]]] = {
    Step.STATEMENTS: _statements,
    Step.DOCUMENTS: _documents,
}


# Leases go by the database's clock, which all workers share.


def _take(run_id: int, lease: uuid.UUID) -> bool:
    free = Q(leased_until=None) | Q(leased_until__lt=Now())
    runs = MonthEndRun.objects.filter(free, pk=run_id, finished_at=None)
    return runs.update(lease=lease, leased_until=Now() + LEASE) == 1


def _prolong(run_id: int, lease: uuid.UUID, *, done: int, total: int) -> bool:
    """Say how far it is and keep the lease; False where another worker has it by now."""
    runs = MonthEndRun.objects.filter(pk=run_id, lease=lease)
    return runs.update(done=done, total=total, leased_until=Now() + LEASE) == 1


def _let_go(run_id: int, lease: uuid.UUID) -> None:
    runs = MonthEndRun.objects.filter(pk=run_id, lease=lease)
    runs.update(lease=None, leased_until=None)


def _end(
    run_id: int, lease: uuid.UUID, *, now: dt.datetime, done: int | None = None, error: str = ""
) -> None:
    runs = MonthEndRun.objects.filter(pk=run_id, lease=lease)
    progress = {} if done is None else {"done": done, "total": done}
    runs.update(lease=None, leased_until=None, finished_at=now, last_error=error, **progress)


def _nudge(run_id: int) -> None:
    """Ask a worker to begin; where the broker is away the sweep finds the run."""
    from billing.tasks import run_month_end

    try:
        run_month_end.apply_async((run_id,), retry=False, expires=NUDGE_EXPIRES_SECONDS)
    except (BrokerAway, OSError) as error:
        logger.warning("month_end_nudge_missed", extra={"error": type(error).__name__})
