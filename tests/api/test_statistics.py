"""The figures of the statistics page over the API."""

import datetime as dt

import pytest

from billing.figures import figures_of
from billing.services import charge_booking
from billing.statistics import Days
from tests import factories as make
from tests.billing.cases import LATER, a_priced_instrument, a_use, someone

pytestmark = pytest.mark.django_db
NOVEMBER = "first=2026-11-01&last=2026-11-30"


@pytest.fixture
def instrument():
    instrument = a_priced_instrument()
    use = a_use(someone("IND"), instrument, make.period("2026-11-03 14:00", "15:00"))
    charge_booking(booking_id=use.pk, now=LATER)
    return instrument


def figures(client, query=NOVEMBER):
    return client.get(f"/api/v1/statistics/?{query}")


def test_a_manager_reads_what_the_page_shows(as_, instrument):
    manager = make.a_staff_member(instrument.facility)
    days = Days(first=dt.date(2026, 11, 1), last=dt.date(2026, 11, 30))
    shown = figures_of(viewer=manager, days=days, now=LATER)
    read = figures(as_(manager)).json()
    assert (read["first"], read["last"]) == ("2026-11-01", "2026-11-30")
    (line,) = read["instruments"]
    assert (line["instrument"], line["facility"]) == (instrument.pk, instrument.facility.code)
    assert line["sums"] == read["total"]
    assert read["total"]["open_minutes"] == shown.total.open
    assert (read["total"]["income"], read["total"]["billed_minutes"]) == ("120.00", 60)
    assert [(one["tier"], one["income"]) for one in read["tiers"]] == [("IND", "120.00")]


def test_an_operator_reads_no_income(as_, instrument):
    read = figures(as_(make.a_staff_member(instrument.facility, "operator"))).json()
    assert (read["total"]["income"], read["total"]["billed_minutes"], read["tiers"]) == (
        None, None, [],
    )  # fmt: skip


def test_other_platforms_are_not_found(as_, instrument):
    client = as_(make.a_staff_member(make.a_facility()))
    assert figures(client, f"{NOVEMBER}&facility={instrument.facility.code}").status_code == 404
    assert figures(client, f"{NOVEMBER}&instrument={instrument.pk}").status_code == 404
    assert figures(as_(make.a_researcher())).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "",
        "first=2026-11-01",
        "first=2026-11-30&last=2026-11-01",
        "first=2020-01-01&last=2026-01-01",
        "first=November&last=2026-11-30",
        f"{NOVEMBER}&instrument=x",
    ],
)
def test_what_is_asked_is_checked(as_, instrument, query):
    answer = figures(as_(make.a_staff_member(instrument.facility)), query)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
