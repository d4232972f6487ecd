"""Coming into a team by an invitation and booking; profile and team in every window."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from accounts import services
from accounts.models import Membership
from notifications.models import OutboxMessage
from notifications.registry import renderer_of
from tests import factories as make
from tests.browser.windows import DESKTOP, PHONE
from tests.factories import NOW


@pytest.fixture
def team():
    team = make.a_team(name="Roux")
    make.a_project(team, name="CLL resistance")
    make.an_account(team, reference="ANR-1", ceiling_cents=100_000)
    return team


@pytest.fixture
def head(team):
    return make.a_member(team, "head", make.a_user(first_name="Helen", last_name="Roux"))


def link():
    event = OutboxMessage.objects.filter(topic="accounts.invited").latest("pk")
    (mail,) = renderer_of("accounts.invited")(event.payload, NOW)
    return re.findall(r"/invitations/\?key=\S+", mail.text)[0]


def test_a_head_invites_and_the_new_person_comes_in_and_books(open_window, team, head):
    make.an_instrument(name="Fortessa X-20")
    inviting = open_window(head).open(f"/teams/{team.pk}/")
    inviting.get_by_label("E-mail").fill("New.Person@Lab.Example")
    inviting.get_by_role("button", name="Send the invitation").click()
    expect(inviting.get_by_text("Invited: new.person@lab.example.")).to_be_visible()

    page = open_window(scripts=False).open(link())
    page.get_by_label("Last name").fill("Costa")
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Make my account").click()
    expect(page.locator(".pl-bad").first).to_be_visible()
    page.get_by_label("Password").fill("seven green pipettes")
    page.get_by_role("button", name="Make my account").click()
    expect(page.get_by_text("You belong to the team now.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Roux: 2 people")

    page.goto("/bookings/new/")
    expect(page.get_by_label("Instrument")).to_be_visible()
    expect(page.get_by_label("Project").locator("option")).to_contain_text(["CLL resistance"])
    assert Membership.objects.filter(team=team, user__email="new.person@lab.example").exists()


@pytest.mark.parametrize(
    ("size", "theme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"]
)
def test_pages_of_people_and_teams_are_open_to_all(open_window, team, head, size, theme):
    make.a_team(name="Olive")
    services.ask_to_join(
        actor=make.a_user("a.rather.long.address@university.example"),
        team_id=team.pk,
        message="From Monday on",
        now=NOW,
    )
    services.invite_to_team(
        actor=head,
        team_id=team.pk,
        email="another.long.address@university.example",
        role="member",
        language="fr",
        now=NOW,
    )
    window = open_window(head, size=size, theme=theme, language="fr")
    for path in ("/profile/", f"/teams/{team.pk}/", "/teams/?search=olive", "/"):
        page = window.open(path)
        for summary in page.locator("details.pl-change > summary").all():
            summary.click()
        assert window.grave_barriers() == [], path
        assert not window.scrolls_sideways(), path
    stranger = open_window(size=size, theme=theme, language="fr")
    stranger.open(link())
    assert stranger.grave_barriers() == []
    assert not stranger.scrolls_sideways()
