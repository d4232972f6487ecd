"""Statistics on a page and in files: figures with their base, for the platform's staff only."""

import csv
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests import factories as make
from tests.web.pages import Page

NAMES = ("statistics", "statistics_xlsx", "statistics_csv")


@pytest.fixture
def used(instrument):
    for person, day, status in (
        (make.a_researcher(), 1, "completed"),
        (make.a_partner(), 2, "completed"),
        (make.a_researcher(), 3, "no_show"),
    ):
        when = make.period(f"2026-09-0{day} 09:00", "19:00")
        make.a_booking(person, instrument, when, status=status)
    return instrument


def test_the_page_shows_last_month_with_the_base_of_each_figure(client, manager, used):
    text = client.get(reverse("statistics")).text
    for said in (
        "4% of the open hours of Fortessa X-20 booked",
        "September 2026",
        "30\u00a0h of 720\u00a0h open, 4 points more than in August",
        "20\u00a0h",
        "67% of what was booked",
        "33.3%",
        "1 of 3 sessions",
        "Industry share, 2026",
    ):
        assert said in text, said


def test_the_heat_map_has_a_number_for_each_hour_and_a_table_of_the_same(client, manager, used):
    text = client.get(reverse("statistics")).text
    page = Page(text)
    assert len(page.all("rect", width="33")) == 7 * 24
    assert 'role="img"' in text
    assert text.count('<th scope="row">') >= 8
    assert '<td class="num">25</td>' in text  # one of four Tuesdays, 1 September


def test_a_time_an_instrument_and_a_platform_are_asked_for_in_the_address(client, manager, used):
    other = make.an_instrument(used.facility, name="Aurora 5L")
    asked = {"instrument": other.pk, "from": "2026-10-01", "to": "2026-10-05"}
    text = client.get(reverse("statistics"), asked).text
    assert "Nothing was booked in this time" in text
    assert "1 Oct 2026 to 5 Oct 2026" in text
    assert client.get(reverse("statistics"), {"facility": used.facility.code}).status_code == 200


@pytest.mark.parametrize("days", [("x", "2026-10-05"), ("2026-10-05", "2026-10-01"), ("", "")])
def test_days_that_are_none_are_last_month(client, manager, used, days):
    text = client.get(reverse("statistics"), {"from": days[0], "to": days[1]}).text
    assert "September 2026" in text


def test_the_workbook_holds_all_tables_with_numbers_as_numbers(client, manager, used):
    used.name = "=1+1"
    used.save()
    response = client.get(reverse("statistics_xlsx"))
    assert "plateau-2026-09-01-2026-09-30.xlsx" in response["Content-Disposition"]
    book = load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["Instruments", "Hours of the week", "Tiers", "Industry 2026"]
    row = [cell.value for cell in book["Instruments"][2]]
    assert row[1:5] == ["'=1+1", 720, 30, 20]
    assert book["Hours of the week"].max_row == 1 + 7 * 24


def test_the_table_is_a_file_in_the_readers_own_form(client, manager, used):
    client.cookies["django_language"] = "fr"
    response = client.get(reverse("statistics_csv"))
    text = response.content.decode("utf-8")
    assert text.startswith("\ufeff")
    head, row = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";")
    assert head[:2] == ["Plateforme", "Instrument"]
    assert row[2:5] == ["720,00", "30,00", "20,00"]
    tables = [
        client.get(reverse("statistics_csv"), {"table": table}).status_code
        for table in ("hours", "tiers")
    ]
    assert tables == [200, 200]


def test_an_operator_reads_hours_and_no_money(client, used):
    client.force_login(make.a_staff_member(used.facility, "operator"))
    text = client.get(reverse("statistics")).text
    assert "Open hours booked" in text
    assert "Billed" not in text
    assert client.get(reverse("statistics_csv"), {"table": "tiers"}).status_code == 404
    book = load_workbook(io.BytesIO(client.get(reverse("statistics_xlsx")).content))
    assert "Tiers" not in book.sheetnames


@pytest.mark.parametrize("name", NAMES)
def test_neither_researchers_nor_partners_nor_other_platforms_open_them(client, used, name):
    for person in (make.a_researcher(), make.a_partner()):
        client.force_login(person)
        assert client.get(reverse(name)).status_code == 404
    client.force_login(make.a_staff_member(make.a_facility()))
    for asked in ({"facility": used.facility.code}, {"instrument": used.pk}, {"instrument": "x"}):
        assert client.get(reverse(name), asked).status_code == 404


def test_an_administrator_sees_the_platforms_side_by_side(client, used):
    make.an_instrument()
    client.force_login(make.a_user(is_superuser=True))
    text = client.get(reverse("statistics")).text
    assert "When the platforms are full" in text
    assert 'name="facility"' in text


@pytest.mark.parametrize("count", [1, 5])
def test_the_page_asks_a_fixed_number_of_questions(
    client, manager, used, count, django_assert_num_queries
):
    for _ in range(count):
        make.an_instrument(used.facility)
    with django_assert_num_queries(17):  # six for the shell
        client.get(reverse("statistics"))
