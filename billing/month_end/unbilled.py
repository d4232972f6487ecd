"""What of a month will not come onto a document, and why, each row with what clears it.

Charges that something stands in the way of, buyers of whom something is missing, and uses
and days of standing uses that have no charge.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from accounts.errors import DomainError
from accounts.models import Organisation, Team, User
from billing.documents.billable import ONE_ACCOUNT, Obstacle, unbilled_charges, with_obstacle
from billing.documents.parties import lacking
from billing.errors import PayerMissing, RateMissing
from billing.models import Charge, Issuer, Seller, StandingUse
from billing.month_end.stating import centre_day
from billing.orders.standing_waiting import Unpriced, unpriced
from billing.permissions import ledger_ids_of, may_keep_books_of
from billing.queries import uses_to_charge
from billing.services.charging import finished_uses
from billing.writing import charges_of
from bookings.models import Booking
from bookings.states import Status
from facilities.models import Facility

MOST = 200
"""Rows that are listed for each reason; counts and sums are of all."""
MOST_USES = 500


class Reason(Obstacle):
    """Why something is not billed, besides the obstacles of a charge."""

    PARTY_INCOMPLETE = "party_incomplete"
    NOTHING_TO_BILL = "nothing_to_bill"
    PRICE_MISSING = "rate_missing"
    PAYER_MISSING = "payer_missing"
    NOT_CONFIRMED = "not_confirmed"


LISTED = (
    Obstacle.NO_ISSUER,
    Obstacle.NO_ACCOUNT,
    Obstacle.ACCOUNT_EXPIRED,
    Obstacle.NO_ENGAGEMENT,
    Obstacle.DISPUTED,
)
"""Obstacles that somebody has to clear, one charge at a time."""
WAITING = (Obstacle.NOT_STATED, Obstacle.DISPUTABLE)
"""Obstacles that time clears."""
ORDER = (
    *LISTED,
    Reason.PARTY_INCOMPLETE,
    Reason.PRICE_MISSING,
    Reason.PAYER_MISSING,
    Reason.NOT_CONFIRMED,
    Reason.NOTHING_TO_BILL,
    *WAITING,
)


@dataclass(slots=True, kw_only=True)
class Party:
    """A buyer or seller of whom something is missing, such as `siren`; or what comes to nothing."""

    organisation: Organisation
    missing: tuple[str, ...] = ()
    team: Team | None = None
    count: int = 0
    cents: int = 0


@dataclass(slots=True, kw_only=True)
class Unbilled:
    """All that one reason holds up. `cents` is None where no price is known."""

    reason: str
    count: int = 0
    cents: int | None = None
    charges: list[Charge] = field(default_factory=list)
    uses: list[Booking] = field(default_factory=list)
    standing: list[Unpriced] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)

    def add(self, count: int, cents: int | None) -> None:
        """Count rows, and their sum where it is known."""
        self.count += count
        if cents is not None:
            self.cents = (self.cents or 0) + cents

    @property
    def is_waiting(self) -> bool:
        """Whether it clears by itself."""
        return self.reason in WAITING


def unbilled(user: User, *, issuer: Issuer, until: dt.date, now: dt.datetime) -> list[Unbilled]:
    """Return what holds up the documents of the days before a date, as far as a person clears it.

    Who keeps the issuer's books sees all of it; managers and accountants of platforms
    theirs. In the order in which it is best cleared; reasons that hold nothing are left out.
    """
    scope = scope_of(user, issuer)
    charges = with_obstacle(
        unbilled_charges().filter(scope.charges, service_date__lt=until),
        settled_on=centre_day(now),
    )
    found = {reason: Unbilled(reason=reason) for reason in ORDER}
    sums = (
        charges.order_by().values("obstacle").annotate(count=Count("id"), cents=Sum("amount_cents"))
    )
    for row in sums.exclude(obstacle=""):
        found[row["obstacle"]].count = row["count"]
        found[row["obstacle"]].cents = row["cents"]
    for charge in _listed(charges):
        if len(rows := found[charge.obstacle].charges) < MOST:
            rows.append(charge)
    _add_groups(found, charges.filter(obstacle="", issuer=issuer), issuer)
    _add_uses(found, scope.facility_ids, until=until, now=now)
    _add_standing(found[Reason.PRICE_MISSING], scope.facility_ids, until=until, now=now)
    return [one for one in found.values() if one.count]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which charges and platforms a person clears for an issuer."""

    charges: Q
    facility_ids: frozenset[int]


