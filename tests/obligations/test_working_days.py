"""The holiday calendar against the labour code and against the moon and sun."""

from datetime import date, timedelta
from itertools import pairwise
from math import floor, pi, sin
from typing import Any

import pytest

from khaithue import law
from khaithue.obligations.working_days import (
    calendar_of,
    day_off,
    is_announced,
    read_year,
    roll,
    working_day_after,
)

YEARS: dict[str, dict[str, Any]] = law.document("calendar/holidays.toml")["years"]
NAMES: dict[str, dict[str, str]] = law.document("calendar/holidays.toml")["names"]
every_year = pytest.mark.parametrize("year", [int(year) for year in YEARS])


def holidays(year: int) -> list[date]:
    return [entry["day"] for entry in YEARS[str(year)]["holidays"]]


def named(year: int, name: str) -> list[date]:
    return [entry["day"] for entry in YEARS[str(year)]["holidays"] if entry["name"] == name]


@every_year
def test_the_fixed_holidays_are_in_every_year(year: int) -> None:
    fixed = [(1, 1), (4, 30), (5, 1), (9, 2)] + ([(11, 24)] if year >= 2026 else [])
    assert {date(year, month, day) for month, day in fixed} <= set(holidays(year))
    assert (date(year, 11, 24) in holidays(year)) == (year >= 2026)


@every_year
def test_an_announced_year_has_5_days_of_tet_and_2_of_national_day(year: int) -> None:
    tet, national = named(year, "tet"), named(year, "national")
    if is_announced(year):
        assert len(tet) == 5
        assert len(national) == 2
    else:
        assert YEARS[str(year)]["unannounced"]
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(tet))


@every_year
def test_days_off_that_are_no_holidays_are_never_on_a_weekend(year: int) -> None:
    table = YEARS[str(year)]
    extra = [entry["day"] for entry in table["substitutes"]] + [entry["off"] for entry in table["swaps"]]
    assert all(day.weekday() < 5 for day in extra)


@every_year
def test_a_substitute_stands_for_a_holiday_on_a_weekend_and_comes_after_it(year: int) -> None:
    for entry in YEARS[str(year)]["substitutes"]:
        assert entry["of"] in holidays(year)
        assert entry["of"].weekday() >= 5
        assert entry["of"] < entry["day"] <= entry["of"] + timedelta(days=5)


@every_year
def test_every_fixed_holiday_on_a_weekend_has_its_substitute(year: int) -> None:
    given = {entry["of"] for entry in YEARS[str(year)]["substitutes"]}
    weekend = {day for day in holidays(year) if day.weekday() >= 5 and day not in named(year, "tet")}
    assert weekend == given - set(named(year, "tet"))


@every_year
def test_the_days_worked_instead_are_saturdays_and_stay_off_for_deadlines(year: int) -> None:
    for entry in YEARS[str(year)]["swaps"]:
        assert entry["work"].weekday() == 5
        assert day_off(entry["work"]) is not None


@every_year
def test_tet_and_the_hung_kings_day_are_those_of_the_moon(year: int) -> None:
    assert YEARS[str(year)]["tet"] == solar(year, 1, 1)
    assert named(year, "hung_kings") == [solar(year, 3, 10)]
    assert {solar(year, 1, 1) + timedelta(days=n) for n in range(3)} <= set(named(year, "tet"))


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("2026-02-17", "Tết Âm lịch"),
        ("2026-04-26", "Giỗ Tổ Hùng Vương"),
        ("2026-04-27", "nghỉ bù Giỗ Tổ Hùng Vương"),
        ("2026-01-02", "nghỉ hoán đổi với 10/01/2026"),
        ("2026-08-22", "thứ Bảy"),
        ("2026-11-22", "Chủ nhật"),
        ("2027-05-03", "nghỉ bù Ngày Quốc tế lao động 1/5"),
    ],
)
def test_a_day_off_says_why(day: str, reason: str) -> None:
    off = day_off(date.fromisoformat(day))
    assert off is not None
    assert off.vi == reason


@pytest.mark.parametrize("day", ["2026-11-23", "2025-11-24", "2026-04-28", "2027-05-04", "2026-02-23"])
def test_a_day_beside_the_holidays_is_a_working_day(day: str) -> None:
    assert day_off(date.fromisoformat(day)) is None
    assert roll(date.fromisoformat(day)) == (date.fromisoformat(day), ())


def test_the_whole_tet_block_of_2026_rolls_to_the_monday_after() -> None:
    day, passed = roll(date(2026, 2, 14))
    assert day == date(2026, 2, 23)
    assert [off.day for off in passed] == [date(2026, 2, 14) + timedelta(days=n) for n in range(9)]


