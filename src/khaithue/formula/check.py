"""The checks made before a form is used: references, kinds, dates; every fault with its file and line.

A formula that passes comes out *bound*: each ``Ref`` carries the name of the part its box stands in.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from khaithue.formula import syntax
from khaithue.formula.parse import FormulaError, parse
from khaithue.formula.source import Cell, Part, PartKind, Place, Rule, Source, Type
from khaithue.formula.syntax import FORM, Entered, Expr, Ref
from khaithue.formula.types import NUMBERS, TypeFaultError, Typist

CellKey = tuple[str, str]
"""A box by the name of its part and its code."""


@dataclass(frozen=True)
class Bound:
    """The formulas of a form, parsed, bound and typed, by box and by check."""

    source: Source
    calcs: dict[CellKey, Expr]
    prefills: dict[CellKey, Expr]
    rules: tuple[tuple[Rule, Expr], ...]


def check(source: Source) -> tuple[Bound, list[str]]:
    """Parse, bind and type every formula; the messages name everything that is wrong, in file order."""
    checker = _Checker(source)
    calcs = dict(checker.calcs())
    prefills = dict(checker.prefills())
    rules = tuple(checker.rules())
    formulas = [*calcs.values(), *prefills.values(), *(expr for _, expr in rules)]
    checker.refuse_unused_tables(formulas)
    return Bound(_with_used_tables(source, formulas), calcs, prefills, rules), checker.messages


def _with_used_tables(source: Source, formulas: list[Expr]) -> Source:
    """The source with only the rates and scales the formulas ask for."""
    names = {
        node.name
        for expr in formulas
        for node in syntax.walk(expr)
        if isinstance(node, syntax.Rate | syntax.Scale)
    }
    rates = {name: entries for name, entries in source.rates.items() if name in names}
    scales = {name: entries for name, entries in source.scales.items() if name in names}
    return replace(source, rates=rates, scales=scales)


class _Checker:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.messages: list[str] = []

    def calcs(self) -> Iterator[tuple[CellKey, Expr]]:
        for part, cell in self._cells():
            if cell.calc and (
                expr := self._formula(
                    cell.calc, part, cell.place, f"[{cell.code}] calc", cell.type, box=cell.code
                )
            ):
                yield (part.name, cell.code), expr

    def prefills(self) -> Iterator[tuple[CellKey, Expr]]:
        for part, cell in self._cells():
            if not cell.prefill:
                continue
            if part.kind is PartKind.TABLE:
                self._say(cell.place, f"[{cell.code}] prefill: a column is not prefilled, only a box")
            elif expr := self._formula(cell.prefill, part, cell.place, f"[{cell.code}] prefill", cell.type):
                yield (part.name, cell.code), expr

    def rules(self) -> Iterator[tuple[Rule, Expr]]:
        for rule in self.source.rules:
            part = self.source.parts.get(rule.each or FORM)
            if part is None or (rule.each and part.kind is not PartKind.TABLE):
                self._say(rule.place, f"{rule.code} each: there is no table {rule.each}")
            elif expr := self._formula(rule.text, part, rule.place, f"{rule.code} rule", Type.FLAG):
                yield rule, expr

    def refuse_unused_tables(self, formulas: list[Expr]) -> None:
        """A table no formula, check or nested table speaks of is a list nobody looks at."""
        used = {rule.each for rule in self.source.rules} | {table.parent for table in self.source.tables()}
        for formula in formulas:
            used |= {node.table for node in syntax.walk(formula) if isinstance(node, syntax.Total)}
            used |= {node.name for node in syntax.walk(formula) if isinstance(node, syntax.Name)}
            used |= {node.part for node in syntax.walk(formula) if isinstance(node, Ref)}
        for table in self.source.tables():
            if table.name not in used:
                self._say(table.place, f"table {table.name}: no formula and no check uses it")

    def _cells(self) -> Iterator[tuple[Part, Cell]]:
        for part in self.source.parts.values():
            for cell in part.cells.values():
                yield part, cell

    def _formula(
        self, text: str, part: Part, place: Place, subject: str, wanted: Type, *, box: str = ""
    ) -> Expr | None:
        try:
            written = parse(text)
        except FormulaError as error:
            self._say(place, f"{subject}: column {error.column}: {error}")
            return None
        binder = _Binder(self.source, part, box=box, is_prefill=subject.endswith(" prefill"))
        expr = binder.formula(written)
        for fault in binder.faults:
            self._say(place, f"{subject}: {fault}")
        if binder.faults:
            return None
        return expr if self._has_type(expr, place, subject, wanted) else None

    def _has_type(self, expr: Expr, place: Place, subject: str, wanted: Type) -> bool:
        try:
            found = Typist(self.source).type_of(expr)
        except TypeFaultError as fault:
            self._say(place, f"{subject}: column {fault.column}: {fault}")
            return False
        if not _fits(found, wanted):
            self._say(place, f"{subject}: gives a {found}, the box takes a {wanted}{_advice(found, wanted)}")
            return False
        return True

    def _say(self, place: Place, message: str) -> None:
        self.messages.append(f"{place}: {message}")


def _fits(found: Type, wanted: Type) -> bool:
    if wanted in NUMBERS and found in NUMBERS:
        return NUMBERS.index(found) <= NUMBERS.index(wanted)
    return found is wanted


def _advice(found: Type, wanted: Type) -> str:
    return ": round it first" if found in NUMBERS and wanted in NUMBERS else ""


class _Binder:
    """Gives every reference of one formula the part its box stands in, and gathers what does not exist."""

    def __init__(self, source: Source, part: Part, *, box: str, is_prefill: bool) -> None:
        self.source = source
        self.home = part
        self.box = box
        self.is_prefill = is_prefill
        self.is_rule = not box and not is_prefill
        self.faults: list[str] = []

    def formula(self, written: Expr) -> Expr:
        """The bound formula of a box or a check."""
        bound = self.bind(written)
        if self.box and (isinstance(bound, Entered) or not syntax.is_entry_alone(bound)):
            return self._fault(bound, "entered stands as a branch of an if, alone")
        return bound

    def bind(self, expr: Expr, *, rows_of: str = "") -> Expr:
        """The bound formula; ``rows_of`` is the table whose rows a ``where`` is choosing."""
        match expr:
            case Ref():
                return self._ref(expr, rows_of)
            case Entered():
                return self._entered(expr)
            case syntax.Total():
                return self._total(expr, rows_of)
            case syntax.Name():
                return self._fault(expr, f"{expr.name} stands alone: a box is written [code]")
            case syntax.Present(what=syntax.Name(name=name)) if not self._is_part(name):
                return self._fault(expr, f"there is no appendix or table {name}")
            case syntax.Present(what=syntax.Name()):
                return expr
            case syntax.Present(what=Ref() as ref):
                return replace(expr, what=self._ref(ref, rows_of))
            case syntax.Previous():
                return self._previous(expr)
            case syntax.RowNumber() if rows_of or self.home.kind is not PartKind.TABLE:
                return self._fault(expr, "row stands in a column or in a check of rows, outside a where")
            case syntax.Repeated() | syntax.Overlapping():
                return self._compared(expr, rows_of)
            case syntax.Above():
                return self._above(expr, rows_of)
            case syntax.Rate(name=name) if name not in self.source.rates:
                return self._fault(expr, f"there is no rate {name}")
            case syntax.Scale(name=name) if name not in self.source.scales:
                return self._fault(expr, f"there is no scale {name}")
        return self._below(expr, rows_of)

    def _below(self, expr: Expr, rows_of: str) -> Expr:
        match expr:
            case syntax.Sum():
                terms = tuple(
                    replace(term, expr=self.bind(term.expr, rows_of=rows_of)) for term in expr.terms
                )
                return replace(expr, terms=terms)
            case syntax.Pick():
                return replace(expr, items=tuple(self.bind(item, rows_of=rows_of) for item in expr.items))
            case syntax.Product() | syntax.Quotient() | syntax.Compare() | syntax.Logic():
                left, right = self.bind(expr.left, rows_of=rows_of), self.bind(expr.right, rows_of=rows_of)
                return replace(expr, left=left, right=right)
            case syntax.Not() | syntax.Abs() | syntax.Round() | syntax.Scale():
                return replace(expr, expr=self.bind(expr.expr, rows_of=rows_of))
            case syntax.Months():
                first, last = self.bind(expr.first, rows_of=rows_of), self.bind(expr.last, rows_of=rows_of)
                return replace(expr, first=first, last=last)
            case syntax.If():
                condition, then, other = (
                    self.bind(each, rows_of=rows_of) for each in (expr.condition, expr.then, expr.other)
                )
                return replace(expr, condition=condition, then=then, other=other)
        return expr

    def _ref(self, ref: Ref, rows_of: str) -> Ref:
        here = self.source.parts[rows_of] if rows_of else self.home
        name = self._part_named(ref, here)
        part = self.source.parts.get(name)
        if part is None:
            self._fault(ref, f"there is no part {ref.part}")
        elif ref.code not in part.cells:
            self._fault(ref, f"there is no box {ref}")
        elif part.kind is PartKind.TABLE and name not in self.source.lineage(here.name):
            self._fault(ref, f"{ref} is a column: ask for its sum or count")
        return replace(ref, part=name)

    def _part_named(self, ref: Ref, here: Part) -> str:
        if not ref.part:
            return here.name
        if ref.part == "up":
            return here.parent or "up"
        return ref.part

    def _total(self, total: syntax.Total, rows_of: str) -> Expr:
        table = self.source.parts.get(total.table)
        if rows_of:
            return self._fault(total, "a sum or count does not stand inside a where")
        if table is None or table.kind is not PartKind.TABLE:
            return self._fault(total, f"there is no table {total.table}")
        if total.column and total.column not in table.cells:
            return self._fault(total, f"there is no column {total.table}[{total.column}]")
        where = self.bind(total.where, rows_of=total.table) if total.where else None
        return replace(total, where=where)

    def _previous(self, expr: syntax.Previous) -> Expr:
        if not self.is_prefill:
            return self._fault(expr, "previous() stands in a prefill only")
        ref = self._ref(expr.ref, "")
        return replace(expr, ref=ref)

    def _compared(self, expr: syntax.Repeated | syntax.Overlapping, rows_of: str) -> Expr:
        here = self.source.parts[rows_of] if rows_of else self.home
        word = "repeated()" if isinstance(expr, syntax.Repeated) else "overlapping()"
        if not self.is_rule:
            return self._fault(expr, f"{word} stands in a check only")
        if here.kind is not PartKind.TABLE:
            return self._fault(expr, f"{word} asks about a row: in a check with each, or in a where")
        columns = tuple(self._column(column, here, rows_of) for column in expr.columns)
        if isinstance(expr, syntax.Repeated):
            return replace(expr, columns=columns)
        first, last = (self._column(column, here, rows_of) for column in (expr.first, expr.last))
        return replace(expr, columns=columns, first=first, last=last)

    def _above(self, expr: syntax.Above, rows_of: str) -> Expr:
        if rows_of or not self.box or self.home.kind is not PartKind.TABLE or self.home.parent:
            return self._fault(expr, "above() stands in a column of a table that lies in no other")
        return replace(expr, column=self._column(expr.column, self.home, rows_of))

    def _column(self, column: Ref, here: Part, rows_of: str) -> Ref:
        found = self._ref(column, rows_of)
        if found.part != here.name:
            self._fault(column, f"{column} is no column of {here.name}")
        return found

    def _entered(self, expr: Entered) -> Expr:
        if not self.box:
            return self._fault(expr, "entered stands in the calc of a box only")
        return replace(expr, part=self.home.name, code=self.box)

    def _is_part(self, name: str) -> bool:
        return name in self.source.parts and name != FORM

    def _fault(self, node: Expr, message: str) -> Expr:
        self.faults.append(f"column {node.span[0] + 1}: {message}")
        return node
