"""A delivery that was noted wrongly: taken back once, with its charge, and told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Sum

from accounts.errors import NotFound, NotPermitted, StaleVersion
from accounts.models import FundingAccount, Organisation
from billing.commitments import committed_cents
from billing.errors import ReasonMissing
from billing.models import Charge, Delivery, DeliveryReversal, RequestEvent
from billing.orders.errors import (
    CeilingPassed,
    DeliveryCredited,
    DeliveryTakenBack,
    PatientData,
    WrongStage,
)
from billing.orders.promises import Plan
from billing.orders.states import OrderState
from billing.services.correcting import reverse_charge
from billing.services.crediting import issue_credit_note, issue_due_credit_notes
from billing.services.delivering import deliver, start_request
from billing.services.issuing import issue_all
from billing.services.taking_back import take_back_delivery
from notifications.models import OutboxMessage
from notifications.registry import renderer_of
from tests import factories as make
from tests.billing.order_cases import Bench, a_bench
from tests.factories import NOW

pytestmark = pytest.mark.django_db
NOVEMBER = dt.date(2026, 11, 1)


@pytest.fixture
def bench() -> Bench:
    return a_bench()


def take_back(bench: Bench, delivery: Delivery, **fields: Any) -> Any:
    values: dict[str, Any] = {
        "actor": bench.manager, "request_id": delivery.item.request_id,
        "delivery_id": delivery.pk, "reason": "Counted twice", "now": NOW,
    }  # fmt: skip
    return take_back_delivery(**(values | fields))


def net() -> int:
    return Charge.objects.aggregate(s=Sum("amount_cents"))["s"] or 0


def test_the_count_and_the_charge_go_back_and_the_work_goes_on(bench: Bench) -> None:
    request = bench.begun("24")
    bench.deliver(request, "10")
    bench.deliver(request, "14")
    wrong = Delivery.objects.get(quantity=10)

    back = take_back(bench, wrong)

    assert (back.state, back.promised_cents) == (OrderState.IN_PROGRESS, 10 * 6000)
    assert request.items.get().delivered == 14
    assert net() == 14 * 6000
    reversal = Charge.objects.get(reverses__isnull=False)
    assert (reversal.source_id, reversal.reason) == (wrong.pk, "Counted twice")
    assert reversal.written_by == bench.manager
    assert committed_cents(bench.account.pk) == 24 * 6000, "it is promised again"
    kept = DeliveryReversal.objects.get()
    assert (kept.delivery, kept.reason, kept.taken_back_by) == (
        wrong, "Counted twice", bench.manager,
    )  # fmt: skip
    last = RequestEvent.objects.filter(request=request).latest("id")
    assert (last.from_state, last.to_state, last.note) == (
        "delivered", "in_progress", "Counted twice",
    )  # fmt: skip
    bench.deliver(request, "10")
    request.refresh_from_db()
    assert (request.state, request.promised_cents, net()) == ("delivered", 0, 24 * 6000)


def test_one_of_several_goes_back_while_the_work_goes_on(bench: Bench) -> None:
    request = bench.begun("24")
    bench.deliver(request, "10")

    back = take_back(bench, Delivery.objects.get())

    assert (back.state, back.promised_cents, net()) == ("in_progress", 24 * 6000, 0)


def test_it_goes_back_once(bench: Bench) -> None:
    bench.deliver(bench.begun("24"), "10")
    delivery = Delivery.objects.get()
    take_back(bench, delivery)
    with pytest.raises(DeliveryTakenBack):
        take_back(bench, delivery)
    assert net() == 0


def test_a_charge_that_was_reversed_before_stays_so(bench: Bench) -> None:
    request = bench.begun("24")
    bench.deliver(request, "24")
    charge = Charge.objects.get()
    reverse_charge(charge_id=charge.pk, actor=bench.manager, reason="Wrong", now=NOW)

    back = take_back(bench, Delivery.objects.get())

    assert back.state == "in_progress"
    assert request.items.get().delivered == 0
    assert Charge.objects.count() == 2
    assert net() == 0


def test_what_was_billed_becomes_a_credit_note(bench: Bench) -> None:
    issuer, _keeper = billed(bench)
    take_back(bench, Delivery.objects.get())
    (note,) = issue_due_credit_notes(issuer_id=issuer.pk, until=NOVEMBER, now=NOW)
    assert (note.net_cents, note.reason) == (60_000, "Counted twice")


def test_what_was_credited_in_part_is_credited_first(bench: Bench) -> None:
    issuer, keeper = billed(bench)
    invoice = issuer.invoices.get()
    line = invoice.lines.get()
    given = {"invoice_id": invoice.pk, "reason": "Late", "actor": keeper, "now": NOW}
    issue_credit_note(parts={line.pk: 10_000}, **given)
    with pytest.raises(DeliveryCredited):
        take_back(bench, Delivery.objects.get())
    assert not DeliveryReversal.objects.exists()
    issue_credit_note(parts={line.pk: 50_000}, **given)
    take_back(bench, Delivery.objects.get())
    assert net() == 0


def billed(bench: Bench) -> tuple[Any, Any]:
    """Deliver ten and invoice them."""
    issuer = make.an_issuer(bench.facility, code="CRC")
    Organisation.objects.filter(pk=bench.team.organisation_id).update(
        billing_address="40 chemin des Essais", billing_city="Montpellier", siren="000987651"
    )
    keeper = make.a_user()
    issuer.accountants.add(keeper)
    bench.deliver(bench.begun("24"), "10")
    assert issue_all(issuer_id=issuer.pk, until=NOVEMBER, now=NOW)
    return issuer, keeper


def test_by_milestones_only_the_count_goes_back(bench: Bench) -> None:
    request = bench.begun("24", milestones=(Plan(name="All", percent=100),))  # type: ignore[arg-type]
    bench.deliver(request, "24")
    back = take_back(bench, Delivery.objects.get())
    assert (back.state, back.promised_cents) == ("in_progress", 24 * 6000)
    assert request.items.get().delivered == 0
    assert not Charge.objects.exists()


def test_what_the_account_cannot_promise_again_is_refused(bench: Bench) -> None:
    request = bench.begun("24")
    bench.deliver(request, "10", is_last=True)
    FundingAccount.objects.update(ceiling_cents=20 * 6000)
    with pytest.raises(CeilingPassed):
        take_back(bench, Delivery.objects.get())
    assert request.items.get().delivered == 10
    FundingAccount.objects.update(ceiling_cents=24 * 6000)
    take_back(bench, Delivery.objects.get())


def test_the_platform_takes_back_and_says_why(bench: Bench) -> None:
    request = bench.begun("24")
    bench.deliver(request, "10")
    delivery = Delivery.objects.get()
    other = a_bench()
    other.deliver(other.begun("1"), "1")
    elsewhere = Delivery.objects.latest("id")
    refusals: tuple[tuple[dict[str, Any], type[Exception]], ...] = (
        ({"actor": bench.person}, NotPermitted),
        ({"actor": make.a_member(bench.team, "head")}, NotPermitted),
        ({"actor": other.manager}, NotFound),
        ({"delivery_id": elsewhere.pk}, NotFound),
        ({"reason": " "}, ReasonMissing),
        ({"reason": "Patient IPP 12345678"}, PatientData),
        ({"version": 1}, StaleVersion),
    )
    for change, refusal in refusals:
        with pytest.raises(refusal):
            take_back(bench, delivery, **change)
    assert not DeliveryReversal.objects.exists()
    take_back(bench, delivery, actor=make.a_staff_member(bench.facility, "operator"))


def test_delivered_work_is_not_begun_again(bench: Bench) -> None:
    request = bench.begun("1")
    bench.deliver(request, "1")
    with pytest.raises(WrongStage):
        start_request(actor=bench.manager, request_id=request.pk, now=NOW)


def test_that_it_was_taken_back_stays_written(bench: Bench) -> None:
    bench.deliver(bench.begun("24"), "10")
    take_back(bench, Delivery.objects.get())
    with pytest.raises(DatabaseError), transaction.atomic():
        DeliveryReversal.objects.update(reason="Nothing")


def test_who_asked_is_told_while_it_is_so(bench: Bench) -> None:
    request = bench.begun("24")
    bench.deliver(request, "24")
    take_back(bench, Delivery.objects.get())
    message = OutboxMessage.objects.get(topic="billing.service_delivery_taken_back")
    (mail,) = renderer_of(message.topic)(message.payload, NOW)
    assert mail.address == bench.person.email
    assert "Counted twice" in mail.text
    assert "Delivery taken back: Proteome, 24" in mail.text
    deliver(
        actor=bench.manager, request_id=request.pk, now=NOW,
        counts={request.items.get().pk: request.items.get().ordered},
    )  # fmt: skip
    assert renderer_of(message.topic)(message.payload, NOW) == []
