"""The half-year of 01/BĐS (kieuKy N): the year is its name, the months tell which half."""

import pytest

from khaithue.exchange import period_xml
from khaithue.obligations.period import Period


@pytest.mark.parametrize(
    ("period", "first", "last"), [("2026-H1", "01/2026", "06/2026"), ("2026-H2", "07/2026", "12/2026")]
)
def test_a_half_year_is_written_by_its_months_and_read_back(period: str, first: str, last: str) -> None:
    written = period_xml.write(Period.parse(period))
    assert written == {
        "kieuKy": "N",
        "kyKKhai": "2026",
        "kyKKhaiTuThang": first,
        "kyKKhaiDenThang": last,
    }
    assert period_xml.read(written) == (Period.parse(period), [])


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("", "", "XML-PERIOD"),
        ("01/2025", "06/2025", "XML-PERIOD"),
        ("01/2026", "12/2026", "XML-PERIOD-DISAGREES"),
        ("02/2026", "06/2026", "XML-PERIOD-DISAGREES"),
    ],
)
def test_months_that_are_no_half_of_the_year_are_said(first: str, last: str, code: str) -> None:
    header = {"kieuKy": "N", "kyKKhai": "2026", "kyKKhaiTuThang": first, "kyKKhaiDenThang": last}
    _, findings = period_xml.read(header)
    assert [found.code for found in findings] == [code]
