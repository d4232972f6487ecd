"""A document as plain values: what its XML and its paper are made from, and nothing else.

Pure, no Django. Amounts are integer cents, texts are in the document's language. The terms
of EN 16931 (BT-…, BG-…) stand beside what carries them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

INVOICE, CREDIT_NOTE, RECHARGE = "invoice", "credit_note", "recharge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address (BG-5, BG-8, BG-15); `lines` are street, building, department."""

    lines: tuple[str, ...]
    postcode: str
    city: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who sells (BG-4) or buys (BG-7)."""

    name: str
    address: Address
    siren: str = ""
    siret: str = ""
    vat_number: str = ""
    electronic_address: str = ""
    electronic_scheme: str = ""
    legal_form: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A sentence the law wants (BT-22), and what it is about (BT-21)."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line (BG-25), of a day or of several (BG-26).

    `order` is the purchase order of this line, where each has its own.
    """

    position: int
    description: str
    service_from: dt.date
    service_until: dt.date
    quantity: Decimal
    unit: str
    unit_price_cents: int
    percent: int
    net_cents: int
    category: str
    vat_percent: Decimal
    order: str = ""
    account: str = ""
    cost_object: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VatLine:
    """What a VAT rule and rate come to (BG-23), and why nothing is due where nothing is."""

    category: str
    percent: Decimal
    net_cents: int
    vat_cents: int
    exemption_code: str = ""
    exemption_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preceding:
    """The document that a credit note corrects (BG-3)."""

    number: str
    issued_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """All that a document states."""

    kind: str
    number: str
    language: str
    currency: str
    created_at: dt.datetime
    issued_on: dt.date
    due_on: dt.date
    service_from: dt.date
    service_until: dt.date
    seller: Party
    buyer: Party
    delivery: Address
    lines: tuple[Line, ...]
    vat: tuple[VatLine, ...]
    net_cents: int
    vat_cents: int
    total_cents: int
    notes: tuple[Note, ...] = ()
    payment_text: str = ""
    iban: str = ""
    bic: str = ""
    service_code: str = ""
    engagement_number: str = ""
    purchase_order: str = ""
    vat_on_debits: bool = False
    natures: tuple[str, ...] = ()
    corrects: Preceding | None = None
    reason: str = ""
