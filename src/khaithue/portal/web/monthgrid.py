"""Obligations laid out by month: a year of months, a month of weeks."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from khaithue.obligations.outage import Down
from khaithue.obligations.working_days import DayOff, day_off
from khaithue.portal.duties.obligations import Obligation


@dataclass(frozen=True)
class MonthOfYear:
    """One month and what is due in it; ``worst`` counts what is late or refused."""

    first: date
    owed: tuple[Obligation, ...]
    is_now: bool


@dataclass(frozen=True)
class DayOfMonth:
    """One day of the grid; ``is_in`` is whether it is of the month shown."""

    day: date
    owed: tuple[Obligation, ...]
    off: DayOff | None
    is_down: bool
    is_in: bool
    is_today: bool


def months(year: int, owed: Sequence[Obligation], today: date) -> list[MonthOfYear]:
    """The twelve months of a year."""
    firsts = [date(year, month, 1) for month in range(1, 13)]
    return [
        MonthOfYear(
            first,
            tuple(each for each in owed if (each.due.year, each.due.month) == (year, first.month)),
            (today.year, today.month) == (year, first.month),
        )
        for first in firsts
    ]


def weeks(
    first: date, owed: Sequence[Obligation], downs: Sequence[Down], today: date
) -> list[list[DayOfMonth]]:
    """The weeks of a month, from Monday, filled up with days of the months beside it."""
    grid = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return [[_day(day, first, owed, downs, today) for day in week] for week in grid]


def _day(
    day: date, first: date, owed: Iterable[Obligation], downs: Iterable[Down], today: date
) -> DayOfMonth:
    is_in = day.month == first.month
    return DayOfMonth(
        day=day,
        owed=tuple(each for each in owed if each.due == day) if is_in else (),
        off=day_off(day),
        is_down=any(down.first <= day <= down.last for down in downs),
        is_in=is_in,
        is_today=day == today,
    )
