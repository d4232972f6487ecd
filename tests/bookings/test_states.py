"""The transition table."""

from itertools import product

import pytest

from bookings.states import ACTIVE, LABELS, LIVE, NEXT, Status, may_become

ALLOWED = {
    ("requested", "approved"),
    ("requested", "rejected"),
    ("requested", "cancelled"),
    ("requested", "expired"),
    ("approved", "in_use"),
    ("approved", "cancelled"),
    ("approved", "no_show"),
    ("approved", "completed"),
    ("approved", "requested"),
    ("in_use", "completed"),
}


@pytest.mark.parametrize(("status", "new"), list(product(Status, Status)))
def test_a_status_follows_another_only_where_the_table_says(status: Status, new: Status) -> None:
    assert may_become(status, new) is ((status.value, new.value) in ALLOWED)


def test_every_status_has_a_place_in_the_table_and_a_label() -> None:
    assert set(NEXT) == set(LABELS) == set(Status)


def test_an_unknown_status_is_refused() -> None:
    with pytest.raises(ValueError, match="lost"):
        may_become("requested", "lost")


def test_what_is_over_stays_over() -> None:
    for status in set(Status) - LIVE:
        assert not NEXT[status]


def test_what_is_live_blocks_its_slot_and_a_completed_use_still_does() -> None:
    assert set(ACTIVE - LIVE) == {Status.COMPLETED}
    assert LIVE < ACTIVE
