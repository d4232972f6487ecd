"""The outbox in the admin: to look at, and to revive what was given up."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from notifications import upkeep
from notifications.models import Delivery, OutboxMessage


class ReadOnly:
    """Nobody writes history by hand."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Messages are published, never typed in."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What was told stays as it was told."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Old messages are forgotten by a task."""
        return False


class DeliveryInline(ReadOnly, admin.TabularInline):
    """To whom a message goes, and what has become of it."""

    model = Delivery
    extra = 0


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnly, admin.ModelAdmin):
    """Messages, newest first; the dead ones can be revived."""

    list_display = ("topic", "key", "created_at", "attempts", "done_at", "dead_at")
    list_filter = ("topic", ("dead_at", admin.EmptyFieldListFilter))
    search_fields = ("key",)
    ordering = ("-id",)
    inlines = (DeliveryInline,)
    actions = ("try_again",)

    @admin.action(description=_("Try the dead ones again"), permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        """Put dead messages back to be told."""
        count = upkeep.revive(message_ids=queryset.values_list("pk", flat=True))
        self.message_user(
            request,
            ngettext("%(count)d message revived.", "%(count)d messages revived.", count)
            % {"count": count},
        )
