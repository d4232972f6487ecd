"""Making a price list: drafted, perhaps from another, voted, put in force; forward only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.errors import LastDayTooEarly, NotFound
from accounts.models import User
from accounts.permissions import require
from accounts.transactions import refused_by, use_case
from billing.models import PriceList
from billing.prices.comparing import is_a_raise, raised
from billing.prices.errors import (
    ChargedLater,
    ListsOverlap,
    NotADraft,
    NothingPriced,
    NotInForce,
    NotVoted,
    RaiseNotPossible,
    VotedTooLate,
)
from billing.prices.permissions import (
    facilities_with_prices_for,
    may_set_prices,
    price_lists_visible_to,
)
from billing.queries import uses_to_charge
from billing.services.list_parts import copy_parts, drop_parts
from facilities.intervals import instant_of

DAY = dt.timedelta(days=1)
Status = PriceList.Status


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCard:
    """What a list is called, and its first and last day; without a last one, for ever."""

    name: str
    first: dt.date
    last: dt.date | None = None

    def validity(self) -> DateRange:
        """Return the days as the table has them.

        Raises:
            LastDayTooEarly: the last comes before the first.
        """
        if self.last is not None and self.last < self.first:
            raise LastDayTooEarly
        return DateRange(self.first, self.last + DAY if self.last else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise:
    """By how many per cent copied amounts go up, half up to a multiple of `step` cents."""

    percent: Decimal = Decimal(0)
    step: int = 1

    def of(self, cents: int) -> int:
        """Return an amount raised."""
        return raised(cents, self.percent, self.step)


NO_RAISE = Raise()


@use_case
def draft_list(
    *,
    actor: User,
    facility_id: int,
    card: ListCard,
    copied_from_id: int | None = None,
    by: Raise = NO_RAISE,
) -> PriceList:
    """Begin a list of a platform, empty or with all parts of another of its lists.

    Raises:
        NotFound: the actor knows of no such platform, or of no such list of it.
        NotPermitted: the actor does not make its prices.
        LastDayTooEarly, RaiseNotPossible: what was said cannot be.
    """
    if not facilities_with_prices_for(actor).filter(pk=facility_id).exists():
        raise NotFound
    require(may_set_prices(actor, facility_id))
    if not is_a_raise(by.percent, by.step):
        raise RaiseNotPossible
    old = None
    if copied_from_id is not None:
        lists = price_lists_visible_to(actor).filter(facility=facility_id)
        old = lists.filter(pk=copied_from_id).first()
        if old is None:
            raise NotFound
    new = PriceList.objects.create(
        facility_id=facility_id, name=card.name, validity=card.validity(), status=Status.DRAFT
    )
    if old is not None:
        copy_parts(old, new, amount=by.of)
    return new


@use_case
def change_list(*, actor: User, list_id: int, card: ListCard) -> PriceList:
    """Rename a draft and give it other days.

    Raises:
        NotFound, NotPermitted, NotADraft, LastDayTooEarly: it cannot be.
    """
    prices = draft_of(actor, list_id)
    prices.name, prices.validity = card.name, card.validity()
    prices.save(update_fields=["name", "validity"])
    return prices


@use_case
def vote_list(*, actor: User, list_id: int, voted_on: dt.date, now: dt.datetime) -> PriceList:
    """Note on which day a draft was voted; its prices stand from then on.

    Raises:
        NotFound, NotPermitted, NotADraft: it is not the actor's to vote.
        NothingPriced: it has no rate.
        VotedTooLate: the day lies ahead on the platform's calendar.
    """
    prices = draft_of(actor, list_id)
    if not prices.rates.exists():
        raise NothingPriced
    if voted_on > now.astimezone(prices.facility.tz).date():
        raise VotedTooLate
    prices.status, prices.voted_on = Status.VOTED, voted_on
    prices.save(update_fields=["status", "voted_on"])
    return prices


@use_case
def put_in_force(*, actor: User, list_id: int) -> PriceList:
    """Let a voted list price the days of its validity.

    Raises:
        NotFound, NotPermitted: it is not the actor's.
        NotVoted: it is a draft, or in force already.
        ListsOverlap: another list is in force on some of its days.
    """
    prices = _locked(actor, list_id)
    if prices.status != Status.VOTED:
        raise NotVoted
    prices.status = Status.IN_FORCE
    try:
        with refused_by("price_list_no_overlap", ListsOverlap):
            prices.save(update_fields=["status"])
    except ListsOverlap as refusal:
        raise _overlap(prices) from refusal
    return prices


def _overlap(prices: PriceList) -> ListsOverlap:
    other = PriceList.objects.filter(
        facility=prices.facility_id, status=Status.IN_FORCE, validity__overlap=prices.validity
    ).earliest("validity")
    last = last_day(other)
    return ListsOverlap(
        name=other.name, first=other.validity.lower, last=last.isoformat() if last else "…"
    )


@use_case
def end_list(*, actor: User, list_id: int, last: dt.date, now: dt.datetime) -> PriceList:
    """Let a list in force end on an earlier day, so that another can follow.

    Uses that are over and not charged yet count as charged: a run may have priced them.

    Raises:
        NotFound, NotPermitted, NotInForce: it is not the actor's to end.
        LastDayTooEarly: it would end before it begins, or no earlier than it does.
        ChargedLater: something of a later day has been charged by it, or is about to be.
    """
    prices = _locked(actor, list_id)
    if prices.status != Status.IN_FORCE:
        raise NotInForce
    first, until = prices.validity.lower, last_day(prices)
    if last < first or (until is not None and last >= until):
        raise LastDayTooEarly
    if day := _charged_after(prices, last, now):
        raise ChargedLater(day=day)
    prices.validity = DateRange(first, last + DAY)
    prices.save(update_fields=["validity"])
    return prices


def _charged_after(prices: PriceList, last: dt.date, now: dt.datetime) -> dt.date | None:
    """Return the last day after another whose uses are charged by a list, if there is one."""
    charged = prices.charges.filter(service_date__gt=last).order_by("-service_date").first()
    if charged is not None:
        return charged.service_date
    tz = prices.facility.tz
    midnight = instant_of(dt.datetime.combine(last + DAY, dt.time()), tz)
    use = uses_to_charge(now=now).filter(
        instrument__facility=prices.facility_id, period__startswith__gte=midnight
    )
    waiting = use.order_by("-period").first()
    return waiting.interval.start.astimezone(tz).date() if waiting else None


@use_case
def withdraw_list(*, actor: User, list_id: int) -> None:
    """Delete a draft with all it says; the history keeps it.

    Raises:
        NotFound, NotPermitted, NotADraft: it is not the actor's to withdraw.
    """
    prices = draft_of(actor, list_id)
    drop_parts(prices)
    prices.delete()


def draft_of(actor: User, list_id: int) -> PriceList:
    """Return a draft that the actor may change, locked until commit.

    Raises:
        NotFound: the actor knows of no such list.
        NotPermitted: the actor does not make the prices of its platform.
        NotADraft: it was voted.
    """
    prices = _locked(actor, list_id)
    if prices.status != Status.DRAFT:
        raise NotADraft
    return prices


def _locked(actor: User, list_id: int) -> PriceList:
    visible = price_lists_visible_to(actor).filter(pk=list_id)
    if not visible.exists():
        raise NotFound
    prices = (
        PriceList.objects.select_for_update(of=("self",))
        .select_related("facility")
        .filter(pk=list_id)
        .first()
    )
    if prices is None:
        raise NotFound
    require(may_set_prices(actor, prices.facility_id))
    return prices


def last_day(prices: PriceList) -> dt.date | None:
    """Return the last day of a list, or None where it has no end."""
    upper: dt.date | None = prices.validity.upper
    return upper - DAY if upper else None
