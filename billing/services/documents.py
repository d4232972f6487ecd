"""The files of issued documents: made once from the frozen rows, then kept for ten years.

Source: code de commerce, article L123-22, for how long.
"""

from __future__ import annotations

import datetime as dt
import hashlib

import structlog
from django.utils import timezone

from accounts.errors import NotFound
from accounts.models import User
from billing.documents import facturx_xml, invoice_paper
from billing.documents.stated import stated_of
from billing.errors import PdfUnavailable
from billing.models import Invoice, InvoiceDocument
from billing.permissions import invoices_visible_to

logger = structlog.get_logger(__name__)

FLAVOUR, LEVEL = "factur-x", "en16931"


def document_of(*, invoice_id: int) -> InvoiceDocument:
    """Return the files of a document, made now where nobody has made them yet.

    Drawn outside a transaction. Two at once draw the same bytes, and one row stays.

    Raises:
        PdfUnavailable: this machine lacks what draws.
    """
    kept = InvoiceDocument.objects.filter(invoice=invoice_id).first()
    if kept is not None:
        return kept
    invoice = Invoice.objects.select_related("team", "corrects").get(pk=invoice_id)
    xml, pdf = files_of(invoice)
    InvoiceDocument.objects.bulk_create(
        [
            InvoiceDocument(
                invoice=invoice,
                pdf=pdf,
                xml=xml,
                pdf_sha256=hashlib.sha256(pdf).hexdigest(),
                made_at=timezone.now(),
            )
        ],
        ignore_conflicts=True,
    )
    return InvoiceDocument.objects.get(invoice=invoice_id)


def files_of(invoice: Invoice) -> tuple[bytes, bytes]:
    """Return XML and PDF of a document; a transfer note has no XML.

    The XML is checked against the schema first: what no platform could read never leaves.

    Raises:
        PdfUnavailable: this machine lacks what draws.
    """
    stated = stated_of(invoice)
    xml = b""
    if invoice.kind != Invoice.Kind.RECHARGE:
        import facturx  # loads much that most processes never need

        xml = facturx_xml.xml_of(stated)
        facturx.xml_check_xsd(xml, flavor=FLAVOUR, level=LEVEL)
    return xml, invoice_paper.pdf_of(invoice, stated, xml)


def document_for(*, invoice_id: int, actor: User, now: dt.datetime) -> InvoiceDocument:
    """Return the files of a document to a person who may see it.

    Raises:
        NotFound: there is none for them.
        PdfUnavailable: this machine lacks what draws.
    """
    visible = invoices_visible_to(actor, on=now.date())
    if not visible.filter(pk=invoice_id).exists():
        raise NotFound
    return document_of(invoice_id=invoice_id)


def make_missing_documents(*, limit: int) -> int:
    """Make the files of at most so many documents that have none; return how many were made.

    One that cannot be made does not keep the others back. Safe to repeat and at once.
    """
    missing = Invoice.objects.filter(document=None).order_by("id").values_list("pk", flat=True)
    made = 0
    for invoice_id in list(missing[:limit]):
        try:
            document_of(invoice_id=invoice_id)
        except PdfUnavailable:
            logger.warning("documents_need_pango")
            return made
        except Exception:
            logger.exception("document_not_made", invoice=invoice_id)
        else:
            made += 1
    return made
