"""How a sum is cut into shares by percentage, so that the parts come to the whole.

Pure. Each part reaches from where the shares before it end to where it ends itself, both
rounded half up. So no part is off by a cent or more, none turns negative, nobody is the one
who takes the rest, and the parts of a refund are those of what it takes back.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

WHOLE = Decimal(100)
LEAST = Decimal("0.01")
MOST_SHARES = 20
ONE, TEN_THOUSANDTH = Decimal(1), Decimal("0.0001")


def is_whole(percents: Sequence[Decimal]) -> bool:
    """Say whether percentages are two shares or more of two decimals that make 100."""
    return (
        2 <= len(percents) <= MOST_SHARES
        and all(LEAST <= percent == percent.quantize(LEAST) for percent in percents)
        and sum(percents) == WHOLE
    )


def split_cents(cents: int, percents: Sequence[Decimal]) -> list[int]:
    """Cut a sum of cents, which may be negative, into shares that come to 100 per cent."""
    return [int(part) for part in _split(Decimal(cents), percents, ONE)]


def split_quantity(quantity: Decimal, percents: Sequence[Decimal]) -> list[Decimal]:
    """Cut a quantity of four decimals in the same way."""
    return _split(quantity, percents, TEN_THOUSANDTH)


def _split(whole: Decimal, percents: Sequence[Decimal], step: Decimal) -> list[Decimal]:
    parts: list[Decimal] = []
    reached, told = Decimal(0), Decimal(0)
    for percent in percents:
        reached += percent
        upto = (whole * reached / WHOLE).quantize(step, ROUND_HALF_UP)
        parts.append(upto - told)
        told = upto
    return parts
