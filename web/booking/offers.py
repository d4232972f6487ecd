"""What a person may choose from in the booking form: people, instruments, projects, accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from accounts.titles import NOBODY, Reader, title_for
from bookings.paying import accounts_offered, projects_offered
from bookings.people import people_booked_by
from facilities.permissions import instruments_visible_to
from facilities.queries import rules_of
from web.people import Viewer

MOST = 200
"""How many of each are offered."""

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The choices for one person's booking, those last used first."""

    instruments: dict[int, Any]
    projects: list[Any]
    accounts: list[Any]
    people: dict[str, Any] = field(default_factory=dict)
    reader: Reader = NOBODY

    @property
    def instrument_choices(self) -> Iterator[tuple[str, list[Choice]]]:
        """Instruments under the name of their platform."""
        for facility, group in groupby(self.instruments.values(), lambda one: one.facility):
            yield str(facility), [(str(one.pk), one.name) for one in group]

    @property
    def project_choices(self) -> list[Choice]:
        """Projects by the title that the viewer may read."""
        return [(str(one.pk), title_for(self.reader, one)) for one in self.projects]

    def accounts_of(self, project: str) -> list[Any]:
        """Return the accounts that can pay for a project; all, where none is chosen."""
        team_ids = {one.team_id for one in self.projects if str(one.pk) == project}
        return [one for one in self.accounts if not team_ids or one.team_id in team_ids]

    def instrument_at(self, chosen: Any) -> Any:
        """Return the instrument that a form names; None for none of these."""
        text = str(chosen or "")
        return self.instruments.get(int(text)) if text.isdecimal() else None


def offer_to(
    viewer: Viewer,
    *,
    now: dt.datetime,
    booked_for: Any = None,
    people: dict[str, Any] | None = None,
    kept: Any = None,
) -> Offer:
    """Return what may be chosen for somebody's booking, in three queries.

    A booking that is `kept` but moved stays with its project and account, whatever has
    become of them.
    """
    person = booked_for or viewer.user
    on = now.date()
    instruments = (
        instruments_visible_to(viewer.user)
        .select_related("rules")
        .exclude(state="retired")
        .order_by("facility__code", "name", "pk")[:MOST]
    )
    usable = projects_offered(person.pk, on=on)
    if person != viewer.user and not viewer.run_facility_ids:
        # Of a colleague who is in other teams too, those teams' projects are not shown.
        usable = usable.filter(team__in=viewer.led_team_ids)
    projects = list(usable[:MOST])
    if kept is not None and kept.project and kept.project not in projects:
        projects.insert(0, kept.project)
    team_ids = {project.team_id for project in projects}
    accounts = list(
        accounts_offered(person.pk, actor_id=viewer.user.pk, team_ids=team_ids, on=on)[:MOST]
    )
    if kept is not None and kept.account and kept.account not in accounts:
        accounts.insert(0, kept.account)
    return Offer(
        instruments={one.pk: one for one in instruments},
        projects=projects,
        accounts=accounts,
        people=people or {},
        reader=viewer.reader,
    )


def people_for(viewer: Viewer, *, now: dt.datetime) -> dict[str, Any]:
    """Return by e-mail whom a person may book for besides themselves, in one query or none."""
    if not viewer.led_team_ids and not viewer.run_facility_ids:
        return {}
    found = people_booked_by(viewer.user, on=now.date()).order_by("last_name", "first_name", "pk")
    return {person.email.lower(): person for person in found[:MOST]}


def person_named(typed: str, people: dict[str, Any], viewer: Viewer, *, now: dt.datetime) -> Any:
    """Return the person that an e-mail names; None for nobody whom the viewer may book for."""
    email = typed.strip().lower()
    if not email or email == viewer.user.email.lower():
        return viewer.user
    if email in people or len(people) < MOST:
        return people.get(email)
    return people_booked_by(viewer.user, on=now.date()).filter(email__iexact=email).first()


def account_name(account: Any) -> str:
    """Name an account by its reference, and what it is called."""
    has_name = account.name and account.name != account.reference
    return f"{account.reference} · {account.name}" if has_name else str(account.reference)


def usual_minutes(instrument: Any) -> int:
    """Return by how much the buttons shift a time: a step of the instrument."""
    return rules_of(instrument).step_minutes if instrument is not None else 15
