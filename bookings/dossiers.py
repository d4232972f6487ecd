"""What somebody who decides a request wants to know of it: a fixed number of queries each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.models import User
from accounts.models.organisations import INDUSTRY_TIERS, Organisation
from bookings.days import Days, days_of
from bookings.models import Booking
from bookings.models.booking import BookingQuerySet
from bookings.money import money
from bookings.states import ACTIVE, Status
from compliance.queries import Training, training_of
from facilities.intervals import Interval, local_day
from facilities.queries import operators_of

YEAR = dt.timedelta(days=365)
SOON = dt.timedelta(hours=24)

OF_INDUSTRY = Q(team__organisation__kind=Organisation.Kind.INDUSTRY) | Q(
    team__organisation__tier__in=INDUSTRY_TIERS
)
"""Bookings of companies and of teams that pay as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCounts:
    """How many requests wait, in all and of each kind one can look at alone."""

    all: int
    industry: int
    soon: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a person's bookings came to in a year, on all instruments of the platform."""

    sessions: int
    no_shows: int
    late_cancellations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendant:
    """Who could attend the session; `busy_with` names what they attend then."""

    id: int
    name: str
    busy_with: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All of it, for one request. What an account has left is None where it has no ceiling."""

    record: Record
    training: Training
    attendants: tuple[Attendant, ...]
    left_after_cents: int | None
    day: dt.date
    days: Days
    neighbours: tuple[Booking, ...]


def of_industry(requests: BookingQuerySet) -> BookingQuerySet:
    """Keep the requests of companies."""
    return requests.filter(OF_INDUSTRY)


def lapsing_soon(requests: BookingQuerySet, *, now: dt.datetime) -> BookingQuerySet:
    """Keep the requests that lapse within a day."""
    return requests.filter(hold_until__lte=now + SOON)


def queue_counts(requests: BookingQuerySet, *, now: dt.datetime) -> QueueCounts:
    """Count some requests, in one query."""
    counted = requests.aggregate(
        all=Count("pk"),
        industry=Count("pk", filter=OF_INDUSTRY),
        soon=Count("pk", filter=Q(hold_until__lte=now + SOON)),
    )
    return QueueCounts(**counted)


def sessions_before(requests: Iterable[Booking]) -> dict[int, int]:
    """Return which session each request would be of its person on its instrument, from 1.

    Sessions that were used count, and the requests among these that come before it; one
    query.
    """
    requests = sorted(requests, key=lambda request: request.interval.start)
    pairs = {(request.booked_for_id, request.instrument_id) for request in requests}
    rows = (
        Booking.objects.filter(
            booked_for__in={person for person, _instrument in pairs},
            instrument__in={instrument for _person, instrument in pairs},
            kind=Booking.Kind.USE,
            status=Status.COMPLETED,
        )
        .order_by()
        .values_list("booked_for", "instrument")
        .annotate(sessions=Count("pk"))
    )
    done: dict[tuple[int | None, int], int] = {
        (person, instrument): sessions for person, instrument, sessions in rows
    }
    numbers = {}
    for request in requests:
        pair = (request.booked_for_id, request.instrument_id)
        numbers[request.pk] = done[pair] = done.get(pair, 0) + 1
    return numbers


def dossier_of(booking: Booking, *, now: dt.datetime) -> Dossier:
    """Gather what is known about one request."""
    instrument, tz = booking.instrument, booking.instrument.facility.tz
    day = booking.interval.start.astimezone(tz).date()
    within = local_day(day, tz)
    return Dossier(
        record=_record_of(booking, now=now),
        training=training_of(
            user_id=booking.booked_for_id or 0, instrument_id=instrument.pk, day=day
        ),
        attendants=tuple(_attendants_of(booking)),
        left_after_cents=_left_after(booking),
        day=day,
        days=days_of([instrument], within, now=now)[instrument.pk],
        neighbours=tuple(_neighbours_of(booking, within)),
    )


def _record_of(booking: Booking, *, now: dt.datetime) -> Record:
    own = Booking.objects.filter(
        booked_for=booking.booked_for_id,
        instrument__facility=booking.instrument.facility_id,
        kind=Booking.Kind.USE,
        period__startswith__gte=now - YEAR,
    )
    counted = own.aggregate(
        sessions=Count("pk", filter=Q(status=Status.COMPLETED)),
        no_shows=Count("pk", filter=Q(status=Status.NO_SHOW)),
        late_cancellations=Count("pk", filter=Q(late_cancellation=True)),
    )
    return Record(**counted)


def _attendants_of(booking: Booking) -> list[Attendant]:
    if not booking.operator_needed and booking.operator_id is None:
        return []
    facility_id = booking.instrument.facility_id
    operators: Sequence[User] = operators_of([facility_id])[facility_id]
    elsewhere = (
        Booking.objects.overlapping(booking.interval)
        .filter(operator__in=operators, status__in=ACTIVE, imported_history=False)
        .exclude(pk=booking.pk)
    )
    busy = dict(elsewhere.values_list("operator", "instrument__name"))
    return [
        Attendant(id=operator.pk, name=str(operator), busy_with=busy.get(operator.pk, ""))
        for operator in operators
    ]


def _left_after(booking: Booking) -> int | None:
    """Return what the account has left with this request paid; it is promised already."""
    account = booking.account
    if account is None or account.ceiling_cents is None:
        return None
    return account.ceiling_cents - money().committed_cents(account.pk)


def _neighbours_of(booking: Booking, within: Interval) -> BookingQuerySet:
    """Return what else holds the instrument that day, for those who run the platform."""
    held = Booking.objects.at(booking.instrument_id).blocking_within(within)
    return held.exclude(pk=booking.pk).select_related("team__organisation").order_by("period")
