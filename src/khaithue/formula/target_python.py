"""Straight-line Python for a form's formulas, compiled once per form version."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from khaithue.formula import runtime
from khaithue.formula.blocks import Names
from khaithue.formula.check import Bound
from khaithue.formula.lower import lower_calcs, lower_rules
from khaithue.formula.machine import Assign, Code, Each, Lit, Op, Report, Statement, Store, Var, When
from khaithue.formula.order import Step
from khaithue.formula.runtime import Steps, Work
from khaithue.formula.source import PartKind, Source, entry_on
from khaithue.formula.syntax import FORM

_TEMPLATES: Final = {
    "is_blank": "({0} is None)",
    "not": "(not {0})",
    "and": "({0} and {1})",
    "or": "({0} or {1})",
    "choose": "({1} if {0} else {2})",
    "mul": "({0} * {1})",
    "add": "({0} + {1})",
    "sub": "({0} - {1})",
    "neg": "(-{0})",
    "abs": "abs({0})",
    "sign": "(1 if {0} > 0 else -1)",
    "eq": "({0} == {1})",
    "ne": "({0} != {1})",
    "lt": "({0} < {1})",
    "le": "({0} <= {1})",
    "gt": "({0} > {1})",
    "ge": "({0} >= {1})",
    "or_zero": "({0} or 0)",
    "or_empty": "({0} or '')",
    "or_false": "({0} or False)",
    "up": "{0}.up",
    "boxes": "{0}.v",
    "header": "(header.get({0}) or None)",
    "get_whole": "{0}.get({1})",
    "get_pair": "pair({0}.get({1}))",
    "get_flag": "{0}.get({1})",
    "get_text": "({0}.get({1}) or None)",
    "first": "first({0})",
    "second": "second({0})",
    "plus": "plus({0}, {1}, {2})",
    "round": "round_half({0}, {1})",
    "scale": "scale_tax({0}, {1}, {2})",
    "months": "months({0}, {1})",
    "month_of": "{0}[:7]",
    "period_start": "period_start",
    "period_end": "period_end",
    "number": "{0}.number",
    "new_tally": "{{}}",
    "tally": "tally({0}, {1})",
    "repeated": "({0}.get({1}, 0) > 1)",
    "add_span": "add_span({0}, {1}, {2}, {3})",
    "sort_spans": "sort_spans({0})",
    "overlapping": "overlapping({0}, {1}, {2}, {3})",
    "key": "({0},)",
    "beside": "{0}, {1}",
    "length": "len({0})",
    "within": "within({0}, {1})",
    "put_whole": "{0}",
    "put_decimal": "decimal({0}, {1})",
    "put": "{0}",
}
_CALLED: Final = (
    runtime.pair,
    runtime.first,
    runtime.second,
    runtime.plus,
    runtime.round_half,
    runtime.scale_tax,
    runtime.months,
    runtime.within,
    runtime.tally,
    runtime.add_span,
    runtime.sort_spans,
    runtime.overlapping,
    runtime.decimal,
)


@dataclass(frozen=True)
class Figures:
    """The figures of one return while they are computed; ``boxes`` holds an entry for each part present.

    ``start`` and ``end`` are the first and the last day of the period.
    ``rows`` lists the rows of every table, those of a nested table in the order of their parents.
    """

    header: Mapping[str, str]
    boxes: Mapping[str, dict[str, Any]]
    rows: Mapping[str, list[Work]]
    present: frozenset[str]
    start: date
    end: date


@dataclass(frozen=True)
class Unmet:
    """A check that is not met; ``row`` counts from 1 in a check of rows."""

    rule: str
    row: int | None = None


_Function = Callable[[Figures, dict[str, Any]], list[tuple[str, int | None]]]


class Program:
    """The formulas of one form version, ready to run."""

    def __init__(self, bound: Bound, steps: tuple[Step, ...]) -> None:
        self.bound = bound
        self.steps = steps
        self._dated: dict[date, dict[str, Any]] = {}

    def compute(self, figures: Figures) -> None:
        """Fill every computed box of the figures, in place."""
        self._compute(figures, self._dated_on(figures.start))

    def unmet(self, figures: Figures) -> list[Unmet]:
        """The checks of the form the figures do not meet, as they stand."""
        return [Unmet(*found) for found in self._rules(figures, self._dated_on(figures.start))]

    @cached_property
    def _compute(self) -> _Function:
        return _compiled(self.bound.source, lower_calcs(self.bound, self.steps))

    @cached_property
    def _rules(self) -> _Function:
        return _compiled(self.bound.source, lower_rules(self.bound))

    def _dated_on(self, day: date) -> dict[str, Any]:
        if day not in self._dated:
            self._dated[day] = dict(_dated(self.bound.source, day))
        return self._dated[day]


def _dated(source: Source, day: date) -> Iterator[tuple[str, Any]]:
    names = Names(source)
    for name, rates in source.rates.items():
        rate = entry_on(rates, day)
        numerator, denominator = names.rate(name)
        yield numerator.name, rate.value.numerator if rate else None
        if denominator:
            yield denominator.name, rate.value.denominator if rate else 1
    for name, scales in source.scales.items():
        scale = entry_on(scales, day)
        table, unit = names.scale(name)
        steps = Steps.of(scale) if scale else None
        yield table.name, steps
        yield unit.name, steps.unit if steps else 1


def _compiled(source: Source, statements: tuple[Statement, ...]) -> _Function:
    body = [*_prologue(source), *_lines(statements), "return out"]
    text = "\n".join(["def run(figures, dated):", *_indented(body)])
    namespace: dict[str, Any] = {function.__name__: function for function in _CALLED}
    exec(compile(text, f"<{source.name}>", "exec"), namespace)  # noqa: S102 - from checked files
    run: _Function = namespace["run"]
    return run


def _prologue(source: Source) -> Iterator[str]:
    names = Names(source)
    yield "out = []"
    yield "header = figures.header"
    yield "period_start, period_end = figures.start.isoformat(), figures.end.isoformat()"
    for part in source.parts.values():
        if part.kind is PartKind.TABLE:
            yield f"{names.rows(part.name).name} = figures.rows.get({part.name!r}, ())"
            continue
        yield f"{names.store(part.name).name} = figures.boxes.get({part.name!r}, {{}})"
        if part.name != FORM:
            yield f"{names.presence(part.name).name} = {part.name!r} in figures.present"
    for name, _ in _dated(source, date.min):
        yield f"{name} = dated[{name!r}]"


def _lines(statements: Iterable[Statement]) -> Iterator[str]:
    for statement in statements:
        match statement:
            case Assign(name=name, code=code):
                yield f"{name} = {_text(code)}"
            case When(condition=condition, body=body):
                yield f"if {_text(condition)}:"
                yield from _indented(_lines(body))
            case Each(row=row, rows=rows, body=body, counter=""):
                yield f"for {row} in {_text(rows)}:"
                yield from _indented(_lines(body))
            case Each(row=row, rows=rows, body=body, counter=counter):
                yield f"for {counter}, {row} in enumerate({_text(rows)}, 1):"
                yield from _indented(_lines(body))
            case Store(op=op, store=store, code=code, values=values):
                yield f"{_text(store)}[{code!r}] = {_text(Op(op, values))}"
            case Report(rule=rule, counter=counter):
                yield f"out.append(({rule!r}, {counter or None}))"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    lines = list(lines) or ["pass"]
    return (f"    {line}" for line in lines)


def _text(code: Code) -> str:
    match code:
        case Var(name=name):
            return name
        case Lit(value=value):
            return repr(value)
        case Op(name=name, args=args):
            return _TEMPLATES[name].format(*map(_text, args))
