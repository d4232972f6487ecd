"""Reminders of overdue invoices: in order, each once, and not without cause."""

import datetime as dt
from typing import Any

import pytest

from accounts.errors import NotFound, NotPermitted, ReasonRequired
from billing.models import Dispute, InvoiceReminder, ReminderPlan
from billing.payments.errors import NothingToHold
from billing.payments.reminding import Plan, level_due
from billing.services import issue_credit_note
from billing.services.paying import record_payment
from billing.services.reminding import hold_reminders, release_reminders, send_due_reminders
from notifications.models import OutboxMessage
from tests import factories as make
from tests.billing.books import TODAY, Books
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DUE = dt.date(2026, 11, 5)
TOPIC = "billing.invoice_reminded"


@pytest.fixture
def books():
    return Books()


def late(days):
    return NOW + (DUE - TODAY) + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("days_late", "sent", "level"),
    [
        (6, {}, None),
        (7, {}, 1),
        (60, {}, 1),
        (60, {1: 59}, None),
        (21, {1: 7}, 2),
        (20, {1: 7}, None),
        (74, {1: 60}, 2),
        (73, {1: 60}, None),
        (45, {1: 7, 2: 21}, 3),
        (99, {1: 7, 2: 21, 3: 45}, None),
    ],
)
def test_levels_come_in_order_and_keep_their_distance(days_late, sent, level):
    def day(number):
        return DUE + dt.timedelta(days=number)

    facts: dict[str, Any] = {"due_on": DUE, "sent": {no: day(on) for no, on in sent.items()}}
    assert level_due(**facts, plan=Plan(), today=day(days_late)) == level
    assert level_due(**facts, plan=Plan(is_active=False), today=day(days_late)) is None


def test_each_level_goes_out_once_however_often_it_is_asked(books):
    invoice = books.an_invoice()
    assert send_due_reminders(now=late(6)) == []
    for days in (7, 7, 21, 22, 45, 46, 400):
        send_due_reminders(now=late(days))
    rows = InvoiceReminder.objects.values_list("level", "sent_on", "open_cents")
    assert list(rows) == [
        (level, DUE + dt.timedelta(days=days), 12000) for level, days in ((1, 7), (2, 21), (3, 45))
    ]
    told = OutboxMessage.objects.filter(topic=TOPIC).order_by("id")
    assert [row.payload for row in told] == [
        {"invoice": invoice.pk, "level": level} for level in (1, 2, 3)
    ]


def test_what_is_paid_or_credited_is_not_reminded_of(books):
    one, other = books.an_invoice(), books.an_invoice()
    record_payment(
        issuer_id=books.issuer.pk, received_on=TODAY, amount_cents=12000, actor=books.keeper,
        now=NOW, parts={one.pk: 12000},
    )  # fmt: skip
    issue_credit_note(invoice_id=other.pk, reason="x", actor=books.keeper, now=NOW)
    assert send_due_reminders(now=late(10)) == []


def test_what_is_disputed_is_not_reminded_of(books):
    invoice = books.an_invoice()
    Dispute.objects.create(
        charge=invoice.lines.get().charge, reason="x", opened_by=books.keeper, opened_at=NOW
    )
    assert send_due_reminders(now=late(10)) == []


def test_a_bookkeeper_holds_an_invoice_back_and_lets_it_go(books):
    invoice = books.an_invoice()
    fields = {"invoice_id": invoice.pk, "actor": books.keeper, "now": NOW}
    with pytest.raises(ReasonRequired):
        hold_reminders(reason=" ", **fields)
    hold_reminders(reason="They wait for a document", **fields)
    hold_reminders(reason="Still", **fields)
    assert send_due_reminders(now=late(10)) == []
    release_reminders(**fields)
    release_reminders(**fields)
    assert send_due_reminders(now=late(10)) == [invoice.pk]
    issue_credit_note(invoice_id=invoice.pk, reason="x", actor=books.keeper, now=NOW)
    with pytest.raises(NothingToHold):
        hold_reminders(reason="x", **fields)
    stranger, contact = make.a_user(), make.a_member(books.team, "billing_contact")
    for actor, refusal in ((stranger, NotFound), (contact, NotPermitted)):
        with pytest.raises(refusal):
            release_reminders(invoice_id=invoice.pk, actor=actor, now=NOW)


def test_an_issuer_has_its_own_plan(books):
    books.an_invoice()
    plan = ReminderPlan.objects.create(
        issuer=books.issuer, first_days=2, second_days=4, third_days=6
    )
    assert len(send_due_reminders(now=late(2))) == 1
    plan.is_active = False
    plan.save()
    assert send_due_reminders(now=late(4)) == []
