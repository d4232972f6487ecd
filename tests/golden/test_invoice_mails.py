"""The mails that bring what was issued, in both languages, each with its PDF."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import Membership
from billing.models import InvoiceDocument
from notifications.registry import renderer_of
from tests import factories as make
from tests.golden import invoice_cases as cases

pytestmark = pytest.mark.django_db

TOLD = {"invoice": "bands-fr", "credit_note": "credit-note-fr", "recharge": "transfer-note-fr"}


def sent(name: str, language: str, role: str = "billing_contact") -> tuple[Any, list[Any]]:
    invoice = cases.ALL[name](*cases.a_seller())
    reader = make.a_user("lea@pharma.example")
    reader.language = language
    reader.save()
    make.a_member(invoice.team, role, reader)
    return invoice, renderer_of("billing.invoice_issued")({"invoice": invoice.pk}, make.NOW)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", TOLD)
def test_issued(
    kind: str, language: str, golden: Callable[[str, str], None], settings: Settings
) -> None:
    settings.SITE_URL = "https://plateau.example"

    invoice, (mail,) = sent(TOLD[kind], language)

    text = mail.text.replace(f"/invoices/{invoice.pk}/", "/invoices/17/")
    head = f"{mail.address}\n{mail.subject}\n{mail.headers}\n\n"
    golden(f"mails/invoice_issued-{kind}-{language}.txt", head + text)
    (attached,) = mail.attachments
    assert (attached.name, attached.mimetype) == (f"{invoice.number}.pdf", "application/pdf")
    assert attached.content == bytes(InvoiceDocument.objects.get().pdf)


def test_members_who_do_not_look_after_the_money_hear_nothing() -> None:
    _invoice, mails = sent("transfer-note-fr", "en", role="member")
    assert mails == []
    assert not InvoiceDocument.objects.exists()
    assert Membership.objects.exists()
