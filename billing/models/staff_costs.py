"""What is charged besides use and services: staff time by the minute, and costs passed on."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import FundingAccount, Project, Team
from billing.vat import Nature
from facilities.models import Facility, Service

WRITTEN_ONCE = pgtrigger.Update | pgtrigger.Delete


class Extra(models.Model):
    """What both have in common: for whom, when, what, and which account pays.

    Written once; taken back by the charge that reverses its charge.
    """

    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="+", verbose_name=_("platform")
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="+", verbose_name=_("team")
    )
    project = models.ForeignKey(
        Project,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("project"),
    )
    account = models.ForeignKey(
        FundingAccount,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("funding account"),
    )
    day = models.DateField(_("day"))
    what = models.CharField(_("what for"), max_length=300)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.what


class StaffTime(Extra):
    """Time that somebody of a platform worked for a team, by the minute."""

    service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("service"),
        help_text=_("Whose hourly price is charged."),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("person"),
        help_text=_("Who worked."),
    )
    minutes = models.PositiveIntegerField(_("minutes"))

    class Meta:
        verbose_name = _("staff time")
        verbose_name_plural = _("staff times")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=24 * 60), name="staff_time_of_a_day"
            ),
        )
        indexes = (models.Index(fields=("facility", "-id"), name="staff_time_of_facility"),)
        triggers = (pgtrigger.Protect(name="staff_time_stays", operation=WRITTEN_ONCE),)


class PassThrough(Extra):
    """A cost that a platform had for a team and passes on at cost, with its receipt."""

    class Kind(models.TextChoices):
        SERVICE = Nature.SERVICE, pgettext_lazy("sold", "Service")
        TRAINING = Nature.TRAINING, _("Training, exempt from VAT")
        GOODS = Nature.GOODS, _("Goods")

    net_cents = models.PositiveBigIntegerField(_("amount without VAT"))
    nature = models.CharField(
        _("nature"),
        max_length=10,
        choices=Kind.choices,
        default=Kind.SERVICE,
        help_text=_("Decides the VAT rule."),
    )
    receipt = models.BinaryField()
    receipt_name = models.CharField(_("name of the file"), max_length=120)
    receipt_type = models.CharField(_("kind of file"), max_length=30)
    receipt_sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("cost passed on")
        verbose_name_plural = _("costs passed on")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(net_cents__gte=1), name="pass_through_costs"),
            models.CheckConstraint(
                condition=Q(receipt_type__in=["application/pdf", "image/png", "image/jpeg"]),
                name="pass_through_receipt_kind",
            ),
        )
        indexes = (models.Index(fields=("facility", "-id"), name="pass_through_of_facility"),)
        triggers = (pgtrigger.Protect(name="pass_through_stays", operation=WRITTEN_ONCE),)
