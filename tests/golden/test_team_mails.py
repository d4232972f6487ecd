"""Every mail about teams, in both languages: text and HTML."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from pytest_django import Settings

from accounts import links
from accounts.models import Invitation, JoinRequest, Team, User
from notifications.registry import Mail, renderer_of
from tests import factories as make
from tests.factories import NOW

Golden = Callable[[str, str], None]

pytestmark = pytest.mark.django_db
SEED = uuid.UUID(int=7)
TEAM_ID = 4711


@pytest.fixture
def team(settings: Settings) -> Team:
    """A team whose page and links are the same each time."""
    settings.SITE_URL = "https://plateau.example"
    settings.SECRET_KEY = "a secret key that makes the same link whenever it is asked"
    house = make.an_organisation(name="Centre <de> recherche & soins")
    return make.a_team(house, name="Roux", pk=TEAM_ID)


@pytest.fixture
def head(team: Team) -> User:
    """Who leads it."""
    person = make.a_user("helene@centre.example", first_name="Hélène", last_name="Roux")
    return make.a_member(team, "head", person)


@pytest.fixture
def person() -> User:
    """Who asks to join it."""
    return make.a_user("lena@lab.example", first_name="Lena", last_name="Costa")


def compare(name: str, mails: list[Mail], golden: Golden) -> None:
    (mail,) = mails
    golden(f"mails/{name}.txt", f"{mail.address}\n{mail.subject}\n\n{mail.text}")
    golden(f"mails/{name}.html", mail.html)


def speak(language: str, *people: User) -> None:
    User.objects.filter(pk__in=[each.pk for each in people]).update(language=language)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_somebody_asks(team: Team, head: User, person: User, language: str, golden: Golden) -> None:
    speak(language, head)
    asked = JoinRequest.objects.create(
        person=person, team=team, message="From Monday on, with Inès", asked_at=NOW
    )
    mails = renderer_of("accounts.join_asked")({"request": asked.pk}, NOW)
    compare(f"join_asked-head-{language}", mails, golden)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("state", ["approved", "refused"])
def test_the_answer(
    team: Team, head: User, person: User, state: str, language: str, golden: Golden
) -> None:
    speak(language, person)
    asked = JoinRequest.objects.create(
        person=person,
        team=team,
        state=state,
        reason="Ask the Olive team." if state == "refused" else "",
        asked_at=NOW,
        answered_at=NOW,
        answered_by=head,
    )
    mails = renderer_of("accounts.join_answered")({"request": asked.pk}, NOW)
    compare(f"join_{state}-person-{language}", mails, golden)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_invitation(team: Team, head: User, language: str, golden: Golden) -> None:
    word = links.word_of(links.INVITATION, SEED, "new@lab.example")
    invitation = Invitation.objects.create(
        team=team,
        email="new@lab.example",
        role="member",
        ends_on=dt.date(2026, 12, 31),
        language=language,
        invited_by=head,
        invited_at=NOW,
        expires_at=NOW + dt.timedelta(days=7),
        seed=SEED,
        link_hash=links.hash_of(word),
    )
    mails = renderer_of("accounts.invited")({"invitation": invitation.pk, "time": 1}, NOW)
    compare(f"invited-{language}", mails, golden)
