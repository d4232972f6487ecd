"""Work that a platform does on request: what was asked, by which stages, what happened."""

from __future__ import annotations

from decimal import Decimal

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FundingAccount, Project, Team
from billing.models.contracts import FrameworkContract
from billing.models.prices import PriceList
from billing.models.quotes import Quote
from billing.orders.states import LABELS, PROMISING, OrderState
from facilities.models import Facility, Service

NOTHING = Decimal(0)
WRITTEN_ONCE = pgtrigger.Update | pgtrigger.Delete


@pghistory.track(exclude=["updated_at"])
class ServiceRequest(models.Model):
    """Work that somebody asks of a platform, in pieces, for a project.

    The state is assigned in billing/services only. What is accepted and not charged yet
    is promised, and counts against the ceiling of the account.
    """

    class Billing(models.TextChoices):
        COUNTS = "counts", _("By what is delivered")
        MILESTONES = "milestones", _("By milestones")

    facility = models.ForeignKey(
        Facility,
        on_delete=models.PROTECT,
        related_name="service_requests",
        verbose_name=_("platform"),
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="service_requests", verbose_name=_("team")
    )
    project = models.ForeignKey(
        Project,
        on_delete=models.PROTECT,
        related_name="service_requests",
        verbose_name=_("project"),
    )
    account = models.ForeignKey(
        FundingAccount,
        on_delete=models.PROTECT,
        related_name="service_requests",
        null=True,
        blank=True,
        verbose_name=_("funding account"),
        help_text=_("Empty until it is known who pays; needed to accept."),
    )
    quote = models.ForeignKey(
        Quote,
        on_delete=models.PROTECT,
        related_name="service_requests",
        null=True,
        blank=True,
        verbose_name=_("quote"),
        help_text=_("The offer that was made for it; accepted, its prices hold."),
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="service_requests",
        verbose_name=_("requested by"),
    )
    title = models.CharField(_("title"), max_length=200)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=[(state.value, LABELS[state]) for state in OrderState],
        default=OrderState.REQUESTED,
    )
    billing = models.CharField(
        _("billed"), max_length=12, choices=Billing.choices, default=Billing.COUNTS
    )
    promised_cents = models.BigIntegerField(
        _("promised"),
        default=0,
        help_text=_("Accepted and not charged yet, in cents before VAT."),
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("requested at"))
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        verbose_name = _("service request")
        verbose_name_plural = _("service requests")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=sorted(state.value for state in OrderState)),
                name="service_request_state_known",
            ),
            models.CheckConstraint(
                condition=Q(promised_cents__gte=0), name="service_request_promise_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(state.value for state in PROMISING))
                | Q(promised_cents=0),
                name="service_request_promises_once_accepted",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(state.value for state in PROMISING))
                | Q(account__isnull=False),
                name="service_request_has_an_account",
            ),
        )
        indexes = (
            models.Index(fields=("facility", "state", "-id"), name="service_request_of_facility"),
            models.Index(fields=("team", "-id"), name="service_request_of_team"),
            models.Index(
                fields=("account",),
                condition=Q(promised_cents__gt=0),
                name="service_request_promising",
            ),
        )

    def __str__(self) -> str:
        return self.title


class ServiceRequestItem(models.Model):
    """How many of one service a request asks for, sent and got."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="items")
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, related_name="request_items", verbose_name=_("service")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    unit = models.CharField(_("unit"), max_length=30)
    ordered = models.DecimalField(_("ordered"), max_digits=10, decimal_places=2)
    received = models.DecimalField(
        _("samples received"), max_digits=10, decimal_places=2, default=NOTHING
    )
    delivered = models.DecimalField(
        _("delivered"), max_digits=10, decimal_places=2, default=NOTHING
    )
    unit_price_cents = models.BigIntegerField(
        _("agreed price"),
        null=True,
        blank=True,
        help_text=_("For each unit, in cents before VAT; set when the request is accepted."),
    )
    price_list = models.ForeignKey(
        PriceList,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text=_("The list of the agreed price; empty where a quote agreed another."),
    )
    contract = models.ForeignKey(
        FrameworkContract,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text=_("The framework contract that agreed the price."),
    )

    class Meta:
        verbose_name = _("item of a service request")
        verbose_name_plural = _("items of service requests")
        ordering = ("request", "position")
        constraints = (
            models.UniqueConstraint(
                fields=("request", "service"), name="service_request_item_once"
            ),
            models.UniqueConstraint(
                fields=("request", "position"), name="service_request_item_position"
            ),
            models.CheckConstraint(
                condition=Q(ordered__gt=0), name="service_request_item_orders_something"
            ),
            models.CheckConstraint(
                condition=Q(received__gte=0), name="service_request_item_received"
            ),
            models.CheckConstraint(
                condition=Q(delivered__gte=0, delivered__lte=F("ordered")),
                name="service_request_item_delivered",
            ),
        )

    def __str__(self) -> str:
        return f"{self.ordered} {self.unit}"

    @property
    def left(self) -> Decimal:
        """What is ordered and not delivered."""
        return self.ordered - self.delivered


class RequestEvent(models.Model):
    """What happened to a request, when and by whom; written once."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="steps")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Empty where no person did it."),
    )
    happened_at = models.DateTimeField(_("happened at"))
    from_state = models.CharField(_("from"), max_length=20, blank=True)
    to_state = models.CharField(_("to"), max_length=20)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("event of a service request")
        verbose_name_plural = _("events of service requests")
        ordering = ("id",)
        triggers = (pgtrigger.Protect(name="request_event_stays", operation=WRITTEN_ONCE),)

    def __str__(self) -> str:
        return f"{self.request_id}: {self.from_state} → {self.to_state}"
