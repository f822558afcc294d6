"""One static script for each form version, with the same meaning as the Python target.

It is a plain script, served as a file: no ``eval``, no inline code. It adds ``{compute, check}`` to
``khaithue.forms`` under the form's name, and needs ``runtime.js`` loaded before it. Money and fractions are
BigInt. ``compute(data)`` gives a copy of the data with every computed box filled; ``check(data)`` a list of
``{code, row}`` for the checks not met. A figure that cannot be read counts as blank: the server names it.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from importlib.resources import files
from typing import Final

from khaithue.formula.blocks import Names
from khaithue.formula.check import Bound
from khaithue.formula.lower import lower_calcs, lower_rules
from khaithue.formula.machine import Assign, Code, Each, Lit, Op, Report, Statement, Store, Var, When
from khaithue.formula.order import Step
from khaithue.formula.runtime import Steps
from khaithue.formula.source import PartKind, Source
from khaithue.formula.syntax import FORM
from khaithue.law.dated import RateEntry, Scale

_TEMPLATES: Final = {
    "is_blank": "({0} === null)",
    "not": "(!{0})",
    "and": "({0} && {1})",
    "or": "({0} || {1})",
    "choose": "({0} ? {1} : {2})",
    "mul": "({0} * {1})",
    "add": "({0} + {1})",
    "sub": "({0} - {1})",
    "neg": "(-{0})",
    "abs": "R.abs({0})",
    "sign": "({0} > 0n ? 1n : -1n)",
    "eq": "({0} === {1})",
    "ne": "({0} !== {1})",
    "lt": "({0} < {1})",
    "le": "({0} <= {1})",
    "gt": "({0} > {1})",
    "ge": "({0} >= {1})",
    "or_zero": "({0} ?? 0n)",
    "or_empty": '({0} ?? "")',
    "or_false": "({0} ?? false)",
    "up": "{0}.up",
    "boxes": "{0}.v",
    "header": "R.text(figures.header, {0})",
    "get_whole": "R.whole({0}, {1})",
    "get_pair": "R.pair({0}, {1})",
    "get_flag": "R.flag({0}, {1})",
    "get_text": "R.text({0}, {1})",
    "first": "R.first({0})",
    "second": "R.second({0})",
    "plus": "R.plus({0}, {1}, {2})",
    "round": "R.roundHalf({0}, {1})",
    "scale": "R.scaleTax({0}, {1}, {2})",
    "months": "R.months({0}, {1})",
    "month_of": "{0}.slice(0, 7)",
    "period_start": "figures.start",
    "period_end": "figures.end",
    "number": "{0}.number",
    "new_tally": "new Map()",
    "tally": "R.tally({0}, {1})",
    "repeated": "(({0}.get({1}) ?? 0) > 1)",
    "add_span": "R.addSpan({0}, {1}, {2}, {3})",
    "sort_spans": "R.sortSpans({0})",
    "overlapping": "R.overlapping({0}, {1}, {2}, {3})",
    "key": "R.key({0})",
    "beside": "{0}, {1}",
    "length": "BigInt({0}.length)",
    "within": "R.within({0}, {1})",
    "put_whole": "R.wholeText({0})",
    "put_decimal": "R.decimalText({0}, {1})",
    "put": "{0}",
}


def runtime_text() -> str:
    """The text of ``runtime.js``, the functions every form's script calls."""
    return files("khaithue.formula").joinpath("runtime.js").read_text(encoding="utf-8")


def script(bound: Bound, steps: tuple[Step, ...]) -> str:
    """The script of one form; the same form gives the same text."""
    source = bound.source
    lines = [
        '"use strict";',
        "(() => {",
        "  const R = globalThis.khaithue.runtime;",
        *_indented(_tables(source)),
        "  const run = {",
        *_indented(_indented(_function("compute", source, lower_calcs(bound, steps)))),
        *_indented(_indented(_function("rules", source, lower_rules(bound)))),
        "  };",
        f"  globalThis.khaithue.forms[{_quoted(source.name)}] = R.form(run, PARTS);",
        "})();",
    ]
    return "\n".join(lines) + "\n"


def _tables(source: Source) -> Iterator[str]:
    tables = [[table.name, table.parent, table.appendix] for table in source.tables()]
    appendices = [part.name for part in source.parts.values() if part.kind is PartKind.APPENDIX]
    yield f"const PARTS = {json.dumps({'appendices': appendices, 'tables': tables}, ensure_ascii=False)};"
    for name, rates in sorted(source.rates.items()):
        yield f"const {_table_name(source, name)} = [{', '.join(map(_rate, rates))}];"
    for name, scales in sorted(source.scales.items()):
        yield f"const {_table_name(source, name)} = [{', '.join(map(_scale, scales))}];"


