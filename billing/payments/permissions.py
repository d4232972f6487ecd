"""Who sees payments, and who records them: whoever keeps the issuer's books."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from accounts.errors import NotFound
from accounts.models import User
from accounts.permissions import require
from billing.models import Invoice, Issuer, Payment
from billing.permissions import invoices_visible_to, issuers_kept_by, may_keep_books_of


def payments_visible_to(user: User) -> QuerySet[Payment]:
    """Return the payments a person may see: those of the issuers whose books they keep."""
    payments = Payment.objects.select_related("issuer", "organisation", "bank_entry")
    return payments.filter(issuer__in=issuers_kept_by(user))


def kept_issuer(actor: User, issuer_id: int) -> Issuer:
    """Return an issuer whose books a person keeps.

    Raises:
        NotFound: there is none such, or it is not theirs.
    """
    issuer = issuers_kept_by(actor).filter(pk=issuer_id).first()
    if issuer is None:
        raise NotFound
    return issuer


def kept_invoice(actor: User, invoice_id: int, *, on: dt.date) -> Invoice:
    """Return an invoice of an issuer whose books a person keeps.

    Raises:
        NotFound: the actor cannot see such a document.
        NotPermitted: the actor sees it and does not keep its issuer's books.
    """
    invoice = invoices_visible_to(actor, on=on).filter(pk=invoice_id).first()
    if invoice is None:
        raise NotFound
    require(may_keep_books_of(actor, invoice.issuer_id))
    return invoice
