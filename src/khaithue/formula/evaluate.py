"""The value of one bound formula, read straight off its tree: for explanations and prefilled boxes.

It shares no code with the compiled targets, so the tests hold them against it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import takewhile
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final, TypeAlias

from khaithue.formula import syntax
from khaithue.formula.runtime import Work
from khaithue.formula.runtime import months as months_between
from khaithue.formula.source import PartKind, Source, Type, entry_on
from khaithue.formula.syntax import Expr, Ref, Total
from khaithue.formula.target_python import Figures
from khaithue.formula.types import Typist
from khaithue.law.dated import RateEntry, Scale

Found: TypeAlias = int | Fraction | bool | str | None
"""The value of a formula; numbers are exact, blank is ``None``."""
Exact: TypeAlias = int | Fraction
"""An exact number."""
_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": eq,
    "<>": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}


@dataclass(frozen=True)
class Scene:
    """Where a formula is evaluated: the figures, the row it stands in, and the preceding period's figures."""

    source: Source
    figures: Figures
    table: str = ""
    row: Work | None = None
    previous: Figures | None = None

    def read(self, ref: Ref) -> Found:
        """The value of a box."""
        cell = self.source.parts[ref.part].cells[ref.code]
        if cell.header:
            return self.figures.header.get(cell.header) or None
        return _plain(self._boxes(ref.part).get(ref.code))

    def rows(self, total: Total) -> "list[Scene]":
        """The rows a total is taken over, before its condition."""
        return [replace(self, table=total.table, row=row) for row in self._rows(total.table)]

    def rate(self, name: str) -> RateEntry | None:
        """The rate in force on the first day of the period."""
        return entry_on(self.source.rates[name], self.figures.start)

    def scale(self, name: str) -> Scale | None:
        """The progressive table in force on the first day of the period."""
        return entry_on(self.source.scales[name], self.figures.start)

    def is_present(self, name: str) -> bool:
        """Whether an appendix is filed or a table has rows."""
        if self.source.parts[name].kind is PartKind.TABLE:
            return bool(self.figures.rows.get(name))
        return name in self.figures.present

    def _boxes(self, part: str) -> dict[str, Any]:
        if self.source.parts[part].kind is not PartKind.TABLE:
            return self.figures.boxes.get(part, {})
        row = self.row
        for _ in range(self.source.lineage(self.table).index(part)):
            row = row.up if row else None
        return row.v if row else {}

    def _rows(self, table: str) -> Iterable[Work]:
        lineage = self.source.lineage(table)
        if self.row is None or self.table not in lineage[1:]:
            return self.figures.rows.get(table, ())
        rows = [self.row]
        for name in reversed(lineage[: lineage.index(self.table)]):
            rows = [kid for row in rows for kid in row.kids.get(name, ())]
        return rows


def evaluate(expr: Expr, scene: Scene) -> Found:
    """The value of a bound and typed formula."""
    match expr:
        case syntax.Whole(value=value):
            return value
        case syntax.Quoted(value=text):
            return text or None
        case Ref():
            return scene.read(expr)
        case syntax.Entered(part=part, code=code):
            return scene.read(Ref(part, code))
        case syntax.Blank():
            return None
        case syntax.OfPeriod(word="period_start"):
            return scene.figures.start.isoformat()
        case syntax.OfPeriod(word="period_end"):
            return scene.figures.end.isoformat()
        case syntax.Repeated():
            return any(True for _ in _alike(expr, scene))
        case syntax.Overlapping():
            return any(_meet(expr, scene, other) for other in _alike(expr, scene))
        case syntax.Compare():
            return _COMPARE[expr.sign](*_compared(expr, scene))
        case syntax.Logic(word="and"):
            return _holds(expr.left, scene) and _holds(expr.right, scene)
        case syntax.Logic():
            return _holds(expr.left, scene) or _holds(expr.right, scene)
        case syntax.Not(expr=inner):
            return not _holds(inner, scene)
        case syntax.If():
            return evaluate(expr.then if _holds(expr.condition, scene) else expr.other, scene)
        case syntax.Present(what=Ref() as ref):
            return scene.read(ref) is not None
        case syntax.Present(what=syntax.Name(name=name)):
            return scene.is_present(name)
        case syntax.Previous(ref=ref):
            return replace(scene, figures=scene.previous).read(ref) if scene.previous else None
    return number(expr, scene)


def number(expr: Expr, scene: Scene) -> Exact | None:
    """The value of a formula that yields a number."""
    match expr:
        case syntax.Sum(terms=terms):
            if not _is_filled([term.expr for term in terms], scene):
                return None
            return _added(_signed(term, scene) for term in terms)
        case syntax.Pick(word=word, items=items):
            return _picked(word, items, scene)
        case syntax.Product(left=left, right=right):
            return _product(number(left, scene), number(right, scene))
        case syntax.Quotient(left=left, right=right):
            return _quotient(number(left, scene), number(right, scene))
        case syntax.Abs(expr=inner):
            found = number(inner, scene)
            return -found if found is not None and found < 0 else found
        case syntax.Round(expr=inner):
            return _rounded(number(inner, scene))
        case syntax.Rate(name=name):
            entry = scene.rate(name)
            return entry.value if entry else None
        case syntax.Scale(name=name, expr=inner):
            return _tax(scene.scale(name), number(inner, scene))
        case syntax.Months(first=first, last=last):
            return months_between(_text(evaluate(first, scene)), _text(evaluate(last, scene)))
        case syntax.OfPeriod(word="period_months"):
            return months_between(scene.figures.start.isoformat(), scene.figures.end.isoformat())
        case syntax.RowNumber():
            return scene.row.number if scene.row else None
        case syntax.Above(column=column):
            return _added(_filled(number(column, row) for row in _above(scene)))
        case Total():
            return _total(expr, scene)
    found_value = evaluate(expr, scene)
    return found_value if isinstance(found_value, int | Fraction) else None


