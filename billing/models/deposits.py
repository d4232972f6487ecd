"""Where an electronic invoice stands with the portal that carries it, beside the invoice itself.

An invoice never changes; its deposit does, and each step of it leaves an event.
"""

from __future__ import annotations

import datetime as dt
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.invoices import Invoice
from billing.models.statements import WRITTEN_ONCE


class DepositState(models.TextChoices):
    """How far an invoice has come."""

    WAITING = "waiting", _("To be sent")
    LACKING = "lacking", _("Something is missing")
    FAILED = "failed", _("Given up")
    DEPOSITED = "deposited", _("Sent")
    RECEIVED = "received", _("Received")
    REJECTED = "rejected", _("Rejected")
    PAID = "paid", _("Paid")


class DepositQuerySet(models.QuerySet["Deposit"]):
    """Deposits by what remains to be done with them."""

    def due(self, now: dt.datetime, *states: str) -> Self:
        """Keep those of some states whose turn it is and that no living worker has claimed."""
        return self.filter(
            Q(available_at__isnull=True) | Q(available_at__lte=now),
            Q(claimed_until__isnull=True) | Q(claimed_until__lte=now),
            state__in=states,
        )


class Deposit(models.Model):
    """An invoice that a channel carries. One for each invoice; a new round is the same row.

    `key` names the deposit to the channel, so that a repeated try is recognised there.
    """

    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="deposit")
    channel = models.CharField(_("channel"), max_length=30)
    key = models.CharField(_("key"), max_length=60, unique=True)
    round = models.PositiveSmallIntegerField(
        _("round"), default=1, help_text=_("Rises when it is sent anew after a rejection.")
    )
    state = models.CharField(
        _("state"), max_length=20, choices=DepositState.choices, default=DepositState.WAITING
    )
    reference = models.CharField(
        _("reference"), max_length=100, blank=True, help_text=_("What the channel calls it.")
    )
    missing = ArrayField(
        models.CharField(max_length=60), verbose_name=_("missing"), default=list, blank=True
    )
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    attempts = models.PositiveIntegerField(
        _("attempts"), default=0, help_text=_("Tries in a row that came to nothing.")
    )
    created_at = models.DateTimeField(_("written at"))
    available_at = models.DateTimeField(_("not before"), null=True, blank=True)
    claimed_until = models.DateTimeField(
        _("claimed until"),
        null=True,
        blank=True,
        help_text=_("Lease of the worker that has it; lapses by itself when it dies."),
    )
    state_at = models.DateTimeField(_("in this state since"))

    objects = DepositQuerySet.as_manager()

    class Meta:
        verbose_name = _("deposit of an invoice")
        verbose_name_plural = _("deposits of invoices")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "lacking", "failed"]) | ~Q(reference=""),
                name="deposit_carried_has_reference",
            ),
        )
        indexes = (
            models.Index(
                F("available_at").asc(nulls_first=True),
                F("id"),
                name="deposit_open",
                condition=Q(state__in=["waiting", "deposited", "received"]),
            ),
        )

    def __str__(self) -> str:
        return self.key


class DepositEvent(models.Model):
    """A step of a deposit, as it was at the time."""

    deposit = models.ForeignKey(Deposit, on_delete=models.PROTECT, related_name="events")
    state = models.CharField(_("state"), max_length=20, choices=DepositState.choices)
    detail = models.CharField(_("detail"), max_length=500, blank=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Empty where no person decided it."),
    )

    class Meta:
        verbose_name = _("step of a deposit")
        verbose_name_plural = _("steps of deposits")
        ordering = ("deposit", "id")
        triggers = (pgtrigger.Protect(name="deposit_event_stays", operation=WRITTEN_ONCE),)

    def __str__(self) -> str:
        return f"{self.deposit_id}: {self.state}"


class SimulatedDeposit(models.Model):
    """What the simulated portal was given: its memory, which a real one keeps elsewhere."""

    key = models.CharField(max_length=60, unique=True)
    reference = models.CharField(max_length=100, unique=True)
    xml_sha256 = models.CharField(max_length=64)
    due_on = models.DateField(null=True, blank=True)
    refusal = models.CharField(max_length=200, blank=True)
    tries = models.PositiveIntegerField(default=1)
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("deposit with the simulated portal")
        verbose_name_plural = _("deposits with the simulated portal")

    def __str__(self) -> str:
        return self.reference
