"""The shares of revenue of the direct method, and the periods in which a fifth of them is cut."""

from datetime import date
from fractions import Fraction

import pytest

from khaithue.law import dated

SHARES = {"vat_direct_goods": 1, "vat_direct_services": 5, "vat_direct_production": 3, "vat_direct_other": 2}


@pytest.mark.parametrize(("name", "percent"), SHARES.items())
def test_the_share_of_revenue_survives_the_change_of_law_on_1_july_2025(name: str, percent: int) -> None:
    for day in (date(2022, 1, 1), date(2025, 6, 30), date(2025, 7, 1)):
        assert dated.rate(name, day) == Fraction(percent, 100)


def test_a_fifth_of_the_share_is_cut_in_the_periods_the_rate_of_the_credit_method_is_cut() -> None:
    cuts, points = dated.all_rates("vat_direct_cut"), dated.all_rates("vat_reduction_points")
    assert {each.value for each in cuts} == {Fraction(1, 5)}
    assert [each.valid_to for each in cuts] == [each.valid_to for each in points]
    assert [each.valid_from for each in cuts][1:] == [each.valid_from for each in points][1:]


def test_the_first_quarter_of_2022_and_the_last_of_2021_hold_the_cut_of_their_later_months() -> None:
    assert dated.rate("vat_direct_cut", date(2022, 1, 1)) == Fraction(1, 5)
    assert dated.rate("vat_cut_resolution_406", date(2021, 10, 1)) == Fraction(3, 10)


def test_gold_is_taxed_at_ten_percent_of_the_value_added_and_other_provinces_get_one_of_revenue() -> None:
    for day in (date(2025, 6, 30), date(2025, 7, 1)):
        assert dated.rate("vat_direct_added_value", day) == Fraction(1, 10)
        assert dated.rate("vat_other_province", day) == Fraction(1, 100)


def test_a_project_is_refunded_from_300_million() -> None:
    assert dated.rate("vat_project_refund_least", date(2026, 4, 1)) == 300_000_000
