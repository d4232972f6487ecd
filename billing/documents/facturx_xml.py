"""An invoice as XML: Cross Industry Invoice, the profile EN 16931 of Factur-X.

Pure on plain values. Each element is named with the business term (BT) or group (BG) of
EN 16931-1 that it carries. The order of elements is that of the schema.

Source: EN 16931-1:2017 and CEN/TS 16931-3-3; Factur-X 1.0; the French rules for the flow
between platforms (XP Z12-012, BR-FR-…).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from billing.documents import facturx_lines, facturx_parties
from billing.documents.facturx_words import NAMESPACES, RAM, RSM, coded, day, euros, number, text
from billing.documents.values import CREDIT_NOTE, RECHARGE, Stated, VatLine
from billing.vat import Category, Nature

EN_16931 = "urn:cen.eu:en16931:2017"
TYPE_CODES = {"invoice": "380", CREDIT_NOTE: "381"}
"""UNTDID 1001. A transfer note within one legal person is no invoice and has no XML."""

SEPA_TRANSFER, TRANSFER = "58", "30"
"""UNTDID 4461."""

DUE_WITH_INVOICE, DUE_WITH_PAYMENT = "5", "72"
"""When VAT on services falls due (BT-8). Source: code général des impôts, article 269-2 c."""

SEPA = frozenset(
    {"AD", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR"}
    | {"HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MT", "NL", "NO", "PL"}
    | {"PT", "RO", "SE", "SI", "SK", "SM", "VA"}
)


class NoXml(ValueError):
    """A transfer note stays within one legal person and is no invoice."""


def xml_of(stated: Stated) -> bytes:
    """Return the XML of an invoice or credit note, the same bytes each time.

    Raises:
        NoXml: the document is a transfer note.
    """
    if stated.kind == RECHARGE:
        raise NoXml(stated.number)
    root = ElementMaker(namespace=NAMESPACES["rsm"], nsmap=NAMESPACES).CrossIndustryInvoice(
        _context(stated),
        _document(stated),
        RSM.SupplyChainTradeTransaction(
            *(facturx_lines.line(line) for line in stated.lines),
            _agreement(stated),
            _delivery(stated),
            _settlement(stated),
        ),
    )
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _context(stated: Stated) -> Any:
    """Say under which rules it stands: kind of operation (BT-23) and profile (BT-24)."""
    return RSM.ExchangedDocumentContext(
        RAM.BusinessProcessSpecifiedDocumentContextParameter(text("ID", _framework(stated))),
        RAM.GuidelineSpecifiedDocumentContextParameter(text("ID", EN_16931)),
    )


def _framework(stated: Stated) -> str:
    """Return the French billing framework: goods (B1), services (S1) or both (M1)."""
    sold = set(stated.natures)
    if sold == {Nature.GOODS}:
        return "B1"
    return "M1" if Nature.GOODS in sold else "S1"


def _document(stated: Stated) -> Any:
    """State number (BT-1), type (BT-3), date (BT-2) and notes (BG-1)."""
    return RSM.ExchangedDocument(
        text("ID", stated.number),
        text("TypeCode", TYPE_CODES[stated.kind]),
        day("IssueDateTime", stated.issued_on),
        *_notes(stated),
    )


def _notes(stated: Stated) -> Iterator[Any]:
    if stated.reason:
        yield RAM.IncludedNote(text("Content", stated.reason))
    for note in stated.notes:
        yield RAM.IncludedNote(text("Content", note.text), text("SubjectCode", note.subject))


def _agreement(stated: Stated) -> Any:
    """State who sells to whom, and on which order."""
    is_outside = any(line.category == Category.OUT_OF_SCOPE for line in stated.vat)
    # An engagement number is the public buyer's own order: what came before it goes to BT-18.
    order = stated.engagement_number or stated.purchase_order
    other = stated.purchase_order if stated.purchase_order != order else ""
    return RAM.ApplicableHeaderTradeAgreement(
        *([text("BuyerReference", stated.service_code)] if stated.service_code else ()),  # BT-10
        facturx_parties.seller(stated.seller, with_vat=not is_outside),  # BG-4
        facturx_parties.buyer(stated.buyer, with_vat=not is_outside),  # BG-7
        *([RAM.BuyerOrderReferencedDocument(text("IssuerAssignedID", order))] if order else ()),
        *([coded("AdditionalReferencedDocument", other)] if other else ()),  # BT-18
    )


def _delivery(stated: Stated) -> Any:
    """State where it was delivered (BG-13) and when the last of it was (BT-72)."""
    return RAM.ApplicableHeaderTradeDelivery(
        RAM.ShipToTradeParty(
            text("Name", stated.buyer.name), facturx_parties.postal(stated.delivery)
        ),
        RAM.ActualDeliverySupplyChainEvent(day("OccurrenceDateTime", stated.service_until)),
    )


def _settlement(stated: Stated) -> Any:
    """State how it is paid, what VAT it bears, and what it comes to."""
    return RAM.ApplicableHeaderTradeSettlement(
        text("PaymentReference", stated.number),  # BT-83
        text("InvoiceCurrencyCode", stated.currency),  # BT-5
        *_payment_means(stated),
        *(_vat(line, _falls_due(stated)) for line in stated.vat),
        RAM.BillingSpecifiedPeriod(  # BG-14
            day("StartDateTime", stated.service_from), day("EndDateTime", stated.service_until)
        ),
        _terms(stated),
        _sums(stated),
        *_preceding(stated),
    )


def _payment_means(stated: Stated) -> Iterator[Any]:
    """Ask for a transfer (BG-16, BG-17); a credit note asks for nothing."""
    if not stated.iban or stated.kind == CREDIT_NOTE:
        return
    is_sepa = stated.currency == "EUR" and stated.buyer.address.country in SEPA
    bank = RAM.PayeeSpecifiedCreditorFinancialInstitution(text("BICID", stated.bic))
    yield RAM.SpecifiedTradeSettlementPaymentMeans(
        text("TypeCode", SEPA_TRANSFER if is_sepa else TRANSFER),  # BT-81
        RAM.PayeePartyCreditorFinancialAccount(
            text("IBANID", stated.iban.replace(" ", "")),  # BT-84
            text("AccountName", stated.seller.name),  # BT-85
        ),
        *([bank] if stated.bic else ()),  # BT-86
    )


def _falls_due(stated: Stated) -> str:
    if all(line.category != Category.STANDARD for line in stated.vat):
        return ""
    return DUE_WITH_INVOICE if stated.vat_on_debits else DUE_WITH_PAYMENT


def _vat(line: VatLine, falls_due: str) -> Any:
    """State what a rule and rate come to (BG-23); outside the scope there is no rate."""
    has_rate = line.category != Category.OUT_OF_SCOPE
    return RAM.ApplicableTradeTax(
        text("CalculatedAmount", euros(line.vat_cents)),  # BT-117
        text("TypeCode", "VAT"),
        *([text("ExemptionReason", line.exemption_text)] if line.exemption_text else ()),  # BT-120
        text("BasisAmount", euros(line.net_cents)),  # BT-116
        text("CategoryCode", line.category),  # BT-118
        *([text("ExemptionReasonCode", line.exemption_code)] if line.exemption_code else ()),
        *([text("DueDateTypeCode", falls_due)] if falls_due else ()),  # BT-8
        *([text("RateApplicablePercent", number(line.percent))] if has_rate else ()),  # BT-119
    )


def _terms(stated: Stated) -> Any:
    """State until when it is to be paid (BT-9) and on which terms (BT-20)."""
    return RAM.SpecifiedTradePaymentTerms(
        *([text("Description", stated.payment_text)] if stated.payment_text else ()),
        day("DueDateDateTime", stated.due_on),
    )


def _sums(stated: Stated) -> Any:
    """State the totals (BG-22): amounts are whole cents, so that nothing is rounded there."""
    lines = sum(line.net_cents for line in stated.lines)
    tax = RAM.TaxTotalAmount(euros(stated.vat_cents), currencyID=stated.currency)
    return RAM.SpecifiedTradeSettlementHeaderMonetarySummation(
        text("LineTotalAmount", euros(lines)),  # BT-106
        text("TaxBasisTotalAmount", euros(stated.net_cents)),  # BT-109
        tax,  # BT-110
        text("GrandTotalAmount", euros(stated.total_cents)),  # BT-112
        text("DuePayableAmount", euros(stated.total_cents)),  # BT-115
    )


def _preceding(stated: Stated) -> Iterator[Any]:
    """Name what a credit note corrects: number (BT-25) and date (BT-26)."""
    if stated.corrects is None:
        return
    yield RAM.InvoiceReferencedDocument(
        text("IssuerAssignedID", stated.corrects.number),
        day("FormattedIssueDateTime", stated.corrects.issued_on, kind="qdt"),
    )
