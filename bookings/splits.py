"""What becomes of a booking that several accounts pay when somebody changes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bookings.models import Booking, BookingShare
from bookings.money import Estimate
from bookings.wish import Wish
from facilities.intervals import local_days


def shares_kept(booking: Booking) -> list[BookingShare]:
    """Return the shares of a booking with their accounts, in order; one query."""
    return list(booking.shares.select_related("account__team").order_by("pk"))


def split_stands(
    shares: Sequence[BookingShare],
    wish: Wish,
    booking: Booking,
    *,
    estimate: Estimate | None,
    tz: dt.tzinfo,
) -> bool:
    """Say whether the accounts that share a booking can go on paying for it as it changes.

    They do while the same project pays, it costs no more, its month stays and every
    account is valid then. Anything else is split anew, since each ceiling and each
    person's limit was judged for what it was.
    """
    if not shares:
        return True
    days = local_days(wish.period, tz)
    before = booking.interval.start.astimezone(tz).date()
    costs = estimate.amount_cents if estimate else 0
    return (
        (wish.project_id, wish.account_id) == (booking.project_id, booking.account_id)
        and costs <= (booking.estimate_cents or 0)
        and (days[0].year, days[0].month) == (before.year, before.month)
        and all(holds(share, days) for share in shares)
    )


def holds(share: BookingShare, days: Sequence[dt.date]) -> bool:
    """Say whether the account of a share is in use and valid on some days in a row."""
    account = share.account
    return (
        account.is_active
        and (account.valid_from is None or account.valid_from <= days[0])
        and (account.valid_until is None or days[-1] <= account.valid_until)
    )
