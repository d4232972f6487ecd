"""What things cost: voted and dated price lists, their bands and their rates."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.organisations import Tier
from billing.models.price_steps import goes_forward
from billing.prices.units import HOUR, INSTRUMENT_UNITS, TIME_UNITS
from bookings.models.point_range import PointRange
from facilities.models import Facility, Instrument, Service, TimeSlot

WEEK = range(7)
NBSP = "\u00a0"


def every_day() -> list[int]:
    """Return all weekdays."""
    return list(WEEK)


def stays_once_charged(name: str) -> pgtrigger.Trigger:
    """Refuse a change to part of a price list by which something has been charged.

    A past price can so be recomputed from its list for ever. A new price is a new list.
    """
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        func="""
            IF EXISTS (SELECT FROM billing_charge WHERE price_list_id = OLD.price_list_id) THEN
                RAISE EXCEPTION 'price list % has been charged by and stays', OLD.price_list_id
                    USING ERRCODE = 'restrict_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
        """,
    )


@pghistory.track()
class PriceList(models.Model):
    """The prices of a platform for a time. Only lists in force price anything.

    One that is voted for next year can be in force already: it prices the days of its
    validity, whenever they are booked.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        VOTED = "voted", _("Voted")
        IN_FORCE = "in_force", _("In force")

    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="price_lists", verbose_name=_("platform")
    )
    name = models.CharField(_("name"), max_length=200)
    validity = DateRangeField(
        _("validity"),
        help_text=_("First day, and the day after the last; days of the platform's calendar."),
    )
    status = models.CharField(
        _("status"), max_length=20, choices=Status.choices, default=Status.DRAFT
    )
    voted_on = models.DateField(_("voted on"), null=True, blank=True)

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        ordering = ("facility", "-validity")
        constraints = (
            ExclusionConstraint(
                name="price_list_no_overlap",
                expressions=[
                    (PointRange("facility_id", "int8range"), RangeOperators.OVERLAPS),
                    ("validity", RangeOperators.OVERLAPS),
                ],
                condition=Q(status="in_force"),
                violation_error_message=_("Another list is in force on some of these days."),
            ),
            models.CheckConstraint(
                condition=Q(validity__isempty=False, validity__lower_inf=False),
                name="price_list_has_a_first_day",
                violation_error_message=_("Say the first day of the price list."),
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(voted_on__isnull=False),
                name="price_list_voted",
                violation_error_message=_("Say when the price list was voted."),
            ),
        )
        triggers = (goes_forward("price_list_forward"),)

    def __str__(self) -> str:
        return f"{self.facility} · {self.name}"


@pghistory.track()
class Band(models.Model):
    """Hours of the week that cost a percentage of the hourly rate, on the platform's clock.

    The first band of a list that holds a moment prices it; a moment in none costs the
    whole rate.
    """

    price_list = models.ForeignKey(
        PriceList, on_delete=models.PROTECT, related_name="bands", verbose_name=_("price list")
    )
    name = models.CharField(_("name"), max_length=50)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=TimeSlot.Weekday.choices),
        verbose_name=_("weekdays"),
        default=every_day,
        blank=True,
        help_text=_("0 is Monday, 6 is Sunday."),
    )
    on_holidays = models.BooleanField(
        _("on public holidays"),
        default=False,
        help_text=_("A public holiday is priced by these bands alone, if the list has any."),
    )
    starts = models.TimeField(_("from"), default="00:00")
    ends = models.TimeField(
        _("to"), default="00:00", help_text=_("0:00 is midnight at the end of the day.")
    )
    percent = models.PositiveSmallIntegerField(_("per cent of the rate"), default=100)

    class Meta:
        verbose_name = _("tariff band")
        verbose_name_plural = _("tariff bands")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")) | Q(ends="00:00"),
                name="band_in_order",
                violation_error_message=_("A band that runs past midnight is two bands."),
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=list(WEEK)), name="band_weekdays"
            ),
        )
        triggers = (stays_once_charged("band_stays"),)

    def __str__(self) -> str:
        return f"{self.name} {self.percent}{NBSP}%"


@pghistory.track()
class Rate(models.Model):
    """What an instrument or a service costs one tier, for each unit.

    Hours cost a share of it in some bands; sessions, days and the operator's hours do not.
    """

    price_list = models.ForeignKey(
        PriceList, on_delete=models.PROTECT, related_name="rates", verbose_name=_("price list")
    )
    instrument = models.ForeignKey(
        Instrument,
        on_delete=models.PROTECT,
        related_name="rates",
        null=True,
        blank=True,
        verbose_name=_("instrument"),
    )
    service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        related_name="rates",
        null=True,
        blank=True,
        verbose_name=_("service"),
    )
    tier = models.CharField(_("tariff tier"), max_length=3, choices=Tier.choices)
    unit = models.CharField(_("unit"), max_length=30, default=HOUR)
    amount_cents = models.PositiveBigIntegerField(_("amount"), help_text=_("In cents."))
    minimum_cents = models.PositiveBigIntegerField(
        _("minimum"), default=0, help_text=_("In cents: the least that a use costs.")
    )

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")
        ordering = ("price_list", "instrument", "service", "tier")
        constraints = (
            models.CheckConstraint(
                condition=Q(instrument__isnull=True) ^ Q(service__isnull=True),
                name="rate_of_one_thing",
                violation_error_message=_("A rate is of an instrument or of a service."),
            ),
            models.CheckConstraint(
                condition=Q(instrument__isnull=True) | Q(unit__in=INSTRUMENT_UNITS),
                name="rate_unit_known",
                violation_error_message=_(
                    "An instrument is priced by hour, session, day or operator-hour."
                ),
            ),
            models.UniqueConstraint(
                fields=("price_list", "instrument", "tier"),
                condition=Q(instrument__isnull=False, unit__in=TIME_UNITS),
                name="rate_of_time_once",
                violation_error_message=_("An instrument's time has one price."),
            ),
            models.UniqueConstraint(
                fields=("price_list", "instrument", "tier", "unit"),
                condition=Q(instrument__isnull=False),
                name="rate_of_instrument_once",
            ),
            models.UniqueConstraint(
                fields=("price_list", "service", "tier", "unit"),
                condition=Q(service__isnull=False),
                name="rate_of_service_once",
            ),
        )
        triggers = (stays_once_charged("rate_stays"),)

    def __str__(self) -> str:
        return f"{self.instrument or self.service} {self.tier}"

    def clean(self) -> None:
        """Refuse to price another platform's instrument or service."""
        sold = self.instrument or self.service
        if sold is not None and sold.facility_id != self.price_list.facility_id:
            raise ValidationError(_("This belongs to another platform than the price list."))
