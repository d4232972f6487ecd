"""Which months of the books are closed: nothing is dated in them any more."""

from __future__ import annotations

import datetime as dt

from billing.models import AccountingPeriod
from billing.payments.errors import PeriodClosed
from bookings.wording import month_text


def last_closed_month(issuer_id: int) -> dt.date | None:
    """Return the first day of the last month that an issuer closed."""
    months = AccountingPeriod.objects.filter(issuer=issuer_id).order_by("-month")
    return months.values_list("month", flat=True).first()


def require_open(issuer_id: int, day: dt.date) -> None:
    """Refuse a day whose month, or a later one, is closed.

    The database refuses such a row in any case; this says it in a sentence.

    Raises:
        PeriodClosed: nothing may be dated so.
    """
    closed = last_closed_month(issuer_id)
    if closed is not None and day.replace(day=1) <= closed:
        raise PeriodClosed(month=month_text(day))
