"""The Fortessa's grid as plain values, for the tests of pure pricing."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from billing.holidays import public_holidays
from billing.prices.bands import Band, Tariff
from billing.prices.pricing import Line, billed_interval, price_time
from facilities.intervals import Interval

PARIS = ZoneInfo("Europe/Paris")
HOLIDAYS = public_holidays([2026, 2027])

WEEKDAYS = frozenset(range(5))
BANDS = (
    Band(name="Peak", percent=100, weekdays=WEEKDAYS, start_minute=480, end_minute=1200),
    Band(name="Evening", percent=75, weekdays=WEEKDAYS, start_minute=1200),
    Band(name="Night", percent=25, weekdays=WEEKDAYS, end_minute=480),
    Band(name="Weekend", percent=50, weekdays=frozenset({5, 6}), on_holidays=True),
)
FORTESSA = Tariff(
    price_list_id=1,
    valid_from=date(2026, 1, 1),
    valid_until=date(2027, 1, 1),
    bands=BANDS,
    rates={"INT": 1800, "ACA": 3500, "SUP": 6000, "IND": 12000},
)
NEXT_YEAR = Tariff(
    price_list_id=2,
    valid_from=date(2027, 1, 1),
    valid_until=None,
    bands=BANDS,
    rates={"INT": 2000, "ACA": 4000, "SUP": 7000, "IND": 14000},
)


def paris(start: str, end: str) -> Interval:
    """Read two wall clocks of Paris, with their offset where a night repeats an hour."""
    return Interval(_utc(start), _utc(end))


def _utc(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=PARIS)).astimezone(UTC)


def priced(booked: Interval, tier: str, *, mode: str = "self_service") -> list[Line]:
    billed = billed_interval(booked=booked, used=None, basis="longer", mode=mode)
    return price_time(billed, tariffs=[FORTESSA, NEXT_YEAR], tier=tier, tz=PARIS, holidays=HOLIDAYS)


def amounts(lines: list[Line]) -> list[int]:
    return [line.amount_cents for line in lines]
