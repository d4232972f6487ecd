"""Services as pages: asking, the steps of a request by role, and counting what stands."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from billing.models import Census, Charge, Delivery, ServiceRequest, StandingUse
from tests import factories as make
from tests.billing.order_cases import a_bench, a_service, a_standing_use


@pytest.fixture
def bench():
    return a_bench()


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def take(client, request, step, **data):
    address = reverse("service_step", args=[request.pk, step])
    return client.post(address, data)


def test_a_researcher_sees_prices_and_asks(client, bench):
    client.force_login(bench.person)
    page = client.get(reverse("services")).content.decode()
    assert "Proteome" in page
    assert "€60.00" in page
    address = reverse("service_ask", args=[bench.facility.code])
    assert client.get(address).status_code == 200
    project = bench.team.projects.get()
    data = {f"count-{bench.service.pk}": "24", "title": "Kinases", "project": project.pk}
    response = client.post(address, data)
    request = ServiceRequest.objects.get()
    assert response.url == reverse("service_request", args=[request.pk])
    assert request.items.get().ordered == 24
    page = client.get(response.url).content.decode()
    assert "€1,440.00" in page
    assert "Take the request back" in page
    assert "Accept</button>" not in page


def test_a_request_for_nothing_is_refused_on_the_page(client, bench):
    client.force_login(bench.person)
    project = bench.team.projects.get()
    address = reverse("service_ask", args=[bench.facility.code])
    response = client.post(address, {"title": "Kinases", "project": project.pk})
    assert response.status_code == 422
    note = {"note": "IPP 12345678", f"count-{bench.service.pk}": "1"}
    response = client.post(address, {"title": "Kinases", "project": project.pk} | note)
    assert response.status_code == 422
    assert "number of a patient" in response.content.decode()


def test_the_platform_takes_a_request_through_its_stages(client, bench):
    request = bench.ask("3")
    client.force_login(bench.manager)
    page = client.get(reverse("services")).content.decode()
    assert "1 request is with your platform" in page
    count = {f"count-{request.items.get().pk}": "3"}
    assert "promised" in said(take(client, request, "accept", version=1))[0]
    for step, data in (("receive", count), ("start", {}), ("deliver", count)):
        assert client.get(reverse("service_request", args=[request.pk])).status_code == 200
        response = take(client, request, step, **data)
        assert response.status_code == 302, step
    request.refresh_from_db()
    assert request.state == "delivered"
    assert Charge.objects.get().amount_cents == 18_000
    page = client.get(reverse("service_request", args=[request.pk])).content.decode()
    assert "€180.00" in page


def test_the_platform_takes_a_delivery_back_and_the_page_keeps_it(client, bench):
    request = bench.begun("24")
    bench.deliver(request, "24")
    client.force_login(bench.manager)
    address = reverse("service_request", args=[request.pk])
    assert "Take the delivery back" in client.get(address).text
    delivery = Delivery.objects.get()
    refused = take(client, request, "take-back", delivery=delivery.pk, note="")
    assert said(refused) == ["Say why the charge is reversed."]
    done = take(client, request, "take-back", delivery=delivery.pk, note="Counted twice")
    assert said(done)[-1] == "Taken back: its count, and what it was charged."
    text = client.get(address).text
    assert "Counted twice" in text
    assert "Taken back" in text
    assert "Take the delivery back" not in text
    assert "Deliver and charge" in text, "the work goes on"
    client.force_login(bench.person)
    text = client.get(address).text
    assert "Counted twice" in text
    assert "Take the delivery back" not in text


def test_what_is_refused_stands_on_the_page(client, bench):
    request = bench.ask("3")
    client.force_login(bench.manager)
    assert "changed since" in said(take(client, request, "accept", version=7))[0]
    assert "Give a reason" in said(take(client, request, "refuse"))[-1]
    assert take(client, request, "fly").status_code == 404
    assert take(client, request, "accept", version="x").status_code == 302
    request.refresh_from_db()
    assert request.state == "requested"
    take(client, request, "refuse", note="Full until March")
    page = client.get(reverse("service_request", args=[request.pk])).content.decode()
    assert "Full until March" in page


def test_milestones_are_typed_and_reached(client, bench):
    request = bench.ask("1")
    client.force_login(bench.manager)
    shares = {"name-1": "Start", "percent-1": "40", "name-2": "Report", "percent-2": "60"}
    take(client, request, "accept", **shares)
    first = request.milestones.get(position=1)
    page = client.get(reverse("service_request", args=[request.pk])).content.decode()
    assert "€24.00" in page
    take(client, request, "reach", milestone=first.pk)
    assert Charge.objects.get().amount_cents == 2400


def test_a_team_chooses_what_pays_and_takes_back(client, bench):
    other = make.an_account(bench.team, reference="ANR-7")
    request = bench.ask("1")
    client.force_login(bench.person)
    assert "ANR-7" in client.get(reverse("service_request", args=[request.pk])).content.decode()
    take(client, request, "account", account=other.pk)
    request.refresh_from_db()
    assert request.account == other
    take(client, request, "cancel", note="No samples")
    request.refresh_from_db()
    assert request.state == "cancelled"


def test_a_partner_sees_nothing_of_another_team(client, bench):
    request = bench.ask("1")
    client.force_login(make.a_partner())
    assert client.get(reverse("service_request", args=[request.pk])).status_code == 404
    assert take(client, request, "cancel").status_code == 404
    assert "Phosphoproteome" not in client.get(reverse("services")).content.decode()


def test_who_watches_money_finds_the_orders(client, bench):
    bench.accepted("2")
    client.force_login(make.a_staff_member(bench.facility, "accountant"))
    page = client.get(reverse("orders"), {"state": "accepted"}).content.decode()
    assert "Phosphoproteome" in page
    assert "€120.00" in page
    page = client.get(reverse("orders"), {"state": "delivered"}).content.decode()
    assert "Phosphoproteome" not in page
    client.force_login(bench.person)
    assert client.get(reverse("orders")).status_code == 403


@pytest.fixture
def cages(bench):
    service = a_service(
        bench.facility, {"INT": 55}, code="cage", name="Cage", unit="cage-day", counting="day"
    )
    return a_standing_use(service, bench.team)


def test_the_platform_counts_what_stands(client, cages):
    client.force_login(cages.created_by)
    data = {"day": "2026-10-01", "count": "12"}
    response = client.post(reverse("standing_count", args=[cages.pk]), data)
    assert "Counted" in said(response)[0]
    assert Charge.objects.count() == 5
    page = client.get(reverse("standing_use", args=[cages.pk])).content.decode()
    assert "€33.00" in page
    assert "12" in client.get(reverse("standing")).content.decode()
    client.post(reverse("standing_end", args=[cages.pk]), {"ends_on": "2026-10-02"})
    cages.refresh_from_db()
    assert cages.ends_on == dt.date(2026, 10, 2)
    response = client.post(reverse("standing_count", args=[cages.pk]), {"day": "x"})
    assert Census.objects.count() == 1


def test_the_platform_opens_a_standing_use(client, cages):
    client.force_login(cages.created_by)
    address = reverse("standing_new")
    assert client.get(address).status_code == 200
    data = {
        "service": cages.service_id,
        "project": cages.project_id,
        "code": "MOUSE-9",
        "label": "Breeding",
        "starts_on": "2026-10-01",
    }
    response = client.post(address, data)
    use = StandingUse.objects.get(code="MOUSE-9")
    assert response.url == reverse("standing_use", args=[use.pk])
    assert client.post(address, data).status_code == 422


def a_file(text):
    return SimpleUploadedFile("counts.csv", text.encode())


def test_a_file_is_looked_at_then_taken_over(client, cages):
    client.force_login(cages.created_by)
    address = reverse("standing_counts")
    assert client.get(address).status_code == 200
    good = f"code;day;count\n{cages.code};2026-10-01;3\n"
    common = {"facility": cages.facility_id}
    response = client.post(address, common | {"file": a_file(good), "look": "1"})
    assert "1 new" in response.content.decode()
    assert not Census.objects.exists()
    bad = f"{good}Nobody;2026-10-01;3\n"
    response = client.post(address, common | {"file": a_file(bad), "take": "1"})
    assert response.status_code == 422
    assert "Line 3" in response.content.decode()
    response = client.post(address, common | {"file": a_file(good), "take": "1"})
    assert response.url == reverse("standing")
    assert Census.objects.get().count == Decimal(3)


def test_a_team_sees_its_cages_and_does_not_count_them(client, cages, bench):
    head = make.a_member(bench.team, "head")
    client.force_login(head)
    page = client.get(reverse("standing_use", args=[cages.pk])).content.decode()
    assert "Save the count" not in page
    data = {"day": "2026-10-01", "count": "12"}
    client.post(reverse("standing_count", args=[cages.pk]), data)
    assert not Census.objects.exists()
    assert client.get(reverse("standing_new")).status_code == 403
    client.force_login(make.a_partner())
    assert client.get(reverse("standing_use", args=[cages.pk])).status_code == 404
