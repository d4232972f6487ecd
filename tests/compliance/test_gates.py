"""Qualifications, judged at the date of the slot."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.gates import RANK, Held, level_at, level_over, lowest_level

DAY = date(2026, 11, 10)
LASER, BIOSAFETY = 1, 2
levels = st.sampled_from(sorted(RANK))
days = st.dates(date(2026, 11, 1), date(2026, 11, 20))
grants = st.builds(
    Held,
    qualification_id=st.sampled_from([LASER, BIOSAFETY]),
    level=levels,
    valid_from=days,
    valid_until=st.none() | days,
    revoked_on=st.none() | days,
)


def held(qualification: int = LASER, level: str = "autonomous", **more: date) -> Held:
    dates = {"valid_from": date(2026, 1, 1)} | more
    return Held(qualification_id=qualification, level=level, **dates)


def level(*grants: Held, required: tuple[int, ...] = (LASER,), day: date = DAY) -> str | None:
    return level_at(held=grants, required_qualification_ids=required, day=day)


def test_where_nothing_is_required_everybody_is_autonomous() -> None:
    assert level(required=()) == "autonomous"
    assert level(held(level="after_hours"), required=()) == "autonomous"


def test_a_qualification_that_is_not_held_gives_no_level() -> None:
    assert level() is None
    assert level(held(BIOSAFETY)) is None


def test_all_required_qualifications_must_be_held() -> None:
    assert level(held(LASER), required=(LASER, BIOSAFETY)) is None


def test_the_lowest_of_the_required_qualifications_counts() -> None:
    grants = (held(LASER, "after_hours"), held(BIOSAFETY, "supervised"))
    assert level(*grants, required=(LASER, BIOSAFETY)) == "supervised"


def test_the_best_grant_of_one_qualification_counts() -> None:
    grants = (held(level="supervised"), held(level="after_hours"), held(level="autonomous"))
    assert level(*grants) == "after_hours"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (DAY - timedelta(days=1), None),
        (DAY, "autonomous"),
        (DAY + timedelta(days=5), "autonomous"),
        (DAY + timedelta(days=6), None),
    ],
)
def test_both_dates_of_validity_are_included(day: date, expected: str | None) -> None:
    grant = held(valid_from=DAY, valid_until=DAY + timedelta(days=5))
    assert level(grant, day=day) == expected


def test_a_revoked_grant_is_worth_nothing_from_that_day_on() -> None:
    grant = held(revoked_on=DAY)
    assert level(grant, day=DAY - timedelta(days=1)) == "autonomous"
    assert level(grant, day=DAY) is None


def test_a_better_grant_that_has_ended_leaves_the_lesser_one() -> None:
    grants = (held(level="after_hours", valid_until=DAY - timedelta(days=1)), held())
    assert level(*grants) == "autonomous"


def test_over_several_days_the_worst_day_counts() -> None:
    ending = held(valid_until=DAY)
    tomorrow = DAY + timedelta(days=1)
    required = (LASER,)
    assert level_over(held=[ending], required_qualification_ids=required, days=[DAY]) is not None
    assert (
        level_over(held=[ending], required_qualification_ids=required, days=[DAY, tomorrow]) is None
    )


def test_no_day_gives_no_level() -> None:
    assert lowest_level([]) is None


@given(st.lists(grants, max_size=8), grants, days)
def test_another_grant_never_lowers_a_level(some: list[Held], more: Held, day: date) -> None:
    required = (LASER, BIOSAFETY)
    before = level(*some, required=required, day=day)
    after = level(*some, more, required=required, day=day)
    assert before is None or (after is not None and RANK[after] >= RANK[before])


@given(st.lists(grants, max_size=8), days)
def test_asking_for_more_never_raises_a_level(some: list[Held], day: date) -> None:
    one = level(*some, required=(LASER,), day=day)
    both = level(*some, required=(LASER, BIOSAFETY), day=day)
    assert both is None or (one is not None and RANK[both] <= RANK[one])
