"""Bookings in the admin: to be looked at. They change through services only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookings.approval import REASONS
from bookings.models import Booking, Decision, UsageSession
from bookings.wording import moment_text, money_text, span_text
from facilities.admin_scope import OfPlatforms, Role

if TYPE_CHECKING:
    Options = admin.options.BaseModelAdmin[Any]
else:
    Options = object


class ReadOnly(Options):
    """Shown to whoever may see the page; written by nobody."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ShownWithBooking(ReadOnly, admin.TabularInline):
    """Rows of one booking; whoever may see it may see them."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class DecisionInline(ShownWithBooking):
    """Who decided, and why."""

    model = Decision
    fields = readonly_fields = ("approved", "decided_by", "reason", "when")

    @admin.display(description=_("decided at"))
    def when(self, decision: Decision) -> str:
        tz = decision.booking.instrument.facility.tz
        return moment_text(decision.decided_at.astimezone(tz))


class UsageInline(ShownWithBooking):
    """When the instrument was really used."""

    model = UsageSession
    fields = readonly_fields = ("started", "ended", "source", "started_by")

    @admin.display(description=_("started at"))
    def started(self, usage: UsageSession) -> str:
        return moment_text(usage.started_at.astimezone(usage.booking.instrument.facility.tz))

    @admin.display(description=_("ended at"))
    def ended(self, usage: UsageSession) -> str:
        if usage.ended_at is None:
            return "–"
        return moment_text(usage.ended_at.astimezone(usage.booking.instrument.facility.tz))


@admin.register(Booking)
class BookingAdmin(ReadOnly, OfPlatforms, admin.ModelAdmin):
    """Bookings with their decisions and use, on the platform's clock."""

    facility_path = "instrument__facility"
    roles = (Role.MANAGER, Role.OPERATOR)
    list_display = ("id", "instrument", "when", "booked_for", "team", "status", "kind")
    list_filter = (
        "status",
        "kind",
        ("instrument__facility", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("instrument__facility", "booked_for", "team")
    search_fields = ("=id", "instrument__name", "booked_for__email", "booked_for__last_name")
    show_full_result_count = False
    ordering = ("-id",)
    inlines = (DecisionInline, UsageInline)
    readonly_fields: ClassVar = ("when", "held", "estimate", "reasons", "cancelled")
    fieldsets = (
        (None, {"fields": ("instrument", "unit", "kind", "status", "when", "version")}),
        (
            _("For whom"),
            {"fields": ("booked_for", "created_by", "team", "project", "account", "purpose")},
        ),
        (_("How"), {"fields": ("operator_needed", "operator", "bsl2", "animals", "held")}),
        (
            _("Judged"),
            {"fields": ("estimate", "reasons", "override_reason", "waived_reason")},
        ),
        (
            _("Cancellation"),
            {"fields": ("cancelled", "cancel_reason", "late_cancellation")},
        ),
    )

    @admin.display(description=_("when"), ordering="period")
    def when(self, booking: Booking) -> str:
        tz = booking.instrument.facility.tz
        period = booking.interval
        return span_text(period.start.astimezone(tz), period.end.astimezone(tz))

    @admin.display(description=_("held until"))
    def held(self, booking: Booking) -> str:
        if booking.hold_until is None:
            return "–"
        return moment_text(booking.hold_until.astimezone(booking.instrument.facility.tz))

    @admin.display(description=_("cancelled at"))
    def cancelled(self, booking: Booking) -> str:
        if booking.cancelled_at is None:
            return "–"
        return moment_text(booking.cancelled_at.astimezone(booking.instrument.facility.tz))

    @admin.display(description=_("estimate"))
    def estimate(self, booking: Booking) -> str:
        return "–" if booking.estimate_cents is None else money_text(booking.estimate_cents)

    @admin.display(description=_("why it was asked"))
    def reasons(self, booking: Booking) -> str:
        codes = booking.evaluation.get("approval_reasons", [])
        return " ".join(str(REASONS.get(code, code)) for code in codes) or "–"
