"""The figures of some platforms for some days, put together for a page, a file or the API."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.errors import NotFound
from accounts.models import User
from accounts.models.organisations import INDUSTRY_TIERS, Tier
from billing.industry import IndustryShare, industry_shares
from billing.occupancy import (
    Finding,
    Grid,
    days_before,
    finding_of,
    full_rate_hours,
    percent_of,
    whole_days,
)
from billing.permissions import facilities_measured_by, ledger_ids_of
from billing.prices.tariffs import lists_in_force, tariffs_of
from billing.statistics import Billed, Days, OpenHours, Use, billed_in, booked_by_hour, use_of
from facilities.models import Facility, Instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Minutes open, booked, used and billed; sessions, and what came in before VAT.

    What is billed is None for somebody who does not see the charges.
    """

    open: int
    booked: int
    used: int
    billed: int | None
    sessions: int
    no_shows: int
    cents: int | None

    @property
    def percent(self) -> float | None:
        """How much of the open time was booked."""
        return percent_of(self.booked, self.open)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The sums of one instrument."""

    instrument: Instrument
    sums: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class TierIncome:
    """What came in by one tier, before VAT, and its share of all."""

    tier: str
    name: str
    cents: int
    percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All of it. `before` is the share booked in the time before, None of a long time."""

    days: Days
    facility: Facility | None
    instrument: Instrument | None
    facilities: tuple[Facility, ...]
    instruments: tuple[Instrument, ...]
    lines: tuple[Line, ...]
    total: Sums
    before: float | None
    before_days: Days
    open_hours: Grid
    booked_hours: Grid
    full_rate: frozenset[tuple[int, int]]
    sees_income: bool
    other_cents: int
    tiers: tuple[TierIncome, ...]
    industry_cents: int
    year: int
    shares: tuple[IndustryShare, ...]
    finding: Finding


LONGEST_COMPARED = dt.timedelta(days=100)


def figures_of(
    *,
    viewer: User,
    days: Days,
    now: dt.datetime,
    facility_code: str | None = None,
    instrument_id: int | None = None,
) -> Figures:
    """Return the figures of the platforms a person may read, or of one, or one instrument.

    Raises:
        NotFound: no such platform or instrument for them, or they may read none.
    """
    facilities = tuple(facilities_measured_by(viewer).order_by("code"))
    chosen = [f for f in facilities if facility_code in (None, f.code)]
    if not chosen:
        raise NotFound
    listed = _instruments(chosen)
    shown = [i for i in listed if instrument_id in (None, i.pk)]
    if instrument_id is not None and not shown:
        raise NotFound
    ids = [facility.pk for facility in chosen]
    ledgers = ledger_ids_of(viewer, ids)
    billed = billed_in(sorted(ledgers), days, instrument_id=instrument_id)
    opening, year = _opening(shown, days)
    lines = _lines(shown, use_of(shown, days, now=now), opening.minutes(days), billed, ledgers)
    total = _total(lines, sees_income=set(ids) <= ledgers)
    before_days = Days(
        **dict(zip(("first", "last"), days_before(days.first, days.last), strict=True))
    )
    facility = chosen[0] if len(chosen) == 1 else None
    return Figures(
        days=days,
        facility=facility,
        instrument=shown[0] if instrument_id is not None else None,
        facilities=facilities,
        instruments=tuple(listed),
        lines=tuple(lines),
        total=total,
        before=_share_before(shown, opening, before_days, now=now),
        before_days=before_days,
        open_hours=opening.by_hour(days),
        booked_hours=booked_by_hour(shown, days, now=now),
        full_rate=_full_rate(facility, days) if facility else frozenset(),
        sees_income=set(ids) <= ledgers,
        other_cents=sum(b.cents for b in billed if b.instrument_id is None),
        tiers=tuple(_tiers(billed)),
        industry_cents=sum(b.cents for b in billed if b.tier in INDUSTRY_TIERS),
        year=year.first.year,
        shares=tuple(industry_shares(shown, opening, year, now=now)),
        finding=finding_of(
            ((line.instrument.name, line.sums.percent) for line in lines), of_all=total.percent
        ),
    )


