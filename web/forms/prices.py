"""Forms about price lists: begun, voted, ended, looked at beside what was charged."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.prices.comparing import LEAST_PERCENT, MOST_PERCENT
from billing.services.price_lists import ListCard, Raise
from web.forms.running import HouseForm, day_field

ROUNDED_TO = ((1, _("to the cent")), (5, _("to 5 cents")), (10, _("to 10 cents")))
Choices = Iterable[tuple[Any, Any]]


class ListForm(HouseForm):
    """What a list is called, and its days."""

    name = forms.CharField(label=_("Name"), max_length=200)
    first = day_field(_("First day"))
    last = day_field(_("Last day"), required=False, help_text=_("Empty: until further notice."))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("first") and cleaned.get("last") and cleaned["last"] < cleaned["first"]:
            self.add_error("last", _("The last day comes before the first."))
        return cleaned

    def card(self) -> ListCard:
        """Return what the form says."""
        said = self.cleaned_data
        return ListCard(name=said["name"], first=said["first"], last=said["last"])


class NewListForm(ListForm):
    """A list begun from another one, or from nothing."""

    start = forms.ChoiceField(label=_("Begin with"))
    percent = forms.DecimalField(
        label=_("Raise by, in per cent"),
        min_value=LEAST_PERCENT + 1,
        max_value=MOST_PERCENT,
        max_digits=6,
        decimal_places=2,
        initial=Decimal(0),
        help_text=_("0 leaves the amounts as they are."),
    )
    step = forms.TypedChoiceField(label=_("Rounded"), coerce=int, choices=ROUNDED_TO, initial=1)

    field_order = ("start", "name", "first", "last", "percent", "step")

    def __init__(self, *args: Any, starts: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["start"].choices = list(starts)

    @property
    def begun(self) -> tuple[int, int | None]:
        """The platform, and the list to copy if there is one."""
        platform, _colon, copied = self.cleaned_data["start"].partition(":")
        return int(platform), int(copied) if copied else None

    def by(self) -> Raise:
        """Return the raise that was asked for."""
        return Raise(percent=self.cleaned_data["percent"], step=self.cleaned_data["step"])


class VoteForm(HouseForm):
    """The day of a vote."""

    voted_on = day_field(_("Voted on"))


class EndForm(HouseForm):
    """The day on which a list ends."""

    last = day_field(_("New last day"))


class UseForm(HouseForm):
    """The days whose uses are priced again."""

    first = day_field(_("First day"))
    last = day_field(_("Last day"))


class ListFileForm(HouseForm):
    """A file of a list."""

    file = forms.FileField(
        label=_("Workbook (.xlsx)"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
