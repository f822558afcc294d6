"""Tax periods: written and read back, one after another, and the texts that are refused."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khaithue.obligations.period import Period, PeriodKind

days = st.dates(date(2, 1, 1), date(9998, 12, 31))
series = st.builds(
    Period.around,
    st.sampled_from([PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF_YEAR, PeriodKind.YEAR]),
    days,
)
occurrences = st.builds(Period.around, st.just(PeriodKind.OCCURRENCE), days)
ranges = st.builds(lambda a, b: Period(PeriodKind.RANGE, min(a, b), max(a, b)), days, days)


@given(st.one_of(series, occurrences, ranges))
def test_a_period_reads_back_as_written(period: Period) -> None:
    assert Period.parse(str(period)) == period


@given(series)
def test_periods_follow_each_other_day_by_day(period: Period) -> None:
    assert period.previous().end + timedelta(days=1) == period.start
    assert period.next().start == period.end + timedelta(days=1)
    assert period.next().previous() == period == period.previous().next()


@given(st.sampled_from([PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF_YEAR, PeriodKind.YEAR]), days)
def test_a_day_is_in_the_period_around_it(kind: PeriodKind, day: date) -> None:
    period = Period.around(kind, day)
    assert period.start <= day <= period.end
    assert period.kind is kind


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-M05", date(2026, 5, 1), date(2026, 5, 31)),
        ("2026-q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026-h2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2026-05-20", date(2026, 5, 20), date(2026, 5, 20)),
        ("2026-01-01..2026-06-30", date(2026, 1, 1), date(2026, 6, 30)),
    ],
)
def test_each_way_of_writing_a_period(text: str, start: date, end: date) -> None:
    period = Period.parse(text)
    assert (period.start, period.end) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-", "2026-13", "2026-00", "2026-Q0", "2026-Q5", "2026-02-30", "20260520", "2026-W01-1",
        "2026-05-20..", "..2026-05-20", "2026-06-30..2026-01-01", "２０２６-05", "2026-05\n", " 2026", "0000",
        "2026-5", "05/2026", "2026-H0", "2026-H3",
    ],
)  # fmt: skip
def test_any_other_text_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Period.parse(text)


@pytest.mark.parametrize("text", ["2026-05-20", "2026-01-01..2026-06-30"])
def test_an_occurrence_and_a_range_have_no_neighbours(text: str) -> None:
    with pytest.raises(ValueError, match="none before or after"):
        Period.parse(text).previous()
    with pytest.raises(ValueError, match="none before or after"):
        Period.parse(text).next()
    with pytest.raises(ValueError, match="range"):
        Period.around(PeriodKind.RANGE, date(2026, 1, 1))
