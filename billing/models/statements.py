"""The monthly statement of a team by one seller: which charges it holds and their sums."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FundingAccount, Team
from accounts.models.organisations import Tier
from billing.models.charges import Charge
from billing.models.issuers import Issuer
from facilities.models import Facility

WRITTEN_ONCE = pgtrigger.Update | pgtrigger.Delete


class Statement(models.Model):
    """What a team was charged up to the end of a month and had not been told before.

    Each issuer states its own sales; what has no issuer yet is stated apart and not billed.
    """

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="statements", verbose_name=_("team")
    )
    issuer = models.ForeignKey(
        Issuer,
        on_delete=models.PROTECT,
        related_name="statements",
        null=True,
        blank=True,
        verbose_name=_("issuer"),
        help_text=_("Who sells; nobody where a platform has no issuer yet."),
    )
    month = models.DateField(_("month"), help_text=_("Its first day."))
    charges_count = models.PositiveIntegerField(_("charges"))
    total_cents = models.BigIntegerField(_("total"), help_text=_("In cents, before VAT."))
    closed_at = models.DateTimeField(_("closed at"))

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ("-month", "team", "issuer")
        constraints = (
            models.UniqueConstraint(
                fields=("team", "issuer", "month"), nulls_distinct=False, name="statement_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="statement_of_a_whole_month"),
        )
        triggers = (pgtrigger.Protect(name="statement_stays", operation=WRITTEN_ONCE),)

    def __str__(self) -> str:
        return f"{self.team} {self.month:%Y-%m}"


class StatementLine(models.Model):
    """A charge on the one statement that tells it."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="statement_lines")

    class Meta:
        verbose_name = _("statement line")
        verbose_name_plural = _("statement lines")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("charge",), name="statement_line_charge_once"),
        )
        triggers = (pgtrigger.Protect(name="statement_line_stays", operation=WRITTEN_ONCE),)

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.charge_id}"


class StatementTotal(models.Model):
    """What a statement comes to for one platform, account, tier and VAT rule."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="totals")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(
        FundingAccount, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    tier = models.CharField(_("tariff tier"), max_length=3, choices=Tier.choices)
    vat_category = models.CharField(
        _("VAT rule"), max_length=10, choices=Charge.VatCategory.choices
    )
    vat_percent = models.DecimalField(_("VAT rate"), max_digits=5, decimal_places=2)
    amount_cents = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("statement total")
        verbose_name_plural = _("statement totals")
        ordering = ("facility", "account", "tier", "vat_category")
        constraints = (
            models.UniqueConstraint(
                fields=(
                    "statement",
                    "facility",
                    "account",
                    "tier",
                    "vat_category",
                    "vat_percent",
                ),
                nulls_distinct=False,
                name="statement_total_once",
            ),
        )
        triggers = (pgtrigger.Protect(name="statement_total_stays", operation=WRITTEN_ONCE),)

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.tier} {self.amount_cents}"
