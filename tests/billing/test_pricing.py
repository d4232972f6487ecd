"""What a time costs, to the cent: the examples of the price grid and the odd nights."""

from datetime import date
from decimal import Decimal

import pytest

from billing.errors import RateMissing
from billing.prices.bands import Band, Tariff
from billing.prices.pricing import price_time, tariff_tier, tier_rate
from tests.billing.grid import BANDS, FORTESSA, HOLIDAYS, PARIS, amounts, paris, priced


@pytest.mark.parametrize(
    ("tier", "start", "end", "expected"),
    [
        ("INT", "2026-11-24 14:00", "2026-11-24 14:40", [1800]),
        ("ACA", "2026-11-24 09:00", "2026-11-24 10:40", [7000]),
        ("IND", "2026-11-24 19:00", "2026-11-24 21:00", [12000, 9000]),
        ("INT", "2026-11-27 23:00", "2026-11-28 01:00", [1350, 900]),
        ("INT", "2026-10-25 00:00", "2026-10-25 04:00", [4500]),
    ],
)
def test_the_examples_of_the_grid_come_out_to_the_cent(
    tier: str, start: str, end: str, expected: list[int]
) -> None:
    assert amounts(priced(paris(start, end), tier)) == expected


def test_the_spring_night_is_an_hour_shorter() -> None:
    lines = priced(paris("2027-03-28 00:00", "2027-03-28 04:00"), "INT")

    assert amounts(lines) == [3000]  # three hours at 20.00, weekend
    assert lines[0].quantity == Decimal("3.0000")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-10-25 01:30", "2026-10-25 03:30", "3.0000"),
        ("2027-03-28 01:30", "2027-03-28 03:30", "1.0000"),
        ("2026-10-25 02:30+02:00", "2026-10-25 02:30+01:00", "1.0000"),
    ],
)
def test_a_night_of_a_clock_change_is_billed_by_the_hours_that_pass(
    start: str, end: str, hours: str
) -> None:
    (line,) = priced(paris(start, end), "INT")

    assert line.quantity == Decimal(hours)


def test_a_band_edge_inside_the_repeated_hour_counts_both_times_the_clock_shows_it() -> None:
    early = Band(name="Early", percent=10, weekdays=frozenset({6}), end_minute=150)
    late = Band(name="Late", percent=20, weekdays=frozenset({6}), start_minute=150)
    tariff = Tariff(
        price_list_id=9,
        valid_from=date(2026, 1, 1),
        valid_until=None,
        bands=(early, late),
        rates={"INT": 6000},
    )

    lines = price_time(
        paris("2026-10-25 02:00+02:00", "2026-10-25 03:00+01:00"),
        tariffs=[tariff],
        tier="INT",
        tz=PARIS,
        holidays=HOLIDAYS,
    )

    assert [line.band for line in lines] == ["Early", "Late", "Early", "Late"]
    assert amounts(lines) == [300, 600, 300, 600]


