"""The booking form: what is typed on the platform's clock becomes a wish in UTC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bookings.violations import Violation
from bookings.wish import Wish
from facilities.intervals import DAY, Interval, instant_of
from web.booking.offers import Choice, Offer, account_name

FIELD_OF = {
    "booked_for": "instrument",
    "unit": "instrument",
    "animals": "instrument",
    "operator": "operator_needed",
}
"""Where the form says what the API would say at a field that is not asked here."""

IN = {"class": "pl-in"}
WITHIN_REASON = (
    MinValueValidator(dt.date(2000, 1, 1)),
    MaxValueValidator(dt.date(2199, 12, 31)),
)
"""Days near the ends of the calendar have no midnight in every time zone."""


class DayInput(forms.DateInput):
    """A day, chosen with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs=IN, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """A time of day, typed or chosen."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(attrs=IN, format="%H:%M")


class BookingForm(forms.Form):
    """One booking. An end that is not after the start lies on the next day.

    Asks only what its instrument and its person make sense of.
    """

    booked_for = forms.EmailField(
        label=_("For"),
        required=False,
        widget=forms.TextInput(attrs={**IN, "list": "people", "autocomplete": "off"}),
        help_text=_("Left empty, it is for you."),
    )
    instrument = forms.TypedChoiceField(
        label=_("Instrument"), coerce=int, widget=forms.Select(attrs=IN)
    )
    day = forms.DateField(
        label=_("Day"),
        widget=DayInput(),
        input_formats=["%Y-%m-%d"],
        validators=WITHIN_REASON,
    )
    start = forms.TimeField(label=_("From"), widget=ClockInput())
    end = forms.TimeField(label=_("To"), widget=ClockInput())
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput(),
        input_formats=["%Y-%m-%d"],
        validators=WITHIN_REASON,
        help_text=_("Only for more than a day."),
    )
    unit = forms.TypedChoiceField(
        label=pgettext_lazy("of an instrument", "Unit"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.Select(attrs=IN),
    )
    project = forms.TypedChoiceField(
        label=_("Project"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.Select(attrs=IN),
    )
    account = forms.TypedChoiceField(
        label=_("Paid by"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.Select(attrs=IN),
    )
    purpose = forms.CharField(
        label=_("Purpose"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs=IN),
        help_text=_("No patient data."),
    )
    operator_needed = forms.BooleanField(label=_("With an operator"), required=False)
    animals = forms.IntegerField(
        label=_("Animals"),
        required=False,
        min_value=1,
        max_value=100_000,
        widget=forms.NumberInput(attrs={**IN, "inputmode": "numeric"}),
    )
    bsl2 = forms.BooleanField(
        label=_("BSL-2 work"), required=False, help_text=_("Doubles the clean-up time.")
    )
    override_reason = forms.CharField(
        label=_("Reason for an exception"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs=IN),
        help_text=_("Sets rules of time aside on your own platform; it is kept."),
    )
    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer = offer
        fields: dict[str, Any] = self.fields
        fields["instrument"].choices = [("", _("Choose …")), *offer.instrument_choices]
        fields["project"].choices = offer.project_choices or [("", _("None is open to you"))]
        fields["account"].choices = self._accounts(offer) or [("", _("None can pay"))]
        self.chosen_instrument: Any = offer.instrument_at(self["instrument"].value())
        units = self.chosen_instrument.units if self.chosen_instrument else 1
        fields["unit"].choices = [
            ("", _("Any that is free")),
            *((str(unit), str(unit)) for unit in range(1, units + 1)),
        ]
        for name in self._not_asked(units):
            del self.fields[name]

    def _not_asked(self, units: int) -> list[str]:
        asked = {
            "booked_for": bool(self._offer.people),
            "unit": units > 1,
            "animals": self.chosen_instrument is not None
            and self.chosen_instrument.facility.kind == "preclinical",
        }
        return [name for name, is_asked in asked.items() if not is_asked]

    def _accounts(self, offer: Offer) -> list[Choice]:
        """Offer what can pay for the project; keep what was chosen, so that it can be refused."""
        chosen = str(self["account"].value() or "")
        fitting = offer.accounts_of(str(self["project"].value() or ""))
        others = [one for one in offer.accounts if one not in fitting and str(one.pk) == chosen]
        return [(str(one.pk), account_name(one)) for one in [*fitting, *others]]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if {"instrument", "day", "start", "end"} <= cleaned.keys():
            try:
                tz = self._offer.instruments[cleaned["instrument"]].facility.tz
                cleaned["period"] = period_typed(cleaned, tz)
            except (ValueError, OverflowError):
                self.add_error("last_day", _("It ends after it starts."))
        return cleaned

    def wish(self, *, booked_for_id: int | None) -> Wish:
        """Return what the form asks for, once it is valid."""
        cleaned = self.cleaned_data
        return Wish(
            instrument_id=cleaned["instrument"],
            period=cleaned["period"],
            booked_for_id=booked_for_id,
            project_id=cleaned["project"],
            account_id=cleaned["account"],
            unit=cleaned.get("unit"),
            operator_needed=cleaned["operator_needed"],
            bsl2=cleaned["bsl2"],
            animals=cleaned.get("animals"),
            purpose=cleaned["purpose"],
        )

    def place_of(self, field: str) -> str | None:
        """Return the field that what the API says of another stands at; None for the whole."""
        name = field if field in self.fields else FIELD_OF.get(field, field)
        return name if name in self.fields else None

    def say(self, violations: Sequence[Violation]) -> None:
        """Put each broken rule at the field it is about."""
        for violation in violations:
            self.add_error(self.place_of(violation.field), violation.detail)

    def hush(self) -> bool:
        """Forget that something is still missing, while it is being chosen; say if so."""
        missing = [
            name
            for name, errors in self.errors.as_data().items()
            if any(error.code == "required" for error in errors)
        ]
        for name in missing:
            del self.errors[name]
        return bool(missing)


def period_typed(cleaned: Mapping[str, Any], tz: dt.tzinfo) -> Interval:
    """Return in UTC what was typed as day, start, end and perhaps last_day on a platform's clock.

    An end that is not after the start lies on the next day.

    Raises:
        ValueError: it ends before it starts.
    """
    last_day = cleaned.get("last_day") or cleaned["day"]
    if not cleaned.get("last_day") and cleaned["end"] <= cleaned["start"]:
        last_day += DAY
    return Interval(
        instant_of(dt.datetime.combine(cleaned["day"], cleaned["start"]), tz),
        instant_of(dt.datetime.combine(last_day, cleaned["end"]), tz),
    )


def typed(period: Interval, tz: dt.tzinfo) -> dict[str, str]:
    """Return a period as somebody would type it into the form."""
    start, end = period.start.astimezone(tz), period.end.astimezone(tz)
    follows = end.date() == start.date() or (
        end.date() == start.date() + DAY and end.time() <= start.time()
    )
    return {
        "day": f"{start:%Y-%m-%d}",
        "start": f"{start:%H:%M}",
        "end": f"{end:%H:%M}",
        "last_day": "" if follows else f"{end:%Y-%m-%d}",
    }
