"""What each sign of the notation means; every figure is computed in Python, in V8 and off the tree."""

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khaithue.formula.check import check
from khaithue.formula.compile import compile_javascript, compile_python, faults
from khaithue.formula.evaluate import Scene, holds
from khaithue.formula.source import Cell, Rule, Type
from tests.formula.toy_source import PLACE, data, engine, figures_of, source, three_ways, value


def rows(*values: dict[str, Any]) -> dict[str, Any]:
    return data(tables={"people": [{"values": each, "children": {}} for each in values]})


def test_a_sum_passes_over_blank_boxes() -> None:
    assert value("[a] - [b] + [c]", a="10", c="3") == 13


def test_a_sum_is_blank_when_all_its_boxes_are_blank() -> None:
    assert value("[a] - [b] + [c]") is None


def test_zero_is_not_blank() -> None:
    assert value("[a] - [b]", b="0") == 0


def test_a_constant_never_fills_a_blank() -> None:
    assert value("[a] + 5") is None
    assert value("[a] + 5", a="0") == 5


def test_a_rate_never_fills_a_blank() -> None:
    assert value("[a] + rate(self)") is None
    assert value("[a] + rate(self)", a="1") == 16


def test_parentheses_change_no_blank() -> None:
    assert value("[a] - ([b] - 5)", a="1") == 6
    assert value("([a] + 5) + [b]", b="3") == 8


def test_max_and_min_pass_over_blanks_and_a_constant_fills_none() -> None:
    assert value("max(0, [a] - [b])") is None
    assert value("max(0, [a] - [b])", a="3", b="5") == 0
    assert value("max([a], [b], [c])", a="-7", c="-9") == -7
    assert value("min([a], [b], 4)", b="9") == 4
    assert value("min([a], [b])", a="9") == 9


def test_a_product_with_a_blank_box_is_blank() -> None:
    assert value("[a] * [b]", a="3") is None
    assert value("[a] * [b]", a="3", b="-4") == -12


def test_a_quotient_is_an_exact_fraction_until_it_is_rounded() -> None:
    assert value("round([a] / [b] * [b])", a="7", b="3") == 7
    assert value("round([a] / [b])", a="7", b="-2") == -4


@pytest.mark.parametrize(("a", "rounded"), [("5", 3), ("-5", -3), ("4", 2), ("3", 2), ("-3", -2), ("1", 1)])
def test_a_half_is_rounded_away_from_zero(a: str, rounded: int) -> None:
    assert value("round([a] / 2)", a=a) == rounded


def test_a_division_by_zero_is_blank() -> None:
    assert value("round([a] / [b])", a="7", b="0") is None
    assert value("round([a] / ([b] - [c]) + 1)", a="7", b="2", c="2") is None


def test_a_comparison_reads_a_blank_amount_as_zero() -> None:
    assert value("if([a] <= 0, 1, 2)") == 1
    assert value("if([a] = [b], 1, 2)", b="0") == 1
    assert value("if([n] < 1 / 3, 1, 2)", n="0.3333") == 1


def test_a_comparison_reads_a_blank_text_as_empty() -> None:
    assert value('if([t] = "", 1, 2)') == 1
    assert value("if([t] = [u], 1, 2)", t="x") == 2
    assert value('if([t] = "“x” Đồng", 1, 2)', t="“x” Đồng") == 1


def test_a_blank_flag_is_false() -> None:
    assert value("if([f], 1, 2)") == 2
    assert value("if(not [f] and ([g] or 1 < 2), 1, 2)", g=False) == 1
    assert value("if([f] = [g], 1, 2)", g=False) == 1


def test_dates_and_months_are_compared_by_the_calendar() -> None:
    assert value('if([d] >= "2026-01-01", 1, 2)', d="2025-12-31") == 2
    assert value('if([m] < "2026-01", 1, 2)', m="2025-12") == 1


def test_months_are_counted_from_first_to_last() -> None:
    later = Cell("o", Type.MONTH)
    form = source("months([m], [o])", o=later)
    assert three_ways(form, data({"m": "2025-11", "o": "2026-02"})) == [4]
    assert three_ways(form, data({"m": "2026-02", "o": "2025-11"})) == [0]
    assert three_ways(form, data({"m": "2026-02"})) == [None]


