"""Reads of who belongs where, shared by both faces."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts import links
from accounts.errors import LinkNotValid, NotFound
from accounts.models import Invitation, Membership, Team, User
from accounts.permissions import teams_open_to
from accounts.titles import Reader

SHORTEST_SEARCH = 2
MOST_FOUND = 20


def seats_of(user: User, *, on: dt.date) -> QuerySet[Membership]:
    """Return a person's places in teams on a day, with team and organisation."""
    return (
        Membership.objects.current(on)
        .filter(user=user)
        .select_related("team__organisation")
        .order_by("team__name", "id")
    )


def seats_in(team_ids: Iterable[int], *, on: dt.date) -> QuerySet[Membership]:
    """Return the people of some teams on a day, with their names."""
    return (
        Membership.objects.current(on)
        .filter(team__in=team_ids, user__is_active=True)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "id")
    )


def teams_found(user: User, *, search: str, on: dt.date) -> QuerySet[Team]:
    """Return the teams a person could ask to join, by words of their name or organisation.

    Nothing for less than two letters, and twenty at the most: a search, not a directory.
    """
    found = teams_open_to(user, on=on)
    if len(search.strip()) < SHORTEST_SEARCH:
        return found.none()
    for word in search.split():
        found = found.filter(Q(name__icontains=word) | Q(organisation__name__icontains=word))
    return found.order_by("name", "organisation__name", "id")[:MOST_FOUND]


def heads_of(team_id: int, *, on: dt.date) -> list[str]:
    """Return the names of a team's heads, for somebody who asks to join it."""
    heads = seats_in([team_id], on=on).filter(role=Membership.Role.HEAD)
    return [str(seat.user) for seat in heads]


def invitation_by_word(word: str, *, now: dt.datetime) -> Invitation:
    """Return the invitation that a link opens.

    Raises:
        LinkNotValid: there is none, or it was used, taken back, or has ended.
    """
    invitation = (
        Invitation.objects.unanswered()
        .select_related("team__organisation", "invited_by")
        .filter(link_hash=links.hash_of(word), expires_at__gt=now, team__is_active=True)
        .first()
    )
    if invitation is None:
        raise LinkNotValid
    return invitation


def has_account(email: str) -> bool:
    """Say whether somebody has an address. Only for who holds a link sent to that address."""
    return User.objects.filter(email__iexact=email).exists()


def calendar_word(person: User) -> str:
    """Return the secret part of the address of a person's calendar."""
    return f"{person.pk}-{links.word_of(links.CALENDAR, person.calendar_seed, str(person.pk))}"


def calendar_url(person: User) -> str:
    """Return the secret address of a person's calendar; the key is in no log of ours there."""
    return f"{settings.SITE_URL}/feeds/bookings.ics?key={calendar_word(person)}"


def person_of_calendar(word: str) -> User:
    """Return whose calendar an address opens.

    Raises:
        NotFound: nobody's, or no longer; the same for a suspended person.
    """
    number, _dash, secret = word.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise NotFound
    person = User.objects.filter(pk=int(number), is_active=True).first()
    seed = person.calendar_seed if person else ""
    if not links.is_word_of(secret, links.CALENDAR, seed, number) or person is None:
        raise NotFound
    return person


def person_with_address(email: str) -> User | None:
    """Return who has an address, if they are active. Only for who runs a platform."""
    return User.objects.filter(email=email.strip().lower(), is_active=True).first()


def title_reader(user: User, *, on: dt.date) -> Reader:
    """Return who reads titles of projects, by the teams they belong to; one query."""
    seats = Membership.objects.current(on).filter(user=user)
    return Reader(team_ids=frozenset(seats.values_list("team_id", flat=True)))
