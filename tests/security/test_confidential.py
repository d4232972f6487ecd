"""A confidential title is read by its team, and by who runs the session; by nobody else, anywhere.

The canary: a title that stands nowhere but on one project. Every page and every operation
is opened by those who may not read it, and none of them tells.
"""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.services import keep_title
from accounts.titles import Reader, title_for
from bookings.mails import RENDERERS
from notifications.models import OutboxMessage
from notifications.registry import renderer_of
from tests.factories import NOW
from tests.security.operations import called, known_operations
from tests.security.pages import known_routes, opened
from tests.security.world import World

CANARY = "Zanzibar lemurine"
BLIND = ("oth", "ope", "man", "acc", "mgB", "adm")
PREPARING = {"booking", "request"}
"""Pages of one session, on which those who run its platform read what it is for."""
STATES = {"GET invitation", "GET feed"}


@pytest.fixture
def canary(world: World) -> World:
    project = world.project
    project.name, project.code = CANARY, "ZL-7"
    project.save()
    world.quote.project = project
    world.quote.save()
    keep_title(actor=world.people["hed"], project_id=project.pk, is_confidential=True, now=NOW)
    return world


def tells(response: object) -> bool:
    content = getattr(response, "content", b"")
    return b"Zanzibar" in content or b"lemurine" in content


def page_names() -> list[str]:
    return [name for name, _pattern in known_routes()]


@pytest.mark.django_db
@pytest.mark.parametrize("role", BLIND)
def test_no_page_tells_the_title_to_others(canary: World, role: str) -> None:
    client = Client()
    client.force_login(canary.people[role])
    told = set()
    for name in page_names():
        with transaction.atomic():
            if tells(opened(canary, client, f"GET {name}")):
                told.add(name)
            transaction.set_rollback(True)
    assert told <= (PREPARING if role in ("ope", "man") else set())


@pytest.mark.django_db
@pytest.mark.parametrize("role", BLIND)
def test_no_operation_tells_the_title_to_others(canary: World, role: str) -> None:
    told = set()
    for operation in known_operations():
        if not operation.startswith("GET "):
            continue
        with transaction.atomic():
            if tells(called(canary, canary.clients[role], operation)):
                told.add(operation)
            transaction.set_rollback(True)
    assert told == set()


@pytest.mark.django_db
def test_the_team_reads_it(canary: World) -> None:
    client = Client()
    client.force_login(canary.people["own"])
    for name in ("bookings", "booking", "team", "service_request", "service_ask"):
        assert tells(opened(canary, client, f"GET {name}")), name
    assert tells(called(canary, canary.clients["own"], "GET projects/"))
    client.force_login(canary.people["hed"])
    for name in ("quote", "statement", "standing_use", "standing"):
        assert tells(opened(canary, client, f"GET {name}")), name


@pytest.mark.django_db
def test_who_runs_the_session_reads_it_there_and_a_code_in_lists(canary: World) -> None:
    client = Client()
    client.force_login(canary.people["man"])
    assert tells(opened(canary, client, "GET booking"))
    listed = opened(canary, client, "GET book")
    assert not tells(listed)


@pytest.mark.django_db
def test_no_mail_to_staff_tells_it(canary: World) -> None:
    for topic in RENDERERS:
        for booking in canary.bookings.values():
            OutboxMessage.objects.create(
                topic=topic, key=f"{topic}:{booking.pk}:canary", payload={"booking": booking.pk}
            )
    staff = {canary.people[role].email for role in ("ope", "man", "acc", "tra", "adm")}
    for message in OutboxMessage.objects.filter(key__endswith="canary"):
        for mail in renderer_of(message.topic)(message.payload, NOW):
            if mail.address in staff:
                assert CANARY not in mail.text + mail.html + mail.subject


@pytest.mark.django_db
def test_the_admin_lists_and_finds_no_title(canary: World, admin_client: Client) -> None:
    project, team = canary.project, canary.team
    for address in (
        reverse("admin:accounts_project_changelist"),
        reverse("admin:accounts_project_changelist") + "?q=Zanzibar",
        reverse("admin:accounts_project_change", args=[project.pk]),
        reverse("admin:accounts_team_change", args=[team.pk]),
        reverse("admin:bookings_booking_changelist"),
    ):
        response = admin_client.get(address)
        assert response.status_code == 200, address
        assert b"lemurine" not in response.content, address


def test_only_the_team_and_who_prepares_the_session_read_it() -> None:
    class Titled:
        name, is_confidential, team_id = CANARY, True, 3

        def __str__(self) -> str:
            return "Confidential project"

    hidden = "Confidential project"
    project = Titled()
    assert title_for(Reader(team_ids={3}), project) == CANARY
    assert title_for(Reader(team_ids={4}, facility_ids={7}), project) == hidden
    assert title_for(Reader(team_ids=(), facility_ids={7}), project, at=7) == CANARY
    assert title_for(Reader(team_ids=(), facility_ids={7}), project, at=8) == hidden
    assert title_for(Reader(team_ids=()), None) == ""
