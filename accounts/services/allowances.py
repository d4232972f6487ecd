"""Who may use an account of a team, and up to how much a month without asking."""

from __future__ import annotations

import datetime as dt

from accounts.allowances import allowances_visible_to
from accounts.errors import LastDayTooEarly, NotFound, NotInTeam
from accounts.models import AccountAllowance, FundingAccount, Membership, User
from accounts.permissions import accounts_visible_to, may_lead, require
from accounts.transactions import use_case


@use_case
def allow_account(
    *,
    actor: User,
    account_id: int,
    person_id: int,
    monthly_cents: int | None,
    now: dt.datetime,
    ends_on: dt.date | None = None,
) -> AccountAllowance:
    """Let somebody of the team use an account from today, up to so much a month; or change it.

    With the first person named, the account is no longer for the whole team. The account is
    locked, so that no booking is judged by two limits.

    Raises:
        NotFound: the actor cannot see such an account.
        NotPermitted: the actor does not lead its team.
        NotInTeam: the person does not belong to the team today.
        LastDayTooEarly: the last day has passed.
    """
    account = _locked(actor, account_id, now=now)
    if (
        not Membership.objects.current(now.date())
        .filter(team=account.team_id, user=person_id)
        .exists()
    ):
        raise NotInTeam
    if ends_on is not None and ends_on < now.date():
        raise LastDayTooEarly
    allowance = AccountAllowance.objects.filter(account=account, person=person_id).first()
    if allowance is None:
        allowance = AccountAllowance(account=account, person_id=person_id, starts_on=now.date())
    elif allowance.ends_on is not None and allowance.ends_on < now.date():
        allowance.starts_on = now.date()
    allowance.monthly_cents, allowance.ends_on = monthly_cents, ends_on
    allowance.save()
    return allowance


@use_case
def withdraw_allowance(*, actor: User, allowance_id: int, now: dt.datetime) -> FundingAccount:
    """Take an allowance away; with the last one the account is for the whole team again.

    What the person has booked stays. Returns the account.

    Raises:
        NotFound: the actor cannot see such an allowance.
        NotPermitted: the actor does not lead the team of its account.
    """
    allowance = allowances_visible_to(actor, on=now.date()).filter(pk=allowance_id).first()
    if allowance is None:
        raise NotFound
    account = _locked(actor, allowance.account_id, now=now)
    AccountAllowance.objects.filter(pk=allowance_id).delete()
    return account


def _locked(actor: User, account_id: int, *, now: dt.datetime) -> FundingAccount:
    visible = accounts_visible_to(actor, on=now.date()).filter(pk=account_id).values("pk")
    account = FundingAccount.objects.select_for_update(no_key=True).filter(pk__in=visible).first()
    if account is None:
        raise NotFound
    require(may_lead(actor, account.team_id, on=now.date()))
    return account
