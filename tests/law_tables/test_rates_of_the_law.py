"""Rates, thresholds and deductions as the laws and decrees have them, written down apart from the tables."""

from datetime import date
from fractions import Fraction

import pytest

from khaithue.law import dated
from khaithue.law.dated import NoValue

# Luật 26/2012, Nghị quyết 954/2020, Nghị quyết 110/2025; Thông tư 111/2013, Nghị định 253/2026.
INDIVIDUALS = [
    ("pit_self_deduction", "2013-06-30", "4000000"),
    ("pit_self_deduction", "2013-07-01", "9000000"),
    ("pit_self_deduction", "2020-01-01", "11000000"),
    ("pit_self_deduction", "2026-01-01", "15500000"),
    ("pit_dependant_deduction", "2013-06-30", "1600000"),
    ("pit_dependant_deduction", "2013-07-01", "3600000"),
    ("pit_dependant_deduction", "2020-01-01", "4400000"),
    ("pit_dependant_deduction", "2026-01-01", "6200000"),
    ("pit_dependant_income", "2025-12-31", "1000000"),
    ("pit_dependant_income", "2026-01-01", "3000000"),
    ("pit_withholding_short_contract", "2026-06-30", "1/10"),
    ("pit_withholding_short_contract_threshold", "2026-06-30", "2000000"),
    ("pit_withholding_short_contract_threshold", "2026-07-01", "5000000"),
    ("pit_withholding_non_resident", "2026-07-01", "1/5"),
    ("pit_withholding_foreign_insurance", "2026-07-01", "1/10"),
    ("pit_withholding_foreign_insurance_exempt", "2026-07-01", "3000000"),
    ("pit_withholding_bonus_shares", "2026-07-01", "1/10"),
    ("pit_side_income_average", "2025-12-31", "10000000"),
    ("pit_side_income_average", "2026-01-01", "15000000"),
    ("pit_exempt_remainder", "2026-01-01", "50000"),
    ("pit_voluntary_insurance_deduction", "2025-12-31", "1000000"),
    ("pit_voluntary_insurance_deduction", "2026-01-01", "3000000"),
    ("pit_medical_deduction", "2026-01-01", "23000000"),
    ("pit_education_deduction", "2026-01-01", "24000000"),
    ("pit_housing_share", "2026-01-01", "3/20"),
    ("pit_meal_allowance", "2026-06-30", "730000"),
    ("pit_meal_allowance", "2026-07-01", "1200000"),
    ("insurance_social_employee", "2026-01-01", "2/25"),
    ("insurance_health_employee", "2026-01-01", "3/200"),
    ("insurance_unemployment_employee", "2026-01-01", "1/100"),
    ("insurance_base_multiple", "2026-01-01", "20"),
    ("pit_capital_investment", "2026-07-01", "1/20"),
    ("pit_capital_transfer", "2026-07-01", "1/5"),
    ("pit_capital_transfer_price", "2026-07-01", "1/50"),
    ("pit_capital_transfer_non_resident", "2026-06-30", "1/1000"),
    ("pit_capital_transfer_non_resident", "2026-07-01", "1/5"),
    ("pit_securities", "2015-01-01", "1/1000"),
    ("pit_real_estate", "2015-01-01", "1/50"),
    ("pit_inheritance_gift", "2026-07-01", "1/10"),
    ("pit_inheritance_gift_threshold", "2026-06-30", "10000000"),
    ("pit_inheritance_gift_threshold", "2026-07-01", "20000000"),
    ("pit_prize", "2026-07-01", "1/10"),
    ("pit_prize_threshold", "2026-06-30", "10000000"),
    ("pit_prize_threshold", "2026-07-01", "20000000"),
    ("pit_royalty", "2026-07-01", "1/20"),
    ("pit_royalty_threshold", "2026-06-30", "10000000"),
    ("pit_royalty_threshold", "2026-07-01", "20000000"),
    ("pit_franchise", "2026-07-01", "1/20"),
    ("pit_other_income", "2026-07-01", "1/20"),
    ("pit_other_income_threshold", "2026-07-01", "20000000"),
    ("pit_digital_assets", "2026-07-01", "1/1000"),
    ("pit_non_resident_business_least", "2026-07-01", "1/100"),
    ("pit_non_resident_business_most", "2026-07-01", "1/20"),
]
# Thông tư 92/2015, Thông tư 40/2021; Luật 109/2025, Nghị định 68/2026, Nghị định 141/2026.
BUSINESS = [
    ("business_vat_goods", "2015-01-01", "1/100"),
    ("business_vat_services", "2015-01-01", "1/20"),
    ("business_vat_production", "2015-01-01", "3/100"),
    ("business_vat_other", "2015-01-01", "1/50"),
    ("business_pit_goods", "2025-12-31", "1/200"),
    ("business_pit_services", "2025-12-31", "1/50"),
    ("business_pit_production", "2025-12-31", "3/200"),
    ("business_pit_other", "2025-12-31", "1/100"),
    ("business_pit_digital", "2026-01-01", "1/20"),
    ("rental_vat", "2025-12-31", "1/20"),
    ("rental_pit", "2025-12-31", "1/20"),
    ("agent_pit", "2025-12-31", "1/20"),
    ("insurance_accumulation_pit", "2026-01-01", "1/10"),
    ("business_no_tax_threshold", "2025-12-31", "100000000"),
    ("business_no_tax_threshold", "2026-01-01", "1000000000"),
    ("household_vat_goods", "2026-01-01", "1/100"),
    ("household_vat_services", "2026-01-01", "1/20"),
    ("household_vat_production", "2026-01-01", "3/100"),
    ("household_vat_other", "2026-01-01", "1/50"),
    ("household_rental_vat", "2026-01-01", "1/20"),
    ("household_pit_goods", "2026-01-01", "1/200"),
    ("household_pit_services", "2026-01-01", "1/50"),
    ("household_pit_production", "2026-01-01", "3/200"),
    ("household_pit_other", "2026-01-01", "1/100"),
    ("household_digital_pit", "2026-01-01", "1/20"),
    ("household_rental_pit", "2026-01-01", "1/20"),
    ("household_agent_pit", "2026-01-01", "1/20"),
    ("household_no_tax_threshold", "2026-01-01", "1000000000"),
    ("household_small_revenue", "2026-01-01", "3000000000"),
    ("household_medium_revenue", "2026-01-01", "50000000000"),
    ("household_pit_profit_small", "2026-01-01", "3/20"),
    ("household_pit_profit_medium", "2026-01-01", "17/100"),
    ("household_pit_profit_large", "2026-01-01", "1/5"),
    ("household_vat_cut", "2026-12-31", "1/5"),
]
# Luật 13/2008, Luật 48/2024; Thông tư 80/2021.
VALUE_ADDED = [
    ("vat_standard", "2026-01-01", "1/10"),
    ("vat_reduced_goods", "2026-01-01", "1/20"),
    ("vat_direct_goods", "2026-01-01", "1/100"),
    ("vat_direct_services", "2026-01-01", "1/20"),
    ("vat_direct_production", "2026-01-01", "3/100"),
    ("vat_direct_other", "2026-01-01", "1/50"),
    ("vat_direct_added_value", "2026-01-01", "1/10"),
    ("vat_other_province", "2026-01-01", "1/100"),
    ("vat_allocation_standard", "2026-12-31", "1/50"),
    ("vat_allocation_reduced_goods", "2026-12-31", "1/100"),
]
INTEREST = [
    ("late_payment", "2013-07-01", "1/2000"),
    ("late_payment_after_90_days", "2014-12-31", "7/10000"),
    ("late_payment", "2016-06-30", "1/2000"),
    ("late_payment", "2016-07-01", "3/10000"),
    ("late_payment", "2026-07-01", "3/10000"),
]
# Nghị quyết 43/2022, 101/2023, 110/2023, 142/2024, 174/2024, 204/2025.
REDUCED = ["2022-02-01", "2022-12-31", "2023-07-01", "2024-01-01", "2024-07-01", "2025-01-01", "2026-12-31"]
NOT_REDUCED = ["2022-01-31", "2023-01-01", "2023-06-30", "2027-01-01"]


@pytest.mark.parametrize(("name", "day", "value"), [*INDIVIDUALS, *BUSINESS, *VALUE_ADDED, *INTEREST])
def test_a_rate_is_that_of_the_law_on_the_day(name: str, day: str, value: str) -> None:
    assert dated.rate(name, date.fromisoformat(day)) == Fraction(value)


@pytest.mark.parametrize("day", REDUCED)
def test_the_standard_rate_is_cut_by_two_points_in_the_periods_of_the_reduction(day: str) -> None:
    on = date.fromisoformat(day)
    assert dated.rate("vat_reduced_standard", on) == Fraction(8, 100)
    assert dated.rate("vat_reduction_points", on) == Fraction(2, 100)
    assert dated.rate("vat_direct_cut", on) == dated.rate("business_vat_cut", on) == Fraction(1, 5)


@pytest.mark.parametrize("day", NOT_REDUCED)
def test_outside_them_no_rate_is_cut(day: str) -> None:
    with pytest.raises(NoValue):
        dated.rate("vat_reduced_standard", date.fromisoformat(day))
