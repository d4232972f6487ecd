"""The letters that remind of an overdue invoice, in three tones.

A renderer for the outbox: it only reads, and writes nothing once the invoice is settled.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.models import Membership, User
from billing.models import Invoice
from billing.payments.balances import with_balance
from billing.services.reminding import INVOICE_REMINDED
from bookings.wording import date_text, money_text
from notifications import registry
from notifications.letterhead import Fact, Letter, Link, mail_of
from notifications.registry import Mail

TOLD = (Membership.Role.HEAD, Membership.Role.BILLING)

SUBJECTS = {
    1: gettext_lazy("Reminder: invoice %(number)s was due on %(day)s"),
    2: gettext_lazy("Second reminder: invoice %(number)s was due on %(day)s"),
    3: gettext_lazy("Last reminder: invoice %(number)s was due on %(day)s"),
}
SENTENCES = {
    1: gettext_lazy(
        "%(open)s of this invoice has not reached us yet. It may have escaped your attention."
    ),
    2: gettext_lazy("%(open)s of this invoice is still open. Please pay it within eight days."),
    3: gettext_lazy(
        "%(open)s of this invoice is open in spite of two reminders. Please pay it now, or "
        "tell us what stands in the way."
    ),
}


def register() -> None:
    """Let the outbox word reminders."""
    registry.register(INVOICE_REMINDED, reminder_mails)


def reminder_mails(payload: Mapping[str, Any], now: datetime) -> list[Mail]:
    """Write to the team's heads and billing contacts, each in their language."""
    invoices = Invoice.objects.filter(pk=payload["invoice"]).select_related("issuer", "team")
    invoice = with_balance(invoices, on=now.date()).first()
    if invoice is None or invoice.open_cents <= 0:
        return []
    memberships = Membership.objects.current(now.date()).filter(
        team=invoice.team_id, role__in=TOLD, user__is_active=True
    )
    return [
        _mail(invoice, payload["level"], membership.user)
        for membership in memberships.select_related("user").order_by("user_id")
    ]


def _mail(invoice: Any, level: int, reader: User) -> Mail:
    with override(reader.language):
        return mail_of(
            _letter(invoice, level),
            address=reader.email,
            language=reader.language,
            reply_to=invoice.issuer.contact_email,
        )


def _letter(invoice: Any, level: int) -> Letter:
    said = {
        "number": invoice.number,
        "day": date_text(invoice.due_on),
        "open": money_text(invoice.open_cents),
    }
    subject = str(SUBJECTS[level]) % said
    return Letter(
        subject=subject,
        title=subject,
        lines=(
            str(SENTENCES[level]) % said,
            _("If you have paid in the meantime, nothing is left for you to do."),
            _terms(invoice),
        ),
        facts=tuple(_facts(invoice)),
        link=Link(label=_("See the invoice"), url=f"{settings.SITE_URL}/invoices/{invoice.pk}/"),
        why=_("You receive this because you look after the money of this team."),
    )


def _terms(invoice: Any) -> str:
    return _(
        "Late payment bears interest at %(rate)s a year from the day after the due date, "
        "and an indemnity of %(indemnity)s for recovery costs."
    ) % {
        "rate": _("%(number)s%%")
        % {"number": number_format(Decimal(invoice.terms.get("late_percent", "0")), 2)},
        "indemnity": money_text(invoice.terms.get("indemnity_cents", 0)),
    }


def _facts(invoice: Any) -> list[Fact]:
    facts = [
        Fact(label=_("Invoice"), value=invoice.number),
        Fact(label=_("Purchase order"), value=invoice.purchase_order),
        Fact(label=_("Total with VAT"), value=money_text(invoice.total_cents)),
        Fact(label=_("Still to pay"), value=money_text(invoice.open_cents)),
        Fact(label=_("Pay to"), value=invoice.seller.get("name", "")),
        Fact(label="IBAN", value=invoice.seller.get("iban", "")),
        Fact(label=_("Reference"), value=invoice.number),
    ]
    return [fact for fact in facts if fact.value]
