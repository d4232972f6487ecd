"""What pays: the funding account of a team, and who may use it up to how much."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.organisations import Organisation, Team


class CostObjectKind(models.Model):
    """A kind of account in the books of a body, and how its references are written.

    SIFAC, GESLAB, Inserm and hospital units each have theirs.
    """

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="cost_object_kinds",
        verbose_name=_("organisation"),
    )
    code = models.SlugField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=100)
    pattern = models.CharField(
        _("pattern"),
        max_length=200,
        help_text=_("A regular expression that a whole reference must match."),
    )

    class Meta:
        verbose_name = _("kind of cost object")
        verbose_name_plural = _("kinds of cost objects")
        ordering = ("organisation", "code")
        constraints = (
            models.UniqueConstraint(fields=("organisation", "code"), name="cost_object_kind_once"),
        )

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class FundingAccount(models.Model):
    """A cost centre, grant or purchase order that a team may spend.

    The row is locked while a booking that spends from it is written, so that its
    ceiling cannot be overspent by two requests at the same moment.
    """

    class Kind(models.TextChoices):
        COST_CENTRE = "cost_centre", _("Cost centre")
        GRANT = "grant", _("Grant")
        PURCHASE_ORDER = "purchase_order", _("Purchase order")

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="accounts", verbose_name=_("team")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    reference = models.CharField(_("reference"), max_length=100)
    cost_object_kind = models.ForeignKey(
        CostObjectKind,
        on_delete=models.PROTECT,
        related_name="accounts",
        null=True,
        blank=True,
        verbose_name=_("kind of cost object"),
    )
    engagement_number = models.CharField(
        _("engagement number"),
        max_length=50,
        blank=True,
        help_text=_("What Chorus Pro asks for on invoices to public bodies."),
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("Last day, inclusive.")
    )
    ceiling_cents = models.PositiveBigIntegerField(
        _("ceiling"), null=True, blank=True, help_text=_("In cents; empty for no ceiling.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    origin = models.CharField(max_length=20, blank=True, editable=False)
    origin_id = models.CharField(max_length=100, blank=True, editable=False)

    class Meta:
        verbose_name = _("funding account")
        verbose_name_plural = _("funding accounts")
        ordering = ("reference", "id")
        constraints = (
            models.UniqueConstraint(fields=("team", "reference"), name="account_reference_once"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="account_dates_in_order",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.UniqueConstraint(
                fields=("origin", "origin_id"),
                condition=~Q(origin=""),
                name="account_imported_once",
            ),
        )

    def __str__(self) -> str:
        return self.name or self.reference


@pghistory.track()
class AccountAllowance(models.Model):
    """A person may use an account, up to so much a month without asking. Dates are inclusive.

    An account with any allowance, past ones included, is for those who are named and for
    who leads the team; without any it is for the whole team.
    """

    account = models.ForeignKey(
        FundingAccount,
        on_delete=models.CASCADE,
        related_name="allowances",
        verbose_name=_("funding account"),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="allowances",
        verbose_name=_("person"),
    )
    monthly_cents = models.PositiveBigIntegerField(
        _("a month"), null=True, blank=True, help_text=_("In cents; empty for no limit.")
    )
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("allowance")
        verbose_name_plural = _("allowances")
        ordering = ("account", "id")
        constraints = (
            models.UniqueConstraint(fields=("account", "person"), name="allowance_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="allowance_dates_in_order",
                violation_error_message=_("The last day comes before the first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.account} · {self.person}"
