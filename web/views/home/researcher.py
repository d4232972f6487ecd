"""The first page of a researcher: today, what waits, what is next, what is free, what it costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.standing import Ending, grants_ending
from facilities.permissions import instruments_visible_to
from web.catalogue import until_said
from web.people import Viewer
from web.ribbons import first_hour_of, hours_from
from web.sessions import Session
from web.teams.waiting import join_requests_for
from web.views.home.own import (
    ahead_of,
    clock_of,
    current_of,
    day_of,
    kept_by,
    moment_said,
    month_of,
    own_sessions,
    title_of,
)

ENDING_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that waits on the person: a tag, a headline, a sentence, and where to go."""

    css: str
    icon: str
    word: str
    headline: str
    text: str
    booking_id: int | None = None
    instrument_id: int | None = None


def context_for(viewer: Viewer, *, now: dt.datetime) -> dict[str, Any]:
    """Return what the page of a researcher shows."""
    sessions = own_sessions(viewer, now=now)
    tz, current = clock_of(viewer, sessions), current_of(sessions)
    return {
        "now": moment_said(now, tz),
        "join_requests": join_requests_for(viewer, now=now),
        "title": title_of(sessions, now=now),
        "sessions": ahead_of(sessions, current),
        "current": current,
        "until": current and until_said(current.period.end, tz, now=now),
        "day": day_of(sessions, tz, now=now),
        "tasks": tasks_of(viewer, sessions, now=now),
        "waiting": [session for session in sessions if session.is_requested],
        "kept": kept_by(viewer, now=now),
        "month": month_of(viewer, tz, now=now),
        "hours": hours_from(first_hour_of(now, tz)),
    }


def tasks_of(viewer: Viewer, sessions: Sequence[Session], *, now: dt.datetime) -> list[Task]:
    """Return what a person should see to, in two queries: stopped instruments, ending training."""
    stopped = {
        instrument.pk: instrument.state_reason
        for instrument in instruments_visible_to(viewer.user).filter(
            pk__in={session.instrument_id for session in sessions}, state="out_of_service"
        )
    }
    ending = grants_ending(user_id=viewer.user.pk, on=now.date(), days=ENDING_DAYS)
    return [*_at_risk(sessions, stopped), *_ending(ending, sessions)]


def _at_risk(sessions: Iterable[Session], stopped: dict[int, str]) -> Iterator[Task]:
    for session in sessions:
        if session.instrument_id in stopped and not session.is_in_use:
            reason = stopped[session.instrument_id]
            yield Task(
                css="is-risk",
                icon="triangle-alert",
                word=_("At risk"),
                headline=f"{session.instrument}, {session.when}",
                text=_("Out of service: %(reason)s. Wait, or take another time.")
                % {"reason": reason}
                if reason
                else _("Out of service. Wait, or take another time."),
                booking_id=session.id,
                instrument_id=session.instrument_id,
            )


def _ending(ending: Iterable[Ending], sessions: Sequence[Session]) -> Iterator[Task]:
    for one in ending:
        after = sum(
            session.instrument_id in one.instrument_ids
            and session.period.start.date() > one.ends_on
            for session in sessions
        )
        day = date_format(one.ends_on, "j F")
        yield Task(
            css="is-wait",
            icon="clock",
            word=_("Ends on %(day)s") % {"day": day},
            headline=one.name,
            text=ngettext(
                "%(count)d of your sessions falls after that day.",
                "%(count)d of your sessions fall after that day.",
                after,
            )
            % {"count": after}
            if after
            else _("Ask the platform to renew it."),
            instrument_id=next(iter(one.instrument_ids), None),
        )
