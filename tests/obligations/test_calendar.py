"""The tax calendar: what is due in the days ahead."""

from datetime import date, timedelta

import pytest

from khaithue.obligations.calendar import Duty, obligations_of, upcoming
from khaithue.obligations.due import UnknownFormError
from khaithue.obligations.period import Period, PeriodKind


def duty(form_code: str, first: str) -> Duty:
    period = Period.parse(first)
    return Duty(form_code, period.kind, period)


def test_the_days_ahead_show_each_return_by_due_day() -> None:
    duties = [duty("02/QTT-TNCN", "2025"), duty("01/GTGT", "2026-01"), duty("05/QTT-TNCN", "2025")]
    found = obligations_of(duties, date(2026, 3, 1), date(2026, 5, 31))
    assert [(item.form_code, str(item.period), item.due.due.isoformat()) for item in found] == [
        ("01/GTGT", "2026-02", "2026-03-20"),
        ("05/QTT-TNCN", "2025", "2026-03-31"),
        ("01/GTGT", "2026-03", "2026-04-20"),
        ("02/QTT-TNCN", "2025", "2026-05-04"),
        ("01/GTGT", "2026-04", "2026-05-20"),
    ]


def test_monthly_05_kk_goes_on_by_quarter_from_july_2026() -> None:
    found = obligations_of([duty("05/KK-TNCN", "2026-05")], date(2026, 6, 1), date(2027, 2, 28))
    assert [str(item.period) for item in found] == ["2026-05", "2026-06", "2026-Q3", "2026-Q4"]


def test_a_duty_whose_form_ends_stops_without_harm() -> None:
    found = obligations_of([duty("01/CNKD", "2024")], date(2023, 1, 1), date(2030, 1, 1))
    assert [str(item.period) for item in found] == ["2024", "2025"]


def test_both_ends_of_the_horizon_count() -> None:
    monthly = [duty("01/GTGT", "2026-10")]
    assert [str(item.period) for item in upcoming(monthly, date(2026, 11, 20), 0)] == ["2026-10"]
    assert upcoming(monthly, date(2026, 11, 21), 29) == []
    assert [str(item.period) for item in upcoming(monthly, date(2026, 11, 21), 30)] == ["2026-11"]


def test_days_put_together_show_what_one_long_look_shows() -> None:
    duties = [duty("01/GTGT", "2025-Q1"), duty("05/KK-TNCN", "2025-03"), duty("05/QTT-TNCN", "2024")]
    start = date(2025, 4, 1)
    by_day = [item for n in range(600) for item in upcoming(duties, start + timedelta(days=n), 0)]
    assert by_day == upcoming(duties, start, 599)


def test_a_duty_that_cannot_repeat_or_is_unknown_is_refused() -> None:
    with pytest.raises(ValueError, match="none before or after"):
        obligations_of([duty("05/GTGT", "2026-03-01")], date(2026, 1, 1), date(2027, 1, 1))
    with pytest.raises(ValueError, match="cannot start with"):
        upcoming([Duty("01/GTGT", PeriodKind.QUARTER, Period.parse("2026-05"))], date(2026, 1, 1), 90)
    with pytest.raises(UnknownFormError):
        upcoming([duty("99/XYZ", "2026")], date(2026, 1, 1), 90)


def test_a_list_due_after_a_decision_and_a_paper_without_a_due_day_are_nobodys_duty() -> None:
    duties = [duty("05/DS-TNCN", "2019"), duty("02/ĐK-NPT-TNCN", "2019")]
    assert obligations_of(duties, date(2019, 1, 1), date(2022, 1, 1)) == []
