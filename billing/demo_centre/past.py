"""The past year of the demo centre: bookings with the rhythm of a real one.

Weekday mornings are full, evenings thin, nights sparse; some people do not come. Rows are
written in bulk, and are those that the services would have left.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from accounts.models import FundingAccount, Project, Team, User
from billing import quoting
from billing.demo_centre.people import LOG_INS, OTHERS, TEAMS, local_part
from billing.demo_centre.tables import ALWAYS, INSTRUMENTS
from bookings.availability import blocked_interval
from bookings.models import Booking, UsageSession
from bookings.models.booking import stored
from bookings.states import Status
from compliance.models import Grant
from facilities.intervals import DAY, MINUTE, Interval, instant_of
from facilities.models import Instrument
from facilities.queries import rules_of

TEAM_WEIGHTS = (9, 8, 7, 4, 3, 3, 2, 2, 1, 1)
"""How often each of the teams comes, in the order of TEAMS."""
NO_SHOW, LATE, CANCELLED = 0.06, 0.02, 0.04
BUSY_MORNING, BUSY_AFTERNOON, BUSY_EVENING, BUSY_NIGHT, BUSY_WEEKEND = 0.45, 0.3, 0.05, 0.01, 0.04
OPEN_ALWAYS = frozenset(
    name for _code, name, _mode, opening, *_ in INSTRUMENTS if opening == ALWAYS
)
NEWCOMER = "industry"
"""Has used the Fortessa once only, so that the next session there is looked at."""


MEMBERS = {
    team[0]: [
        *(row[0] for row in LOG_INS if row[3] == team[0]),
        *(local_part(first, last) for first, last, name, _role in OTHERS if name == team[0]),
    ]
    for team in TEAMS
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Who may come, and what for."""

    people: dict[str, User]
    teams: dict[str, Team]
    projects: dict[int, Project]
    accounts: dict[int, FundingAccount]
    trained: dict[int, set[int]]

    def visitor(self, instrument: Instrument, random: Random) -> tuple[User, Team] | None:
        """Draw somebody who may use an instrument."""
        name = random.choices([team[0] for team in TEAMS], TEAM_WEIGHTS)[0]
        may = [
            self.people[local]
            for local in MEMBERS[name]
            if self._may_use(self.people[local], local, instrument)
        ]
        return (random.choice(may), self.teams[name]) if may else None

    def _may_use(self, user: User, local: str, instrument: Instrument) -> bool:
        if local == NEWCOMER and instrument.name == "Fortessa X-20":
            return False
        needed = self.trained.get(instrument.pk)
        return local != "student" and (needed is None or user.pk in needed)


def crowd_of(people: dict[str, User], teams: dict[str, Team]) -> Crowd:
    """Gather who may come, from what has been made so far."""
    trained: dict[int, set[int]] = {}
    for instrument_id in Instrument.objects.filter(qualifications__isnull=False).values_list(
        "pk", flat=True
    ):
        trained[instrument_id] = set()
    for instrument_id, user_id in Grant.objects.values_list("qualification__instruments", "user"):
        trained[instrument_id].add(user_id)
    return Crowd(
        people=people,
        teams=teams,
        projects={project.team_id: project for project in Project.objects.all()},
        accounts={account.team_id: account for account in FundingAccount.objects.all()},
        trained=trained,
    )


def make_past(
    crowd: Crowd, instruments: dict[str, Instrument], *, now: dt.datetime, days: int, random: Random
) -> None:
    """Write the bookings of the last days, today included, with their use."""
    bookings: list[Booking] = []
    for instrument in instruments.values():
        if instrument.mode == Instrument.Mode.REQUEST_ONLY:
            continue
        first = now - days * DAY
        for number in range(days + 1):
            day = (first + number * DAY).astimezone(instrument.facility.tz).date()
            for period in _periods(instrument, day, random):
                visit = crowd.visitor(instrument, random)
                if visit is not None:
                    bookings.append(_booking(crowd, instrument, period, visit, now, random))
    bookings += _first_sessions(crowd, instruments, now)
    _estimate(bookings, now)
    Booking.objects.bulk_create(bookings, batch_size=500)
    UsageSession.objects.bulk_create(_usage(bookings, now, random), batch_size=500)


def _periods(instrument: Instrument, day: dt.date, random: Random) -> Iterator[Interval]:
    """Draw the booked times of one instrument on one day, apart from each other."""
    if instrument.name == "FACSAria III":
        hours = [(9.0, 4.0, 0.7), (14.0, 4.0, 0.55)] if day.weekday() < 5 else []
    elif instrument.name == "Incucyte S3":
        hours = [(0.0, 48.0, 0.5)] if day.weekday() in (0, 3) else []
    elif instrument.name == "ImageStream" and day.weekday() == 2:
        hours = []
    else:
        hours = _free_form(instrument, day, random)
    for start, length, chance in hours:
        if random.random() < chance:
            at = dt.datetime.combine(day, dt.time(int(start), int(start % 1 * 60)))
            begin = instant_of(at, instrument.facility.tz)
            yield Interval(begin, begin + dt.timedelta(hours=length))


