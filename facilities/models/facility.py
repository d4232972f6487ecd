"""Platforms, their staff and the services they sell by the piece."""

from __future__ import annotations

import zoneinfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from facilities.models.history import kept_in_history


def validate_time_zone(name: str) -> None:
    """Refuse a name that is no IANA time zone."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("%(name)s is no time zone."), params={"name": name})


def default_languages() -> list[str]:
    """Return the languages a platform speaks unless it says otherwise."""
    return ["fr", "en"]


@kept_in_history
class Facility(models.Model):
    """A platform: a team with instruments that serves everyone."""

    class Kind(models.TextChoices):
        TECHNOLOGICAL = "technological", _("Technological")
        PRECLINICAL = "preclinical", _("Preclinical")
        CLINICAL = "clinical", _("Clinical")
        BIOBANK = "biobank", _("Biobank")

    class BilledTime(models.TextChoices):
        LONGER = "longer", _("The longer of booked and used")
        BOOKED = "booked", _("Booked")
        USED = "used", _("Used")

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_fr = models.CharField(_("name in French"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    site = models.CharField(_("site"), max_length=100, blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="Europe/Paris",
        validators=[validate_time_zone],
        help_text=_("IANA name; opening hours and tariff bands follow this clock."),
    )
    languages = ArrayField(
        models.CharField(max_length=5), verbose_name=_("languages"), default=default_languages
    )
    email = models.EmailField(_("e-mail"), blank=True)
    description = models.TextField(_("description"), blank=True)
    billed_time = models.CharField(
        _("billed time"), max_length=10, choices=BilledTime.choices, default=BilledTime.LONGER
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("platform")
        verbose_name_plural = _("platforms")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.localized_name

    @property
    def localized_name(self) -> str:
        """The name in the language of the reader, where the platform gave one."""
        french = (get_language() or "").startswith("fr")
        return self.name_fr if french and self.name_fr else self.name

    @property
    def tz(self) -> zoneinfo.ZoneInfo:
        """The platform's clock."""
        return zoneinfo.ZoneInfo(self.time_zone)


@kept_in_history
class FacilityStaff(models.Model):
    """A person's role on a platform."""

    class Role(models.TextChoices):
        MANAGER = "manager", _("Manager")
        OPERATOR = "operator", _("Operator")
        TRAINER = "trainer", _("Trainer")
        ACCOUNTANT = "accountant", _("Accountant")

    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="staff", verbose_name=_("platform")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="staff_roles",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        constraints = (
            models.UniqueConstraint(
                fields=("facility", "user", "role"), name="facility_staff_role_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.facility}"


class Service(models.Model):
    """Something a platform sells by the piece or by standing use rather than by the hour."""

    class Counting(models.TextChoices):
        PIECE = "piece", _("By the piece")
        DAY = "day", _("Each day it is there")
        MONTH = "month", _("Each month it is there, by the day")

    class Nature(models.TextChoices):
        SERVICE = "service", _("Service")
        TRAINING = "training", _("Training, exempt from VAT")
        GOODS = "goods", _("Goods")

    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="services", verbose_name=_("platform")
    )
    code = models.SlugField(_("code"), max_length=50)
    name = models.CharField(_("name"), max_length=200)
    name_fr = models.CharField(_("name in French"), max_length=200, blank=True)
    unit = models.CharField(
        _("unit"), max_length=30, help_text=_("Such as sample, slide, cage-day or TB-month.")
    )
    counting = models.CharField(
        _("counted"),
        max_length=10,
        choices=Counting.choices,
        default=Counting.PIECE,
        help_text=_("What stands there, such as cages and storage, is charged day by day."),
    )
    nature = models.CharField(
        _("nature"),
        max_length=10,
        choices=Nature.choices,
        default=Nature.SERVICE,
        help_text=_("Decides the VAT rule."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ("facility", "code")
        constraints = (
            models.UniqueConstraint(fields=("facility", "code"), name="service_code_once"),
        )

    def __str__(self) -> str:
        return self.name
