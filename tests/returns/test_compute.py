"""What computing does to appendices, nested rows and long tables."""

from decimal import Decimal

from khaithue.returns.compute import compute
from khaithue.returns.model import Row
from tests.returns.toy_return import person, toy


def test_an_absent_appendix_is_not_computed_into_existence() -> None:
    computed = compute(toy({"23": 5}))
    assert (computed.totals, computed.tables) == ({}, {})


def test_rows_make_an_appendix_part_of_the_return() -> None:
    computed = compute(toy(tables={"people": (person({"3": 20_000_000}),)}))
    assert computed.totals["PL_A"]["9"] == 1_500_000
    assert computed.values["26"] == 1


def test_an_appendix_without_rows_counts_none_of_them() -> None:
    computed = compute(toy(totals={"PL_A": {}}))
    assert computed.values["26"] == 0
    assert computed.totals["PL_A"]["9"] is None


def test_the_scale_is_that_of_the_period() -> None:
    people = {"people": (person({"3": 21_000_000}, 500_000, 500_000),)}
    assert compute(toy(period="2025-05", tables=people)).totals["PL_A"]["9"] == 2_350_000
    assert compute(toy(period="2026-05", tables=people)).totals["PL_A"]["9"] == 1_500_000


def test_nested_rows_are_kept_with_their_row() -> None:
    rows = (person({"3": 5}, 1, 2), person({"3": 7}, 3))
    computed = compute(toy(tables={"people": rows}))
    assert [[kid.values["2"] for kid in row.children["kids"]] for row in computed.tables["people"]] == [
        [1, 2],
        [3],
    ]


def test_a_number_box_is_a_decimal_of_every_digit() -> None:
    people = tuple(Row({}) for _ in range(3))
    assert compute(toy({"23": 1000}, tables={"people": people})).values["27"] == Decimal("333.33")


def test_a_declared_figure_is_computed_anew() -> None:
    assert compute(toy({"25": 7})).values["25"] is None
