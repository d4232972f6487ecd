"""Qualifications in the admin, and who holds them: for the platform that trains."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from compliance.models import Grant, Qualification
from facilities.admin import InstrumentAdmin
from facilities.admin_scope import (
    OfPlatforms,
    OfTheSamePlatform,
    Role,
    administers,
    facility_ids_of,
    own_facilities,
    own_instruments,
)
from facilities.models import Instrument

TRAINING_ROLES = (Role.MANAGER, Role.TRAINER)


def own_qualifications(request: HttpRequest) -> QuerySet[Qualification]:
    """Return the qualifications of the platforms where a person trains people."""
    qualifications = Qualification.objects.select_related("facility")
    if administers(request):
        return qualifications
    return qualifications.filter(facility__in=facility_ids_of(request, *TRAINING_ROLES))


class AskedForInline(OfTheSamePlatform, admin.TabularInline):
    """What an instrument asks of its users; nothing means that everybody may book."""

    model = Instrument.qualifications.through
    extra = 0
    verbose_name = _("qualification asked for")
    verbose_name_plural = _("qualifications asked for")

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        match = request.resolver_match
        instrument_id = match.kwargs.get("object_id") if match else None
        offered = own_qualifications(request)
        if instrument_id and instrument_id.isdecimal():
            offered = offered.filter(facility__instruments=instrument_id)
        kwargs["queryset"] = offered
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class TrainedInstrumentAdmin(InstrumentAdmin):
    """The instrument's page, with what it asks of its users."""

    inlines: ClassVar = (*InstrumentAdmin.inlines, AskedForInline)


admin.site.unregister(Instrument)
admin.site.register(Instrument, TrainedInstrumentAdmin)


@admin.register(Qualification)
class QualificationAdmin(OfPlatforms, admin.ModelAdmin):
    """What people are trained in, and for which instruments."""

    choices_of: ClassVar = {"facility": own_facilities, "instruments": own_instruments}
    list_display = ("name", "facility")
    list_filter = (("facility", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("facility",)
    search_fields = ("name",)
    filter_horizontal = ("instruments",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("facility",)


@admin.register(Grant)
class GrantAdmin(OfPlatforms, admin.ModelAdmin):
    """Who holds what, given by those who train. A grant is revoked, not deleted."""

    facility_path = "qualification__facility"
    roles = TRAINING_ROLES
    choices_of: ClassVar = {"qualification": own_qualifications}
    list_display = ("user", "qualification", "level", "valid_from", "valid_until", "revoked_on")
    list_filter = (
        "level",
        ("revoked_on", admin.EmptyFieldListFilter),
        ("qualification", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("user", "qualification")
    search_fields = ("user__email", "user__first_name", "user__last_name", "qualification__name")
    autocomplete_fields = ("user",)
    readonly_fields = ("granted_by",)
    ordering = ("-id",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("granted_by",) if obj is None else ("granted_by", "user", "qualification")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers(request)

    def save_model(
        self,
        request: HttpRequest,
        obj: Grant,
        form: ModelForm[Grant],
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        if not change:
            obj.granted_by_id = request.user.pk
        super().save_model(request, obj, form, change)
