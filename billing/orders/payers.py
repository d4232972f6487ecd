"""For which project somebody orders, and which account of its team pays."""

from __future__ import annotations

import datetime as dt

from accounts.allowances import open_to
from accounts.models import FundingAccount, Project, User
from accounts.projects import usable_projects
from billing.orders.errors import AccountNotUsable, ProjectNotUsable


def project_for(actor: User, project_id: int, *, now: dt.datetime) -> Project:
    """Return a project the actor may spend for, with its team and organisation.

    Raises:
        ProjectNotUsable: it is none of theirs, or is not open today.
    """
    today = now.date()
    project = (
        usable_projects(actor.pk, on=today)
        .select_related("team__organisation")
        .filter(pk=project_id)
        .first()
    )
    if project is None or not is_open(project.starts_on, project.ends_on, on=today):
        raise ProjectNotUsable
    return project


def project_of_anybody(project_id: int) -> Project:
    """Return a project that is in use, whoever's, with its team and organisation.

    Raises:
        ProjectNotUsable: there is none.
    """
    projects = Project.objects.select_related("team__organisation")
    project = projects.filter(pk=project_id, is_active=True, team__is_active=True).first()
    if project is None:
        raise ProjectNotUsable
    return project


def account_for(
    team_id: int, account_id: int | None, *, on: dt.date, person: User | None = None
) -> FundingAccount | None:
    """Return the account of a team that is chosen, or else its first that is valid on a day.

    With a person, only those that they may use.

    Raises:
        AccountNotUsable: what was chosen is not the team's, closed, or not valid.
    """
    accounts = FundingAccount.objects.filter(team=team_id, is_active=True).order_by("pk")
    if person is not None:
        accounts = open_to(accounts, person.pk, actor_id=person.pk, on=on)
    if account_id is not None:
        accounts = accounts.filter(pk=account_id)
    usable = [each for each in accounts if is_open(each.valid_from, each.valid_until, on=on)]
    if account_id is not None and not usable:
        raise AccountNotUsable
    return usable[0] if usable else None


def is_open(first: dt.date | None, last: dt.date | None, *, on: dt.date) -> bool:
    """Say whether a day lies between two that may be open, both inclusive."""
    return (first is None or first <= on) and (last is None or on <= last)
