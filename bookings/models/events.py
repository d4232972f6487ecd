"""What happens to a booking: decisions, use and reminders."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bookings.models.booking import Booking


class Decision(models.Model):
    """An answer to a request, by whom and why. Kept for good once the person is told."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="decisions")
    approved = models.BooleanField(_("approved"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    decided_at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.booking_id}: {self.approved}"


class UsageSession(models.Model):
    """The time an instrument was really used under a booking."""

    class Source(models.TextChoices):
        PERSON = "person", _("Started by hand")
        STAFF = "staff", _("Entered by staff")
        IMPORT = "import", _("Imported")

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="usage")
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=20, choices=Source.choices)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("started by"),
    )

    class Meta:
        verbose_name = _("usage session")
        verbose_name_plural = _("usage sessions")
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="usage_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"{self.booking_id}"


class Reminder(models.Model):
    """A reminder that is due at an instant; moved or removed with its booking."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="reminders")
    minutes_before = models.PositiveIntegerField(_("minutes before"))
    due_at = models.DateTimeField(_("due at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = (
            models.UniqueConstraint(
                fields=("booking", "minutes_before", "due_at"), name="reminder_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",), condition=Q(sent_at__isnull=True), name="reminder_unsent"
            ),
        )

    def __str__(self) -> str:
        return f"{self.booking_id} −{self.minutes_before}"