def _table_name(source: Source, name: str) -> str:
    if name in source.rates:
        return f"RATE_{sorted(source.rates).index(name)}"
    return f"SCALE_{sorted(source.scales).index(name)}"


def _rate(entry: RateEntry) -> str:
    return f"{{{_days(entry)}, n: {entry.value.numerator}n, d: {entry.value.denominator}n}}"


def _scale(entry: Scale) -> str:
    steps = Steps.of(entry)
    lists = (("tops", steps.tops), ("floors", steps.floors), ("rates", steps.rates), ("taxes", steps.taxes))
    texts = [f"{key}: [{', '.join(f'{value}n' for value in values)}]" for key, values in lists]
    return f"{{{_days(entry)}, {', '.join(texts)}, d: {steps.unit}n}}"


def _days(entry: RateEntry | Scale) -> str:
    last = entry.valid_to or date.max
    return f"from: {_quoted(entry.valid_from.isoformat())}, to: {_quoted(last.isoformat())}"


def _function(name: str, source: Source, statements: tuple[Statement, ...]) -> Iterator[str]:
    yield f"{name}(figures) {{"
    yield "  const out = [];"
    variables = sorted(set(_assigned(statements)))
    if variables:
        yield f"  let {', '.join(variables)};"
    yield from _indented(_prologue(source))
    yield from _indented(_lines(statements))
    yield "  return out;"
    yield "},"


def _prologue(source: Source) -> Iterator[str]:
    names = Names(source)
    for part in source.parts.values():
        quoted = _quoted(part.name)
        if part.kind is PartKind.TABLE:
            yield f"const {names.rows(part.name).name} = figures.rows[{quoted}];"
            continue
        yield f"const {names.store(part.name).name} = figures.boxes[{quoted}];"
        if part.name != FORM:
            yield f"const {names.presence(part.name).name} = figures.present[{quoted}];"
    for name in sorted(source.rates):
        numerator, denominator = names.rate(name)
        keys = f"n: {numerator.name}" + (f", d: {denominator.name}" if denominator else "")
        yield f"const {{ {keys} }} = R.onDay({_table_name(source, name)}, figures.start);"
    for name in sorted(source.scales):
        table, unit = names.scale(name)
        yield f"const {table.name} = R.scaleOnDay({_table_name(source, name)}, figures.start);"
        yield f"const {unit.name} = {table.name} === null ? 1n : {table.name}.d;"


def _assigned(statements: Iterable[Statement]) -> Iterator[str]:
    for statement in statements:
        match statement:
            case Assign(name=name):
                yield name
            case When(body=body):
                yield from _assigned(body)
            case Each(body=body, counter=counter):
                if counter:
                    yield counter
                yield from _assigned(body)


def _lines(statements: Iterable[Statement]) -> Iterator[str]:
    for statement in statements:
        match statement:
            case Assign(name=name, code=code):
                yield f"{name} = {_text(code)};"
            case When(condition=condition, body=body):
                yield f"if ({_text(condition)}) {{"
                yield from _indented(_lines(body))
                yield "}"
            case Each():
                yield from _loop(statement)
            case Store(op=op, store=store, code=code, values=values):
                yield f"{_text(store)}[{_quoted(code)}] = {_text(Op(op, values))};"
            case Report(rule=rule, counter=counter):
                yield f"out.push({{code: {_quoted(rule)}, row: {counter or 'null'}}});"


def _loop(each: Each) -> Iterator[str]:
    if each.counter:
        yield f"{each.counter} = 0;"
    yield f"for (const {each.row} of {_text(each.rows)}) {{"
    if each.counter:
        yield f"  {each.counter} += 1;"
    yield from _indented(_lines(each.body))
    yield "}"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=True)


def _text(code: Code) -> str:
    match code:
        case Var(name=name):
            return name
        case Lit(value=None):
            return "null"
        case Lit(value=bool(value)):
            return "true" if value else "false"
        case Lit(value=int(value)):
            return f"{value}n"
        case Lit(value=value):
            return _quoted(str(value))
        case Op(name=name, args=args):
            return _TEMPLATES[name].format(*map(_text, args))
