"""Each finding about a return's figures, with what just fails to be one."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from khaithue import law
from khaithue.returns.check import check
from khaithue.returns.compute import compute
from khaithue.returns.findings import Level, finding
from khaithue.returns.model import Return, Row
from tests.returns.generate import returns_of
from tests.returns.toy_return import FORM, HEADER, found, person, toy


def said(ret: Return) -> list[tuple[str, str, int | None]]:
    return found(check(compute(ret)))


@pytest.mark.near_miss("RET-CHOICE", "RET-DATE", "RET-MIN", "RET-MONTH", "RET-REQUIRED")
def test_a_sound_return_has_no_findings() -> None:
    people = (person({"2": "0100109106", "3": 20_000_000}, 1_000_000),)
    values = {
        "hoat_dong": "01",
        "ngay": "2028-02-29",
        "thang": "2026-12",
        "22": 0,
        "23": 9,
        "24": Decimal("0.5"),
    }
    assert said(toy(values, tables={"people": people})) == []


@pytest.mark.error(each="code")
@pytest.mark.parametrize(
    ("values", "code", "cell"),
    [
        ({"22": -1}, "RET-MIN", "22"),
        ({"hoat_dong": "02"}, "RET-CHOICE", "hoat_dong"),
        ({"ngay": "2027-02-29"}, "RET-DATE", "ngay"),
        ({"ngay": "28/02/2027"}, "RET-DATE", "ngay"),
        ({"thang": "2026-13"}, "RET-MONTH", "thang"),
        ({"thang": "05/2026"}, "RET-MONTH", "thang"),
        ({"23": "5"}, "RET-TYPE", "23"),
        ({"23": Decimal(5)}, "RET-TYPE", "23"),
        ({"23": True}, "RET-TYPE", "23"),
        ({"24": Decimal("NaN")}, "RET-TYPE", "24"),
        ({"21": 1}, "RET-TYPE", "21"),
        ({"hoat_dong": 0}, "RET-TYPE", "hoat_dong"),
        ({"99": 1}, "RET-BOX", "99"),
    ],
)
def test_a_wrong_figure_is_found_at_its_box(values: dict[str, Any], code: str, cell: str) -> None:
    assert found(check(toy(values))) == [(code, cell, None)]


def test_a_wrong_figure_counts_as_blank_in_what_is_computed_from_it() -> None:
    assert found(check(toy({"23": "5", "24": Decimal(10), "25": None}))) == [("RET-TYPE", "23", None)]


@pytest.mark.error(each="code")
@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("0100109107", "RET-TAXID-DIGIT"),
        ("0100109107-001", "RET-TAXID-DIGIT"),
        ("010010910", "RET-TAXID"),
        ("0100109106-000", "RET-TAXID"),
        ("01001O9106", "RET-TAXID"),
    ],
)
def test_a_tax_code_is_held_against_its_check_digit(number: str, code: str) -> None:
    people = (person({"2": "0100109106-001"}), person({"2": number}))
    assert said(toy(tables={"people": people})) == [(code, "people[2]", 2)]
    assert said(toy(header={**HEADER, "mst": number})) == [(code, "05", None)]


@pytest.mark.near_miss("RET-TAXID", "RET-TAXID-DIGIT")
@pytest.mark.parametrize("number", ["0100109106", "0100109106001", "079085000001"])
def test_ten_thirteen_and_twelve_digits_are_tax_codes(number: str) -> None:
    assert said(toy(tables={"people": (person({"2": number}),)})) == []


@pytest.mark.error("RET-REQUIRED")
def test_a_required_box_must_be_filled_in_the_header_and_in_each_row() -> None:
    rows = (person({}), Row({}), Row({"1": ""}))
    assert said(toy(header={"mst": ""}, tables={"people": rows})) == [
        ("RET-REQUIRED", "04", None),
        ("RET-REQUIRED", "people[1]", 2),
        ("RET-REQUIRED", "people[1]", 3),
    ]


@pytest.mark.error(each="code")
@pytest.mark.parametrize(("period", "code"), [("2026", "RET-PERIOD-KIND"), ("2026-05-20", "RET-PERIOD-KIND")])
def test_a_form_is_filed_for_its_kinds_of_period_only(period: str, code: str) -> None:
    assert said(toy(period=period)) == [(code, "", None)]
    assert said(toy(period="2026-Q2")) == []


@pytest.mark.error("RET-PERIOD-VALID")
@pytest.mark.parametrize("period", ["2023-12", "2028-01"])
def test_a_form_is_filed_for_periods_it_is_in_force_in(period: str) -> None:
    assert said(toy(period=period)) == [("RET-PERIOD-VALID", "", None)]


@pytest.mark.near_miss("RET-PERIOD-KIND")
@pytest.mark.parametrize("period", ["2024-01", "2027-12"])
def test_the_first_and_last_period_in_force_are_fine(period: str) -> None:
    assert said(toy(period=period)) == []


def test_a_declared_figure_that_differs_from_the_computed_is_found_with_both() -> None:
    (only,) = check(toy({"23": 1000, "24": Decimal(10), "25": 101}))
    assert (only.code, only.cell, only.level, only.law) == ("RET-DIFFERS", "25", Level.ERROR, "Điều 9")
    assert only.message.en == "Box [25] Thuế says 101, the form computes 100."
    assert check(toy({"23": 1000, "24": Decimal(10), "25": 100})) == []


def test_a_zero_declared_where_the_form_computes_nothing_is_no_difference() -> None:
    assert check(toy({"25": 0, "43": 0, "27": Decimal("0.0")})) == []


def test_a_differing_column_is_found_at_its_row() -> None:
    rows = (person({"3": 20_000_000, "thue": 1_500_000}), person({"3": 20_000_000, "thue": 1_650_000}))
    declared = toy({"26": 2}, totals={"PL_A": {"9": 3_000_000}}, tables={"people": rows})
    assert found(check(declared)) == [("RET-DIFFERS", "people[thue]", 2)]


def test_a_rule_of_the_form_is_found_at_its_box_with_its_level() -> None:
    (only,) = check(compute(toy({"22": 6, "23": 5})))
    assert (only.code, only.cell, only.level, only.law) == ("TOY-22", "22", Level.WARNING, "Điều 3")
    assert check(compute(toy({"22": 5, "23": 5}))) == []


def test_a_rule_of_rows_is_found_at_each_row() -> None:
    people = (person({"3": 5}, 5), person({"3": 5}, 4, 2), person({"3": 5}, 6))
    assert said(toy(tables={"people": people})) == [
        ("TOY-3", "people[3]", 2),
        ("TOY-3", "people[3]", 3),
        ("TOY-K", "kids[2]", 4),
    ]


def test_every_code_of_this_room_has_an_example() -> None:
    examples = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert [code for code in law.document("errors/returns.toml") if f'"{code}"' not in examples] == []


def test_an_unknown_code_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        finding("RET-NOTHING")


@pytest.mark.near_miss("RET-PERIOD-VALID")
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(ret=returns_of(FORM))
def test_a_computed_return_has_no_figure_that_differs(ret: Return) -> None:
    codes = {each.code for each in check(compute(ret))}
    assert codes <= {"TOY-22", "TOY-3", "TOY-K", "RET-PERIOD-VALID"}


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(ret=returns_of(FORM))
def test_computing_twice_changes_nothing_and_the_return_given_stays(ret: Return) -> None:
    before = (dict(ret.values), dict(ret.totals), dict(ret.tables))
    once = compute(ret)
    assert compute(once) == once
    assert (ret.values, ret.totals, ret.tables) == before


def messages(ret: Return) -> list[tuple[str, str]]:
    return [(each.message.vi, each.message.en) for each in check(compute(ret))]


def test_a_message_names_the_box_as_the_paper_does() -> None:
    assert messages(toy({"22": -1, "hoat_dong": "02"})) == [
        (
            "Chỉ tiêu Hoạt động: không nhận “02”; các giá trị cho phép: 00, 01.",
            "Box Hoạt động does not take “02”; it takes: 00, 01.",
        ),
        (
            "Chỉ tiêu [22] Kỳ trước chuyển sang: -1 nhỏ hơn mức thấp nhất 0.",
            "Box [22] Kỳ trước chuyển sang is -1, less than the least allowed, 0.",
        ),
    ]


def test_a_message_about_a_row_names_the_appendix_the_column_and_the_row() -> None:
    people = (person({}), Row({"3": 5}), person({}))
    assert messages(toy(tables={"people": people})) == [
        (
            "Chỉ tiêu 01-1/TOY, [1] Họ tên, dòng 2: bắt buộc phải có.",
            "Box 01-1/TOY, [1] Họ tên, row 2 must be filled.",
        )
    ]
    wrong = toy(totals={"PL_A": {"9": 7}}, tables={"people": (person({}),)})
    (said_of_total,) = [each for each in check(wrong) if each.cell == "PL_A[9]"]
    assert said_of_total.message.vi == "Chỉ tiêu 01-1/TOY, [9] Tổng thuế: khai 7, tính ra —."
