"""Issuing documents: invoices and transfer notes from the ledger, each charge on one.

A document and its lines are written in one transaction, whose last lock is that of the
number series. The team's row is locked first, so that runs at once take turns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import FundingAccount, Organisation, Team, User
from accounts.transactions import use_case
from billing.books.closed_months import require_open
from billing.documents.billable import Group, charges_of, groups_to_bill
from billing.documents.invoicing import INTERNAL_FAMILY, Taxed, VatTotal, vat_totals
from billing.documents.numbering import next_number
from billing.documents.parties import buyer_stated, lacking, seller_stated, terms_stated
from billing.errors import PartyIncomplete
from billing.models import Charge, Invoice, InvoiceLine, InvoiceVat, Issuer
from billing.services.depositing import plan_deposit
from billing.vat import Category, Nature
from notifications import outbox

INVOICE_ISSUED = "billing.invoice_issued"


def issue_all(
    *,
    issuer_id: int,
    until: dt.date,
    now: dt.datetime,
    actor: User | None = None,
    settled_on: dt.date | None = None,
) -> list[Invoice]:
    """Issue every document that can be issued of the days before a date.

    `settled_on`: only of charges that were told and that nobody may dispute any more on
    that day (`billable.with_obstacle`).

    One transaction for each: stopped at any point and run again, or run several times at
    once, it issues what is left and nothing twice. A buyer of whom something is missing
    is left out (`PartyIncomplete` says what, when tried alone).
    """
    issued = []
    for group in groups_to_bill(issuer_id=issuer_id, until=until, settled_on=settled_on):
        try:
            document = issue_document(
                group=group, until=until, now=now, actor=actor, settled_on=settled_on
            )
        except PartyIncomplete:
            continue
        if document is not None:
            issued.append(document)
    return issued


@use_case
def issue_document(
    *,
    group: Group,
    until: dt.date,
    now: dt.datetime,
    actor: User | None = None,
    settled_on: dt.date | None = None,
) -> Invoice | None:
    """Issue the document of a group of charges; None when nothing is left to bill.

    Discounts that exceed what is billed wait for the next document.

    Raises:
        PartyIncomplete: the law wants more stated than is recorded.
    """
    Team.objects.select_for_update(no_key=True).get(pk=group.team_id)
    charges = list(charges_of(group, until=until, settled_on=settled_on))
    if sum(charge.amount_cents for charge in charges) <= 0:
        return None
    issuer = Issuer.objects.select_related("organisation").get(pk=group.issuer_id)
    organisation = Organisation.objects.get(pk=charges[0].organisation_id)
    if missing := lacking(issuer, organisation, charges):
        raise PartyIncomplete(organisation=str(organisation), missing=", ".join(missing))
    is_internal = group.family == INTERNAL_FAMILY
    account = charges[0].account if len({charge.account_id for charge in charges}) == 1 else None
    totals = vat_totals(taxed(charges))
    issued_on = local_day(now)
    document = written(
        issuer=issuer,
        kind=Invoice.Kind.RECHARGE if is_internal else Invoice.Kind.INVOICE,
        organisation=organisation,
        account=account,
        issued_on=issued_on,
        totals=totals,
        team_id=group.team_id,
        due_on=issued_on + dt.timedelta(days=organisation.payment_days),
        service_from=min(charge.service_date for charge in charges),
        service_until=max(charge.service_date for charge in charges),
        language=organisation.invoice_language,
        buyer=buyer_stated(organisation, account),
        terms=terms_stated(issuer, organisation, map(nature_of, charges)),
        purchase_order=_purchase_order(account),
        issued_by=actor,
        created_at=now,
    )
    InvoiceLine.objects.bulk_create(
        line_of(charge, document=document, position=position, net_cents=charge.amount_cents)
        for position, charge in enumerate(charges, start=1)
    )
    return document


def written(
    *,
    issuer: Issuer,
    kind: str,
    organisation: Organisation,
    account: FundingAccount | None,
    issued_on: dt.date,
    totals: Sequence[VatTotal],
    **fields: Any,
) -> Invoice:
    """Take the next number, write the document with its VAT totals, and promise to tell it.

    Raises:
        PeriodClosed: the issuer has closed the month of that day.
    """
    require_open(issuer.pk, issued_on)
    net = sum(total.net_cents for total in totals)
    vat = sum(total.vat_cents for total in totals)
    number = next_number(issuer=issuer, kind=kind, year=issued_on.year)
    document = Invoice.objects.create(
        issuer=issuer,
        kind=kind,
        number=number.text,
        year=issued_on.year,
        sequence=number.sequence,
        organisation=organisation,
        account=account,
        issued_on=issued_on,
        seller=seller_stated(issuer),
        net_cents=net,
        vat_cents=vat,
        total_cents=net + vat,
        **fields,
    )
    InvoiceVat.objects.bulk_create(
        InvoiceVat(
            invoice=document,
            vat_category=total.category,
            vat_percent=total.percent,
            vat_exemption=total.exemption,
            net_cents=total.net_cents,
            vat_cents=total.vat_cents,
        )
        for total in totals
    )
    plan_deposit(document)
    outbox.publish(
        topic=INVOICE_ISSUED,
        key=f"{INVOICE_ISSUED}:{document.pk}",
        payload={"invoice": document.pk},
    )
    return document


def taxed(charges: Sequence[Charge]) -> list[Taxed]:
    """Return charges as the arithmetic of documents sees them."""
    return [
        Taxed(
            net_cents=charge.amount_cents,
            category=charge.vat_category,
            percent=charge.vat_percent,
            exemption=charge.vat_exemption,
        )
        for charge in charges
    ]


def line_of(charge: Charge, *, document: Invoice, position: int, net_cents: int) -> InvoiceLine:
    """Return the line that bills a charge, not yet saved."""
    return InvoiceLine(
        invoice=document,
        position=position,
        charge=charge,
        facility_id=charge.facility_id,
        account_id=charge.account_id,
        service_date=charge.service_date,
        description=charge.description,
        quantity=charge.quantity,
        unit=charge.unit,
        unit_price_cents=charge.unit_price_cents,
        percent=charge.percent,
        net_cents=net_cents,
        vat_category=charge.vat_category,
        vat_percent=charge.vat_percent,
        vat_exemption=charge.vat_exemption,
    )


def nature_of(charge: Charge) -> str:
    """Say what a charge sold, as an invoice has to state it."""
    return Nature.GOODS if charge.vat_category == Category.EXPORT else Nature.SERVICE


def local_day(now: dt.datetime) -> dt.date:
    """Return the day of the centre's calendar, which dates its documents."""
    return now.astimezone(ZoneInfo(settings.CELERY_TIMEZONE)).date()


def _purchase_order(account: FundingAccount | None) -> str:
    is_order = account is not None and account.kind == FundingAccount.Kind.PURCHASE_ORDER
    return account.reference if account is not None and is_order else ""
