"""Why a box holds what it holds: the operands, the branches taken, the rates and the law, as a tree."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from khaithue.formula import syntax
from khaithue.formula.check import Bound
from khaithue.formula.evaluate import Found, Scene, evaluate, holds, rows_counted, taken_item
from khaithue.formula.order import is_own
from khaithue.formula.source import PartKind
from khaithue.formula.syntax import FORM, Above, Expr, Ref, Total
from khaithue.law.dated import RateEntry, Scale


@dataclass(frozen=True)
class Taken:
    """A choice the formula made: its text, and the text of the branch it took (empty when all were blank)."""

    choice: str
    branch: str


@dataclass(frozen=True)
class Explanation:
    """One box, or one total, with what it was computed from.

    ``cell`` is an address as in findings (``40a``, ``PL_NQ142_GTGT[9]``, ``people[12]``), or the total as
    written. ``formula`` is empty for a figure that was given. ``rows`` says how many rows a total counts.
    ``is_entered`` says that the formula left the figure to the taxpayer.
    """

    cell: str
    label: str
    value: Found
    formula: str = ""
    law: str = ""
    rows: int | None = None
    is_entered: bool = False
    taken: tuple[Taken, ...] = ()
    rates: tuple[RateEntry | Scale, ...] = ()
    operands: "tuple[Explanation, ...]" = ()


def explain(bound: Bound, ref: Ref, scene: Scene, depth: int = 1) -> Explanation:
    """Explain a box of computed figures; operands are explained in turn down to ``depth`` levels."""
    part = bound.source.parts[ref.part]
    cell = part.cells[ref.code]
    expr = bound.calcs.get((ref.part, ref.code))
    here = _standing_in(ref.part, scene)
    given = Explanation(_address(ref), cell.label, _stated(here.read(ref)), cell.calc, cell.law)
    if expr is None or depth < 1:
        return given
    return replace(
        given,
        is_entered=_is_entered(expr, here),
        taken=tuple(_taken(expr, cell.calc, here)),
        rates=tuple(_rates(expr, here)),
        operands=tuple(_operand(bound, node, cell.calc, here, depth - 1) for node in _operands(expr)),
    )


def _standing_in(part: str, scene: Scene) -> Scene:
    """The scene of the part a box stands in: an outer row, or no row at all."""
    source = scene.source
    if source.parts[part].kind is not PartKind.TABLE:
        return replace(scene, table="", row=None)
    row = scene.row
    for _ in range(source.lineage(scene.table).index(part)):
        row = row.up if row else None
    return replace(scene, table=part, row=row)


_Operand: TypeAlias = Ref | Total | Above


def _operands(expr: Expr) -> list[_Operand]:
    """The boxes and totals a formula reads, each once; a total stands for what is inside it."""
    return list(dict.fromkeys(node for node in _outside_totals(expr) if isinstance(node, _Operand)))


def _operand(bound: Bound, node: _Operand, text: str, scene: Scene, depth: int) -> Explanation:
    if isinstance(node, Ref):
        return explain(bound, node, scene, depth)
    if isinstance(node, Above):
        label = bound.source.parts[node.column.part].cells[node.column.code].label
        return Explanation(_written(node, text), label, _stated(evaluate(node, scene)))
    table = bound.source.parts[node.table]
    label = table.cells[node.column].label if node.column else ""
    asked = scene if is_own(bound.source, node, scene.table) else replace(scene, table="", row=None)
    return Explanation(
        _written(node, text), label, evaluate(node, asked), rows=len(rows_counted(node, asked))
    )


def _taken(expr: Expr, text: str, scene: Scene) -> Iterator[Taken]:
    for node in _outside_totals(expr):
        if isinstance(node, syntax.If):
            branch = node.then if holds(node.condition, scene) else node.other
            yield Taken(_written(node, text), _written(branch, text))
        elif isinstance(node, syntax.Pick):
            item = taken_item(node, scene)
            yield Taken(_written(node, text), _written(item, text) if item else "")


def _is_entered(expr: Expr, scene: Scene) -> bool:
    while isinstance(expr, syntax.If):
        expr = expr.then if holds(expr.condition, scene) else expr.other
    return isinstance(expr, syntax.Entered)


def _rates(expr: Expr, scene: Scene) -> Iterator[RateEntry | Scale]:
    for node in syntax.walk(expr):
        if isinstance(node, syntax.Rate) and (rate := scene.rate(node.name)):
            yield rate
        elif isinstance(node, syntax.Scale) and (scale := scene.scale(node.name)):
            yield scale


def _outside_totals(node: syntax.Node) -> Iterator[syntax.Node]:
    """Everything of a formula but what is inside its totals, which belongs to other rows."""
    yield node
    for part in () if isinstance(node, Total | Above) else syntax.parts_of(node):
        yield from _outside_totals(part)


def _written(node: syntax.Node, text: str) -> str:
    return text[node.span[0] : node.span[1]]


def _address(ref: Ref) -> str:
    return ref.code if ref.part == FORM else f"{ref.part}[{ref.code}]"


def _stated(value: Found) -> Found:
    """A fraction that is whole is said as a whole number."""
    return int(value) if isinstance(value, Fraction) and value.denominator == 1 else value
