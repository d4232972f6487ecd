"""The instruments a person keeps at hand: kept, let go, and read."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from accounts.errors import NotFound
from accounts.models import User
from accounts.transactions import use_case
from facilities.models import Favourite, Instrument
from facilities.permissions import instruments_visible_to


@use_case
def add_favourite(*, actor: User, instrument_id: int) -> Favourite:
    """Keep an instrument at hand. Safe to repeat.

    Raises:
        NotFound: no such instrument for this person.
    """
    if not instruments_visible_to(actor).filter(pk=instrument_id).exists():
        raise NotFound
    kept, _is_new = Favourite.objects.get_or_create(user=actor, instrument_id=instrument_id)
    return kept


@use_case
def remove_favourite(*, actor: User, instrument_id: int) -> None:
    """Let an instrument go. Safe to repeat, and nothing happens where it was not kept."""
    Favourite.objects.filter(user=actor, instrument=instrument_id).delete()


def favourite_ids_of(user: User) -> Collection[int]:
    """Return the ids of the instruments a person keeps, in the order they were kept."""
    return list(
        Favourite.objects.filter(user=user).order_by("pk").values_list("instrument_id", flat=True)
    )


def with_favourites(instruments: QuerySet[Instrument], *, user: User) -> QuerySet[Instrument]:
    """Return instruments with `is_favourite`: whether a person keeps each of them at hand."""
    kept = Favourite.objects.filter(user=user, instrument=OuterRef("pk"))
    return instruments.annotate(is_favourite=Exists(kept))