def taken_item(expr: syntax.Pick, scene: Scene) -> Expr | None:
    """The argument of ``min`` or ``max`` that gave the value, the first of equals; ``None`` when blank."""
    best = _picked(expr.word, expr.items, scene)
    if best is None:
        return None
    return next(item for item in expr.items if number(item, scene) == best)


def holds(condition: Expr, scene: Scene) -> bool:
    """Whether a condition holds; a blank flag does not."""
    return _holds(condition, scene)


def rows_counted(total: Total, scene: Scene) -> list[Scene]:
    """The rows that meet the condition of a total."""
    return [row for row in scene.rows(total) if total.where is None or _holds(total.where, row)]


def _holds(condition: Expr, scene: Scene) -> bool:
    return bool(evaluate(condition, scene))


def _is_filled(exprs: list[Expr], scene: Scene) -> bool:
    boxes = [expr for expr in exprs if not syntax.is_constant(expr)] or exprs
    return any(number(expr, scene) is not None for expr in boxes)


def _picked(word: str, items: tuple[Expr, ...], scene: Scene) -> Exact | None:
    if not _is_filled(list(items), scene):
        return None
    found = _filled(number(item, scene) for item in items)
    return max(found, key=Fraction) if word == "max" else min(found, key=Fraction)


def _signed(term: syntax.Term, scene: Scene) -> Exact:
    found = number(term.expr, scene) or 0
    return found if term.sign > 0 else -found


def _added(numbers: Iterable[Exact]) -> Exact:
    whole, fraction = 0, Fraction(0)
    for each in numbers:
        if isinstance(each, int):
            whole += each
        else:
            fraction += each
    return whole + fraction if fraction else whole


def _filled(numbers: Iterable[Exact | None]) -> list[Exact]:
    return [each for each in numbers if each is not None]


def _product(left: Exact | None, right: Exact | None) -> Exact | None:
    if left is None or right is None:
        return None
    return Fraction(left) * Fraction(right)


def _quotient(left: int | Fraction | None, right: int | Fraction | None) -> Fraction | None:
    return None if left is None or not right else Fraction(left) / Fraction(right)


def _rounded(found: int | Fraction | None) -> int | None:
    if found is None:
        return None
    nearest = int((found if found >= 0 else -found) + Fraction(1, 2))
    return nearest if found >= 0 else -nearest


def _tax(scale: Scale | None, amount: int | Fraction | None) -> Fraction | None:
    if scale is None or amount is None:
        return None
    tax, floor = Fraction(0), 0
    for bracket in scale.brackets:
        top = amount if bracket.top is None else min(amount, bracket.top)
        tax += max(Fraction(0), Fraction(top) - floor) * bracket.rate
        floor = bracket.top or 0
    return tax


def _total(total: Total, scene: Scene) -> Exact | None:
    rows = rows_counted(total, scene)
    if total.column:
        filled = _filled(number(Ref(total.table, total.column), row) for row in rows)
        return _added(filled) if filled else None
    lies_within_row = scene.row is not None and scene.table in scene.source.lineage(total.table)[1:]
    appendix = scene.source.parts[total.table].appendix
    return len(rows) if lies_within_row or appendix in scene.figures.present else None


def _above(scene: Scene) -> Iterator[Scene]:
    """The rows before the one the formula stands in."""
    rows = scene.figures.rows[scene.table]
    return (replace(scene, row=row) for row in takewhile(lambda row: row is not scene.row, rows))


def _alike(expr: syntax.Repeated | syntax.Overlapping, scene: Scene) -> Iterator[Scene]:
    """The other rows that hold the same in the columns, when none of ours is blank."""
    here = [scene.read(column) for column in expr.columns]
    others = [row for row in scene.figures.rows[scene.table] if row is not scene.row]
    for other in (replace(scene, row=row) for row in others):
        if None not in here and [other.read(column) for column in expr.columns] == here:
            yield other


def _meet(expr: syntax.Overlapping, one: Scene, other: Scene) -> bool:
    times = [(each.read(expr.first) or "", each.read(expr.last) or "9999-99") for each in (one, other)]
    (start, end), (other_start, other_end) = [tuple(map(str, time)) for time in times]
    return start <= end and other_start <= other_end and start <= other_end and other_start <= end


def _compared(expr: syntax.Compare, scene: Scene) -> tuple[Found, Found]:
    left, right = _comparable(evaluate(expr.left, scene), evaluate(expr.right, scene))
    types = {Typist(scene.source).type_of(side) for side in (expr.left, expr.right)}
    return (str(left)[:7], str(right)[:7]) if types == {Type.DATE, Type.MONTH} else (left, right)


def _comparable(left: Found, right: Found) -> tuple[Found, Found]:
    if isinstance(left, str) or isinstance(right, str):
        return left or "", right or ""
    return left or 0, right or 0


def _text(found: Found) -> str | None:
    return found if isinstance(found, str) else None


def _plain(value: Any) -> Found:
    if isinstance(value, Decimal):
        return Fraction(value)
    if value == "":
        return None
    plain: Found = value
    return plain
