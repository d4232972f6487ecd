"""Quotes on paper and their letters, in both languages: HTML that is compared, and a PDF."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from pypdf import PdfReader
from pytest_django import Settings

from accounts.models import User
from billing.models import AccountWarning, Quote
from billing.quotes.acceptance import Acceptance
from billing.quotes.offers import LineWish
from billing.quotes.papers import quote_html, quote_pdf
from billing.services.quote_answers import record_acceptance, refuse_quote
from billing.services.quote_steps import expire_quotes
from notifications.registry import Mail, renderer_of
from tests import factories as make
from tests.billing.quote_cases import Deal
from tests.factories import NOW

Golden = Callable[[str, str], None]

pytestmark = pytest.mark.django_db
SIGNED_ON_PAPER = Acceptance(
    signed_name="Ada Wood, CEO", signed_on=NOW.date(), file=b"%PDF-1.7 signed"
)
QUOTE_ID = 4711


@pytest.fixture
def deal(settings: Settings) -> Deal:
    """A deal between parties that are called the same each time."""
    settings.SITE_URL = "https://plateau.example"
    deal = Deal(facility=make.a_facility(code="PRO", name="Proteomics", name_fr="Protéomique"))
    host, buyer = deal.issuer.organisation, deal.team.organisation
    host.name = host.legal_name = "Centre <de> recherche & soins"
    buyer.name = buyer.legal_name = "Pharma du Midi"
    host.save()
    buyer.save()
    deal.team.name = "Midi Discovery"
    deal.team.save()
    deal.issuer.code, deal.issuer.bic = "crc", "DEMOFR2M"
    deal.issuer.contact_name, deal.issuer.footer = "Monique Serra", "Recherche & soins"
    deal.issuer.save()
    people = ((deal.manager, "louise@centre.example"), (deal.buyer, "claire@pharma.example"))
    for person, email in people:
        person.email = email
        person.save()
    return deal


def sent(deal: Deal, language: str) -> Quote:
    """A quote of each kind of line, with discounts and two VAT rates."""
    User.objects.update(language=language)
    course = type(deal.service).objects.create(
        facility=deal.facility, code="course", name="Course", name_fr="Cours",
        unit="day", nature="training",
    )  # fmt: skip
    return deal.sent(
        deal.samples(discount_percent=Decimal("12.50")),
        LineWish(instrument_id=deal.instrument.pk, sessions=4, hours=Decimal("1.5")),
        LineWish(service_id=course.pk, quantity=Decimal(1), unit_price_cents=90_000),
        LineWish(description="Report <b>", quantity=Decimal(1), unit_price_cents=0),
        language=language,
        discount_percent=Decimal(5),
        note="Samples by Thursday.",
        project_name="PDM-017",
        starts_on=dt.date(2026, 10, 19),
        ends_on=dt.date(2026, 12, 18),
    )


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_quote_on_paper(deal: Deal, language: str, golden: Golden) -> None:
    quote = sent(deal, language)
    golden(f"quotes/quote-{language}.html", quote_html(quote))
    pdf = quote_pdf(quote)
    assert pdf.startswith(b"%PDF")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "CRC-D2026-00001" in text
    assert ("Bon pour accord" if language == "fr" else "Agreed") in text


@pytest.mark.parametrize(
    ("country", "vat_number", "said"),
    [("BE", "BE0000000097", "Reverse charge"), ("CH", "CHE000000000", "Outside the scope")],
)
def test_a_foreign_buyer_reads_why_there_is_no_vat(
    deal: Deal, country: str, vat_number: str, said: str
) -> None:
    buyer = deal.team.organisation
    buyer.country, buyer.vat_number, buyer.siren, buyer.siret = country, vat_number, "", ""
    buyer.save()
    quote = deal.sent(language="en")
    assert quote.vat_cents == 0
    assert said in quote_html(quote)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("what", ["sent", "accepted", "recorded", "refused", "expired", "warned"])
def test_the_letters(deal: Deal, what: str, language: str, golden: Golden) -> None:
    quote = sent(deal, language)
    mails = told(deal, quote, what)
    golden(f"mails/quote_{what}-{language}.txt", "\n\n".join(map(as_text, mails)))
    golden(f"mails/quote_{what}-{language}.html", "\n".join(mail.html for mail in mails))


def told(deal: Deal, quote: Quote, what: str) -> list[Mail]:
    """Let it happen, and return the letters about it, their addresses alike each time."""
    payload = {"quote": quote.pk}
    topic = "billing.quote_answered"
    if what == "sent":
        topic = "billing.quote_sent"
    elif what == "accepted":
        deal.accept(quote)
    elif what == "recorded":
        record_acceptance(
            actor=deal.manager, quote_id=quote.pk, acceptance=SIGNED_ON_PAPER, now=NOW
        )
    elif what == "refused":
        refuse_quote(actor=deal.buyer, quote_id=quote.pk, reason="Not <this> year", now=NOW)
    elif what == "expired":
        topic = "billing.quote_expired"
        expire_quotes(now=NOW + dt.timedelta(days=31))
    else:
        topic = "billing.account_warned"
        account = deal.accept(quote).account
        assert account is not None
        warning = AccountWarning.objects.create(
            account=account, percent=80, ceiling_cents=account.ceiling_cents or 0,
            committed_cents=400_000, warned_at=NOW,
        )  # fmt: skip
        payload = {"warning": warning.pk}
    return [steady(mail, quote) for mail in renderer_of(topic)(payload, NOW)]


def steady(mail: Mail, quote: Quote) -> Mail:
    """Return a letter with the quote's id as it is in the golden files."""
    own, kept = f"/quotes/{quote.pk}/", f"/quotes/{QUOTE_ID}/"
    return replace(mail, text=mail.text.replace(own, kept), html=mail.html.replace(own, kept))


def as_text(mail: Mail) -> str:
    """Write a letter as its file holds it."""
    return f"{mail.address}\n{mail.subject}\n\n{mail.text}"


def test_the_letter_is_not_sent_once_it_is_answered(deal: Deal) -> None:
    quote = deal.accepted()
    assert renderer_of("billing.quote_sent")({"quote": quote.pk}, NOW) == []
