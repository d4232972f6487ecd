"""Lists: cut by cursor, bounded, and read in as many statements for fifty rows as for one."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.services import charge_booking, close_month
from facilities.models import Closure
from tests import factories as make
from tests.factories import NOW, period


def test_a_cursor_walks_through_all_rows_once_while_rows_are_added(as_, researcher, instrument):
    for day in range(7, 12):
        make.a_booking(researcher, instrument, period(f"2026-10-{day:02d} 14:00", "16:00"))
    client, seen, pages = as_(researcher), [], 0
    url = "/api/v1/bookings/?page_size=2"
    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        if pages == 0:
            make.a_booking(researcher, instrument, period("2026-10-20 14:00", "16:00"))
        pages += 1
        url = page["next"]
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)
    assert pages == 3
    assert client.get(page["previous"]).json()["results"]


def test_a_page_holds_fifty_rows_and_at_most_two_hundred(as_, researcher):
    team = researcher.teams.get()
    for _ in range(210):
        make.a_project(team)
    client = as_(researcher)

    def rows(query):
        return len(client.get(f"/api/v1/projects/{query}").json()["results"])

    assert (rows(""), rows("?page_size=200"), rows("?page_size=5000")) == (50, 200, 200)
    assert rows("?page_size=0") == rows("?page_size=x") == 50


@pytest.fixture
def head(db):
    """Somebody who sees some of everything."""
    head = make.a_researcher()
    head.memberships.update(role="head")
    return head


def everything(head, instrument, numbers):
    """Add a row to every list that the person sees."""
    team = head.memberships.earliest("id").team
    for number in numbers:
        day = dt.date(2026, 1, 5) + dt.timedelta(days=number)
        booking = make.a_booking(
            make.a_member(team), instrument, period(f"{day} 14:00", "16:00"), status="completed"
        )
        charge_booking(booking_id=booking.pk, now=NOW)
        make.a_project(team)
        make.an_account(team, ceiling_cents=1000)
        make.a_member(make.a_team(), user=head)
        other = make.an_instrument()
        make.a_grant(head, make.a_qualification(other))
        Closure.objects.create(
            facility=other.facility, starts_at=NOW, ends_at=NOW + dt.timedelta(hours=1), reason="x"
        )
    for month in range(1, 10):
        close_month(month=dt.date(2026, month, 1), now=NOW)


LISTS = (
    "accounts",
    "bookings",
    "charges",
    "closures",
    "facilities",
    "grants",
    "instruments",
    "projects",
    "qualifications",
    "statements",
    "teams",
)


def test_lists_take_as_many_statements_for_fifty_rows_as_for_one(as_, head, instrument):
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    client = as_(head)

    def statements(path):
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(f"/api/v1/{path}/")
        assert answer.status_code == 200
        return len(captured), len(answer.json()["results"])

    everything(head, instrument, range(1))
    few = {path: statements(path) for path in LISTS}
    everything(head, instrument, range(1, 51))
    many = {path: statements(path) for path in LISTS}
    for path in LISTS:
        assert many[path][1] > few[path][1], path
        assert many[path][0] == few[path][0] <= 5, path


def test_a_week_of_a_platform_takes_as_many_statements_however_full(as_, head, instrument):
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    client = as_(head)
    week = "start=2026-10-12T00:00:00Z&end=2026-10-19T00:00:00Z"
    paths = {
        f"calendar/?facility={instrument.facility.code}&{week}": 3,
        f"instruments/{instrument.pk}/availability/?{week}": 9,
        f"availability/?facility={instrument.facility.code}&minutes=60&{week}": 15,
    }

    def statements(path):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/api/v1/{path}").status_code == 200
        return len(captured)

    empty = {path: statements(path) for path in paths}
    for day in range(12, 19):
        for hour in range(8, 18, 2):
            make.a_booking(
                head, instrument, period(f"2026-10-{day} {hour:02d}:00", f"{hour + 1:02d}:00")
            )
    for path, most in paths.items():
        assert statements(path) == empty[path] <= most, path
