"""A quote is answered once, and what it lets a team spend is never overspent.

Guards: the quote's row for its answer and its number, the account's for its ceiling. Seen
once without them: 6 bookings on an order that pays for 3, a ceiling of 1,920 euros where
four quotes came to 3,200, and 7 of 8 equal answers refused by the database (the account's
and the quote's locks off).
"""

from decimal import Decimal
from functools import partial

import pytest

from accounts.models import FundingAccount, Project
from billing.models import AccountWarning, Quote, QuoteAnswer
from billing.quotes.offers import LineWish
from billing.services.account_warnings import warn_of
from billing.services.quote_answers import refuse_quote
from billing.services.quote_steps import expire_quotes, send_quote, withdraw_quote
from bookings import services
from bookings.errors import PolicyViolated
from bookings.models import Booking
from tests import factories as make
from tests.billing.quote_cases import Deal
from tests.concurrency.together import deadlocks, kinds, together
from tests.factories import NOW, period

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 8
HOUR_CENTS = 15_000


@pytest.fixture(autouse=True)
def _no_deadlock():
    before = deadlocks()
    yield
    assert deadlocks() == before


def three_hours(deal):
    return LineWish(instrument_id=deal.instrument.pk, quantity=Decimal(3))


def test_an_order_from_a_quote_books_only_what_was_quoted():
    deal = Deal()
    account = deal.accepted(three_hours(deal)).account
    assert account is not None
    instruments = [make.an_instrument(deal.facility) for _ in range(CLIENTS)]
    prices = deal.instrument.rates.all()[0].price_list
    for each in instruments:
        each.rates.create(price_list=prices, tier="IND", amount_cents=HOUR_CENTS)
    when = period("2026-10-07 14:00", "15:00")

    def book(instrument):
        wish = make.a_wish(deal.buyer, instrument, when, account_id=account.pk)
        return services.request_booking(actor=deal.buyer, wish=wish, now=NOW)

    outcomes = together([partial(book, each) for each in instruments])
    assert kinds(outcomes) == {"Booking": 3, "PolicyViolated": CLIENTS - 3}
    refusals = [outcome for outcome in outcomes if isinstance(outcome, PolicyViolated)]
    assert {each.code for refusal in refusals for each in refusal.violations} == {
        "account_exceeded"
    }
    estimates = Booking.objects.filter(account=account).values_list("estimate_cents", flat=True)
    assert sum(cents or 0 for cents in estimates) == account.ceiling_cents == 3 * HOUR_CENTS


def test_a_quote_accepted_at_once_by_many_opens_one_order():
    deal = Deal()
    quote = deal.sent()
    outcomes = together([partial(deal.accept, quote)] * CLIENTS)
    assert kinds(outcomes) == {"Quote": CLIENTS}
    assert FundingAccount.objects.get().ceiling_cents == quote.net_cents
    assert Project.objects.count() == QuoteAnswer.objects.count() == 1


def test_one_order_for_several_quotes_at_once_may_spend_them_all():
    deal = Deal()
    quotes = [deal.sent(deal.samples(str(number))) for number in range(1, 5)]
    outcomes = together([partial(deal.accept, quote) for quote in quotes])
    assert kinds(outcomes) == {"Quote": 4}
    assert FundingAccount.objects.get().ceiling_cents == 10 * 32_000


def test_of_an_answer_a_refusal_and_a_withdrawal_one_wins():
    deal = Deal()
    quote = deal.sent()
    outcomes = together(
        [
            partial(deal.accept, quote),
            partial(refuse_quote, actor=deal.buyer, quote_id=quote.pk, reason="No", now=NOW),
            partial(withdraw_quote, actor=deal.manager, quote_id=quote.pk, now=NOW),
            partial(expire_quotes, now=NOW),
        ]
    )
    assert kinds(outcomes) == {"Quote": 1, "QuoteNotOpen": 2, "int": 1}
    quote.refresh_from_db()
    assert (quote.state == "accepted") == FundingAccount.objects.exists()


def test_quotes_sent_at_once_are_numbered_without_a_gap():
    deal = Deal()
    drafts = [deal.draft() for _ in range(CLIENTS)]
    together(
        [partial(send_quote, actor=deal.manager, quote_id=each.pk, now=NOW) for each in drafts]
    )
    numbers = sorted(Quote.objects.values_list("number", flat=True))
    assert [number[-5:] for number in numbers] == [f"{at:05}" for at in range(1, CLIENTS + 1)]


def test_a_warning_is_written_once():
    deal = Deal()
    account = deal.accepted().account
    assert account is not None
    make.a_charge(deal.team, deal.facility, account.ceiling_cents or 0, account=account)
    outcomes = together([partial(warn_of, account.pk, now=NOW)] * CLIENTS)
    assert outcomes.count(True) >= 1
    assert sorted(AccountWarning.objects.values_list("percent", flat=True)) == [80, 100]
