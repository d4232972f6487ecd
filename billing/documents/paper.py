"""From HTML to paper: the letter that all documents share, drawn without any network.

A document's template extends `billing/documents/_paper.html`. The only files it may name
are those of `FILES`, by the scheme `bundled:`; any other address is left out.
"""

from __future__ import annotations

import functools
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel import Locale
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from billing.errors import PdfUnavailable
from billing.vat import Category

FILES = {"font": "web/fonts/instrument-sans-latin-wdth-normal.woff2"}
"""The files that a document may name as `bundled:font`, and their paths among static files."""

SCHEME = "bundled:"
HOME = "FR"
INTENT = "sRGB"
"""By which colours an archive is printed. Its profile is put in by `laid_out`."""

FONTS_DATED = "1767225600"
"""2026-01-01, in seconds since 1970."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A line at the head of a document, as its date."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VatRow:
    """What a document comes to for one VAT rule and rate, in words and cents."""

    word: str
    net_cents: int
    vat_cents: int


def html_of(template: str, context: Mapping[str, Any], *, language: str) -> str:
    """Return a document as HTML in a language."""
    with override(language):
        return render_to_string(template, {**context, "language": language})


def pdf_of(html: str, *, variant: str = "") -> bytes:
    """Draw HTML as PDF, its fonts within; `variant` such as "pdf/a-3b" for an archive.

    Raises:
        PdfUnavailable: this machine lacks what draws.
    """
    options = {"pdf_variant": variant, "output_intent": INTENT} if variant else {}
    return bytes(laid_out(html, **options).write_pdf(**options))


def laid_out(html: str, **options: Any) -> Any:
    """Return HTML laid out on pages, to be written by `write_pdf` with the same options.

    Raises:
        PdfUnavailable: this machine lacks what draws.
    """
    html_parser = _drawer().HTML
    document = html_parser(string=html, base_url=None, url_fetcher=_fetcher()).render(**options)
    if options.get("output_intent") == INTENT:
        document.color_profiles[INTENT] = _colours()
    return document


def address_lines(party: Mapping[str, Any]) -> list[str]:
    """Return the lines of a party's address, the name not among them."""
    street = str(party.get("address", "")).splitlines()
    place = " ".join(str(party.get(part, "")) for part in ("postcode", "city")).strip()
    return [line for line in (*street, place, _country(str(party.get("country", "")))) if line]


def _country(code: str) -> str:
    """Name a country in the language that is active; at home none is written."""
    if code in ("", HOME):
        return ""
    return str(Locale.parse(get_language() or "en", sep="-").territories.get(code, code))


def identity_line(party: Mapping[str, Any]) -> str:
    """Return how a party is registered, in one line: form, SIREN or SIRET, VAT number.

    Source: code de commerce, article R123-237; code général des impôts, annexe II,
    article 242 nonies A.
    """
    siret, siren = str(party.get("siret", "")), str(party.get("siren", ""))
    vat_number = str(party.get("vat_number", ""))
    parts = (
        str(party.get("legal_form", "")),
        f"SIRET {siret}" if siret else (f"SIREN {siren}" if siren else ""),
        _("VAT number %(number)s") % {"number": vat_number} if vat_number else "",
    )
    return " · ".join(part for part in parts if part)


def vat_word(category: str, percent: Decimal) -> str:
    """Say a VAT rule and its rate in the words that a document has to state.

    Source: code général des impôts, articles 261-4-4° a, 262 I, 259-1 and 283-2; directive
    2006/112/EC, article 226 (11 and 11a).
    """
    words = {
        Category.INTERNAL: _("Within one legal entity, no VAT"),
        Category.EXEMPT: _("Exempt from VAT: article 261-4-4° a of the French tax code"),
        Category.REVERSE_CHARGE: _("Reverse charge: article 283-2 of the French tax code"),
        Category.EXPORT: _("Export, exempt from VAT: article 262 I of the French tax code"),
        Category.OUT_OF_SCOPE: _("Outside the scope of French VAT: article 259-1"),
    }
    if category in words:
        return words[category]
    return _("VAT at %(percent)s%%") % {"percent": number_format(Decimal(percent).normalize())}


@functools.cache
def _drawer() -> Any:
    # Fonts within a PDF are dated: by this rather than by now, so that a document drawn
    # again has the same bytes.
    os.environ.setdefault("SOURCE_DATE_EPOCH", FONTS_DATED)
    try:
        import weasyprint  # loads Pango, which a machine without PDFs need not have
    except OSError as error:
        raise PdfUnavailable from error
    return weasyprint


def _colours() -> Any:
    """Return the profile of sRGB, which an archive has to say its colours by."""
    from weasyprint import pdf
    from weasyprint.css import ColorProfile

    path = Path(pdf.__file__).with_name("sRGB2014.icc")
    return ColorProfile(
        io.BytesIO(path.read_bytes()), path.name, "relative-colorimetric", (["r"], ["g"], ["b"])
    )


@functools.cache
def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Bundled(URLFetcher):
        """Gives the bundled files and refuses any other address, network and disk alike."""

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            name = url.removeprefix(SCHEME)
            if not url.startswith(SCHEME) or name not in FILES:
                raise ValueError(f"Not bundled: {url[:100]}")
            return URLFetcherResponse(url, _bundled(name), {"Content-Type": "font/woff2"})

    return Bundled()


@functools.cache
def _bundled(name: str) -> bytes:
    found = finders.find(FILES[name])
    if found is None:
        raise FileNotFoundError(FILES[name])
    return Path(found).read_bytes()
