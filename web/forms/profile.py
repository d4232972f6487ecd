"""What people type about themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bookings.wording import length_text
from web.forms.booking import IN

USUAL_REMINDERS = (7 * 1440, 2 * 1440, 1440, 120, 60, 15)
"""Minutes before a session that are offered; others that a person has stay offered too."""

DAY_MINUTES = 1440
NAME = forms.TextInput(attrs=IN)


class AboutForm(forms.Form):
    """Name, language, keys."""

    first_name = forms.CharField(label=_("First name"), required=False, max_length=100, widget=NAME)
    last_name = forms.CharField(label=_("Last name"), required=False, max_length=100, widget=NAME)
    language = forms.ChoiceField(
        label=_("Language of pages and mails"),
        choices=settings.LANGUAGES,
        widget=forms.Select(attrs=IN),
    )
    uses_letter_keys = forms.BooleanField(
        label=_("Single-letter keys"),
        required=False,
        help_text=_("Letters do something while no field has the focus; ? lists them."),
    )


class TellingForm(forms.Form):
    """Which reminders and confirmations a person wants."""

    reminder_minutes = forms.TypedMultipleChoiceField(
        label=_("Remind me before a session"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    wants_confirmations = forms.BooleanField(
        label=_("Confirm what I book myself"),
        required=False,
        help_text=_("Decisions, changes and cancellations by others are always told."),
    )

    def __init__(self, *args: Any, minutes: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = sorted({*USUAL_REMINDERS, *minutes}, reverse=True)
        fields: dict[str, Any] = self.fields
        fields["reminder_minutes"].choices = [(each, lead_text(each)) for each in offered]


def lead_text(minutes: int) -> str:
    """Write how long before: in whole days where it is that."""
    days, rest = divmod(minutes, DAY_MINUTES)
    return length_text(minutes) if rest or days < 2 else _("%(days)d days") % {"days": days}