def _free_form(
    instrument: Instrument, day: dt.date, random: Random
) -> list[tuple[float, float, float]]:
    is_always = instrument.name in OPEN_ALWAYS
    if day.weekday() >= 5:
        return [(10.0, random.choice((2.0, 3.0)), BUSY_WEEKEND)] if is_always else []
    day_hours = [
        (9.0, random.choice((1.5, 2.0, 2.5)), BUSY_MORNING),
        (14.0, random.choice((1.0, 2.0, 3.0)), BUSY_AFTERNOON),
    ]
    if not is_always:
        return day_hours
    return [
        (1.0, 3.0, BUSY_NIGHT),
        *day_hours,
        (20.0, random.choice((1.0, 2.0)), BUSY_EVENING),
    ]


def _booking(
    crowd: Crowd,
    instrument: Instrument,
    period: Interval,
    visit: tuple[User, Team],
    now: dt.datetime,
    random: Random,
) -> Booking:
    user, team = visit
    rules = rules_of(instrument)
    fate = random.random()
    created_at = period.start - random.randint(1, 14) * DAY
    status, cancelled_at, late = _outcome(period, fate, now)
    blocked = blocked_interval(
        period, setup_minutes=rules.setup_minutes, cleanup_minutes=rules.cleanup_minutes
    )
    return Booking(
        instrument=instrument,
        status=status,
        booked_for=user,
        created_by=user,
        team=team,
        project=crowd.projects[team.pk],
        account=crowd.accounts[team.pk],
        period=stored(period),
        blocked=stored(blocked),
        operator_needed=instrument.mode == Instrument.Mode.ASSISTED,
        bsl2=instrument.name == "Culture room",
        purpose=random.choice(("Panel B", "Controls", "Time course", "Screen 2", "")),
        evaluation={"approval_reasons": [], "waived": []},
        cancelled_at=cancelled_at,
        late_cancellation=late,
        created_at=created_at,
        updated_at=min(period.end, now),
    )


def _outcome(
    period: Interval, fate: float, now: dt.datetime
) -> tuple[str, dt.datetime | None, bool]:
    if period.end <= now:
        if fate < NO_SHOW:
            return Status.NO_SHOW.value, None, False
        if fate < NO_SHOW + LATE:
            return Status.CANCELLED.value, period.start - 60 * MINUTE, True
        if fate < NO_SHOW + LATE + CANCELLED:
            return Status.CANCELLED.value, period.start - 3 * DAY, False
        return Status.COMPLETED.value, None, False
    is_under_way = period.start <= now
    return (Status.IN_USE if is_under_way else Status.APPROVED).value, None, False


def _first_sessions(
    crowd: Crowd, instruments: dict[str, Instrument], now: dt.datetime
) -> list[Booking]:
    """Write early-morning sessions, so that each log-in has the experience it is said to have."""
    wanted = [
        (local, name, count)
        for local in ("researcher", "head")
        for name, count in (("Fortessa X-20", 4), ("LSM 880 Airyscan", 4))
    ]
    wanted.append((NEWCOMER, "Fortessa X-20", 1))
    team_of = {row[0]: row[3] for row in LOG_INS}
    rows: list[Booking] = []
    for offset, (local, name, count) in enumerate(wanted):
        for number in range(count):
            instrument = instruments[name]
            day = (now - (7 + offset + 7 * number) * DAY).astimezone(instrument.facility.tz)
            start = instant_of(dt.datetime.combine(day.date(), dt.time(7)), instrument.facility.tz)
            period = Interval(start, start + 60 * MINUTE)
            visit = (crowd.people[local], crowd.teams[team_of[local]])
            rows.append(_booking(crowd, instrument, period, visit, now, Random(1)))  # noqa: S311
            rows[-1].status, rows[-1].late_cancellation = Status.COMPLETED.value, False
            rows[-1].cancelled_at = None
    return rows


def _estimate(bookings: list[Booking], now: dt.datetime) -> None:
    groups: dict[tuple[int, int], list[Booking]] = defaultdict(list)
    for booking in bookings:
        groups[booking.instrument_id, booking.team_id or 0].append(booking)
    for (instrument_id, team_id), rows in groups.items():
        instrument = rows[0].instrument
        estimates = quoting.estimates(
            instrument_id=instrument_id,
            facility_id=instrument.facility_id,
            team_id=team_id,
            project_id=rows[0].project_id,
            periods=[row.interval for row in rows],
            mode=instrument.mode,
            now=now,
            bsl2=rows[0].bsl2,
        )
        for row, estimate in zip(rows, estimates, strict=True):
            row.estimate_cents = estimate.amount_cents if estimate else None


def _usage(bookings: list[Booking], now: dt.datetime, random: Random) -> Iterator[UsageSession]:
    for booking in bookings:
        if booking.status not in (Status.COMPLETED, Status.IN_USE):
            continue
        period = booking.interval
        ended_at = period.end + random.choice((-20, -10, -5, 0, 0, 0, 5, 15)) * MINUTE
        yield UsageSession(
            booking=booking,
            started_at=period.start + random.choice((0, 0, 2, 5)) * MINUTE,
            ended_at=ended_at if booking.status == Status.COMPLETED else None,
            source=UsageSession.Source.PERSON,
            started_by=booking.booked_for,
        )
