"""Any formula gives one figure: compiled to Python, compiled to JavaScript, and read off its tree."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.formula.toy_source import data, source, three_ways

MANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
MAIN = ["[a]", "[b]", "[n]", "[k]", "0", "3", "12", "rate(self)", "rate(third)", "rate(ended)", "APP[9]"]
MAIN += [
    "period_months",
    "months([m], period_end)",
    "if([f], blank, [a])",
    "sum(people[1])",
    "sum(people[2] where [3])",
    "count(people)",
    "count(kids where up[3])",
    "sum(kids[1])",
]
ROW = ["[1]", "[2]", "form[a]", "form[n]", "7", "rate(tenth)", "APP[9]", "sum(people[1])"]
ROW += [
    "row",
    "if([3], blank, row)",
    "months([4], period_start)",
    "sum(kids[1])",
    "count(kids where [1] > 1 or up[3])",
    "sum(people[2] where [1] > form[a])",
]
MAIN_FLAGS = [
    "[f]",
    "[g]",
    "present([a])",
    "present(APP)",
    "present(people)",
    '[t] = "x"',
    '[d] < "2026-01-01"',
    "[d] >= period_start",
    "[m] <= period_end",
    "[m] = [d]",
]
ROW_FLAGS = ["[4] < period_end", "[3]", "form[f]", "present([1])", "form[t] <> [5]", "present(kids)"]
SIGNS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
AMOUNTS = st.integers(-(10**6), 10**6).map(str) | st.sampled_from(
    ["0", "1", "10", "30", "100000000000000000000"]
)
DECIMALS = st.decimals(-1000, 1000, places=3).map(str)


TWO = ["({} + {})", "({} - {})", "({} * {})", "({} / {})", "min({}, {})", "max({}, {})", "max(0, {}, {})"]
ONE = ["-{}", "abs({})", "round({})", "scale(steps, {})"]


@st.composite
def numbers(draw: st.DrawFn, boxes: list[str], flags: list[str], depth: int) -> str:
    """A formula that yields a number, of at most that many levels."""
    smaller = numbers(boxes, flags, depth - 1) if depth else st.nothing()
    match draw(st.integers(0, 9)) if depth else 9:
        case 0 | 1 | 2 | 3:
            return draw(st.sampled_from(TWO)).format(draw(smaller), draw(smaller))
        case 4 | 5:
            return draw(st.sampled_from(ONE)).format(draw(smaller))
        case 6 | 7:
            return f"if({draw(conditions(boxes, flags, depth - 1))}, {draw(smaller)}, {draw(smaller)})"
    return draw(st.sampled_from(boxes))


@st.composite
def conditions(draw: st.DrawFn, boxes: list[str], flags: list[str], depth: int) -> str:
    """A formula that yields a flag."""
    smaller = numbers(boxes, flags, depth)
    compared = f"{draw(smaller)} {draw(SIGNS)} {draw(smaller)}"
    shape = draw(st.sampled_from(["{1}", "{1}", "{0}", "(not {0} and {1})", "({0} or {1})", "not ({1})"]))
    return shape.format(draw(st.sampled_from(flags)), compared)


def some(**boxes: SearchStrategy[Any]) -> SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=boxes)


KIDS = st.lists(st.fixed_dictionaries({"values": some(**{"1": AMOUNTS})}), max_size=3)
COLUMNS = {"z": AMOUNTS, "1": AMOUNTS, "2": DECIMALS, "3": st.booleans(), "5": st.sampled_from(["x", "y"])}
COLUMNS["4"] = st.sampled_from(["2026-05", "2026-12", "2025-01"])
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {"values": some(**COLUMNS), "children": st.fixed_dictionaries({}, optional={"kids": KIDS})}
    ),
    max_size=4,
)
BOXES = {"z": AMOUNTS, "b": AMOUNTS, "k": DECIMALS, "f": st.booleans(), "g": st.booleans()}
BOXES |= {
    "t": st.sampled_from(["x", "y", ""]),
    "d": st.sampled_from(["2025-12-31", "2026-05-01", "2026-08-31"]),
}
BOXES["m"] = st.sampled_from(["2025-12", "2026-05", "2026-08"])
PAGES = st.builds(
    lambda values, more, totals, people: data(values | more, totals=totals, tables={"people": people}),
    st.fixed_dictionaries({"a": AMOUNTS, "n": DECIMALS}),
    some(**BOXES),
    st.fixed_dictionaries({}, optional={"APP": some(**{"9": AMOUNTS})}),
    PEOPLE,
)


@MANY
@given(formula=numbers(MAIN, MAIN_FLAGS, 3), page=PAGES)
def test_a_formula_of_the_main_part(formula: str, page: dict[str, Any]) -> None:
    three_ways(source(f"round({formula})"), page)


@MANY
@given(formula=numbers(ROW, ROW_FLAGS, 3), page=PAGES)
def test_a_formula_of_a_row(formula: str, page: dict[str, Any]) -> None:
    three_ways(source(f"round({formula})", part="people"), page, "people")


@MANY
@given(formula=numbers(MAIN, MAIN_FLAGS, 2), when=conditions(MAIN, MAIN_FLAGS, 1), page=PAGES)
def test_a_box_that_is_typed_in_some_cases(formula: str, when: str, page: dict[str, Any]) -> None:
    three_ways(source(f"if({when}, entered, round({formula}))"), page)


@MANY
@given(formula=numbers(ROW, ROW_FLAGS, 2), when=conditions(ROW, ROW_FLAGS, 1), page=PAGES)
def test_a_column_that_is_typed_in_some_rows(formula: str, when: str, page: dict[str, Any]) -> None:
    three_ways(source(f"if({when}, entered, round({formula}))", part="people"), page, "people")
