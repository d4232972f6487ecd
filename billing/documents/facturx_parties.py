"""Seller and buyer in a Cross Industry Invoice (BG-4 to BG-9). Pure on plain values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from billing.documents.facturx_words import RAM, text
from billing.documents.values import Address, Party

SIREN, SIRET = "0002", "0009"
"""ISO 6523 codes of the French registers of enterprises and of their establishments."""

ADDRESS_LINES = ("LineOne", "LineTwo", "LineThree")


def seller(party: Party, *, with_vat: bool) -> Any:
    """Return who sells. `with_vat`: not where all is outside the scope (BR-O-02)."""
    return RAM.SellerTradeParty(*_party(party, with_vat=with_vat))


def buyer(party: Party, *, with_vat: bool) -> Any:
    """Return who buys."""
    return RAM.BuyerTradeParty(*_party(party, with_vat=with_vat))


def postal(address: Address) -> Any:
    """Return an address: postcode, three lines, town, country (BT-35 to BT-40 and alike)."""
    lines = _three(address.lines)
    return RAM.PostalTradeAddress(
        *([text("PostcodeCode", address.postcode)] if address.postcode else ()),
        *(text(name, line) for name, line in zip(ADDRESS_LINES, lines, strict=False)),
        *([text("CityName", address.city)] if address.city else ()),
        text("CountryID", address.country),
    )


def _party(party: Party, *, with_vat: bool) -> Iterator[Any]:
    if party.siret:
        yield text("GlobalID", party.siret, schemeID=SIRET)  # BT-29, BT-46
    yield text("Name", party.name)  # BT-27, BT-44
    if party.legal_form:
        yield text("Description", party.legal_form)  # BT-33
    if party.siren:
        yield RAM.SpecifiedLegalOrganization(text("ID", party.siren, schemeID=SIREN))  # BT-30, -47
    yield from _contact(party)
    yield postal(party.address)
    if party.electronic_address and party.electronic_scheme:
        yield RAM.URIUniversalCommunication(  # BT-34, BT-49
            text("URIID", party.electronic_address, schemeID=party.electronic_scheme)
        )
    if party.vat_number and with_vat:
        yield RAM.SpecifiedTaxRegistration(  # BT-31, BT-48
            text("ID", party.vat_number.replace(" ", ""), schemeID="VA")
        )


def _contact(party: Party) -> Iterator[Any]:
    """Say whom to ask (BG-6)."""
    parts = []
    if party.contact_name:
        parts.append(text("PersonName", party.contact_name))  # BT-41
    if party.contact_phone:
        number = text("CompleteNumber", party.contact_phone)
        parts.append(RAM.TelephoneUniversalCommunication(number))  # BT-42
    if party.contact_email:
        address = text("URIID", party.contact_email)
        parts.append(RAM.EmailURIUniversalCommunication(address))  # BT-43
    if parts:
        yield RAM.DefinedTradeContact(*parts)


def _three(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return at most three lines; what is more stands on the third."""
    if len(lines) <= len(ADDRESS_LINES):
        return lines
    return (*lines[:2], ", ".join(lines[2:]))
