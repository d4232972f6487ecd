"""Who looks at a page, as the pages need to know it: read once for each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from accounts.permissions import LEADING_ROLES, is_administrator
from accounts.queries import seats_of
from accounts.titles import Reader
from billing.permissions import LEDGER_ROLES, MONEY_ROLES, keeps_books
from billing.quotes.queries import quotes_waiting_for
from bookings.permissions import requests_decided_by
from facilities.permissions import RUNNING_ROLES, Role
from facilities.queries import staff_roles


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLink:
    """A team of the viewer's, as menus name it."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """The person at the screen. Typed loosely, since a face knows no models.

    `keeps_books` of an issuer: issues, records payments, closes. `watches_money` of a
    platform: its manager or accountant, too. `pays`: looks after the money of a team.
    """

    user: Any
    place: str
    is_partner: bool
    is_manager: bool
    is_trainer: bool
    is_administrator: bool
    keeps_books: bool
    watches_money: bool
    pays: bool
    run_facility_ids: frozenset[int]
    managed_facility_ids: frozenset[int]
    led_team_ids: frozenset[int]
    teams: tuple[TeamLink, ...]
    requests: int
    quotes: int

    @property
    def reader(self) -> Reader:
        """The same, as titles of projects ask who reads them."""
        return Reader(
            team_ids=frozenset(team.id for team in self.teams), facility_ids=self.run_facility_ids
        )


class PageRequest(HttpRequest):
    """A request that comes from somebody who is logged in."""

    viewer: Viewer


def viewer_of(request: HttpRequest, *, now: dt.datetime) -> Viewer:
    """Return who looks, in two queries; for staff in three, for managers in four.

    For partners who pay in three, too.
    """
    user = request.user
    assert user.is_authenticated
    roles = staff_roles(user)
    seats = list(seats_of(user, on=now.date()))
    is_manager = any(role.role == Role.MANAGER for role in roles)
    # Somebody who only has a seat in a team never keeps books; the question is saved.
    books = is_administrator(user) or ((bool(roles) or not seats) and keeps_books(user))
    # Somebody of a company who also runs a platform sees what its staff sees.
    is_partner = not roles and any(seat.team.organisation.is_industry for seat in seats)
    pays = any(seat.role in MONEY_ROLES for seat in seats)
    platforms = list(dict.fromkeys(role.facility for role in roles))
    return Viewer(
        user=user,
        place=", ".join(platforms) or ", ".join(_place(seat) for seat in seats),
        is_partner=is_partner,
        is_manager=is_manager,
        is_trainer=any(role.role == Role.TRAINER for role in roles),
        is_administrator=is_administrator(user),
        keeps_books=books,
        watches_money=books or any(role.role in LEDGER_ROLES for role in roles),
        pays=pays,
        run_facility_ids=frozenset(
            role.facility_id for role in roles if role.role in RUNNING_ROLES
        ),
        managed_facility_ids=frozenset(
            role.facility_id for role in roles if role.role == Role.MANAGER
        ),
        led_team_ids=frozenset(seat.team_id for seat in seats if seat.role in LEADING_ROLES),
        teams=tuple(TeamLink(id=seat.team_id, name=seat.team.name) for seat in seats),
        requests=requests_decided_by(user, now=now).count() if is_manager else 0,
        quotes=quotes_waiting_for(user, now=now).count() if is_partner and pays else 0,
    )


def _place(seat: Any) -> str:
    """Name where somebody works: a company by its name, any other place by the team."""
    organisation = seat.team.organisation
    return str(organisation) if organisation.is_industry else str(seat.team)