def _instruments(facilities: Sequence[Facility]) -> list[Instrument]:
    """Return what stands on some platforms; what is retired has nothing to be booked."""
    found = Instrument.objects.filter(facility__in=facilities).select_related("facility", "rules")
    return list(
        found.exclude(state=Instrument.State.RETIRED).order_by("facility__code", "name", "pk")
    )


def _opening(instruments: Sequence[Instrument], days: Days) -> tuple[OpenHours, Days]:
    """Read opening hours for the days, those before, and the year in which they end."""
    year = Days(first=dt.date(days.last.year, 1, 1), last=dt.date(days.last.year, 12, 31))
    before, _last = days_before(days.first, days.last)
    reach = Days(first=min(before, year.first), last=max(days.last, year.last))
    return OpenHours(instruments, reach=reach), year


def _lines(
    instruments: Sequence[Instrument],
    uses: dict[int, Use],
    open_minutes: dict[int, int],
    billed: Iterable[Billed],
    ledgers: set[int],
) -> list[Line]:
    minutes: dict[int | None, int] = defaultdict(int)
    cents: dict[int | None, int] = defaultdict(int)
    for part in billed:
        minutes[part.instrument_id] += part.minutes
        cents[part.instrument_id] += part.cents
    return [
        Line(
            instrument=instrument,
            sums=Sums(
                open=open_minutes[instrument.pk],
                booked=uses[instrument.pk].booked,
                used=uses[instrument.pk].used,
                billed=minutes[instrument.pk] if instrument.facility_id in ledgers else None,
                sessions=uses[instrument.pk].sessions,
                no_shows=uses[instrument.pk].no_shows,
                cents=cents[instrument.pk] if instrument.facility_id in ledgers else None,
            ),
        )
        for instrument in instruments
    ]


def _total(lines: Sequence[Line], *, sees_income: bool) -> Sums:
    sums = [line.sums for line in lines]
    return Sums(
        open=sum(each.open for each in sums),
        booked=sum(each.booked for each in sums),
        used=sum(each.used for each in sums),
        billed=sum(each.billed or 0 for each in sums) if sees_income else None,
        sessions=sum(each.sessions for each in sums),
        no_shows=sum(each.no_shows for each in sums),
        cents=sum(each.cents or 0 for each in sums) if sees_income else None,
    )


def totals_by_facility(figures: Figures) -> list[tuple[Facility, Sums]]:
    """Return the sums of each platform that has instruments."""
    by_facility: dict[Facility, list[Line]] = defaultdict(list)
    for line in figures.lines:
        by_facility[line.instrument.facility].append(line)
    return [
        (facility, _total(lines, sees_income=figures.sees_income))
        for facility, lines in by_facility.items()
    ]


def _share_before(
    instruments: Sequence[Instrument], opening: OpenHours, days: Days, *, now: dt.datetime
) -> float | None:
    if days.last - days.first > LONGEST_COMPARED:
        return None
    booked = sum(use.booked for use in use_of(instruments, days, now=now).values())
    return percent_of(booked, sum(opening.minutes(days).values()))


def _tiers(billed: Iterable[Billed]) -> list[TierIncome]:
    cents: dict[str, int] = defaultdict(int)
    for part in billed:
        cents[part.tier] += part.cents
    total = sum(cents.values())
    return [
        TierIncome(
            tier=tier, name=str(Tier(tier).label), cents=sum_, percent=percent_of(sum_, total) or 0
        )
        for tier, sum_ in sorted(cents.items(), key=lambda pair: -pair[1])
        if sum_
    ]


def _full_rate(facility: Facility, days: Days) -> frozenset[tuple[int, int]]:
    during = whole_days(days.last, days.last, facility.tz)
    rows = lists_in_force(facility_ids=[facility.pk], instrument_ids=[], during=during)
    tariffs = tariffs_of(rows, facility_id=facility.pk, instrument_id=0)
    valid = [tariff for tariff in tariffs if tariff.is_valid_on(days.last)]
    return full_rate_hours(valid[0].bands) if valid else frozenset()
