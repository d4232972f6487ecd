"""Platforms in the admin: all it takes to set one up, on its page and its instruments'.

Who sees and changes what is in admin_scope.py.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from facilities.admin_closures import ClosureForm, ClosureFormSet, on_its_clock, reshut, shut
from facilities.admin_scope import OfPlatforms, OfTheSamePlatform, administers, own_facilities
from facilities.models import (
    BookingRules,
    Closure,
    Facility,
    FacilityStaff,
    Instrument,
    Service,
    TimeSlot,
)


class StaffInline(OfTheSamePlatform, admin.TabularInline):
    """Who does what on the platform."""

    model = FacilityStaff
    extra = 0
    autocomplete_fields = ("user",)


class FacilityTimeSlotInline(OfTheSamePlatform, admin.TabularInline):
    """When the platform is open; instruments follow it unless they have hours of their own."""

    model = TimeSlot
    extra = 0
    exclude = ("instrument",)


class InstrumentTimeSlotInline(OfTheSamePlatform, admin.TabularInline):
    """When the instrument is open, where that differs from its platform."""

    model = TimeSlot
    extra = 0
    exclude = ("facility",)


class ClosureInline(OfTheSamePlatform, admin.TabularInline):
    """When the platform is shut."""

    model = Closure
    form = ClosureForm
    formset = ClosureFormSet
    extra = 0


class ServiceInline(OfTheSamePlatform, admin.TabularInline):
    """What the platform sells by the piece."""

    model = Service
    extra = 0


class RulesForm(forms.ModelForm):
    """The rules of an instrument, stored with it even where all are left as proposed."""

    def has_changed(self) -> bool:
        return self.instance.pk is None or super().has_changed()


class RulesInline(OfTheSamePlatform, admin.StackedInline):
    """How the instrument is booked."""

    model = BookingRules
    form = RulesForm
    min_num = max_num = 1
    can_delete = False
    fieldsets = (
        (
            _("Length and time"),
            {
                "description": _("All lengths are in minutes, the horizon in days."),
                "fields": (
                    ("step_minutes", "shortest_minutes", "longest_minutes"),
                    ("notice_minutes", "horizon_days"),
                    ("setup_minutes", "cleanup_minutes"),
                    ("person_weekly_minutes", "team_weekly_minutes"),
                ),
            },
        ),
        (
            _("Approval"),
            {
                "fields": (
                    ("approval_always", "approval_for_industry", "approval_at_night"),
                    ("approval_first_sessions", "approval_over_minutes"),
                    ("hold_minutes", "sole_manager_decides_own"),
                ),
            },
        ),
        (
            _("Cancellation and absence"),
            {"fields": (("free_cancellation_minutes", "no_show_minutes"),)},
        ),
    )


@admin.register(Facility)
class FacilityAdmin(OfPlatforms, admin.ModelAdmin):
    """Platforms. A manager sets up their own; making or closing one is the centre's."""

    facility_path = "pk"
    list_display = ("code", "name", "kind", "site", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("code", "name", "name_fr")
    inlines = (StaffInline, FacilityTimeSlotInline, ClosureInline, ServiceInline)
    fieldsets = (
        (None, {"fields": ("code", "name", "name_fr", "kind", "is_active")}),
        (_("Where"), {"fields": ("site", "time_zone", "languages", "email", "description")}),
        (_("Billing"), {"fields": ("billed_time",)}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if administers(request) else ("code", "kind", "is_active")

    def save_formset(
        self,
        request: HttpRequest,
        form: Any,
        formset: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        if formset.model is not Closure:
            super().save_formset(request, form, formset, change)
            return
        assert request.user.is_authenticated
        for closure in formset.save(commit=False):
            store = shut if closure in formset.new_objects else reshut
            store(closure, actor=request.user)
        for closure in formset.deleted_objects:
            closure.delete()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return administers(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers(request)


@admin.register(Instrument)
class InstrumentAdmin(OfPlatforms, admin.ModelAdmin):
    """Instruments with their rules and hours. One is retired rather than deleted."""

    choices_of: ClassVar = {"facility": own_facilities}
    list_display = ("name", "facility", "kind", "mode", "units", "state")
    list_filter = ("state", "mode", "kind", ("facility", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("facility",)
    search_fields = ("name", "category")
    inlines: ClassVar[tuple[type[InlineModelAdmin], ...]] = (RulesInline, InstrumentTimeSlotInline)
    fieldsets = (
        (None, {"fields": ("facility", "name", "kind", "mode", "units")}),
        (_("State"), {"fields": ("state", "state_reason")}),
        (_("For the reader"), {"fields": ("category", "drawing", "location", "description")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # An instrument never leaves its platform: its bookings and prices lie there.
        return () if obj is None else ("facility",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers(request)


@admin.register(Closure)
class ClosureAdmin(OfPlatforms, admin.ModelAdmin):
    """Closures, over all platforms; what shuts the whole centre is an administrator's."""

    form = ClosureForm
    choices_of: ClassVar = {"facility": own_facilities}
    list_display = ("reason", "facility", "kind", "starts", "ends")
    list_filter = ("kind", ("facility", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("facility",)
    search_fields = ("reason",)
    ordering = ("-starts_at",)

    @admin.display(description=_("from"), ordering="starts_at")
    def starts(self, closure: Closure) -> str:
        return on_its_clock(closure, closure.starts_at)

    @admin.display(description=_("to"), ordering="ends_at")
    def ends(self, closure: Closure) -> str:
        return on_its_clock(closure, closure.ends_at)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("facility",)

    def save_model(
        self,
        request: HttpRequest,
        obj: Closure,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        assert request.user.is_authenticated
        store = reshut if change else shut
        store(obj, actor=request.user)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name == "facility":
            field.required = not administers(request)
        return field
