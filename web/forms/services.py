"""What people type about services: how many of what, samples and deliveries, counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.orders.promises import Plan
from billing.orders.service_names import service_name
from web.forms.running import HouseForm, day_field

LONGEST_FILE = 2_000_000
MILESTONE_ROWS = 4
COUNT = {"min": "0", "step": "any", "inputmode": "decimal"}


def number_field(label: Any, *, required: bool = False) -> forms.DecimalField:
    """Return a field for a number of units, two decimals at the most."""
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=Decimal(0),
        max_digits=8,
        decimal_places=2,
        widget=forms.NumberInput(attrs=dict(COUNT)),
    )


class CountsForm(HouseForm):
    """A number for each of some rows, named by their ids."""

    def add_numbers(self, rows: Iterable[tuple[int, Any]]) -> None:
        """Give the form a field for each row: its id, and what it is called."""
        self.row_names = {f"count-{pk}": pk for pk, _label in rows}
        for pk, label in rows:
            field = number_field(label)
            field.widget.attrs["class"] = "pl-in"
            self.fields[f"count-{pk}"] = field

    @property
    def rows(self) -> list[Any]:
        """The fields of the rows, to be shown."""
        return [self[name] for name in self.row_names]

    @property
    def counts(self) -> dict[int, Decimal]:
        """What was typed, by id; nought and nothing are left out."""
        return {
            pk: number
            for name, pk in self.row_names.items()
            if (number := self.cleaned_data.get(name))
        }


class AskForm(CountsForm):
    """What somebody asks of a platform, for which project, paid by what."""

    title = forms.CharField(label=_("What is it about"), max_length=200)
    project = forms.ChoiceField(label=_("Project"))
    account = forms.ChoiceField(
        label=_("Paid by"),
        required=False,
        help_text=_("Left open, the team's first account that is valid pays."),
    )
    note = forms.CharField(
        label=_("What the platform should know"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Kind of samples, what you want to see, until when. No patient data."),
    )

    def __init__(
        self,
        *args: Any,
        services: Sequence[Any],
        projects: Sequence[tuple[int, str]],
        accounts: Sequence[Any],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.add_numbers([(service.pk, service_name(service)) for service in services])
        self.fields["project"].choices = list(projects)  # type: ignore[attr-defined]
        self.fields["account"].choices = [  # type: ignore[attr-defined]
            ("", "–"),
            *((each.pk, str(each)) for each in accounts),
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse a request for nothing."""
        if not self.errors and not self.counts:
            raise forms.ValidationError(_("Say how many of a service you ask for."))
        return self.cleaned_data


class StepForm(CountsForm):
    """A step of a request: what was counted, and a word."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(label=_("A word"), required=False, max_length=500)
    account = forms.IntegerField(required=False)
    milestone = forms.IntegerField(required=False)
    delivery = forms.IntegerField(required=False)
    is_last = forms.BooleanField(label=_("Nothing more will come"), required=False)

    def __init__(self, *args: Any, items: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_numbers([(item.pk, service_name(item.service)) for item in items])
        for number in range(1, MILESTONE_ROWS + 1):
            self.fields[f"name-{number}"] = forms.CharField(required=False, max_length=200)
            self.fields[f"percent-{number}"] = number_field("", required=False)

    @property
    def plans(self) -> list[Plan]:
        """The milestones that were typed."""
        typed = [
            (self.cleaned_data.get(f"name-{row}"), self.cleaned_data.get(f"percent-{row}"))
            for row in range(1, MILESTONE_ROWS + 1)
        ]
        return [Plan(name=name, percent=percent) for name, percent in typed if name]


class CensusForm(HouseForm):
    """How many there are from a day on."""

    day = day_field(_("From"))
    count = number_field(_("How many"), required=True)


class EndForm(HouseForm):
    """The last day of a standing use."""

    ends_on = day_field(_("Last day"))


class FileForm(HouseForm):
    """A file of counts, to be looked at first or taken over."""

    facility = forms.ChoiceField(label=_("Platform"))
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("Columns: code or label, day, count; cut by ; or ,"),
    )

    def __init__(self, *args: Any, facilities: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.pk, each.localized_name) for each in facilities]
        self.fields["facility"].choices = choices  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        """Refuse a file that no spreadsheet of counts is as long as."""
        file = self.cleaned_data["file"]
        if file.size > LONGEST_FILE:
            raise forms.ValidationError(_("The file is too large."))
        return file


class StandingForm(HouseForm):
    """Something of a team's that stands at a platform from now on."""

    service = forms.ChoiceField(label=_("Service"))
    project = forms.ChoiceField(label=_("Project"))
    code = forms.CharField(
        label=_("Code"), max_length=40, help_text=_("Names it in files of counts.")
    )
    label = forms.CharField(label=_("Label"), max_length=200)
    starts_on = day_field(_("First day"))
    ends_on = day_field(_("Last day"), required=False)

    def __init__(
        self,
        *args: Any,
        services: Sequence[Any],
        projects: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [  # type: ignore[attr-defined]
            (each.pk, f"{each.facility.localized_name} · {service_name(each)}") for each in services
        ]
        self.fields["project"].choices = list(projects)  # type: ignore[attr-defined]
