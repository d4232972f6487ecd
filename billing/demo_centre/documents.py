"""How the books of the demo's issuers want their transfer notes."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.models import User
from billing.models import Issuer
from billing.services.recharge_exports import add_recharge_export

LAYOUTS = {"CRC": ("hospital", "geslab"), "UPR": ("sifac",)}


def make_recharge_files(issuers: Mapping[str, Issuer], accountant: User) -> None:
    """Lay out a file or two for each issuer."""
    for code, presets in LAYOUTS.items():
        for preset in presets:
            add_recharge_export(issuer_id=issuers[code].pk, preset=preset, actor=accountant)
