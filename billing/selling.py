"""Who sells what, to whom, on which terms: what every charge needs besides its price.

The seller of a platform's work is its issuer. Until a platform has one, the first host
organisation sells, and a host organisation always sells to itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from accounts.models import Organisation, Project, Team
from billing.models import Seller
from billing.prices.pricing import tariff_tier
from billing.vat import Nature, Party, VatRule, vat_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldBy:
    """The body that sells for a platform; without an issuer, no invoice can be made yet."""

    party: Party
    issuer_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On which terms a team buys: its tier, the VAT rule and who sells."""

    tier: str
    rule: VatRule
    issuer_id: int | None


HOME = SoldBy(party=Party(organisation_id=0, country="FR"))
"""Who sells while neither an issuer nor a host organisation is recorded."""


def sellers_of(facility_ids: Collection[int]) -> Mapping[int, SoldBy]:
    """Return who sells for each of some platforms, in one query or two."""
    found = {
        seller.facility_id: SoldBy(
            party=party(seller.issuer.organisation), issuer_id=seller.issuer_id
        )
        for seller in Seller.objects.filter(facility__in=facility_ids).select_related(
            "issuer__organisation"
        )
    }
    if len(found) == len(set(facility_ids)):
        return found
    host = Organisation.objects.filter(kind=Organisation.Kind.HOST).order_by("id").first()
    otherwise = SoldBy(party=party(host)) if host else HOME
    return {facility_id: found.get(facility_id, otherwise) for facility_id in facility_ids}


def terms_of(
    *, team: Team, project: Project | None, seller: SoldBy, nature: str = Nature.SERVICE
) -> Terms:
    """Return on which terms a team buys something of a nature for a project.

    The team comes with its organisation.
    """
    buyer = team.organisation
    sold_by = seller.party
    if seller.issuer_id is None and buyer.kind == Organisation.Kind.HOST:
        sold_by = party(buyer)
    return Terms(
        tier=tariff_tier(
            organisation_tier=buyer.tier, project_tier=project.tier if project else ""
        ),
        rule=vat_rule(seller=sold_by, buyer=party(buyer), nature=nature),
        issuer_id=seller.issuer_id,
    )


def party(organisation: Organisation) -> Party:
    """Return an organisation as the VAT rules see it."""
    return Party(
        organisation_id=organisation.pk,
        country=organisation.country,
        siren=organisation.siren,
        vat_number=organisation.vat_number,
    )
