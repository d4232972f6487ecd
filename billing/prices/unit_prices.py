"""What a unit of something costs a tier by a tariff and the buyer's agreement. Pure.

What an accepted quote agreed comes first where its order pays, then what a contract
agrees, then the list, on which a contract takes its discount. In a list a tier's own rate
comes first; TUT, COL and EDU follow another tier's where they have none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from billing.prices.bands import FULL_PERCENT, Agreement, Surcharge, Tariff
from billing.prices.units import HOUR, OPERATOR_HOUR, TIME_UNITS, USE

PRICED_AS = {"TUT": ("INT", 120), "COL": ("ACA", 100), "EDU": ("INT", 100)}
"""Tiers that pay a percentage of another tier's rate unless they have one of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPrice:
    """What a unit costs, in cents, and the contract that agreed it or took something off.

    `minimum_cents` is the least that a use costs; an agreed price has none.
    """

    unit: str
    cents: int
    minimum_cents: int = 0
    contract_id: int | None = None


def tier_rate(rates: Mapping[str, int], tier: str) -> int | None:
    """Return the rate of a tier in cents, or None where the list has none for it.

    A tier's own rate comes first. Otherwise TUT pays as INT plus 20 %, rounded half up
    to the cent, COL pays as ACA, and EDU as INT.
    """
    if tier in rates:
        return rates[tier]
    model, percent = PRICED_AS.get(tier, ("", 0))
    if model not in rates:
        return None
    return rounded(Fraction(rates[model] * percent, 100))


def time_price(tariff: Tariff, tier: str) -> UnitPrice | None:
    """Return what the time of an instrument costs a tier; None where no rate is set."""
    for unit in TIME_UNITS:
        if unit in tariff.quoted:
            return UnitPrice(unit=unit, cents=tariff.quoted[unit])
    agreement = tariff.agreement
    if agreement is not None:
        for unit in TIME_UNITS:
            if unit in agreement.rates:
                return _agreed(unit, agreement)
    cents = tier_rate(tariff.rates, tier)
    if cents is None:
        return None
    priced_as = tier if tier in tariff.rates else PRICED_AS[tier][0]
    minimum = tier_rate({priced_as: tariff.minima.get(priced_as, 0)}, tier)
    return UnitPrice(
        unit=tariff.units.get(priced_as, HOUR),
        cents=less_discount(cents, agreement),
        minimum_cents=less_discount(minimum or 0, agreement),
        contract_id=discounting(agreement),
    )


def service_unit_price(
    rates: Mapping[str, int], tier: str, *, unit: str, agreement: Agreement | None
) -> UnitPrice | None:
    """Return what a unit of a service costs a tier; None where no rate is set.

    By the contract's agreed price, or by the rates of the list for that unit.
    """
    if agreement is not None and unit in agreement.rates:
        return _agreed(unit, agreement)
    cents = tier_rate(rates, tier)
    if cents is None:
        return None
    return UnitPrice(
        unit=unit, cents=less_discount(cents, agreement), contract_id=discounting(agreement)
    )


def operator_price(tariff: Tariff, tier: str) -> UnitPrice | None:
    """Return what an hour of the operator adds; None where the rate of the time has it in."""
    if OPERATOR_HOUR in tariff.quoted:
        return UnitPrice(unit=OPERATOR_HOUR, cents=tariff.quoted[OPERATOR_HOUR])
    agreement = tariff.agreement
    if agreement is not None and OPERATOR_HOUR in agreement.rates:
        return _agreed(OPERATOR_HOUR, agreement)
    cents = tier_rate(tariff.operator_rates, tier)
    if cents is None:
        return None
    return UnitPrice(
        unit=OPERATOR_HOUR,
        cents=less_discount(cents, agreement),
        contract_id=discounting(agreement),
    )


def surcharge_for(tariff: Tariff, tier: str, ground: str) -> Surcharge | None:
    """Return the surcharge on a ground: the instrument's before all's, then the tier's.

    As a sum once for each use, without a percentage, where an accepted quote agreed one.
    """
    fitting = [one for one in tariff.surcharges if one.ground == ground and one.tier in {"", tier}]
    found = max(fitting, key=lambda one: (one.is_of_instrument, one.tier != ""), default=None)
    if found is None or USE not in tariff.quoted:
        return found
    return replace(found, percent=None, amount_cents=tariff.quoted[USE])


def _agreed(unit: str, agreement: Agreement) -> UnitPrice:
    return UnitPrice(unit=unit, cents=agreement.rates[unit], contract_id=agreement.contract_id)


def less_discount(cents: int, agreement: Agreement | None) -> int:
    """Take a contract's discount off a price of the list, rounded half up to the cent."""
    return discounted(cents, agreement.discount_percent) if agreement else cents


def discounting(agreement: Agreement | None) -> int | None:
    """Return the contract that takes something off the list, if one does."""
    return agreement.contract_id if agreement and agreement.discount_percent else None


def discounted(cents: int, percent: Decimal) -> int:
    """Return a price less a percentage, rounded half up to the cent."""
    return rounded(cents * (FULL_PERCENT - Fraction(percent)) / FULL_PERCENT)


def quoted_cents(cents: int, *, discount_percent: Decimal, whole_percent: Decimal) -> int:
    """Return what a unit costs by a line of a quote: less its discount, then the whole's.

    Rounded half up to the cent as the line is; what the discount on the whole leaves is
    rounded down, so that the parts never pass the whole that was accepted.
    """
    left = (FULL_PERCENT - Fraction(whole_percent)) / FULL_PERCENT
    return int(discounted(cents, discount_percent) * left)


def rounded(cents: Fraction) -> int:
    """Round a cost that is not negative half up to the cent."""
    return int(cents + Fraction(1, 2))
