"""The booking form: what is typed on the platform's clock becomes a wish in UTC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from bookings.violations import Violation
from bookings.wish import Wish
from facilities.intervals import DAY, Interval, instant_of
from web.offers import Offer

FIELD_OF = {"booked_for": "instrument", "unit": "instrument"}
"""Where the form says what the API would say at another field."""

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
    """One booking. An end that is not after the start lies on the next day."""

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

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._instruments = offer.instruments
        fields: dict[str, Any] = self.fields
        fields["instrument"].choices = [("", _("Choose …")), *offer.instrument_choices]
        fields["project"].choices = [("", _("Last used")), *offer.projects]
        fields["account"].choices = [("", _("Last used")), *offer.accounts]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if {"instrument", "day", "start", "end"} <= cleaned.keys():
            try:
                cleaned["period"] = self._period(cleaned)
            except (ValueError, OverflowError):
                self.add_error("last_day", _("It ends after it starts."))
        return cleaned

    def _period(self, cleaned: dict[str, Any]) -> Interval:
        tz = self._instruments[cleaned["instrument"]].facility.tz
        last_day = cleaned.get("last_day") or cleaned["day"]
        if not cleaned.get("last_day") and cleaned["end"] <= cleaned["start"]:
            last_day += DAY
        return Interval(
            instant_of(dt.datetime.combine(cleaned["day"], cleaned["start"]), tz),
            instant_of(dt.datetime.combine(last_day, cleaned["end"]), tz),
        )

    def wish(self, *, booked_for_id: int) -> Wish:
        """Return what the form asks for, once it is valid."""
        cleaned = self.cleaned_data
        return Wish(
            instrument_id=cleaned["instrument"],
            period=cleaned["period"],
            booked_for_id=booked_for_id,
            project_id=cleaned["project"],
            account_id=cleaned["account"],
            operator_needed=cleaned["operator_needed"],
            bsl2=cleaned["bsl2"],
            purpose=cleaned["purpose"],
        )

    def say(self, violations: Sequence[Violation]) -> None:
        """Put each broken rule at the field it is about."""
        for violation in violations:
            name = FIELD_OF.get(violation.field, violation.field)
            self.add_error(name if name in self.fields else None, violation.detail)


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
