"""Quotes (devis): what is offered, to whom and for how long.

A quote is a draft until it is sent; from then on its parties, lines and sums stay as they
are. How it was answered is in quote_answers.py.
"""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FundingAccount, Organisation, Project, Team
from billing.models.charges import Charge
from billing.models.issuers import Issuer
from billing.models.price_extras import Package
from billing.models.prices import PriceList
from billing.quotes.states import LABELS, QuoteState
from facilities.models import Facility, Instrument, Service

ANSWERED_OR_OVER = ("accepted", "refused", "expired", "withdrawn")
_MAY_CHANGE = "'{state,version,updated_at,account_id,project_id}'::text[]"
SENT_CHANGES = (
    f"OLD.state = 'sent' AND (to_jsonb(OLD) - {_MAY_CHANGE})"
    f" IS DISTINCT FROM (to_jsonb(NEW) - {_MAY_CHANGE})"
)
"""Once it is sent, only where a quote stands may change, and what it is accepted with."""


@pghistory.track(exclude=["updated_at"])
class Quote(models.Model):
    """An offer of an issuer to a team. The state is assigned in billing/services only.

    `seller`, `buyer` and `terms` are stated when it is sent, with its number. Amounts are
    in cents; `lines_cents` is before the discount on the whole.
    """

    issuer = models.ForeignKey(
        Issuer, on_delete=models.PROTECT, related_name="quotes", verbose_name=_("issuer")
    )
    facility = models.ForeignKey(
        Facility,
        on_delete=models.PROTECT,
        related_name="quotes",
        verbose_name=_("platform"),
        help_text=_("The platform that makes it; its lines may be of others, too."),
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="quotes", verbose_name=_("buyer")
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="quotes", verbose_name=_("team")
    )
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=[(state.value, LABELS[state]) for state in QuoteState],
        default=QuoteState.DRAFT,
    )
    number = models.CharField(_("number"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=200)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    project = models.ForeignKey(
        Project,
        on_delete=models.PROTECT,
        related_name="quotes",
        null=True,
        blank=True,
        verbose_name=_("project"),
    )
    project_name = models.CharField(
        _("name of the project"),
        max_length=200,
        blank=True,
        help_text=_("Opened when the quote is accepted, where no project is chosen."),
    )
    starts_on = models.DateField(_("work begins on"), null=True, blank=True)
    ends_on = models.DateField(
        _("last day of work"),
        null=True,
        blank=True,
        help_text=_("Its order can be spent until then; empty for a year."),
    )
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="fr"
    )
    discount_percent = models.DecimalField(
        _("discount on the whole"), max_digits=5, decimal_places=2, default=0
    )
    seller = models.JSONField(_("seller as stated"), default=dict)
    buyer = models.JSONField(_("buyer as stated"), default=dict)
    terms = models.JSONField(_("terms as stated"), default=dict)
    lines_cents = models.BigIntegerField(_("total of the lines"), default=0)
    net_cents = models.BigIntegerField(_("total without VAT"), default=0)
    vat_cents = models.BigIntegerField(_("total VAT"), default=0)
    total_cents = models.BigIntegerField(_("total with VAT"), default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    sent_on = models.DateField(_("date"), null=True, blank=True)
    valid_until = models.DateField(
        _("open until"), null=True, blank=True, help_text=_("Last day on which it may be accepted.")
    )
    account = models.ForeignKey(
        FundingAccount,
        on_delete=models.PROTECT,
        related_name="quotes",
        null=True,
        blank=True,
        verbose_name=_("funding account"),
        help_text=_("The order by which it was accepted."),
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="quotes_made",
        verbose_name=_("made by"),
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("made at"))
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("number",), condition=~Q(number=""), name="quote_number_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(state.value for state in QuoteState)),
                name="quote_state_known",
            ),
            models.CheckConstraint(
                condition=Q(total_cents=F("net_cents") + F("vat_cents")), name="quote_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(discount_percent__gte=0, discount_percent__lte=100),
                name="quote_discount",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "withdrawn"))
                | (~Q(number="") & Q(sent_at__isnull=False, valid_until__isnull=False)),
                name="quote_sent_has_a_number",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(account__isnull=False, project__isnull=False),
                name="quote_accepted_has_an_account",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="quote_dates_in_order",
            ),
        )
        indexes = (
            models.Index(fields=("team", "-id"), name="quote_of_team"),
            models.Index(fields=("facility", "-id"), name="quote_of_facility"),
            models.Index(fields=("valid_until",), condition=Q(state="sent"), name="quote_waiting"),
        )
        triggers = (
            pgtrigger.Protect(
                name="quote_sent_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(SENT_CHANGES),
            ),
            pgtrigger.Protect(
                name="quote_answered_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=ANSWERED_OR_OVER),
            ),
            pgtrigger.Protect(
                name="quote_is_kept",
                operation=pgtrigger.Delete,
            ),
        )

    def __str__(self) -> str:
        return self.number or self.title


class QuoteLine(models.Model):
    """One line of an offer: a service, hours of an instrument, or what is described only.

    The price is that of the day on which the line was written, and the VAT rule that of
    the day on which the quote was sent.
    """

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField(_("position"))
    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="+", verbose_name=_("platform")
    )
    service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("service"),
    )
    instrument = models.ForeignKey(
        Instrument,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("instrument"),
    )
    package = models.ForeignKey(
        Package,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("package"),
    )
    sessions = models.PositiveSmallIntegerField(
        _("sessions"), null=True, blank=True, help_text=_("Planned; their hours are the quantity.")
    )
    description = models.CharField(_("description"), max_length=500)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=2)
    unit = models.CharField(_("unit"), max_length=30)
    unit_price_cents = models.BigIntegerField(_("unit price"))
    discount_percent = models.DecimalField(
        _("discount"), max_digits=5, decimal_places=2, default=0, help_text=_("In per cent.")
    )
    net_cents = models.BigIntegerField(_("amount without VAT"))
    nature = models.CharField(
        _("nature"), max_length=10, choices=Service.Nature.choices, default=Service.Nature.SERVICE
    )
    vat_category = models.CharField(
        _("VAT rule"), max_length=10, choices=Charge.VatCategory.choices
    )
    vat_percent = models.DecimalField(_("VAT rate"), max_digits=5, decimal_places=2)
    vat_exemption = models.CharField(max_length=30, blank=True)
    price_list = models.ForeignKey(
        PriceList, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = _("quote line")
        verbose_name_plural = _("quote lines")
        ordering = ("quote", "position")
        constraints = (
            models.UniqueConstraint(fields=("quote", "position"), name="quote_line_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="quote_line_of_something"),
            models.CheckConstraint(
                condition=Q(unit_price_cents__gte=0), name="quote_line_price_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(discount_percent__gte=0, discount_percent__lte=100),
                name="quote_line_discount",
            ),
            models.CheckConstraint(
                condition=Q(service__isnull=True, instrument__isnull=True)
                | Q(service__isnull=True, package__isnull=True)
                | Q(instrument__isnull=True, package__isnull=True),
                name="quote_line_of_one_thing",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="quote_line_sent_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (SELECT 1 FROM billing_quote quote
                                WHERE quote.id IN (OLD.quote_id, NEW.quote_id)
                                  AND quote.state <> 'draft') THEN
                        RAISE EXCEPTION 'pgtrigger: lines of a quote stay once it is sent';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self) -> str:
        return f"{self.quote_id}.{self.position}"
