"""Credit notes: the only way to take back what was issued, whole or in part.

The ledger and the documents stay equal: a credit note that somebody decides writes its
opposite into the ledger, and a reversal in the ledger of what was billed becomes one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from accounts.errors import NotFound
from accounts.models import User
from accounts.permissions import require
from accounts.transactions import use_case
from billing.documents.billable import charges_to_credit
from billing.documents.invoicing import Taxed, vat_totals
from billing.errors import NotAnInvoice, NothingToCredit, ReasonMissing, TooMuchCredited
from billing.models import Charge, Invoice, InvoiceLine
from billing.permissions import invoices_visible_to, may_keep_books_of
from billing.services.correcting import opposite_of
from billing.services.issuing import line_of, local_day, written
from bookings.wording import money_text

TEN_THOUSANDTH = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What is given back of a line, and the row of the ledger that gives it back."""

    line: InvoiceLine
    charge: Charge


@use_case
def issue_credit_note(
    *,
    invoice_id: int,
    reason: str,
    actor: User,
    now: dt.datetime,
    parts: Mapping[int, int] | None = None,
) -> Invoice:
    """Credit an invoice or a transfer note, and the ledger with it.

    `parts` gives cents without VAT by id of the line; without it all that is left of each
    line is given back. The invoice is locked, so that two at once never give back more
    than there is.

    Raises:
        NotFound: the actor cannot see such a document, or it has no such line.
        NotPermitted: the actor does not keep the books of its issuer.
        ReasonMissing: no reason was given; it stands on the credit note.
        NotAnInvoice: the document is a credit note itself.
        TooMuchCredited, NothingToCredit: there is less left than that, or nothing.
    """
    invoice = invoices_visible_to(actor, on=now.date()).filter(pk=invoice_id).first()
    if invoice is None:
        raise NotFound
    require(may_keep_books_of(actor, invoice.issuer_id))
    if not reason.strip():
        raise ReasonMissing
    if invoice.kind == Invoice.Kind.CREDIT_NOTE:
        raise NotAnInvoice
    lines = _locked_lines(invoice)
    wanted = _wanted(lines, parts)
    credits_ = [
        Credit(
            line=lines[line_id],
            charge=_given_back(lines[line_id], cents, reason=reason.strip(), actor=actor, now=now),
        )
        for line_id, cents in wanted.items()
    ]
    return _credit_note(invoice, credits_, reason=reason.strip(), now=now, actor=actor)


def issue_due_credit_notes(
    *, issuer_id: int, until: dt.date, now: dt.datetime, actor: User | None = None
) -> list[Invoice]:
    """Issue a credit note for each invoice of which something was reversed in the ledger.

    One transaction for each; safe to repeat and to run at once.
    """
    due = charges_to_credit().filter(issuer=issuer_id, service_date__lt=until)
    invoice_ids = sorted(set(due.values_list("reverses__invoice_lines__invoice", flat=True)))
    made = (_due_credit_note(invoice_id=pk, now=now, actor=actor) for pk in invoice_ids)
    return [note for note in made if note is not None]


@use_case
def _due_credit_note(*, invoice_id: int, now: dt.datetime, actor: User | None) -> Invoice | None:
    invoice = Invoice.objects.get(pk=invoice_id)
    lines = {line.charge_id: line for line in _locked_lines(invoice).values()}
    reversals = list(charges_to_credit().filter(reverses__in=lines).order_by("id"))
    if not reversals:
        return None
    credits_ = [Credit(line=lines[charge.reverses_id or 0], charge=charge) for charge in reversals]
    reason = "; ".join(dict.fromkeys(charge.reason for charge in reversals))[:500]
    return _credit_note(invoice, credits_, reason=reason, now=now, actor=actor)


def _locked_lines(invoice: Invoice) -> dict[int, InvoiceLine]:
    Invoice.objects.select_for_update(no_key=True).get(pk=invoice.pk)
    lines = (
        invoice.lines.annotate(credited=Sum("credited_by__net_cents"))
        .select_related("charge")
        .order_by("position")
    )
    return {line.pk: line for line in lines}


def _wanted(lines: Mapping[int, InvoiceLine], parts: Mapping[int, int] | None) -> Mapping[int, int]:
    """Return the cents to give back by line, judged against what each line still holds."""
    left = {pk: line.net_cents - (line.credited or 0) for pk, line in lines.items()}  # type: ignore[attr-defined]
    if parts is None:
        parts = {pk: cents for pk, cents in left.items() if cents}
    wanted = {pk: cents for pk, cents in parts.items() if cents}
    if not wanted:
        raise NothingToCredit
    for pk, cents in wanted.items():
        if pk not in lines:
            raise NotFound
        # A refund within an invoice is negative, and so is what takes it back.
        if not 0 < cents * _sign(left[pk]) <= abs(left[pk]):
            raise TooMuchCredited(left=money_text(left[pk]), line=lines[pk].position)
    if sum(wanted.values()) <= 0:
        raise NothingToCredit
    return wanted


def _sign(cents: int) -> int:
    return -1 if cents < 0 else 1


def _given_back(
    line: InvoiceLine, cents: int, *, reason: str, actor: User, now: dt.datetime
) -> Charge:
    """Write the opposite of (part of) a billed charge into the ledger."""
    charge = line.charge
    row = opposite_of(charge, reason=reason, now=now, actor=actor)
    if cents != charge.amount_cents or charge.reversals.exists():
        # Part of a charge: a row of its own, which does not undo the whole.
        row.reverses = None
        row.reversal_no = 0
        row.component = f"{charge.component[:28]}-credit-{_next_credit(charge)}"
        row.amount_cents = -cents
        row.quantity = -(charge.quantity * cents / charge.amount_cents).quantize(TEN_THOUSANDTH)
    row.save(force_insert=True)
    return row


def _next_credit(charge: Charge) -> int:
    return (
        Charge.objects.filter(
            source=charge.source,
            source_id=charge.source_id,
            component__startswith=f"{charge.component[:28]}-credit-",
        ).count()
        + 1
    )


def _credit_note(
    invoice: Invoice,
    credits_: Sequence[Credit],
    *,
    reason: str,
    now: dt.datetime,
    actor: User | None,
) -> Invoice:
    issued_on = local_day(now)
    note = written(
        issuer=invoice.issuer,
        kind=Invoice.Kind.CREDIT_NOTE,
        organisation=invoice.organisation,
        account=invoice.account,
        issued_on=issued_on,
        totals=vat_totals(
            Taxed(
                net_cents=-credit.charge.amount_cents,
                category=credit.line.vat_category,
                percent=credit.line.vat_percent,
                exemption=credit.line.vat_exemption,
            )
            for credit in credits_
        ),
        team_id=invoice.team_id,
        due_on=issued_on,
        service_from=min(credit.line.service_date for credit in credits_),
        service_until=max(credit.line.service_date for credit in credits_),
        language=invoice.language,
        buyer=invoice.buyer,
        terms=invoice.terms,
        purchase_order=invoice.purchase_order,
        corrects=invoice,
        reason=reason,
        issued_by=actor,
        created_at=now,
    )
    rows = []
    for position, credit in enumerate(credits_, start=1):
        row = line_of(
            credit.charge,
            document=note,
            position=position,
            net_cents=-credit.charge.amount_cents,
        )
        row.quantity = -row.quantity
        row.corrects = credit.line
        rows.append(row)
    InvoiceLine.objects.bulk_create(rows)
    return note
