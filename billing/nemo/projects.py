"""NEMO's projects become projects, and the people named on them members of their teams."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import FundingAccount, Membership, Project, User
from billing.nemo.dump import Row
from billing.nemo.keeping import BATCH, imported_before, keep, other_form
from billing.nemo.references import Directory
from billing.nemo.report import Report
from billing.nemo.values import Fields, Refused

KIND = "project"
CLOSED = "projects without people; closed, because without people a project is its team's"
LEADERS = "people who lead some projects of an account, not all; they are plain members here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """What a NEMO project has become: a project, and the account that pays for it."""

    key: str
    project: Project
    account: FundingAccount


@dataclass(slots=True)
class Named:
    """The projects and accounts that a person is named on, by their keys."""

    member_of: set[str] = field(default_factory=set)
    leader_of: set[str] = field(default_factory=set)
    head_of_accounts: set[int] = field(default_factory=set)


def keep_projects(
    rows: Sequence[Row],
    *,
    accounts: Directory[FundingAccount],
    users: Iterable[Row],
    report: Report,
) -> Directory[Payer]:
    """Write the projects; return each with what pays for it."""
    found = imported_before(Project.objects, KIND, (row.key for row in rows))
    new = [row for row in rows if row.key not in found]
    found |= other_form(Project.objects, KIND, new, "name")
    peopled = _peopled(rows, users) | _peopled_here(found)
    wanted: dict[str, dict[str, Any]] = {}
    paid_by: dict[str, FundingAccount] = {}
    for row in rows:
        try:
            paid_by[row.key] = accounts.required(row.fields.get("account"), "account")
            wanted[row.key] = _values(row, paid_by[row.key], has_people=row.key in peopled)
        except Refused as refused:
            report.refuse(KIND, row.name or row.key, refused.reason)
            continue
        if row.key not in peopled:
            report.review[CLOSED].append(row.name)
    kept = keep(
        Project.objects,
        kind=KIND,
        wanted=wanted,
        found=found,
        once=("kind",),
        tally=report.tallies[KIND],
    )
    payers: Directory[Payer] = Directory()
    for row in rows:
        if row.key in wanted:
            payer = Payer(key=row.key, project=kept[row.key], account=paid_by[row.key])
            payers.add(key=row.key, name=row.name, thing=payer)
    return payers


def _peopled(rows: Iterable[Row], users: Iterable[Row]) -> set[str]:
    """Return the keys of the projects that a person of the dump is named on."""
    keys: Directory[str] = Directory()
    for row in rows:
        keys.add(key=row.key, name=row.name, thing=row.key)
    return {
        key
        for user in users
        for field_name in ("projects", "managed_projects")
        for key in _all(keys, user.fields.get(field_name))
    }


def _peopled_here(found: Mapping[str, Project]) -> set[str]:
    named = Project.members.through.objects.filter(project__in=found.values())
    ids = set(named.values_list("project_id", flat=True))
    return {key for key, project in found.items() if project.pk in ids}


def _all(directory: Directory[Any], references: Any) -> list[Any]:
    """Return what a list of references means; those that mean nothing are left out."""
    found = []
    for reference in references if isinstance(references, list) else []:
        try:
            found.append(directory.required(reference, ""))
        except Refused:
            continue
    return found


def _values(row: Row, account: FundingAccount, *, has_people: bool) -> dict[str, Any]:
    fields = Fields(row.fields)
    name = fields.text("name", 200)
    if not name:
        raise Refused("has no name")
    internal = account.kind == FundingAccount.Kind.COST_CENTRE
    return {
        "team_id": account.team_id,
        "name": name,
        "code": fields.text("application_identifier", 50),
        "kind": Project.Kind.ACADEMIC if internal else Project.Kind.INDUSTRY,
        "starts_on": fields.day("start_date"),
        "is_active": fields.flag("active", default=True) and has_people,
    }


def keep_memberships(
    users: Sequence[Row],
    *,
    people: Directory[User],
    payers: Directory[Payer],
    accounts: Directory[FundingAccount],
    report: Report,
) -> None:
    """Add people to the projects they are named on and to the teams of these.

    Who leads all projects of an account, or the account itself, heads its team. People
    are added and never taken out: who leaves is taken out here.
    """
    projects_of: defaultdict[int, set[str]] = defaultdict(set)
    for payer in payers.by_key.values():
        projects_of[payer.account.team_id].add(payer.key)
    on_projects: set[tuple[int, int]] = set()
    in_teams: dict[tuple[int, int], Membership] = {}
    for row in users:
        person = people.by_key.get(row.key)
        if person is None:
            continue
        led = {payer.key for payer in _all(payers, row.fields.get("managed_projects"))}
        heads = {a.team_id for a in _all(accounts, row.fields.get("managed_accounts"))}
        for key in led | {payer.key for payer in _all(payers, row.fields.get("projects"))}:
            payer = payers.by_key[key]
            on_projects.add((payer.project.pk, person.pk))
            team_id = payer.account.team_id
            is_head = team_id in heads or projects_of[team_id] <= led
            in_teams[person.pk, team_id] = _membership(row, person, team_id, is_head=is_head)
            if key in led and not is_head:
                report.review[LEADERS].append(f"{row.name}: {payer.project.name}")
    _add(on_projects, in_teams)


def _membership(row: Row, person: User, team_id: int, *, is_head: bool) -> Membership:
    ends_on = Fields(row.fields).day("access_expiration")
    starts_on: dt.date = person.date_joined.date()
    return Membership(
        user=person,
        team_id=team_id,
        role=Membership.Role.HEAD if is_head else Membership.Role.MEMBER,
        starts_on=min(starts_on, ends_on) if ends_on else starts_on,
        ends_on=ends_on,
    )


def _add(on_projects: set[tuple[int, int]], in_teams: Mapping[tuple[int, int], Membership]) -> None:
    through = Project.members.through
    through.objects.bulk_create(
        [through(project_id=project, user_id=user) for project, user in sorted(on_projects)],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    Membership.objects.bulk_create(
        [in_teams[pair] for pair in sorted(in_teams)], batch_size=BATCH, ignore_conflicts=True
    )
