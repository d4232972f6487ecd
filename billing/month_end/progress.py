"""How far the end of a month is: read from the ledger, statements, disputes and documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import User
from billing.documents.billable import (
    Obstacle,
    billable_charges,
    charges_to_credit,
    unbilled_charges,
    with_obstacle,
)
from billing.models import Charge, Dispute, Invoice, Issuer, MonthEnd, MonthEndRun, Statement
from billing.month_end.months import next_month
from billing.month_end.stating import centre_day
from billing.month_end.unbilled import Reason, Unbilled, scope_of, unbilled
from billing.permissions import issuers_watched_by, may_keep_books_of
from billing.queries import statements_to_make

CHECK, STATEMENTS, DISPUTES, DOCUMENTS = "check", "statements", "disputes", "documents"
MAKES_NO_DOCUMENT = (Reason.PARTY_INCOMPLETE, Reason.NOTHING_TO_BILL)
STEPS = (CHECK, STATEMENTS, DISPUTES, DOCUMENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The issuer's statements of the month."""

    made: int
    to_make: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed:
    """What teams dispute, and what they may still: `last_day` is when the last of it ends."""

    open: int
    upheld: int
    rejected: int
    disputable: int
    disputable_cents: int
    last_day: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """How many documents of a kind were issued for the month, and their sum without VAT."""

    kind: str
    count: int
    net_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """What was issued, and what could be now."""

    issued: Sequence[Issued]
    to_bill: int
    to_bill_cents: int
    to_credit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthEndState:
    """One month of one issuer as it stands, for one person."""

    issuer: Issuer
    month: dt.date
    has_begun: bool
    is_over: bool
    may_run: bool
    held_up: Sequence[Unbilled]
    told: Told
    disputed: Disputed
    documents: Documents
    run: MonthEndRun | None

    @property
    def to_clear(self) -> int:
        """How many rows somebody has to clear."""
        return sum(one.count for one in self.held_up if not one.is_waiting)

    @property
    def done(self) -> frozenset[str]:
        """The steps of which nothing is left to do."""
        done = set()
        if self.is_over and not self.to_clear:
            done.add(CHECK)
        if self.is_over and not self.told.to_make:
            done.add(STATEMENTS)
            if not self.disputed.open and not self.disputed.disputable:
                done.add(DISPUTES)
                if not self.documents.to_bill and not self.documents.to_credit:
                    done.add(DOCUMENTS)
        return frozenset(done)

    @property
    def next(self) -> str:
        """The step to take now; nothing when all that can be done is done.

        What is held up is best cleared first but stops nothing: it comes with a later month.
        """
        return next((step for step in STEPS if step not in self.done), "")

    @property
    def is_running(self) -> bool:
        """Whether a step is being done."""
        return self.run is not None and self.run.finished_at is None


def month_end_of(user: User, *, issuer: Issuer, month: dt.date, now: dt.datetime) -> MonthEndState:
    """Return how far a month is, given by its first day, in a fixed number of queries.

    Who only manages a platform sees what holds up its own rows, counted over those; the
    issuer's documents are for those who keep its books.
    """
    until, today = next_month(month), centre_day(now)
    keeps = may_keep_books_of(user, issuer.pk)
    held_up = unbilled(user, issuer=issuer, until=until, now=now)
    charges = Charge.objects.filter(
        scope_of(user, issuer).charges, issuer=issuer, service_date__lt=until
    )
    return MonthEndState(
        issuer=issuer,
        month=month,
        has_begun=month <= today,
        is_over=until <= today,
        may_run=keeps,
        held_up=held_up,
        told=_told(issuer, month),
        disputed=_disputed(charges, month, today),
        documents=_documents(charges, issuer, month, today, held_up=held_up, sums=keeps),
        run=MonthEndRun.objects.filter(month_end__issuer=issuer, month_end__month=month)
        .select_related("started_by")
        .first(),
    )


def month_ends_visible_to(user: User) -> QuerySet[MonthEnd]:
    """Return the month ends that were begun, of the issuers a person follows."""
    return MonthEnd.objects.filter(issuer__in=issuers_watched_by(user)).select_related("issuer")


def last_runs_of(month_ends: Sequence[MonthEnd]) -> dict[int, MonthEndRun]:
    """Return the last run of each of some month ends, in one query."""
    runs = MonthEndRun.objects.filter(month_end__in=month_ends).order_by("month_end_id", "-id")
    return {run.month_end_id: run for run in runs.distinct("month_end_id")}


def _told(issuer: Issuer, month: dt.date) -> Told:
    return Told(
        made=Statement.objects.filter(month=month, issuer=issuer).count(),
        to_make=len(statements_to_make(month=month, issuer_id=issuer.pk)),
    )


def _disputed(charges: QuerySet[Charge], month: dt.date, today: dt.date) -> Disputed:
    is_open = Q(state=Dispute.State.OPEN)
    of_month = Q(charge__statement_lines__statement__month=month)
    counts: dict[str, Any] = Dispute.objects.filter(charge__in=charges).aggregate(
        open=Count("pk", filter=is_open),
        upheld=Count("pk", filter=of_month & Q(state=Dispute.State.UPHELD)),
        rejected=Count("pk", filter=of_month & Q(state=Dispute.State.REJECTED)),
    )
    stuck = with_obstacle(unbilled_charges().filter(pk__in=charges), settled_on=today)
    waiting = stuck.filter(obstacle=Obstacle.DISPUTABLE)
    by_day = list(
        waiting.order_by().values("last_day").annotate(count=Count("pk"), cents=Sum("amount_cents"))
    )
    return Disputed(
        **counts,
        disputable=sum(row["count"] for row in by_day),
        disputable_cents=sum(row["cents"] for row in by_day),
        last_day=max((row["last_day"] for row in by_day), default=None),
    )


def _documents(
    charges: QuerySet[Charge],
    issuer: Issuer,
    month: dt.date,
    today: dt.date,
    *,
    held_up: Sequence[Unbilled],
    sums: bool,
) -> Documents:
    until = next_month(month)
    ready = billable_charges(until=until, settled_on=today).filter(pk__in=charges)
    to_bill = ready.aggregate(count=Count("pk"), cents=Sum("amount_cents"))
    # Of what stands in no charge's way, some makes no document: its buyer or its sum does.
    left = [one for one in held_up if one.reason in MAKES_NO_DOCUMENT]
    issued: list[Issued] = []
    if sums:
        of_month = Invoice.objects.filter(
            issuer=issuer, service_until__gte=month, service_until__lt=until
        )
        rows = of_month.order_by("kind").values("kind")
        issued = [
            Issued(**row) for row in rows.annotate(count=Count("pk"), net_cents=Sum("net_cents"))
        ]
    return Documents(
        issued=issued,
        to_bill=max(to_bill["count"] - sum(one.count for one in left), 0),
        to_bill_cents=(to_bill["cents"] or 0) - sum(one.cents or 0 for one in left),
        to_credit=charges_to_credit().filter(pk__in=charges).count(),
    )
