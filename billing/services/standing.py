"""Opening and ending standing uses, and counting them by hand or from a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from accounts.errors import LastDayTooEarly, NotFound
from accounts.models import User
from accounts.permissions import require
from accounts.transactions import refused_by, use_case
from billing.models import Census, StandingUse
from billing.orders.census_file import CountLine, Fault, is_count, read_counts
from billing.orders.errors import (
    BadLine,
    CodeInUse,
    CountNotPossible,
    CountsNotRead,
    DayNotPossible,
    NameNeeded,
    NotStanding,
)
from billing.orders.payers import account_for, project_of_anybody
from billing.orders.permissions import (
    facilities_worked_for_by,
    may_work_for,
    standing_uses_visible_to,
)
from billing.orders.standing_words import SENTENCES
from billing.services.accruing import lock_use, settle
from billing.services.order_steps import refuse_patient_data
from facilities.models import Facility, Service


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsReport:
    """What a file of counts brings: counts that are new, corrected, and known already."""

    new: int
    corrected: int
    known: int


@use_case
def open_standing_use(
    *,
    actor: User,
    service_id: int,
    project_id: int,
    code: str,
    label: str,
    starts_on: dt.date,
    now: dt.datetime,
    ends_on: dt.date | None = None,
    account_id: int | None = None,
) -> StandingUse:
    """Begin to count something of a team's that stands at a platform, for a project.

    Without an account, the first of the team's that is valid today pays.

    Raises:
        NotFound: there is no such service.
        NotPermitted: the actor does not run the platform.
        NotStanding: the service is sold by the piece.
        NameNeeded, CodeInUse: of the code and label.
        LastDayTooEarly: it would end before it begins.
        ProjectNotUsable, AccountNotUsable: of what it is for and who pays.
        PatientData: the label seems to name a patient.
    """
    service = Service.objects.select_related("facility").filter(pk=service_id).first()
    if service is None:
        raise NotFound
    require(may_work_for(actor, service.facility_id))
    if service.counting == Service.Counting.PIECE:
        raise NotStanding
    refuse_patient_data(code, label)
    if not code.strip() or not label.strip():
        raise NameNeeded
    if ends_on is not None and ends_on < starts_on:
        raise LastDayTooEarly
    project = project_of_anybody(project_id)
    with refused_by("standing_use_code_once", CodeInUse):
        return StandingUse.objects.create(
            facility=service.facility,
            service=service,
            team=project.team,
            project=project,
            account=account_for(project.team_id, account_id, on=now.date()),
            code=code.strip(),
            label=label.strip(),
            starts_on=starts_on,
            ends_on=ends_on,
            created_by=actor,
            created_at=now,
        )


@use_case
def end_standing_use(
    *, actor: User, use_id: int, ends_on: dt.date, now: dt.datetime
) -> StandingUse:
    """Say the last day of a standing use; days after it that were charged are reversed.

    Raises:
        NotFound: the actor cannot see such a use.
        NotPermitted: the actor does not run the platform.
        LastDayTooEarly: the day lies before the first.
    """
    use = _locked(actor, use_id, now=now)
    if ends_on < use.starts_on:
        raise LastDayTooEarly
    earlier = min(ends_on, use.ends_on or ends_on)
    use.ends_on = ends_on
    use.save(update_fields=["ends_on"])
    settle(use, since=earlier, now=now)
    return use


@use_case
def enter_census(
    *, actor: User, use_id: int, day: dt.date, count: Decimal, now: dt.datetime
) -> Census:
    """Say how many there are from a day on, or correct what was said of it.

    Days that are charged already are reversed and charged anew at once. Safe to repeat.

    Raises:
        NotFound: the actor cannot see such a use.
        NotPermitted: the actor does not run the platform.
        DayNotPossible: it lies outside the use, or in the future of the platform's clock.
        CountNotPossible: the count is below nought, or has more than two decimals.
    """
    use = _locked(actor, use_id, now=now)
    if not is_count(count):
        raise CountNotPossible
    if not _is_possible(use, day, now=now):
        raise DayNotPossible
    known = use.censuses.filter(day=day).first()
    if known is not None and known.count == count:
        return known
    census = _keep(use, day, count, known, actor=actor, now=now)
    settle(use, since=day, now=now)
    return census


@use_case
def import_counts(
    *, actor: User, facility_id: int, data: bytes, now: dt.datetime, is_rehearsal: bool = False
) -> CountsReport:
    """Take over a file of counts of a platform: all of it, or nothing; safe to repeat.

    A rehearsal writes nothing and gives the same answer. See census_file.py for its form.

    Raises:
        NotFound: no such platform, or not one the actor runs.
        CountsNotRead: carries every line that is wrong, by its number.
    """
    facility = facilities_worked_for_by(actor).filter(pk=facility_id).first()
    if facility is None:
        raise NotFound
    file = read_counts(data)
    uses = _uses_named(facility)
    wrong = [BadLine(number=fault.number, sentence=SENTENCES[fault.fault]) for fault in file.faults]
    wrong += _unknown(file.lines, uses, now=now)
    if wrong:
        raise CountsNotRead(sorted(wrong, key=lambda line: line.number))
    by_use: dict[int, dict[dt.date, Decimal]] = {}
    for line in file.lines:
        by_use.setdefault(uses[line.name][0].pk, {})[line.day] = line.count
    reports = [
        _take_over(use_id, by_use[use_id], actor=actor, now=now, is_rehearsal=is_rehearsal)
        for use_id in sorted(by_use)
    ]
    return CountsReport(
        new=sum(report.new for report in reports),
        corrected=sum(report.corrected for report in reports),
        known=sum(report.known for report in reports),
    )


def _take_over(
    use_id: int,
    counts: Mapping[dt.date, Decimal],
    *,
    actor: User,
    now: dt.datetime,
    is_rehearsal: bool,
) -> CountsReport:
    use = lock_use(use_id)
    known = {census.day: census for census in use.censuses.filter(day__in=counts)}
    new = [day for day in counts if day not in known]
    other = [day for day in known if known[day].count != counts[day]]
    if not is_rehearsal and (new or other):
        for day in [*new, *other]:
            _keep(use, day, counts[day], known.get(day), actor=actor, now=now)
        settle(use, since=min([*new, *other]), now=now)
    return CountsReport(
        new=len(new), corrected=len(other), known=len(counts) - len(new) - len(other)
    )


def _keep(
    use: StandingUse,
    day: dt.date,
    count: Decimal,
    known: Census | None,
    *,
    actor: User,
    now: dt.datetime,
) -> Census:
    census = known or Census(use=use, day=day)
    census.count, census.entered_by, census.entered_at = count, actor, now
    census.save()
    return census


def _locked(actor: User, use_id: int, *, now: dt.datetime) -> StandingUse:
    visible = standing_uses_visible_to(actor, on=now.date())
    if not visible.filter(pk=use_id).exists():
        raise NotFound
    use = lock_use(use_id)
    require(may_work_for(actor, use.facility_id))
    return use


def _is_possible(use: StandingUse, day: dt.date, *, now: dt.datetime) -> bool:
    today = now.astimezone(use.facility.tz).date()
    return use.starts_on <= day <= min(today, use.ends_on or today)


def _uses_named(facility: Facility) -> dict[str, list[StandingUse]]:
    """Return the uses of a platform by code, and by label: a label may name several."""
    named: dict[str, list[StandingUse]] = {}
    uses = list(StandingUse.objects.filter(facility=facility).select_related("facility"))
    for use in uses:
        named.setdefault(use.label, []).append(use)
    return named | {use.code: [use] for use in uses}


def _unknown(
    lines: Iterable[CountLine], uses: Mapping[str, list[StandingUse]], *, now: dt.datetime
) -> list[BadLine]:
    """Return the lines that name nothing, or more than one thing, or a day it does not have."""
    wrong: list[BadLine] = []
    for line in lines:
        named = uses.get(line.name, [])
        if not named:
            fault = Fault.UNKNOWN
        elif len(named) > 1:
            fault = Fault.SEVERAL
        elif not _is_possible(named[0], line.day, now=now):
            fault = Fault.OUTSIDE
        else:
            continue
        wrong.append(BadLine(number=line.number, sentence=SENTENCES[fault]))
    return wrong
