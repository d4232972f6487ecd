"""What the API says and takes about payments."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.fields import CentsField, CurrencyField, DayField, IdField, TextField

METHODS = ("transfer", "debit", "card", "cheque", "other")
REFUND_KINDS = ("refunded", "elsewhere")
LONGEST_FILE = 14_000_000


def _euros(what: str) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, help_text=f"{what}, in euros, as 12.50."
    )


class AllocationSerializer(serializers.Serializer[Any]):
    """How much of a payment settles an invoice; negative where it was taken back."""

    invoice = serializers.IntegerField(source="invoice_id", help_text="Id of the invoice.")
    amount = CentsField(source="amount_cents", help_text="With VAT.")
    allocated_on = serializers.DateField(help_text="Day in the books.")
    reason = serializers.CharField(help_text="Why it was taken back; else empty.")


class RefundSerializer(serializers.Serializer[Any]):
    """What left a payment again."""

    kind = serializers.ChoiceField(REFUND_KINDS, help_text="Paid back, or not for an invoice.")
    amount = CentsField(source="amount_cents", help_text="In euros.")
    refunded_on = serializers.DateField(help_text="Day in the books.")
    reason = serializers.CharField(help_text="Why.")


class PaymentSerializer(serializers.Serializer[Any]):
    """Money that came in. It never changes; what it settles is told by rows of its own."""

    id = serializers.IntegerField(help_text="Id of the payment.")
    issuer = serializers.CharField(source="issuer.code", help_text="Code of who received it.")
    received_on = serializers.DateField(help_text="Day in the books.")
    late_from = serializers.DateField(
        allow_null=True,
        help_text="Day at the bank, where the books were closed for it; else none.",
    )
    amount = CentsField(source="amount_cents", help_text="What came in.")
    remaining = CentsField(
        source="remaining_cents", help_text="Neither allocated nor refunded yet."
    )
    currency = CurrencyField(help_text="ISO 4217 code.")
    method = serializers.ChoiceField(METHODS, help_text="How it came.")
    payer = serializers.CharField(help_text="Name of who paid, as the bank has it.")
    reference = serializers.CharField(help_text="Text of the transfer.")
    organisation = serializers.IntegerField(
        source="organisation_id", allow_null=True, help_text="Id of the customer, if known."
    )


class WholePaymentSerializer(PaymentSerializer):
    """A payment with what it settles."""

    allocations = AllocationSerializer(many=True, help_text="In the order of writing.")
    refunds = RefundSerializer(many=True, help_text="In the order of writing.")


class PaymentsOf(serializers.Serializer[Any]):
    """Which payments; every filter is optional."""

    issuer = serializers.SlugField(required=False, help_text="Code of an issuer.")
    organisation = IdField(required=False, help_text="Id of a customer.")
    received_from = DayField(required=False, help_text="First day.")
    received_until = DayField(required=False, help_text="Last day.")
    unallocated = serializers.BooleanField(
        required=False, default=False, help_text="Only those of which something remains."
    )


class Part(serializers.Serializer[Any]):
    """What an invoice gets."""

    invoice = IdField(help_text="Id of the invoice.")
    amount = _euros("What it gets")


class PaymentInput(serializers.Serializer[Any]):
    """Money that came in."""

    issuer = serializers.SlugField(help_text="Code of who received it.")
    received_on = DayField(help_text="Day on which it came in.")
    amount = _euros("What came in")
    method = serializers.ChoiceField(METHODS, default="transfer", help_text="How it came.")
    payer = TextField(required=False, default="", help_text="Name of who paid.")
    reference = TextField(required=False, default="", help_text="Text of the transfer.")
    organisation = IdField(
        required=False, help_text="Id of the customer; taken from the invoices where they say."
    )
    parts = Part(many=True, required=False, help_text="Invoices that it settles at once.")


class PartsInput(serializers.Serializer[Any]):
    """Invoices that a payment settles."""

    parts = Part(many=True, help_text="What each gets.")


class AllocationTakenBack(serializers.Serializer[Any]):
    """An allocation that was wrong."""

    invoice = IdField(help_text="Id of the invoice.")
    reason = TextField(help_text="Why it is taken back.")


class RefundInput(serializers.Serializer[Any]):
    """What left a payment again."""

    kind = serializers.ChoiceField(REFUND_KINDS, help_text="Paid back, or not for an invoice.")
    amount = _euros("How much")
    reason = TextField(help_text="Why.")


class BankFileInput(serializers.Serializer[Any]):
    """A statement of the bank, in the form camt.053 or as CSV."""

    issuer = serializers.SlugField(help_text="Code of whose account it is.")
    name = TextField(help_text="Name of the file.")
    content = serializers.CharField(
        max_length=LONGEST_FILE, help_text="The file as it is, in base64."
    )
    dry_run = serializers.BooleanField(
        default=False, help_text="Say what would be done, and do nothing."
    )
    takes_late = serializers.BooleanField(
        default=False,
        help_text="Record credits of closed months too, on the first day that is open.",
    )


class BankPartSerializer(serializers.Serializer[Any]):
    """An invoice that a credit settles."""

    invoice = serializers.IntegerField(source="invoice_id", help_text="Id of the invoice.")
    number = serializers.CharField(help_text="Its number.")
    amount = CentsField(source="amount_cents", help_text="What it gets.")


class BankLineSerializer(serializers.Serializer[Any]):
    """A credit of the file and what becomes of it."""

    booked_on = serializers.DateField(source="credit.booked_on", help_text="Day at the bank.")
    amount = CentsField(source="credit.amount_cents", help_text="What came in.")
    recorded_on = serializers.DateField(
        help_text="Day in the books: the bank's, or the first that is open."
    )
    payer = serializers.CharField(source="credit.payer", help_text="Name of who paid.")
    text = serializers.CharField(source="credit.text", help_text="Text of the transfer.")
    fate = serializers.CharField(help_text="new, known, closed (its month is) or future.")
    how = serializers.CharField(source="match.how", help_text="By what it was recognised.")
    sure = serializers.BooleanField(
        source="match.is_sure", help_text="Whether it is allocated at once; else a proposal."
    )
    parts = BankPartSerializer(many=True, help_text="What it settles.")


class BankImportSerializer(serializers.Serializer[Any]):
    """What a file holds and what importing it does, or did."""

    form = serializers.CharField(help_text="camt053 or csv.")
    was_imported = serializers.BooleanField(help_text="Whether the file was taken before.")
    left_out = serializers.IntegerField(help_text="Lines that are no money that came in.")
    lines = BankLineSerializer(many=True, help_text="Its credits, in their order.")


class AgeingSerializer(serializers.Serializer[Any]):
    """What is open of one customer, by days past the due date."""

    organisation = serializers.IntegerField(source="organisation_id", help_text="Id.")
    name = serializers.CharField(source="organisation", help_text="Its name.")
    not_due = CentsField(help_text="Not due yet.")
    days_1_30 = CentsField(help_text="1 to 30 days late.")
    days_31_60 = CentsField(help_text="31 to 60 days late.")
    days_61_90 = CentsField(help_text="61 to 90 days late.")
    over_90 = CentsField(help_text="More than 90 days late.")
    total = CentsField(source="total_cents", help_text="All that is open.")


class OfIssuer(serializers.Serializer[Any]):
    """Whose books; needed only by who keeps several."""

    issuer = serializers.SlugField(required=False, help_text="Code of the issuer.")


class SettlementSerializer(serializers.Serializer[Any]):
    """A payment as the buyer sees it."""

    received_on = serializers.DateField(help_text="Day on which it came in.")
    method = serializers.CharField(help_text="How it came.")
    amount = CentsField(source="amount_cents", help_text="Negative where it was taken back.")


class InvoicePaymentsSerializer(serializers.Serializer[Any]):
    """What was paid of an invoice, and what being late costs by today."""

    paid = CentsField(source="paid_cents", help_text="Paid so far.")
    credited = CentsField(source="credited_cents", help_text="Credited so far, with VAT.")
    open = CentsField(source="open_cents", help_text="Left to pay; negative: to give back.")
    said_paid_on = serializers.DateField(
        allow_null=True,
        help_text="Day on which the buyer's platform called it paid, while it is still open here.",
    )
    settlements = SettlementSerializer(many=True, help_text="Day by day.")
    late_interest = CentsField(help_text="At the stated rate; not charged by itself.")
    late_indemnity = CentsField(help_text="Fixed, for recovery costs; not charged by itself.")
