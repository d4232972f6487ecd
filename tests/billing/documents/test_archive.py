"""Documents for ten years: PDF/A-3 with the XML inside, the same bytes at every drawing."""

import io
from typing import Any

import facturx
import pytest
from lxml import etree
from pypdf import PdfReader

from billing.documents.facturx_xml import NoXml, xml_of
from billing.documents.invoice_paper import pdf_of
from billing.documents.stated import stated_of
from tests.golden import invoice_cases as cases

pytestmark = pytest.mark.django_db

PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
FX = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"
DESCRIPTION = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"


def drawn(name):
    invoice = cases.ALL[name](*cases.a_seller())
    stated = stated_of(invoice)
    xml = xml_of(stated) if name in cases.WITH_XML else b""
    return invoice, xml, pdf_of(invoice, stated, xml)


def root_of(pdf) -> Any:
    return PdfReader(io.BytesIO(pdf)).trailer["/Root"]


def said_of(pdf):
    """Return what the PDF says of itself (XMP), as one mapping."""
    packet = root_of(pdf)["/Metadata"].get_object().get_data()
    said: dict[str, str] = {}
    for description in etree.fromstring(packet).iter(DESCRIPTION):
        said |= description.attrib
    return said


def text_of(pdf):
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_pdf_is_pdf_a_3b_and_holds_the_very_xml():
    _invoice, xml, pdf = drawn("bands-fr")

    said = said_of(pdf)
    assert (said[f"{PDFA}part"], said[f"{PDFA}conformance"]) == ("3", "B")
    assert said[f"{FX}DocumentType"] == "INVOICE"
    assert said[f"{FX}DocumentFileName"] == "factur-x.xml"
    assert said[f"{FX}ConformanceLevel"] == "EN 16931"
    assert facturx.get_facturx_xml_from_pdf(pdf) == ("factur-x.xml", xml)
    root = root_of(pdf)
    (attached,) = root["/AF"]
    assert attached.get_object()["/AFRelationship"] == "/Data"
    assert attached.get_object()["/EF"]["/F"].get_object()["/Subtype"] == "/text/xml"
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert root["/Lang"] == "fr"


def test_all_fonts_are_within():
    _invoice, _xml, pdf = drawn("bands-fr")

    for page in PdfReader(io.BytesIO(pdf)).pages:
        fonts: Any = page["/Resources"]
        for font in fonts["/Font"].values():
            (below,) = font.get_object()["/DescendantFonts"]
            descriptor = below.get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor), descriptor


def test_drawn_again_it_is_the_same_to_the_byte(monkeypatch):
    invoice, xml, pdf = drawn("training-fr")
    # The fonts' tables hold a date, too.
    monkeypatch.setattr("fontTools.misc.timeTools.time.time", lambda: 2_000_000_000.0)

    assert pdf_of(invoice, stated_of(invoice), xml) == pdf
    said: Any = PdfReader(io.BytesIO(pdf)).metadata
    assert said["/CreationDate"] == "D:20261006100000Z"


MENTIONS = {
    "bands-fr": """
        Centre de recherche du Midi|13009 Marseille|00031415300008|FR19000314153
        Pharma du Midi SA|34000 Montpellier|FR03000987651|Facture CRC-F2026-00001
        6 octobre 2026|5 novembre 2026|3 septembre 2026 – 10 septembre 2026|4500012345
        prestation de services|12,15 %|40,00 €|escompte|34 568,33 €|TVA à 20 %
        FR76 3000 6000 0112 3456 7890 189|1 / 1
    """,
    "bands-en": "Invoice CRC-F2026-00001|3 Sep 2026|provision of services|€34,568.33|VAT at 20%",
    "training-fr": "article 261-4-4° a",
    "reverse-charge-en": "Reverse charge|BE0000000097|Belgium",
    "out-of-scope-en": "Outside the scope|Switzerland",
    "export-en": "article 262 I|delivery of goods",
    "public-fr": "LABO-42|4500099001|BC-77|5 rue du Banc",
    "several-orders-en": "Purchase order PO-A|Purchase order PO-B|VAT on debits",
    "credit-note-fr": "Avoir CRC-A2026-00001|CRC-F2026-00001|Panne du laser|414,54 €",
    "transfer-note-fr": "Note de transfert CRC-NT2026-00001|4417|Unité fonctionnelle|72,00 €",
}


@pytest.mark.parametrize("name", MENTIONS)
def test_the_paper_states_what_the_law_wants(name):
    _invoice, _xml, pdf = drawn(name)
    said = " ".join(text_of(pdf).replace("\u202f", " ").replace("\u00a0", " ").split())

    wanted = [one.strip() for one in MENTIONS[name].replace("\n", "|").split("|")]
    missing = [one for one in wanted if one not in said]
    assert not missing, said


def test_a_transfer_note_states_no_vat_and_has_no_xml():
    invoice, _xml, pdf = drawn("transfer-note-fr")

    assert "20 %" not in text_of(pdf)
    assert "IBAN" not in text_of(pdf)
    with pytest.raises(NoXml):
        xml_of(stated_of(invoice))


def test_the_paper_states_a_month_of_days_as_one_line():
    _invoice, _xml, pdf = drawn("standing-fr")

    said = text_of(pdf)
    assert said.count("shelf-month") == 1
    assert "1 sept. 2026 – 30 sept. 2026 Shelf in the cold store" in " ".join(said.split())
    assert "4,3333 TB-month 20,00 €" in " ".join(said.replace("\xa0", " ").split())
