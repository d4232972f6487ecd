"""What a price list says beside its rates: surcharges, discounts on volume, packages."""

from __future__ import annotations

from decimal import Decimal

import pghistory
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.organisations import Tier
from billing.models.prices import NBSP, PriceList, stays_once_charged
from facilities.models import Instrument, Service

OF_ONE_THING = Q(instrument__isnull=True) ^ Q(service__isnull=True)


@pghistory.track()
class Surcharge(models.Model):
    """What the nature of a use adds to its price: a percentage of it, or a sum for each use.

    Of several for one ground, that of the instrument comes before that of all, and then
    that of the tier before that of all tiers; never two of them.
    """

    class Ground(models.TextChoices):
        BSL2 = "bsl2", _("BSL-2 work")

    price_list = models.ForeignKey(
        PriceList, on_delete=models.PROTECT, related_name="surcharges", verbose_name=_("price list")
    )
    instrument = models.ForeignKey(
        Instrument,
        on_delete=models.PROTECT,
        related_name="surcharges",
        null=True,
        blank=True,
        verbose_name=_("instrument"),
        help_text=_("Empty for all instruments of the platform."),
    )
    tier = models.CharField(
        _("tariff tier"),
        max_length=3,
        choices=Tier.choices,
        blank=True,
        help_text=_("Empty for all."),
    )
    ground = models.CharField(_("ground"), max_length=20, choices=Ground.choices)
    name = models.CharField(_("name"), max_length=100)
    percent = models.PositiveSmallIntegerField(_("per cent"), null=True, blank=True)
    amount_cents = models.PositiveBigIntegerField(
        _("amount"), null=True, blank=True, help_text=_("In cents, once for each use.")
    )

    class Meta:
        verbose_name = _("surcharge")
        verbose_name_plural = _("surcharges")
        ordering = ("price_list", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(percent__isnull=True) ^ Q(amount_cents__isnull=True),
                name="surcharge_percent_or_amount",
                violation_error_message=_("A surcharge is a percentage or a sum."),
            ),
            models.UniqueConstraint(
                fields=("price_list", "instrument", "tier", "ground"),
                name="surcharge_once",
                nulls_distinct=False,
            ),
        )
        triggers = (stays_once_charged("surcharge_stays"),)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse another platform's instrument."""
        same_platform(self.price_list, self.instrument)


@pghistory.track()
class VolumeDiscount(models.Model):
    """A percentage off what a team uses of one thing in a calendar month beyond a quantity.

    The quantity counts in the unit of the rate. Of several steps, each holds until the
    next begins.
    """

    price_list = models.ForeignKey(
        PriceList,
        on_delete=models.PROTECT,
        related_name="volume_discounts",
        verbose_name=_("price list"),
    )
    instrument = models.ForeignKey(
        Instrument,
        on_delete=models.PROTECT,
        related_name="volume_discounts",
        null=True,
        blank=True,
        verbose_name=_("instrument"),
    )
    service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        related_name="volume_discounts",
        null=True,
        blank=True,
        verbose_name=_("service"),
    )
    tier = models.CharField(
        _("tariff tier"),
        max_length=3,
        choices=Tier.choices,
        blank=True,
        help_text=_("Empty for all."),
    )
    from_quantity = models.DecimalField(
        _("from"),
        max_digits=12,
        decimal_places=4,
        validators=(MinValueValidator(Decimal(0)),),
        help_text=_("In a calendar month; what lies above is cheaper."),
    )
    percent = models.PositiveSmallIntegerField(
        _("per cent off"), validators=(MinValueValidator(1), MaxValueValidator(100))
    )

    class Meta:
        verbose_name = _("volume discount")
        verbose_name_plural = _("volume discounts")
        ordering = ("price_list", "id")
        constraints = (
            models.CheckConstraint(
                condition=OF_ONE_THING,
                name="volume_discount_of_one_thing",
                violation_error_message=_("A discount is on an instrument or on a service."),
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100) & Q(from_quantity__gte=0),
                name="volume_discount_in_bounds",
            ),
            models.UniqueConstraint(
                fields=("price_list", "instrument", "service", "tier", "from_quantity"),
                name="volume_discount_once",
                nulls_distinct=False,
            ),
        )
        triggers = (stays_once_charged("volume_discount_stays"),)

    def __str__(self) -> str:
        return f"{self.instrument or self.service} −{self.percent}{NBSP}%"

    def clean(self) -> None:
        """Refuse another platform's instrument or service."""
        same_platform(self.price_list, self.instrument or self.service)


@pghistory.track()
class Package(models.Model):
    """A bundle sold for one price, such as ten sorting sessions: a line for quotes."""

    price_list = models.ForeignKey(
        PriceList, on_delete=models.PROTECT, related_name="packages", verbose_name=_("price list")
    )
    name = models.CharField(_("name"), max_length=200)
    name_fr = models.CharField(_("name in French"), max_length=200, blank=True)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        verbose_name = _("package")
        verbose_name_plural = _("packages")
        ordering = ("price_list", "name")
        constraints = (
            models.UniqueConstraint(fields=("price_list", "name"), name="package_name_once"),
        )
        triggers = (stays_once_charged("package_stays"),)

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class PackagePrice(models.Model):
    """What a package costs one tier."""

    package = models.ForeignKey(
        Package, on_delete=models.PROTECT, related_name="prices", verbose_name=_("package")
    )
    tier = models.CharField(_("tariff tier"), max_length=3, choices=Tier.choices)
    amount_cents = models.PositiveBigIntegerField(_("amount"), help_text=_("In cents."))

    class Meta:
        verbose_name = _("price of a package")
        verbose_name_plural = _("prices of packages")
        ordering = ("package", "tier")
        constraints = (
            models.UniqueConstraint(fields=("package", "tier"), name="package_price_once"),
        )

    def __str__(self) -> str:
        return f"{self.package} {self.tier}"


@pghistory.track()
class PackageItem(models.Model):
    """What is in a package: so many units of an instrument or a service."""

    package = models.ForeignKey(
        Package, on_delete=models.PROTECT, related_name="items", verbose_name=_("package")
    )
    instrument = models.ForeignKey(
        Instrument,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("instrument"),
    )
    service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("service"),
    )
    quantity = models.DecimalField(
        _("quantity"),
        max_digits=12,
        decimal_places=4,
        validators=(MinValueValidator(Decimal("0.0001")),),
    )
    unit = models.CharField(_("unit"), max_length=30)

    class Meta:
        verbose_name = _("content of a package")
        verbose_name_plural = _("contents of packages")
        ordering = ("package", "id")
        constraints = (
            models.CheckConstraint(
                condition=OF_ONE_THING,
                name="package_item_of_one_thing",
                violation_error_message=_("A package holds instruments' time and services."),
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="package_item_of_some"),
        )

    def __str__(self) -> str:
        return f"{self.quantity.normalize():f} {self.unit} {self.instrument or self.service}"

    def clean(self) -> None:
        """Refuse another platform's instrument or service."""
        same_platform(self.package.price_list, self.instrument or self.service)


def same_platform(prices: PriceList, sold: Instrument | Service | None) -> None:
    """Refuse to sell another platform's instrument or service by a price list."""
    if sold is not None and sold.facility_id != prices.facility_id:
        raise ValidationError(_("This belongs to another platform than the price list."))
