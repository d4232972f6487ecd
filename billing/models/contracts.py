"""Framework contracts: what an organisation has agreed beside the voted prices."""

from __future__ import annotations

from decimal import Decimal

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from billing.prices.units import INSTRUMENT_UNITS, TIME_UNITS
from bookings.models.point_range import PointRange
from facilities.models import Facility, Instrument, Service


def platform_range() -> Func:
    """Return the platform of a contract as a range; all platforms are the range of 0."""
    place = Coalesce(F("facility_id"), Value(0, output_field=models.BigIntegerField()))
    return Func(
        place,
        place,
        function="int8range",
        template="%(function)s(%(expressions)s, '[]')",
        output_field=BigIntegerRangeField(),
    )


@pghistory.track()
class FrameworkContract(models.Model):
    """An organisation's contract with one platform, or with all, for a time.

    On a day, that of the platform comes before that of all platforms, whole. What it has
    a rate for costs that; on all else the discount is taken off the price of the list.
    Once something has been charged by it, its terms stay; it can still be ended after
    the last day that it priced.
    """

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="contracts",
        verbose_name=_("organisation"),
    )
    facility = models.ForeignKey(
        Facility,
        on_delete=models.PROTECT,
        related_name="contracts",
        null=True,
        blank=True,
        verbose_name=_("platform"),
        help_text=_("Empty for all platforms."),
    )
    reference = models.CharField(
        _("reference"), max_length=100, help_text=_("As both sides write it.")
    )
    validity = DateRangeField(
        _("validity"),
        help_text=_("First day, and the day after the last; days of the platform's calendar."),
    )
    is_confidential = models.BooleanField(
        _("confidential"), default=False, help_text=_("Others see no title of its projects.")
    )
    discount_percent = models.DecimalField(
        _("discount"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        validators=(MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))),
        help_text=_("Per cent off the prices of the list that are not agreed on their own."),
    )
    notes = models.TextField(_("notes"), blank=True)

    class Meta:
        verbose_name = _("framework contract")
        verbose_name_plural = _("framework contracts")
        ordering = ("organisation", "-validity")
        constraints = (
            ExclusionConstraint(
                name="contract_no_overlap",
                expressions=[
                    (PointRange("organisation_id", "int8range"), RangeOperators.OVERLAPS),
                    (platform_range(), RangeOperators.OVERLAPS),
                    ("validity", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another contract holds on some of these days."),
            ),
            models.CheckConstraint(
                condition=Q(validity__isempty=False, validity__lower_inf=False),
                name="contract_has_a_first_day",
                violation_error_message=_("Say the first day of the contract."),
            ),
            models.CheckConstraint(
                condition=Q(discount_percent__gte=0, discount_percent__lte=100),
                name="contract_discount_in_bounds",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="contract_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                    IF (OLD.organisation_id, OLD.facility_id, OLD.discount_percent)
                       IS DISTINCT FROM
                       (NEW.organisation_id, NEW.facility_id, NEW.discount_percent)
                       AND EXISTS (SELECT FROM billing_charge WHERE contract_id = OLD.id)
                    OR NEW.validity IS DISTINCT FROM OLD.validity
                       AND EXISTS (SELECT FROM billing_charge WHERE contract_id = OLD.id
                                   AND NOT service_date <@ NEW.validity) THEN
                        RAISE EXCEPTION 'contract % has been charged by and stays', OLD.id
                            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'contract_stays';
                    END IF;
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} · {self.reference}"


@pghistory.track()
class ContractRate(models.Model):
    """The price agreed for a unit of one instrument or service, whatever the list says."""

    contract = models.ForeignKey(
        FrameworkContract,
        on_delete=models.PROTECT,
        related_name="rates",
        verbose_name=_("framework contract"),
    )
    instrument = models.ForeignKey(
        Instrument,
        on_delete=models.PROTECT,
        related_name="contract_rates",
        null=True,
        blank=True,
        verbose_name=_("instrument"),
    )
    service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        related_name="contract_rates",
        null=True,
        blank=True,
        verbose_name=_("service"),
    )
    unit = models.CharField(_("unit"), max_length=30)
    amount_cents = models.PositiveBigIntegerField(_("amount"), help_text=_("In cents."))

    class Meta:
        verbose_name = _("agreed price")
        verbose_name_plural = _("agreed prices")
        ordering = ("contract", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(instrument__isnull=True) ^ Q(service__isnull=True),
                name="contract_rate_of_one_thing",
                violation_error_message=_("A rate is of an instrument or of a service."),
            ),
            models.CheckConstraint(
                condition=Q(instrument__isnull=True) | Q(unit__in=INSTRUMENT_UNITS),
                name="contract_rate_unit_known",
            ),
            models.UniqueConstraint(
                fields=("contract", "instrument"),
                condition=Q(instrument__isnull=False, unit__in=TIME_UNITS),
                name="contract_rate_of_time_once",
                violation_error_message=_("An instrument's time has one price."),
            ),
            models.UniqueConstraint(
                fields=("contract", "instrument", "unit"),
                condition=Q(instrument__isnull=False),
                name="contract_rate_of_instrument_once",
            ),
            models.UniqueConstraint(
                fields=("contract", "service", "unit"),
                condition=Q(service__isnull=False),
                name="contract_rate_of_service_once",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="contract_rate_stays",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func="""
                    IF EXISTS (SELECT FROM billing_charge
                                WHERE TG_OP <> 'INSERT' AND contract_id = OLD.contract_id
                                   OR TG_OP <> 'DELETE' AND contract_id = NEW.contract_id) THEN
                        RAISE EXCEPTION 'a contract has been charged by and stays'
                            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'contract_stays';
                    END IF;
                    IF TG_OP = 'DELETE' THEN
                        RETURN OLD;
                    END IF;
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self) -> str:
        return f"{self.instrument or self.service} {self.unit}"
