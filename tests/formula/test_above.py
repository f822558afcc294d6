"""``above([column])``: what the rows above come to, so that shares of a whole make the whole."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khaithue.formula.check import check
from khaithue.formula.compile import compile_python, faults
from khaithue.formula.evaluate import Scene
from khaithue.formula.source import Type
from khaithue.formula.syntax import Ref
from khaithue.formula.trace import explain
from tests.formula.toy_source import data, figures_of, source, three_ways

SPLIT = "round(form[a] * (above([2]) + [2]) / 100) - round(form[a] * above([2]) / 100)"


def page(whole: str, *values: dict[str, Any]) -> dict[str, Any]:
    return data({"a": whole}, tables={"people": [{"values": each, "children": {}} for each in values]})


def test_the_first_row_has_nothing_above_it_and_blanks_count_for_nothing() -> None:
    rows = page("0", {"1": "5"}, {}, {"1": "7"}, {"1": "-2"})
    assert three_ways(source("above([1])", part="people"), rows, "people") == [0, 5, 5, 12]


def test_decimals_are_added_exactly() -> None:
    rows = page("0", {"2": "0.1"}, {"2": "0.2"}, {"2": "33.33"}, {})
    decimals = three_ways(source("above([2]) * 100", Type.DECIMAL, "people"), rows, "people")
    assert decimals == [0, 10, 30, 3363]


def test_a_condition_may_ask_for_it() -> None:
    rows = page("0", {"1": "5"}, {"1": "6"}, {"1": "1"})
    assert three_ways(source("if(above([1]) > 5, 1, 0)", part="people"), rows, "people") == [0, 0, 1]


def test_a_tax_of_100_in_three_thirds_is_33_34_33() -> None:
    """Cumulated: 33.33 -> 33, 66.66 -> 67, 100 -> 100."""
    rows = page("100", {"2": "33.33"}, {"2": "33.33"}, {"2": "33.34"})
    assert three_ways(source(SPLIT, part="people"), rows, "people") == [33, 34, 33]


@given(whole=st.integers(0, 10**13), cuts=st.lists(st.integers(0, 10_000), max_size=6))
@settings(max_examples=60, deadline=None)
def test_shares_that_make_a_hundred_split_any_whole_to_the_last_dong(whole: int, cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), 10_000]
    shares = [last - first for first, last in pairwise(ends)]
    rows = page(str(whole), *({"2": f"{share / 100:.2f}"} for share in shares))
    parts = three_ways(source(SPLIT, part="people"), rows, "people")
    assert sum(parts) == whole
    for part, share in zip(parts, shares, strict=True):
        assert abs(part * 10_000 - whole * share) <= 10_000


def test_the_explanation_names_what_stands_above() -> None:
    form = source("above([1]) + [1]", part="people")
    figures = figures_of(form, page("0", {"1": "5"}, {"1": "7"}))
    compile_python(form).compute(figures)
    bound, _ = check(form)
    said = explain(bound, Ref("people", "z"), Scene(form, figures, "people", figures.rows["people"][1]))
    assert [(each.cell, each.label, each.value) for each in said.operands] == [
        ("above([1])", "column 1", 5),
        ("people[1]", "column 1", 7),
    ]


@pytest.mark.parametrize(
    ("formula", "part", "told"),
    [
        ("above([a])", "form", "stands in a column"),
        ("above([1])", "kids", "stands in a column of a table that lies in no other"),
        ("above(form[a])", "people", "is no column of people"),
        ("above([5])", "people", "a number is wanted, not a text"),
        ("above([z])", "people", "z"),
        ("above(1)", "people", "above([column])"),
    ],
)
def test_it_is_refused_elsewhere(formula: str, part: str, told: str) -> None:

    found = faults(source(formula, part=part))
    assert len(found) == 1
    assert told in found[0]
