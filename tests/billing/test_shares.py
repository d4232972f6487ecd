"""The share of the full rate that a calendar draws over each day."""

import pytest

from billing.prices.shares import rate_shares
from tests import factories as make
from tests.factories import period

pytestmark = pytest.mark.django_db

WEDNESDAY = period("2026-10-07 00:00", "2026-10-08 00:00")


def test_a_day_is_cut_where_the_share_of_the_rate_changes(django_assert_num_queries):
    instrument = make.an_instrument()
    make.a_price_list(instrument.facility)
    with django_assert_num_queries(1):
        shares = rate_shares(instrument.facility, WEDNESDAY)
    assert shares == [
        (period("2026-10-07 00:00", "08:00"), 25),
        (period("2026-10-07 08:00", "20:00"), 100),
        (period("2026-10-07 20:00", "2026-10-08 00:00"), 75),
    ]


def test_where_no_list_is_in_force_there_is_no_share():
    assert rate_shares(make.an_instrument().facility, WEDNESDAY) == []
