"""At 80 % and at 100 % of a ceiling somebody is told, once for each ceiling."""

import datetime as dt

import pytest

from billing.models import AccountWarning
from billing.quotes.states import passed_percents
from billing.services.account_warnings import warn_of, warn_of_accounts
from notifications.models import OutboxMessage
from notifications.registry import renderer_of
from tests import factories as make
from tests.billing.quote_cases import Deal
from tests.factories import NOW

CEILING = 768_000


def warned():
    return list(AccountWarning.objects.order_by("id").values_list("percent", "ceiling_cents"))


def told():
    return OutboxMessage.objects.filter(topic="billing.account_warned")


def charge(deal, account, cents):
    make.a_charge(deal.team, deal.facility, cents, account=account)


@pytest.mark.parametrize(
    ("committed", "percents"),
    [(0, []), (79_999, []), (80_000, [80]), (99_999, [80]), (100_000, [80, 100])],
)
def test_a_share_is_reached_to_the_cent(committed, percents):
    assert passed_percents(ceiling_cents=100_000, committed_cents=committed) == percents


def test_an_account_without_a_ceiling_passes_nothing():
    assert passed_percents(ceiling_cents=0, committed_cents=1) == []


@pytest.mark.django_db
def test_each_share_is_told_once():
    deal = Deal()
    account = deal.accepted().account
    assert warn_of_accounts(now=NOW) == 0
    charge(deal, account, CEILING * 80 // 100)
    assert warn_of_accounts(now=NOW) == 1
    assert warn_of_accounts(now=NOW) == 0
    charge(deal, account, CEILING * 20 // 100)
    assert warn_of_accounts(now=NOW) == 1
    assert warned() == [(80, CEILING), (100, CEILING)]
    assert told().count() == 2


@pytest.mark.django_db
def test_of_several_shares_at_once_the_highest_is_told():
    deal = Deal()
    account = deal.accepted().account
    assert account is not None
    charge(deal, account, CEILING)
    assert warn_of(account.pk, now=NOW)
    assert warned() == [(80, CEILING), (100, CEILING)]
    assert told().count() == 1


@pytest.mark.django_db
def test_a_raised_ceiling_warns_again():
    deal = Deal()
    account = deal.accepted().account
    assert account is not None
    charge(deal, account, CEILING)
    warn_of(account.pk, now=NOW)
    deal.accepted(deal.samples("1"))
    assert warned() == [(80, CEILING), (100, CEILING), (80, CEILING + 32_000)]


@pytest.mark.django_db
def test_what_is_booked_counts_and_both_sides_are_told():
    deal = Deal()
    account = deal.accepted().account
    make.a_booking(deal.buyer, deal.instrument, account=account, estimate_cents=CEILING)
    warn_of_accounts(now=NOW + dt.timedelta(minutes=1))
    mails = renderer_of("billing.account_warned")(told().get().payload, NOW)
    assert [mail.address for mail in mails] == [deal.buyer.email, deal.manager.email]
