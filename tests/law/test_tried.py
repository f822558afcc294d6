"""Every error code has a failing and a near-miss case, marked on the test: what lacks one is listed."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from khaithue import law
from tests.returns.test_supplement import MORE, SALES, supplemented
from tests.tried import FAILING, NEAR, faults, heard, modules_naming

TESTS = Path(__file__).parents[1]


def error_codes() -> Iterator[str]:
    """Every code of ``law/errors``; the checks of the forms are tried by their cases (``test_gaps.py``)."""
    for path in law.names("errors"):
        yield from tomllib.loads(law.text(path))


@cache
def marked(name: str) -> frozenset[str]:
    """The codes that some test is marked with as their ``error`` or ``near_miss``."""
    files = sorted(TESTS.rglob("test_*.py"))
    return frozenset(code for file in files for code in marks_of(file.read_text(encoding="utf-8"), name))


def marks_of(text: str, name: str) -> Iterator[str]:
    """The codes of the marks of one kind in a test file; with ``each`` every text of the cases."""
    module = ast.parse(text)
    named = {
        target.id: statement.value
        for statement in module.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    for function in ast.walk(module):
        for mark in getattr(function, "decorator_list", ()):
            if _is_mark(mark, name):
                yield from _codes(mark, function, named)
    for call in ast.walk(module):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "param":
            inside = (mark for word in call.keywords for mark in ast.walk(word.value))
            yield from (code for mark in inside if _is_mark(mark, name) for code in _texts(mark))


def _is_mark(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == f"pytest.mark.{name}"


def _codes(mark: ast.AST, function: ast.AST, named: dict[str, ast.expr]) -> Iterator[str]:
    """The codes a mark gives; with ``each`` every text of the cases, of which most are no code."""
    assert isinstance(mark, ast.Call)
    yield from (code for argument in mark.args for code in _texts(argument))
    if mark.keywords:
        for other in getattr(function, "decorator_list", ()):
            if _is_mark(other, "parametrize"):
                yield from _texts(other)
                yield from (
                    text
                    for name in ast.walk(other)
                    if isinstance(name, ast.Name) and name.id in named
                    for text in _texts(named[name.id])
                )


def _texts(node: ast.AST) -> Iterator[str]:
    found = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
    return (text for text in found if isinstance(text, str))


def test_every_error_code_has_a_failing_and_a_near_miss_case() -> None:
    gaps = [
        f"{code}: no test is marked {name}"
        for code in error_codes()
        for name in (FAILING, NEAR)
        if code not in marked(name)
    ]
    assert gaps == [], "\n".join(["what is missing:", *gaps])


def test_no_error_code_is_one_that_nothing_tells() -> None:
    told = [code for code in error_codes() if not modules_naming(code)]
    assert told == [], "no module names these codes"


def test_no_test_is_marked_with_a_code_that_is_none() -> None:
    files = sorted(TESTS.rglob("test_*.py"))
    known = set(error_codes())
    strange = [
        f"{file.name}: {code}"
        for file in files
        for name in (FAILING, NEAR)
        for code in _given(file.read_text(encoding="utf-8"), name)
        if code not in known
    ]
    assert strange == []


def _given(text: str, name: str) -> Iterator[str]:
    """The codes written in the marks themselves."""
    for mark in ast.walk(ast.parse(text)):
        if _is_mark(mark, name):
            assert isinstance(mark, ast.Call)
            yield from (code for argument in mark.args for code in _texts(argument))


IN_A_CASE = '@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.error("A"))])'
EACH = 'CASES = ["A"]\n@pytest.mark.error(each="x")\n@pytest.mark.parametrize("x", CASES)'


@pytest.mark.parametrize(
    ("marks", "codes"),
    [
        ('@pytest.mark.error("A", "B")', ["A", "B"]),
        ('@pytest.mark.near_miss("A")', []),
        (IN_A_CASE, ["A"]),
        (EACH, ["x", "A"]),
    ],
)
def test_marks_are_read_wherever_they_stand(marks: str, codes: list[str]) -> None:
    assert list(marks_of(f"{marks}\ndef test_x(x): ...", "error")) == codes


def test_a_mark_is_held_against_what_its_test_made_the_program_tell() -> None:
    code = {"SUPP-DECREASE"}
    with heard() as silent:
        pass
    with heard() as falling:
        supplemented(MORE, SALES)
    with heard() as rising:
        supplemented(SALES, MORE)
    with heard() as both:
        supplemented(MORE, SALES)
        supplemented(SALES, MORE)
    assert [*faults(falling, code, set()), *faults(rising, set(), code), *faults(both, code, code)] == []
    wrong = [
        *faults(silent, code, set()),
        *faults(silent, set(), code),
        *faults(falling, set(), code),
        *faults(falling, code, code),
    ]
    assert [each.split(", yet ")[1] for each in wrong] == [
        "SUPP-DECREASE is not told",
        "what tells SUPP-DECREASE was never asked without telling it",
        "SUPP-DECREASE is told",
        "what tells SUPP-DECREASE was never asked without telling it",
    ]
