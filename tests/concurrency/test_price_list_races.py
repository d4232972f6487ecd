"""Two people put price lists in force, vote and charge at the same instant.

Shown to fail without its guard: with the exclusion constraint dropped, both lists of the
first test come into force.
"""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest

from billing.models import Charge, PriceList
from billing.services import charge_booking
from billing.services.price_lists import end_list, put_in_force, vote_list
from tests import factories as make
from tests.billing.cases import LATER, a_priced_instrument, a_use, someone
from tests.concurrency.together import kinds, together

pytestmark = pytest.mark.django_db(transaction=True)

NEXT_YEAR = (dt.date(2027, 1, 1), dt.date(2028, 1, 1))


@pytest.fixture
def fortessa():
    return a_priced_instrument()


def test_of_two_lists_for_the_same_days_one_comes_into_force(fortessa):
    manager = make.a_staff_member(fortessa.facility)
    for number in range(3):
        year = dt.date(2027 + number, 1, 1)
        lists = [
            make.a_price_list(
                fortessa.facility,
                name=f"{year.year}",
                status="voted",
                validity=(year, year.replace(month=12, day=31)),
            )
            for _each in range(2)
        ]
        outcomes = together(
            [partial(put_in_force, actor=manager, list_id=each.pk) for each in lists]
        )
        assert kinds(outcomes) == {"ListsOverlap": 1, "PriceList": 1}
        assert PriceList.objects.filter(name=f"{year.year}", status="in_force").count() == 1


def test_a_draft_is_voted_once(fortessa):
    manager = make.a_staff_member(fortessa.facility)
    draft = make.a_price_list(
        fortessa.facility, {fortessa: {"INT": 1}}, status="draft", validity=NEXT_YEAR
    )
    vote = partial(
        vote_list, actor=manager, list_id=draft.pk, voted_on=dt.date(2026, 10, 1), now=LATER
    )
    assert kinds(together([vote] * 4)) == {"NotADraft": 3, "PriceList": 1}


def test_no_charge_is_left_outside_a_list_that_ends(fortessa):
    manager, prices = make.a_staff_member(fortessa.facility), PriceList.objects.get()
    booking = a_use(someone(), fortessa, make.period("2026-11-24 09:00", "10:00"))
    together(
        [
            partial(
                end_list, actor=manager, list_id=prices.pk, last=dt.date(2026, 11, 23), now=LATER
            ),
            partial(charge_booking, booking_id=booking.pk, now=LATER),
        ]
    )
    prices.refresh_from_db()
    charged = Charge.objects.filter(price_list=prices).values_list("service_date", flat=True)
    assert all(day < prices.validity.upper for day in charged)
