"""A small form made in the tests; its formula computed in Python, in V8 and straight off the tree."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from py_mini_racer import MiniRacer

from khaithue.formula.check import check
from khaithue.formula.compile import compile_javascript, compile_python
from khaithue.formula.evaluate import Scene, evaluate
from khaithue.formula.runtime import Work
from khaithue.formula.source import Cell, Part, PartKind, Place, Rule, Source, Type
from khaithue.formula.syntax import FORM
from khaithue.formula.target_javascript import runtime_text
from khaithue.formula.target_python import Figures
from khaithue.law.dated import Bracket, Confidence, RateEntry, Scale

DAY = date(2026, 5, 1)
LAST_DAY = date(2026, 7, 31)
PLACE = Place("toy.toml", 7)
BOXES = {"a": Type.WHOLE, "b": Type.WHOLE, "c": Type.WHOLE, "n": Type.DECIMAL, "k": Type.DECIMAL}
BOXES |= {"f": Type.FLAG, "g": Type.FLAG, "t": Type.TEXT, "u": Type.TEXT, "d": Type.DATE, "m": Type.MONTH}
COLUMNS = {"1": Type.WHOLE, "2": Type.DECIMAL, "3": Type.FLAG, "4": Type.MONTH, "5": Type.TEXT}
COLUMNS["6"] = Type.MONTH
RESULT = "z"


def rate(name: str, value: Fraction, first: date = date(2020, 1, 1), last: date | None = None) -> RateEntry:
    return RateEntry(name, {}, value, first, last, "Điều 1", Confidence.HIGH)


def scale(name: str, *brackets: tuple[int | None, Fraction]) -> Scale:
    steps = tuple(Bracket(top, value) for top, value in brackets)
    return Scale(name, steps, date(2020, 1, 1), None, "Điều 2", Confidence.HIGH, {})


RATES = {
    "tenth": (rate("tenth", Fraction(1, 10)),),
    "third": (rate("third", Fraction(1, 3)),),
    "self": (
        rate("self", Fraction(11), last=date(2025, 12, 31)),
        rate("self", Fraction(15), date(2026, 1, 1)),
    ),
    "ended": (rate("ended", Fraction(8, 100), last=date(2025, 12, 31)),),
}
SCALES = {"steps": (scale("steps", (10, Fraction(1, 20)), (30, Fraction(1, 10)), (None, Fraction(7, 20))),)}


def source(calc: str, kind: Type = Type.WHOLE, part: str = FORM, **more: Cell) -> Source:
    """The toy form with ``calc`` in the box z of a part, and more boxes in the main part."""
    boxes = {code: Cell(code, found, f"box {code}", place=PLACE) for code, found in BOXES.items()} | more
    columns = {code: Cell(code, found, f"column {code}", place=PLACE) for code, found in COLUMNS.items()}
    parts = {
        FORM: Part(FORM, PartKind.FORM, boxes),
        "APP": Part("APP", PartKind.APPENDIX, {"9": Cell("9", Type.WHOLE)}),
        "people": Part("people", PartKind.TABLE, columns, "APP", place=PLACE),
        "kids": Part("kids", PartKind.TABLE, {"1": Cell("1", Type.WHOLE)}, "APP", "people", PLACE),
    }
    result = Cell(RESULT, kind, "result", calc, place=PLACE)
    parts[part] = replace(parts[part], cells={**parts[part].cells, RESULT: result})
    uses = Rule("USES", "count(people) >= 0 and count(kids) >= 0", place=PLACE)
    return Source("toy", parts, (uses,), RATES, SCALES)


def data(values: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The data of a page: ``totals`` and ``tables`` besides the values of the main part."""
    days = {"period": DAY.isoformat(), "period_end": LAST_DAY.isoformat()}
    return {**days, "values": dict(values or {}), "totals": {}, "tables": {}, **more}


def three_ways(form: Source, given: dict[str, Any], part: str = FORM) -> list[Any]:
    """The results in z, one for each row when the part is a table; the three ways must agree."""
    figures = figures_of(form, given)
    compile_python(form).compute(figures)
    in_python = [exact(box) for box in results(figures, part)]
    bound, messages = check(form)
    assert not messages
    expr = bound.calcs[part, RESULT]
    rows: list[Work | None] = [*figures.rows[part]] if part in figures.rows else [None]
    table = part if part in figures.rows else ""
    off_the_tree = [evaluate(expr, Scene(bound.source, figures, table, row)) for row in rows]
    in_javascript = [
        exact_text(box, form.parts[part].cells[RESULT].type) for box in browser(form, given, part)
    ]
    assert in_python == off_the_tree == in_javascript
    return in_python


def value(calc: str, kind: Type = Type.WHOLE, given: dict[str, Any] | None = None, **values: Any) -> Any:
    """The value of a formula of the main part, the same three ways."""
    return three_ways(source(calc, kind), given or data(values))[0]


def figures_of(form: Source, given: dict[str, Any]) -> Figures:
    """The data of a page as figures for Python."""
    rows: dict[str, list[Work]] = {"people": [], "kids": []}
    for place, each in enumerate(given["tables"].get("people", []), 1):
        work = Work(typed(form, "people", each["values"]), None, {}, place)
        work.kids = {
            name: [Work(typed(form, name, kid["values"]), work, {}, at) for at, kid in enumerate(kids, 1)]
            for name, kids in each.get("children", {}).items()
        }
        rows["people"].append(work)
        rows["kids"].extend(work.kids.get("kids", []))
    present = frozenset(["APP"] if "APP" in given["totals"] or rows["people"] else [])
    boxes = {FORM: typed(form, FORM, given["values"])}
    boxes |= {name: typed(form, name, given["totals"].get(name, {})) for name in present}
    days = [date.fromisoformat(given[name]) for name in ("period", "period_end")]
    return Figures(given.get("header", {}), boxes, rows, present, *days)


def typed(form: Source, part: str, values: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {Type.WHOLE: int, Type.DECIMAL: Decimal}
    cells = form.parts[part].cells
    return {
        code: kinds.get(cells[code].type, lambda same: same)(text)
        for code, text in values.items()
        if code in cells
    }


def results(figures: Figures, part: str) -> list[Any]:
    if part in figures.rows:
        return [row.v[RESULT] for row in figures.rows[part]]
    return [figures.boxes[part][RESULT]]


@cache
def engine() -> MiniRacer:
    started = MiniRacer()
    started.eval(runtime_text())
    return started


def browser(form: Source, given: dict[str, Any], part: str) -> list[Any]:
    engine().eval(compile_javascript(form))
    answer = json.loads(
        str(engine().eval(f"JSON.stringify(khaithue.forms.toy.compute({json.dumps(given)}))"))
    )
    if part == FORM:
        return [answer["values"][RESULT]]
    if part == "APP":
        return [answer["totals"][part][RESULT]]
    people = answer["tables"].get("people", [])
    rows = people if part == "people" else [kid for row in people for kid in row["children"].get("kids", [])]
    return [row["values"][RESULT] for row in rows]


def exact(found: Any) -> Any:
    return Fraction(found) if isinstance(found, Decimal) else found


def exact_text(found: Any, kind: Type) -> Any:
    return Fraction(found) if kind in (Type.WHOLE, Type.DECIMAL) and found is not None else found
