"""What those who run a platform may see and change in the admin: its rows, no others.

Administrators change everything. Whether somebody may open the admin at all is their
`is_staff`, which only an administrator sets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

from django.contrib import admin
from django.db.models import ForeignKey, ManyToManyField, Model, QuerySet
from django.forms import ModelChoiceField, ModelMultipleChoiceField
from django.http import HttpRequest

from accounts.permissions import is_administrator
from facilities.models import Facility, FacilityStaff, Instrument

Role = FacilityStaff.Role
Choices = Callable[[HttpRequest], QuerySet[Any]]

_read: WeakKeyDictionary[HttpRequest, dict[tuple[str, ...], frozenset[int]]] = WeakKeyDictionary()


def administers(request: HttpRequest) -> bool:
    """Say whether the request comes from an administrator of the centre."""
    return request.user.is_authenticated and is_administrator(request.user)


def facility_ids_of(request: HttpRequest, *roles: str) -> frozenset[int]:
    """Return the ids of the platforms where the person has a role; read once a request."""
    known = _read.setdefault(request, {})
    if roles not in known:
        held = FacilityStaff.objects.filter(user=request.user.pk, role__in=roles)
        known[roles] = frozenset(held.values_list("facility_id", flat=True))
    return known[roles]


def own_facilities(request: HttpRequest) -> QuerySet[Facility]:
    """Return the platforms a person may set up."""
    if administers(request):
        return Facility.objects.all()
    return Facility.objects.filter(pk__in=facility_ids_of(request, Role.MANAGER))


def own_instruments(request: HttpRequest) -> QuerySet[Instrument]:
    """Return the instruments a person may set up."""
    instruments = Instrument.objects.select_related("facility")
    if administers(request):
        return instruments
    return instruments.filter(facility__in=facility_ids_of(request, Role.MANAGER))


if TYPE_CHECKING:
    Options = admin.options.BaseModelAdmin[Any]
    PageOptions = admin.ModelAdmin[Any]
else:
    Options = PageOptions = object


class ScopedChoices(Options):
    """Offers in its fields only what belongs to the person's own platforms."""

    choices_of: ClassVar[Mapping[str, Choices]] = {}

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        if db_field.name in self.choices_of:
            kwargs["queryset"] = self.choices_of[db_field.name](request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField[Any] | None:
        if db_field.name in self.choices_of:
            kwargs["queryset"] = self.choices_of[db_field.name](request)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class OfPlatforms(ScopedChoices, PageOptions):
    """A page of the admin whose rows belong to a platform each.

    `facility_path` leads from a row to its platform; `roles` are those who may change it.
    """

    facility_path: ClassVar[str] = "facility"
    roles: ClassVar[tuple[str, ...]] = (Role.MANAGER,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if administers(request):
            return rows
        return rows.filter(**{f"{self.facility_path}__in": facility_ids_of(request, *self.roles)})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may_change(request, None)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_change(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may_change(request, None)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_change(request, obj)

    def _may_change(self, request: HttpRequest, obj: Model | None) -> bool:
        if administers(request):
            return True
        ids = facility_ids_of(request, *self.roles)
        return bool(ids) if obj is None else self._facility_id(obj) in ids

    def _facility_id(self, obj: Model) -> Any:
        *way, last = self.facility_path.split("__")
        place: Any = obj
        for step in way:
            place = getattr(place, step)
        return getattr(place, last if last == "pk" else f"{last}_id")


class OfTheSamePlatform(ScopedChoices):
    """Rows shown inside a page of the same platform: whoever may change that changes them.

    The outer page shows nobody a platform that is not theirs.
    """

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_set_up(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_set_up(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_set_up(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_set_up(request)

    def _may_set_up(self, request: HttpRequest) -> bool:
        return administers(request) or bool(facility_ids_of(request, Role.MANAGER))
