"""What a month costs: by account, charge by charge, and as a file."""

import csv
import datetime as dt

import pytest
from django.urls import reverse

from billing.services import charge_finished_uses, close_month
from bookings.models import UsageSession
from tests import factories as make


def used(person, instrument, day, **fields):
    when = make.period(f"{day} 09:00", "11:00")
    booking = make.a_booking(person, instrument, when, status="completed", **fields)
    UsageSession.objects.create(
        booking=booking, started_at=when.start, ended_at=when.end, source="person"
    )


@pytest.fixture
def spent(researcher, instrument):
    """Two sessions of the researcher in October, one in September, one of somebody else's."""
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    for day in ("2026-10-01", "2026-10-02", "2026-09-03"):
        used(researcher, instrument, day)
    used(make.a_researcher(), instrument, "2026-10-05")
    charge_finished_uses(now=make.NOW)


def test_the_month_is_this_one_unless_asked(client, researcher, spent):
    response = client.get(reverse("costs"))
    assert response.context["title"] == "October 2026: €72.00"
    assert len(response.context["charges"]) == 2
    before = client.get(reverse("costs"), {"month": "2026-09"})
    assert before.context["title"] == "September 2026: €36.00"


@pytest.mark.parametrize("month", ["2026-13", "soon", "0001-01", "9999-12"])
def test_a_month_that_never_was_is_not_there(client, researcher, month):
    assert client.get(reverse("costs"), {"month": month}).status_code == 404
    assert client.get(reverse("costs_file"), {"month": month}).status_code == 404


def test_statements_are_for_who_looks_after_the_money(client, researcher, instrument, spent):
    close_month(month=dt.date(2026, 9, 1), now=make.NOW)
    team = researcher.teams.get()
    address = reverse("costs") + "?month=2026-09"
    assert list(client.get(address).context["statements"]) == []
    client.force_login(make.a_member(team, "head"))
    (line,) = client.get(address).context["statements"]
    assert line.amount_cents == 3600


def rows(response, delimiter):
    text = response.content.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(text.removeprefix("\ufeff").splitlines(), delimiter=delimiter))


def test_the_file_holds_each_charge_in_the_readers_form(client, researcher, spent):
    response = client.get(reverse("costs_file"))
    assert response.headers["Content-Disposition"] == 'attachment; filename="plateau-2026-10.csv"'
    table = rows(response, ",")
    assert table[0][0] == "Date"
    assert [row[11] for row in table[1:]] == ["36.00", "36.00"]
    client.cookies["django_language"] = "fr"
    assert [row[11] for row in rows(client.get(reverse("costs_file")), ";")[1:]] == [
        "36,00",
        "36,00",
    ]


@pytest.mark.parametrize("first", list("=+-@"))
def test_what_somebody_typed_is_no_formula(client, researcher, instrument, first):
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    project = researcher.teams.get().projects.get()
    project.name = f"{first}HYPERLINK(1)"
    project.save()
    used(researcher, instrument, "2026-10-01", project=project)
    charge_finished_uses(now=make.NOW)
    assert rows(client.get(reverse("costs_file")), ",")[1][5] == f"'{first}HYPERLINK(1)"


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_asks_a_fixed_number_of_questions(
    client, researcher, instrument, count, django_assert_num_queries
):
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    for day in range(1, 1 + count):
        used(researcher, instrument, f"2026-10-0{day}")
    charge_finished_uses(now=make.NOW)
    # session, person, roles, teams; a clock; the month in three; charges; statements
    with django_assert_num_queries(10):
        client.get(reverse("costs"))
