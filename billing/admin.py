"""Money in the admin: price lists to be set up, the ledger and statements to be looked at."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing.models import (
    Band,
    Charge,
    PriceList,
    Rate,
    ReminderPlan,
    SalesAccount,
    Statement,
    StatementTotal,
)
from billing.permissions import LEDGER_ROLES, statements_visible_to
from bookings.admin import ReadOnly
from bookings.wording import money_text
from facilities.admin_scope import (
    OfPlatforms,
    OfTheSamePlatform,
    administers,
    own_facilities,
    own_instruments,
)
from facilities.models import Service, TimeSlot


def own_services(request: HttpRequest) -> QuerySet[Service]:
    """Return the services a person may price."""
    return Service.objects.filter(facility__in=own_facilities(request))


class BandForm(forms.ModelForm):
    """A band, with its weekdays to be ticked."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("weekdays"),
        choices=TimeSlot.Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class RateForm(forms.ModelForm):
    """A rate, typed in euros."""

    amount = forms.DecimalField(label=_("amount in euros"), min_value=0, decimal_places=2)

    class Meta:
        model = Rate
        fields = ("instrument", "service", "tier", "unit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.initial["amount"] = Decimal(self.instance.amount_cents) / 100

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        self.instance.amount_cents = int(amount * 100)
        return amount


class OfAPriceList(OfTheSamePlatform):
    """Part of a price list; it stays as it is once something has been charged by the list."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not is_used(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not is_used(obj)


class BandInline(OfAPriceList, admin.TabularInline):
    """When the rates hold whole or in part."""

    model = Band
    form = BandForm
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not is_used(obj)


class RateInline(OfAPriceList, admin.TabularInline):
    """What each thing costs each tier. What has no price yet can always be given one."""

    model = Rate
    form = RateForm
    extra = 0
    choices_of: ClassVar = {"instrument": own_instruments, "service": own_services}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rate]:
        return super().get_queryset(request).select_related("instrument", "service")

    @admin.display(description=_("amount"))
    def amount(self, rate: Rate) -> str:
        """Shown where the form's field of the same name may not be written."""
        return money_text(rate.amount_cents)


def is_used(prices: PriceList | None) -> bool:
    """Say whether something has been charged by a price list."""
    return prices is not None and prices.pk is not None and prices.charges.exists()


@admin.register(PriceList)
class PriceListAdmin(OfPlatforms, admin.ModelAdmin):
    """Price lists. A new price is a new list, which starts where the old one ends."""

    choices_of: ClassVar = {"facility": own_facilities}
    list_display = ("name", "facility", "validity", "status", "voted_on")
    list_filter = ("status", ("facility", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("facility",)
    inlines = (BandInline, RateInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("facility",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not is_used(obj)


@admin.register(Charge)
class ChargeAdmin(ReadOnly, OfPlatforms, admin.ModelAdmin):
    """The ledger, newest first."""

    roles = LEDGER_ROLES
    list_display = ("id", "service_date", "description", "team", "account", "tier", "amount")
    list_filter = (
        "tier",
        "vat_category",
        ("facility", admin.RelatedOnlyFieldListFilter),
        "service_date",
    )
    list_select_related = ("team", "account")
    search_fields = ("description", "team__name", "account__reference")
    show_full_result_count = False

    @admin.display(description=_("amount"), ordering="amount_cents")
    def amount(self, charge: Charge) -> str:
        return money_text(charge.amount_cents)


class TotalInline(ReadOnly, admin.TabularInline):
    """What a statement comes to, by platform, account, tier and VAT rule."""

    model = StatementTotal
    extra = 0
    can_delete = False
    fields = readonly_fields = ("facility", "account", "tier", "vat_category", "amount")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    @admin.display(description=_("amount"))
    def amount(self, total: StatementTotal) -> str:
        return money_text(total.amount_cents)


@admin.register(Statement)
class StatementAdmin(ReadOnly, OfPlatforms, admin.ModelAdmin):
    """Statements; a platform sees those that speak of no other."""

    roles = LEDGER_ROLES
    list_display = ("month", "team", "charges_count", "total", "closed_at")
    list_filter = ("month",)
    list_select_related = ("team",)
    search_fields = ("team__name",)
    inlines = (TotalInline,)
    fields = ("team", "month", "charges_count", "total", "closed_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Statement]:
        assert isinstance(request.user, User)
        return statements_visible_to(request.user, on=timezone.now().date())

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # A row that may not be seen is not in the queryset, so that it is not found.
        return administers(request) or super().has_view_permission(request, None)

    @admin.display(description=_("total"), ordering="total_cents")
    def total(self, statement: Statement) -> str:
        return money_text(statement.total_cents)


@admin.register(ReminderPlan)
class ReminderPlanAdmin(admin.ModelAdmin):
    """When an issuer reminds; for administrators."""

    list_display = ("issuer", "is_active", "first_days", "second_days", "third_days")
    list_select_related = ("issuer__organisation",)


@admin.register(SalesAccount)
class SalesAccountAdmin(admin.ModelAdmin):
    """The account of a platform's sales, where it has its own; for administrators."""

    list_display = ("facility", "number")
    list_select_related = ("facility",)
