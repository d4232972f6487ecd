"""The three reminders of an overdue invoice, in both languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from pytest_django import Settings

from billing.payments.mails import reminder_mails
from billing.services.paying import record_payment
from tests import factories as make
from tests.billing.books import TODAY, Books
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("level", [1, 2, 3])
def test_reminder(
    level: int, language: str, golden: Callable[[str, str], None], settings: Settings
) -> None:
    settings.SITE_URL = "https://plateau.example"
    books = Books()
    books.issuer.contact_email = "accounts@crc.example"
    books.issuer.save()
    books.issuer.organisation.legal_name = "Centre de Recherche en Cancérologie"
    books.issuer.organisation.save()
    reader = make.a_user("lea@pharma.example")
    reader.language = language
    reader.save()
    make.a_member(books.team, "billing_contact", reader)
    make.a_member(books.team)  # not told
    invoice = books.an_invoice()
    record_payment(
        issuer_id=books.issuer.pk, received_on=TODAY, amount_cents=2000, actor=books.keeper,
        now=NOW, parts={invoice.pk: 2000},
    )  # fmt: skip

    (mail,) = reminder_mails({"invoice": invoice.pk, "level": level}, NOW)

    name = f"mails/invoice_reminded-{level}-{language}"
    text = mail.text.replace(f"/invoices/{invoice.pk}/", "/invoices/17/")
    order = str(invoice.purchase_order)
    golden(
        f"{name}.txt",
        f"{mail.address}\n{mail.subject}\n{mail.headers}\n\n{text.replace(order, 'PO-17')}",
    )
    later = NOW + dt.timedelta(days=1)
    record_payment(
        issuer_id=books.issuer.pk, received_on=TODAY, amount_cents=10000, actor=books.keeper,
        now=later, parts={invoice.pk: 10000},
    )  # fmt: skip
    assert reminder_mails({"invoice": invoice.pk, "level": level}, later) == []
