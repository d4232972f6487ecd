"""How the page of the month end words what holds documents up, and which way out it offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.month_end.unbilled import Reason, Unbilled
from billing.prices.permissions import facilities_priced_by, facilities_with_prices_for
from web.people import Viewer
from web.views.bookings import named

TITLES: dict[str, tuple[Promise, Promise]] = {
    Reason.NO_ISSUER: (
        _("No issuer"),
        _("Charged before anybody was named who sells for the platform. Charge it anew."),
    ),
    Reason.NO_ACCOUNT: (
        _("No account"),
        _("Nobody said which account pays. Give one of the team's."),
    ),
    Reason.ACCOUNT_EXPIRED: (
        _("Account not valid on the day"),
        _("The account had ended, or had not begun. Give another of the team's."),
    ),
    Reason.NO_ENGAGEMENT: (
        _("No engagement number"),
        _("The buyer refuses what states none. Enter the one of the account, or give another."),
    ),
    Reason.DISPUTED: (
        _("Disputed"),
        _("The team says that the line is wrong. Answer, and it is taken back or billed."),
    ),
    Reason.PARTY_INCOMPLETE: (
        _("Particulars missing"),
        _("The law wants more on an invoice than is recorded."),
    ),
    Reason.PRICE_MISSING: (
        _("No price"),
        _("No price list covers the day. Set a price, and the use is charged by itself."),
    ),
    Reason.PAYER_MISSING: (
        _("Nobody to charge"),
        _("The use belongs to no team."),
    ),
    Reason.NOT_CONFIRMED: (
        _("Use not confirmed"),
        _("The time is over, and nobody has said what came of it."),
    ),
    Reason.NOTHING_TO_BILL: (
        _("Nothing to bill"),
        _("Discounts and refunds exceed what is billed. They wait for the next document."),
    ),
    Reason.NOT_STATED: (
        _("On no statement yet"),
        _("It comes with the team's next statement."),
    ),
    Reason.DISPUTABLE: (
        _("May still be disputed"),
        _("It is billed when the days to dispute it are over."),
    ),
}

MISSING: dict[str, Promise] = {
    "address": _("address"),
    "city": _("town"),
    "siren": _("SIREN"),
    "siret": _("SIRET"),
    "vat_number": _("VAT number"),
    "iban": _("IBAN"),
}

MOVED = (
    Reason.NO_ISSUER,
    Reason.NO_ACCOUNT,
    Reason.ACCOUNT_EXPIRED,
    Reason.NO_ENGAGEMENT,
)


@dataclass(slots=True, kw_only=True)
class TeamRows:
    """Charges of one team that wait for an account, with the accounts it has.

    `engaging` are accounts of which the engagement number is missing.
    """

    team: Any
    charges: list[Any] = field(default_factory=list)
    accounts: Sequence[Any] = ()
    engaging: Sequence[Any] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRow:
    """A use without a charge; the viewer may confirm it where they run the platform."""

    booking: Any
    name: str
    may_finish: bool
    may_miss: bool
    may_price: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRow:
    """A standing use with the days that wait for a price, which the viewer may set or read."""

    use: Any
    first: Any
    last: Any
    days: int
    sees_prices: bool
    may_price: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One reason on the page."""

    reason: str
    title: Promise
    why: Promise
    count: int
    cents: int | None
    is_waiting: bool
    teams: Sequence[TeamRows]
    disputes: Sequence[tuple[Any, Any]]
    parties: Sequence[tuple[Any, str]]
    uses: Sequence[UseRow]
    standing: Sequence[StandingRow]

    @property
    def is_cut(self) -> bool:
        """Whether there is more than the page shows."""
        charges = sum(len(rows.charges) for rows in self.teams) + len(self.disputes)
        return bool(self.teams or self.disputes) and charges < self.count


def panels_of(
    held_up: Sequence[Unbilled], *, accounts: Sequence[Any], viewer: Viewer
) -> list[Panel]:
    """Word what is held up; `accounts` are those of the teams that it names."""
    return [_panel(one, accounts=accounts, viewer=viewer) for one in held_up]


def _panel(one: Unbilled, *, accounts: Sequence[Any], viewer: Viewer) -> Panel:
    title, why = TITLES[one.reason]
    return Panel(
        reason=one.reason,
        title=title,
        why=why,
        count=one.count,
        cents=one.cents,
        is_waiting=one.is_waiting,
        teams=_by_team(one, accounts) if one.reason in MOVED else (),
        disputes=_open_disputes(one),
        parties=[
            (party, ", ".join(str(MISSING[what]) for what in party.missing))
            for party in one.parties
        ],
        uses=[_use(booking, viewer) for booking in one.uses],
        standing=_standing(one, viewer),
    )


def _by_team(one: Unbilled, accounts: Sequence[Any]) -> list[TeamRows]:
    found: dict[int, TeamRows] = {}
    for charge in one.charges:
        rows = found.setdefault(charge.team_id, TeamRows(team=charge.team))
        rows.charges.append(charge)
    for team_id, rows in found.items():
        rows.accounts = [account for account in accounts if account.team_id == team_id]
        if one.reason == Reason.NO_ENGAGEMENT:
            rows.accounts = [account for account in rows.accounts if account.engagement_number]
            rows.engaging = list(dict.fromkeys(charge.account for charge in rows.charges))
    return list(found.values())


def _open_disputes(one: Unbilled) -> list[tuple[Any, Any]]:
    if one.reason != Reason.DISPUTED:
        return []
    return [
        (charge, dispute)
        for charge in one.charges
        for dispute in charge.disputes.all()
        if dispute.state == "open"
    ]


def _use(booking: Any, viewer: Viewer) -> UseRow:
    facility_id = booking.instrument.facility_id
    runs = facility_id in viewer.run_facility_ids
    return UseRow(
        booking=booking,
        name=named(booking),
        may_finish=runs and booking.status == "in_use",
        may_miss=runs and booking.status == "approved",
        may_price=facility_id in viewer.managed_facility_ids or viewer.is_administrator,
    )


def _standing(one: Unbilled, viewer: Viewer) -> list[StandingRow]:
    if not one.standing:
        return []
    seen = set(facilities_with_prices_for(viewer.user).values_list("pk", flat=True))
    priced = set(facilities_priced_by(viewer.user).values_list("pk", flat=True))
    return [
        StandingRow(
            use=found.use,
            first=found.first,
            last=found.last,
            days=len(found.days),
            sees_prices=found.use.facility_id in seen,
            may_price=found.use.facility_id in priced,
        )
        for found in one.standing
    ]
