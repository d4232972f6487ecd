"""What the database refuses about money, tried with SQL behind Django's back."""

import datetime as dt

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from billing.models import Charge, PriceList, Rate
from billing.services import charge_booking, close_month
from tests import factories as make
from tests.billing.cases import LATER, a_priced_instrument, a_use, someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def fortessa():
    return a_priced_instrument()


@pytest.fixture
def charge(fortessa):
    booking = a_use(someone(), fortessa, make.period("2026-11-24 14:00", "15:00"))
    (charge,) = charge_booking(booking_id=booking.pk, now=LATER)
    return charge


def refusal(statement, *parameters):
    """Run a statement that must fail; return what the database says of it."""
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        run(statement, *parameters)
    cause = refused.value.__cause__
    assert isinstance(cause, psycopg.Error)
    return cause.diag.constraint_name or str(cause)


def run(statement, *parameters):
    """Run a statement and every check it has put off."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found = cursor.fetchone() if "RETURNING" in statement else None
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return found


COPIED = (
    "source, source_id, booking_id, facility_id, organisation_id, team_id, service_date,"
    " description, quantity, unit, unit_price_cents, percent, amount_cents, tier, vat_category,"
    " vat_percent, vat_exemption, reason, created_at"
)


def insert_copy(charge, **values):
    """Say how to insert a copy of a charge with some values of its own."""
    values = {"component": "'time-1'", "reversal_no": "0", "reverses_id": "NULL"} | values
    own = [name for name in values if name in COPIED.split(", ")]
    columns = ", ".join(c for c in COPIED.split(", ") if c not in own)
    return (
        f"INSERT INTO billing_charge ({columns}, {', '.join(values)})"
        f" SELECT {columns}, {', '.join(values.values())}"
        f" FROM billing_charge WHERE id = {charge.pk}"
    )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE billing_charge SET amount_cents = 0",
        "UPDATE billing_charge SET team_id = team_id",
        "UPDATE billing_charge SET created_at = now() WHERE amount_cents > 0",
        "DELETE FROM billing_charge",
    ],
)
def test_a_charge_is_never_changed_or_deleted(charge, change):
    assert "Cannot" in refusal(change)
    assert Charge.objects.get().amount_cents == 1800


@pytest.mark.parametrize("column", ["booking", "facility", "organisation", "team", "price_list"])
def test_what_a_charge_speaks_of_cannot_be_deleted(charge, column):
    table = getattr(charge, column)._meta.db_table
    assert refusal(f"DELETE FROM {table} WHERE id = %s", getattr(charge, f"{column}_id"))


def test_a_use_is_charged_once(charge):
    assert refusal(insert_copy(charge)) == "charge_once"


def test_a_charge_is_reversed_once_and_says_why(charge):
    reversal = {"reverses_id": str(charge.pk), "reversal_no": "1"}
    assert refusal(insert_copy(charge, **reversal)) == "charge_reversal_has_a_reason"
    run(insert_copy(charge, reason="'Wrong'", **reversal))
    again = reversal | {"reversal_no": "2", "reason": "'Wrong'"}
    assert refusal(insert_copy(charge, **again)) == "charge_reversed_once"


def test_a_charge_of_a_booking_names_it(charge):
    other = {"component": "'time-9'", "source_id": "source_id + 1"}
    assert refusal(insert_copy(charge, **other)) == "charge_names_its_booking"


def test_a_vat_rule_is_one_we_know(charge):
    other = {"component": "'time-9'", "vat_category": "'Z'"}
    assert refusal(insert_copy(charge, **other)) == "charge_vat_category_known"


@pytest.mark.parametrize(
    ("validity", "status", "refused"),
    [
        ("[2026-12-31,)", "in_force", True),
        ("[2020-01-01,2026-01-02)", "in_force", True),
        ("[2027-01-01,)", "in_force", False),
        ("[2020-01-01,2026-01-01)", "in_force", False),
        ("[2026-06-01,2026-07-01)", "voted", False),
        ("[2026-06-01,2026-07-01)", "draft", False),
    ],
)
def test_one_price_list_of_a_platform_is_in_force_on_a_day(fortessa, validity, status, refused):
    add = (
        "INSERT INTO billing_pricelist (facility_id, name, validity, status, voted_on)"
        " VALUES (%s, 'x', %s, %s, '2025-11-01')"
    )
    parameters = (fortessa.facility_id, validity, status)
    if refused:
        assert refusal(add, *parameters) == "price_list_no_overlap"
    else:
        run(add, *parameters)


def test_two_platforms_have_their_own_price_lists(fortessa):
    assert make.a_price_list(make.a_facility())


@pytest.mark.parametrize(
    ("validity", "status", "voted_on", "truth"),
    [
        ("empty", "draft", None, "price_list_has_a_first_day"),
        ("(,2026-01-01)", "draft", None, "price_list_has_a_first_day"),
        ("[2026-01-01,)", "voted", None, "price_list_voted"),
        ("[2026-01-01,)", "in_force", None, "price_list_voted"),
    ],
)
def test_a_price_list_is_dated_and_voted(validity, status, voted_on, truth):
    add = (
        "INSERT INTO billing_pricelist (facility_id, name, validity, status, voted_on)"
        " VALUES (%s, 'x', %s, %s, %s)"
    )
    assert refusal(add, make.a_facility().pk, validity, status, voted_on) == truth


def test_a_rate_is_of_one_thing_and_once_for_each_tier(fortessa):
    add = (
        "INSERT INTO billing_rate (price_list_id, instrument_id, service_id, tier, unit,"
        " amount_cents, minimum_cents) VALUES (%s, %s, %s, 'INT', 'hour', 1, 0)"
    )
    prices = PriceList.objects.get().pk
    assert refusal(add, prices, None, None) == "rate_of_one_thing"
    assert refusal(add, prices, fortessa.pk, None) == "rate_of_time_once"


@pytest.mark.parametrize(
    ("columns", "truth"),
    [
        ("starts = '20:00', ends = '08:00'", "band_in_order"),
        ("weekdays = '{0,7}'", "band_weekdays"),
    ],
)
def test_a_band_lies_in_one_day_of_the_week(fortessa, columns, truth):
    assert refusal(f"UPDATE billing_band SET {columns}") == truth


@pytest.mark.parametrize("table", ["billing_rate", "billing_band"])
def test_prices_that_have_been_charged_by_stay(charge, table):
    column = "amount_cents" if table == "billing_rate" else "percent"
    assert "has been charged by" in refusal(f"UPDATE {table} SET {column} = 1")
    assert "has been charged by" in refusal(f"DELETE FROM {table}")


def test_prices_nobody_was_charged_by_can_be_corrected(fortessa):
    Rate.objects.update(amount_cents=1)
    Rate.objects.all().delete()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE billing_statement SET total_cents = 0",
        "DELETE FROM billing_statementline",
        "DELETE FROM billing_statementtotal",
        "UPDATE billing_statementtotal SET amount_cents = 0",
        "DELETE FROM billing_statement",
    ],
)
def test_a_statement_is_never_changed_or_deleted(charge, change):
    close_month(month=dt.date(2026, 11, 1), now=LATER)
    assert "Cannot" in refusal(change)


def test_a_charge_is_on_one_statement_and_a_team_has_one_a_month(charge):
    close_month(month=dt.date(2026, 11, 1), now=LATER)
    add = (
        "INSERT INTO billing_statement (team_id, month, charges_count, total_cents, closed_at)"
        " VALUES (%s, %s, 0, 0, now()) RETURNING id"
    )
    assert refusal(add, charge.team_id, "2026-11-01") == "statement_once"
    assert refusal(add, charge.team_id, "2026-12-02") == "statement_of_a_whole_month"
    (statement_id,) = run(add, charge.team_id, "2026-12-01")
    line = "INSERT INTO billing_statementline (statement_id, charge_id) VALUES (%s, %s)"
    assert refusal(line, statement_id, charge.pk) == "statement_line_charge_once"
