"""What was delivered of a service request, what was taken back of it, and its milestones."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.orders import WRITTEN_ONCE, ServiceRequest, ServiceRequestItem


class Delivery(models.Model):
    """Some of what was ordered, delivered on a day; charged once, and written once."""

    item = models.ForeignKey(
        ServiceRequestItem, on_delete=models.PROTECT, related_name="deliveries"
    )
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2)
    delivered_on = models.DateField(
        _("delivered on"), help_text=_("Day of the platform's calendar.")
    )
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(quantity__gt=0), name="delivery_of_something"),
        )
        triggers = (pgtrigger.Protect(name="delivery_stays", operation=WRITTEN_ONCE),)

    def __str__(self) -> str:
        return f"{self.item_id}: {self.quantity}"


class DeliveryReversal(models.Model):
    """A delivery that was taken back, once, and why; the delivery itself stays written."""

    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="taken_back")
    reason = models.CharField(_("reason"), max_length=500)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("delivery taken back")
        verbose_name_plural = _("deliveries taken back")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="delivery_reversal_has_a_reason"),
        )
        triggers = (pgtrigger.Protect(name="delivery_reversal_stays", operation=WRITTEN_ONCE),)

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.reason}"


@pghistory.track()
class Milestone(models.Model):
    """A part of a request that is billed once it is reached: a share of the whole, or a sum."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="milestones")
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=200)
    percent = models.DecimalField(
        _("per cent of the whole"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    amount_cents = models.BigIntegerField(
        _("amount"),
        null=True,
        blank=True,
        help_text=_("In cents before VAT; of a share, set when the request is accepted."),
    )
    reached_at = models.DateTimeField(_("reached at"), null=True, blank=True)
    reached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ("request", "position")
        constraints = (
            models.UniqueConstraint(fields=("request", "position"), name="milestone_position"),
            models.CheckConstraint(
                condition=Q(percent__isnull=False) | Q(amount_cents__isnull=False),
                name="milestone_has_a_part",
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__gt=0, percent__lte=100),
                name="milestone_percent",
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__isnull=True) | Q(amount_cents__gte=0),
                name="milestone_amount_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(reached_at__isnull=True) | Q(amount_cents__isnull=False),
                name="milestone_reached_has_an_amount",
            ),
        )

    def __str__(self) -> str:
        return self.name
