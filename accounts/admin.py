"""People, organisations and teams in the admin: for the centre's administrators.

Others who may open the admin can find a person by name in a field, and nothing else here.
"""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import admin_log_in  # noqa: F401 - registers, and takes away, what opens accounts
from accounts.models import FundingAccount, Membership, Organisation, Project, Team, User

admin.site.site_header = _("Plateau set-up")
admin.site.site_title = _("Plateau set-up")
admin.site.index_title = _("What there is to set up")
# The admin's own form would get round the limit on failed log-ins.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# Roles are rows of FacilityStaff and Membership, never Django's groups.
admin.site.unregister(Group)


class LowerCaseEmail(forms.ModelForm):
    """Keeps an address in lower case, so that it names one person."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.lower()


class PersonCreationForm(LowerCaseEmail, AdminUserCreationForm):
    """A new person, with a password or without."""

    class Meta:
        model = User
        fields = ("email", "first_name", "last_name", "language")


class PersonChangeForm(LowerCaseEmail, UserChangeForm):
    """A person; the password is changed on a page of its own."""

    class Meta:
        model = User
        fields = (
            "email",
            "password",
            "first_name",
            "last_name",
            "language",
            "reminder_minutes",
            "is_active",
            "is_staff",
            "is_superuser",
        )


class MembershipInline(admin.TabularInline):
    """Who belongs to a team, or to which teams a person belongs."""

    model = Membership
    extra = 0
    autocomplete_fields = ("user", "team")


class ProjectInline(admin.TabularInline):
    """The projects of a team; their people are named on a page of their own."""

    model = Project
    extra = 0
    fields = ("name", "code", "kind", "tier", "starts_on", "ends_on", "is_active")
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Project]:
        """Leave out what is confidential: its title stands in the form."""
        return super().get_queryset(request).filter(is_confidential=False)


class FundingAccountInline(admin.TabularInline):
    """What a team pays with."""

    model = FundingAccount
    extra = 0


@admin.register(User)
class PersonAdmin(UserAdmin):
    """People, by e-mail address."""

    form = PersonChangeForm
    add_form = PersonCreationForm
    list_display = ("email", "last_name", "first_name", "is_active", "is_staff", "is_superuser")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email", "first_name", "last_name")
    ordering = ("last_name", "first_name", "id")
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    inlines = (MembershipInline,)
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "language", "reminder_minutes")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "first_name", "last_name", "language")}),
        (None, {"fields": ("usable_password", "password1", "password2")}),
    )

    def save_model(
        self,
        request: HttpRequest,
        obj: User,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        super().save_model(request, obj, form, change)
        # The old address must open no password reset: it may be somebody else's by now.
        EmailAddress.objects.filter(user=obj).exclude(email__iexact=obj.email).delete()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let everybody in the admin find a person by name, but open nobody's record."""
        match = request.resolver_match
        is_search = match is not None and match.view_name == "admin:autocomplete"
        return is_search or super().has_view_permission(request, obj)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        """In a field, offer only people who still have an account."""
        found, has_duplicates = super().get_search_results(request, queryset, search_term)
        match = request.resolver_match
        if match is not None and match.view_name == "admin:autocomplete":
            found = found.filter(is_active=True)
        return found, has_duplicates


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    """Legal persons and the tier they pay."""

    list_display = ("name", "kind", "tier", "country", "is_active")
    list_filter = ("kind", "tier", "is_active")
    search_fields = ("name", "legal_name", "siren", "siret", "vat_number")
    fieldsets = (
        (None, {"fields": ("name", "kind", "tier", "is_active")}),
        (
            _("Legal person"),
            {"fields": ("legal_name", "siren", "siret", "vat_number", "country")},
        ),
        (
            _("Invoices"),
            {
                "fields": (
                    "billing_address",
                    "billing_postcode",
                    "billing_city",
                    "delivery_address",
                    "payment_days",
                    "invoice_language",
                    "invoices_by_order",
                    "electronic_address",
                    "uses_chorus_pro",
                    "chorus_service_code",
                    "needs_engagement",
                )
            },
        ),
    )


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    """Teams with their members, projects and accounts."""

    list_display = ("name", "organisation", "is_active")
    list_filter = ("is_active", "organisation__kind")
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name")
    autocomplete_fields = ("organisation",)
    inlines = (MembershipInline, ProjectInline, FundingAccountInline)


@admin.register(Project)
class ProjectAdmin(admin.ModelAdmin):
    """Projects; the place to name the people of one."""

    list_display = ("__str__", "code", "team", "kind", "starts_on", "ends_on", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("team",)
    search_fields = ("code", "team__name")
    autocomplete_fields = ("team", "members")

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Leave the title of a confidential project to its team."""
        return ("name",) if obj is not None and obj.is_confidential else ()

    def save_model(
        self,
        request: HttpRequest,
        obj: Project,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Keep the title of a new project as the organisation's contract says."""
        if not change and obj.team.organisation.projects_are_confidential:
            obj.is_confidential = True
        super().save_model(request, obj, form, change)


@admin.register(FundingAccount)
class FundingAccountAdmin(admin.ModelAdmin):
    """Funding accounts, over all teams."""

    list_display = ("reference", "name", "team", "kind", "valid_until", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("team",)
    search_fields = ("reference", "name", "team__name")
    autocomplete_fields = ("team",)
