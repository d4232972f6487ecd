"""Forms about framework contracts: whose they are, what is agreed, and each price of them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.prices.units import DAY, HOUR, OPERATOR_HOUR, SESSION
from billing.services.contracting import AgreedPrice, Terms
from web.forms.running import HouseForm, day_field

Choices = Iterable[tuple[Any, Any]]
INSTRUMENT, SERVICE = "instrument", "service"
UNITS = (
    (HOUR, _("Hour of the instrument")),
    (SESSION, _("Session")),
    (DAY, _("Day")),
    (OPERATOR_HOUR, _("Hour of the operator")),
    ("", _("The service's own unit")),
)


class ContractForm(HouseForm):
    """What a contract says."""

    reference = forms.CharField(
        label=_("Reference"), max_length=100, help_text=_("As both sides write it.")
    )
    first = day_field(_("First day"))
    last = day_field(_("Last day"), required=False, help_text=_("Empty: until further notice."))
    discount_percent = forms.DecimalField(
        label=_("Discount on list prices, in per cent"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        initial=Decimal(0),
        help_text=_("On all that has no agreed price of its own."),
    )
    is_confidential = forms.BooleanField(
        label=_("Confidential"),
        required=False,
        help_text=_("Others see no title of its projects."),
    )
    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "pl-in"}),
    )

    def terms(self) -> Terms:
        """Return what was filled in."""
        said = self.cleaned_data
        return Terms(
            reference=said["reference"],
            first=said["first"],
            last=said["last"],
            discount_percent=said["discount_percent"],
            is_confidential=said["is_confidential"],
            notes=said["notes"],
        )


class NewContractForm(ContractForm):
    """A contract with an organisation, for one platform or for all."""

    organisation = forms.TypedChoiceField(label=_("Organisation"), coerce=int)
    facility = forms.TypedChoiceField(
        label=_("Platform"), coerce=int, required=False, empty_value=None
    )
    field_order = ("organisation", "facility", "reference")

    def __init__(
        self, *args: Any, organisations: Choices, facilities: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["organisation"].choices = [("", ""), *organisations]
        fields["facility"].choices = [("", _("All platforms")), *facilities]


class PriceForm(HouseForm):
    """A price that is agreed for an instrument or a service."""

    sold = forms.ChoiceField(label=_("For"))
    unit = forms.ChoiceField(label=_("For each"), choices=UNITS, required=False)
    amount = forms.DecimalField(
        label=_("Euros without VAT"), min_value=0, max_digits=10, decimal_places=2
    )

    def __init__(
        self,
        *args: Any,
        instruments: Choices,
        services: Iterable[tuple[Any, Any, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        services = list(services)
        self._units = {pk: unit for pk, _name, unit in services}
        fields: dict[str, Any] = self.fields
        fields["sold"].choices = [
            ("", ""),
            (_("Instruments"), [(f"{INSTRUMENT}-{pk}", name) for pk, name in instruments]),
            (
                _("Services"),
                [(f"{SERVICE}-{pk}", f"{name} ({unit})") for pk, name, unit in services],
            ),
        ]

    def price(self) -> AgreedPrice:
        """Return what was filled in; a service is sold by its own unit."""
        kind, _dash, key = self.cleaned_data["sold"].partition("-")
        cents = int((self.cleaned_data["amount"] * 100).to_integral_value())
        if kind == SERVICE:
            unit = self._units[int(key)]
            return AgreedPrice(service_id=int(key), unit=unit, amount_cents=cents)
        unit = self.cleaned_data["unit"] or HOUR
        return AgreedPrice(instrument_id=int(key), unit=unit, amount_cents=cents)
