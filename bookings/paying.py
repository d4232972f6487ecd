"""Which project a booking is for and which account pays: chosen, or last used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery

from accounts.models import FundingAccount, Organisation, Project, Team
from accounts.permissions import projects_judged_for
from bookings.locking import lock_account
from bookings.models import Booking
from bookings.wish import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """The project and account of a wish; None for what is missing, or not theirs to use."""

    project: Project | None
    account: FundingAccount | None
    project_usable: bool

    @property
    def team(self) -> Team | None:
        """The team whose work it is and whose money."""
        return self.project.team if self.project else None

    @property
    def organisation(self) -> Organisation | None:
        """The legal person behind the team."""
        return self.team.organisation if self.team else None

    @property
    def is_industry(self) -> bool:
        """Whether it is work for a company, whatever the tier of the project."""
        return self.organisation is not None and self.organisation.is_industry

    @property
    def account_usable(self) -> bool:
        """Whether the account is the team's own and still in use."""
        return (
            self.account is not None
            and self.team is not None
            and self.account.is_active
            and self.account.team_id == self.team.pk
        )


def payer_of(wish: Wish, *, lock: bool) -> Payer:
    """Find who pays for a wish; with `lock`, hold the account until the transaction ends.

    Membership and validity are judged at the date of the slot.
    """
    on = wish.period.start.date()
    project = _project(wish, on)
    accounts = _accounts(project, wish, on)
    account = lock_account(accounts) if lock else accounts.first()
    return Payer(
        project=project,
        account=account,
        project_usable=project is not None,
    )


def _project(wish: Wish, on: dt.date) -> Project | None:
    if wish.booked_for_id is None:
        return None
    judged = projects_judged_for(wish.booked_for_id, on=on)
    usable = judged.filter(Q(("is_usable", True)), is_active=True)
    if wish.project_id is not None:
        # What is not theirs is missing: its account, price and hours would else be told.
        return usable.filter(pk=wish.project_id).first()
    used = Q(bookings__booked_for=wish.booked_for_id)
    open_on = (Q(starts_on__isnull=True) | Q(starts_on__lte=on)) & (
        Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    )
    return (
        usable.filter(open_on)
        .annotate(last_used=Max("bookings__id", filter=used))
        .order_by(F("last_used").desc(nulls_last=True), "id")
        .first()
    )


def _accounts(project: Project | None, wish: Wish, on: dt.date) -> QuerySet[FundingAccount]:
    """Return the account a wish names; else the team's valid ones, the last used first."""
    if wish.account_id is not None:
        return FundingAccount.objects.filter(pk=wish.account_id)
    if project is None:
        return FundingAccount.objects.none()
    last = (
        Booking.objects.filter(project=project, booked_for=wish.booked_for_id)
        .exclude(account=None)
        .order_by("-id")
        .values("account_id")[:1]
    )
    valid = FundingAccount.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=on),
        Q(valid_until__isnull=True) | Q(valid_until__gte=on),
        team=project.team_id,
        is_active=True,
    )
    return valid.annotate(is_last=Q(pk__in=last)).order_by("-is_last", "id")


def projects_offered(user_id: int, *, on: dt.date) -> QuerySet[Project]:
    """Return the projects a person may book for, the last used first, then by name.

    Those that have ended are left out; whether one is open on the day of a slot is judged
    with the booking.
    """
    used = Booking.objects.filter(booked_for=user_id, project=OuterRef("pk")).order_by("-id")
    return (
        projects_judged_for(user_id, on=on)
        .filter(
            Q(("is_usable", True)),
            Q(ends_on__isnull=True) | Q(ends_on__gte=on),
            is_active=True,
        )
        .annotate(last_used=Subquery(used.values("pk")[:1]))
        .order_by(F("last_used").desc(nulls_last=True), "name", "id")
    )


def accounts_offered(
    user_id: int, *, team_ids: Iterable[int], on: dt.date
) -> QuerySet[FundingAccount]:
    """Return the accounts of some teams that can pay, those last used for a person first."""
    used = Booking.objects.filter(booked_for=user_id, account=OuterRef("pk")).order_by("-id")
    return (
        FundingAccount.objects.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=on), team__in=team_ids, is_active=True
        )
        .annotate(last_used=Subquery(used.values("pk")[:1]))
        .order_by(F("last_used").desc(nulls_last=True), "reference", "id")
    )