def test_a_rate_is_that_of_the_first_day_of_the_period() -> None:
    form = source("[a] * rate(self)")
    assert three_ways(form, data({"a": "2"}, period="2025-12-01")) == [22]
    assert three_ways(form, data({"a": "2"}, period="2026-01-01")) == [30]


def test_a_rate_that_has_ended_is_blank() -> None:
    assert value("round([a] * rate(ended))", a="100") is None


def test_a_rate_is_an_exact_fraction() -> None:
    assert value("round([a] * rate(third) * 3)", a="100000000000000000001") == 100000000000000000001


@pytest.mark.parametrize(
    ("a", "tax"),
    [("-5", "0"), ("0", "0"), ("10", "0.5"), ("11", "0.6"), ("30", "2.5"), ("31", "2.85"), ("130", "37.5")],
)
def test_a_scale_taxes_each_bracket_at_its_own_rate(a: str, tax: str) -> None:
    assert value("scale(steps, [a])", Type.DECIMAL, a=a) == Fraction(tax)


def test_a_scale_of_a_fraction_is_exact() -> None:
    assert value("scale(steps, [a] / 4)", Type.DECIMAL, a="41") == Fraction("0.525")


def test_a_decimal_box_keeps_every_digit() -> None:
    assert value("[n] + [k]", Type.DECIMAL, n="0.1", k="0.2") == Fraction("0.3")
    assert value("-[n]", Type.DECIMAL, n="1.50") == Fraction("-1.5")


def test_present_asks_whether_a_box_is_filled() -> None:
    assert value("if(present([a]), 1, 2)", a="0") == 1
    assert value("if(present([t]), 1, 2)", t="") == 2
    assert value("if(present([f]), 1, 2)", f=False) == 1


def test_present_asks_whether_an_appendix_or_a_table_is_filled() -> None:
    assert value("if(present(APP), 1, 2)") == 2
    assert value("if(present(APP), 1, 2)", given=data(totals={"APP": {}})) == 1
    assert value("if(present(people), 1, 2)", given=data(totals={"APP": {}})) == 2
    assert value("if(present(people), 1, 2)", given=rows({})) == 1


def test_a_box_of_an_absent_appendix_is_blank() -> None:
    assert value("[a] + APP[9]", a="1") == 1
    assert value("[a] + APP[9]", given=data({"a": "1"}, totals={"APP": {"9": "5"}})) == 6


def test_a_column_is_summed_over_the_rows_that_meet_the_condition() -> None:
    page = rows({"1": "5", "3": True}, {"1": "7"}, {"3": True}, {"1": "11", "3": True})
    assert value("sum(people[1])", given=page) == 23
    assert value("sum(people[1] where [3])", given=page) == 16
    assert value("sum(people[1] where [3] and [1] > 100)", given=page) is None


def test_the_sum_of_no_rows_is_blank() -> None:
    assert value("sum(people[1])") is None
    assert value("sum(people[1])", given=rows({}, {"3": True})) is None


def test_decimal_columns_are_summed_exactly() -> None:
    page = rows({"2": "0.1"}, {"2": "0.25"}, {"2": "-3"})
    assert value("sum(people[2])", Type.DECIMAL, page) == Fraction("-2.65")


def test_rows_are_counted_and_none_are_zero_in_a_present_appendix() -> None:
    assert value("count(people)", given=rows({}, {})) == 2
    assert value("count(people where [1] > 1)", given=rows({"1": "2"}, {})) == 1
    assert value("count(people)", given=data(totals={"APP": {}})) == 0


def test_a_count_in_an_absent_appendix_is_blank() -> None:
    assert value("count(people)") is None
    assert value("count(people where [3])") is None


FAMILY = data(
    {"a": "100"},
    tables={
        "people": [
            {"values": {"1": "5"}, "children": {"kids": [{"values": {"1": "1"}}, {"values": {"1": "2"}}]}},
            {"values": {"1": "7"}, "children": {}},
            {"values": {}, "children": {"kids": [{"values": {"1": "9"}}]}},
        ]
    },
)


