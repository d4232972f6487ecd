"""Forms about who issues documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.services.issuers import IssuerCard
from web.forms.running import HouseForm

ACCOUNT = r"^\d{3,12}$"


def _account(label: Any) -> forms.RegexField:
    return forms.RegexField(label=label, regex=ACCOUNT)


class IssuerForm(HouseForm):
    """What an issuer states, and how it works."""

    legal_form = forms.CharField(
        label=_("Legal form"),
        max_length=200,
        required=False,
        help_text=_("With the share capital and the register where there are such."),
    )
    contact_name = forms.CharField(label=_("Who to ask"), max_length=200, required=False)
    contact_email = forms.EmailField(label=_("E-mail"), required=False)
    contact_phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    iban = forms.CharField(label="IBAN", max_length=42, required=False)
    bic = forms.CharField(label="BIC", max_length=14, required=False)
    late_percent = forms.DecimalField(
        label=_("Late-payment rate, per cent a year"), min_value=0, max_value=99, decimal_places=2
    )
    quote_days = forms.IntegerField(label=_("Days a quote is valid"), min_value=1, max_value=365)
    dispute_days = forms.IntegerField(
        label=_("Days to dispute a statement"), min_value=0, max_value=60
    )
    vat_on_debits = forms.BooleanField(
        label=_("VAT falls due with the invoice, not with the payment"), required=False
    )
    colour = forms.RegexField(
        label=_("Colour of documents"),
        regex=r"^#[0-9a-f]{6}$",
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    footer = forms.CharField(label=_("Last line of documents"), max_length=300, required=False)
    sales_account = _account(_("Sales account"))
    customers_account = _account(_("Customers' account"))
    vat_account = _account(_("VAT account"))
    bank_account = _account(_("Bank account in the books"))
    accrued_account = _account(_("Account of uses not yet invoiced"))

    def card(self) -> IssuerCard:
        """Return what was filled in."""
        return IssuerCard(**{one.name: self.cleaned_data[one.name] for one in fields(IssuerCard)})


class NewIssuerForm(IssuerForm):
    """An organisation that is to issue documents."""

    organisation = forms.TypedChoiceField(label=_("Organisation"), coerce=int)
    code = forms.RegexField(
        label=_("Code"),
        regex=r"^[A-Za-z0-9]{2,12}$",
        help_text=_("Letters and digits that begin its numbers. It stays."),
    )
    field_order = ("organisation", "code")

    def __init__(self, *args: Any, organisations: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, initial=_usual(), **kwargs)
        chosen: dict[str, Any] = self.fields
        chosen["organisation"].choices = list(organisations)


class AccountantForm(HouseForm):
    """Who is to keep the books."""

    email = forms.EmailField(label=_("E-mail of the person"))


def _usual() -> dict[str, Any]:
    return {one.name: one.default for one in fields(IssuerCard)}
