"""When instruments can be used: weekly time slots and closures."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from facilities.models.facility import Facility
from facilities.models.history import kept_in_history
from facilities.models.instrument import Instrument


@kept_in_history
class TimeSlot(models.Model):
    """A weekly opening of a platform or of one instrument, on the platform's clock.

    An instrument with slots of its own does not follow its platform's.
    """

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    facility = models.ForeignKey(
        Facility,
        on_delete=models.CASCADE,
        related_name="time_slots",
        verbose_name=_("platform"),
        null=True,
        blank=True,
    )
    instrument = models.ForeignKey(
        Instrument,
        on_delete=models.CASCADE,
        related_name="time_slots",
        verbose_name=_("instrument"),
        null=True,
        blank=True,
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("to"), help_text=_("0:00 is midnight at the end of the day."))
    whole_session = models.BooleanField(
        _("whole session"), default=False, help_text=_("Booked from its start to its end only.")
    )
    step_minutes = models.PositiveSmallIntegerField(
        _("step"), null=True, blank=True, help_text=_("Empty: the step of the booking rules.")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("Last day, inclusive.")
    )

    class Meta:
        verbose_name = _("time slot")
        verbose_name_plural = _("time slots")
        ordering = ("weekday", "opens")
        constraints = (
            models.CheckConstraint(
                condition=Q(facility__isnull=True) ^ Q(instrument__isnull=True),
                name="time_slot_has_one_place",
            ),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")) | Q(closes="00:00"),
                name="time_slot_in_order",
                violation_error_message=_("It closes after it opens, or at 0:00."),
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="time_slot_weekday"),
            models.CheckConstraint(
                condition=Q(step_minutes__isnull=True) | Q(step_minutes__gte=1),
                name="time_slot_step_positive",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


@kept_in_history
class Closure(models.Model):
    """A time at which a platform, or the whole centre, is shut.

    One instrument is shut by a booking of kind maintenance, training or closure, so
    that the same constraint keeps it apart from people's bookings.
    """

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("Holiday")
        SHUTDOWN = "shutdown", _("Shutdown")

    facility = models.ForeignKey(
        Facility,
        on_delete=models.CASCADE,
        related_name="closures",
        verbose_name=_("platform"),
        null=True,
        blank=True,
        help_text=_("Empty: the whole centre."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.HOLIDAY)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ("starts_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="closure_in_order"
            ),
        )
        indexes = (models.Index(fields=("facility", "ends_at"), name="closure_ends_at"),)

    def __str__(self) -> str:
        return self.reason
