"""The booking, and the constraints that no code path can break."""

from __future__ import annotations

import datetime as dt

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    DateTimeRangeField,
    RangeOperators,
)
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange, NumericRange
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import FundingAccount, Project, Team
from bookings.models.point_range import PointRange
from bookings.states import ACTIVE, LABELS, Status
from facilities.intervals import Interval
from facilities.models import Instrument

ACTIVE_STATUSES = sorted(status.value for status in ACTIVE)
EARLIEST, LATEST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)


class BookingQuerySet(models.QuerySet["Booking"]):
    """Bookings by what they mean in time."""

    def blocking(self) -> BookingQuerySet:
        """Keep those that hold their slot: exactly what the constraint compares."""
        return self.filter(status__in=ACTIVE_STATUSES, imported_history=False)

    def at(self, instrument_id: int) -> BookingQuerySet:
        """Keep those of one instrument, in the expression that the GiST indexes hold."""
        point = NumericRange(instrument_id, instrument_id, "[]")
        return self.alias(place=PointRange("instrument_id", "int8range")).filter(
            place__overlap=point
        )

    def asked_for(
        self,
        *,
        start: dt.datetime | None = None,
        end: dt.datetime | None = None,
        facility_code: str | None = None,
        instrument_id: int | None = None,
        status: str | None = None,
        booked_for_id: int | None = None,
    ) -> BookingQuerySet:
        """Keep those that touch a time and have what else is given."""
        found = self
        if start is not None:
            found = found.filter(period__endswith__gt=start)
        if end is not None:
            found = found.filter(period__startswith__lt=end)
        wanted = {
            "instrument__facility__code": facility_code,
            "instrument": instrument_id,
            "status": status,
            "booked_for": booked_for_id,
        }
        return found.filter(**{name: value for name, value in wanted.items() if value is not None})

    def overlapping(self, period: Interval) -> BookingQuerySet:
        """Keep those whose period touches another."""
        return self.filter(period__overlap=(period.start, period.end))

    def blocking_within(self, period: Interval) -> BookingQuerySet:
        """Keep those that hold any of a time, set-up and clean-up included."""
        return self.blocking().filter(blocked__overlap=(period.start, period.end))