def test_a_row_reads_its_own_columns_and_the_form() -> None:
    assert three_ways(source("[1] + form[a]", part="people"), FAMILY, "people") == [105, 107, 100]


def test_a_row_sums_the_rows_within_it() -> None:
    assert three_ways(source("sum(kids[1])", part="people"), FAMILY, "people") == [3, None, 9]
    assert three_ways(source("count(kids)", part="people"), FAMILY, "people") == [2, 0, 1]
    assert three_ways(source("count(kids where [1] > 1)", part="people"), FAMILY, "people") == [1, 0, 1]


def test_a_row_within_a_row_reads_the_row_it_lies_in() -> None:
    assert three_ways(source("[1] + up[1]", part="kids"), FAMILY, "kids") == [6, 7, 9]


def test_a_nested_table_is_summed_over_all_rows_from_outside() -> None:
    assert value("sum(kids[1])", given=FAMILY) == 12
    assert value("sum(kids[1] where up[1] > 0)", given=FAMILY) == 3
    assert value("count(kids)", given=FAMILY) == 3


def test_a_share_of_the_whole_table_is_taken_of_each_row() -> None:
    form = source("round([1] * 100 / sum(people[1]))", part="people")
    assert three_ways(form, FAMILY, "people") == [42, 58, None]


def test_a_computed_column_is_summed_after_it_is_computed() -> None:
    form = source("sum(people[6])")
    people = form.parts["people"]
    doubled = replace(people, cells={**people.cells, "6": Cell("6", Type.WHOLE, calc="[1] * 2")})
    assert three_ways(replace(form, parts={**form.parts, "people": doubled}), FAMILY) == [24]


def test_boxes_wait_for_the_boxes_they_read_whatever_their_order() -> None:
    first = Cell("y", Type.WHOLE, calc="[x] + 1")
    second = Cell("x", Type.WHOLE, calc="[a] * 2")
    assert three_ways(source("[y] + [x]", y=first, x=second), data({"a": "5"})) == [21]


def test_entered_is_what_the_taxpayer_typed_in_the_very_box() -> None:
    assert value("if([f], entered, [a])", f=True, z="7", a="5") == 7
    assert value("if([f], entered, [a])", f=True, a="5") is None
    assert value("if([f], entered, [a])", z="7", a="5") == 5
    assert value("if([f], 0, if([g], [a], entered))", Type.DECIMAL, z="7.25", a="5") == Fraction("7.25")


def test_what_was_typed_in_a_row_is_that_rows() -> None:
    form = source("if([3], entered, [1] * 2)", part="people")
    page = rows({"1": "5", "3": True, "z": "9"}, {"1": "7", "z": "8"}, {"3": True})
    assert three_ways(form, page, "people") == [9, 14, None]


def test_a_box_computed_twice_keeps_what_was_typed_and_what_was_computed() -> None:
    form = source("if([f], entered, [a])")
    for flag, kept in ((True, 7), (False, 5)):
        figures = figures_of(form, data({"f": flag, "z": "7", "a": "5"}))
        for _ in range(2):
            compile_python(form).compute(figures)
            assert figures.boxes["form"]["z"] == kept


@pytest.mark.parametrize(
    "calc",
    [
        "entered",
        "entered + 1",
        "round(entered)",
        "if(entered > 3, 1, entered)",
        "if([f], max(0, entered), 1)",
        "sum(people[1] where entered > 1)",
    ],
)
def test_entered_stands_as_a_branch_of_an_if_alone(calc: str) -> None:
    assert faults(source(calc)) == [
        "toy.toml:7: [z] calc: column 1: entered stands as a branch of an if, alone"
    ]


def test_entered_agrees_with_the_kind_of_its_box() -> None:
    assert "gives a decimal number" in faults(source("if([f], entered, [n])"))[0]
    assert (
        "one branch is a text, the other a whole number"
        in faults(source("if([f], entered, 1)", Type.TEXT))[0]
    )


