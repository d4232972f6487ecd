"""Rates become the first price list of the platform."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Team
from billing.models import PriceList, Rate
from billing.nemo.dump import BadDump
from billing.quoting import estimate
from facilities.models import Facility, Instrument
from tests.factories import NOW, a_facility, period
from tests.nemo.conftest import Import
from tests.nemo.dumps import a_site

pytestmark = pytest.mark.django_db


def rates(path: Path, *rows: dict[str, Any]) -> Path:
    given = {"item_id": 1, "table_id": "primetime_eq_hourly_rate", "item": "Sinter"}
    path.write_text(json.dumps([given | row for row in rows]))
    return path


def by_tier() -> dict[str, int]:
    return dict(Rate.objects.values_list("tier", "amount_cents"))


def test_classes_become_tariffs_in_force_from_today(take: Import, tmp_path: Path):
    path = rates(
        tmp_path / "rates.json",
        {"rate_class": "cost shared", "rate": 50.0},
        {"rate_class": "full cost", "rate": 100.335},
    )

    take(a_site(), rates_path=path)

    assert by_tier() == {"INT": 5000, "ACA": 5000, "SUP": 10034, "IND": 10034}
    price_list = PriceList.objects.get()
    assert price_list.validity.lower == dt.date(2026, 10, 6)
    assert price_list.validity.upper is None


def test_a_booking_of_what_came_in_has_its_price(take: Import, tmp_path: Path):
    path = rates(tmp_path / "rates.json", {"rate_class": "full cost", "rate": 100})
    take(a_site(), rates_path=path)
    sinter = Instrument.objects.get(name="Sinter")

    cost = estimate(
        instrument_id=sinter.pk,
        facility_id=sinter.facility_id,
        team_id=Team.objects.get(name="Nautilus lab").pk,
        project_id=None,
        period=period("2026-10-08 14:00", "15:30"),
        mode=sinter.mode,
        now=NOW,
    )

    assert cost is not None
    assert cost.amount_cents == 15000


def test_a_class_can_be_told_who_pays_it(take: Import, tmp_path: Path):
    path = rates(tmp_path / "rates.json", {"rate_class": "Members", "rate": 10})

    take(a_site(), rates_path=path, rate_classes={"members": ("COL",)})

    assert by_tier()["COL"] == 1000


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"rate_class": "Members", "rate": 1}, "is of a class that says no tariff"),
        ({"rate_class": "full cost", "rate": "1"}, "rate is not a number"),
        ({"rate_class": "full cost", "rate": -1}, "rate is below nothing"),
        ({"rate_class": "full cost", "rate": 1, "item_id": 9}, "item_id names somebody"),
    ],
)
def test_a_broken_rate_is_refused(take: Import, tmp_path: Path, row: dict[str, Any], reason: str):
    report = take(a_site(), rates_path=rates(tmp_path / "rates.json", row))

    [found] = report.tallies["rate"].refused
    assert found.startswith(reason)
    assert not PriceList.objects.exists()


def test_a_platform_with_prices_keeps_them(take: Import, tmp_path: Path):
    facility = a_facility(code="NEMO")
    PriceList.objects.create(
        facility=facility,
        name="2026",
        validity=(dt.date(2026, 1, 1), None),
        status="in_force",
        voted_on=dt.date(2025, 12, 1),
    )

    report = take(
        a_site(),
        rates_path=rates(tmp_path / "rates.json", {"rate_class": "full cost", "rate": 1}),
    )

    assert not Rate.objects.exists()
    assert any("left as it is" in title for title in report.review)


def test_a_second_import_makes_no_second_list(take: Import, tmp_path: Path):
    path = rates(tmp_path / "rates.json", {"rate_class": "full cost", "rate": 1})
    take(a_site(), rates_path=path)

    report = take(a_site(), rates_path=path)

    assert PriceList.objects.count() == 1
    assert report.tallies["rate"].unchanged == 1


@pytest.mark.parametrize("text", ["", "{}", "[]", "[1]", '[{"item": "Sinter"}]'])
def test_a_file_that_holds_no_rates_stops_the_import(take: Import, tmp_path: Path, text: str):
    path = tmp_path / "rates.json"
    path.write_text(text)

    with pytest.raises(BadDump):
        take(a_site(), rates_path=path)
    assert not Facility.objects.exists()
