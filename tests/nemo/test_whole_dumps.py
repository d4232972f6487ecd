"""Whole dumps: NEMO's own demo centre by names, a generated site by numbers, dry and again."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import FundingAccount, Organisation, Project, Team, User
from billing.models import Charge, PriceList
from billing.nemo.report import Report
from bookings.models import Booking, Reminder, UsageSession
from compliance.models import Grant
from facilities.models import BookingRules, Instrument
from notifications.models import OutboxMessage
from tests.factories import NOW
from tests.nemo.conftest import Import
from tests.nemo.dumps import a_big_site

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent.parent / "data" / "nemo"
TABLES = (
    User, Organisation, Team, FundingAccount, Project, Instrument, BookingRules, Grant, Booking,
    UsageSession, Reminder, PriceList, Charge, OutboxMessage,
)  # fmt: skip
SIZE = 600


def counts() -> dict[str, int]:
    return {model.__name__: model._base_manager.count() for model in TABLES}


def assert_every_row_is_accounted_for(report: Report) -> None:
    for model, tally in report.tallies.items():
        taken = tally.created + tally.updated + tally.unchanged
        assert tally.read == taken + tally.left_out, model


def test_nemos_own_demo_centre_comes_in_by_its_names(tmp_path: Path):
    report = tmp_path / "report.json"

    call_command(
        "import_nemo",
        str(DATA / "splash_pad.json"),
        rates=DATA / "splash_pad_rates.json",
        report=report,
    )

    assert {name: count for name, count in counts().items() if count} == {
        "User": 6,
        "Organisation": 3,
        "Team": 3,
        "FundingAccount": 3,
        "Project": 4,
        "Instrument": 139,
        "BookingRules": 139,
        "Grant": 29,
        "Booking": 5,
        "UsageSession": 3,
        "PriceList": 1,
    }
    said = json.loads(report.read_text())
    assert said["models"]["tool"]["created"] == 137
    assert said["unknown_models"]["toolqualificationgroup"] == 2
    assert said["fields_left"]["tool._requires_area_access"] == 10
    assert "captain: is_superuser, is_staff, is_facility_manager" in str(said["review"])


@pytest.fixture
def big_site(take: Import) -> Any:
    def run(**order: Any) -> Report:
        return take(a_big_site(reservations=SIZE, now=NOW), **order)

    return run


def test_a_site_comes_in_by_its_numbers_and_twice_is_once(big_site: Any):
    first = big_site()
    after_first = counts()

    second = big_site()

    assert counts() == after_first
    assert after_first["Booking"] >= SIZE
    assert after_first["UsageSession"] > SIZE * 0.95
    assert after_first["Charge"] == after_first["OutboxMessage"] == 0
    assert not Reminder.objects.filter(due_at__lt=NOW).exists()
    for report in (first, second):
        assert_every_row_is_accounted_for(report)
    assert all(tally.created == tally.updated == 0 for tally in second.tallies.values())


def test_a_dry_run_says_the_same_and_writes_nothing(big_site: Any):
    dry = big_site(dry_run=True)
    assert not any(counts().values())

    real = big_site()

    said, done = dry.as_json(), real.as_json()
    assert (said.pop("dry_run"), done.pop("dry_run")) == (True, False)
    assert said == done
    assert next(dry.lines()) == "Dry run: nothing was written."


def test_the_number_of_statements_does_not_follow_the_number_of_rows(take: Import):
    def statements(size: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            take(a_big_site(reservations=size, now=NOW - dt.timedelta(days=60)), dry_run=True)
        return len(captured)

    # Teams, and bookings still to come, are written one by one; the bulk is not.
    assert statements(500) - statements(250) < 120


def test_the_form_of_a_dump_may_change_between_two_imports(take: Import, tmp_path: Path):
    rows = list(a_big_site(reservations=60, now=NOW))
    projects = [row for row in rows if row["model"] == "NEMO.project"]
    for row in projects:
        row["fields"]["name"] += f" of {row['fields']['account']}"
    take(rows)
    before = counts()
    by_name = _by_names(rows)

    report = take(by_name)
    take(rows)

    assert counts() == before
    assert_every_row_is_accounted_for(report)


def _by_names(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Turn numbers of accounts, projects and tools into names, as --natural-foreign does."""
    names = {
        (row["model"].split(".")[1], row["pk"]): row["fields"]["name"]
        for row in rows
        if row["model"] in {"NEMO.account", "NEMO.project", "NEMO.tool"}
    }

    def named(model: str, value: Any) -> Any:
        if isinstance(value, list):
            return [named(model, one) for one in value]
        return None if value is None else [names[model, value]]

    changed = []
    for row in rows:
        fields = {
            name: named(model, value)
            if (model := {"projects": "project", "parent_tool": "tool"}.get(name, name))
            in {"account", "project", "tool"}
            else value
            for name, value in row["fields"].items()
        }
        kept = {"model": row["model"], "fields": fields}
        if (row["model"].split(".")[1], row.get("pk")) not in names:
            kept["pk"] = row["pk"]
        changed.append(kept)
    return changed
