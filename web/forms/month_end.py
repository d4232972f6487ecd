"""Forms of the month end: whom an invoice names, and how."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.services import Particulars
from web.forms.running import HouseForm


class ParticularsForm(HouseForm):
    """What an invoice has to state of a body."""

    legal_name = forms.CharField(
        label=_("Legal name"),
        max_length=250,
        required=False,
        help_text=_("Only where it differs from the name here."),
    )
    billing_address = forms.CharField(
        label=_("Address"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    billing_postcode = forms.CharField(label=_("Postcode"), max_length=12, required=False)
    billing_city = forms.CharField(label=_("Town"), max_length=100)
    siren = forms.CharField(
        label="SIREN", max_length=20, required=False, help_text=_("Nine digits, in France.")
    )
    siret = forms.CharField(
        label="SIRET", max_length=24, required=False, help_text=_("Fourteen digits, in France.")
    )
    vat_number = forms.CharField(label=_("VAT number"), max_length=20, required=False)

    def particulars(self) -> Particulars:
        """Return what was typed."""
        given: dict[str, Any] = {
            name: self.cleaned_data[name] for name in Particulars.__dataclass_fields__
        }
        return Particulars(**given)
