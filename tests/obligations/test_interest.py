"""Late-payment interest: worked by hand, and held against a count day by day."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khaithue.law.dated import NoValue
from khaithue.obligations.interest import Payment, days_late, interest

FIRST = date(2007, 7, 1)


def rate_of(day: date, late: int) -> Decimal:
    """The rates as the laws word them, apart from the stored tables."""
    if day >= date(2016, 7, 1):
        return Decimal("0.0003")
    if date(2013, 7, 1) <= day <= date(2014, 12, 31) and late > 90:
        return Decimal("0.0007")
    return Decimal("0.0005")


def day_by_day(tax: int, due: date, paid_on: date, payments: list[Payment]) -> int:
    total = Decimal(0)
    for late in range(1, (paid_on - due).days):
        day = due + timedelta(days=late)
        unpaid = tax - sum(payment.amount for payment in payments if payment.day <= day)
        total += max(0, unpaid) * rate_of(day, late)
    return int(total.quantize(Decimal(1), ROUND_HALF_UP))


def test_ten_million_due_20_august_and_paid_31_august_costs_ten_days() -> None:
    """21 to 30 August are 10 days: 10,000,000 × 0.03 % × 10 = 30,000."""
    found = interest(10_000_000, date(2026, 8, 20), date(2026, 8, 31))
    assert (found.days, found.amount) == (10, 30_000)


@pytest.mark.parametrize(
    ("paid", "days"), [("2026-08-19", 0), ("2026-08-20", 0), ("2026-08-21", 0), ("2026-08-22", 1)]
)
def test_the_day_the_money_comes_is_not_counted(paid: str, days: int) -> None:
    assert days_late(date(2026, 8, 20), date.fromisoformat(paid)) == days
    assert interest(1_000_000, date(2026, 8, 20), date.fromisoformat(paid)).days == days


def test_a_debt_from_may_2016_runs_through_two_rates() -> None:
    """Due 20/6/2016, paid 11/7/2016: 21–30/6 10 days at 0.05 % = 50,000; 1–10/7 10 at 0.03 % = 30,000."""
    found = interest(10_000_000, date(2016, 6, 20), date(2016, 7, 11))
    assert [(each.days, int(each.amount)) for each in found.stretches] == [(10, 50_000), (10, 30_000)]
    assert found.amount == 80_000
    assert found.laws == (
        "Khoản 4 Điều 5 Luật 71/2014/QH13 (Điều 106 Luật Quản lý thuế 78/2006/QH11)",
        "Khoản 3 Điều 3 Luật 106/2016/QH13 (Điều 106 Luật Quản lý thuế 78/2006/QH11)",
    )


def test_from_the_91st_day_the_rate_of_2013_was_higher_until_the_end_of_2014() -> None:
    """Due 2/9/2014, day 90 is 1/12: 90 days × 0.05 % + 30 (2–31/12) × 0.07 % + 1 (1/1/2015) × 0.05 %."""
    found = interest(1_000_000, date(2014, 9, 2), date(2015, 1, 2))
    assert [each.days for each in found.stretches] == [90, 30, 1]
    assert found.amount == 45_000 + 21_000 + 500


def test_what_is_paid_in_lowers_the_debt_from_its_day() -> None:
    """10 days in all: 21–25/8 on 10 million (15,000), from 26/8 on 4 million to 30/8 (6,000)."""
    paid = [Payment(date(2026, 8, 26), 6_000_000)]
    assert interest(10_000_000, date(2026, 8, 20), date(2026, 8, 31), paid).amount == 21_000


def test_what_was_paid_in_time_bears_no_interest() -> None:
    paid = [Payment(date(2026, 8, 20), 10_000_000)]
    assert interest(10_000_000, date(2026, 8, 20), date(2026, 8, 31), paid).amount == 0


def test_half_a_dong_is_rounded_up_once_at_the_end() -> None:
    """5,000 × 0.03 % × 1 = 1.5; 1,666 × 0.03 % × 1 = 0.4998."""
    assert interest(5_000, date(2026, 8, 20), date(2026, 8, 22)).amount == 2
    assert interest(1_666, date(2026, 8, 20), date(2026, 8, 22)).amount == 0


def test_before_the_first_rate_there_is_no_interest_to_tell() -> None:
    with pytest.raises(NoValue):
        interest(1_000, date(2006, 8, 20), date(2006, 9, 20))


DAYS = st.dates(FIRST, date(2030, 1, 1))


@given(
    st.integers(0, 10**12),
    DAYS,
    st.integers(0, 500),
    st.lists(st.builds(Payment, DAYS, st.integers(0, 10**11)), max_size=3),
)
def test_interest_is_what_counting_day_by_day_gives(
    tax: int, due: date, late: int, payments: list[Payment]
) -> None:
    paid_on = due + timedelta(days=late)
    assert interest(tax, due, paid_on, payments).amount == day_by_day(tax, due, paid_on, payments)
