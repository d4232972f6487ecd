"""Forms that take time away from bookings: closures, and blocks on an instrument."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.services import TimeAside
from facilities.choices import CLOSURE_KINDS
from facilities.intervals import Interval, instant_of
from web.forms.running import HouseForm, clock_field, day_field

BLOCK_KINDS = (
    ("maintenance", _("Maintenance")),
    ("training", _("Training")),
    ("closure", _("Closed")),
)
OF_PLATFORM, OF_INSTRUMENT = dict(CLOSURE_KINDS), dict(BLOCK_KINDS)


class ClosingForm(HouseForm):
    """What is closed, from when to when, and why; typed on the platform's clock."""

    place = forms.TypedChoiceField(label=_("What"), coerce=int, empty_value=None, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(_("The whole platform"), CLOSURE_KINDS), (_("One instrument"), BLOCK_KINDS)],
    )
    first = day_field(_("First day"))
    opens = clock_field(_("From"))
    last = day_field(_("Last day"))
    closes = clock_field(_("Until"), help_text=_("0:00 is midnight at the end of the last day."))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Everybody reads it in the calendar, and those whose booking goes in a mail."),
    )

    def __init__(
        self, *args: Any, tz: dt.tzinfo, places: Iterable[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._tz = tz
        fields: dict[str, Any] = self.fields
        fields["place"].choices = [("", _("The whole platform")), *places]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if {"place", "kind"} <= cleaned.keys():
            kinds = OF_PLATFORM if cleaned["place"] is None else OF_INSTRUMENT
            if cleaned["kind"] not in kinds:
                self.add_error("kind", _("This kind is for the other choice above."))
        if {"first", "opens", "last", "closes"} <= cleaned.keys():
            try:
                cleaned["period"] = self._period(cleaned)
            except (ValueError, OverflowError):
                self.add_error("last", _("It ends after it starts."))
        return cleaned

    def _period(self, cleaned: dict[str, Any]) -> Interval:
        last = cleaned["last"]
        if cleaned["closes"] == dt.time(0):
            last += dt.timedelta(days=1)
        return Interval(
            instant_of(dt.datetime.combine(cleaned["first"], cleaned["opens"]), self._tz),
            instant_of(dt.datetime.combine(last, cleaned["closes"]), self._tz),
        )

    def time(self, *, facility_code: str) -> TimeAside:
        """Return what the form asks for."""
        cleaned = self.cleaned_data
        return TimeAside(
            facility_code=facility_code,
            instrument_id=cleaned["place"],
            kind=cleaned["kind"],
            period=cleaned["period"],
            reason=cleaned["reason"],
        )
