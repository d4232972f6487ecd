"""Forms for staff time, costs passed on, shares of a booking and allowances."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.costs.queries import For, Receipt
from web.forms.running import HouseForm, day_field

NATURES = (
    ("service", pgettext_lazy("sold", "Service")),
    ("training", _("Training, exempt from VAT")),
    ("goods", _("Goods")),
)
MOST_EUROS = Decimal(1_000_000)
NONE = ("", _("None"))


class ExtraForm(HouseForm):
    """What was done for a team on a day, and which of its accounts pays."""

    what = forms.CharField(
        label=_("What it was for"), max_length=300, help_text=_("No patient data.")
    )
    day = day_field(_("Day"))
    project = forms.TypedChoiceField(
        label=_("Project"), coerce=int, empty_value=None, required=False
    )
    account = forms.TypedChoiceField(label=_("Paid by"), coerce=int)

    def __init__(self, *args: Any, team: Any, known: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team
        self._offer("project", [NONE, *known["projects"]])
        self._offer("account", known["accounts"])

    def _offer(self, name: str, choices: Iterable[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def what_for(self, facility_id: int) -> For:
        """Return for whom it was, as billing understands it."""
        typed = self.cleaned_data
        return For(
            facility_id=facility_id,
            team_id=self.team.pk,
            project_id=typed["project"],
            account_id=typed["account"],
            day=typed["day"],
        )


class StaffTimeForm(ExtraForm):
    """Who worked how long, and at which price."""

    service = forms.TypedChoiceField(label=_("Charged as"), coerce=int)
    person = forms.TypedChoiceField(label=_("Who worked"), coerce=int)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=1440)

    field_order = ("service", "person", "minutes", "what", "day", "project", "account")

    def __init__(self, *args: Any, known: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, known=known, **kwargs)
        self._offer("service", _by_platform(known["services"]))
        self._offer("person", known["people"])
        self.facility_of = {service.pk: service.facility_id for service in known["services"]}


class CostForm(ExtraForm):
    """What something cost, and its receipt."""

    facility = forms.TypedChoiceField(label=_("Platform"), coerce=int)
    net = forms.DecimalField(
        label=_("Amount in euros, excl. VAT"),
        min_value=Decimal("0.01"),
        max_value=MOST_EUROS,
        decimal_places=2,
    )
    nature = forms.ChoiceField(
        label=_("It is"), choices=NATURES, help_text=_("Decides the VAT that is added.")
    )
    receipt = forms.FileField(
        label=_("Receipt"), max_length=200, help_text=_("PDF, PNG or JPEG, up to 5 MB.")
    )

    field_order = (
        "facility", "what", "net", "nature", "receipt", "day", "project", "account",
    )  # fmt: skip

    def __init__(self, *args: Any, known: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, known=known, **kwargs)
        self._offer("facility", known["facilities"])

    def net_cents(self) -> int:
        """Return the amount in cents."""
        return int(self.cleaned_data["net"] * 100)

    def file(self) -> Receipt:
        """Return the receipt as it came."""
        uploaded = self.cleaned_data["receipt"]
        return Receipt(name=uploaded.name, content=uploaded.read())


class AllowanceForm(forms.Form):
    """Whom to let use an account, up to how much, until when."""

    person = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    monthly = forms.DecimalField(
        min_value=0, max_value=MOST_EUROS, decimal_places=2, required=False
    )
    ends_on = forms.DateField(input_formats=["%Y-%m-%d"], required=False)

    def values(self) -> dict[str, Any]:
        """Return what was typed, as accounts understand it."""
        monthly: Decimal | None = self.cleaned_data["monthly"]
        ends_on: dt.date | None = self.cleaned_data["ends_on"]
        return {
            "person_id": self.cleaned_data["person"],
            "monthly_cents": None if monthly is None else int(monthly * 100),
            "ends_on": ends_on,
        }


def _by_platform(services: Iterable[Any]) -> list[tuple[str, list[tuple[int, str]]]]:
    rows = sorted(services, key=lambda service: (str(service.facility), service.name))
    return [
        (platform, [(service.pk, service.name) for service in group])
        for platform, group in groupby(rows, key=lambda service: str(service.facility))
    ]
