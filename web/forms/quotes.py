"""Forms about quotes: what one says, its lines, and how it is answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from billing.quotes.acceptance import Acceptance
from billing.quotes.offers import LineWish
from billing.quotes.sessions import Extras
from billing.services.quotes import QuoteWish
from web.forms.running import HouseForm, day_field

OWN_WORDS = "own"
MOST_EUROS = 10**9


def _percent_field(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        help_text=_("In per cent."),
    )


class QuoteForm(HouseForm):
    """What a quote says beside its lines; its project is one of the team's, or opened later."""

    title = forms.CharField(label=_("Title"), max_length=200)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands under the title. Name no patient."),
    )
    project = forms.TypedChoiceField(
        label=_("Project"), required=False, coerce=int, empty_value=None
    )
    project_name = forms.CharField(
        label=_("Name of a new project"),
        required=False,
        max_length=200,
        help_text=_("Opened when the quote is accepted; else it has the quote's title."),
    )
    starts_on = day_field(_("Work begins on"), required=False)
    ends_on = day_field(
        _("Last day of work"), required=False, help_text=_("The order can be spent until then.")
    )
    discount_percent = _percent_field(_("Discount on the whole"))
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("As the buyer's invoices")), *settings.LANGUAGES],
        required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, projects: Iterable[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["project"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("A new one")), *projects]

    def wish(self) -> QuoteWish:
        """Return what was typed, as billing understands it."""
        typed = self.cleaned_data
        return QuoteWish(
            title=typed["title"],
            note=typed["note"],
            project_id=typed["project"],
            project_name=typed["project_name"],
            starts_on=typed["starts_on"],
            ends_on=typed["ends_on"],
            language=typed["language"],
            discount_percent=typed["discount_percent"] or Decimal(0),
        )


class NewQuoteForm(QuoteForm):
    """The same for a new quote, with who offers and to whom."""

    facility = forms.TypedChoiceField(label=_("Platform"), coerce=int)
    team = forms.TypedChoiceField(label=_("Team"), coerce=int)
    field_order = ("facility", "team", "title")

    def __init__(
        self,
        *args: Any,
        facilities: Sequence[tuple[int, str]],
        teams: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("facility", facilities), ("team", teams)):
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = list(choices)
        del self.fields["project"]

    def wish(self) -> QuoteWish:
        """Return what was typed; its project is opened when it is accepted."""
        self.cleaned_data["project"] = None
        return super().wish()


class LineForm(HouseForm):
    """A line: something that is sold, or own words; how much of it, and at which price."""

    what = forms.ChoiceField(label=_("What"))
    description = forms.CharField(
        label=_("Words"), required=False, max_length=500, help_text=_("Empty: as it is called.")
    )
    quantity = forms.DecimalField(
        label=_("Quantity"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=10,
        decimal_places=2,
    )
    sessions = forms.IntegerField(
        label=_("Or sessions"), required=False, min_value=1, max_value=1000
    )
    hours = forms.DecimalField(
        label=_("of hours each"),
        required=False,
        min_value=Decimal("0.25"),
        max_value=1000,
        decimal_places=2,
    )
    price = forms.DecimalField(
        label=_("Price of a unit"),
        required=False,
        min_value=0,
        max_value=MOST_EUROS,
        decimal_places=2,
        help_text=_("Euros without VAT. Empty: as the price list has it."),
    )
    discount_percent = _percent_field(_("Discount"))
    with_operator = forms.BooleanField(
        label=_("With operator hours"),
        required=False,
        help_text=_("Always so on instruments that are only used with an operator."),
    )
    bsl2 = forms.BooleanField(
        label=_("BSL-2 work"),
        required=False,
        help_text=_("Adds the surcharge of the price list, once for each session."),
    )

    def __init__(self, *args: Any, sold: Iterable[Any], extras: Extras, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.extras = {"with_operator": extras.with_operator, "bsl2": extras.with_bsl2}
        for name, having in self.extras.items():
            if not having:
                del self.fields[name]
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            *((one.platform, one.choices) for one in sold),
            (OWN_WORDS, _("Something else, in words")),
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse extras of what has none, and of hours that are no sessions."""
        typed = super().clean() or self.cleaned_data
        kind, _colon, number = typed.get("what", "").partition(":")
        for name in self.extras.keys() & self.fields.keys():
            if not typed.get(name):
                continue
            if kind != "instrument" or int(number) not in self.extras[name]:
                self.add_error(name, _("The price list has none for this."))
            elif not (typed.get("sessions") and typed.get("hours")):
                self.add_error(name, _("Say how many sessions, and of how many hours each."))
        return typed

    def wish(self) -> LineWish:
        """Return what was typed, as billing understands it."""
        typed = self.cleaned_data
        kind, _colon, number = typed["what"].partition(":")
        return LineWish(
            service_id=int(number) if kind == "service" else None,
            instrument_id=int(number) if kind == "instrument" else None,
            package_id=int(number) if kind == "package" else None,
            description=typed["description"],
            quantity=typed["quantity"],
            sessions=typed["sessions"],
            hours=typed["hours"],
            unit_price_cents=cents_of(typed["price"]),
            discount_percent=typed["discount_percent"] or Decimal(0),
            with_operator=typed.get("with_operator", False),
            bsl2=typed.get("bsl2", False),
        )


class ChangeLineForm(HouseForm):
    """How much of a line, at which price."""

    quantity = forms.DecimalField(min_value=Decimal("0.01"), max_digits=10, decimal_places=2)
    price = forms.DecimalField(min_value=0, max_value=MOST_EUROS, decimal_places=2)
    discount_percent = _percent_field(_("Discount"))

    def changes(self) -> dict[str, Any]:
        """Return what was typed, as billing understands it."""
        return {
            "quantity": self.cleaned_data["quantity"],
            "unit_price_cents": cents_of(self.cleaned_data["price"]),
            "discount_percent": self.cleaned_data["discount_percent"] or Decimal(0),
        }


class AcceptForm(HouseForm):
    """By what a quote is accepted: the number of an order, or who signs."""

    purchase_order = forms.CharField(
        label=_("Number of the purchase order"),
        required=False,
        max_length=100,
        help_text=_("The same number again lets that order pay for this quote, too."),
    )
    file = forms.FileField(
        label=_("The order"),
        required=False,
        max_length=200,
        help_text=_("PDF, PNG or JPEG, up to 10 MB."),
    )
    signed_name = forms.CharField(
        label=_("Name and position of who signs"), required=False, max_length=200
    )
    signed_on = day_field(_("Signed on"), required=False)

    def acceptance(self) -> Acceptance:
        """Return what was typed, as billing understands it."""
        file = self.cleaned_data["file"]
        return Acceptance(
            purchase_order=self.cleaned_data["purchase_order"],
            signed_name=self.cleaned_data["signed_name"],
            signed_on=self.cleaned_data["signed_on"],
            file=file.read() if file else b"",
            file_name=file.name if file else "",
        )


class RecordForm(AcceptForm):
    """An acceptance that came on paper: its file and its day, and by what it is one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = self.fields["signed_on"].required = True
        self.fields["file"].label = _("The paper, scanned")
        self.fields["signed_on"].label = _("Day of the paper")
        self.fields["signed_name"].label = _("Name and position of who signed")


def cents_of(euros: Decimal | None) -> int | None:
    """Return euros as cents; nothing for none."""
    return None if euros is None else int((euros * 100).to_integral_value())
