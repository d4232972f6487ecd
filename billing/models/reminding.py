"""Reminders of overdue invoices: when, which were sent, and what holds them back."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.invoices import Invoice
from billing.models.issuers import Issuer
from billing.models.statements import WRITTEN_ONCE


@pghistory.track()
class ReminderPlan(models.Model):
    """How many days after the due date an issuer reminds; without a row, the usual."""

    issuer = models.OneToOneField(
        Issuer, on_delete=models.CASCADE, related_name="reminder_plan", verbose_name=_("issuer")
    )
    is_active = models.BooleanField(_("sends reminders"), default=True)
    first_days = models.PositiveSmallIntegerField(_("first, days after"), default=7)
    second_days = models.PositiveSmallIntegerField(_("second, days after"), default=21)
    third_days = models.PositiveSmallIntegerField(_("third, days after"), default=45)

    class Meta:
        verbose_name = _("plan of reminders")
        verbose_name_plural = _("plans of reminders")
        constraints = (
            models.CheckConstraint(
                condition=Q(first_days__gt=0)
                & Q(second_days__gt=F("first_days"))
                & Q(third_days__gt=F("second_days")),
                name="reminder_plan_in_order",
                violation_error_message=_("Each reminder comes later than the one before."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.first_days}, {self.second_days}, {self.third_days}"


class InvoiceReminder(models.Model):
    """A reminder that was sent: each level once for an invoice."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="reminders")
    level = models.PositiveSmallIntegerField(_("level"))
    open_cents = models.BigIntegerField(_("open on that day"))
    sent_on = models.DateField(_("sent on"))

    class Meta:
        verbose_name = _("reminder of an invoice")
        verbose_name_plural = _("reminders of invoices")
        ordering = ("invoice", "level")
        constraints = (
            models.UniqueConstraint(fields=("invoice", "level"), name="invoice_reminder_once"),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=3), name="invoice_reminder_level"
            ),
        )
        triggers = (pgtrigger.Protect(name="invoice_reminder_stays", operation=WRITTEN_ONCE),)

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.level}"


@pghistory.track()
class ReminderHold(models.Model):
    """An invoice that is not reminded of for now, such as one under dispute."""

    invoice = models.OneToOneField(
        Invoice, on_delete=models.PROTECT, related_name="reminder_hold", verbose_name=_("invoice")
    )
    reason = models.CharField(_("reason"), max_length=500)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    held_at = models.DateTimeField(_("held since"))

    class Meta:
        verbose_name = _("held reminder")
        verbose_name_plural = _("held reminders")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="reminder_hold_has_a_reason"),
        )

    def __str__(self) -> str:
        return str(self.invoice_id)
