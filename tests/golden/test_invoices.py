"""Invoices in XML of every kind: as they were, and as EN 16931 and France want them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import facturx
import pytest

from billing.documents.facturx_xml import xml_of
from billing.documents.stated import stated_of
from tests.golden import invoice_cases as cases
from tests.golden.schematron import FRENCH_TOO

Golden = Callable[[str, str], None]

HERE = Path(__file__).parent / "invoices"


@pytest.mark.django_db
@pytest.mark.parametrize("name", cases.WITH_XML)
def test_invoice(name: str, golden: Golden) -> None:
    invoice = cases.WITH_XML[name](*cases.a_seller())

    xml = xml_of(stated_of(invoice))

    assert facturx.xml_check_xsd(xml, flavor="factur-x", level="en16931")
    golden(f"invoices/{name}.xml", xml.decode())


def changed(name: str, pattern: str, replacement: str = "") -> str:
    """Take a good invoice and break it in one place."""
    xml, count = re.subn(pattern, replacement, good(name), count=1, flags=re.DOTALL)
    assert count == 1, f"{pattern} is not in {name}"
    return xml


def good(name: str) -> str:
    return (HERE / f"{name}.xml").read_text(encoding="utf-8")


def amount(name: str) -> str:
    return rf"(<ram:{name}[^>]*>)[\d.]+"


NOTE = (
    r"<ram:IncludedNote>\s*<ram:Content>[^<]*</ram:Content>\s*"
    r"<ram:SubjectCode>{}.*?</ram:IncludedNote>"
)
TAX = '<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">FR19000314153</ram:ID>'
NET_PRICE = r"(NetPriceProductTradePrice>\s*<ram:ChargeAmount>)"
VAT_NUMBER = r"<ram:SpecifiedTaxRegistration>.*?</ram:SpecifiedTaxRegistration>"
BROKEN: dict[str, tuple[str, str, str, str]] = {
    "wrong total": ("bands-fr", amount("GrandTotalAmount"), r"\g<1>1.00", "BR-CO-15"),
    "wrong sum of lines": ("bands-fr", amount("LineTotalAmount"), r"\g<1>1.00", "BR-CO-10"),
    "wrong VAT": ("bands-fr", amount("CalculatedAmount"), r"\g<1>1.00", "BR-CO-17"),
    "wrong base of VAT": ("bands-fr", amount("BasisAmount"), r"\g<1>1.00", "BR-S-08"),
    "no VAT number of the seller": ("bands-fr", VAT_NUMBER, "", "BR-S-02"),
    "no VAT number of the buyer": (
        "reverse-charge-en",
        r"(<ram:BuyerTradeParty>.*?)" + VAT_NUMBER,
        r"\1",
        "BR-AE-02",
    ),
    "a unit of no list": ("bands-fr", 'unitCode="HUR"', 'unitCode="hours"', "unitCode"),
    "a country of no list": ("bands-fr", "CountryID>FR", "CountryID>XX", "CountryID"),
    "an exemption of no list": (
        "training-fr",
        "VATEX-EU-132-1I",
        "VATEX-EU-TRAINING",
        "ExemptionReasonCode",
    ),
    "an exemption without reason": (
        "training-fr",
        r"<ram:ExemptionReason>.*?</ram:ExemptionReason>(.*?)<ram:ExemptionReasonCode>.*?</ram:ExemptionReasonCode>",
        r"\1",
        "BR-E-10",
    ),
    "outside the scope with a VAT number": (
        "out-of-scope-en",
        "(</ram:SellerTradeParty>)",
        rf"{TAX}</ram:SpecifiedTaxRegistration>\1",
        "BR-O-02",
    ),
    "a negative price": ("bands-fr", NET_PRICE, r"\1-", "BR-27"),
    "fr: no word of the indemnity": ("bands-fr", NOTE.format("PMT"), "", "BR-FR-05"),
    "fr: no word of discounts": ("bands-fr", NOTE.format("AAB"), "", "BR-FR-05"),
    "fr: no framework": ("bands-fr", "<ram:ID>S1</ram:ID>", "<ram:ID>X</ram:ID>", "BR-FR-08"),
    "fr: a SIRET of another body": ("bands-fr", "00031415300008", "00098765100007", "BR-FR-09"),
    "fr: an address of another body": (
        "bands-fr",
        r'(<ram:BuyerTradeParty>.*?schemeID="0225">)000987651',
        r"\g<1>000314153",
        "BR-FR-21",
    ),
    "fr: seven decimals": (
        "bands-fr",
        NET_PRICE + r"[\d.]+",
        r"\g<1>95.5000001",
        "BR-FR-DEC-03",
    ),
}


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    """Ask the Schematrons once for all files; nothing asks the network."""
    asked = {(FRENCH_TOO if n in cases.FRENCH_BUYERS else "") + n: good(n) for n in cases.WITH_XML}
    asked |= {key: changed(name, *how) for key, (name, *how, _rule) in BROKEN.items()}
    answer = subprocess.run(
        [sys.executable, "-m", "tests.golden.schematron"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return json.loads(answer.stdout)


@pytest.mark.parametrize("name", cases.ABROAD)
def test_no_rule_of_en_16931_is_broken(name: str, found: dict[str, list[str]]) -> None:
    assert found[name] == []


@pytest.mark.parametrize("name", cases.FRENCH_BUYERS)
def test_no_rule_of_en_16931_or_of_france_is_broken(name: str, found: dict[str, list[str]]) -> None:
    assert found[FRENCH_TOO + name] == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_invoice_is_noticed(name: str, found: dict[str, list[str]]) -> None:
    *_how, rule = BROKEN[name]
    assert any(rule in sentence for sentence in found[name]), found[name]
