"""What was issued: invoices, credit notes and transfer notes, which nothing ever changes.

A row is written when the document is issued and never before: there are no drafts here.
What becomes of it later (sent, paid, credited) is said by rows of other tables.
"""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FundingAccount, Organisation, Team
from billing.models.charges import Charge
from billing.models.issuers import Issuer
from billing.models.periods import stays_out_of_closed_months
from billing.models.statements import WRITTEN_ONCE
from facilities.models import Facility


class Invoice(models.Model):
    """A numbered document: an invoice, a credit note, or a transfer note within one body.

    `seller` and `buyer` are the parties as they were on that day, `terms` what the law
    wants stated. Amounts are in cents and positive, on a credit note too.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        CREDIT_NOTE = "credit_note", _("Credit note")
        RECHARGE = "recharge", _("Transfer note")

    issuer = models.ForeignKey(
        Issuer, on_delete=models.PROTECT, related_name="invoices", verbose_name=_("issuer")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=40, unique=True)
    year = models.PositiveSmallIntegerField(_("year of the series"))
    sequence = models.PositiveIntegerField(_("place in the series"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="invoices", verbose_name=_("buyer")
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="invoices", verbose_name=_("team")
    )
    account = models.ForeignKey(
        FundingAccount,
        on_delete=models.PROTECT,
        related_name="invoices",
        null=True,
        blank=True,
        verbose_name=_("funding account"),
        help_text=_("Empty where its lines are of several purchase orders."),
    )
    issued_on = models.DateField(_("date"))
    due_on = models.DateField(_("due on"))
    service_from = models.DateField(_("first day of service"))
    service_until = models.DateField(_("last day of service"))
    language = models.CharField(_("language"), max_length=5, default="fr")
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    seller = models.JSONField(_("seller as stated"))
    buyer = models.JSONField(_("buyer as stated"))
    terms = models.JSONField(_("terms as stated"), default=dict)
    purchase_order = models.CharField(_("purchase order"), max_length=100, blank=True)
    corrects = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="credit_notes",
        null=True,
        blank=True,
        verbose_name=_("corrects"),
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    net_cents = models.BigIntegerField(_("total without VAT"))
    vat_cents = models.BigIntegerField(_("total VAT"))
    total_cents = models.BigIntegerField(_("total with VAT"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(_("issued at"))

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("issuer", "kind", "year", "sequence"), name="invoice_number_once"
            ),
            models.CheckConstraint(
                condition=Q(total_cents=F("net_cents") + F("vat_cents")), name="invoice_adds_up"
            ),
            models.CheckConstraint(condition=Q(net_cents__gte=0), name="invoice_not_negative"),
            models.CheckConstraint(
                condition=(Q(kind="credit_note") & Q(corrects__isnull=False) & ~Q(reason=""))
                | (~Q(kind="credit_note") & Q(corrects__isnull=True)),
                name="invoice_credit_note_corrects",
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on")), name="invoice_due"),
        )
        indexes = (
            models.Index(fields=("issuer", "issued_on"), name="invoice_of_issuer"),
            models.Index(fields=("team", "issued_on"), name="invoice_of_team"),
        )
        triggers = (
            pgtrigger.Protect(name="invoice_stays", operation=WRITTEN_ONCE),
            stays_out_of_closed_months("invoice_in_open_month", issuer="NEW", day="issued_on"),
        )

    def __str__(self) -> str:
        return self.number


class InvoiceLine(models.Model):
    """One line: a charge of the ledger on the one document that bills it.

    A line of a credit note gives back (part of) a line of the invoice; its charge is what
    undoes that in the ledger. Amounts are positive but for a refund within an invoice.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField(_("position"))
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="invoice_lines")
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="credited_by", null=True, blank=True
    )
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(
        FundingAccount, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    service_date = models.DateField(_("service date"))
    description = models.CharField(_("description"), max_length=500)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=4)
    unit = models.CharField(_("unit"), max_length=30)
    unit_price_cents = models.BigIntegerField(_("unit price"))
    percent = models.PositiveSmallIntegerField(_("per cent of the unit price"), default=100)
    net_cents = models.BigIntegerField(_("amount without VAT"))
    vat_category = models.CharField(
        _("VAT rule"), max_length=10, choices=Charge.VatCategory.choices
    )
    vat_percent = models.DecimalField(_("VAT rate"), max_digits=5, decimal_places=2)
    vat_exemption = models.CharField(max_length=30, blank=True)

    class Meta:
        verbose_name = _("invoice line")
        verbose_name_plural = _("invoice lines")
        ordering = ("invoice", "position")
        constraints = (
            models.UniqueConstraint(fields=("invoice", "position"), name="invoice_line_position"),
            models.UniqueConstraint(fields=("charge",), name="invoice_line_charge_once"),
        )
        triggers = (pgtrigger.Protect(name="invoice_line_stays", operation=WRITTEN_ONCE),)

    def __str__(self) -> str:
        return f"{self.invoice_id}.{self.position}"


class InvoiceVat(models.Model):
    """What a document comes to for one VAT rule and rate, rounded once."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="vat_totals")
    vat_category = models.CharField(
        _("VAT rule"), max_length=10, choices=Charge.VatCategory.choices
    )
    vat_percent = models.DecimalField(_("VAT rate"), max_digits=5, decimal_places=2)
    vat_exemption = models.CharField(max_length=30, blank=True)
    net_cents = models.BigIntegerField(_("amount without VAT"))
    vat_cents = models.BigIntegerField(_("VAT"))

    class Meta:
        verbose_name = _("VAT total")
        verbose_name_plural = _("VAT totals")
        ordering = ("invoice", "-vat_percent", "vat_category")
        constraints = (
            models.UniqueConstraint(
                fields=("invoice", "vat_category", "vat_percent"), name="invoice_vat_once"
            ),
        )
        triggers = (pgtrigger.Protect(name="invoice_vat_stays", operation=WRITTEN_ONCE),)

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.vat_category} {self.vat_percent}"


class InvoiceDocument(models.Model):
    """The files of a document as they went out: made once from its rows, then kept."""

    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="document")
    pdf = models.BinaryField()
    xml = models.BinaryField(blank=True, default=b"")
    pdf_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("document of an invoice")
        verbose_name_plural = _("documents of invoices")
        triggers = (pgtrigger.Protect(name="invoice_document_stays", operation=WRITTEN_ONCE),)

    def __str__(self) -> str:
        return str(self.invoice_id)
