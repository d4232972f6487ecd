"""Who keeps a slot: compared with a plain search through everything taken."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from billing.nemo.slots import Slots
from facilities.intervals import Interval

START = dt.datetime(2026, 10, 6, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
claims = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 12)).map(
        lambda hours: Interval(START + hours[0] * HOUR, START + (hours[0] + hours[1]) * HOUR)
    ),
    max_size=40,
)


@given(claims=claims, units=st.integers(1, 3))
def test_each_claim_gets_the_lowest_free_unit_or_hears_who_is_in_the_way(
    claims: list[Interval], units: int
):
    slots = Slots()
    taken: list[tuple[int, Interval, str]] = []
    for number, interval in enumerate(claims):
        busy = {unit: label for unit, other, label in taken if other.overlaps(interval)}
        free = [unit for unit in range(1, units + 1) if unit not in busy]

        unit, holder = slots.claim(
            instrument_id=1, units=units, interval=interval, holder=str(number)
        )

        assert unit == (free[0] if free else None)
        if unit is None:
            assert (units, holder) in {
                (u, label) for u, other, label in taken if other.overlaps(interval)
            }
        else:
            taken.append((unit, interval, str(number)))
