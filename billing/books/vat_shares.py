"""How much VAT falls due with a part of an invoice that is paid. Pure.

Source: code général des impôts, article 269, 2, c: on services VAT is due when they are
paid for, unless the seller opted for debits.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def share_of_part(*, whole_cents: int, total_cents: int, before_cents: int, part_cents: int) -> int:
    """Return what a part of a payment contains of an amount of its invoice.

    The share is rounded on what was paid so far, so that the shares of all parts add up to
    the amount exactly once the invoice is paid. A part that is taken back is negative.
    """
    if total_cents == 0:
        return 0
    after = _share(whole_cents, total_cents, before_cents + part_cents)
    return after - _share(whole_cents, total_cents, before_cents)


def _share(whole_cents: int, total_cents: int, paid_cents: int) -> int:
    exact = Decimal(whole_cents) * paid_cents / total_cents
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))
