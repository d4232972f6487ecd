"""Two price lists of a platform side by side: every rate, and what else differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.errors import NotFound
from accounts.models import User
from billing.models import PriceList
from billing.prices.cells import Known
from billing.prices.comparing import Change, apart, changes
from billing.prices.files import keyed
from billing.prices.part_rows import cells_of, known_of
from billing.prices.parts import PARTS, RATES
from billing.prices.permissions import list_seen_by
from billing.prices.rates import TIERS
from billing.prices.rows import Key, Part, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChange:
    """What one thing costs one tier for a unit in two lists, and the least a use costs."""

    thing: str
    tier: str
    unit: str
    amount: Change
    minimum: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChange:
    """A row of another part that differs, as text; None where a list has no such row."""

    part: Part
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two lists of a platform: every rate of either, and what else differs."""

    old: PriceList
    new: PriceList
    rates: list[RateChange]
    others: list[PartChange]

    @property
    def changed(self) -> list[RateChange]:
        """Rates that differ."""
        return [rate for rate in self.rates if not (rate.amount.is_same and rate.minimum.is_same)]


def list_before(prices: PriceList) -> PriceList | None:
    """Return the list that another is most likely compared with.

    The last in force that begins earlier; otherwise the last that does, or any other.
    """
    others = PriceList.objects.filter(facility=prices.facility_id).exclude(pk=prices.pk)
    others = others.order_by("-validity", "pk")
    earlier = others.filter(validity__startswith__lt=prices.validity.lower)
    in_force = earlier.filter(status=PriceList.Status.IN_FORCE)
    return in_force.first() or earlier.first() or others.first()


def comparison(viewer: User, *, new_id: int, old_id: int | None = None) -> Comparison:
    """Put two lists of a platform side by side, a list and the one before unless said.

    A fixed number of queries.

    Raises:
        NotFound: one is not for the viewer to see, they are of two platforms, or there is
            no other.
    """
    new = list_seen_by(viewer, new_id)
    if old_id is None:
        usual = list_before(new)
        old_id = usual.pk if usual else 0
    old = list_seen_by(viewer, old_id)
    if new.facility_id != old.facility_id:
        raise NotFound
    known = known_of(new.facility_id)
    rates: list[RateChange] = []
    others: list[PartChange] = []
    for part in PARTS:
        before, after = keyed(part, part.rows_of(old)), keyed(part, part.rows_of(new))
        if part is RATES:
            rates = _rate_changes(before, after, known)
        else:
            others += _part_changes(part, before, after, known)
    return Comparison(old=old, new=new, rates=rates, others=others)


def _rate_changes(
    before: Mapping[Key, Values], after: Mapping[Key, Values], known: Known
) -> list[RateChange]:
    def amounts(rows: Mapping[Key, Values], column: str) -> dict[Key, int]:
        return {key: row[column] for key, row in rows.items()}

    minima = changes(amounts(before, "minimum_cents"), amounts(after, "minimum_cents"))
    found = []
    for key, amount in changes(
        amounts(before, "amount_cents"), amounts(after, "amount_cents")
    ).items():
        row = after.get(key) or before[key]
        instrument, service = row["instrument_id"], row["service_id"]
        thing = known.instruments[instrument] if instrument else known.services[service]
        found.append(
            RateChange(
                thing=thing,
                tier=row["tier"],
                unit=row["unit"],
                amount=amount,
                minimum=minima[key],
            )
        )
    order = {tier: number for number, tier in enumerate(TIERS)}
    return sorted(
        found, key=lambda rate: (rate.thing.casefold(), rate.unit, order.get(rate.tier, len(order)))
    )


def _part_changes(
    part: Part, before: Mapping[Key, Values], after: Mapping[Key, Values], known: Known
) -> list[PartChange]:
    def said(rows: Mapping[Key, Values], key: Key) -> str | None:
        if key not in rows:
            return None
        cells = cells_of(part, rows[key], known)
        return " · ".join(str(cell) for cell in cells if cell is not None)

    found = apart(before, after)
    return [
        PartChange(part=part, old=said(before, key), new=said(after, key))
        for key in (*found.changed, *found.added, *found.dropped)
    ]
