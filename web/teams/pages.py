"""A team as its page shows it: plain values, read in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.allowances import allowances_visible_to
from accounts.permissions import (
    invitations_visible_to,
    is_administrator,
    join_requests_visible_to,
    projects_visible_to,
)
from accounts.queries import seats_in
from accounts.titles import Reader, title_for
from billing.permissions import team_ids_with_money
from billing.queries import accounts_with_committed
from bookings.wording import date_text, money_text

MOST = 200
LEADING = ("head", "manager")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Somebody in the team, and what the viewer may change about them."""

    id: int
    person_id: int
    name: str
    email: str
    role: str
    role_word: str
    since: str
    until: str
    is_me: bool
    may_end: bool
    may_change_role: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project, and who works on it; nobody named means everybody."""

    id: int
    name: str
    code: str
    is_confidential: bool
    kind: str
    until: str
    people: tuple[str, ...]
    person_ids: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """Who may use an account, and up to how much a month."""

    id: int
    person: str
    limit: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the team pays with; what is left is empty where it is not for the viewer."""

    reference: str
    name: str
    kind: str
    until: str
    ceiling: str
    left: str
    is_low: bool
    id: int
    allowances: tuple[Allowance, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """An invitation under way."""

    id: int
    email: str
    role_word: str
    by: str
    link_until: str
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPage:
    """All of a team that the viewer may see."""

    team: Any
    seats: list[Seat]
    requests: list[Any]
    invitations: list[Invited]
    projects: list[Project]
    accounts: list[Account]
    sees_money: bool
    is_led: bool
    may_appoint: bool


def team_page(team: Any, user: Any, *, now: dt.datetime) -> TeamPage:
    """Read a team that the viewer may see."""
    on = now.date()
    rows = list(seats_in([team.pk], on=on)[:MOST])
    own = {row.role for row in rows if row.user_id == user.pk}
    is_central = is_administrator(user)
    is_led = is_central or bool(own & set(LEADING))
    may_appoint = is_central or "head" in own
    money = team_ids_with_money(user, on=on)
    sees_money = money is None or team.pk in money
    return TeamPage(
        team=team,
        seats=[_seat(row, user, is_led=is_led, may_appoint=may_appoint) for row in rows],
        requests=_requests(team, user, on=on) if is_led else [],
        invitations=_invitations(team, user, now=now) if is_led else [],
        projects=_projects(team, user, on=on, is_own=bool(own)),
        accounts=_accounts(team, user, on=on, sees_money=sees_money),
        sees_money=sees_money,
        is_led=is_led,
        may_appoint=may_appoint,
    )


def _seat(row: Any, user: Any, *, is_led: bool, may_appoint: bool) -> Seat:
    is_me = row.user_id == user.pk
    return Seat(
        id=row.pk,
        person_id=row.user_id,
        name=str(row.user),
        email=row.user.email,
        role=row.role,
        role_word=row.get_role_display(),
        since=date_text(row.starts_on),
        until=_day(row.ends_on),
        is_me=is_me,
        may_end=is_me or may_appoint or (is_led and row.role == "member"),
        may_change_role=may_appoint,
    )


def _requests(team: Any, user: Any, *, on: dt.date) -> list[Any]:
    asked = join_requests_visible_to(user, on=on).filter(team=team, state="open")
    return list(asked.exclude(person=user).order_by("id")[:MOST])


def _invitations(team: Any, user: Any, *, now: dt.datetime) -> list[Invited]:
    rows = invitations_visible_to(user, on=now.date()).unanswered().filter(team=team)
    return [
        Invited(
            id=row.pk,
            email=row.email,
            role_word=row.get_role_display(),
            by=str(row.invited_by),
            link_until=date_text(row.expires_at.date()),
            is_over=row.is_over(now),
        )
        for row in rows.order_by("id")[:MOST]
    ]


def _projects(team: Any, user: Any, *, on: dt.date, is_own: bool) -> list[Project]:
    reader = Reader(team_ids={team.pk} if is_own else ())
    rows: Iterable[Any] = (
        projects_visible_to(user, on=on)
        .filter(team=team, is_active=True)
        .prefetch_related("members")
        .order_by("name", "id")[:MOST]
    )
    return [
        Project(
            id=row.pk,
            name=title_for(reader, row),
            code=row.code,
            is_confidential=row.is_confidential,
            kind=row.get_kind_display(),
            until=_day(row.ends_on),
            people=tuple(str(person) for person in row.members.all()),
            person_ids=frozenset(person.pk for person in row.members.all()),
        )
        for row in rows
    ]


def _accounts(team: Any, user: Any, *, on: dt.date, sees_money: bool) -> list[Account]:
    rows = accounts_with_committed(user, on=on).filter(team=team, is_active=True)
    given = _allowances(team, user, on=on)
    return [
        _account(row, given.get(row.pk, ()), sees_money=sees_money)
        for row in rows.order_by("reference")[:MOST]
    ]


def _allowances(team: Any, user: Any, *, on: dt.date) -> dict[int, tuple[Allowance, ...]]:
    """Return who may use which account, as far as the viewer may know: their own, or all."""
    found: dict[int, tuple[Allowance, ...]] = {}
    for row in allowances_visible_to(user, on=on).filter(account__team=team).order_by("pk"):
        one = Allowance(
            id=row.pk,
            person=str(row.person),
            limit="" if row.monthly_cents is None else money_text(row.monthly_cents),
            until=_day(row.ends_on),
        )
        found[row.account_id] = (*found.get(row.account_id, ()), one)
    return found


def _account(row: Any, allowances: tuple[Allowance, ...], *, sees_money: bool) -> Account:
    is_shown = sees_money and row.ceiling_cents is not None
    left = row.ceiling_cents - row.committed_cents if is_shown else 0
    return Account(
        reference=row.reference,
        name=row.name if row.name != row.reference else "",
        kind=row.get_kind_display(),
        until=_day(row.valid_until),
        ceiling=money_text(row.ceiling_cents) if is_shown else "",
        left=money_text(left) if is_shown else "",
        is_low=is_shown and left * 10 < row.ceiling_cents,
        id=row.pk,
        allowances=allowances,
    )


def _day(day: dt.date | None) -> str:
    return date_text(day) if day else ""
