"""What was charged for a person's bookings; see accounts/personal_data.py."""

from __future__ import annotations

from accounts.models import User
from accounts.personal_data import Rows, rows_of
from billing.models import Charge, Dispute, QuoteAnswer, ServiceRequest


def personal_data(person: User) -> dict[str, Rows]:
    """Return a person's charges, their requests, disputes and answers to quotes."""
    return {
        "charges": rows_of(
            Charge.objects.filter(booking__booked_for=person),
            *("id", "service_date", "description", "quantity", "unit", "unit_price_cents"),
            *("percent", "amount_cents", "tier", "vat_category", "vat_percent"),
            booking="booking_id",
            platform="facility__name",
            instrument="instrument__name",
            team="team__name",
            project="project__name",
            account="account__reference",
            reverses="reverses_id",
        ),
        "service_requests": rows_of(
            ServiceRequest.objects.filter(requested_by=person),
            *("id", "title", "note", "state", "billing", "created_at"),
            platform="facility__name",
            team="team__name",
            project="project__name",
            account="account__reference",
        ),
        "disputes": rows_of(
            Dispute.objects.filter(opened_by=person),
            *("id", "reason", "state", "opened_at", "answer", "answered_at"),
            charge="charge_id",
            team="charge__team__name",
        ),
        "quote_answers": rows_of(
            QuoteAnswer.objects.filter(answered_by=person),
            *(
                "id",
                "answer",
                "answered_at",
                "signed_name",
                "signed_on",
                "purchase_order",
                "reason",
            ),
            quote="quote__number",
            team="quote__team__name",
        ),
    }
