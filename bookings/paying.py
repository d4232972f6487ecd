"""Which project a booking is for and which account pays: chosen, or last used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from accounts.allowances import MONTHLY, OPEN_TO, open_to
from accounts.models import FundingAccount, Project
from accounts.models.organisations import is_industry
from accounts.projects import USABLE_PROJECT_IDS, usable_projects
from accounts.statements import rows_of
from bookings.locking import lock_account
from bookings.models import Booking
from bookings.wish import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class PayingProject:
    """What is to be known of a project, its team and its organisation before it pays."""

    pk: int
    team_id: int
    tier: str
    starts_on: dt.date | None
    ends_on: dt.date | None
    organisation_kind: str
    organisation_tier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayingAccount:
    """What is to be known of an account before it pays."""

    pk: int
    team_id: int
    is_active: bool
    valid_from: dt.date | None
    valid_until: dt.date | None
    ceiling_cents: int | None
    is_open_to: bool
    monthly_cents: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """The project and account of a wish; None for what is missing, or not theirs to use."""

    project: PayingProject | None
    account: PayingAccount | None

    @property
    def team_id(self) -> int | None:
        """The team whose work it is and whose money."""
        return self.project.team_id if self.project else None

    @property
    def is_industry(self) -> bool:
        """Whether it is work for a company, whatever the tier of the project."""
        return self.project is not None and is_industry(
            kind=self.project.organisation_kind, tier=self.project.organisation_tier
        )

    @property
    def account_usable(self) -> bool:
        """Whether the account is the team's own, still in use, and open to the person."""
        return (
            self.account is not None
            and self.account.is_active
            and self.account.is_open_to
            and self.account.team_id == self.team_id
        )


_PROJECT = f"""
SELECT project.id AS pk, project.team_id, project.tier, project.starts_on, project.ends_on,
       organisation.kind AS organisation_kind, organisation.tier AS organisation_tier
  FROM accounts_project project
  JOIN accounts_team team ON team.id = project.team_id
  JOIN accounts_organisation organisation ON organisation.id = team.organisation_id
 WHERE project.id IN ({USABLE_PROJECT_IDS})
   AND (project.id = %(project)s::bigint
        OR (%(project)s::bigint IS NULL
            AND (project.starts_on IS NULL OR project.starts_on <= %(on)s)
            AND (project.ends_on IS NULL OR project.ends_on >= %(on)s)))
 ORDER BY (SELECT max(used.id) FROM bookings_booking used
            WHERE used.booked_for_id = %(person)s AND used.project_id = project.id)
          DESC NULLS LAST,
          project.id
 LIMIT 1
"""  # noqa: S608 - joined from constants; the values are bound
"""Of the projects a person may book for: the one a wish names, or else the one last used of
those that are open on the day. What was never used comes last, the oldest of it first."""

_ACCOUNT = f"""
SELECT account.id AS pk, account.team_id, account.is_active, account.valid_from,
       account.valid_until, account.ceiling_cents,
       {OPEN_TO} AS is_open_to, {MONTHLY} AS monthly_cents
  FROM accounts_fundingaccount account
 WHERE account.id = %(account)s::bigint
    OR (%(account)s::bigint IS NULL
        AND account.team_id = %(team)s::bigint
        AND account.is_active
        AND (account.valid_from IS NULL OR account.valid_from <= %(on)s)
        AND (account.valid_until IS NULL OR account.valid_until >= %(on)s)
        AND {OPEN_TO})
 ORDER BY account.id = (SELECT used.account_id FROM bookings_booking used
                         WHERE used.booked_for_id = %(person)s
                           AND used.project_id = %(project)s
                           AND used.account_id IS NOT NULL
                         ORDER BY used.id DESC LIMIT 1) DESC NULLS LAST,
          account.id
 LIMIT 1
"""  # noqa: S608 - joined from constants; the values are bound
"""The account a wish names, or else of the team's valid ones the last used on the project that
the person may use."""


def payer_of(wish: Wish, *, lock: bool, actor_id: int | None = None) -> Payer:
    """Find who pays for a wish; with `lock`, hold the account until the transaction ends.

    Membership and validity are judged at the date of the slot. A project that is not
    theirs to book for is missing: its account, price and hours would else be told. An actor
    who leads the team books for its members beyond what they may spend themselves.
    """
    values = {
        "person": wish.booked_for_id,
        "actor": actor_id,
        "on": wish.period.start.date(),
        "project": wish.project_id,
        "account": wish.account_id,
    }
    project = next((PayingProject(**row) for row in rows_of(_PROJECT, values)), None)
    values |= {
        "project": project.pk if project else None,
        "team": project.team_id if project else None,
    }
    found = lock_account(_ACCOUNT, values) if lock else rows_of(_ACCOUNT, values)
    return Payer(project=project, account=next((PayingAccount(**row) for row in found), None))


def projects_offered(user_id: int, *, on: dt.date) -> QuerySet[Project]:
    """Return the projects a person may book for, the last used first, then by name.

    Those that have ended are left out; whether one is open on the day of a slot is judged
    with the booking.
    """
    used = Booking.objects.filter(booked_for=user_id, project=OuterRef("pk")).order_by("-id")
    return (
        usable_projects(user_id, on=on)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))
        .annotate(last_used=Subquery(used.values("pk")[:1]))
        .order_by(F("last_used").desc(nulls_last=True), "name", "id")
    )


def accounts_offered(
    user_id: int, *, actor_id: int, team_ids: Iterable[int], on: dt.date
) -> QuerySet[FundingAccount]:
    """Return the accounts of some teams that a person may use, those last used first."""
    used = Booking.objects.filter(booked_for=user_id, account=OuterRef("pk")).order_by("-id")
    accounts = FundingAccount.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=on), team__in=team_ids, is_active=True
    )
    return (
        open_to(accounts, user_id, actor_id=actor_id, on=on)
        .annotate(last_used=Subquery(used.values("pk")[:1]))
        .order_by(F("last_used").desc(nulls_last=True), "reference", "id")
    )
