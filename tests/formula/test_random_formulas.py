"""Any formula gives one figure: compiled to Python, compiled to JavaScript, and read off its tree."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from toy import data, source, three_ways

MANY = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
MAIN = ["[a]", "[b]", "[n]", "[k]", "0", "3", "12", "rate(self)", "rate(third)", "rate(ended)", "APP[9]"]
MAIN += [
    "sum(people[1])",
    "sum(people[2] where [3])",
    "count(people)",
    "count(kids where up[3])",
    "sum(kids[1])",
]
ROW = ["[1]", "[2]", "form[a]", "form[n]", "7", "rate(tenth)", "APP[9]", "sum(people[1])"]
ROW += ["sum(kids[1])", "count(kids where [1] > 1 or up[3])", "sum(people[2] where [1] > form[a])"]
MAIN_FLAGS = [
    "[f]",
    "[g]",
    "present([a])",
    "present(APP)",
    "present(people)",
    '[t] = "x"',
    '[d] < "2026-01-01"',
]
ROW_FLAGS = ["[3]", "form[f]", "present([1])", "form[t] <> [5]", "present(kids)"]
SIGNS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
AMOUNTS = st.integers(-(10**6), 10**6).map(str) | st.sampled_from(
    ["0", "1", "10", "30", "100000000000000000000"]
)
DECIMALS = st.decimals(-1000, 1000, places=3).map(str)


def formulas(boxes: list[str], flags: list[str]) -> SearchStrategy[str]:
    leaves = st.sampled_from(boxes)

    def larger(numbers: SearchStrategy[str]) -> SearchStrategy[str]:
        conditions = st.one_of(
            st.sampled_from(flags),
            st.builds("{} {} {}".format, numbers, SIGNS, numbers),
            st.builds("(not {} and {} >= {})".format, st.sampled_from(flags), numbers, numbers),
            st.builds("({} or {} = {})".format, st.sampled_from(flags), numbers, numbers),
        )
        operations = st.sampled_from(
            ["({} + {})", "({} - {})", "({} * {})", "({} / {})", "min({}, {})", "max(0, {}, {})"]
        )
        return st.one_of(
            st.builds(lambda text, left, right: text.format(left, right), operations, numbers, numbers),
            st.builds("if({}, {}, {})".format, conditions, numbers, numbers),
            st.builds("-{}".format, numbers),
            st.builds("abs({})".format, numbers),
            st.builds("round({})".format, numbers),
            st.builds("scale(steps, {})".format, numbers),
        )

    return st.recursive(leaves, larger, max_leaves=9)


def some(**boxes: SearchStrategy[Any]) -> SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=boxes)


KIDS = st.lists(st.fixed_dictionaries({"values": some(**{"1": AMOUNTS})}), max_size=3)
COLUMNS = {"1": AMOUNTS, "2": DECIMALS, "3": st.booleans(), "5": st.sampled_from(["x", "y"])}
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {"values": some(**COLUMNS), "children": st.fixed_dictionaries({}, optional={"kids": KIDS})}
    ),
    max_size=4,
)
BOXES = {"a": AMOUNTS, "b": AMOUNTS, "n": DECIMALS, "k": DECIMALS, "f": st.booleans(), "g": st.booleans()}
BOXES |= {"t": st.sampled_from(["x", "y", ""]), "d": st.sampled_from(["2025-12-31", "2026-01-01"])}
PAGES = st.builds(
    lambda values, totals, people: data(values, totals=totals, tables={"people": people}),
    some(**BOXES),
    st.fixed_dictionaries({}, optional={"APP": some(**{"9": AMOUNTS})}),
    PEOPLE,
)


@MANY
@given(formula=formulas(MAIN, MAIN_FLAGS), page=PAGES)
def test_a_formula_of_the_main_part(formula: str, page: dict[str, Any]) -> None:
    three_ways(source(f"round({formula})"), page)


@MANY
@given(formula=formulas(ROW, ROW_FLAGS), page=PAGES)
def test_a_formula_of_a_row(formula: str, page: dict[str, Any]) -> None:
    three_ways(source(f"round({formula})", part="people"), page, "people")
