"""Instruments, and the rules by which each is booked."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from facilities.models.facility import Facility
from facilities.models.history import kept_in_history


@kept_in_history
class Instrument(models.Model):
    """Something that is reserved for a time: a machine, a room or a workstation.

    Its row is the lock under which every booking of it is written.
    """

    class Kind(models.TextChoices):
        INSTRUMENT = "instrument", _("Instrument")
        ROOM = "room", _("Room")
        WORKSTATION = "workstation", _("Workstation")

    class Mode(models.TextChoices):
        SELF_SERVICE = "self_service", _("Self-service")
        ASSISTED = "assisted", _("With an operator")
        REQUEST_ONLY = "request_only", _("On request")

    class State(models.TextChoices):
        WORKING = "working", _("Working")
        OUT_OF_SERVICE = "out_of_service", _("Out of service")
        RETIRED = "retired", _("Retired")

    class Drawing(models.TextChoices):
        FLOW = "flow", _("Flow cytometer")
        SORTER = "sorter", _("Cell sorter")
        MICROSCOPE = "microscope", _("Microscope")
        SPECTROMETER = "spectrometer", _("Mass spectrometer")
        ROBOT = "robot", _("Robot or sequencer")
        PLATE = "plate", _("Plate reader")
        CURVES = "curves", _("Interactions and calorimetry")
        SLIDE = "slide", _("Slides")
        ANIMAL = "animal", _("Small-animal imaging")
        ROOM = "room", _("Room or hood")
        SCREEN = "screen", _("Workstation")
        BED = "bed", _("Clinical trials")

    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="instruments", verbose_name=_("platform")
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.INSTRUMENT)
    mode = models.CharField(
        _("mode"), max_length=20, choices=Mode.choices, default=Mode.SELF_SERVICE
    )
    units = models.PositiveSmallIntegerField(
        _("units"), default=1, help_text=_("Identical positions that are booked one by one.")
    )
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.WORKING
    )
    state_reason = models.CharField(_("reason of the state"), max_length=200, blank=True)
    category = models.CharField(_("category"), max_length=100, blank=True)
    location = models.CharField(_("location"), max_length=100, blank=True)
    description = models.TextField(_("description"), blank=True)
    drawing = models.CharField(
        _("drawing"),
        max_length=20,
        choices=Drawing.choices,
        blank=True,
        help_text=_("What the catalogue draws beside it."),
    )
    origin = models.CharField(max_length=20, blank=True, editable=False)
    origin_id = models.CharField(max_length=100, blank=True, editable=False)

    class Meta:
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        ordering = ("facility", "name", "id")
        constraints = (
            models.UniqueConstraint(fields=("facility", "name"), name="instrument_name_once"),
            models.CheckConstraint(
                condition=Q(units__gte=1),
                name="instrument_has_a_unit",
                violation_error_message=_("An instrument has one unit at least."),
            ),
            models.UniqueConstraint(
                fields=("origin", "origin_id"),
                condition=~Q(origin=""),
                name="instrument_imported_once",
            ),
        )

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class BookingRules(models.Model):
    """How one instrument may be booked. Lengths are in minutes."""

    instrument = models.OneToOneField(
        Instrument, on_delete=models.CASCADE, related_name="rules", verbose_name=_("instrument")
    )
    step_minutes = models.PositiveSmallIntegerField(
        _("step"), default=30, help_text=_("Starts and ends fall on multiples of this.")
    )
    shortest_minutes = models.PositiveIntegerField(_("shortest"), default=30)
    longest_minutes = models.PositiveIntegerField(_("longest"), default=720)
    horizon_days = models.PositiveSmallIntegerField(
        _("horizon"), default=60, help_text=_("Days ahead that can be booked.")
    )
    notice_minutes = models.PositiveIntegerField(
        _("notice"), default=0, help_text=_("Least time between booking and start.")
    )
    setup_minutes = models.PositiveSmallIntegerField(_("set-up"), default=0)
    cleanup_minutes = models.PositiveSmallIntegerField(_("clean-up"), default=0)
    person_weekly_minutes = models.PositiveIntegerField(
        _("per person and week"), null=True, blank=True
    )
    team_weekly_minutes = models.PositiveIntegerField(_("per team and week"), null=True, blank=True)
    approval_always = models.BooleanField(_("always needs approval"), default=False)
    approval_for_industry = models.BooleanField(_("approval for industry"), default=False)
    approval_first_sessions = models.PositiveSmallIntegerField(
        _("approval of the first sessions"),
        default=0,
        help_text=_("How many of a person's first sessions here are approved by hand."),
    )
    approval_over_minutes = models.PositiveIntegerField(
        _("approval when longer than"), null=True, blank=True, default=480
    )
    approval_at_night = models.BooleanField(
        _("approval at night"),
        default=True,
        help_text=_("For people without the after-hours level."),
    )
    sole_manager_decides_own = models.BooleanField(
        _("a sole manager decides their own requests"), default=False
    )
    industry_cap_percent = models.PositiveSmallIntegerField(
        _("at most for industry"),
        null=True,
        blank=True,
        default=20,
        help_text=_("Per cent of the open hours of a calendar year; empty: no cap."),
    )
    industry_warning_percent = models.PositiveSmallIntegerField(
        _("warn of industry from"),
        null=True,
        blank=True,
        default=15,
        help_text=_("Per cent of the same; the managers are told once a year."),
    )
    hold_minutes = models.PositiveIntegerField(
        _("hold"), default=2880, help_text=_("How long a request holds its slot.")
    )
    free_cancellation_minutes = models.PositiveIntegerField(
        _("free cancellation"), default=720, help_text=_("Until so long before the start.")
    )
    no_show_minutes = models.PositiveIntegerField(
        _("no-show after"),
        null=True,
        blank=True,
        help_text=_("Empty: sessions need not be started by hand and are billed as booked."),
    )

    class Meta:
        verbose_name = _("booking rules")
        verbose_name_plural = _("booking rules")
        constraints = (
            models.CheckConstraint(
                condition=Q(step_minutes__gte=1, shortest_minutes__gte=1),
                name="booking_rules_step_positive",
                violation_error_message=_("Step and shortest booking are one minute at least."),
            ),
            models.CheckConstraint(
                condition=Q(longest_minutes__gte=F("shortest_minutes")),
                name="booking_rules_lengths_in_order",
                violation_error_message=_("The longest booking is no shorter than the shortest."),
            ),
            models.CheckConstraint(
                condition=(Q(industry_cap_percent__isnull=True) | Q(industry_cap_percent__lte=100))
                & (Q(industry_warning_percent__isnull=True) | Q(industry_warning_percent__lte=100)),
                name="booking_rules_industry_in_per_cent",
                violation_error_message=_("A share is 100 % at the most."),
            ),
        )

    def __str__(self) -> str:
        return str(self.instrument)