def test_entered_stands_in_no_prefill_and_no_check() -> None:
    prefilled = source("[a]", x=Cell("x", Type.WHOLE, prefill="if([f], entered, 1)", place=PLACE))
    asked = replace(
        source("[a]"), rules=(Rule("R", "count(kids) = count(people) and entered > 1", place=PLACE),)
    )
    for form in (prefilled, asked):
        assert any("entered stands in the calc of a box only" in fault for fault in faults(form))


def test_a_box_may_wait_for_a_typed_box_but_not_in_a_ring() -> None:
    other = Cell("x", Type.WHOLE, calc="[z] * 2", place=PLACE)
    assert faults(source("if([f], entered, [a])", x=other)) == []
    assert "wait for one another" in faults(source("if([x] > 1, entered, [a])", x=other))[0]


def test_a_form_may_compute_nothing() -> None:
    assert faults(source("")) == []


def test_a_header_box_is_its_text() -> None:
    form = source('if(form[x] = "CÔNG TY A", 1, 2)', x=Cell("x", Type.TEXT, header="tenNNT"))
    assert three_ways(form, data(header={"tenNNT": "CÔNG TY A"})) == [1]
    assert three_ways(form, data()) == [2]


def test_row_is_the_place_of_the_row_in_its_table() -> None:
    page = rows({"1": "5"}, {}, {"1": "7"})
    assert three_ways(source("row", part="people"), page, "people") == [1, 2, 3]
    assert three_ways(source("[1] + row", part="people"), page, "people") == [6, 2, 10]


def test_a_nested_row_is_counted_within_the_row_it_lies_in() -> None:
    kid: dict[str, Any] = {"values": {}}
    page = data(
        tables={"people": [{"values": {}, "children": {"kids": kids}} for kids in ([kid] * 2, [], [kid] * 3)]}
    )
    assert three_ways(source("row", part="kids"), page, "kids") == [1, 2, 1, 2, 3]


def test_the_period_is_asked_by_its_days_and_its_months() -> None:
    assert value("if([d] < period_start, 1, if([d] > period_end, 2, 3))", d="2026-04-30") == 1
    assert value("if([d] < period_start, 1, if([d] > period_end, 2, 3))", d="2026-05-01") == 3
    assert value("if([d] < period_start, 1, if([d] > period_end, 2, 3))", d="2026-08-01") == 2
    assert value("period_months") == 3
    assert value("[a] + period_months") is None
    assert value("period_end", Type.DATE) == "2026-07-31"


def test_a_day_beside_a_month_counts_as_its_month() -> None:
    assert value("if([m] < period_start, 1, 2)", m="2026-05") == 2
    assert value("if([m] < period_start, 1, 2)", m="2026-04") == 1
    assert value("if(period_end >= [m], 1, 2)", m="2026-07") == 1
    assert value("if([m] = [d], 1, 2)", m="2026-07", d="2026-07-15") == 1
    assert value("months([m], period_end)", m="2026-06") == 2


def test_blank_is_nothing_in_a_branch() -> None:
    assert value("if([f], blank, 5)", f=True) is None
    assert value("if([f], blank, 5)") == 5
    assert value("if([f], if([g], 1, blank), blank)", f=True, g=True) == 1
    assert value('if([f], blank, "x")', Type.TEXT, f=True) is None
    assert value("[a] + if([f], blank, 5)", f=True, a="1") == 1


def unmet_three_ways(rule: str, page: dict[str, Any], each: str = "people") -> list[int]:
    """The numbers of the rows that do not meet the rule; the three ways must agree."""
    toy = source("1")
    form = replace(toy, rules=(*toy.rules, Rule("R", rule, each, PLACE)))
    figures = figures_of(form, page)
    in_python = [found.row for found in compile_python(form).unmet(figures)]
    (_, (_, expr)) = check(form)[0].rules
    scenes = [Scene(form, figures, each, row) for row in figures.rows[each]]
    engine().eval(compile_javascript(form))
    answer = engine().eval(f"JSON.stringify(khaithue.forms.toy.check({json.dumps(page)}))")
    in_javascript = [found["row"] for found in json.loads(str(answer))]
    assert in_python == in_javascript
    assert in_python == [place for place, scene in enumerate(scenes, 1) if not holds(expr, scene)]
    return [place for place in in_python if place]


