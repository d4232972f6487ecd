"""Which VAT rule a sale falls under: who sells, who buys and what, as plain values.

The rule is frozen on the charge. It is apart from the tier, which sets the price, and
from the account, which pays.
"""

from dataclasses import dataclass
from decimal import Decimal

EU_COUNTRIES = frozenset(
    {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"}
    | {"IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}
)
VAT_PREFIX = {"GR": "EL"}
"""VAT numbers begin with the country's code, but for Greece."""

SAME_VAT_TERRITORY = {"MC": "FR"}
"""Monaco counts as France. Source: directive 2006/112/EC, article 7."""

STANDARD_PERCENT = Decimal(20)
NO_VAT = Decimal(0)


class Category:
    """The codes of EN 16931 (UNTDID 5305), and our own for sales within one legal entity."""

    INTERNAL = "internal"
    STANDARD = "S"
    EXEMPT = "E"
    REVERSE_CHARGE = "AE"
    EXPORT = "G"
    OUT_OF_SCOPE = "O"


class Nature:
    """What is sold, as far as VAT asks."""

    SERVICE = "service"
    TRAINING = "training"
    GOODS = "goods"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A legal person that sells or buys. Country is an ISO code of two letters."""

    organisation_id: int
    country: str
    siren: str = ""
    vat_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VatRule:
    """A category, its rate in per cent, and the code of the exemption where there is one."""

    category: str
    percent: Decimal = NO_VAT
    exemption: str = ""


INTERNAL = VatRule(category=Category.INTERNAL)
STANDARD = VatRule(category=Category.STANDARD, percent=STANDARD_PERCENT)
TRAINING = VatRule(category=Category.EXEMPT, exemption="VATEX-EU-132-1I")
REVERSE_CHARGE = VatRule(category=Category.REVERSE_CHARGE, exemption="VATEX-EU-AE")
EXPORT = VatRule(category=Category.EXPORT, exemption="VATEX-EU-G")
OUT_OF_SCOPE = VatRule(category=Category.OUT_OF_SCOPE, exemption="VATEX-EU-O")


def vat_rule(*, seller: Party, buyer: Party, nature: str = Nature.SERVICE) -> VatRule:
    """Return the VAT rule for what one party sells to another.

    Within one legal entity there is no sale. Outside the EU a service is out of scope and
    goods are exported. Training sold as such is exempt. A business in another EU state
    accounts for the VAT itself; a body there without a VAT number pays it like a French one.

    Source: code général des impôts, articles 259, 259-1, 261-4-4° a, 262 I and 283-2.
    """
    if _is_same_entity(seller, buyer):
        return INTERNAL
    country = SAME_VAT_TERRITORY.get(buyer.country, buyer.country)
    if country not in EU_COUNTRIES:
        return EXPORT if nature == Nature.GOODS else OUT_OF_SCOPE
    if nature == Nature.TRAINING:
        return TRAINING
    if country != seller.country and _has_vat_number(buyer):
        return REVERSE_CHARGE
    return STANDARD


def _is_same_entity(seller: Party, buyer: Party) -> bool:
    same_row = seller.organisation_id == buyer.organisation_id
    return same_row or bool(seller.siren and seller.siren == buyer.siren)


def _has_vat_number(party: Party) -> bool:
    prefix = VAT_PREFIX.get(party.country, party.country)
    return party.vat_number.replace(" ", "").upper().startswith(prefix)
