"""The form of a file of recharges: its columns line by line, and how it is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms.running import HouseForm

DELIMITERS = ((";", ";"), (",", ","), ("\t", _("Tab")), ("|", "|"))
ENCODINGS = (
    ("utf-8-sig", _("UTF-8 with a mark, as Excel wants it")),
    ("utf-8", "UTF-8"),
    ("iso-8859-15", "ISO 8859-15"),
)
BETWEEN = "|"


class LayoutForm(HouseForm):
    """How the books of a body want their transfer notes."""

    name = forms.CharField(label=_("Name"), max_length=100)
    columns = forms.CharField(
        label=_("Columns"),
        help_text=_("One a line: header | source | format. A source such as =706 is a constant."),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "pl-in pl-code"}),
    )
    delimiter = forms.ChoiceField(label=_("Delimiter"), choices=DELIMITERS)
    encoding = forms.ChoiceField(label=_("Encoding"), choices=ENCODINGS)
    decimal_comma = forms.BooleanField(label=_("Decimal comma"), required=False)
    has_header = forms.BooleanField(label=_("The first line names the columns"), required=False)

    def fields_of(self) -> dict[str, Any]:
        """Return what was typed, in the form it is kept."""
        said = {name: self.cleaned_data[name] for name in self.cleaned_data if name != "seen"}
        return said | {"columns": columns_from(said["columns"])}


def columns_from(text: str) -> list[dict[str, str]]:
    """Read columns, one a line."""
    columns = []
    for line in text.splitlines():
        if line.strip():
            parts = [part.strip() for part in line.split(BETWEEN, 2)] + ["", ""]
            columns.append({"header": parts[0], "source": parts[1], "format": parts[2]})
    return columns


def text_of(columns: Sequence[dict[str, str]]) -> str:
    """Write columns, one a line, as they are typed."""
    lines = ([one["header"], one["source"], one.get("format", "")] for one in columns)
    return "\n".join(f" {BETWEEN} ".join(parts).rstrip(f" {BETWEEN}") for parts in lines)
