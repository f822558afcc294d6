"""In what order the boxes of a form are computed: each after everything its formula reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeAlias

from khaithue.formula import syntax
from khaithue.formula.check import Bound, CellKey
from khaithue.formula.source import PartKind, Source
from khaithue.formula.syntax import FORM, Expr, Ref, Total


@dataclass(frozen=True)
class Box:
    """Compute one box of the main part or of an appendix."""

    part: str
    code: str


@dataclass(frozen=True)
class Rows:
    """Compute these columns, in this order, in one pass over the rows of a table."""

    table: str
    codes: tuple[str, ...]


Step: TypeAlias = Box | Rows | Total
"""One step of the computation; a ``Total`` is taken over all rows of its table, once."""
_Node: TypeAlias = CellKey | Total


@dataclass(frozen=True)
class Cycle:
    """Boxes that wait for one another, in the order they ask."""

    cells: tuple[CellKey, ...]


def plan(bound: Bound) -> tuple[Step, ...] | Cycle:
    """The steps of computing a form, columns of one table gathered; or a cycle, when there is one."""
    graph = _graph(bound)
    ordered: list[_Node] = []
    waiting = dict(graph)
    last = ""
    while waiting:
        ready = [node for node, needs in waiting.items() if needs.isdisjoint(waiting)]
        if not ready:
            return _cycle(waiting)
        chosen = min(ready, key=lambda node: _rank(bound.source, node, last))
        last = _kinship(bound.source, chosen)
        ordered.append(chosen)
        del waiting[chosen]
    return tuple(_steps(bound.source, ordered))


def totals_of(source: Source, expr: Expr, home: str) -> Iterator[Total]:
    """The totals of a formula that do not depend on the row it stands in; ``home`` is the formula's part."""
    for node in syntax.walk(expr):
        if isinstance(node, Total) and not is_own(source, node, home):
            yield node


def is_own(source: Source, total: Total, home: str) -> bool:
    """Whether a total asked in a row of ``home`` is of the rows within that row only."""
    return home in source.lineage(total.table)[1:]


def _graph(bound: Bound) -> dict[_Node, set[_Node]]:
    graph: dict[_Node, set[_Node]] = {}
    for key, expr in bound.calcs.items():
        hoisted = set(totals_of(bound.source, expr, key[0]))
        graph[key] = {*hoisted, *_cells_read(bound, expr, hoisted)}
        for total in hoisted:
            graph[total] = set(_cells_read(bound, total, set()))
    return graph


def _cells_read(bound: Bound, node: syntax.Node, skipped: set[Total]) -> Iterator[CellKey]:
    """The computed boxes read by a formula, but for those that only the ``skipped`` totals read."""
    if isinstance(node, Total):
        if node in skipped:
            return
        if (node.table, node.column) in bound.calcs:
            yield node.table, node.column
    if isinstance(node, Ref) and (node.part, node.code) in bound.calcs:
        yield node.part, node.code
    for part in syntax.parts_of(node):
        yield from _cells_read(bound, part, skipped)


def _rank(source: Source, node: _Node, last: str) -> int:
    """Columns of one table, and totals of one table, go together; boxes come before the next of these."""
    kinship = _kinship(source, node)
    if kinship and kinship == last:
        return 0
    return 2 if kinship else 1


def _kinship(source: Source, node: _Node) -> str:
    return f"total of {node.table}" if isinstance(node, Total) else _table(source, node)


def _table(source: Source, node: _Node) -> str:
    if isinstance(node, Total):
        return ""
    return node[0] if source.parts[node[0]].kind is PartKind.TABLE else ""


def _steps(source: Source, ordered: list[_Node]) -> Iterator[Step]:
    gathered: list[str] = []
    for node, after in zip_longest(ordered, ordered[1:]):
        table = _table(source, node)
        if isinstance(node, Total):
            yield node
        elif not table:
            yield Box(*node)
        else:
            gathered.append(node[1])
            if after is None or _table(source, after) != table:
                yield Rows(table, tuple(gathered))
                gathered = []


def _cycle(waiting: dict[_Node, set[_Node]]) -> Cycle:
    path: list[_Node] = [next(iter(waiting))]
    while path[-1] not in path[:-1]:
        path.append(next(node for node in waiting if node in waiting[path[-1]]))
    ring = path[path.index(path[-1]) :]
    return Cycle(tuple(node for node in ring if not isinstance(node, Total)))


def cell_name(key: CellKey) -> str:
    """How a box is written in messages: ``[40a]`` of the main part, ``people[12]`` of another."""
    part, code = key
    return f"[{code}]" if part == FORM else f"{part}[{code}]"
