"""The ledger: what was charged to whom, for what and by which rule."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FundingAccount, Organisation, Project, Team
from accounts.models.organisations import Tier
from billing.models.contracts import FrameworkContract
from billing.models.issuers import Issuer
from billing.models.prices import PriceList
from billing.prices.units import HOUR
from bookings.models import Booking
from facilities.models import Facility, Instrument, Service


class Charge(models.Model):
    """One line of the ledger, frozen with the price, tier and VAT rule of its service date.

    Rows are only ever added: the database refuses to change or delete one. A mistake is
    undone by a charge that reverses it. Amounts are in cents, before VAT.
    """

    class Source(models.TextChoices):
        BOOKING = "booking", _("Booking")
        DELIVERY = "delivery", _("Delivery of a service")
        MILESTONE = "milestone", _("Milestone of a service")
        STANDING = "standing", _("Standing use")
        STAFF_TIME = "staff_time", _("Staff time")
        PASS_THROUGH = "pass_through", _("Cost passed on")
        VOLUME = "volume", _("Volume discount")

    class VatCategory(models.TextChoices):
        INTERNAL = "internal", _("Internal, no VAT")
        STANDARD = "S", _("Standard rate")
        EXEMPT = "E", _("Exempt")
        REVERSE_CHARGE = "AE", _("Reverse charge")
        EXPORT = "G", _("Export of goods")
        OUT_OF_SCOPE = "O", _("Outside the scope of VAT")

    source = models.CharField(_("source"), max_length=30, choices=Source.choices)
    source_id = models.BigIntegerField(help_text=_("Id of what is charged, in its own table."))
    component = models.CharField(
        max_length=40, help_text=_("Which part of the source: time-1, retaken-1, waived.")
    )
    reversal_no = models.PositiveSmallIntegerField(default=0)
    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, related_name="charges", null=True, blank=True
    )
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="charges")
    issuer = models.ForeignKey(
        Issuer,
        on_delete=models.PROTECT,
        related_name="charges",
        null=True,
        blank=True,
        help_text=_("Who sold it; empty while the platform has no issuer."),
    )
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="charges", null=True, blank=True
    )
    service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        related_name="charges",
        null=True,
        blank=True,
        help_text=_("What was sold, where it is no instrument's time."),
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="charges")
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="charges", verbose_name=_("team")
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="charges", null=True, blank=True
    )
    account = models.ForeignKey(
        FundingAccount, on_delete=models.PROTECT, related_name="charges", null=True, blank=True
    )
    service_date = models.DateField(
        _("service date"), help_text=_("Day of the platform's calendar on which it began.")
    )
    period = DateTimeRangeField(
        _("period"), null=True, blank=True, help_text=_("The billed time that the line prices.")
    )
    description = models.CharField(_("description"), max_length=500)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=4)
    unit = models.CharField(_("unit"), max_length=30, default=HOUR)
    unit_price_cents = models.BigIntegerField(_("unit price"))
    percent = models.PositiveSmallIntegerField(_("per cent of the unit price"), default=100)
    amount_cents = models.BigIntegerField(_("amount"))
    tier = models.CharField(_("tariff tier"), max_length=3, choices=Tier.choices)
    vat_category = models.CharField(_("VAT rule"), max_length=10, choices=VatCategory.choices)
    vat_percent = models.DecimalField(_("VAT rate"), max_digits=5, decimal_places=2)
    vat_exemption = models.CharField(max_length=30, blank=True)
    price_list = models.ForeignKey(
        PriceList, on_delete=models.PROTECT, related_name="charges", null=True, blank=True
    )
    contract = models.ForeignKey(
        FrameworkContract,
        on_delete=models.PROTECT,
        related_name="charges",
        null=True,
        blank=True,
        help_text=_("The framework contract that agreed the price."),
    )
    reverses = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="reversals", null=True, blank=True
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Empty where no person decided it."),
    )
    created_at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("source", "source_id", "component", "reversal_no"), name="charge_once"
            ),
            models.UniqueConstraint(
                fields=("reverses",),
                condition=Q(reverses__isnull=False),
                name="charge_reversed_once",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, reversal_no=0)
                | (Q(reverses__isnull=False, reversal_no__gt=0) & ~Q(reason="")),
                name="charge_reversal_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(source="booking") | Q(booking__isnull=False, booking=F("source_id")),
                name="charge_names_its_booking",
            ),
            models.CheckConstraint(
                condition=Q(vat_category__in=["internal", "S", "E", "AE", "G", "O"]),
                name="charge_vat_category_known",
            ),
        )
        indexes = (
            models.Index(fields=("team", "service_date"), name="charge_of_team"),
            models.Index(fields=("facility", "service_date"), name="charge_of_facility"),
        )
        triggers = (
            pgtrigger.Protect(
                name="charge_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return self.description
