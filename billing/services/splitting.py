"""Saying that several accounts pay for one use, each its share, before it is charged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.allowances import monthly_limits
from accounts.models import FundingAccount, User
from accounts.permissions import require
from accounts.transactions import use_case
from billing.commitments import committed_cents, month_cents
from billing.costs.split_errors import (
    AccountNotSharing,
    NotSplittable,
    ShareOverLimit,
    SharesDoNotAddUp,
    ShareTooLarge,
)
from billing.costs.splits import accounts_sharing, is_splittable, may_split
from billing.costs.splitting import is_whole, split_cents
from bookings.limits import month_of
from bookings.models import Booking, BookingShare
from bookings.permissions import bookings_visible_to
from bookings.services.transitions import locked_for
from bookings.wording import money_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The part of a use, in per cent with two decimals, that an account pays."""

    account_id: int
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    account: FundingAccount
    percent: Decimal
    cents: int


@use_case
def split_use(
    *, booking_id: int, shares: Sequence[Share], actor: User, now: dt.datetime
) -> Booking:
    """Let several accounts pay for one use; without shares, its own account pays again.

    They are the team's, or of another team of the same organisation that the actor leads.
    All of them are locked by rising id, so that every ceiling and every person's limit
    holds for its share of the estimate. The order given is that in which cents are rounded.

    Raises:
        NotFound: the actor cannot see such a booking.
        NotPermitted: they neither booked it, nor lead the team, nor manage the platform.
        SharesDoNotAddUp, NotSplittable, AccountNotSharing: of the shares and the use.
        ShareTooLarge, ShareOverLimit: a ceiling or a limit does not hold.
    """
    percents = [share.percent for share in shares]
    account_ids = [share.account_id for share in shares]
    if shares and not (is_whole(percents) and len(set(account_ids)) == len(account_ids)):
        raise SharesDoNotAddUp
    # Accounts before the booking, as everywhere; its own, which may have to pay again, too.
    own = bookings_visible_to(actor, on=now.date()).filter(pk=booking_id)
    accounts = _locked({*account_ids, *own.values_list("account_id", flat=True)})
    booking = locked_for(actor, booking_id, now=now)
    require(may_split(actor, booking, on=now.date()))
    if not is_splittable(booking):
        raise NotSplittable
    sharing = accounts_sharing(booking, actor=actor, on=now.date())
    if sharing.filter(pk__in=account_ids).count() != len(account_ids):
        raise AccountNotSharing
    if not shares and booking.account_id is not None:
        account_ids, percents = [booking.account_id], [Decimal(100)]
    cents = split_cents(booking.estimate_cents or 0, percents)
    parts = [
        _Part(account=accounts[account_id], percent=percent, cents=part)
        for account_id, percent, part in zip(account_ids, percents, cents, strict=True)
    ]
    _keep_ceilings(booking, parts)
    _keep_limits(booking, parts, actor)
    BookingShare.objects.filter(booking=booking).delete()
    if shares:
        BookingShare.objects.bulk_create(
            BookingShare(booking=booking, account=part.account, percent=part.percent)
            for part in parts
        )
    return booking


def _locked(account_ids: set[int | None]) -> dict[int, FundingAccount]:
    rows = FundingAccount.objects.select_for_update(no_key=True).filter(
        pk__in=[account_id for account_id in account_ids if account_id is not None]
    )
    return {account.pk: account for account in rows.order_by("pk")}


def _keep_ceilings(booking: Booking, parts: Sequence[_Part]) -> None:
    for part in parts:
        if part.account.ceiling_cents is None:
            continue
        committed = committed_cents(part.account.pk, exclude_booking_id=booking.pk)
        left = part.account.ceiling_cents - committed
        if part.cents > left:
            raise ShareTooLarge(
                account=part.account.reference,
                left=money_text(left),
                amount=money_text(part.cents),
            )


def _keep_limits(booking: Booking, parts: Sequence[_Part], actor: User) -> None:
    person_id = booking.booked_for_id or 0
    day = booking.interval.start.astimezone(booking.instrument.facility.tz).date()
    limits = monthly_limits(
        [part.account.pk for part in parts],
        person_id,
        actor_id=actor.pk,
        on=booking.interval.start.date(),
    )
    month = month_of(day, booking.instrument.facility.tz)
    for part in parts:
        limit = limits.get(part.account.pk)
        if limit is None:
            continue
        spent = month_cents(
            part.account.pk, person_id=person_id, month=month, exclude_booking_id=booking.pk
        )
        if spent + part.cents > limit:
            raise ShareOverLimit(
                account=part.account.reference,
                limit=money_text(limit),
                spent=money_text(spent),
                amount=money_text(part.cents),
            )