@pghistory.track(exclude=["updated_at"])
class Booking(models.Model):
    """One unit of an instrument, for a time, for somebody; or a block by the platform.

    `period` is what was asked for, `blocked` adds set-up and clean-up. Both are
    half-open and in UTC. The status is assigned in services.py only.
    """

    class Kind(models.TextChoices):
        USE = "use", _("Use")
        MAINTENANCE = "maintenance", _("Maintenance")
        TRAINING = "training", _("Training")
        CLOSURE = "closure", _("Closure")

    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="bookings", verbose_name=_("instrument")
    )
    unit = models.PositiveSmallIntegerField(pgettext_lazy("of an instrument", "unit"), default=1)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.USE)
    status = models.CharField(
        _("status"), max_length=20, choices=[(s.value, LABELS[s]) for s in Status]
    )
    booked_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="bookings",
        null=True,
        blank=True,
        verbose_name=_("booked for"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("booked by"),
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        related_name="bookings",
        null=True,
        blank=True,
        verbose_name=_("team"),
    )
    project = models.ForeignKey(
        Project,
        on_delete=models.PROTECT,
        related_name="bookings",
        null=True,
        blank=True,
        verbose_name=_("project"),
    )
    account = models.ForeignKey(
        FundingAccount,
        on_delete=models.PROTECT,
        related_name="bookings",
        null=True,
        blank=True,
        verbose_name=_("funding account"),
    )
    period = DateTimeRangeField(_("period"))
    blocked = DateTimeRangeField(
        _("blocked"), help_text=_("The period with set-up and clean-up time.")
    )
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="operated_bookings",
        null=True,
        blank=True,
        verbose_name=_("operator"),
    )
    operator_needed = models.BooleanField(_("operator needed"), default=False)
    bsl2 = models.BooleanField(
        _("BSL-2 work"), default=False, help_text=_("Doubles the clean-up time.")
    )
    animals = models.PositiveIntegerField(_("animals"), null=True, blank=True)
    purpose = models.CharField(_("purpose"), max_length=500, blank=True)
    estimate_cents = models.BigIntegerField(_("estimate"), null=True, blank=True)
    evaluation = models.JSONField(
        _("evaluation"),
        default=dict,
        help_text=_("What was judged when it was booked: why it needs approval, what was waived."),
    )
    override_reason = models.CharField(_("reason of the exception"), max_length=500, blank=True)
    hold_until = models.DateTimeField(
        _("held until"), null=True, blank=True, help_text=_("When an undecided request lapses.")
    )
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancel_reason = models.CharField(_("reason of the cancellation"), max_length=500, blank=True)
    late_cancellation = models.BooleanField(_("cancelled too late to be free"), default=False)
    waived_reason = models.CharField(
        _("why it is free"), max_length=500, blank=True, help_text=_("Such as a breakdown.")
    )
    imported_history = models.BooleanField(
        _("imported history"),
        default=False,
        help_text=_("Taken over from another system as it was; holds no slot and is not billed."),
    )
    origin = models.CharField(max_length=20, blank=True, editable=False)
    origin_id = models.CharField(max_length=100, blank=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ("id",)
        constraints = (
            ExclusionConstraint(
                name="booking_no_overlap",
                expressions=[
                    (PointRange("instrument_id", "int8range"), RangeOperators.OVERLAPS),
                    (PointRange("unit", "int4range"), RangeOperators.OVERLAPS),
                    ("blocked", RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=ACTIVE_STATUSES, imported_history=False),
            ),
            ExclusionConstraint(
                name="booking_operator_in_one_place",
                expressions=[
                    (PointRange("operator_id", "int8range"), RangeOperators.OVERLAPS),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(
                    status__in=ACTIVE_STATUSES, imported_history=False, operator__isnull=False
                ),
            ),
            models.CheckConstraint(
                condition=Q(blocked__contains=F("period")), name="booking_blocks_its_period"
            ),
            models.CheckConstraint(
                condition=Q(
                    period__isempty=False,
                    period__lower_inc=True,
                    period__upper_inc=False,
                    period__lower_inf=False,
                    period__upper_inf=False,
                    blocked__lower_inc=True,
                    blocked__upper_inc=False,
                    blocked__lower_inf=False,
                    blocked__upper_inf=False,
                ),
                name="booking_periods_half_open",
            ),
            # "infinity" is an end to PostgreSQL, but no instant to Python.
            models.CheckConstraint(
                condition=Q(blocked__contained_by=(EARLIEST, LATEST)), name="booking_periods_finite"
            ),
            models.CheckConstraint(condition=Q(unit__gte=1), name="booking_unit_from_one"),
            models.CheckConstraint(
                condition=Q(status__in=sorted(status.value for status in Status)),
                name="booking_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind="use") | Q(booked_for__isnull=False),
                name="booking_use_is_for_someone",
            ),
            models.CheckConstraint(
                condition=~Q(status="requested") | Q(hold_until__isnull=False),
                name="booking_request_has_deadline",
            ),
            models.UniqueConstraint(
                fields=("origin", "origin_id"),
                condition=~Q(origin=""),
                name="booking_imported_once",
            ),
        )
        indexes = (
            GistIndex(
                PointRange("instrument_id", "int8range"), F("period"), name="booking_calendar"
            ),
            models.Index(fields=("booked_for", "-id"), name="booking_of_person"),
            models.Index(fields=("team", "-id"), name="booking_of_team"),
            models.Index(
                fields=("hold_until",), condition=Q(status="requested"), name="booking_undecided"
            ),
            models.Index(
                Func(F("period"), function="upper"),
                condition=Q(status__in=["approved", "in_use"]),
                name="booking_unsettled",
            ),
        )

    def __str__(self) -> str:
        return f"{self.instrument} {self.interval.start:%Y-%m-%d %H:%M}"

    @property
    def interval(self) -> Interval:
        """The period as a plain value."""
        return Interval(self.period.lower, self.period.upper)

    @property
    def blocked_interval(self) -> Interval:
        """The blocked time as a plain value."""
        return Interval(self.blocked.lower, self.blocked.upper)

    def free_cancellation_until(self, minutes: int) -> dt.datetime:
        """Return the last instant at which cancelling costs nothing."""
        return self.interval.start - dt.timedelta(minutes=minutes)


def stored(interval: Interval) -> DateTimeTZRange:
    """Return an interval in the form a range column takes and gives."""
    return DateTimeTZRange(interval.start, interval.end, "[)")
