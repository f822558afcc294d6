"""Why a box holds what it holds."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from khaithue.formula.trace import Taken
from khaithue.obligations.period import Period
from khaithue.returns.explain import explain
from khaithue.returns.load import load
from khaithue.returns.model import Return
from tests.returns.toy_return import HEADER, TEXT, person, toy


def family() -> Return:
    people = (person({"3": 20_000_000}), person({"3": 21_000_000}, 400_000, 600_000))
    values = {"22": 5_000_000, "23": 1000, "24": Decimal(10)}
    return toy(values, tables={"people": people})


def test_a_box_is_explained_by_its_formula_its_law_and_its_operands() -> None:
    box = explain(family(), "25")
    assert box is not None
    assert (box.value, box.formula, box.law) == (100, "round([23] * [24] / 100)", "Điều 9")
    assert [(each.cell, each.label, each.value) for each in box.operands] == [
        ("23", "Doanh thu", 1000),
        ("24", "Tỷ lệ", 10),
    ]


def test_the_branch_that_was_taken_is_named() -> None:
    box = explain(family(), "43")
    assert box is not None
    assert box.value == 5_000_000 - 100 - 3_000_000
    assert box.taken == (Taken("max(0, [22] - [25] - PL_A[9])", "[22] - [25] - PL_A[9]"),)


def test_a_figure_the_formula_leaves_to_the_taxpayer_is_said_to_be_theirs() -> None:
    form = load(TEXT.replace('"max(0, [22] - [25] - PL_A[9])"', '"if([21], entered, [22])"'), "toy.toml")
    typed = Return(form, Period.parse("2026-05"), HEADER, {"21": True, "22": 5, "43": 7})
    box = explain(typed, "43")
    assert box is not None
    assert (box.value, box.is_entered) == (7, True)
    assert box.taken == (Taken("if([21], entered, [22])", "entered"),)
    computed = explain(replace(typed, values={**typed.values, "21": False}), "43")
    assert computed is not None
    assert (computed.value, computed.is_entered) == (5, False)


def test_operands_are_explained_down_to_the_depth_asked() -> None:
    box = explain(family(), "43", depth=2)
    assert box is not None
    assert [each.cell for each in box.operands] == ["22", "25", "PL_A[9]"]
    assert [each.cell for each in box.operands[1].operands] == ["23", "24"]
    assert [(each.cell, each.value, each.rows) for each in box.operands[2].operands] == [
        ("sum(people[thue])", 3_000_000, 2)
    ]


def test_a_column_is_explained_in_its_row_with_the_scale_in_force() -> None:
    box = explain(family(), "people[thue]", row=2)
    assert box is not None
    assert (box.value, box.law) == (1_500_000, "Điều 22")
    assert [(each.cell, each.value, each.rows) for each in box.operands] == [
        ("people[3]", 21_000_000, None),
        ("sum(kids[2])", 1_000_000, 2),
    ]
    (scale,) = box.rates
    assert scale.name == "pit_wages_month"
    assert scale.valid_from.year == 2026
    assert scale.law


def test_a_box_that_was_given_has_neither_formula_nor_operands() -> None:
    box = explain(family(), "24")
    assert box is not None
    assert (box.value, box.formula, box.operands) == (Fraction(10), "", ())


def test_a_blank_choice_names_no_branch() -> None:
    box = explain(toy(), "43")
    assert box is not None
    assert (box.value, [taken.branch for taken in box.taken]) == (None, [""])


def test_there_is_no_explanation_of_what_is_not_there() -> None:
    assert explain(family(), "99") is None
    assert explain(family(), "3", table="people", row=3) is None
    assert explain(family(), "3", table="people") is None
    assert explain(family(), "cats[3]", row=1) is None
