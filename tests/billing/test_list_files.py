"""A price list as the sheets of a file, and what is told of sheets that are wrong."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils.translation import override

from billing.prices.errors import ListFileRefused
from billing.prices.files import MOST_ROWS, changes_of, read_tables, tables_of
from billing.prices.parts import PARTS
from billing.services.price_lists import Raise, draft_list
from billing.services.price_rates import take_over_file
from tests import factories as make
from tests.billing.price_world import NEXT_YEAR, a_full_list

pytestmark = pytest.mark.django_db

RATES = ["Instrument", "Service", "Tier", "Unit", "Amount in euros", "Minimum in euros"]
FORTESSA = ["Fortessa X-20", None, "INT", "hour", 19, None]
BANDS = ["Name", "Weekdays", "On public holidays", "From", "To", "Per cent of the rate"]


@pytest.fixture
def full():
    return a_full_list()


@pytest.fixture
def manager(full):
    return make.a_staff_member(full.facility)


@pytest.fixture
def draft(manager, full):
    return draft_list(
        actor=manager, facility_id=full.facility_id, card=NEXT_YEAR, copied_from_id=full.pk
    )


def numbered(*rows):
    return list(enumerate(rows, start=1))


def as_file(prices):
    return {table.title: numbered(table.head, *table.rows) for table in tables_of(prices)}


def said(prices):
    return {part.name: part.rows_of(prices) for part in PARTS}


def mistakes(prices, **tables):
    titles = {name.replace("_", " "): rows for name, rows in tables.items()}
    found = read_tables(prices, titles).mistakes
    return [(each.row, each.column, each.sentence) for each in found]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_was_written_and_is_read_again_changes_nothing(manager, full, draft, language):
    before = said(draft)
    assert all(before.values())
    assert [list(rows) for rows in before.values()] == [list(rows) for rows in said(full).values()]
    with override(language):
        file = as_file(draft)
    reading = read_tables(draft, file)
    assert reading.mistakes == []
    assert not any(changes_of(draft, reading.said).values())
    ids = [list(part.of(draft).values_list("pk", flat=True)) for part in PARTS]
    take_over_file(actor=manager, list_id=draft.pk, tables=file)
    assert said(draft) == before
    assert [list(part.of(draft).values_list("pk", flat=True)) for part in PARTS] == ids


def test_amounts_are_written_in_euros_with_two_decimals(full):
    rates = tables_of(full)[0]
    assert rates.head == RATES
    assert ["Fortessa X-20", None, "INT", "hour", Decimal("18.00"), Decimal("0.00")] in rates.rows
    assert [None, "slide", "IND", "slide", Decimal("2.40"), Decimal("0.00")] in rates.rows
    band = next(iter(tables_of(full)[1].rows))
    assert band == ["Peak", "Mon, Tue, Wed, Thu, Fri", "no", "08:00", "20:00", 100]


def test_a_file_adds_changes_and_drops(manager, draft):
    tables = {
        "rates": numbered(
            RATES,
            ["fortessa x-20", "", "int", "hour", "18,50 €", ""],
            [],
            [None, "SLIDE", "IND", "slide", 2.4, "10"],
            ["=Sorter, 4 lasers", None, "INT", "hour", 45, 0],
        ),
        "Plages": numbered(
            ["Per cent of the rate", "to", "De", "Name", "weekdays"],
            [150, dt.time(0), "18h30", "Late", "ven., Sat"],
        ),
        "packages": numbered(["Name"], ["Other"]),
    }
    assert read_tables(draft, tables).mistakes == []
    found = changes_of(draft, read_tables(draft, tables).said)
    assert [len(part) for part in (found["rates"].added, found["rates"].changed)] == [1, 2]
    take_over_file(actor=manager, list_id=draft.pk, tables=tables)
    rates = {
        (str(rate.instrument or rate.service), rate.tier, rate.unit): (
            rate.amount_cents,
            rate.minimum_cents,
        )
        for rate in draft.rates.all()
    }
    assert rates == {
        ("Fortessa X-20", "INT", "hour"): (1850, 0),
        ("Slide", "IND", "slide"): (240, 1000),
        ("=Sorter, 4 lasers", "INT", "hour"): (4500, 0),
    }
    band = draft.bands.get()
    assert (band.name, band.weekdays, band.percent) == ("Late", [4, 5], 150)
    assert (band.starts, band.ends, band.on_holidays) == (dt.time(18, 30), dt.time(0), False)
    assert [package.name for package in draft.packages.all()] == ["Other"]
    assert draft.surcharges.count() == 2


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        (["No such", *FORTESSA[1:]], "Instrument", "no instrument of that name"),
        ([None, "nothing", *FORTESSA[2:]], "Service", "no service of that code"),
        ([None, *FORTESSA[1:]], "Instrument", "of an instrument or of a service"),
        ([*FORTESSA[:2], "XXX", *FORTESSA[3:]], "Tier", "Give one of INT"),
        ([*FORTESSA[:2], "", *FORTESSA[3:]], "Tier", "missing"),
        ([*FORTESSA[:3], "minute", 1, None], "Unit", "by hour, session, day or operator-hour"),
        ([*FORTESSA[:3], "x" * 31, 1, None], "Unit", "longer than 30"),
        ([*FORTESSA[:4], "much", None], "Amount in euros", "not a number"),
        ([*FORTESSA[:4], "NaN", None], "Amount in euros", "not a number"),
        ([*FORTESSA[:4], True, None], "Amount in euros", "not a number"),
        ([*FORTESSA[:4], -1, None], "Amount in euros", "from 0 to 9,999,999.99"),
        ([*FORTESSA[:4], "1e7", None], "Amount in euros", "from 0 to 9,999,999.99"),
        ([*FORTESSA[:4], "18.005", None], "Amount in euros", "two decimals"),
        ([*FORTESSA[:4], None, None], "Amount in euros", "missing"),
        (FORTESSA, "", "Another row prices the same"),
        ([*FORTESSA[:3], "session", 100, None], "", "Another row prices the same"),
    ],
)
def test_a_wrong_rate_is_told_with_its_row(draft, row, column, sentence):
    ((number, where, told),) = mistakes(draft, rates=numbered(RATES, FORTESSA, row))
    assert (number, where) == (3, column)
    assert sentence in told


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        (["Night", "Mon", "no", "22:00", "06:00", 25], "To", "two bands"),
        (["Night", "Monday-ish", "no", "0:00", "06:00", 25], "Weekdays", "one by one"),
        (["Night", "Mon", "perhaps", "0:00", "06:00", 25], "On public holidays", "yes or no"),
        (["Night", "Mon", "no", "0:61", "06:00", 25], "From", "time of day"),
        (["Night", "Mon", "no", "0:00", "06:00", 25.5], "Per cent of the rate", "whole number"),
        ([None, "Mon", "no", "0:00", "06:00", 25], "Name", "missing"),
    ],
)
def test_a_wrong_band_is_told_with_its_row(draft, row, column, sentence):
    ((number, where, told),) = mistakes(draft, Bands=numbered(BANDS, row))
    assert (number, where) == (2, column)
    assert sentence in told


def test_wrong_sheets_and_headings_are_told(draft):
    assert mistakes(draft, Sheet1=[]) == [
        (0, "", "A price list has no sheet of that name."),
    ]
    assert mistakes(draft) == [(0, "", "The file has no sheet.")]
    assert mistakes(draft, Rates=[]) == [(0, "", "The sheet has no heading.")]
    assert mistakes(draft, Rates=numbered(["Instrument", "instrument", "Colour", "Tier"])) == [
        (1, "instrument", "This column is there twice."),
        (1, "Colour", "This sheet has no column of that name."),
        (1, "Unit", "This column is missing."),
        (1, "Amount in euros", "This column is missing."),
    ]
    twice = mistakes(draft, Rates=numbered(RATES), Tarifs=numbered(RATES))
    assert twice == [(0, "", "This sheet is there twice.")]
    many = numbered(RATES, *[FORTESSA] * MOST_ROWS)
    assert mistakes(draft, Rates=many) == [(0, "", "The file has more rows than a price list.")]


def test_other_parts_are_checked_too(draft):
    assert mistakes(
        draft,
        Volume_discounts=numbered(
            ["Instrument", "From a quantity of", "Per cent off"],
            ["Fortessa X-20", "0.00001", 10],
            ["Fortessa X-20", 5, 0],
        ),
        Surcharges=numbered(["Ground", "Name", "Per cent", "Amount in euros"], ["bsl2", "A", 1, 1]),
        Prices_of_packages=numbered(["Package", "Tier", "Amount in euros"], ["Nope", "INT", 1]),
        Contents_of_packages=numbered(
            ["Package", "Instrument", "Quantity", "Unit"], ["Panel", "Fortessa X-20", 0, "hour"]
        ),
    ) == [
        (2, "From a quantity of", "Give a quantity from 0, with four decimals at the most."),
        (3, "Per cent off", "A discount takes 1 to 100 per cent off."),
        (2, "Per cent", "A surcharge is a percentage or a sum."),
        (2, "Quantity", "Give a quantity above 0."),
        (0, "Nope", "There is no package of that name."),
    ]


def test_nothing_of_a_wrong_file_is_taken_over(manager, draft):
    before = said(draft)
    tables = {
        "Rates": numbered(RATES, FORTESSA, ["No such", *FORTESSA[1:]]),
        "Bands": numbered(BANDS),
    }
    with pytest.raises(ListFileRefused):
        take_over_file(actor=manager, list_id=draft.pk, tables=tables)
    assert said(draft) == before


def test_a_raise_reaches_every_amount_of_money(manager, full):
    doubled = draft_list(
        actor=manager,
        facility_id=full.facility_id,
        card=NEXT_YEAR,
        copied_from_id=full.pk,
        by=Raise(percent=Decimal(100), step=10),
    )
    assert doubled.packages.get().prices.get().amount_cents == 199_800
    assert doubled.rates.get(tier="ACA", minimum_cents__gt=0).minimum_cents == 34_000
    assert list(doubled.surcharges.order_by("pk").values_list("amount_cents", "percent")) == [
        (None, 20),
        (10_000, None),
    ]
