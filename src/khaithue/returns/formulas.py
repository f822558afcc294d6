"""A form as the formula compiler sees it, and its compiled programs."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from khaithue.formula.compile import compile_javascript, compile_python, examine
from khaithue.formula.source import NOWHERE, Cell, Part, PartKind, Place, Rule, Source, Type
from khaithue.formula.syntax import FORM
from khaithue.formula.target_python import Program
from khaithue.law import dated
from khaithue.law.dated import RateEntry, Scale
from khaithue.returns.form import Appendix, Check, Field, Form, Kind, Table

Locate = Callable[..., Place]
"""Where a key of the form file stands, by its path."""
_TYPES = {
    Kind.MONEY: Type.WHOLE,
    Kind.COUNT: Type.WHOLE,
    Kind.NUMBER: Type.DECIMAL,
    Kind.FLAG: Type.FLAG,
    Kind.DATE: Type.DATE,
    Kind.MONTH: Type.MONTH,
}
_programs: dict[int, tuple[Form, Program]] = {}
"""Programs by the identity of their form, which is kept beside so that the identity stays its own."""


def form_id(form: Form) -> str:
    """The one name of a form version: ``01/GTGT|TT80/2021/TT-BTC|2.8.3``."""
    return f"{form.code}|{form.basis}|{form.version}"


def program_of(form: Form) -> Program:
    """The compiled formulas of a form, compiled once; raises ``FormulaFaultsError`` for a faulty form."""
    known = _programs.get(id(form))
    if known is None or known[0] is not form:
        known = _programs[id(form)] = (form, compile_python(source_of(form)))
    return known[1]


def faults_of(form: Form, locate: Locate) -> list[str]:
    """Every fault in the formulas of a form, each with file and line; sound ones are kept compiled."""
    program, messages = examine(source_of(form, locate))
    if program:
        _programs[id(form)] = (form, program)
    return messages


def javascript(form: Form) -> str:
    """The static script of a form, for its page; load ``runtime.js`` before it."""
    return compile_javascript(source_of(form))


def source_of(form: Form, locate: Locate = lambda *_path: NOWHERE) -> Source:
    """The form for the compiler, with the place of each formula for its messages."""
    parts = {part.name: part for part in _parts(form, locate)}
    rules = tuple(_rule(check, locate("checks", check.code)) for check in form.checks.values())
    return Source(form_id(form), parts, rules, *_dated_tables())


def _rule(check: Check, place: Place) -> Rule:
    return Rule(check.code, check.rule, check.each, place)


@cache
def _dated_tables() -> tuple[Mapping[str, tuple[RateEntry, ...]], Mapping[str, tuple[Scale, ...]]]:
    rates = {name: dated.all_rates(name) for name in dated.rate_names()}
    scales = {name: dated.all_scales(name) for name in dated.scale_names()}
    return rates, scales


def _parts(form: Form, locate: Locate) -> Iterator[Part]:
    yield Part(FORM, PartKind.FORM, _cells(form.fields, locate, "fields"))
    for appendix in form.appendices.values():
        path = ("appendices", appendix.name)
        cells = _cells(appendix.fields, locate, *path, "fields")
        yield Part(appendix.name, PartKind.APPENDIX, cells, place=locate(*path))
        for table in appendix.tables.values():
            yield _table(table, appendix, locate)


def _table(table: Table, appendix: Appendix, locate: Locate) -> Part:
    path = ("appendices", appendix.name, "tables", table.name)
    cells = _cells(table.columns, locate, *path, "columns")
    return Part(table.name, PartKind.TABLE, cells, appendix.name, table.parent, locate(*path))


def _cells(fields: Mapping[str, Field], locate: Locate, *path: str) -> dict[str, Cell]:
    return {code: _cell(field, locate(*path, code)) for code, field in fields.items()}


def _cell(field: Field, place: Place) -> Cell:
    kind = _TYPES.get(field.kind, Type.TEXT)
    return Cell(field.code, kind, field.label, field.calc, field.prefill, field.header, field.law, place)
