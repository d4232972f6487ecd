"""Charging finished uses: each exactly once, however often and at once it is tried."""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from accounts.errors import DomainError, NotFound
from accounts.statements import Row
from accounts.transactions import use_case
from billing.costs.splits import shares_of
from billing.errors import NotChargeable
from billing.models import Charge
from billing.prices.tariffs import lists_in_force, tariffs_of
from billing.queries import retaken_times, uses_to_charge
from billing.selling import sellers_of
from billing.writing import FinishedUse, charges_of, is_lost, used_interval
from bookings.models import Booking
from facilities.intervals import Interval

logger = logging.getLogger(__name__)

BATCH = 100
"""Uses charged in one transaction: long enough to be quick, short enough to hold no one up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A use that could not be charged, and the code of the reason, such as rate_missing."""

    booking_id: int
    error: DomainError

    @property
    def code(self) -> str:
        """The stable code of what is wrong."""
        return self.error.code


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargingReport:
    """What a run charged, and what it had to leave."""

    charged: tuple[int, ...] = ()
    failures: tuple[Failure, ...] = ()


@use_case
def charge_booking(*, booking_id: int, now: dt.datetime) -> list[Charge]:
    """Charge one finished use, at the prices of its service date; safe to repeat.

    The booking stays locked until commit. A use that has been charged gives the rows
    it has.

    Raises:
        NotFound: there is no such booking.
        NotChargeable: it has not come to an end that costs something.
        PayerMissing, RateMissing: nobody can be charged, or no price is set.
    """
    if not Booking.objects.select_for_update(no_key=True).filter(pk=booking_id).exists():
        raise NotFound
    if charged := list(Charge.objects.filter(booking=booking_id).order_by("id")):
        return charged
    uses = finished_uses(_loaded(Q(pk=booking_id), now=now))
    if not uses:
        raise NotChargeable
    Charge.objects.bulk_create(charges_of(uses[0], now=now), ignore_conflicts=True)
    return list(Charge.objects.filter(booking=booking_id).order_by("id"))


def charge_finished_uses(*, now: dt.datetime, limit: int | None = None) -> ChargingReport:
    """Charge the uses that are over and not charged, at most `limit`; safe at once.

    Runs share the work: a use that another run holds is left to it. What cannot be
    charged is reported and stops nothing.
    """
    return _charge_in_batches(now=now, limit=limit, skip_locked=True)


def charge_all_finished_uses(*, now: dt.datetime) -> ChargingReport:
    """Charge every use that is over: when this returns, none is left but those reported.

    Waits for the uses that another run holds, so that a month can be closed on it.
    """
    return _charge_in_batches(now=now, limit=None, skip_locked=False)


def _charge_in_batches(*, now: dt.datetime, limit: int | None, skip_locked: bool) -> ChargingReport:
    charged: list[int] = []
    failures: list[Failure] = []
    after_id: int | None = 0
    while after_id is not None and (limit is None or len(charged) < limit):
        size = BATCH if limit is None else min(BATCH, limit - len(charged))
        report, after_id = _charge_batch(
            after_id=after_id, size=size, skip_locked=skip_locked, now=now
        )
        charged += report.charged
        failures += report.failures
    if failures:
        codes = Counter(failure.code for failure in failures)
        logger.warning("uses_not_charged", extra={"codes": dict(codes)})
    return ChargingReport(charged=tuple(charged), failures=tuple(failures))


@use_case
def _charge_batch(
    *, after_id: int, size: int, skip_locked: bool, now: dt.datetime
) -> tuple[ChargingReport, int | None]:
    """Charge the next uses by id; also returns the last id, or None when none is left."""
    # By rising id, so that runs which wait for each other do it in the same order.
    ids = list(
        uses_to_charge(now=now)
        .select_for_update(skip_locked=skip_locked, no_key=True)
        .filter(pk__gt=after_id)
        .order_by("pk")
        .values_list("pk", flat=True)[:size]
    )
    if not ids:
        return ChargingReport(), None
    charged: list[int] = []
    failures: list[Failure] = []
    rows: list[Charge] = []
    # Looked at again now that they are ours: another run may just have charged some.
    for use in finished_uses(_loaded(Q(pk__in=ids), now=now)):
        try:
            rows += charges_of(use, now=now)
            charged.append(use.booking.pk)
        except DomainError as error:
            failures.append(Failure(booking_id=use.booking.pk, error=error))
    Charge.objects.bulk_create(rows, ignore_conflicts=True)
    return ChargingReport(charged=tuple(charged), failures=tuple(failures)), ids[-1]


def _loaded(which: Q, *, now: dt.datetime) -> list[Booking]:
    return list(
        uses_to_charge(now=now)
        .filter(which)
        .select_related("instrument__facility", "team__organisation", "project", "usage")
        .order_by("pk")
    )


def finished_uses(bookings: Sequence[Booking], *, retaken: bool = True) -> list[FinishedUse]:
    """Gather what the prices depend on: four queries, and one for each slot that was lost.

    Without `retaken` what others took of a lost slot is left out: enough to see whether a
    use has a price.
    """
    if not bookings:
        return []
    sellers = sellers_of({booking.instrument.facility_id for booking in bookings})
    rows = _price_rows(bookings)
    shares = shares_of({booking.pk for booking in bookings})
    return [
        FinishedUse(
            booking=booking,
            tariffs=tariffs_of(
                rows,
                facility_id=booking.instrument.facility_id,
                instrument_id=booking.instrument_id,
                organisation_id=booking.team.organisation_id if booking.team else None,
                account_id=booking.account_id,
            ),
            seller=sellers[booking.instrument.facility_id],
            retaken=retaken_times(booking) if retaken and is_lost(booking) else (),
            shares=shares.get(booking.pk, ()),
        )
        for booking in bookings
    ]


def _price_rows(bookings: Sequence[Booking]) -> list[Row]:
    times = [booking.interval for booking in bookings]
    times += [used for booking in bookings if (used := used_interval(booking))]
    return lists_in_force(
        facility_ids={booking.instrument.facility_id for booking in bookings},
        instrument_ids={booking.instrument_id for booking in bookings},
        team_ids={booking.team_id for booking in bookings if booking.team_id},
        account_ids={booking.account_id for booking in bookings if booking.account_id},
        during=Interval(min(time.start for time in times), max(time.end for time in times)),
    )
