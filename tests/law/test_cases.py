"""Every scenario comes out as worked by hand. What a form has no scenario for, ``test_gaps.py`` lists."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from khaithue.returns.check import check
from khaithue.returns.compute import compute
from khaithue.returns.findings import Finding
from khaithue.returns.model import Return, Row, Value
from tests.law.law_cases import Scenario, all_rows, scenarios

ALL = scenarios()
WORKED = [each for each in ALL if not each.passes and "/checks:" not in each.name]


def _names(found: Scenario) -> str:
    return found.name


def _codes(findings: list[Finding]) -> frozenset[str]:
    return frozenset(found.code for found in findings)


def _rules_broken(ret: Return) -> frozenset[str]:
    return _codes(check(ret)) & frozenset(ret.form.checks)


@pytest.mark.parametrize("case", WORKED, ids=_names)
def test_a_worked_return_computes_to_the_figures_worked_by_hand(case: Scenario) -> None:
    done = compute(case.filed)
    assert {code: done.values.get(code) for code in case.values} == case.values
    for part, boxes in case.totals.items():
        assert {code: done.totals[part].get(code) for code in boxes} == boxes
    for table, rows in case.rows.items():
        found = [row.values for row in all_rows(done, table)]
        assert len(found) == len(rows)
        for values, wanted in zip(found, rows, strict=True):
            assert {code: values.get(code) for code in wanted} == wanted


@pytest.mark.parametrize("case", ALL, ids=_names)
def test_a_return_has_exactly_the_findings_its_scenario_names(case: Scenario) -> None:
    if case.is_as_given:
        assert _rules_broken(case.filed) == case.findings
    else:
        assert _codes(check(compute(case.filed))) == case.findings


@pytest.mark.parametrize("case", [each for each in ALL if each.passes], ids=_names)
def test_a_near_miss_does_not_break_the_checks_it_comes_close_to(case: Scenario) -> None:
    assert not case.passes & case.findings


def _numbered(ret: Return, rows: tuple[Row, ...], table: str) -> Iterator[tuple[str, list[Value]]]:
    """The row numbers of the table and of those below it, one list for the rows of each parent."""
    for code, column in ret.form.tables[table].columns.items():
        if column.calc == "row":
            yield f"{table}[{code}]", [row.values.get(code) for row in rows]
    for row in rows:
        for name, below in row.children.items():
            yield from _numbered(ret, below, name)


@pytest.mark.parametrize("case", WORKED, ids=_names)
def test_the_rows_of_a_table_are_numbered_from_1_within_their_parent_row(case: Scenario) -> None:
    done = compute(case.filed)
    for table, rows in done.tables.items():
        for column, numbers in _numbered(done, rows, table):
            assert numbers == list(range(1, len(numbers) + 1)), column


def test_a_computed_box_that_was_changed_is_found_to_differ() -> None:
    done = compute(next(each.filed for each in WORKED if each.filed.form.code == "01/GTGT"))
    changed = replace(done, values={**done.values, "43": 1})
    assert "RET-DIFFERS" in _codes(check(changed))
