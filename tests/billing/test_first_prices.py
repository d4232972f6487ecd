"""What has no price is given one; what has one keeps it."""

import datetime as dt
from typing import Any

import pytest

from accounts.errors import NotFound
from billing.errors import AlreadyPriced
from billing.models import PriceList
from billing.prices.lists import price_tables
from billing.readiness import first_steps, readiness_of
from billing.services import price_instrument
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY, END = dt.date(2026, 10, 6), dt.date(2027, 12, 31)


@pytest.fixture
def instrument():
    return make.an_instrument()


@pytest.fixture
def manager(instrument):
    return make.a_staff_member(instrument.facility)


def price(actor, instrument, **changes):
    fields: dict[str, Any] = {
        "hourly_cents": {"INT": 1800, "IND": 12000},
        "first": TODAY,
        "last": END,
    }
    return price_instrument(actor=actor, instrument_id=instrument.pk, **(fields | changes))


def test_the_first_price_begins_a_list_in_force_with_the_usual_bands(manager, instrument):
    prices = price(manager, instrument)
    assert prices.status == "in_force"
    assert (prices.validity.lower, prices.validity.upper) == (TODAY, dt.date(2028, 1, 1))
    assert [band.percent for band in prices.bands.order_by("id")] == [100, 75, 25, 50]
    [row] = readiness_of(instrument.facility, on=TODAY)
    assert row.is_bookable


def test_the_next_one_joins_the_list_that_stands(manager, instrument):
    first = price(manager, instrument)
    other = make.an_instrument(instrument.facility)
    assert price(manager, other) == first
    with pytest.raises(AlreadyPriced):
        price(manager, other, hourly_cents={"INT": 1})
    price(manager, other, hourly_cents={"ACA": 3500})
    [table] = price_tables(instrument.facility.pk, on=TODAY)
    assert (other, "hour", {"INT": 1800, "IND": 12000, "ACA": 3500}) in table.rows


def test_a_list_ends_where_the_next_begins(manager, instrument):
    make.a_price_list(
        instrument.facility, name="2027", validity=(dt.date(2027, 1, 1), dt.date(2028, 1, 1))
    )
    assert price(manager, instrument).validity.upper == dt.date(2027, 1, 1)
    assert PriceList.objects.count() == 2


def test_prices_of_another_platform_are_not_there(instrument):
    with pytest.raises(NotFound):
        price(make.a_staff_member(make.a_facility()), instrument)


def test_what_an_instrument_lacks_is_said(instrument):
    instrument.time_slots.all().delete()
    [row] = readiness_of(instrument.facility, on=TODAY)
    assert (row.is_open, row.has_price, row.is_bookable) == (False, False, False)


def test_an_empty_centre_has_all_steps_before_it():
    administrator = make.a_user(is_superuser=True)
    steps = first_steps(administrator, on=TODAY)
    assert not any(getattr(steps, name) for name in steps.__dataclass_fields__)
    make.a_booking(make.a_researcher(), make.an_instrument())
    steps = first_steps(administrator, on=TODAY)
    assert steps.payer
    assert steps.booking
    assert not steps.price
