"""The one place that words the title of a project: who reads it, and what the others read.

A confidential title is for the project's team, and for who runs the platform of a session
where that very session is looked at. Lists, calendars, files, mails to staff and the admin
pages show what `str(project)` says, which gives nothing away.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol


class Titled(Protocol):
    """A project, as far as its title is concerned."""

    name: str
    is_confidential: bool
    team_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads: the teams they belong to today, and the platforms they run."""

    team_ids: Collection[int]
    facility_ids: Collection[int] = ()


NOBODY = Reader(team_ids=())
"""Somebody of no team, who reads what everybody may."""


def title_for(reader: Reader, project: Titled | None, *, at: int | None = None) -> str:
    """Return the title of a project as somebody may read it; empty where there is none.

    `at` is the platform of the one session that is being looked at: its managers and
    operators prepare it, so that they read what it is for. In a list it is left out.
    """
    if project is None:
        return ""
    is_theirs = project.team_id in reader.team_ids
    prepares = at is not None and at in reader.facility_ids
    return project.name if is_theirs or prepares else str(project)
