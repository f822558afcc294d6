"""The rates of value added tax and the years of its reduction."""

from datetime import date
from fractions import Fraction

import pytest

from khaithue.law import dated

REDUCED_DAYS = [
    (date(2022, 2, 1), date(2022, 12, 31)),
    (date(2023, 7, 1), date(2026, 12, 31)),
]


@pytest.mark.parametrize(("first", "last"), REDUCED_DAYS)
def test_the_reduced_rate_is_eight_percent_from_its_first_day_to_its_last(first: date, last: date) -> None:
    for day in (first, last):
        assert dated.rate("vat_reduced_standard", day) == Fraction(8, 100)


@pytest.mark.parametrize(
    "day", [date(2022, 1, 31), date(2023, 1, 1), date(2023, 6, 30), date(2027, 1, 1)], ids=str
)
def test_there_is_no_reduction_outside_the_resolutions(day: date) -> None:
    for name in ("vat_reduced_standard", "vat_reduction_points"):
        with pytest.raises(dated.NoValue):
            dated.rate(name, day)


def test_the_reduced_rate_is_the_standard_rate_less_the_points_of_the_same_law() -> None:
    points = {entry.valid_from: entry for entry in dated.all_rates("vat_reduction_points")}
    for entry in dated.all_rates("vat_reduced_standard"):
        matching = points[entry.valid_from]
        assert (matching.valid_to, matching.law) == (entry.valid_to, entry.law)
        assert entry.value == dated.rate("vat_standard", entry.valid_from) - matching.value


def test_the_standard_rate_survives_the_change_of_law_on_1_july_2025() -> None:
    for day in (date(2025, 6, 30), date(2025, 7, 1)):
        assert dated.rate("vat_standard", day) == Fraction(1, 10)
        assert dated.rate("vat_reduced_goods", day) == Fraction(1, 20)
