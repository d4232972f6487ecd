"""How quotes were answered, and the warnings of the accounts that came of them.

What an accepted quote lets a team spend is a funding account with a ceiling; that a share
of the ceiling is reached is written here once, and told.
"""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FundingAccount
from billing.models.quotes import Quote
from billing.models.statements import WRITTEN_ONCE


class QuoteAnswer(models.Model):
    """How a team answered: by a signature, by a purchase order, or with a refusal."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")

    quote = models.OneToOneField(Quote, on_delete=models.PROTECT, related_name="answer")
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered at"))
    is_recorded = models.BooleanField(
        _("came on paper"),
        default=False,
        help_text=_("Recorded for the team by who sells, from what it signed or ordered on paper."),
    )
    signed_name = models.CharField(_("signed by"), max_length=200, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    purchase_order = models.CharField(_("purchase order"), max_length=100, blank=True)
    file = models.BinaryField(_("file of the order"), blank=True, default=b"")
    file_name = models.CharField(max_length=200, blank=True)
    file_type = models.CharField(max_length=50, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("answer to a quote")
        verbose_name_plural = _("answers to quotes")
        constraints = (
            models.CheckConstraint(
                condition=(
                    Q(answer="accepted")
                    & (~Q(purchase_order="") | (~Q(signed_name="") & Q(signed_on__isnull=False)))
                )
                | (Q(answer="refused") & ~Q(reason="")),
                name="quote_answer_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(is_recorded=False) | (Q(answer="accepted") & ~Q(file_type="")),
                name="quote_answer_recorded_with_paper",
            ),
        )
        triggers = (pgtrigger.Protect(name="quote_answer_stays", operation=WRITTEN_ONCE),)

    def __str__(self) -> str:
        return f"{self.quote_id}: {self.answer}"


class AccountWarning(models.Model):
    """That a share of an account's ceiling was reached; told once for each ceiling.

    When the ceiling is raised, the same share of the new one may warn again.
    """

    account = models.ForeignKey(FundingAccount, on_delete=models.PROTECT, related_name="warnings")
    percent = models.PositiveSmallIntegerField(_("per cent of the ceiling"))
    ceiling_cents = models.PositiveBigIntegerField(_("ceiling"))
    committed_cents = models.BigIntegerField(_("charged and booked"))
    warned_at = models.DateTimeField(_("warned at"))

    class Meta:
        verbose_name = _("warning of an account")
        verbose_name_plural = _("warnings of accounts")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("account", "percent", "ceiling_cents"), name="account_warned_once"
            ),
        )
        triggers = (pgtrigger.Protect(name="account_warning_stays", operation=WRITTEN_ONCE),)

    def __str__(self) -> str:
        return f"{self.account_id}: {self.percent} %"
