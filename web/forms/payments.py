"""Forms about payments: one by hand, what it settles, a refund, a file of the bank."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.payments.bank_files import LARGEST_FILE
from web.forms.running import HouseForm, day_field

METHODS = (
    ("transfer", _("Bank transfer")),
    ("debit", _("Direct debit")),
    ("card", _("Card")),
    ("cheque", _("Cheque")),
    ("other", _("Other")),
)
REFUND_KINDS = (
    ("refunded", _("Paid back")),
    ("elsewhere", _("Belongs elsewhere in the books")),
)


def euros_field(label: Any, **more: Any) -> forms.DecimalField:
    """Return a field for an amount in euros."""
    return forms.DecimalField(
        label=label, min_value=Decimal("0.01"), max_digits=12, decimal_places=2, **more
    )


def cents(euros: Decimal) -> int:
    """Return an amount of two places in cents."""
    return int((euros * 100).to_integral_value())


class PaymentForm(HouseForm):
    """Money that came in."""

    received_on = day_field(_("Received on"))
    amount = euros_field(_("Amount, in euros"))
    method = forms.ChoiceField(label=_("Method"), choices=METHODS)
    organisation = forms.TypedChoiceField(
        label=_("Customer"), coerce=int, empty_value=None, required=False
    )
    payer = forms.CharField(label=_("Name of the payer"), max_length=200, required=False)
    reference = forms.CharField(label=_("Text of the payment"), max_length=500, required=False)

    def __init__(self, *args: Any, organisations: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["organisation"].choices = [("", _("Not known yet")), *organisations]


class AllocationForm(HouseForm):
    """How much of a payment settles which invoice."""

    def __init__(self, *args: Any, invoices: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._invoices = invoices
        for invoice in invoices:
            self.fields[self._name(invoice)] = euros_field(
                invoice.number,
                required=False,
                widget=forms.NumberInput(attrs={"class": "pl-in pl-few", "step": "0.01"}),
            )

    @property
    def rows(self) -> list[tuple[Any, forms.BoundField]]:
        """Each invoice with the field of what it gets."""
        return [(invoice, self[self._name(invoice)]) for invoice in self._invoices]

    @property
    def parts(self) -> dict[int, int]:
        """Cents by id of the invoice."""
        return {
            invoice.pk: cents(amount)
            for invoice in self._invoices
            if (amount := self.cleaned_data.get(self._name(invoice))) is not None
        }

    @staticmethod
    def _name(invoice: Any) -> str:
        return f"invoice_{invoice.pk}"


class RefundForm(HouseForm):
    """What left a payment again."""

    kind = forms.ChoiceField(label=_("What became of it"), choices=REFUND_KINDS)
    amount = euros_field(_("Amount, in euros"))
    reason = forms.CharField(label=_("Reason"), max_length=500)


class BankFileForm(HouseForm):
    """A statement of the bank."""

    file = forms.FileField(
        label=_("Statement of the bank"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xml,.csv,.txt"}),
        help_text=_("camt.053, or CSV with semicolons and a line that names a date and an amount."),
    )

    def clean_file(self) -> Any:
        """Refuse a file that is longer than any statement."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is too large."))
        return file
