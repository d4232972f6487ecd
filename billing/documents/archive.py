"""A document for ten years: PDF/A-3b, with the invoice's XML inside it as Factur-X wants it.

Drawn twice, the bytes are the same: dates are those of the document, the identifier is made
of what it holds. What the PDF says of its XML (XMP) is that of Factur-X 1.0, section 6.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from billing.documents import paper

XML_NAME = "factur-x.xml"
OPTIONS: Mapping[str, Any] = {
    "pdf_variant": "pdf/a-3b",
    "output_intent": paper.INTENT,
    "pdf_tags": True,
}
PRODUCER = "Plateau"

_FACTUR_X = f"""
<rdf:Description rdf:about=""
    xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
    fx:DocumentType="INVOICE" fx:DocumentFileName="{XML_NAME}" fx:Version="1.0"
    fx:ConformanceLevel="EN 16931"/>
<rdf:Description rdf:about=""
    xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
    xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
  <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>fx</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq>{{properties}}</rdf:Seq></pdfaSchema:property>
  </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
_PROPERTY = """<rdf:li rdf:parseType="Resource">
  <pdfaProperty:name>{name}</pdfaProperty:name>
  <pdfaProperty:valueType>Text</pdfaProperty:valueType>
  <pdfaProperty:category>external</pdfaProperty:category>
  <pdfaProperty:description>{description}</pdfaProperty:description>
</rdf:li>"""
_PROPERTIES = {
    "DocumentFileName": "The name of the embedded XML document",
    "DocumentType": "The type of the hybrid document in capital letters, e.g. INVOICE or ORDER",
    "Version": "The actual version of the standard applying to the embedded XML document",
    "ConformanceLevel": "The conformance level of the embedded XML document",
}
_END = b"</rdf:RDF>"


def archived(html: str, *, xml: bytes, made_at: dt.datetime, title: str) -> bytes:
    """Draw a document as PDF/A-3b, with its XML inside where it has one.

    Raises:
        PdfUnavailable: this machine lacks what draws.
    """
    document = paper.laid_out(html, **OPTIONS)
    moment = made_at.astimezone(dt.UTC)
    document.metadata.title = title
    document.metadata.generator = PRODUCER
    document.metadata.created = document.metadata.modified = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    if xml:
        document.metadata.attachments = [_attachment(xml, moment)]
        document.metadata.generate_rdf_metadata = _said_of_xml(document.metadata)
    return bytes(document.write_pdf(finisher=_named_once, **OPTIONS))


def _attachment(xml: bytes, moment: dt.datetime) -> Any:
    import weasyprint

    return weasyprint.Attachment(
        string=xml,
        name=XML_NAME,
        description="Factur-X",
        created=moment,
        modified=moment,
        relationship="Data",
    )


def _said_of_xml(metadata: Any) -> Any:
    """Return what writes the PDF's metadata, with those of Factur-X among them."""
    own = metadata.generate_rdf_metadata
    properties = "".join(
        _PROPERTY.format(name=name, description=text) for name, text in _PROPERTIES.items()
    )
    said = _FACTUR_X.format(properties=properties).encode()

    def generate(variant: str, version: int, conformance: str) -> bytes:
        written = bytes(own(variant, version, conformance))
        assert written.count(_END) == 1
        return written.replace(_END, said + _END)

    return generate


def _named_once(document: Any, pdf: Any) -> None:
    """Name each attachment once among the associated files of the PDF."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