def test_repeated_is_true_of_every_row_that_holds_what_another_holds() -> None:
    page = rows({"5": "A"}, {"5": "B"}, {"5": "A"}, {"5": ""}, {})
    assert unmet_three_ways("not repeated([5])", page) == [1, 3]


def test_repeated_columns_are_the_same_together_and_none_is_blank() -> None:
    page = rows(
        {"5": "A", "4": "2026-01"},
        {"5": "A", "4": "2026-02"},
        {"5": "A", "4": "2026-02"},
        {"5": "A"},
        {"5": "A"},
    )
    assert unmet_three_ways("not repeated([5], [4])", page) == [2, 3]


def test_what_is_repeated_is_counted_in_a_where() -> None:
    page = rows({"5": "A"}, {"5": "B"}, {"5": "A"})
    assert unmet_three_ways("count(people where repeated([5])) = 2 and not repeated([5])", page) == [1, 3]


def test_a_nested_row_is_held_against_the_rows_of_every_parent() -> None:
    people = [{"values": {}, "children": {"kids": [{"values": {"1": one}}]}} for one in ("7", "8", "07")]
    page = data(tables={"people": people})
    form = "not repeated([1])"
    assert unmet_three_ways(form, page, "kids") == [1, 3]
    assert unmet_three_ways("row = 1", page, "kids") == []


KEYS = st.fixed_dictionaries({}, optional={"5": st.sampled_from(["x", "y", ""]), "1": st.sampled_from("123")})


@settings(max_examples=60, deadline=None)
@given(table=st.lists(KEYS, max_size=6), rule=st.sampled_from(["[5]", "[1]", "[1], [5]", "[5], [1]"]))
def test_repeated_is_the_same_everywhere(table: list[dict[str, Any]], rule: str) -> None:
    unmet_three_ways(f"not repeated({rule})", rows(*table))


def test_a_hundred_thousand_rows_are_held_against_each_other_in_linear_time() -> None:
    toy = source("1")
    form = replace(toy, rules=(*toy.rules, Rule("R", "not repeated([5])", "people", PLACE)))
    page = rows(*({"5": str(number % 99_999)} for number in range(100_000)))
    program, figures = compile_python(form), figures_of(form, page)
    assert [found.row for found in program.unmet(figures)] == [1, 100_000]


def test_overlapping_rows_hold_the_same_and_share_time() -> None:
    page = rows(
        {"5": "A", "4": "2026-01", "6": "2026-03"},
        {"5": "A", "4": "2026-04", "6": "2026-06"},
        {"5": "A", "4": "2026-06"},
        {"5": "B", "4": "2026-01", "6": "2026-12"},
        {"4": "2026-01", "6": "2026-12"},
        {"5": "C", "4": "2026-05", "6": "2026-01"},
        {"5": "C", "6": "2026-01"},
    )
    assert unmet_three_ways("not overlapping([5], [4], [6])", page) == [2, 3]


MONTHS = st.sampled_from(["2026-01", "2026-02", "2026-03", "2026-04", ""])
TIMES = st.fixed_dictionaries({"5": st.sampled_from("xy")}, optional={"4": MONTHS, "6": MONTHS})


@settings(max_examples=60, deadline=None)
@given(table=st.lists(TIMES, max_size=6))
def test_overlapping_is_the_same_everywhere(table: list[dict[str, Any]]) -> None:
    unmet_three_ways("not overlapping([5], [4], [6])", rows(*table))


def test_a_hundred_thousand_times_of_one_person_are_held_against_each_other_fast() -> None:
    toy = source("1")
    form = replace(toy, rules=(*toy.rules, Rule("R", "not overlapping([5], [4], [6])", "people", PLACE)))
    month = [f"{1000 + number // 12}-{number % 12 + 1:02}" for number in range(100_000)]
    page = rows(*({"5": "A", "4": each, "6": each} for each in month))
    program, figures = compile_python(form), figures_of(form, page)
    assert not program.unmet(figures)
