"""Planned sessions on a quote: a line for their time, their operator and their surcharge."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from billing.errors import RateMissing
from billing.models import PriceList, Surcharge
from billing.quotes.errors import LineNotPossible
from billing.quotes.offers import LineWish
from billing.services import charge_booking
from tests import factories as make
from tests.billing.cases import with_operator
from tests.billing.quote_cases import Deal
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal():
    return Deal()


def extras_priced(deal):
    with_operator(deal.instrument)
    prices = PriceList.objects.get(facility=deal.facility)
    Surcharge.objects.create(price_list=prices, ground="bsl2", name="BSL-2", percent=10)


def sessions_of(deal, **fields):
    wish: dict[str, Any] = {
        "sessions": 4,
        "hours": Decimal(3),
        "discount_percent": Decimal(15),
    } | fields
    return LineWish(instrument_id=deal.instrument.pk, **wish)


def test_planned_sessions_make_lines_for_their_operator_and_surcharge(deal):
    extras_priced(deal)
    quote = deal.draft(sessions_of(deal, with_operator=True, bsl2=True), language="en")
    assert [
        (line.description, line.unit, line.quantity, line.unit_price_cents, line.net_cents)
        for line in quote.lines.all()
    ] == [
        ("IVIS Spectrum, 4 sessions of 3 h", "hour", 12, 15000, 153_000),
        ("IVIS Spectrum, operator, 4 sessions of 3 h", "operator-hour", 12, 4000, 40_800),
        # 10 % of 450 and 120 for each session, less 15 %
        ("IVIS Spectrum, BSL-2", "use", 4, 5700, 19_380),
    ]


def test_sessions_with_their_extras_are_charged_what_was_quoted(deal):
    extras_priced(deal)
    quote = deal.accepted(sessions_of(deal, with_operator=True, bsl2=True))
    person = make.a_member(deal.team)
    spent = 0
    for day in (12, 13, 14, 15):
        booking = make.a_booking(
            person,
            deal.instrument,
            make.period(f"2026-10-{day} 09:00", "12:00"),
            project=quote.project,
            account=quote.account,
            status="completed",
            operator_needed=True,
            bsl2=True,
        )
        charges = charge_booking(booking_id=booking.pk, now=NOW + dt.timedelta(days=60))
        spent += sum(charge.amount_cents for charge in charges)
    assert spent == quote.net_cents == quote.account.ceiling_cents


def test_an_operator_is_quoted_wherever_one_is_always_needed(deal):
    extras_priced(deal)
    deal.instrument.mode = "assisted"
    deal.instrument.save()
    assert [line.unit for line in deal.draft(sessions_of(deal)).lines.all()] == [
        "hour",
        "operator-hour",
    ]


def test_where_the_list_has_no_extras_none_are_quoted(deal):
    wish = sessions_of(deal, with_operator=True, bsl2=True)
    assert deal.draft(wish).lines.get().unit == "hour"


def test_a_surcharge_of_a_sum_is_quoted_as_the_sum_and_follows_a_price_that_is_typed(deal):
    extras_priced(deal)
    Surcharge.objects.update(percent=None, amount_cents=4500)
    lines = deal.draft(sessions_of(deal, bsl2=True)).lines
    assert lines.last().unit_price_cents == 4500
    Surcharge.objects.update(percent=10, amount_cents=None)
    lines = deal.draft(sessions_of(deal, bsl2=True, unit_price_cents=10_000)).lines
    assert lines.last().unit_price_cents == 3000


@pytest.mark.parametrize("fields", [{"sessions": None, "quantity": Decimal(3)}, {"hours": None}])
def test_extras_are_of_planned_sessions(deal, fields):
    with pytest.raises(LineNotPossible):
        deal.draft(sessions_of(deal, bsl2=True, **fields))


def test_operator_hours_can_be_a_line_of_their_own(deal):
    wish = LineWish(instrument_id=deal.instrument.pk, unit="operator-hour", quantity=Decimal(2))
    with pytest.raises(RateMissing):
        deal.draft(wish)
    extras_priced(deal)
    line = deal.draft(wish, language="en").lines.get()
    assert (line.description, line.unit, line.net_cents) == (
        "IVIS Spectrum, operator",
        "operator-hour",
        8000,
    )
