"""khaithue late: days late, fine and interest."""

import pytest

from tests.cli.cli_runs import khaithue

AUGUST = ("late", "01/gtgt", "2026-07")
"""Due on 20/8/2026."""


@pytest.mark.error("LATE-ESTIMATE")
@pytest.mark.near_miss("LATE-UNSURE")
def test_a_return_eleven_days_late_with_ten_million_of_tax() -> None:
    """20/8 → 31/8: 11 days, frame 2–5 million; interest 21–30/8, 10 days × 0.03 % = 30,000."""
    said = khaithue(*AUGUST, "--filed", "2026-08-31", "--tax", "10000000", "--json")
    assert (said.code, said.codes) == (0, ["LATE-ESTIMATE"])
    found = said.json
    assert (found["code"], found["due"], found["days_late"]) == ("01/GTGT", "2026-08-20", 11)
    assert found["fine"] == {
        "kind": "amount",
        "least": 2_000_000,
        "most": 5_000_000,
        "usual": 3_500_000,
        "law": "Khoản 2 Điều 13 Nghị định 125/2020/NĐ-CP",
        "confidence": "high",
    }
    assert found["individual_fine"] == {
        "kind": "amount",
        "least": 1_000_000,
        "most": 2_500_000,
        "usual": 1_750_000,
        "law": "Khoản 2 Điều 13 Nghị định 125/2020/NĐ-CP; Điều 5, khoản 4 Điều 7 Nghị định 125/2020/NĐ-CP",
        "confidence": "high",
    }
    assert found["interest"] == {
        "days": 10,
        "amount": 30_000,
        "laws": ["Điều 16 Luật Quản lý thuế 108/2025/QH15"],
    }


def test_people_see_a_small_table() -> None:
    said = khaithue(*AUGUST, "--filed", "2026-08-31", "--tax", "10000000", "--lang", "en", COLUMNS="120")
    assert "2.000.000 – 5.000.000" in said.out
    assert "30.000" in said.out
    assert "Late-payment interest (10 days)" in said.out
    assert "Phạt cảnh cáo" in khaithue(*AUGUST, "--filed", "2026-08-24", "--mitigating", "1").out
    evasion = khaithue(*AUGUST, "--filed", "2026-12-31", "--tax", "10000000", "--unpaid", COLUMNS="120")
    assert "10.000.000 – 30.000.000" in evasion.out


def test_the_fine_of_an_individual_stands_beside_that_of_an_organisation_unless_asked_for_alone() -> None:
    filed = (*AUGUST, "--filed", "2026-08-31")
    both = khaithue(*filed, COLUMNS="120").out
    assert "2.000.000 – 5.000.000" in both
    assert "Khung tiền phạt với cá nhân, hộ kinh doanh" in both
    assert "1.000.000 – 2.500.000" in both
    alone = khaithue(*filed, "--individual", COLUMNS="120").out
    assert alone.count("1.000.000 – 2.500.000") == 1
    assert "2.000.000 – 5.000.000" not in alone
    evasion = (*AUGUST, "--filed", "2026-12-31", "--tax", "10000000", "--unpaid", "--json")
    assert khaithue(*evasion).json["individual_fine"] is None


@pytest.mark.near_miss("CLI-LATE-EARLY", "LATE-ESTIMATE")
def test_in_time_costs_nothing() -> None:
    said = khaithue(*AUGUST, "--filed", "2026-08-20", "--tax", "10000000", "--json")
    assert (said.json["days_late"], said.json["fine"]["kind"], said.codes) == (0, "none", [])
    assert "Nộp đúng hạn." in khaithue(*AUGUST, "--filed", "2026-08-20").out


@pytest.mark.error("LATE-REFUND")
@pytest.mark.near_miss("LATE-REFUND")
def test_an_individual_without_tax_is_told_of_the_refund_and_one_with_tax_is_not() -> None:
    own = ("late", "02/QTT-TNCN", "2025", "--filed", "2026-06-01", "--individual", "--json")
    assert khaithue(*own).codes == ["LATE-ESTIMATE", "LATE-REFUND"]
    assert khaithue(*own, "--tax", "1").codes == ["LATE-ESTIMATE"]


@pytest.mark.error("LATE-UNSURE")
@pytest.mark.near_miss("LATE-NO-LAW")
def test_an_old_law_not_compared_says_so() -> None:
    said = khaithue("late", "01/GTGT", "2018-01", "--filed", "2018-03-01", "--json")
    assert said.codes == ["LATE-ESTIMATE", "LATE-UNSURE"]


@pytest.mark.error(each="code")
@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("01/GTGT", "2026-07", "--filed", "mai"), "CLI-DATE"),
        (("01/GTGT", "2026-07", "--filed", "2026-06-30"), "CLI-LATE-EARLY"),
        (("01/GTGT", "2013-01", "--filed", "2013-12-14"), "LATE-NO-LAW"),
        (("99/XYZ", "2026-07", "--filed", "2026-08-20"), "UNKNOWN-FORM"),
        (("01/GTGT", "2026-07"), "CLI-MISSING"),
    ],
)
def test_what_cannot_be_told_is_unusable(args: tuple[str, ...], code: str) -> None:
    said = khaithue("late", *args, "--json")
    assert (said.code, said.codes) == (2, [code])
    assert khaithue("late", "01/GTGT", "2013-01", "--filed", "2013-12-15", "--json").code == 0
    assert khaithue(*AUGUST, "--filed", "2026-07-01", "--json").code == 0
