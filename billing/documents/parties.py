"""The two parties and the terms as a document states them: copied, so that they stay.

Source: code de commerce, article L441-9; code général des impôts, annexe II, article
242 nonies A. What is missing is said before anything is issued.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.models import FundingAccount, Organisation
from billing.models import Charge, Issuer
from billing.vat import Category

INDEMNITY_CENTS = 4000
"""For recovery costs of a late payment. Source: code de commerce, article D441-5."""

FRANCE_ELECTRONIC = "0225"
"""Scheme of French electronic addresses, which begin with the SIREN."""


def seller_stated(issuer: Issuer) -> dict[str, Any]:
    """Return what a document says of who sells."""
    return _identity(issuer.organisation) | {
        "code": issuer.code,
        "legal_form": issuer.legal_form,
        "contact_name": issuer.contact_name,
        "contact_email": issuer.contact_email,
        "contact_phone": issuer.contact_phone,
        "iban": issuer.iban,
        "bic": issuer.bic,
        "colour": issuer.colour,
        "footer": issuer.footer,
    }


def buyer_stated(organisation: Organisation, account: FundingAccount | None) -> dict[str, Any]:
    """Return what a document says of who buys."""
    return _identity(organisation) | {
        "delivery_address": organisation.delivery_address,
        "uses_chorus_pro": organisation.uses_chorus_pro,
        "service_code": organisation.chorus_service_code,
        "engagement_number": account.engagement_number if account else "",
    }


def _identity(organisation: Organisation) -> dict[str, Any]:
    address = organisation.electronic_address or organisation.siren
    return {
        "name": organisation.legal_name or organisation.name,
        "address": organisation.billing_address,
        "postcode": organisation.billing_postcode,
        "city": organisation.billing_city,
        "country": organisation.country,
        "siren": organisation.siren,
        "siret": organisation.siret,
        "vat_number": organisation.vat_number,
        "electronic_address": address,
        "electronic_scheme": FRANCE_ELECTRONIC if address and organisation.country == "FR" else "",
    }


def terms_stated(
    issuer: Issuer, organisation: Organisation, natures: Iterable[str]
) -> dict[str, Any]:
    """Return the terms of payment and the nature of the operation."""
    sold = sorted(set(natures))
    return {
        "payment_days": organisation.payment_days,
        "late_percent": str(issuer.late_percent),
        "indemnity_cents": INDEMNITY_CENTS,
        "vat_on_debits": issuer.vat_on_debits,
        "natures": sold,
    }


def lacking(issuer: Issuer, organisation: Organisation, charges: Iterable[Charge]) -> list[str]:
    """Return what the law wants stated and nobody has recorded, as `seller.siren`."""
    categories = {charge.vat_category for charge in charges}
    missing = [f"seller.{what}" for what in _lacking_of(issuer.organisation)]
    if categories == {Category.INTERNAL}:
        return missing
    missing += [f"buyer.{what}" for what in _lacking_of(organisation)]
    if not issuer.iban:
        missing.append("seller.iban")
    if not issuer.organisation.vat_number:
        missing.append("seller.vat_number")
    if Category.REVERSE_CHARGE in categories and not organisation.vat_number:
        missing.append("buyer.vat_number")
    if organisation.uses_chorus_pro and not organisation.siret:
        missing.append("buyer.siret")
    return missing


def _lacking_of(organisation: Organisation) -> list[str]:
    missing = [
        what
        for what, field in (("address", "billing_address"), ("city", "billing_city"))
        if not getattr(organisation, field)
    ]
    if organisation.country == "FR" and not organisation.siren:
        missing.append("siren")
    return missing
