"""Files of counts: read whatever wrote them, with every bad line named, all or nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.errors import NotFound
from accounts.models import Team
from billing.models import Census, Charge
from billing.orders.census_file import Fault, read_counts
from billing.orders.errors import CountsNotRead
from billing.services.standing import import_counts
from tests import factories as make
from tests.billing.order_cases import a_service, a_standing_use
from tests.factories import NOW

OCTOBER = dt.date(2026, 10, 1)


@pytest.mark.parametrize(
    "data",
    [
        b"code,day,count\nM-1,2026-10-01,12\n",
        b"\xef\xbb\xbfCode;Jour;Nombre\r\nM-1;01/10/2026;12,0\r\n;;\r\n",
        b"day;count;label\n2026-10-01;12;M-1",
        "Libellé;Jour;Effectif\nM-1;01.10.2026;12".encode("cp1252"),
    ],
)
def test_a_file_is_read_as_spreadsheets_write_it(data):
    file = read_counts(data)
    assert file.faults == ()
    (line,) = file.lines
    assert (line.number, line.name, line.day, line.count) == (2, "M-1", OCTOBER, Decimal(12))


def test_every_bad_line_is_named_by_its_number():
    data = b"code,day,count\n,2026-10-01,1\nM-1,2026-02-30,1\nM-1,2026-10-01,-1\nM-1,1,1,1\n"
    data += b"M-1,2026-10-01,1\nM-1,2026-10-01,2\nM-1,2026-10-01,1\n"
    faults = [(fault.number, fault.fault) for fault in read_counts(data).faults]
    assert faults == [
        (2, Fault.NO_NAME),
        (3, Fault.BAD_DAY),
        (4, Fault.BAD_COUNT),
        (5, Fault.BAD_DAY),
        (7, Fault.TWICE),
    ]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", Fault.NO_HEADINGS),
        (b"name,when\n", Fault.NO_HEADINGS),
        (b"\x81\x8d", Fault.NOT_TEXT),
        (b"code,day,count\n\x00,1,1\n", Fault.NOT_TEXT),
        (b"code,day,count\n" + b"M,2026-10-01,1\n" * 20_001, Fault.TOO_LONG),
    ],
)
def test_what_is_no_file_of_counts_is_said_at_its_first_line(data, fault):
    file = read_counts(data)
    assert [(one.number, one.fault) for one in file.faults] == [(1, fault)]


@given(st.binary(max_size=400))
def test_no_file_breaks_the_reading(data):
    read_counts(data)
    read_counts(b"code,day,count\n" + data)


@pytest.fixture
def colony():
    team = Team.objects.get(memberships__user=make.a_researcher())
    service = a_service(
        make.a_facility(), {"INT": 55}, code="cage", unit="cage-day", counting="day"
    )
    return [a_standing_use(service, team, code=code, label="Colony") for code in ("M-1", "M-2")]


def take_over(colony, text, **fields):
    values = {"actor": colony[0].created_by, "facility_id": colony[0].facility_id, "now": NOW}
    return import_counts(data=text.encode(), **(values | fields))


GOOD = "code;day;count\nM-1;2026-10-01;10\nM-2;2026-10-01;4\nM-1;2026-10-04;12\n"


@pytest.mark.django_db
def test_a_file_is_taken_over_and_the_same_again_changes_nothing(colony):
    report = take_over(colony, GOOD)
    assert (report.new, report.corrected, report.known) == (3, 0, 0)
    assert Charge.objects.count() == 10
    again = take_over(colony, GOOD)
    assert (again.new, again.corrected, again.known) == (0, 0, 3)
    assert Charge.objects.count() == 10
    other = take_over(colony, GOOD.replace(";12", ";11"))
    assert (other.new, other.corrected, other.known) == (0, 1, 2)
    assert Charge.objects.count() == 14


@pytest.mark.django_db
def test_a_rehearsal_says_what_would_come_and_writes_nothing(colony):
    report = take_over(colony, GOOD, is_rehearsal=True)
    assert (report.new, report.corrected, report.known) == (3, 0, 0)
    assert not Census.objects.exists()


@pytest.mark.django_db
def test_one_bad_line_keeps_the_whole_file_out_and_all_are_named(colony):
    text = GOOD + "Mouse;2026-10-01;1\nColony;2026-10-01;1\nM-1;2027-01-01;1\nM-1;x;1\n"
    with pytest.raises(CountsNotRead) as refusal:
        take_over(colony, text)
    assert [line.number for line in refusal.value.lines] == [5, 6, 7, 8]
    assert "Several" in str(refusal.value.lines[1].sentence)
    assert not Census.objects.exists()


@pytest.mark.django_db
def test_a_label_that_names_one_thing_names_it(colony):
    colony[0].label = "Breeding"
    colony[0].save()
    assert take_over(colony, "label,day,count\nBreeding,2026-10-01,3\n").new == 1


@pytest.mark.django_db
def test_only_who_runs_the_platform_brings_a_file(colony):
    with pytest.raises(NotFound):
        take_over(colony, GOOD, actor=make.a_staff_member(make.a_facility()))
