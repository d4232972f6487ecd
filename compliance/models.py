"""Qualifications of people and what instruments ask for."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from facilities.models import Facility, Instrument


class Qualification(models.Model):
    """Something a person can be trained in. The instruments it names ask for it."""

    facility = models.ForeignKey(
        Facility,
        on_delete=models.PROTECT,
        related_name="qualifications",
        verbose_name=_("platform"),
    )
    name = models.CharField(_("name"), max_length=200)
    instruments = models.ManyToManyField(
        Instrument, related_name="qualifications", blank=True, verbose_name=_("instruments")
    )

    class Meta:
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")
        ordering = ("facility", "name")
        constraints = (
            models.UniqueConstraint(fields=("facility", "name"), name="qualification_name_once"),
        )

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Grant(models.Model):
    """A person holds a qualification, at a level, for a time. Dates are inclusive."""

    class Level(models.TextChoices):
        SUPERVISED = "supervised", _("Supervised")
        AUTONOMOUS = "autonomous", _("Autonomous")
        AFTER_HOURS = "after_hours", _("After hours")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="grants",
        verbose_name=_("person"),
    )
    qualification = models.ForeignKey(
        Qualification,
        on_delete=models.PROTECT,
        related_name="grants",
        verbose_name=_("qualification"),
    )
    level = models.CharField(
        _("level"), max_length=20, choices=Level.choices, default=Level.AUTONOMOUS
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    revoked_reason = models.CharField(_("why it was revoked"), max_length=500, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("granted by"),
    )

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "qualification", "valid_from"), name="grant_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="grant_dates_in_order",
                violation_error_message=_("The last day comes before the first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.qualification}"
