"""Money in the admin: price lists, the ledger and statements, to be looked at."""

from __future__ import annotations

from typing import Any

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
from facilities.admin_scope import OfPlatforms, administers


class OfAPriceList(ReadOnly, admin.TabularInline):
    """Part of a price list; whoever may see the list may see it."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class BandInline(OfAPriceList):
    """When the rates hold whole or in part."""

    model = Band


class RateInline(OfAPriceList):
    """What each thing costs each tier."""

    model = Rate
    fields = readonly_fields = ("instrument", "service", "tier", "unit", "amount", "minimum")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rate]:
        return super().get_queryset(request).select_related("instrument", "service")

    @admin.display(description=_("amount"))
    def amount(self, rate: Rate) -> str:
        return money_text(rate.amount_cents)

    @admin.display(description=_("minimum"))
    def minimum(self, rate: Rate) -> str:
        return money_text(rate.minimum_cents)


@admin.register(PriceList)
class PriceListAdmin(ReadOnly, OfPlatforms, admin.ModelAdmin):
    """Price lists, to be looked at: they are made on their own pages, forward only."""

    list_display = ("name", "facility", "validity", "status", "voted_on")
    list_filter = ("status", ("facility", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("facility",)
    inlines = (BandInline, RateInline)


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
    list_display = ("month", "team", "issuer", "charges_count", "total", "closed_at")
    list_filter = ("month", ("issuer", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("team", "issuer__organisation")
    search_fields = ("team__name",)
    inlines = (TotalInline,)
    fields = ("team", "issuer", "month", "charges_count", "total", "closed_at")

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
