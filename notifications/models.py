"""The outbox and its deliveries: what must be told, and to whom it has been told.

A message is an event, written by another app in the transaction of the change itself.
A delivery is one address that must hear of it. No text is stored: a mail is worded when
it leaves, from what is then true. Workflow lives in `outbox`.
"""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    """Messages by what remains to be done with them."""

    def due(self, now: datetime) -> Self:
        """Keep those to be told now: open, their pause over, claimed by no living worker."""
        return self.filter(
            Q(available_at__isnull=True) | Q(available_at__lte=now),
            Q(claimed_until__isnull=True) | Q(claimed_until__lte=now),
            done_at__isnull=True,
            dead_at__isnull=True,
        )


class OutboxMessage(models.Model):
    """One event to be told. Open until done (told, or no longer true) or dead (given up)."""

    topic = models.CharField(
        _("topic"), max_length=100, help_text=_("Names the renderer that words it.")
    )
    key = models.CharField(
        _("key"),
        max_length=200,
        unique=True,
        help_text=_("Names the event: a second message with the same key is not written."),
    )
    payload = models.JSONField(
        _("payload"), default=dict, help_text=_("Ids only: no names, no secrets.")
    )
    created_at = models.DateTimeField(_("written at"), db_default=Now())
    available_at = models.DateTimeField(
        _("not before"), null=True, blank=True, help_text=_("Left empty, at once.")
    )
    claimed_until = models.DateTimeField(
        _("claimed until"),
        null=True,
        blank=True,
        help_text=_("Lease of the worker that is telling it; lapses by itself when it dies."),
    )
    attempts = models.PositiveIntegerField(
        _("attempts"), default=0, help_text=_("Times it has been claimed.")
    )
    last_error = models.TextField(_("last error"), blank=True, default="")
    expanded_at = models.DateTimeField(
        _("expanded at"),
        null=True,
        blank=True,
        help_text=_("When its addresses became known; they stay the same."),
    )
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    dead_at = models.DateTimeField(_("given up at"), null=True, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = (
            models.CheckConstraint(
                name="outboxmessage_done_or_dead",
                condition=Q(done_at__isnull=True) | Q(dead_at__isnull=True),
            ),
        )
        indexes = (
            models.Index(
                F("available_at").asc(nulls_first=True),
                F("id"),
                name="outboxmessage_open",
                condition=Q(done_at__isnull=True, dead_at__isnull=True),
            ),
            models.Index(
                F("done_at"), name="outboxmessage_done", condition=Q(done_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


class Delivery(models.Model):
    """One address that a message concerns, and whether it has been told."""

    message = models.ForeignKey(
        OutboxMessage,
        on_delete=models.CASCADE,
        related_name="deliveries",
        verbose_name=_("message"),
    )
    address = models.EmailField(_("address"), max_length=254)
    language = models.CharField(_("language"), max_length=10)
    mail_id = models.CharField(
        "Message-ID",
        max_length=255,
        help_text=_("The same at every try, so that a double is recognised."),
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(
        _("withdrawn at"),
        null=True,
        blank=True,
        help_text=_("It was no longer true when it could have been sent."),
    )
    dead_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    attempts = models.PositiveIntegerField(
        _("attempts"), default=0, help_text=_("Times it failed.")
    )
    last_error = models.TextField(_("last error"), blank=True, default="")

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = (
            models.UniqueConstraint(
                fields=["message", "address"], name="delivery_one_per_message_and_address"
            ),
        )

    def __str__(self) -> str:
        return f"{self.mail_id} ({self.language})"
