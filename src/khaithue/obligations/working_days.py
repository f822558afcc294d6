"""Which days are off for deadlines, and why: weekends, public holidays, and the days off around them.

The calendar of each year is in ``law/calendar/holidays.toml``. A Saturday worked in place of a swapped day
off stays a day off here. A year not announced in full has what is sure of it, and ``is_announced`` says no.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from khaithue import law

_FILE = "calendar/holidays.toml"
_WEEKEND = {5: ("thứ Bảy", "Saturday"), 6: ("Chủ nhật", "Sunday")}


@dataclass(frozen=True)
class DayOff:
    """One day that is not a working day, with the reason in both languages."""

    day: date
    vi: str
    en: str


@dataclass(frozen=True)
class YearCalendar:
    """The days off of one year apart from weekends; ``announced`` when the authority has named them all."""

    days_off: Mapping[date, DayOff]
    announced: bool


def day_off(day: date) -> DayOff | None:
    """Why the day is off; ``None`` for a working day. A holiday on a weekend is told as the holiday."""
    if found := calendar_of(day.year).days_off.get(day):
        return found
    if day.weekday() in _WEEKEND:
        return DayOff(day, *_WEEKEND[day.weekday()])
    return None


def is_announced(year: int) -> bool:
    """Whether every day off of the year is announced and stored; other due dates are provisional."""
    return calendar_of(year).announced


def roll(day: date) -> tuple[date, tuple[DayOff, ...]]:
    """The day itself or the next working day, and the days off in between.

    >>> roll(date(2026, 10, 31))[0]
    datetime.date(2026, 11, 2)
    """
    passed: list[DayOff] = []
    while off := day_off(day):
        passed.append(off)
        day += timedelta(days=1)
    return day, tuple(passed)


def working_day_after(day: date, count: int) -> date:
    """The working day that comes so many working days after a day, which itself does not count.

    >>> working_day_after(date(2026, 11, 20), 5)
    datetime.date(2026, 11, 30)
    """
    for _ in range(count):
        day, _passed = roll(day + timedelta(days=1))
    return day


@cache
def calendar_of(year: int) -> YearCalendar:
    """The calendar of one year; without a table it has the fixed holidays and is not announced."""
    document = law.document(_FILE)
    table = document["years"].get(str(year))
    if table is None:
        return YearCalendar({off.day: off for off in _fixed(document, year)}, announced=False)
    return read_year(year, table, document["names"])


def read_year(year: int, table: Mapping[str, Any], names: Mapping[str, Any]) -> YearCalendar:
    """One year's table; ``ValueError`` names the day that is listed twice or is of another year."""
    days: dict[date, DayOff] = {}
    for off in _listed(table, names):
        if off.day.year != year or off.day in days:
            raise ValueError(f"{_FILE}: years.{year}: {off.day} is of another year or listed twice")
        days[off.day] = off
    return YearCalendar(days, table["complete"])


def _listed(table: Mapping[str, Any], names: Mapping[str, Any]) -> Iterator[DayOff]:
    holidays = {entry["day"]: names[entry["name"]] for entry in table["holidays"]}
    for day, name in holidays.items():
        yield DayOff(day, name["vi"], name["en"])
    for entry in table["substitutes"]:
        name = holidays[entry["of"]]
        yield DayOff(entry["day"], f"nghỉ bù {name['vi']}", f"day off in place of {name['en']}")
    for entry in table["swaps"]:
        work = entry["work"]
        yield DayOff(entry["off"], f"nghỉ hoán đổi với {work:%d/%m/%Y}", f"day off swapped with {work}")


def _fixed(document: Mapping[str, Any], year: int) -> Iterator[DayOff]:
    for entry in document["fixed"]:
        if entry.get("since", year) <= year:
            name = document["names"][entry["name"]]
            yield DayOff(date.fromisoformat(f"{year:04}-{entry['day']}"), name["vi"], name["en"])
