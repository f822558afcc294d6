"""From bound formulas to instructions: here, once for all targets, is what the notation means."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from khaithue.formula import syntax
from khaithue.formula.check import Bound, CellKey
from khaithue.formula.machine import (
    BLANK,
    ONE,
    TRUE,
    ZERO,
    Assign,
    Atom,
    Code,
    Each,
    Lit,
    Number,
    Report,
    Statement,
    Store,
    Var,
    When,
    all_of,
    any_of,
    choose,
    is_blank,
    negate,
    op,
    or_zero,
    product,
)
from khaithue.formula.order import Box, Rows, Step, totals_of
from khaithue.formula.source import PartKind, Source, Type
from khaithue.formula.syntax import FORM, Expr, Ref, Total
from khaithue.formula.types import NUMBERS, Typist, cell_type

_SIGNS: Final = {"=": "eq", "<>": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


@dataclass(frozen=True)
class Names:
    """The variables a target prepares: one for each appendix, its presence, each table, rate and scale."""

    source: Source

    def store(self, part: str) -> Var:
        """The boxes of the main part or of an appendix."""
        return Var("main") if part == FORM else Var(f"a{self._index(part)}")

    def presence(self, appendix: str) -> Var:
        """Whether the appendix is part of the return."""
        return Var(f"p{self._index(appendix)}")

    def rows(self, table: str) -> Var:
        """All rows of a table, those of nested tables in the order of their parents."""
        return Var(f"t{self._index(table)}")

    def rate(self, name: str) -> tuple[Var, Var | None]:
        """The rate on the first day of the period: numerator, and denominator unless it is always whole."""
        index = sorted(self.source.rates).index(name)
        whole = all(entry.value.denominator == 1 for entry in self.source.rates[name])
        return Var(f"r{index}n"), None if whole else Var(f"r{index}d")

    def scale(self, name: str) -> tuple[Var, Var]:
        """The progressive table on the first day of the period, and the denominator of its tax."""
        index = sorted(self.source.scales).index(name)
        return Var(f"s{index}"), Var(f"s{index}d")

    def _index(self, part: str) -> int:
        return list(self.source.parts).index(part)


def lower_calcs(bound: Bound, steps: tuple[Step, ...]) -> tuple[Statement, ...]:
    """The instructions that fill every computed box, in the planned order."""
    writer = _Writer(bound)
    for table, group in groupby(steps, key=lambda step: step.table if isinstance(step, Total) else ""):
        if table:
            writer.hoist([step for step in group if isinstance(step, Total)])
            continue
        for step in group:
            if isinstance(step, Box):
                writer.box(step)
            elif isinstance(step, Rows):
                writer.rows(step)
    return tuple(writer.out)


def lower_rules(bound: Bound) -> tuple[Statement, ...]:
    """The instructions that report every check that is not met."""
    writer = _Writer(bound)
    asked = [
        total for rule, expr in bound.rules for total in totals_of(bound.source, expr, rule.each or FORM)
    ]
    for table in dict.fromkeys(total.table for total in asked):
        writer.hoist(list(dict.fromkeys(total for total in asked if total.table == table)))
    for rule, expr in bound.rules:
        writer.rule(rule.code, expr, rule.each)
    return tuple(writer.out)


class _Writer:
    """Writes instructions; remembers what it has read in the block it is in."""

    def __init__(self, bound: Bound) -> None:
        self.bound = bound
        self.source = bound.source
        self.names = Names(bound.source)
        self.typist = Typist(bound.source)
        self.out: list[Statement] = []
        self.known: dict[CellKey, Number | Atom] = {}
        self.totals: dict[Total, Number] = {}
        self.row: tuple[str, Var] | None = None
        self.count = 0

    # -- steps

    def hoist(self, totals: list[Total]) -> None:
        """Take totals of all rows of one table, each once."""
        new = [total for total in totals if total not in self.totals]
        if new:
            taken = self._taken(new, self.names.rows(new[0].table))
            self.totals |= dict(zip(new, taken, strict=True))

    def box(self, step: Box) -> None:
        """Compute a box of the main part, or of an appendix that is present."""
        if step.part == FORM:
            self._set(step.part, step.code)
            return
        with self._block() as body:
            self._set(step.part, step.code)
        self.out.append(When(self.names.presence(step.part), tuple(body)))

    def rows(self, step: Rows) -> None:
        """Compute columns in one pass."""
        with self._block() as body:
            row = self._enter(step.table)
            for code in step.codes:
                self._set(step.table, code)
        self.out.append(Each(row.name, self.names.rows(step.table), tuple(body)))

    def rule(self, code: str, expr: Expr, each: str) -> None:
        """Report a check that is not met, of the form or of each row."""
        counter = self._fresh("i").name if each else ""
        with self._block() as body:
            row = self._enter(each) if each else None
            met = self._flag(expr)
            self.out.append(When(negate(met), (Report(code, counter),)))
        if row is None:
            self.out.extend(body)
        else:
            self.out.append(Each(row.name, self.names.rows(each), tuple(body), counter))

    # -- blocks and variables

    @contextmanager
    def _block(self) -> Iterator[list[Statement]]:
        outer = self.out, self.known, self.row
        self.out, self.known = [], dict(self.known)
        try:
            yield self.out
        finally:
            self.out, self.known, self.row = outer

    def _enter(self, table: str) -> Var:
        row = self._fresh("q")
        self.row = (table, row)
        return row

    def _fresh(self, letter: str) -> Var:
        self.count += 1
        return Var(f"{letter}_{self.count}")

    def _keep(self, code: Code) -> Atom:
        if isinstance(code, Var | Lit):
            return code
        kept = self._fresh("x")
        self.out.append(Assign(kept.name, code))
        return kept

    # -- boxes

    def _set(self, part: str, code: str) -> None:
        expr = self.bound.calcs[part, code]
        kind = self.source.parts[part].cells[code].type
        store = self._store(part)
        if kind in NUMBERS:
            number = self._number(expr)
            self.known[part, code] = number
            op_name, values = (
                ("put_decimal", (number.n, number.d)) if kind is Type.DECIMAL else ("put_whole", (number.n,))
            )
            self.out.append(Store(op_name, store, code, values))
        else:
            plain = self._plain(expr)
            self.known[part, code] = plain
            self.out.append(Store("put", store, code, (plain,)))

    def _store(self, part: str) -> Atom:
        if self.source.parts[part].kind is not PartKind.TABLE:
            return self.names.store(part)
        if (part, "") not in self.known:
            self.known[part, ""] = self._keep(self._row_boxes(part))
        found = self.known[part, ""]
        assert not isinstance(found, Number), "a row is no number"  # noqa: S101 - put there just above
        return found

    def _row_boxes(self, part: str) -> Code:
        """The boxes of the row a block stands in, or of a row it lies in."""
        assert self.row is not None, "a column is read in a row only"  # noqa: S101 - guaranteed by binding
        table, row = self.row
        steps = self.source.lineage(table).index(part)
        code: Code = row
        for _ in range(steps):
            code = op("up", code)
        return op("boxes", code)

    def _read(self, ref: Ref) -> Number | Atom:
        key = (ref.part, ref.code)
        if key not in self.known:
            self.known[key] = self._fetched(ref)
        return self.known[key]

    def _fetched(self, ref: Ref) -> Number | Atom:
        cell = self.source.parts[ref.part].cells[ref.code]
        if cell.header:
            return self._keep(op("header", Lit(cell.header)))
        store, code = self._store(ref.part), Lit(ref.code)
        match cell_type(cell):
            case Type.WHOLE:
                return Number(self._keep(op("get_whole", store, code)), ONE)
            case Type.DECIMAL:
                pair = self._keep(op("get_pair", store, code))
                return Number(self._keep(op("first", pair)), self._keep(op("second", pair)))
            case Type.FLAG:
                return self._keep(op("get_flag", store, code))
        return self._keep(op("get_text", store, code))

    # -- numbers

    def _number(self, expr: Expr) -> Number:
        match expr:
            case syntax.Whole(value=value):
                return Number(Lit(value), ONE)
            case Ref():
                found = self._read(expr)
                assert isinstance(found, Number), "the types are checked"  # noqa: S101 - guaranteed by typing
                return found
            case syntax.Sum():
                return self._sum(expr)
            case syntax.Product(left=left, right=right):
                return self._product(self._number(left), self._number(right))
            case syntax.Quotient(left=left, right=right):
                return self._quotient(self._number(left), self._number(right))
            case syntax.Pick():
                return self._pick(expr)
            case syntax.Abs(expr=inner):
                number = self._number(inner)
                return self._filled([number.n], op("abs", number.n), number.d)
            case syntax.Round(expr=inner):
                return self._round(self._number(inner))
            case syntax.If():
                return self._if(expr)
            case syntax.Rate(name=name):
                numerator, denominator = self.names.rate(name)
                return Number(numerator, denominator or ONE)
            case syntax.Scale(name=name, expr=inner):
                return self._scale(name, self._number(inner))
            case syntax.Months(first=first, last=last):
                return Number(self._keep(op("months", self._plain(first), self._plain(last))), ONE)
            case Total():
                return self._total(expr)
        raise TypeError(f"not a number: {expr}")

    def _filled(self, needed: list[Atom], numerator: Code, denominator: Code) -> Number:
        """A number that is blank when anything needed is blank."""
        blank = any_of(*map(is_blank, needed))
        return Number(self._keep(choose(blank, BLANK, numerator)), self._keep(denominator))

    def _sum(self, expr: syntax.Sum) -> Number:
        numbers = [self._number(term.expr) for term in expr.terms]
        blank = _none_filled([term.expr for term in expr.terms], numbers)
        total: Code = ZERO
        for index, (term, number) in enumerate(zip(expr.terms, numbers, strict=True)):
            others = [each.d for place, each in enumerate(numbers) if place != index]
            scaled = product(or_zero(number.n), *others)
            total = _added(total, scaled, term.sign)
        denominator = product(*(number.d for number in numbers))
        return Number(self._keep(choose(blank, BLANK, total)), self._keep(denominator))

    def _product(self, left: Number, right: Number) -> Number:
        return self._filled([left.n, right.n], op("mul", left.n, right.n), product(left.d, right.d))

    def _quotient(self, left: Number, right: Number) -> Number:
        blank = self._keep(any_of(is_blank(left.n), is_blank(right.n), op("eq", right.n, ZERO)))
        sign = self._keep(choose(blank, ONE, op("sign", right.n)))
        numerator = product(left.n, right.d, sign)
        denominator = product(left.d, right.n, sign)
        return Number(
            self._keep(choose(blank, BLANK, numerator)), self._keep(choose(blank, ONE, denominator))
        )

    def _pick(self, expr: syntax.Pick) -> Number:
        numbers = [self._number(item) for item in expr.items]
        blank = _none_filled(list(expr.items), numbers)
        best = numbers[0]
        for number in numbers[1:]:
            best = self._better(best, number, "gt" if expr.word == "max" else "lt")
        return Number(self._keep(choose(blank, BLANK, best.n)), best.d)

    def _better(self, best: Number, number: Number, sign: str) -> Number:
        beats = op(sign, product(number.n, best.d), product(best.n, number.d))
        taken = self._keep(any_of(is_blank(best.n), all_of(negate(is_blank(number.n)), beats)))
        return Number(
            self._keep(choose(taken, number.n, best.n)), self._keep(choose(taken, number.d, best.d))
        )

    def _round(self, number: Number) -> Number:
        if number.d == ONE:
            return number
        return self._filled([number.n], op("round", number.n, number.d), ONE)

    def _if(self, expr: syntax.If) -> Number:
        holds = self._flag(expr.condition)
        then, other = self._number(expr.then), self._number(expr.other)
        return Number(self._keep(choose(holds, then.n, other.n)), self._keep(choose(holds, then.d, other.d)))

    def _scale(self, name: str, number: Number) -> Number:
        table, unit = self.names.scale(name)
        return self._filled(
            [number.n, table], op("scale", table, number.n, number.d), product(unit, number.d)
        )

    # -- totals

    def _total(self, total: Total) -> Number:
        if total in self.totals:
            return self.totals[total]
        assert self.row is not None, "a total of one row's rows is asked in a row"  # noqa: S101 - guaranteed by order
        table, row = self.row
        path = self.source.lineage(total.table)
        rows: Code = row
        names = ",".join(reversed(path[: path.index(table)]))
        return self._taken([total], self._keep(op("within", rows, Lit(names))))[0]

    def _taken(self, totals: list[Total], rows: Atom) -> list[Number]:
        """Several totals of the same rows, gathered in one pass."""
        kept = [self._fresh("c") for _ in totals]
        for total, variable in zip(totals, kept, strict=True):
            self.out.append(Assign(variable.name, self._before(total, rows)))
        with self._block() as body:
            row = self._enter(totals[0].table)
            for total, variable in zip(totals, kept, strict=True):
                self._gather(total, variable)
        if body:
            self.out.append(Each(row.name, rows, tuple(body)))
        return [self._after(total, variable) for total, variable in zip(totals, kept, strict=True)]

    def _before(self, total: Total, rows: Atom) -> Code:
        """What a total is before its rows: a count is blank only when the appendix of the rows is absent."""
        if total.column:
            return BLANK
        is_of_all = rows == self.names.rows(total.table)
        present = self.names.presence(self.source.parts[total.table].appendix) if is_of_all else TRUE
        return choose(present, ZERO if total.where else op("length", rows), BLANK)

    def _gather(self, total: Total, kept: Var) -> None:
        """Add one row to a total."""
        if total.where is None and not total.column:
            return
        chosen = self._flag(total.where) if total.where else TRUE
        if not total.column:
            self.out.append(When(chosen, (Assign(kept.name, op("add", kept, ONE)),)))
            return
        number = self._number(Ref(total.table, total.column))
        more = op("add", or_zero(kept), number.n)
        if self._is_decimal(total):
            more = op("plus", kept, number.n, number.d)
        condition = all_of(chosen, negate(is_blank(number.n)))
        self.out.append(When(condition, (Assign(kept.name, more),)))

    def _after(self, total: Total, kept: Var) -> Number:
        if not self._is_decimal(total):
            return Number(kept, ONE)
        return Number(self._keep(op("first", kept)), self._keep(op("second", kept)))

    def _is_decimal(self, total: Total) -> bool:
        """Whether the total is kept as a fraction; a ``number`` column is, computed or not."""
        return self.typist.type_of(total) is not Type.WHOLE

    # -- flags, texts, dates and months

    def _flag(self, expr: Expr) -> Atom:
        """A condition: never blank, for a blank flag is false."""
        found = self._plain(expr)
        if isinstance(expr, Ref | syntax.If):
            return self._keep(op("or_false", found))
        return found

    def _plain(self, expr: Expr) -> Atom:
        match expr:
            case syntax.Quoted(value=value):
                return Lit(value or None)
            case Ref():
                found = self._read(expr)
                assert not isinstance(found, Number), "the types are checked"  # noqa: S101 - guaranteed by typing
                return found
            case syntax.Compare():
                return self._compare(expr)
            case syntax.Logic(word=word, left=left, right=right):
                join = all_of if word == "and" else any_of
                return self._keep(join(self._flag(left), self._flag(right)))
            case syntax.Not(expr=inner):
                return self._keep(negate(self._flag(inner)))
            case syntax.If(condition=condition, then=then, other=other):
                return self._keep(choose(self._flag(condition), self._plain(then), self._plain(other)))
            case syntax.Present(what=what):
                return self._keep(self._present(what))
        raise TypeError(f"a number: {expr}")

    def _present(self, what: Ref | syntax.Name) -> Code:
        if isinstance(what, Ref):
            found = self._read(what)
            return negate(is_blank(found.n if isinstance(found, Number) else found))
        if self.source.parts[what.name].kind is PartKind.TABLE:
            return op("gt", op("length", self.names.rows(what.name)), ZERO)
        return self.names.presence(what.name)

    def _compare(self, expr: syntax.Compare) -> Atom:
        sign = _SIGNS[expr.sign]
        kind = self.typist.type_of(expr.left)
        if kind in NUMBERS:
            left, right = self._number(expr.left), self._number(expr.right)
            return self._keep(op(sign, product(or_zero(left.n), right.d), product(or_zero(right.n), left.d)))
        if kind is Type.FLAG:
            return self._keep(op(sign, self._flag(expr.left), self._flag(expr.right)))
        texts = (op("or_empty", self._plain(expr.left)), op("or_empty", self._plain(expr.right)))
        return self._keep(op(sign, *texts))


def _none_filled(exprs: list[Expr], numbers: list[Number]) -> Code:
    """Whether every box is blank: a constant beside boxes does not count."""
    pairs = list(zip(exprs, numbers, strict=True))
    boxes = [number for expr, number in pairs if not syntax.is_constant(expr)] or numbers
    return all_of(*(is_blank(number.n) for number in boxes))


def _added(total: Code, more: Code, sign: int) -> Code:
    if total == ZERO:
        return more if sign > 0 else op("neg", more)
    return op("add" if sign > 0 else "sub", total, more)
