"""A declared outage on a last day moves that due date to the day after the portal works again."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khaithue.obligations.outage import Down, moved
from khaithue.obligations.working_days import day_off

THURSDAY, FRIDAY, MONDAY, TUESDAY = date(2026, 8, 20), date(2026, 8, 21), date(2026, 8, 24), date(2026, 8, 25)


def down(first: date, last: date | None = None, back: date | None = None, *, ongoing: bool = False) -> Down:
    return Down(first, last or first, back or last or first, ongoing)


def due(last_day: date, *downs: Down) -> date | None:
    move = moved(last_day, downs)
    return move.due if move else None


def test_an_outage_over_on_the_same_day_gives_the_next_day() -> None:
    assert due(THURSDAY, down(THURSDAY)) == FRIDAY


def test_the_day_after_recovery_counts_however_long_the_outage_was() -> None:
    assert due(THURSDAY, down(date(2026, 8, 18), MONDAY)) == TUESDAY


def test_a_day_off_after_recovery_is_passed_over() -> None:
    move = moved(FRIDAY, [down(FRIDAY)])
    assert move is not None
    assert (move.due, [off.day for off in move.moved_because]) == (
        MONDAY,
        [date(2026, 8, 22), date(2026, 8, 23)],
    )


def test_an_outage_on_any_other_day_moves_nothing() -> None:
    assert due(THURSDAY, down(date(2026, 8, 19)), down(FRIDAY, MONDAY)) is None


def test_an_outage_on_the_moved_day_moves_it_again() -> None:
    move = moved(THURSDAY, [down(FRIDAY), down(THURSDAY)])
    assert move is not None
    assert move.due == MONDAY
    assert [each.first for each in move.downs] == [THURSDAY, FRIDAY]


def test_of_two_outages_on_one_day_the_longer_counts() -> None:
    assert due(THURSDAY, down(THURSDAY), down(THURSDAY, FRIDAY)) == MONDAY


def test_an_outage_that_goes_on_is_provisional_and_one_that_is_over_is_not() -> None:
    going, over = (
        moved(THURSDAY, [down(THURSDAY, ongoing=True)]),
        moved(THURSDAY, [down(THURSDAY)]),
    )
    assert going is not None
    assert over is not None
    assert (going.provisional, over.provisional) == (True, False)


@pytest.mark.parametrize(
    ("last_day", "article"),
    [
        (date(2021, 7, 20), "Khoản 7 Điều 44 Luật 38/2019/QH14"),
        (date(2026, 6, 30), "Khoản 7 Điều 44 Luật 38/2019/QH14"),
        (date(2026, 7, 1), "Điểm b khoản 3 Điều 12 Thông tư 89/2026/TT-BTC"),
    ],
)
def test_the_law_of_the_last_day_decides(last_day: date, article: str) -> None:
    move = moved(last_day, [down(last_day)])
    assert move is not None
    assert move.law.startswith(article)


def test_before_the_first_rule_nothing_moves() -> None:
    assert due(date(2020, 6, 30), down(date(2020, 6, 30))) is None
    assert due(date(2020, 7, 1), down(date(2020, 7, 1))) == date(2020, 7, 2)


DAYS = st.dates(date(2026, 7, 1), date(2026, 12, 31))
SPANS = st.builds(
    lambda first, length, later: Down(
        first, first + timedelta(days=length), first + timedelta(days=length + later)
    ),
    DAYS,
    st.integers(0, 5),
    st.integers(0, 1),
)


@given(DAYS, st.lists(SPANS, max_size=6))
def test_a_moved_day_is_later_a_working_day_and_without_outage(last_day: date, downs: list[Down]) -> None:
    move = moved(last_day, downs)
    touched = any(each.first <= last_day <= each.last for each in downs)
    assert (move is not None) == touched
    if move:
        assert move.due > last_day
        assert day_off(move.due) is None
        assert not any(each.first <= move.due <= each.last for each in downs)
