"""The books: what each document and each payment writes into which accounts. Pure.

Sales go to the journal VE, money to BQ, what moves between accounts to OD, and transfer
notes within one body, which are no sales, to NT. Every entry balances to the cent.
Source: plan comptable général (règlement ANC 2014-03), accounts 186, 187, 411, 418, 44571,
44587, 471, 487, 512 and 706.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

SALES, BANK, TRANSFERS, OTHER = "VE", "BQ", "NT", "OD"
JOURNALS = {
    SALES: "Ventes",
    BANK: "Banque",
    TRANSFERS: "Notes de transfert internes",
    OTHER: "Opérations diverses",
}
"""In French: these names are read by the accountants' and the tax office's programs."""

SUSPENSE = "471000"
DEFERRED_INCOME = "487000"
ACCRUED_VAT = "445870"
TRANSFER_COST, TRANSFER_INCOME = "186000", "187000"

LABELS = {
    SUSPENSE: "Compte d'attente",
    DEFERRED_INCOME: "Produits constatés d'avance",
    ACCRUED_VAT: "TVA sur factures à établir",
    TRANSFER_COST: "Prestations entre établissements (charges)",
    TRANSFER_INCOME: "Prestations entre établissements (produits)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The accounts of an issuer."""

    customers: str
    vat: str
    bank: str
    accrued: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Somebody with an account of their own below that of all customers."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """What a platform sold on a document, without VAT."""

    account: str
    platform: str
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An invoice, a credit note or a transfer note, as the books see it: amounts positive.

    A credit note is of the item that is the invoice it corrects.
    """

    number: str
    issued_on: dt.date
    customer: Customer
    sales: Sequence[Sale]
    vat: Sequence[tuple[Decimal, int]]
    item: int = 0
    is_credit: bool = False
    is_transfer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A debit or a credit of an account, in cents; one of the two is nought.

    On a customer's account, `item` is the invoice or payment that the line is a part of.
    """

    account: str
    label: str
    debit_cents: int = 0
    credit_cents: int = 0
    customer: Customer | None = None
    item: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Lines that balance, of one journal, day and piece."""

    journal: str
    on: dt.date
    piece: str
    piece_on: dt.date
    text: str
    lines: tuple[Line, ...]

    @property
    def debit_cents(self) -> int:
        """The sum of its debits, which is that of its credits."""
        return sum(line.debit_cents for line in self.lines)


def document_entry(document: Document, chart: Chart) -> Entry:
    """Return what a document writes: a credit note the reverse of an invoice."""
    sign = -1 if document.is_credit else 1
    net = sum(sale.cents for sale in document.sales)
    total = net + sum(cents for _percent, cents in document.vat)
    if document.is_transfer:
        first = line_of(TRANSFER_COST, sign * total, customer=document.customer)
        sales = [
            line_of(TRANSFER_INCOME, -sign * sale.cents, label=sold(sale))
            for sale in document.sales
        ]
    else:
        first = customer_line(document.customer, sign * total, chart, item=document.item)
        sales = [
            line_of(sale.account, -sign * sale.cents, label=sold(sale)) for sale in document.sales
        ]
    vat = [
        line_of(chart.vat, -sign * cents, label=f"TVA collectée {percent_text(percent)}")
        for percent, cents in document.vat
    ]
    what = "Avoir" if document.is_credit else "Facture"
    return entry_of(
        TRANSFERS if document.is_transfer else SALES,
        document.issued_on,
        document.number,
        f"{'Note de transfert' if document.is_transfer else what} {document.customer.name}",
        [first, *sales, *vat],
    )


def payment_entry(
    *,
    on: dt.date,
    piece: str,
    cents: int,
    payer: Customer | None,
    text: str,
    chart: Chart,
    item: int,
    happened_on: dt.date | None = None,
) -> Entry:
    """Return what a payment writes; from an unknown payer it waits on an account of its own.

    `happened_on` is its day where the books were closed for that: the entry states it.
    """
    late = f", du {happened_on:%d/%m/%Y}" if happened_on else ""
    return entry_of(
        BANK,
        on,
        piece,
        f"Règlement {payer.name if payer else text}{late}",
        [bank_line(cents, chart), payer_line(payer, -cents, chart, item=item)],
        piece_on=happened_on,
    )


def move_entry(
    *,
    on: dt.date,
    piece: str,
    cents: int,
    payer: Customer | None,
    customer: Customer,
    chart: Chart,
    item: int,
    settles: int,
) -> Entry | None:
    """Return what an allocation writes: nothing unless somebody else's invoice is settled."""
    if payer == customer:
        return None
    return entry_of(
        OTHER,
        on,
        piece,
        f"Affectation {customer.name}",
        [
            payer_line(payer, cents, chart, item=item),
            customer_line(customer, -cents, chart, item=settles),
        ],
    )


def refund_entry(
    *,
    on: dt.date,
    piece: str,
    cents: int,
    payer: Customer | None,
    goes_elsewhere: bool,
    chart: Chart,
    item: int,
) -> Entry | None:
    """Return what a refund writes; what belongs elsewhere waits there for an accountant."""
    if goes_elsewhere and payer is None:
        return None
    against = line_of(SUSPENSE, -cents) if goes_elsewhere else bank_line(-cents, chart)
    journal = OTHER if goes_elsewhere else BANK
    text = "Encaissement à reclasser" if goes_elsewhere else "Remboursement"
    return entry_of(journal, on, piece, text, [payer_line(payer, cents, chart, item=item), against])


def customer_line(customer: Customer, cents: int, chart: Chart, *, item: int) -> Line:
    """Return a debit of a customer, or a credit if negative."""
    return line_of(chart.customers, cents, label="Clients", customer=customer, item=item)


def payer_line(payer: Customer | None, cents: int, chart: Chart, *, item: int) -> Line:
    """Return the same of somebody who may be unknown."""
    return customer_line(payer, cents, chart, item=item) if payer else line_of(SUSPENSE, cents)


def bank_line(cents: int, chart: Chart) -> Line:
    """Return a debit of the bank, or a credit if negative."""
    return line_of(chart.bank, cents, label="Banque")


def percent_text(percent: Decimal) -> str:
    """Write a rate as 20 % or 5,5 %."""
    return f"{percent.normalize():f} %".replace(".", ",")


def sold(sale: Sale) -> str:
    """Name what was sold."""
    return f"Prestations {sale.platform}"


def line_of(
    account: str,
    cents: int,
    *,
    label: str = "",
    customer: Customer | None = None,
    item: int | None = None,
) -> Line:
    """Return a debit of an account, or a credit if negative."""
    return Line(
        account=account,
        label=label or LABELS.get(account, account),
        debit_cents=max(cents, 0),
        credit_cents=max(-cents, 0),
        customer=customer,
        item=item,
    )


def entry_of(
    journal: str,
    on: dt.date,
    piece: str,
    text: str,
    lines: Sequence[Line],
    *,
    piece_on: dt.date | None = None,
) -> Entry:
    """Return an entry of the lines that are not nought."""
    kept = tuple(line for line in lines if line.debit_cents or line.credit_cents)
    return Entry(
        journal=journal, on=on, piece=piece, piece_on=piece_on or on, text=text, lines=kept
    )
