"""Every mail about service requests, in both languages: text and HTML."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import User
from billing.models import Delivery, ServiceRequest
from billing.services import (
    Wanted,
    accept_request,
    cancel_request,
    deliver,
    refuse_request,
    request_service,
    start_request,
    take_back_delivery,
)
from notifications.registry import renderer_of
from tests import factories as make
from tests.billing.order_cases import a_service
from tests.factories import NOW

Golden = Callable[[str, str], None]

pytestmark = pytest.mark.django_db
REQUEST_ID = 4711


@pytest.fixture
def request_asked(settings: Settings) -> ServiceRequest:
    """A request of a researcher to a platform with one manager."""
    settings.SITE_URL = "https://plateau.example"
    house = make.an_organisation(name="Centre <de> recherche & soins")
    team = make.a_team(house, name="Roux")
    person = make.a_user("lena@lab.example", first_name="Lena", last_name="Costa")
    make.a_member(team, user=person)
    make.an_account(team)
    platform = make.a_facility(
        name="Proteomics", name_fr="Protéomique", email="proteomics@centre.example"
    )
    service = a_service(platform, name="Phosphoproteome", name_fr="Phosphoprotéome")
    manager = make.a_user("helene@centre.example", first_name="Hélène", last_name="Roux")
    make.a_staff_member(platform, user=manager)
    return request_service(
        actor=person,
        items=[Wanted(service_id=service.pk, quantity=Decimal(24))],
        project_id=make.a_project(team, name="Kinases").pk,
        title="Melanoma, time course",
        now=NOW,
    )


def compare(topic: str, request: ServiceRequest, name: str, golden: Golden) -> None:
    (mail,) = renderer_of(topic)({"request": request.pk}, NOW)
    for suffix, text in (
        ("txt", f"{mail.address}\n{mail.subject}\n\n{mail.text}"),
        ("html", mail.html),
    ):
        golden(
            f"mails/{name}.{suffix}",
            text.replace(f"/requests/{request.pk}/", f"/requests/{REQUEST_ID}/"),
        )


@pytest.fixture(params=["en", "fr"])
def language(request_asked: ServiceRequest, request: pytest.FixtureRequest) -> str:
    """The language of every reader."""
    User.objects.update(language=request.param)
    return str(request.param)


def manager() -> User:
    return User.objects.get(email="helene@centre.example")


def test_somebody_asks(request_asked: ServiceRequest, language: str, golden: Golden) -> None:
    name = f"service_requested-manager-{language}"
    compare("billing.service_requested", request_asked, name, golden)


def test_it_is_accepted(request_asked: ServiceRequest, language: str, golden: Golden) -> None:
    steps: dict[str, Any] = {"actor": manager(), "request_id": request_asked.pk, "now": NOW}
    accept_request(note="Send them on dry ice", **steps)
    name = f"service_accepted-person-{language}"
    compare("billing.service_accepted", request_asked, name, golden)


def test_it_is_refused(request_asked: ServiceRequest, language: str, golden: Golden) -> None:
    steps: dict[str, Any] = {"actor": manager(), "request_id": request_asked.pk, "now": NOW}
    refuse_request(reason="The instrument is away until March", **steps)
    name = f"service_refused-person-{language}"
    compare("billing.service_refused", request_asked, name, golden)


def test_it_is_delivered(request_asked: ServiceRequest, language: str, golden: Golden) -> None:
    steps: dict[str, Any] = {"actor": manager(), "request_id": request_asked.pk, "now": NOW}
    accept_request(**steps)
    start_request(**steps)
    deliver(counts={request_asked.items.get().pk: Decimal(24)}, **steps)
    name = f"service_delivered-person-{language}"
    compare("billing.service_delivered", request_asked, name, golden)


def test_a_delivery_is_taken_back(
    request_asked: ServiceRequest, language: str, golden: Golden
) -> None:
    steps: dict[str, Any] = {"actor": manager(), "request_id": request_asked.pk, "now": NOW}
    accept_request(**steps)
    start_request(**steps)
    deliver(counts={request_asked.items.get().pk: Decimal(24)}, **steps)
    take_back_delivery(delivery_id=Delivery.objects.get().pk, reason="Counted twice", **steps)
    name = f"service_delivery_taken_back-person-{language}"
    compare("billing.service_delivery_taken_back", request_asked, name, golden)


def test_what_is_no_longer_so_is_not_told(request_asked: ServiceRequest) -> None:
    cancel_request(actor=request_asked.requested_by, request_id=request_asked.pk, now=NOW)
    render = renderer_of("billing.service_requested")
    assert render({"request": request_asked.pk}, NOW) == []
    assert render({"request": 0}, NOW) == []
