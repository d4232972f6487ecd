"""NEMO's accounts become teams with a funding account.

Teams of an internal account belong to the host; for any other account an organisation of
its own is made, whose billing details NEMO does not know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import FundingAccount, Organisation, Team
from accounts.models.organisations import Tier
from billing.nemo.dump import BadDump, Row
from billing.nemo.keeping import imported_before, keep, other_form
from billing.nemo.references import Directory
from billing.nemo.report import Report
from billing.nemo.values import Fields, Refused

KIND = "account"
INCOMPLETE = "organisations made from accounts; complete their legal and billing details"
GUESSED = "accounts whose type says no tariff; they pay as other academics (--tier TYPE=TIER)"
TIERS: dict[str, str] = {
    "internal": Tier.INT, "academic": Tier.ACA, "university": Tier.ACA, "education": Tier.ACA,
    "government": Tier.ACA, "industry": Tier.IND, "industrial": Tier.IND, "commercial": Tier.IND,
    "company": Tier.IND, "startup": Tier.SUP, "start-up": Tier.SUP, "small business": Tier.SUP,
}  # fmt: skip
"""How an account pays, by the name of its type in lower case, unless told otherwise."""

KINDS: dict[str, Organisation.Kind] = {
    Tier.INT: Organisation.Kind.HOST,
    Tier.IND: Organisation.Kind.INDUSTRY,
    Tier.SUP: Organisation.Kind.INDUSTRY,
}


@dataclass(slots=True)
class Pricing:
    """Who owns the teams of internal accounts, and which tariff a type of account pays."""

    host_name: str
    tiers: Mapping[str, str]
    host: Organisation | None = None


def keep_accounts(
    rows: Sequence[Row], *, types: Directory[str], pricing: Pricing, report: Report
) -> Directory[FundingAccount]:
    """Write a team and a funding account for each account; return these.

    Raises:
        BadDump: there are several host organisations and none was chosen.
    """
    found = imported_before(FundingAccount.objects, KIND, (row.key for row in rows))
    new = [row for row in rows if row.key not in found]
    found |= other_form(FundingAccount.objects, KIND, new, "reference")
    wanted: dict[str, dict[str, Any]] = {}
    for row in rows:
        try:
            wanted[row.key] = _values(row, found, types, pricing, report)
        except Refused as refused:
            report.refuse(KIND, row.name or row.key, refused.reason)
    kept = keep(
        FundingAccount.objects,
        kind=KIND,
        wanted=wanted,
        found=found,
        once=("team_id", "reference", "kind"),
        tally=report.tallies[KIND],
    )
    accounts: Directory[FundingAccount] = Directory()
    for row in rows:
        if row.key in wanted:
            accounts.add(key=row.key, name=row.name, thing=kept[row.key])
    return accounts


def _values(
    row: Row,
    found: dict[str, FundingAccount],
    types: Directory[str],
    pricing: Pricing,
    report: Report,
) -> dict[str, Any]:
    fields = Fields(row.fields)
    name = fields.text("name", 200)
    if not name:
        raise Refused("has no name")
    values: dict[str, Any] = {
        "name": name,
        "is_active": fields.flag("active", default=True),
        "valid_from": fields.day("start_date"),
    }
    type_name = types.find(row.fields.get("type"), "type") or ""
    if row.key in found:
        return values
    tier = pricing.tiers.get(type_name.lower())
    if tier is None:
        report.review[GUESSED].append(f"{name}: {type_name or 'no type'}")
    team = _team(name, tier or Tier.ACA, pricing, report)
    made_by_hand = FundingAccount.objects.filter(team=team, reference=name[:100]).first()
    if made_by_hand is not None:
        found[row.key] = made_by_hand
    kind = FundingAccount.Kind
    return values | {
        "team_id": team.pk,
        "reference": name[:100],
        "kind": kind.COST_CENTRE if tier == Tier.INT else kind.PURCHASE_ORDER,
    }


def _team(name: str, tier: str, pricing: Pricing, report: Report) -> Team:
    if tier == Tier.INT:
        pricing.host = pricing.host or _host(pricing.host_name, report)
        organisation = pricing.host
    else:
        organisation = _organisation(name, tier, report)
    team, _is_new = Team.objects.get_or_create(organisation=organisation, name=name)
    return team


def _organisation(name: str, tier: str, report: Report) -> Organisation:
    kind = KINDS.get(tier, Organisation.Kind.ACADEMIC)
    organisation, is_new = Organisation.objects.get_or_create(
        name=name, defaults={"kind": kind, "tier": tier, "legal_name": name}
    )
    if is_new:
        report.review[INCOMPLETE].append(f"{name} ({tier})")
    return organisation


def _host(name: str, report: Report) -> Organisation:
    hosts = list(Organisation.objects.filter(kind=Organisation.Kind.HOST)[:2])
    if not name and len(hosts) > 1:
        raise BadDump("There are several host organisations: choose one with --host NAME.")
    if not name and hosts:
        return hosts[0]
    name = name or "Host organisation"
    return Organisation.objects.filter(name=name).first() or _organisation(name, Tier.INT, report)
