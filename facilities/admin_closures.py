"""Closures as the admin's forms take them: typed on the platform's own clock."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections import Counter
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.forms.models import BaseInlineFormSet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from facilities.intervals import Interval, instant_of
from facilities.models import Closure, Facility
from facilities.services import change_closure, close_facility

ENDS = ("starts_at", "ends_at")


def tz_of(facility: Facility | None) -> dt.tzinfo:
    """Return a platform's clock; for the whole centre, the one most platforms follow."""
    if facility is not None:
        return facility.tz
    names = Counter(Facility.objects.values_list("time_zone", flat=True))
    return zoneinfo.ZoneInfo(names.most_common(1)[0][0]) if names else dt.UTC


def on_its_clock(closure: Closure, moment: dt.datetime) -> str:
    """Write an end of a closure as the wall clock shows it there."""
    return date_format(moment.astimezone(tz_of(closure.facility)), "SHORT_DATETIME_FORMAT")


def shut(closure: Closure, *, actor: User) -> None:
    """Store a new closure through the service that holds the instruments' locks."""
    made = close_facility(
        actor=actor,
        facility_code=closure.facility.code if closure.facility else None,
        kind=closure.kind,
        period=Interval(closure.starts_at, closure.ends_at),
        reason=closure.reason,
    )
    closure.pk = made.pk


def reshut(closure: Closure, *, actor: User) -> None:
    """Store a changed closure under the same locks."""
    change_closure(
        actor=actor,
        closure_id=closure.pk,
        kind=closure.kind,
        period=Interval(closure.starts_at, closure.ends_at),
        reason=closure.reason,
    )


class ClosureForm(forms.ModelForm):
    """A closure between two wall clocks.

    The admin knows one time zone for everything, UTC; a manager types what the clock on
    the wall of the platform will show.
    """

    starts_at = forms.SplitDateTimeField(
        label=_("from"), widget=AdminSplitDateTime, help_text=_("On the platform's clock.")
    )
    ends_at = forms.SplitDateTimeField(
        label=_("to"), widget=AdminSplitDateTime, help_text=_("On the platform's clock.")
    )

    class Meta:
        model = Closure
        fields = ("facility", "kind", "starts_at", "ends_at", "reason")

    def __init__(self, *args: Any, tz: dt.tzinfo | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tz = tz
        if self.instance.pk:
            clock = tz or tz_of(self.instance.facility)
            for name in ENDS:
                moment = getattr(self.instance, name).astimezone(clock)
                self.initial[name] = moment.replace(tzinfo=None)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        tz = self._tz or tz_of(cleaned.get("facility", self.instance.facility))
        for name in ENDS:
            if name in cleaned:
                cleaned[name] = instant_of(timezone.make_naive(cleaned[name]), tz)
        if all(name in cleaned for name in ENDS) and cleaned["ends_at"] <= cleaned["starts_at"]:
            self.add_error("ends_at", _("It ends after it starts."))
        return cleaned


class ClosureFormSet(BaseInlineFormSet):
    """The closures of one platform, on its clock."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs(index)
        return kwargs | {"tz": self.instance.tz}
