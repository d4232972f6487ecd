"""Warning of accounts that are nearly spent: at 80 % and at 100 % of their ceiling.

What counts is what is charged and what is promised. A share of a ceiling is warned of
once; of another ceiling it may be warned of again. Where several shares are passed at
once, the highest is told.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import F

from accounts.models import FundingAccount
from accounts.transactions import use_case
from billing.models import AccountWarning
from billing.quotes.states import WARNED_PERCENTS, passed_percents
from billing.quoting import committed
from notifications import outbox

ACCOUNT_WARNED = "billing.account_warned"


def warn_of_accounts(*, now: dt.datetime) -> int:
    """Warn of every account that passed a share of its ceiling; return of how many.

    Safe to repeat and to run several times at once: each account in a transaction.
    """
    lowest = min(WARNED_PERCENTS)
    nearly_spent = (
        FundingAccount.objects.filter(is_active=True, ceiling_cents__gt=0)
        .annotate(committed_cents=committed())
        .filter(committed_cents__gte=F("ceiling_cents") * lowest / 100)
    )
    ids = list(nearly_spent.order_by("pk").values_list("pk", flat=True))
    return sum(warn_of(account_id, now=now) for account_id in ids)


@use_case
def warn_of(account_id: int, /, *, now: dt.datetime) -> bool:
    """Write and publish the shares of an account's ceiling that nobody was warned of yet."""
    account = (
        FundingAccount.objects.filter(pk=account_id, is_active=True, ceiling_cents__gt=0)
        .annotate(committed_cents=committed())
        .first()
    )
    if account is None or account.ceiling_cents is None:
        return False
    fresh = [
        warning
        for percent in passed_percents(
            ceiling_cents=account.ceiling_cents, committed_cents=account.committed_cents
        )
        for warning, is_new in [
            AccountWarning.objects.get_or_create(
                account=account,
                percent=percent,
                ceiling_cents=account.ceiling_cents,
                defaults={"committed_cents": account.committed_cents, "warned_at": now},
            )
        ]
        if is_new
    ]
    if fresh:
        outbox.publish(
            topic=ACCOUNT_WARNED,
            key=f"{ACCOUNT_WARNED}:{fresh[-1].pk}",
            payload={"warning": fresh[-1].pk},
        )
    return bool(fresh)
