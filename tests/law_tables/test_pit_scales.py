"""The progressive tables against the published short forms (rate x T - k) and a slow second method."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khaithue.law.dated import Scale, scale

OLD, NEW = date(2025, 12, 31), date(2026, 7, 1)
TRIEU = 1_000_000

# Biểu thuế rút gọn: (to and with T in đồng, %, k in đồng)
SHORT = {
    ("pit_wages_month", OLD): [
        (5, 5, 0), (10, 10, 250_000), (18, 15, 750_000), (32, 20, 1_650_000), (52, 25, 3_250_000),
        (80, 30, 5_850_000), (None, 35, 9_850_000),
    ],
    ("pit_wages_year", OLD): [
        (60, 5, 0), (120, 10, 3_000_000), (216, 15, 9_000_000), (384, 20, 19_800_000), (624, 25, 39_000_000),
        (960, 30, 70_200_000), (None, 35, 118_200_000),
    ],
    ("pit_wages_month", NEW): [
        (10, 5, 0), (30, 10, 500_000), (60, 20, 3_500_000), (100, 30, 9_500_000), (None, 35, 14_500_000),
    ],
    ("pit_wages_year", NEW): [
        (120, 5, 0), (360, 10, 6_000_000), (720, 20, 42_000_000), (1200, 30, 114_000_000),
        (None, 35, 174_000_000),
    ],
}  # fmt: skip


def short_tax(rows: list[tuple[int | None, int, int]], amount: int) -> Fraction:
    percent, less = next((percent, k) for top, percent, k in rows if top is None or amount <= top * TRIEU)
    return Fraction(amount * percent, 100) - less


def decimal_tax(table: Scale, amount: int) -> Decimal:
    """Adds each bracket's slice by Decimal, as the law's words do."""
    total, floor = Decimal(0), 0
    for bracket in table.brackets:
        top = amount if bracket.top is None else min(amount, bracket.top)
        share = Decimal(bracket.rate.numerator) / Decimal(bracket.rate.denominator)
        total += max(0, top - floor) * share
        floor = bracket.top or amount
    return total


@pytest.mark.parametrize("key", SHORT, ids=str)
@given(amount=st.integers(1, 3_000_000_000))
def test_the_short_table_gives_the_same_tax_on_every_amount(key: tuple[str, date], amount: int) -> None:
    assert scale(*key).tax(amount) == short_tax(SHORT[key], amount)


@pytest.mark.parametrize("key", SHORT, ids=str)
def test_the_short_table_gives_the_same_tax_beside_every_top(key: tuple[str, date]) -> None:
    for top, _, _ in SHORT[key][:-1]:
        assert top is not None
        for amount in (top * TRIEU - 1, top * TRIEU, top * TRIEU + 1):
            assert scale(*key).tax(amount) == short_tax(SHORT[key], amount)


@pytest.mark.parametrize(
    ("on", "taxable", "tax"),
    [(OLD, 20, 2_350_000), (NEW, 20, 1_500_000), (NEW, 50, 6_500_000), (NEW, 120, 27_500_000)],
)
def test_vectors_of_the_monthly_tables(on: date, taxable: int, tax: int) -> None:
    assert scale("pit_wages_month", on).tax(taxable * TRIEU) == tax


@pytest.mark.parametrize("on", [OLD, NEW])
@given(amount=st.integers(0, 10**9))
def test_twelve_equal_months_owe_the_year(on: date, amount: int) -> None:
    assert 12 * scale("pit_wages_month", on).tax(amount) == scale("pit_wages_year", on).tax(12 * amount)


@pytest.mark.parametrize("amount", [0, -1, -(10**12)])
def test_nothing_is_owed_on_nothing_or_less(amount: int) -> None:
    assert scale("pit_wages_year", NEW).tax(amount) == 0


def test_one_dong_over_a_top_is_taxed_at_the_next_rate() -> None:
    tax: Callable[[int], Fraction] = scale("pit_wages_year", NEW).tax
    assert tax(120_000_000) == 6_000_000
    assert tax(120_000_001) - tax(120_000_000) == Fraction(1, 10)


@pytest.mark.parametrize("key", SHORT, ids=str)
def test_more_income_is_more_tax(key: tuple[str, date]) -> None:
    taxes = [scale(*key).tax(amount * TRIEU) for amount in range(1500)]
    assert all(low < high for low, high in pairwise(taxes))


def test_the_first_half_of_2026_may_be_withheld_by_either_table() -> None:
    day = date(2026, 3, 1)
    assert scale("pit_wages_month", day).tax(20 * TRIEU) == 1_500_000
    assert scale("pit_wages_month_before_july_2026", day).tax(20 * TRIEU) == 2_350_000


@pytest.mark.parametrize("on", [OLD, NEW])
def test_a_hundred_thousand_people_owe_the_same_total_by_two_methods(on: date) -> None:
    table = scale("pit_wages_year", on)
    amounts = [20_001 * person for person in range(100_000)]
    total = sum(map(table.tax, amounts), Fraction(0))
    assert total == Fraction(sum((decimal_tax(table, amount) for amount in amounts), Decimal(0)))
