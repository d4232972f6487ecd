"""What stands at a platform day after day: cages, shelves and storage, counted and charged."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FundingAccount, Project, Team
from billing.models.prices import PriceList
from facilities.models import Facility, Service


@pghistory.track()
class StandingUse(models.Model):
    """Something of a team's that stands at a platform, from a day until it ends.

    The row is locked while its days are charged or its counts change.
    """

    facility = models.ForeignKey(
        Facility,
        on_delete=models.PROTECT,
        related_name="standing_uses",
        verbose_name=_("platform"),
    )
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, related_name="standing_uses", verbose_name=_("service")
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="standing_uses", verbose_name=_("team")
    )
    project = models.ForeignKey(
        Project,
        on_delete=models.PROTECT,
        related_name="standing_uses",
        null=True,
        blank=True,
        verbose_name=_("project"),
    )
    account = models.ForeignKey(
        FundingAccount,
        on_delete=models.PROTECT,
        related_name="standing_uses",
        null=True,
        blank=True,
        verbose_name=_("funding account"),
    )
    code = models.CharField(
        _("code"),
        max_length=40,
        help_text=_("Names it in files of counts, such as MOUSE-12; once on each platform."),
    )
    label = models.CharField(_("label"), max_length=200)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Inclusive; empty: goes on.")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("opened at"))

    class Meta:
        verbose_name = _("standing use")
        verbose_name_plural = _("standing uses")
        ordering = ("facility", "code")
        constraints = (
            models.UniqueConstraint(fields=("facility", "code"), name="standing_use_code_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="standing_use_dates_in_order",
            ),
        )
        indexes = (models.Index(fields=("team", "-id"), name="standing_use_of_team"),)

    def __str__(self) -> str:
        return f"{self.code} · {self.label}"


@pghistory.track()
class Census(models.Model):
    """How many there are from a day on, until the next census."""

    use = models.ForeignKey(StandingUse, on_delete=models.PROTECT, related_name="censuses")
    day = models.DateField(_("day"), help_text=_("Of the platform's calendar."))
    count = models.DecimalField(_("count"), max_digits=10, decimal_places=2)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered at"))

    class Meta:
        verbose_name = _("census")
        verbose_name_plural = _("censuses")
        ordering = ("use", "-day")
        constraints = (
            models.UniqueConstraint(fields=("use", "day"), name="census_once_a_day"),
            models.CheckConstraint(condition=Q(count__gte=0), name="census_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.use_id} {self.day}: {self.count}"


@pghistory.track()
class StandingDay(models.Model):
    """One day of a standing use that is over: its count, and which charge of it stands.

    The charges are named after the revision, day-1, day-2 …: a corrected day has the one
    before reversed. A day on which nothing stood has no charge.
    """

    use = models.ForeignKey(StandingUse, on_delete=models.PROTECT, related_name="days")
    day = models.DateField(_("day"))
    count = models.DecimalField(_("count"), max_digits=10, decimal_places=2)
    unit_price_cents = models.BigIntegerField(
        _("unit price"), default=0, help_text=_("Of the service's unit, on that day.")
    )
    price_list = models.ForeignKey(
        PriceList, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    amount_cents = models.BigIntegerField(_("amount"), default=0)
    revision = models.PositiveSmallIntegerField(
        _("revision"), default=0, help_text=_("Number of its last charge; 0: never charged.")
    )

    class Meta:
        verbose_name = _("day of standing use")
        verbose_name_plural = _("days of standing use")
        ordering = ("use", "day")
        constraints = (
            models.UniqueConstraint(fields=("use", "day"), name="standing_day_once"),
            models.CheckConstraint(condition=Q(count__gte=0), name="standing_day_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.use_id} {self.day}: {self.count}"
