"""Money that came in: what the bank told, payments, and which invoices they settle.

Rows are only ever added. What was allocated by mistake is taken back by a negative row
with its reason; what was paid too much is allocated later or leaves by a refund. The
database itself refuses to allocate more than a payment holds or an invoice is open.
"""

from __future__ import annotations

import datetime as dt

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from billing.models.invoices import Invoice
from billing.models.issuers import Issuer
from billing.models.periods import stays_out_of_closed_months
from billing.models.statements import WRITTEN_ONCE

_HELD = """
PERFORM 1 FROM billing_payment WHERE id = NEW.payment_id FOR NO KEY UPDATE;
SELECT p.amount_cents
     - (SELECT coalesce(sum(a.amount_cents), 0) FROM billing_allocation a
         WHERE a.payment_id = p.id)
     - (SELECT coalesce(sum(r.amount_cents), 0) FROM billing_refund r
         WHERE r.payment_id = p.id)
  INTO remains FROM billing_payment p WHERE p.id = NEW.payment_id;
IF remains < 0 THEN
    RAISE EXCEPTION 'payment % does not hold as much', NEW.payment_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_not_overspent';
END IF;
"""

_OPEN = """
PERFORM 1 FROM billing_invoice WHERE id = NEW.invoice_id FOR NO KEY UPDATE;
SELECT i.total_cents
     - (SELECT coalesce(sum(a.amount_cents), 0) FROM billing_allocation a
         WHERE a.invoice_id = i.id)
     - (SELECT coalesce(sum(n.total_cents), 0) FROM billing_invoice n
         WHERE n.corrects_id = i.id)
  INTO remains FROM billing_invoice i WHERE i.id = NEW.invoice_id;
IF NEW.amount_cents > 0 AND remains < 0 THEN
    RAISE EXCEPTION 'invoice % is not open for as much', NEW.invoice_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_not_overpaid';
END IF;
SELECT sum(a.amount_cents) INTO remains FROM billing_allocation a
 WHERE a.invoice_id = NEW.invoice_id AND a.payment_id = NEW.payment_id;
IF remains < 0 THEN
    RAISE EXCEPTION 'no more is taken back than was allocated'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_not_negative';
END IF;
"""


class BankFile(models.Model):
    """A statement of the bank that was read: the same file is never read twice."""

    class Form(models.TextChoices):
        CAMT = "camt053", "camt.053"
        CSV = "csv", "CSV"

    issuer = models.ForeignKey(
        Issuer, on_delete=models.PROTECT, related_name="bank_files", verbose_name=_("issuer")
    )
    name = models.CharField(_("name"), max_length=200)
    form = models.CharField(_("form"), max_length=10, choices=Form.choices)
    sha256 = models.CharField(max_length=64)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    imported_at = models.DateTimeField(_("imported at"))

    class Meta:
        verbose_name = _("bank file")
        verbose_name_plural = _("bank files")
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("issuer", "sha256"), name="bank_file_once"),)
        triggers = (pgtrigger.Protect(name="bank_file_stays", operation=WRITTEN_ONCE),)

    def __str__(self) -> str:
        return self.name


class BankEntry(models.Model):
    """A credit on the bank account, as the bank told it; `key` is what tells it from others."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="bank_entries")
    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="entries")
    key = models.CharField(max_length=100)
    booked_on = models.DateField(_("booked on"))
    amount_cents = models.BigIntegerField(_("amount"))
    payer = models.CharField(_("payer"), max_length=200, blank=True)
    text = models.CharField(_("text of the transfer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("bank entry")
        verbose_name_plural = _("bank entries")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("issuer", "key"), name="bank_entry_once"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="bank_entry_is_a_credit"),
        )
        triggers = (pgtrigger.Protect(name="bank_entry_stays", operation=WRITTEN_ONCE),)

    def __str__(self) -> str:
        return self.key


class Payment(models.Model):
    """Money that an issuer received, from the bank's file or recorded by hand."""

    class Method(models.TextChoices):
        TRANSFER = "transfer", _("Bank transfer")
        DEBIT = "debit", _("Direct debit")
        CARD = "card", _("Card")
        CHEQUE = "cheque", _("Cheque")
        OTHER = "other", _("Other")

    issuer = models.ForeignKey(
        Issuer, on_delete=models.PROTECT, related_name="payments", verbose_name=_("issuer")
    )
    received_on = models.DateField(_("received on"))
    amount_cents = models.BigIntegerField(_("amount"))
    method = models.CharField(
        _("method"), max_length=10, choices=Method.choices, default=Method.TRANSFER
    )
    reference = models.CharField(_("reference"), max_length=500, blank=True)
    payer = models.CharField(_("payer"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="payments",
        null=True,
        blank=True,
        verbose_name=_("customer"),
        help_text=_("Empty where nobody knew, when it came, who had paid."),
    )
    bank_entry = models.OneToOneField(
        BankEntry, on_delete=models.PROTECT, related_name="payment", null=True, blank=True
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="payment_positive"),
        )
        indexes = (models.Index(fields=("issuer", "received_on"), name="payment_of_issuer"),)
        triggers = (
            pgtrigger.Protect(name="payment_stays", operation=WRITTEN_ONCE),
            stays_out_of_closed_months("payment_in_open_month", issuer="NEW", day="received_on"),
        )

    def __str__(self) -> str:
        return f"{self.received_on} {self.payer}"

    @property
    def late_from(self) -> dt.date | None:
        """The bank's day, where the books were closed for it and have a later one."""
        entry = self.bank_entry
        return entry.booked_on if entry and entry.booked_on < self.received_on else None


class Allocation(models.Model):
    """How much of a payment settles an invoice; a negative one takes that back."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="allocations")
    amount_cents = models.BigIntegerField(_("amount"))
    allocated_on = models.DateField(_("day in the books"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0) | (Q(amount_cents__lt=0) & ~Q(reason="")),
                name="allocation_taken_back_with_a_reason",
            ),
        )
        triggers = (
            pgtrigger.Protect(name="allocation_stays", operation=WRITTEN_ONCE),
            pgtrigger.Trigger(
                name="allocation_within_bounds",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                declare=[("remains", "bigint")],
                func=f"{_HELD}{_OPEN}RETURN NULL;",
            ),
            stays_out_of_closed_months(
                "allocation_in_open_month", issuer="payment", day="allocated_on"
            ),
        )

    def __str__(self) -> str:
        return f"{self.payment_id} → {self.invoice_id}"


class Refund(models.Model):
    """What left a payment again: paid back, or nothing that an invoice is about."""

    class Kind(models.TextChoices):
        REFUNDED = "refunded", _("Paid back")
        ELSEWHERE = "elsewhere", _("Belongs elsewhere in the books")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    amount_cents = models.BigIntegerField(_("amount"))
    refunded_on = models.DateField(_("day"))
    reason = models.CharField(_("reason"), max_length=500)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="refund_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="refund_has_a_reason"),
        )
        triggers = (
            pgtrigger.Protect(name="refund_stays", operation=WRITTEN_ONCE),
            pgtrigger.Trigger(
                name="refund_within_bounds",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                declare=[("remains", "bigint")],
                func=f"{_HELD}RETURN NULL;",
            ),
            stays_out_of_closed_months("refund_in_open_month", issuer="payment", day="refunded_on"),
        )

    def __str__(self) -> str:
        return f"{self.payment_id}: {self.get_kind_display()}"
