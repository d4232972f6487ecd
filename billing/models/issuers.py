"""Who sells: the legal bodies that send quotes and invoices, and their gapless numbers."""

from __future__ import annotations

from decimal import Decimal

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from facilities.models import Facility

HEX_COLOUR = r"^#[0-9a-f]{6}$"


@pghistory.track()
class Issuer(models.Model):
    """A legal body that sells for some platforms: its identity, terms, look and bank.

    Name, address, SIREN, SIRET and VAT number are those of its organisation. What an
    invoice states is copied onto it when it is issued, so that a change here changes no
    invoice of the past.
    """

    organisation = models.OneToOneField(
        Organisation,
        on_delete=models.PROTECT,
        related_name="issuer",
        verbose_name=_("organisation"),
    )
    code = models.SlugField(
        _("code"), max_length=12, unique=True, help_text=_("Begins the numbers it gives.")
    )
    legal_form = models.CharField(
        _("legal form"),
        max_length=200,
        blank=True,
        help_text=_("With the share capital and the register where there are such."),
    )
    contact_name = models.CharField(_("contact"), max_length=200, blank=True)
    contact_email = models.EmailField(_("contact’s e-mail"), blank=True)
    contact_phone = models.CharField(_("contact’s phone"), max_length=40, blank=True)
    iban = models.CharField("IBAN", max_length=34, blank=True)
    bic = models.CharField("BIC", max_length=11, blank=True)
    late_percent = models.DecimalField(
        _("late-payment rate"),
        max_digits=5,
        decimal_places=2,
        default=Decimal("12.15"),
        help_text=_("Per cent a year; at least three times the legal rate."),
    )
    quote_days = models.PositiveSmallIntegerField(
        _("validity of quotes"), default=30, help_text=_("In days.")
    )
    dispute_days = models.PositiveSmallIntegerField(
        _("time to dispute"),
        default=5,
        help_text=_("Days from a statement during which its lines may be disputed."),
    )
    vat_on_debits = models.BooleanField(
        _("VAT on debits"),
        default=False,
        help_text=_("VAT falls due with the invoice rather than with its payment."),
    )
    colour = models.CharField(
        _("colour"), max_length=7, default="#0b5a73", validators=[RegexValidator(HEX_COLOUR)]
    )
    footer = models.CharField(_("last line of documents"), max_length=300, blank=True)
    sales_account = models.CharField(_("sales account"), max_length=12, default="706000")
    customers_account = models.CharField(_("customers’ account"), max_length=12, default="411000")
    vat_account = models.CharField(_("VAT account"), max_length=12, default="445710")
    bank_account = models.CharField(_("bank account in the books"), max_length=12, default="512000")
    accrued_account = models.CharField(
        _("account of uses not yet invoiced"), max_length=12, default="418100"
    )
    facilities = models.ManyToManyField(
        Facility, through="Seller", related_name="issuers", verbose_name=_("platforms")
    )
    accountants = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="keeps_books_of",
        blank=True,
        verbose_name=_("accountants"),
        help_text=_("They issue its invoices, record its payments and close its periods."),
    )

    class Meta:
        verbose_name = _("issuer")
        verbose_name_plural = _("issuers")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(colour__regex=HEX_COLOUR), name="issuer_colour_form"
            ),
        )

    def __str__(self) -> str:
        return str(self.organisation)


class Seller(models.Model):
    """Which body sells what a platform does: one for each platform."""

    facility = models.OneToOneField(
        Facility, on_delete=models.PROTECT, related_name="seller", verbose_name=_("platform")
    )
    issuer = models.ForeignKey(
        Issuer, on_delete=models.PROTECT, related_name="sells_for", verbose_name=_("issuer")
    )

    class Meta:
        verbose_name = _("seller of a platform")
        verbose_name_plural = _("sellers of platforms")

    def __str__(self) -> str:
        return f"{self.facility} · {self.issuer}"


class NumberSeries(models.Model):
    """The last number an issuer gave to a kind of document in a year.

    The row is locked by the transaction that takes a number until it commits: one that is
    rolled back gives its number back, so that a series has no gap.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="series")
    kind = models.CharField(_("kind"), max_length=20)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = (
            models.UniqueConstraint(fields=("issuer", "kind", "year"), name="number_series_once"),
        )
        triggers = (pgtrigger.Protect(name="number_series_is_kept", operation=pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.issuer_id} {self.kind} {self.year}: {self.last}"
