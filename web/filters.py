"""The chips above a person's bookings: state, platform, instrument; kept in the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.http import urlencode
from django.utils.translation import get_language, pgettext_lazy

from bookings.states import Status

STATES = {
    "requested": (pgettext_lazy("bookings", "Requested"), (Status.REQUESTED,)),
    "approved": (pgettext_lazy("bookings", "Approved"), (Status.APPROVED, Status.IN_USE)),
    "completed": (pgettext_lazy("bookings", "Completed"), (Status.COMPLETED,)),
    "cancelled": (pgettext_lazy("bookings", "Given up"), (Status.CANCELLED, Status.EXPIRED)),
    "refused": (pgettext_lazy("bookings", "Refused or missed"), (Status.REJECTED, Status.NO_SHOW)),
}
MOST = 12
MOST_PLACES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One choice: what it sends when pressed, which is nothing for the one that is on."""

    name: str
    value: str
    word: str
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What is asked for, and what could be."""

    state: str
    platform: str
    instrument: int | None
    places: tuple[tuple[int, str, str, str], ...]

    @property
    def chips(self) -> list[list[Chip]]:
        """The chips in groups: states, platforms, and of one platform its instruments."""
        states = [(key, str(word)) for key, (word, _statuses) in STATES.items()]
        platforms = dict.fromkeys((code, name) for _id, _name, code, name in self.places)
        of_platform = [
            (str(pk), name) for pk, name, code, _facility in self.places if code == self.platform
        ]
        groups = [self._group("state", states, self.state)]
        if len(platforms) > 1 or self.platform:
            groups.append(self._group("platform", platforms, self.platform))
        if of_platform:
            groups.append(self._group("instrument", of_platform, str(self.instrument or "")))
        return groups

    def _group(self, name: str, values: Iterable[tuple[str, str]], chosen: str) -> list[Chip]:
        return [
            Chip(
                name=name, value="" if value == chosen else value, word=word, is_on=value == chosen
            )
            for value, word in values
        ][:MOST]

    @property
    def kept_fields(self) -> list[tuple[str, str]]:
        """What is asked for now, as fields: a chip sends the rest along."""
        asked = {
            "state": self.state,
            "platform": self.platform,
            "instrument": str(self.instrument or ""),
        }
        return [(name, value) for name, value in asked.items() if value]

    @property
    def query(self) -> str:
        """The same for a link."""
        return urlencode(self.kept_fields)

    def kept(self, bookings: Any) -> Any:
        """Return those of some bookings that are asked for."""
        if self.state:
            bookings = bookings.filter(status__in=STATES[self.state][1])
        if self.platform:
            bookings = bookings.filter(instrument__facility__code=self.platform)
        if self.instrument:
            bookings = bookings.filter(instrument=self.instrument)
        return bookings


def narrowed(asked: Mapping[str, str], bookings: Any) -> Narrowed:
    """Read what is asked for; what nobody could mean is left out. One query."""
    rows = (
        bookings.order_by("instrument__facility__code", "instrument__name")
        .values_list(
            "instrument_id",
            "instrument__name",
            "instrument__facility__code",
            "instrument__facility__name",
            "instrument__facility__name_fr",
        )
        .distinct()
    )
    is_french = (get_language() or "").startswith("fr")
    places = tuple(
        (pk, name, code, (is_french and french) or facility)
        for pk, name, code, facility, french in rows[:MOST_PLACES]
    )
    platform = asked.get("platform", "")
    state, instrument = asked.get("state", ""), asked.get("instrument", "")
    known = {str(pk): pk for pk, _name, code, _facility in places if code == platform}
    return Narrowed(
        state=state if state in STATES else "",
        platform=platform if any(code == platform for _i, _n, code, _f in places) else "",
        instrument=known.get(instrument),
        places=places,
    )
