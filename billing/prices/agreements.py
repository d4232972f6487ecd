"""Which framework contract holds on which days of a price list. Pure values, no Django."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from billing.prices.bands import Agreement, Tariff


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractDays:
    """A contract of the buyer: from its first day until just before the last, or for ever."""

    first: date
    until: date | None
    is_of_platform: bool
    agreement: Agreement

    def holds_on(self, day: date) -> bool:
        """Say whether it holds on a day."""
        return self.first <= day and (self.until is None or day < self.until)


def agreed_days(tariff: Tariff, contracts: Sequence[ContractDays]) -> list[Tariff]:
    """Cut a tariff into days of one agreement each, in order; whole where there is none.

    A contract with the platform comes before one with all platforms.
    """
    if not contracts:
        return [tariff]
    edges = {
        edge
        for contract in contracts
        for edge in (contract.first, contract.until)
        if edge is not None and edge != tariff.valid_from and tariff.is_valid_on(edge)
    }
    days: list[date | None] = [tariff.valid_from, *sorted(edges), tariff.valid_until]
    return [
        replace(
            tariff,
            valid_from=first,
            valid_until=until,
            agreement=agreement_on(first, contracts),
        )
        for first, until in pairwise(days)
        if first is not None
    ]


def agreement_on(day: date, contracts: Sequence[ContractDays]) -> Agreement | None:
    """Return what holds on a day; a contract with the platform comes before one with all."""
    holding = [contract for contract in contracts if contract.holds_on(day)]
    first = min(holding, key=lambda contract: not contract.is_of_platform, default=None)
    return first.agreement if first else None
