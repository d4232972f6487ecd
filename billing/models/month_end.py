"""The end of a month: its runs, what a team disputes, and charges moved to another account."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.charges import Charge
from billing.models.issuers import Issuer
from billing.models.statements import WRITTEN_ONCE


class MonthEnd(models.Model):
    """The work of ending one month for one issuer, begun by the first run of it.

    How far it is follows from the ledger, the statements, the disputes and the documents;
    it is written down nowhere.
    """

    issuer = models.ForeignKey(
        Issuer, on_delete=models.PROTECT, related_name="month_ends", verbose_name=_("issuer")
    )
    month = models.DateField(_("month"), help_text=_("Its first day."))
    created_at = models.DateTimeField(_("begun at"))

    class Meta:
        verbose_name = _("month end")
        verbose_name_plural = _("month ends")
        ordering = ("-month", "issuer")
        constraints = (
            models.UniqueConstraint(fields=("issuer", "month"), name="month_end_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="month_end_of_a_whole_month"),
        )

    def __str__(self) -> str:
        return f"{self.issuer} {self.month:%Y-%m}"


class MonthEndRun(models.Model):
    """One step of a month end, done in the background by whichever worker holds its lease.

    A worker prolongs the lease while it works. One that dies lets it lapse, and the next
    goes on from what it finds: a run adds nothing that is there.
    """

    class Step(models.TextChoices):
        STATEMENTS = "statements", _("Statements")
        DOCUMENTS = "documents", _("Invoices and transfer notes")

    month_end = models.ForeignKey(
        MonthEnd, on_delete=models.PROTECT, related_name="runs", verbose_name=_("month end")
    )
    step = models.CharField(_("step"), max_length=20, choices=Step.choices)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("started by"),
    )
    started_at = models.DateTimeField(_("started at"))
    lease = models.UUIDField(null=True, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("run of a month end")
        verbose_name_plural = _("runs of month ends")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("month_end",),
                condition=Q(finished_at__isnull=True),
                name="month_end_run_one_at_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.month_end_id} {self.step}"


@pghistory.track()
class Dispute(models.Model):
    """A team holds that a line of its statement is wrong, and the platform's answer.

    While it is open the charge comes onto no document.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        UPHELD = "upheld", _("Upheld")
        REJECTED = "rejected", _("Rejected")

    charge = models.ForeignKey(
        Charge, on_delete=models.PROTECT, related_name="disputes", verbose_name=_("charge")
    )
    reason = models.CharField(_("reason"), max_length=500)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("opened by"),
    )
    opened_at = models.DateTimeField(_("opened at"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.OPEN)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("charge",), condition=Q(state="open"), name="dispute_one_open"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="dispute_has_a_reason"),
            models.CheckConstraint(
                condition=(Q(state="open") & Q(answered_at__isnull=True))
                | (
                    Q(state__in=["upheld", "rejected"])
                    & Q(answered_at__isnull=False)
                    & Q(answered_by__isnull=False)
                    & ~Q(answer="")
                ),
                name="dispute_answered_in_full",
            ),
        )

    def __str__(self) -> str:
        return f"{self.charge_id} {self.state}"


class ChargeMove(models.Model):
    """A charge written anew on another account, and the first one that stood for it.

    What it is for was stated with the first: the team need not wait for another statement.
    """

    charge = models.OneToOneField(Charge, on_delete=models.PROTECT, related_name="moved_from")
    first = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="moves")

    class Meta:
        verbose_name = _("move of a charge")
        verbose_name_plural = _("moves of charges")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=~Q(charge=F("first")), name="charge_move_to_another"),
        )
        triggers = (pgtrigger.Protect(name="charge_move_stays", operation=WRITTEN_ONCE),)

    def __str__(self) -> str:
        return f"{self.first_id} → {self.charge_id}"
