"""Which time is billed for a booking, and what is given back of a lost one."""

from datetime import timedelta

import pytest

from billing.prices.pricing import billed_interval, refund_lines, total_cents
from facilities.intervals import Interval
from tests.billing.grid import amounts, paris, priced

NINE_TO_TEN = paris("2026-11-24 09:00", "2026-11-24 10:00")
LATER_AND_LONGER = paris("2026-11-24 09:10", "2026-11-24 10:30")
LATER_AS_LONG = paris("2026-11-24 09:10", "2026-11-24 10:10")
SHORTER = paris("2026-11-24 09:05", "2026-11-24 09:35")


@pytest.mark.parametrize(
    ("basis", "used", "chosen"),
    [
        ("longer", LATER_AND_LONGER, LATER_AND_LONGER),
        ("longer", LATER_AS_LONG, NINE_TO_TEN),
        ("longer", SHORTER, NINE_TO_TEN),
        ("longer", None, NINE_TO_TEN),
        ("booked", LATER_AND_LONGER, NINE_TO_TEN),
        ("used", SHORTER, SHORTER),
        ("used", None, NINE_TO_TEN),
    ],
)
def test_the_platform_chooses_which_time_is_billed(
    basis: str, used: Interval | None, chosen: Interval
) -> None:
    billed = billed_interval(booked=NINE_TO_TEN, used=used, basis=basis, mode="assisted")

    assert billed.start == chosen.start


@pytest.mark.parametrize(
    ("mode", "minutes", "billed"),
    [
        ("self_service", 1, 60),
        ("self_service", 60, 60),
        ("self_service", 61, 90),
        ("self_service", 90, 90),
        ("self_service", 91, 120),
        ("assisted", 1, 30),
        ("assisted", 30, 30),
        ("assisted", 31, 60),
        ("request_only", 45, 60),
    ],
)
def test_self_service_bills_the_first_hour_whole_and_others_by_started_half_hours(
    mode: str, minutes: int, billed: int
) -> None:
    start = NINE_TO_TEN.start
    booked = Interval(start, start + timedelta(minutes=minutes))

    assert billed_interval(booked=booked, used=None, basis="longer", mode=mode).minutes == billed


def test_a_second_into_the_next_half_hour_has_begun_it() -> None:
    start = NINE_TO_TEN.start
    used = Interval(start, start + timedelta(hours=1, seconds=1))

    billed = billed_interval(booked=NINE_TO_TEN, used=used, basis="longer", mode="self_service")

    assert billed.minutes == 90


EVENING = paris("2026-11-24 19:00", "2026-11-24 21:00")


@pytest.mark.parametrize(
    ("retaken", "given_back"),
    [
        ([], []),
        ([EVENING], [-12000, -9000]),
        ([paris("2026-11-24 18:00", "2026-11-24 22:00")], [-12000, -9000]),
        ([paris("2026-11-24 20:00", "2026-11-24 20:30")], [-4500]),
        (
            [
                paris("2026-11-24 19:00", "2026-11-24 19:30"),
                paris("2026-11-24 19:15", "2026-11-24 20:20"),
            ],
            [-12000, -3000],
        ),
        ([paris("2026-11-24 21:00", "2026-11-24 23:00")], []),
    ],
)
def test_what_others_take_of_a_lost_slot_is_refunded(
    retaken: list[Interval], given_back: list[int]
) -> None:
    refunds = refund_lines(priced(EVENING, "IND"), booked=EVENING, retaken=retaken)

    assert amounts(refunds) == given_back


def test_a_short_slot_that_is_wholly_retaken_costs_nothing_though_an_hour_was_billed() -> None:
    booked = paris("2026-11-24 19:40", "2026-11-24 20:00")
    lines = priced(booked, "INT")

    refunds = refund_lines(lines, booked=booked, retaken=[booked])

    assert total_cents(lines) + total_cents(refunds) == 0
