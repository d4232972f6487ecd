"""The letter that all documents share: one font within, and nothing fetched from anywhere."""

import io
import logging
from decimal import Decimal
from typing import Any

from django.utils.translation import override
from pypdf import PdfReader

from billing.documents import paper
from billing.vat import Category

SELLER = {
    "name": "Hospices du Midi",
    "legal_form": "EPST",
    "address": "1 rue des Essais",
    "postcode": "13009",
    "city": "Marseille",
    "country": "FR",
    "siret": "00045678000010",
    "vat_number": "FR33000456780",
    "colour": "#0b5a73",
    "footer": "",
}


def drawn(context=None, *, language="fr", variant=""):
    full = {
        "seller": SELLER,
        "buyer": {"name": "Acme SA", "address": "Rue Neuve 1", "city": "Genève", "country": "CH"},
        "facts": [paper.Fact(label="Date", value="28/11/2026")],
        "vat_rows": [paper.VatRow(word="TVA 20 %", net_cents=768000, vat_cents=153600)],
        "net_cents": 768000,
        "vat_cents": 153600,
        "total_cents": 921600,
        **(context or {}),
    }
    html = paper.html_of("billing/documents/_paper.html", full, language=language)
    return html, paper.pdf_of(html, variant=variant)


def test_a_letter_is_a_pdf_with_the_font_of_the_house_within():
    html, pdf = drawn()
    assert pdf.startswith(b"%PDF")
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    assert "Hospices du Midi" in page.extract_text()
    resources: Any = page["/Resources"]
    fonts = resources["/Font"].values()
    assert any("Instrument" in font.get_object()["/BaseFont"] for font in fonts)
    assert "SIRET 00045678000010" in html


def test_a_letter_may_be_an_archive():
    _html, pdf = drawn(variant="pdf/a-3b")
    assert b"pdfaid:part" in pdf or PdfReader(io.BytesIO(pdf)).xmp_metadata is not None


def test_nothing_is_fetched_but_what_is_bundled(caplog, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        pdf = paper.pdf_of(
            f'<img src="file://{secret}"><img src="https://example.org/a.png">'
            '<link rel="stylesheet" href="bundled:../manage.py"><p>Still here</p>'
        )
    assert "Still here" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_what_people_wrote_is_text_in_a_letter():
    html, _pdf = drawn({"buyer": {"name": "<script>x</script>", "country": "FR"}})
    assert "<script>" not in html


def test_a_vat_rule_is_said_as_the_law_wants_it():
    with override("fr"):
        assert paper.vat_word(Category.STANDARD, Decimal("5.50")) == "TVA à 5,5\N{NO-BREAK SPACE}%"
        assert "283-2" in paper.vat_word(Category.REVERSE_CHARGE, Decimal(0))
        assert "259-1" in paper.vat_word(Category.OUT_OF_SCOPE, Decimal(0))


def test_a_foreign_address_names_its_country():
    assert paper.address_lines({"address": "a\nb", "city": "Liège", "country": "BE"}) == [
        "a",
        "b",
        "Liège",
        "Belgium",
    ]
