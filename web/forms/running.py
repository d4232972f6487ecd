"""Forms about what a platform is: itself, its instruments, its hours, its people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from compliance.choices import LEVELS
from facilities.choices import (
    BILLED_TIMES,
    DRAWINGS,
    INSTRUMENT_KINDS,
    INSTRUMENT_MODES,
    STAFF_ROLES,
    WEEKDAYS,
)
from facilities.services.hours import Hours
from facilities.services.instruments import InstrumentCard
from facilities.services.platforms import FacilityCard

WITHIN_REASON = (
    MinValueValidator(dt.date(2000, 1, 1)),
    MaxValueValidator(dt.date(2199, 12, 31)),
)
ISO = ["%Y-%m-%d"]
MOST_UNITS = 500


class HouseForm(forms.Form):
    """A form in the house's look. `seen` says what its reader had before them."""

    refused_with = 422
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
                field.widget.attrs.setdefault("class", "pl-in")


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """Return a field for a day, chosen with the browser's own calendar."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=ISO,
        validators=WITHIN_REASON,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def clock_field(label: Any, *, help_text: Any = "") -> forms.TimeField:
    """Return a field for a time of day."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, help_text=help_text, widget=widget)


class FacilityForm(HouseForm):
    """What a platform is."""

    name = forms.CharField(label=_("Name in English"), max_length=200)
    name_fr = forms.CharField(label=_("Name in French"), max_length=200, required=False)
    site = forms.CharField(label=_("Site"), max_length=100, required=False)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("Answers to its mails go there.")
    )
    description = forms.CharField(
        label=_("What it is for"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    billed_time = forms.ChoiceField(label=_("Billed time"), choices=BILLED_TIMES)

    def card(self, *, time_zone: str) -> FacilityCard:
        """Return what the form says."""
        said = set(FacilityCard.__dataclass_fields__) & set(self.fields)
        values = {name: self.cleaned_data[name] for name in said}
        return FacilityCard(**({"time_zone": time_zone} | values))


class InstrumentForm(HouseForm):
    """What an instrument is."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("As people say it, the same in both languages."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=INSTRUMENT_KINDS)
    mode = forms.ChoiceField(label=_("Use"), choices=INSTRUMENT_MODES)
    units = forms.IntegerField(
        label=_("Positions"),
        min_value=1,
        max_value=MOST_UNITS,
        initial=1,
        help_text=_("Identical places that are booked one by one."),
    )
    category = forms.CharField(
        label=_("Category"), max_length=100, required=False, help_text=_("Such as Confocal.")
    )
    drawing = forms.ChoiceField(
        label=_("Drawing"), required=False, choices=[("", _("None")), *DRAWINGS]
    )
    location = forms.CharField(label=_("Where"), max_length=100, required=False)
    description = forms.CharField(
        label=_("What it is for"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def card(self) -> InstrumentCard:
        """Return what the form says."""
        return InstrumentCard(
            **{name: self.cleaned_data[name] for name in self.fields if name != "seen"}
        )


class HoursForm(HouseForm):
    """Weekly hours, of one weekday or of several."""

    place = forms.TypedChoiceField(label=_("Of"), coerce=int, empty_value=None, required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    opens = clock_field(_("From"))
    closes = clock_field(_("To"), help_text=_("0:00 is midnight at the end of the day."))
    whole_session = forms.BooleanField(
        label=_("One whole session"),
        required=False,
        help_text=_("Booked from its start to its end only."),
    )
    step_minutes = forms.IntegerField(
        label=_("Step, in minutes"),
        required=False,
        min_value=1,
        max_value=1440,
        help_text=_("Empty: the step of the instrument's rules."),
    )
    valid_from = day_field(_("First day"), required=False)
    valid_until = day_field(
        _("Last day"), required=False, help_text=_("Empty: until further notice.")
    )

    def __init__(self, *args: Any, places: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["place"].choices = [("", _("The whole platform")), *places]

    def hours(self) -> Hours:
        """Return what the form says of the hours."""
        names = Hours.__dataclass_fields__
        return Hours(**{name: self.cleaned_data[name] for name in names})


class StaffForm(HouseForm):
    """Somebody's role on a platform."""

    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=STAFF_ROLES)


class QualificationForm(HouseForm):
    """Something to be trained in, and the instruments that ask for it."""

    name = forms.CharField(label=_("Name"), max_length=200)
    instruments = forms.TypedMultipleChoiceField(
        label=_("Instruments that ask for it"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, instruments: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["instruments"].choices = list(instruments)


class GrantForm(HouseForm):
    """A person trained."""

    email = forms.EmailField(label=_("E-mail"))
    qualification = forms.TypedChoiceField(label=_("Qualification"), coerce=int)
    level = forms.ChoiceField(label=_("Level"), choices=LEVELS, initial="autonomous")
    valid_from = day_field(_("From"))
    valid_until = day_field(_("Last day"), required=False, help_text=_("Empty: no end."))

    def __init__(
        self, *args: Any, qualifications: Iterable[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["qualification"].choices = list(qualifications)


class ReasonForm(HouseForm):
    """Why something is done, for those who will ask."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class PriceForm(HouseForm):
    """The first hourly rates of an instrument; a tier left empty has none."""

    first = day_field(_("First day"))
    last = day_field(_("Last day"))
    usual_bands = forms.BooleanField(
        label=_("Usual bands"),
        required=False,
        initial=True,
        help_text=_("Evenings 75, nights 25, weekends and public holidays 50 per cent."),
    )

    def __init__(self, *args: Any, tiers: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tiers = [code for code, _label in tiers]
        for code, label in tiers:
            self.fields[code] = forms.DecimalField(
                label=label,
                required=False,
                min_value=0,
                max_digits=9,
                decimal_places=2,
                widget=forms.NumberInput(attrs={"class": "pl-in", "step": "0.01", "min": "0"}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(cleaned.get(code) is not None for code in self.tiers):
            self.add_error(None, _("Give one tier a price at least."))
        if cleaned.get("first") and cleaned.get("last") and cleaned["last"] < cleaned["first"]:
            self.add_error("last", _("The last day comes before the first."))
        return cleaned

    def hourly_cents(self) -> dict[str, int]:
        """Return the rates that were given, in cents."""
        given = {code: self.cleaned_data.get(code) for code in self.tiers}
        return {
            code: int(Decimal(euros) * 100) for code, euros in given.items() if euros is not None
        }

    @property
    def rates(self) -> list[Any]:
        """The fields of the tiers."""
        return [self[code] for code in self.tiers]
