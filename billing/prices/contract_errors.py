"""What is refused of framework contracts, by name."""

from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError


class ContractsOverlap(DomainError):
    """The organisation has another contract with the platform, or with all, on those days."""

    code = "contracts_overlap"
    sentence = _("Another contract holds on some of these days.")


class ContractCharged(DomainError):
    """Something has been charged by the contract: what was agreed for it stands."""

    code = "contract_charged"
    sentence = _(
        "Something has been charged by this contract: its prices and past days stay."
        " End it and make a new one."
    )


class DaysTurnedAround(DomainError):
    """The last day comes before the first."""

    code = "days_turned_around"
    sentence = _("The last day comes before the first.")


class DiscountOutOfBounds(DomainError):
    """A discount takes from nothing to all of a price."""

    code = "discount_out_of_bounds"
    sentence = _("A discount takes 0 to 100 per cent off.")


class NotSoldByPlatform(DomainError):
    """What a price is agreed for belongs to another platform, or is no longer there."""

    code = "not_sold_by_platform"
    sentence = _("The platform of the contract does not sell this.")


class UnitNotPriced(DomainError):
    """The thing is not sold by that unit."""

    code = "unit_not_priced"
    sentence = _("This is not sold by that unit.")


class AgreedTwice(DomainError):
    """The contract has a price for this already."""

    code = "agreed_twice"
    sentence = _("The contract has a price for this already.")
