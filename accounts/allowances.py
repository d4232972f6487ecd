"""Who may use an account, and up to how much a month: the one rule, for the form that offers
accounts and for the booking that is made.

An account with any allowance is for those named on it and for who leads the team. Who leads
is held to no limit, and books for a member beyond theirs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import AccountAllowance, FundingAccount, Membership, User
from accounts.permissions import LEADING_ROLES, is_administrator, team_ids_of

LED = """EXISTS (
       SELECT FROM accounts_membership seat
        WHERE seat.team_id = account.team_id
          AND seat.user_id IN (%(person)s, %(actor)s)
          AND seat.role IN ('head', 'manager')
          AND %(on)s BETWEEN seat.starts_on AND coalesce(seat.ends_on, 'infinity'))"""
"""Does the person, or who acts for them, lead the team of an account?"""

_NAMED = """
       FROM accounts_accountallowance named
      WHERE named.account_id = account.id AND named.person_id = %(person)s
        AND %(on)s BETWEEN named.starts_on AND coalesce(named.ends_on, 'infinity')"""

OPEN_TO = f"""(NOT EXISTS (
       SELECT FROM accounts_accountallowance given WHERE given.account_id = account.id)
    OR EXISTS (SELECT {_NAMED})
    OR {LED})"""
"""May the person use an account on a day?"""

MONTHLY = f"""CASE WHEN {LED} THEN NULL ELSE (SELECT named.monthly_cents {_NAMED}) END"""
"""Up to how much a month may they use it? Null where nothing limits them."""


def open_to(
    accounts: QuerySet[FundingAccount], user_id: int, *, actor_id: int, on: dt.date
) -> QuerySet[FundingAccount]:
    """Keep the accounts that a person may use on a day, when the actor books for them."""
    given = AccountAllowance.objects.filter(account=OuterRef("pk"))
    named = given.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on), person=user_id, starts_on__lte=on
    )
    led = Membership.objects.current(on).filter(
        team=OuterRef("team"), user__in=[user_id, actor_id], role__in=LEADING_ROLES
    )
    return accounts.filter(~Exists(given) | Exists(named) | Exists(led))


def allowances_visible_to(user: User, *, on: dt.date) -> QuerySet[AccountAllowance]:
    """Return the allowances a person may see: their own, and those of the teams they lead."""
    allowances = AccountAllowance.objects.select_related("account", "person")
    if is_administrator(user):
        return allowances
    return allowances.filter(
        Q(person=user) | Q(account__team__in=team_ids_of(user, on=on, roles=LEADING_ROLES)),
        account__team__in=team_ids_of(user, on=on),
    )


def heads_of(team_id: int, *, on: dt.date) -> list[User]:
    """Return who heads a team on a day, by name: who is asked for more."""
    heads = Membership.objects.current(on).filter(
        team=team_id, role=Membership.Role.HEAD, user__is_active=True
    )
    return [seat.user for seat in heads.select_related("user").order_by("user__last_name", "pk")]


def monthly_limits(
    account_ids: Iterable[int], user_id: int, *, actor_id: int, on: dt.date
) -> dict[int, int]:
    """Return up to how much a month a person may use each of some accounts, where limited.

    As for a booking, nothing limits who leads the team, or whom they act for.
    """
    led = Membership.objects.current(on).filter(
        team=OuterRef("account__team"), user__in=[user_id, actor_id], role__in=LEADING_ROLES
    )
    named = AccountAllowance.objects.filter(
        ~Exists(led),
        Q(ends_on__isnull=True) | Q(ends_on__gte=on),
        account__in=account_ids,
        person=user_id,
        starts_on__lte=on,
        monthly_cents__isnull=False,
    )
    return {row.account_id: row.monthly_cents or 0 for row in named}