def test_a_year_without_a_table_has_the_fixed_holidays_and_is_not_announced() -> None:
    assert sorted(calendar_of(2018).days_off) == [
        date(2018, m, d) for m, d in [(1, 1), (4, 30), (5, 1), (9, 2)]
    ]
    assert date(2035, 11, 24) in calendar_of(2035).days_off
    assert not is_announced(2018)
    assert [year for year in range(2020, 2032) if is_announced(year)] == [2024, 2025, 2026]


def test_a_day_listed_twice_or_of_another_year_is_refused() -> None:
    twice = {**YEARS["2026"], "swaps": [{"off": date(2026, 9, 1), "work": date(2026, 8, 22)}]}
    with pytest.raises(ValueError, match=r"years.2026: 2026-09-01"):
        read_year(2026, twice, NAMES)
    with pytest.raises(ValueError, match=r"years.2025: 2026-01-01"):
        read_year(2025, YEARS["2026"], NAMES)


@pytest.mark.parametrize(
    ("year", "tet"), [(2023, (1, 22)), (1985, (1, 21)), (2007, (2, 17)), (2020, (1, 25))]
)
def test_the_moon_below_knows_the_tet_of_other_years(year: int, tet: tuple[int, int]) -> None:
    assert solar(year, 1, 1) == date(year, *tet)


def test_the_moon_below_knows_leap_month_2_of_2023() -> None:
    assert solar(2023, 3, 10) == date(2023, 4, 29)


# The lunar calendar by mean new moons with Meeus' periodic terms and the sun's longitude, at UTC+7; nothing
# of the product is used.

ZONE = 7 / 24
EPOCH = date(2000, 1, 1).toordinal() - 2451545


def new_moon(k: int) -> int:
    """The Julian day number, at UTC+7, of new moon k counted from 1900-01-01."""
    t = k / 1236.85
    r = pi / 180
    mean = 2415020.75933 + 29.53058868 * k + 0.0001178 * t**2 + 0.00033 * sin((166.56 + 132.87 * t) * r)
    sun = (359.2242 + 29.10535608 * k - 0.0000333 * t**2) * r
    moon = (306.0253 + 385.81691806 * k + 0.0107306 * t**2) * r
    node = (21.2964 + 390.67050646 * k - 0.0016528 * t**2) * r
    shift = (
        (0.1734 - 0.000393 * t) * sin(sun)
        + 0.0021 * sin(2 * sun)
        - 0.4068 * sin(moon)
        + 0.0161 * sin(2 * moon)
    )
    shift += 0.0104 * sin(2 * node) - 0.0051 * sin(sun + moon) - 0.0074 * sin(sun - moon)
    shift += 0.0004 * sin(2 * node + sun) - 0.0004 * sin(2 * node - sun) - 0.0006 * sin(2 * node + moon)
    shift += 0.0010 * sin(2 * node - moon) + 0.0005 * sin(sun + 2 * moon)
    dynamic = -0.000278 + 0.000265 * t + 0.000262 * t**2
    return floor(mean + shift - dynamic + 0.5 + ZONE)


def sun_sign(jdn: int) -> int:
    """Which twelfth of the zodiac the sun is in at midnight, UTC+7."""
    t = (jdn - 0.5 - ZONE - 2451545.0) / 36525
    r = pi / 180
    anomaly = (357.52910 + 35999.05030 * t) * r
    longitude = 280.46645 + 36000.76983 * t + (1.914600 - 0.004817 * t) * sin(anomaly)
    longitude += 0.019993 * sin(2 * anomaly) + 0.000290 * sin(3 * anomaly)
    return floor((longitude % 360) / 30)


def month_11(year: int) -> int:
    """The index of the new moon that begins the month of the winter solstice."""
    k = floor((date(year, 12, 31).toordinal() - EPOCH - 2415021) / 29.530588853)
    return k - 1 if sun_sign(new_moon(k)) >= 9 else k


def solar(year: int, month: int, day: int) -> date:
    """The solar date of a day of lunar month 1 to 10."""
    first, last = month_11(year - 1), month_11(year)
    signs = [sun_sign(new_moon(k)) for k in range(first, last + 1)]
    months = month + 1
    leap = next((n for n in range(1, 13) if signs[n] == signs[n + 1]), 99) if last - first == 13 else 99
    return date.fromordinal(new_moon(first + months + (months >= leap)) + day - 1 + EPOCH)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 11, 20), 5, date(2026, 11, 30)),  # a Friday; the 24th is a holiday
        (date(2026, 11, 22), 1, date(2026, 11, 23)),  # a Sunday
        (date(2026, 8, 28), 5, date(2026, 9, 9)),  # the national day, its day beside and a swapped Monday off
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
    ],
)
def test_so_many_working_days_after_a_day_count_from_the_next(day: date, count: int, expected: date) -> None:
    assert working_day_after(day, count) == expected
