"""How values are written in a Cross Industry Invoice: texts, dates, amounts, references."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from lxml.builder import ElementMaker

_STANDARD = "urn:un:unece:uncefact:data:standard"
NAMESPACES = {
    "rsm": f"{_STANDARD}:CrossIndustryInvoice:100",
    "ram": f"{_STANDARD}:ReusableAggregateBusinessInformationEntity:100",
    "qdt": f"{_STANDARD}:QualifiedDataType:100",
    "udt": f"{_STANDARD}:UnqualifiedDataType:100",
}
RSM: Any = ElementMaker(namespace=NAMESPACES["rsm"])
RAM: Any = ElementMaker(namespace=NAMESPACES["ram"])
_DATES: dict[str, Any] = {kind: ElementMaker(namespace=NAMESPACES[kind]) for kind in ("qdt", "udt")}

_YEAR_MONTH_DAY = "102"
"""UNTDID 2379: CCYYMMDD."""

_INVOICED_OBJECT, _ORDER_NUMBER = "130", "ON"
"""UNTDID 1001 and 1153: a reference to what is invoiced, here an order of the buyer."""

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no XML may hold. Source: XML 1.0, production 2."""


def text(name: str, value: str, **attributes: str) -> Any:
    """Return an element that holds a text on one line for each of its own."""
    return RAM(name, _NOT_XML.sub("", value).strip(), **attributes)


def day(name: str, value: dt.date, *, kind: str = "udt") -> Any:
    """Return an element that holds a date."""
    return RAM(name, _DATES[kind].DateTimeString(f"{value:%Y%m%d}", format=_YEAR_MONTH_DAY))


def no() -> Any:
    """Return the indicator of what takes off rather than adds."""
    return _DATES["udt"].Indicator("false")


def euros(cents: int) -> str:
    """Write cents as an amount with two decimals."""
    return f"{Decimal(cents) / 100:.2f}"


def number(value: Decimal) -> str:
    """Write a number without idle zeros and never with an exponent."""
    written = f"{value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def price(value: Decimal) -> str:
    """Write a price with two decimals, or as many more as it has."""
    return f"{value:.2f}" if value == value.quantize(Decimal("0.01")) else number(value)


def coded(name: str, reference: str) -> Any:
    """Return a reference to an order of the buyer beside the one of the document.

    BT-18 on the document, BT-128 on a line.
    """
    return RAM(
        name,
        text("IssuerAssignedID", reference),
        text("TypeCode", _INVOICED_OBJECT),
        text("ReferenceTypeCode", _ORDER_NUMBER),
    )
