"""Whether an electronic invoice can be addressed: what is missing, said before it leaves.

Pure on plain values. Codes such as `buyer.siret` are worded by the faces.

Source: Chorus Pro, external specifications, on recipients: SIRET, service code where the
body has services, engagement number where it asks for one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stdnum.fr import siren, siret

ELECTRONIC_SCHEME = "0225"


def is_carried(buyer: Mapping[str, Any]) -> bool:
    """Say whether invoices to a buyer travel between platforms: those within France.

    Source: code général des impôts, article 289 bis.
    """
    return str(buyer.get("country", "")) == "FR" and bool(buyer.get("siren"))


def lacking(buyer: Mapping[str, Any], *, needs_engagement: bool) -> list[str]:
    """Return what keeps an invoice from being addressed to a buyer, none where all is well."""
    missing = []
    if not siren.is_valid(str(buyer.get("siren", ""))):
        missing.append("buyer.siren")
    if buyer.get("electronic_scheme") != ELECTRONIC_SCHEME:
        missing.append("buyer.electronic_address")
    if not _is_siret_right(buyer):
        missing.append("buyer.siret")
    vat_number = str(buyer.get("vat_number", ""))
    if vat_number and not vat_number[:2].isalpha():
        missing.append("buyer.vat_number")
    is_asked = buyer.get("uses_chorus_pro") and needs_engagement
    if is_asked and not buyer.get("engagement_number"):
        missing.append("buyer.engagement_number")
    return missing


def _is_siret_right(buyer: Mapping[str, Any]) -> bool:
    """Say whether a SIRET is one of the body's own; only Chorus Pro needs one (BR-FR-09)."""
    number = str(buyer.get("siret", ""))
    if not number:
        return not buyer.get("uses_chorus_pro")
    return siret.is_valid(number) and number.startswith(str(buyer.get("siren", "")))


def recipient(buyer: Mapping[str, Any]) -> str:
    """Return where an invoice goes: the establishment of a public body, else the address."""
    number = buyer.get("siret") if buyer.get("uses_chorus_pro") else ""
    return str(number or buyer.get("electronic_address", ""))
