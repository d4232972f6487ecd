"""The form of an instrument's rules: each with its unit and what it does."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from facilities.services.rules import RuleSet
from web.forms.running import HouseForm

MINUTES, HOURS, DAYS, SESSIONS = _("minutes"), _("hours"), _("days"), _("sessions")
PERCENT = "%"
MOST_MINUTES, MOST_HOURS, MOST_DAYS, MOST_SESSIONS = 1440, 8784, 1830, 1000
AN_HOUR = 60

CODES: dict[str, Promise] = {
    "too_little_notice": _("Notice"),
    "beyond_horizon": _("Horizon"),
    "off_step": _("Step"),
    "too_short": _("Shortest booking"),
    "too_long": _("Longest booking"),
    "person_weekly_hours": _("One person in a week"),
    "team_weekly_hours": _("One team in a week"),
    "industry_share_reached": _("Industry at most"),
}
"""Which rule of the form a violation is of."""


class Minutes(forms.IntegerField):
    """A length in whole minutes, a day at the most."""

    unit = MINUTES

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_value=MOST_MINUTES, **({"min_value": 0} | kwargs))


class Hours(forms.DecimalField):
    """A length typed in hours and kept in minutes; empty may mean no limit."""

    unit = HOURS

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.NumberInput(attrs={"step": "0.25", "min": "0"})
        super().__init__(
            min_value=0, max_value=MOST_HOURS, decimal_places=4, widget=widget, **kwargs
        )

    def clean(self, value: Any) -> int | None:
        hours = super().clean(value)
        return None if hours is None else int(Decimal(hours) * AN_HOUR)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        return f"{Decimal(value) / AN_HOUR:.4f}".rstrip("0").rstrip(".")


class Whole(forms.IntegerField):
    """A number of days or sessions."""

    def __init__(self, *, unit: Promise, most: int, **kwargs: Any) -> None:
        self.unit = unit
        super().__init__(min_value=0, max_value=most, **kwargs)


class Percent(forms.IntegerField):
    """A share in whole per cent."""

    unit = PERCENT

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=100, **kwargs)


class RulesForm(HouseForm):
    """Every rule of an instrument."""

    step_minutes = Minutes(
        label=_("Step"),
        min_value=1,
        help_text=_("Bookings start and end on multiples of this on the clock."),
    )
    shortest_minutes = Minutes(
        label=_("Shortest booking"), min_value=1, help_text=_("Anything shorter is refused.")
    )
    longest_minutes = Hours(
        label=_("Longest booking"), help_text=_("Anything longer is refused. Sessions are not cut.")
    )
    horizon_days = Whole(
        unit=DAYS,
        most=MOST_DAYS,
        label=_("Horizon"),
        help_text=_("How far ahead people book; the last day is open as a whole."),
    )
    notice_minutes = Hours(
        label=_("Notice"), help_text=_("Least time between booking and start. 0 for none.")
    )
    setup_minutes = Minutes(
        label=pgettext_lazy("time before a booking", "Set-up"),
        help_text=_("Kept free before each booking; never billed."),
    )
    cleanup_minutes = Minutes(
        label=_("Clean-up"), help_text=_("Kept free after each booking; twice that for BSL-2 work.")
    )
    person_weekly_minutes = Hours(
        label=_("One person in a week"), required=False, help_text=_("Empty: no limit.")
    )
    team_weekly_minutes = Hours(
        label=_("One team in a week"), required=False, help_text=_("Empty: no limit.")
    )
    industry_cap_percent = Percent(
        label=_("Industry at most"),
        required=False,
        help_text=_("Of the open hours of a calendar year. Beyond it companies are refused."),
    )
    industry_warning_percent = Percent(
        label=_("Warn of industry from"),
        required=False,
        help_text=_("The managers get one mail a year. Empty: none."),
    )
    approval_always = forms.BooleanField(
        label=_("Every booking"), required=False, help_text=_("Each one waits for your decision.")
    )
    approval_for_industry = forms.BooleanField(
        label=_("Industry"), required=False, help_text=_("Bookings for companies wait.")
    )
    approval_first_sessions = Whole(
        unit=SESSIONS,
        most=MOST_SESSIONS,
        label=_("First sessions of a person"),
        help_text=_("So many of somebody's first ones here wait. 0 for none."),
    )
    approval_over_minutes = Hours(
        label=_("Longer than"), required=False, help_text=_("Empty: length never matters.")
    )
    approval_at_night = forms.BooleanField(
        label=_("Nights and weekends"),
        required=False,
        help_text=_("For people without the after-hours level."),
    )
    sole_manager_decides_own = forms.BooleanField(
        label=_("A sole manager decides their own"),
        required=False,
        help_text=_("Otherwise somebody else always does."),
    )
    hold_minutes = Hours(
        label=_("A request holds its slot for"),
        help_text=_("Undecided by then, it lapses and the slot is free."),
    )
    free_cancellation_minutes = Hours(
        label=_("Free to cancel until"),
        help_text=_("So long before the start. Later the booked time is charged."),
    )
    no_show_minutes = Minutes(
        label=_("No-show after"),
        required=False,
        help_text=_("Empty: sessions need not be started and are billed as booked."),
    )

    GROUPS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
        (
            _("Length and time"),
            (
                "step_minutes",
                "shortest_minutes",
                "longest_minutes",
                "horizon_days",
                "notice_minutes",
                "setup_minutes",
                "cleanup_minutes",
            ),
        ),
        (
            _("A fair share"),
            (
                "person_weekly_minutes",
                "team_weekly_minutes",
                "industry_cap_percent",
                "industry_warning_percent",
            ),
        ),
        (
            _("What waits for a decision"),
            (
                "approval_always",
                "approval_for_industry",
                "approval_first_sessions",
                "approval_over_minutes",
                "approval_at_night",
                "hold_minutes",
                "sole_manager_decides_own",
            ),
        ),
        (_("Cancelling and not coming"), ("free_cancellation_minutes", "no_show_minutes")),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        shortest, longest = cleaned.get("shortest_minutes"), cleaned.get("longest_minutes")
        if shortest is not None and longest is not None and longest < shortest:
            self.add_error("longest_minutes", _("No shorter than the shortest booking."))
        return cleaned

    def rules(self) -> RuleSet:
        """Return what the form says."""
        return RuleSet(**{name: self.cleaned_data[name] for name in RuleSet.__dataclass_fields__})

    def groups(self) -> Iterator[tuple[Promise, list[Any]]]:
        """Yield the rules under their headings."""
        for heading, names in self.GROUPS:
            yield heading, [self[name] for name in names]


def typed_rules(known: Any) -> dict[str, Any]:
    """Return stored rules as the form starts from them."""
    return {name: getattr(known, name) for name in RuleSet.__dataclass_fields__}
