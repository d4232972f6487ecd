"""Puts the demo centre together, in one transaction."""

from __future__ import annotations

import datetime as dt
from random import Random

from django.db import transaction

from accounts.models import FundingAccount, Organisation, User
from billing import quoting
from billing.demo_centre.coming import make_breakdowns, make_coming, make_corner_cases
from billing.demo_centre.documents import make_recharge_files
from billing.demo_centre.issuers import make_issuers
from billing.demo_centre.joining import make_joining
from billing.demo_centre.month_ends import forget_accounts, make_month_ends
from billing.demo_centre.orders import make_orders
from billing.demo_centre.past import crowd_of, make_past
from billing.demo_centre.payments import make_payments
from billing.demo_centre.people import HOST, make_members, make_organisations, make_teams
from billing.demo_centre.platforms import make_facilities, make_instruments, make_staff
from billing.demo_centre.price_extras import make_contracts
from billing.demo_centre.price_versions import make_price_versions
from billing.demo_centre.prices import make_price_lists
from billing.demo_centre.quotes import book_sessions, make_quotes
from billing.demo_centre.staff_costs import make_staff_costs
from billing.demo_centre.today import Scene, make_today
from billing.services import charge_finished_uses
from compliance.models import Grant, Qualification

SEED = 2026
ALMOST_SPENT = "ARC-2025-088"
LEFT_CENTS = 5_000
TRAINED_ON = {
    "researcher": {"Fortessa X-20", "LSM 880 Airyscan"},
    "industry": {"Fortessa X-20"},
    "student": {"Canto II"},
}
"""What some log-ins are trained on; everybody else on everything."""
LEVELS = {"head": "after_hours", "nadia.olive": "after_hours", "student": "supervised"}
ENDING = {("researcher", "LSM 880 Airyscan"): 20}
"""Days after which something has to be renewed."""


def exists() -> bool:
    """Say whether the demo centre is there."""
    return Organisation.objects.filter(name=HOST).exists()


@transaction.atomic
def make_centre(*, now: dt.datetime, days: int = 365) -> None:
    """Make the demo centre as it is at an instant; the same instant gives the same centre."""
    random = Random(SEED)  # noqa: S311 - draws a demo, not a secret
    today = now.date()
    teams = make_teams(make_organisations(), today)
    people = make_members(teams, today)
    facilities = make_facilities()
    staff = make_staff(facilities)
    issuers = make_issuers(facilities, staff["accountant"])
    make_recharge_files(issuers, staff["accountant"])
    instruments = make_instruments(facilities)
    make_price_lists(facilities, instruments, today)
    make_price_versions(facilities, staff, today)
    make_contracts(instruments, today)
    _train(people, staff, today)
    crowd = crowd_of(people, teams)
    make_past(crowd, instruments, now=now, days=days, random=random)
    make_breakdowns(instruments, staff, now)
    _raise_ceilings()
    make_today(Scene(people=people, staff=staff, instruments=instruments, now=now))
    make_coming(crowd, instruments, now=now, random=random)
    make_corner_cases(crowd, instruments, staff, now)
    make_joining(teams, people, now=now)
    make_orders(people, staff, now=now)
    make_quotes(teams, people, staff, facilities, instruments, now=now)
    book_sessions(now)
    forget_accounts(now)
    make_staff_costs(teams, people, staff, now=now)
    charge_finished_uses(now=now)
    make_month_ends(people, staff, now=now, days=days)
    make_payments(staff, now=now)
    _raise_ceilings()
    _almost_spend()


def _train(people: dict[str, User], staff: dict[str, User], today: dt.date) -> None:
    qualifications = {q.name: q for q in Qualification.objects.select_related("facility")}
    Grant.objects.bulk_create(
        Grant(
            user=user,
            qualification=qualification,
            level=LEVELS.get(local, "autonomous"),
            valid_from=dt.date(today.year - 2, 1, 1),
            valid_until=today + dt.timedelta(days=ENDING[local, name])
            if (local, name) in ENDING
            else dt.date(today.year + 2, 3, 31),
            granted_by=staff[f"manager.{qualification.facility.code.lower()}"],
        )
        for local, user in people.items()
        for name, qualification in qualifications.items()
        if name in TRAINED_ON.get(local, qualifications)
    )


def _raise_ceilings() -> None:
    """Give ceilings that what is spent and promised so far respects, with something left."""
    for account in FundingAccount.objects.filter(ceiling_cents__isnull=False, quotes=None):
        committed = quoting.committed_cents(account.pk)
        steps = (committed * 5 // 4) // 1_000_000 + 1
        account.ceiling_cents = max(account.ceiling_cents or 0, steps * 1_000_000)
        account.save(update_fields=["ceiling_cents"])


def _almost_spend() -> None:
    """Leave 50 euros on one grant."""
    account = FundingAccount.objects.get(reference=ALMOST_SPENT)
    account.ceiling_cents = quoting.committed_cents(account.pk) + LEFT_CENTS
    account.save(update_fields=["ceiling_cents"])
