"""Qualifications in the admin, and who holds them: for the platform that trains."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import ForeignKey, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import User
from compliance import services
from compliance.errors import DatesTurnedAround, OwnTraining
from compliance.models import Grant, Qualification
from compliance.permissions import TRAINING_ROLES
from facilities.admin import InstrumentAdmin
from facilities.admin_scope import (
    OfPlatforms,
    OfTheSamePlatform,
    administers,
    facility_ids_of,
    own_facilities,
    own_instruments,
)
from facilities.models import Instrument


def own_qualifications(request: HttpRequest) -> QuerySet[Qualification]:
    """Return the qualifications of the platforms where a person trains people."""
    qualifications = Qualification.objects.select_related("facility")
    if administers(request):
        return qualifications
    return qualifications.filter(facility__in=facility_ids_of(request, *TRAINING_ROLES))


def qualifications_to_grant(request: HttpRequest) -> QuerySet[Qualification]:
    """Return the qualifications a person may grant; being an administrator is no training."""
    trained = facility_ids_of(request, *TRAINING_ROLES)
    return Qualification.objects.select_related("facility").filter(facility__in=trained)


AskedFor = Instrument.qualifications.through
# Django calls the rows of its own table "Qualification_instruments object (3)".
AskedFor.__str__ = lambda row: str(row.qualification)  # type: ignore[attr-defined, method-assign]


class AskedForInline(OfTheSamePlatform, admin.TabularInline):
    """What an instrument asks of its users; nothing means that everybody may book."""

    model = AskedFor
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
        kwargs |= {"queryset": offered, "label": _("qualification")}
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


class GrantForm(forms.ModelForm):
    """A grant to give; what the service would refuse is said at its field."""

    actor: ClassVar[User]

    class Meta:
        model = Grant
        fields = ("user", "qualification", "level", "valid_from", "valid_until")

    def clean_user(self) -> User:
        user: User = self.cleaned_data["user"]
        if user == self.actor:
            raise forms.ValidationError(str(OwnTraining()))
        return user

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", str(DatesTurnedAround()))
        return cleaned


@admin.register(Grant)
class GrantAdmin(OfPlatforms, admin.ModelAdmin):
    """Who holds what: given and revoked by those who train, never changed or deleted."""

    form = GrantForm
    facility_path = "qualification__facility"
    roles = TRAINING_ROLES
    choices_of: ClassVar = {"qualification": qualifications_to_grant}
    list_display = ("user", "qualification", "level", "valid_from", "valid_until", "revoked_on")
    list_filter = (
        "level",
        ("revoked_on", admin.EmptyFieldListFilter),
        ("qualification", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("user", "qualification")
    search_fields = ("user__email", "user__first_name", "user__last_name", "qualification__name")
    autocomplete_fields = ("user",)
    ordering = ("-id",)
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(facility_ids_of(request, *self.roles))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whoever grants may revoke."""
        return self.has_add_permission(request)

    def get_form(
        self,
        request: HttpRequest,
        obj: Grant | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"actor": request.user})

    def save_model(
        self,
        request: HttpRequest,
        obj: Grant,
        form: forms.ModelForm[Grant],
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        assert request.user.is_authenticated
        given = services.grant_qualification(
            actor=request.user,
            user_id=obj.user_id,
            qualification_id=obj.qualification_id,
            level=obj.level,
            valid_from=obj.valid_from,
            valid_until=obj.valid_until,
        )
        obj.pk = given.pk

    @admin.action(description=_("Revoke the chosen from today"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Grant]) -> None:
        """Revoke grants; one that is not theirs to revoke is said and left."""
        assert request.user.is_authenticated
        now = timezone.now()
        for grant in queryset:
            try:
                services.revoke_grant(actor=request.user, grant_id=grant.pk, now=now)
            except DomainError as refusal:
                self.message_user(request, f"{grant}: {refusal}", messages.ERROR)
