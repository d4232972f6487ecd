"""Who is about to come into a team: a request that waits, an invitation under way."""

from __future__ import annotations

import datetime as dt

from accounts.models import Team, User
from accounts.services import ask_to_join, invite_to_team
from billing.demo_centre.people import DOMAIN

INVITED = f"new.person@{DOMAIN}"


def make_joining(teams: dict[str, Team], people: dict[str, User], *, now: dt.datetime) -> None:
    """Let somebody ask the head of the demo's team, and the head invite somebody new."""
    team = teams["Roux"]
    ask_to_join(
        actor=people["lucas.bonnet"],
        team_id=team.pk,
        message="Je partage le projet LLC avec Inès à partir de décembre.",
        now=now - dt.timedelta(hours=20),
    )
    invite_to_team(
        actor=people["head"],
        team_id=team.pk,
        email=INVITED,
        role="member",
        language="fr",
        now=now - dt.timedelta(hours=3),
    )