def scope_of(user: User, issuer: Issuer) -> Scope:
    """Return what of an issuer's a person clears; platforms without a seller are the centre's."""
    sellers = dict(Seller.objects.values_list("facility_id", "issuer_id"))
    sold = {facility_id for facility_id, seller in sellers.items() if seller == issuer.pk}
    unsold = set(Facility.objects.exclude(pk__in=sellers).values_list("pk", flat=True))
    own = ledger_ids_of(user, sold | unsold)
    if may_keep_books_of(user, issuer.pk):
        facility_ids = frozenset(sold | (unsold & own))
        charges = Q(issuer=issuer) | Q(issuer=None, facility__in=facility_ids)
    else:
        facility_ids = frozenset((sold | unsold) & own)
        charges = Q(Q(issuer=issuer) | Q(issuer=None), facility__in=facility_ids)
    return Scope(charges=charges, facility_ids=facility_ids)


def _listed(charges: QuerySet[Any]) -> Iterable[Any]:
    """Return the charges that somebody has to clear, the oldest first."""
    return (
        charges.filter(obstacle__in=LISTED)
        .select_related("team__organisation", "account", "facility", "project")
        .prefetch_related("disputes__opened_by")
        .order_by("service_date", "pk")[: MOST * len(LISTED)]
    )


def _add_groups(found: dict[str, Unbilled], charges: QuerySet[Any], issuer: Issuer) -> None:
    """Add documents that could be issued but for a party's particulars, or come to nothing."""
    rows = list(
        charges.order_by()
        .annotate(one_account=ONE_ACCOUNT)
        .values("team_id", "organisation_id", "one_account", "family", "vat_category")
        .annotate(count=Count("id"), cents=Sum("amount_cents"))
    )
    buyers = Organisation.objects.in_bulk({row["organisation_id"] for row in rows})
    teams = Team.objects.in_bulk({row["team_id"] for row in rows})
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["team_id"], row["one_account"], row["family"]].append(row)
    parties: dict[tuple[int, tuple[str, ...]], Party] = {}
    for group in groups.values():
        buyer = buyers[group[0]["organisation_id"]]
        count, cents = sum(row["count"] for row in group), sum(row["cents"] for row in group)
        if cents <= 0:
            party = Party(
                organisation=buyer, team=teams[group[0]["team_id"]], count=count, cents=cents
            )
            found[Reason.NOTHING_TO_BILL].parties.append(party)
            found[Reason.NOTHING_TO_BILL].add(count, cents)
            continue
        kinds = [Charge(vat_category=row["vat_category"]) for row in group]
        if not (missing := lacking(issuer, buyer, kinds)):
            continue
        found[Reason.PARTY_INCOMPLETE].add(count, cents)
        for organisation, of_it in _incomplete(missing, issuer, buyer):
            party = parties.setdefault(
                (organisation.pk, of_it), Party(organisation=organisation, missing=of_it)
            )
            party.count += count
            party.cents += cents
    found[Reason.PARTY_INCOMPLETE].parties += parties.values()


def _incomplete(
    missing: Sequence[str], issuer: Issuer, buyer: Organisation
) -> Iterable[tuple[Organisation, tuple[str, ...]]]:
    for side, organisation in (("seller", issuer.organisation), ("buyer", buyer)):
        prefix = f"{side}."
        of_side = tuple(one.removeprefix(prefix) for one in missing if one.startswith(prefix))
        if of_side:
            yield organisation, of_side


def _add_uses(
    found: dict[str, Unbilled],
    facility_ids: Iterable[int],
    *,
    until: dt.date,
    now: dt.datetime,
) -> None:
    """Add uses that are over and have no charge: unconfirmed, or of no price or payer."""
    shown = ("instrument__facility", "team__organisation", "project", "booked_for", "usage")
    over = Q(
        instrument__facility__in=facility_ids,
        period__startswith__date__lt=until,
        period__endswith__lte=now,
    )
    unconfirmed = Booking.objects.filter(
        over,
        status__in=[Status.APPROVED, Status.IN_USE],
        kind=Booking.Kind.USE,
        imported_history=False,
    )
    for booking in unconfirmed.select_related(*shown).order_by("period", "pk")[:MOST_USES]:
        _add_use(found[Reason.NOT_CONFIRMED], booking)
    uncharged = uses_to_charge(now=now).filter(over).select_related(*shown)
    for use in finished_uses(list(uncharged.order_by("period", "pk")[:MOST_USES]), retaken=False):
        try:
            charges_of(use, now=now)
        except (RateMissing, PayerMissing) as error:
            _add_use(found[error.code], use.booking)
        except DomainError:
            continue


def _add_use(group: Unbilled, booking: Booking) -> None:
    group.uses.append(booking)
    group.add(1, booking.estimate_cents)


def _add_standing(
    group: Unbilled, facility_ids: Iterable[int], *, until: dt.date, now: dt.datetime
) -> None:
    """Add what stands without a price, each with the days that wait for one."""
    uses = StandingUse.objects.filter(facility__in=facility_ids)
    group.standing += unpriced(uses, until=until, now=now, most=MOST)
    group.add(len(group.standing), None)
