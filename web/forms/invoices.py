"""Forms about documents that were issued."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms.running import HouseForm


class CreditForm(HouseForm):
    """Why something is given back, and how much of which line; of none named, all that is left."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("It stands on the credit note.")
    )

    def __init__(self, *args: Any, lines: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lines = lines
        for line in lines:
            self.fields[self._name(line)] = forms.DecimalField(
                label=line.description,
                required=False,
                max_digits=12,
                decimal_places=2,
                widget=forms.NumberInput(attrs={"class": "pl-in", "step": "0.01"}),
            )

    @property
    def rows(self) -> list[tuple[Any, forms.BoundField]]:
        """Each line with the field of what is given back of it."""
        return [(line, self[self._name(line)]) for line in self._lines]

    @property
    def parts(self) -> dict[int, int] | None:
        """Cents by id of the line; None where no line is named."""
        named = {
            line.pk: int((amount * 100).to_integral_value())
            for line in self._lines
            if (amount := self.cleaned_data.get(self._name(line))) not in (None, Decimal(0))
        }
        return named or None

    @staticmethod
    def _name(line: Any) -> str:
        return f"line_{line.pk}"
