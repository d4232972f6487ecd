"""The letter that brings an issued document to who looks after the money, its PDF attached.

A renderer for the outbox. It makes the document's files where nobody has yet, which is
safe to repeat; else it only reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Membership, User
from billing.models import Invoice
from billing.services.documents import document_of
from billing.services.issuing import INVOICE_ISSUED
from bookings.wording import date_text, money_text
from notifications import registry
from notifications.letterhead import Fact, Letter, Link, mail_of
from notifications.registry import Attachment, Mail

TOLD = (Membership.Role.HEAD, Membership.Role.BILLING)


def register() -> None:
    """Let the outbox word what has been issued."""
    registry.register(INVOICE_ISSUED, issued_mails)


def issued_mails(payload: Mapping[str, Any], now: datetime) -> list[Mail]:
    """Write to the team's heads and billing contacts, each in their language."""
    invoices = Invoice.objects.select_related("issuer", "team", "corrects", "account")
    invoice = invoices.filter(pk=payload["invoice"]).first()
    if invoice is None:
        return []
    memberships = Membership.objects.current(now.date()).filter(
        team=invoice.team_id, role__in=TOLD, user__is_active=True
    )
    readers = [one.user for one in memberships.select_related("user").order_by("user_id")]
    if not readers:
        return []
    attached = Attachment(
        name=f"{invoice.number}.pdf",
        mimetype="application/pdf",
        content=bytes(document_of(invoice_id=invoice.pk).pdf),
    )
    return [_mail(invoice, reader, attached) for reader in readers]


def _mail(invoice: Invoice, reader: User, attached: Attachment) -> Mail:
    with override(reader.language):
        return mail_of(
            _letter(invoice, attached),
            address=reader.email,
            language=reader.language,
            reply_to=str(invoice.seller.get("contact_email", "")),
        )


def _letter(invoice: Invoice, attached: Attachment) -> Letter:
    said = {
        "number": invoice.number,
        "team": invoice.team.name,
        "total": money_text(invoice.total_cents),
        "day": date_text(invoice.due_on),
        "corrected": invoice.corrects.number if invoice.corrects else "",
    }
    return Letter(
        subject=_subject(invoice) % said,
        title=_subject(invoice) % said,
        lines=tuple(line % said for line in _lines(invoice)),
        facts=tuple(_facts(invoice)),
        link=Link(label=_("See the document"), url=f"{settings.SITE_URL}/invoices/{invoice.pk}/"),
        why=_("You receive this because you look after the money of this team."),
        attachments=(attached,),
    )


def _subject(invoice: Invoice) -> str:
    subjects = {
        Invoice.Kind.CREDIT_NOTE: _("Credit note %(number)s: %(team)s"),
        Invoice.Kind.RECHARGE: _("Transfer note %(number)s: %(team)s"),
    }
    return subjects.get(Invoice.Kind(invoice.kind), _("Invoice %(number)s: %(team)s"))


def _lines(invoice: Invoice) -> tuple[str, ...]:
    if invoice.kind == Invoice.Kind.CREDIT_NOTE:
        return (_("%(total)s of %(corrected)s are credited. The credit note is attached."),)
    if invoice.kind == Invoice.Kind.RECHARGE:
        return (_("%(total)s are charged to your cost objects. There is nothing to pay."),)
    return (_("%(total)s are due on %(day)s. The invoice is attached."),)


def _facts(invoice: Invoice) -> list[Fact]:
    is_invoice = invoice.kind == Invoice.Kind.INVOICE
    facts = [
        Fact(label=_("From"), value=str(invoice.seller.get("name", ""))),
        Fact(label=_("Purchase order"), value=invoice.purchase_order),
        Fact(label=_("Reason"), value=invoice.reason),
        Fact(label=_("Total without VAT"), value=money_text(invoice.net_cents)),
        Fact(label=_("VAT"), value=money_text(invoice.vat_cents) if invoice.vat_cents else ""),
        Fact(label=_("Total with VAT"), value=money_text(invoice.total_cents)),
        Fact(label="IBAN", value=str(invoice.seller.get("iban", "")) if is_invoice else ""),
    ]
    return [fact for fact in facts if fact.value]
