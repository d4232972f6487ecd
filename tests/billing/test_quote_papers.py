"""An acceptance on paper is recorded by who sells, with the paper, and the team is told."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.errors import NotFound, NotPermitted, StaleVersion
from billing.models import Quote, QuoteAnswer
from billing.quotes.acceptance import MOST_BYTES, Acceptance
from billing.quotes.errors import (
    OrderFileRefused,
    OrderOrSignatureMissing,
    PaperDayWrong,
    PaperMissing,
    QuoteExpired,
    QuoteNotOpen,
)
from billing.services.quote_answers import record_acceptance
from billing.services.quote_steps import expire_quotes
from notifications.registry import renderer_of
from tests import factories as make
from tests.billing.quote_cases import Deal
from tests.factories import NOW

pytestmark = pytest.mark.django_db

SCAN = b"%PDF-1.7 signed"
TODAY = NOW.date()


@pytest.fixture
def deal():
    return Deal()


def recorded(deal, quote, *, actor=None, now=NOW, version=None, **said):
    values: dict[str, Any] = {
        "signed_name": "Ada Wood, CEO",
        "signed_on": TODAY,
        "file": SCAN,
    } | said
    return record_acceptance(
        actor=actor or deal.manager,
        quote_id=quote.pk,
        acceptance=Acceptance(**values),
        now=now,
        version=version,
    )


def test_a_signed_quote_that_came_by_post_opens_its_order(deal):
    quote = recorded(deal, deal.sent(), purchase_order="4500123", file_name="scan.pdf")
    answer = quote.answer
    assert (quote.state, quote.account.reference) == ("accepted", "4500123")
    assert quote.account.ceiling_cents == quote.net_cents
    assert (answer.is_recorded, answer.answered_by) == (True, deal.manager)
    assert (answer.signed_name, answer.signed_on) == ("Ada Wood, CEO", TODAY)
    assert (bytes(answer.file), answer.file_type) == (SCAN, "application/pdf")
    assert not deal.accepted(order="7").answer.is_recorded


def test_an_order_that_was_not_signed_keeps_its_day(deal):
    quote = recorded(deal, deal.sent(), purchase_order="4500123", signed_name="")
    assert (quote.answer.signed_name, quote.answer.signed_on) == ("", TODAY)


def test_who_keeps_the_books_records_and_nobody_else_but_the_platform(deal):
    quote = deal.sent()
    with pytest.raises(NotPermitted):
        recorded(deal, quote, actor=deal.buyer)
    for stranger in (make.a_staff_member(deal.facility, role="operator"), make.a_user()):
        with pytest.raises(NotFound):
            recorded(deal, quote, actor=stranger)
    keeper = make.a_user()
    deal.issuer.accountants.add(keeper)
    assert recorded(deal, quote, actor=keeper).answer.answered_by == keeper


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"file": b""}, PaperMissing),
        ({"file": b"MZ"}, OrderFileRefused),
        ({"file": b"%PDF-" + b"0" * MOST_BYTES}, OrderFileRefused),
        ({"signed_name": " "}, OrderOrSignatureMissing),
        ({"signed_on": None}, PaperDayWrong),
        ({"signed_on": TODAY + dt.timedelta(days=1)}, PaperDayWrong),
        ({"signed_on": TODAY - dt.timedelta(days=1)}, PaperDayWrong),
        ({"version": 1}, StaleVersion),
    ],
)
def test_a_paper_is_whole(deal, said, error):
    quote = deal.sent()
    with pytest.raises(error):
        recorded(deal, quote, **said)
    assert Quote.objects.get().state == "sent"


def test_the_day_of_the_paper_decides_whether_it_came_in_time(deal):
    late = NOW + dt.timedelta(days=31)
    quote = deal.sent()
    with pytest.raises(QuoteExpired):
        recorded(deal, quote, now=late, signed_on=late.date())
    assert recorded(deal, quote, now=late).state == "accepted"
    lapsed = deal.sent()
    expire_quotes(now=late)
    with pytest.raises(QuoteExpired):
        recorded(deal, lapsed, now=late)


def test_it_is_recorded_once(deal):
    quote = recorded(deal, deal.sent(), purchase_order="1")
    assert recorded(deal, quote, purchase_order="1").account.ceiling_cents == quote.net_cents
    with pytest.raises(QuoteNotOpen):
        recorded(deal, quote, purchase_order="2")
    assert QuoteAnswer.objects.count() == 1


def test_the_team_and_the_platform_are_told_who_recorded_it(deal):
    deal.manager.first_name, deal.manager.last_name = "Nina", "Faure"
    deal.manager.save()
    quote = recorded(deal, deal.sent())
    mails = renderer_of("billing.quote_answered")({"quote": quote.pk}, NOW)
    assert [mail.address for mail in mails] == [deal.buyer.email, deal.manager.email]
    assert all("Nina Faure" in mail.text for mail in mails)
    own = deal.accepted(order="7")
    mails = renderer_of("billing.quote_answered")({"quote": own.pk}, NOW)
    assert [mail.address for mail in mails] == [deal.manager.email]
    assert "Nina Faure" not in mails[0].text


def test_without_its_paper_no_row_says_that_it_came_on_paper(deal):
    quote = deal.sent()
    with pytest.raises(DatabaseError, match="recorded_with_paper"), transaction.atomic():
        QuoteAnswer.objects.create(
            quote=quote, answer="accepted", answered_by=deal.manager, answered_at=NOW,
            purchase_order="1", is_recorded=True,
        )  # fmt: skip