def test_a_slot_across_new_year_is_split_between_the_price_lists() -> None:
    lines = priced(paris("2026-12-31 22:00", "2027-01-01 02:00"), "ACA")

    assert [(line.price_list_id, line.service_date) for line in lines] == [
        (1, date(2026, 12, 31)),
        (2, date(2027, 1, 1)),
    ]
    # A Thursday evening at 35.00, then a public holiday at 40.00.
    assert amounts(lines) == [2 * 3500 * 75 // 100, 2 * 4000 * 50 // 100]


def test_a_price_change_at_midnight_splits_even_one_band() -> None:
    flat = Tariff(
        price_list_id=3,
        valid_from=date(2026, 11, 24),
        valid_until=date(2026, 11, 25),
        bands=(),
        rates={"INT": 1000},
    )
    dearer = Tariff(
        price_list_id=4,
        valid_from=date(2026, 11, 25),
        valid_until=None,
        bands=(),
        rates={"INT": 1100},
    )

    lines = price_time(
        paris("2026-11-24 23:00", "2026-11-25 01:00"),
        tariffs=[dearer, flat],
        tier="INT",
        tz=PARIS,
        holidays=frozenset(),
    )

    assert amounts(lines) == [1000, 1100]


def test_one_band_over_several_days_is_one_line_dated_by_its_start() -> None:
    (line,) = priced(paris("2026-11-28 10:00", "2026-11-29 22:00"), "INT")

    assert line.service_date == date(2026, 11, 28)
    assert line.amount_cents == 36 * 900


@pytest.mark.parametrize("day", ["2026-07-14", "2026-11-11", "2026-12-25", "2027-05-06"])
def test_a_public_holiday_is_half_price_at_all_hours(day: str) -> None:
    (line,) = priced(paris(f"{day} 06:00", f"{day} 22:00"), "INT")

    assert (line.band, line.percent) == ("Weekend", 50)


def test_a_list_without_bands_charges_the_whole_rate_at_all_hours() -> None:
    plain = Tariff(
        price_list_id=5,
        valid_from=date(2026, 1, 1),
        valid_until=None,
        bands=(),
        rates={"INT": 1800},
    )

    (line,) = price_time(
        paris("2026-11-27 23:00", "2026-11-28 01:00"),
        tariffs=[plain],
        tier="INT",
        tz=PARIS,
        holidays=HOLIDAYS,
    )

    assert (line.band, line.amount_cents) == ("", 3600)


@pytest.mark.parametrize(
    ("tier", "cents"),
    [
        ("INT", 1800),
        ("TUT", 2160),
        ("ACA", 3500),
        ("COL", 3500),
        ("EDU", 1800),
        ("IND", 12000),
    ],
)
def test_tiers_without_a_rate_of_their_own_follow_another(tier: str, cents: int) -> None:
    assert tier_rate(FORTESSA.rates, tier) == cents


def test_the_supervising_bodies_surcharge_is_rounded_half_up_to_the_cent() -> None:
    assert tier_rate({"INT": 1}, "TUT") == 1  # 1.2
    assert tier_rate({"INT": 3}, "TUT") == 4  # 3.6
    assert tier_rate({"INT": 55}, "TUT") == 66
    assert tier_rate({"INT": 1, "TUT": 7}, "TUT") == 7


def test_half_a_cent_is_rounded_up() -> None:
    odd = Tariff(
        price_list_id=6,
        valid_from=date(2026, 1, 1),
        valid_until=None,
        bands=(),
        rates={"INT": 1},
    )
    half_an_hour = paris("2026-11-24 09:00", "2026-11-24 09:30")

    (line,) = price_time(half_an_hour, tariffs=[odd], tier="INT", tz=PARIS, holidays=HOLIDAYS)

    assert line.amount_cents == 1


def test_a_projects_tier_comes_before_its_organisations() -> None:
    assert tariff_tier(organisation_tier="ACA", project_tier="COL") == "COL"
    assert tariff_tier(organisation_tier="ACA", project_tier="") == "ACA"


def test_a_day_without_a_price_list_is_said() -> None:
    with pytest.raises(RateMissing) as missing:
        priced(paris("2025-12-31 22:00", "2026-01-01 02:00"), "INT")

    assert missing.value.data["on"] == date(2025, 12, 31)


def test_a_tier_without_a_rate_is_said() -> None:
    with pytest.raises(RateMissing) as missing:
        price_time(
            paris("2026-11-24 09:00", "2026-11-24 10:00"),
            tariffs=[
                Tariff(
                    price_list_id=7,
                    valid_from=date(2026, 1, 1),
                    valid_until=None,
                    bands=BANDS,
                    rates={"INT": 1800},
                )
            ],
            tier="IND",
            tz=PARIS,
            holidays=HOLIDAYS,
        )

    assert missing.value.data == {"on": date(2026, 11, 24), "tier": "IND"}
