"""From bound formulas to instructions: here, once for all targets, is what the notation means."""

from itertools import groupby
from typing import Final

from khaithue.formula import syntax
from khaithue.formula.blocks import Blocks
from khaithue.formula.check import Bound
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
from khaithue.formula.neighbours import Neighbours
from khaithue.formula.order import Box, Rows, Step, totals_of
from khaithue.formula.source import PartKind, Type
from khaithue.formula.syntax import FORM, Entered, Expr, Ref, Total
from khaithue.formula.types import NUMBERS, Typist

_SIGNS: Final = {"=": "eq", "<>": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


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
    return tuple(writer.blocks.out)


def lower_rules(bound: Bound) -> tuple[Statement, ...]:
    """The instructions that report every check that is not met."""
    writer = _Writer(bound)
    for _, expr in bound.rules:
        writer.neighbours.gather(expr)
    asked = [
        total for rule, expr in bound.rules for total in totals_of(bound.source, expr, rule.each or FORM)
    ]
    for table in dict.fromkeys(total.table for total in asked):
        writer.hoist(list(dict.fromkeys(total for total in asked if total.table == table)))
    for rule, expr in bound.rules:
        writer.rule(rule.code, expr, rule.each)
    return tuple(writer.blocks.out)


class _Writer:
    """Writes instructions; remembers what it has read in the block it is in."""

    def __init__(self, bound: Bound) -> None:
        self.bound = bound
        self.source = bound.source
        self.blocks = Blocks(bound.source)
        self.names = self.blocks.names
        self.typist = Typist(bound.source)
        self.totals: dict[Total, Number] = {}
        self.above: dict[Total, Number] = {}
        self.neighbours = Neighbours(self.blocks)

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
        with self.blocks.block() as body:
            self._set(step.part, step.code)
        self.blocks.out.append(When(self.names.presence(step.part), tuple(body)))

    def rows(self, step: Rows) -> None:
        """Compute columns in one pass."""
        columns = {Total(step.table, column): self.blocks.fresh("c") for column in self._summed_above(step)}
        self.blocks.out.extend(Assign(kept.name, BLANK) for kept in columns.values())
        with self.blocks.block() as body:
            row = self.blocks.enter(step.table)
            self.above = {total: self._after(total, kept) for total, kept in columns.items()}
            for code in step.codes:
                self._set(step.table, code)
            for total, kept in columns.items():
                self._gather(total, kept)
        self.blocks.out.append(Each(row.name, self.names.rows(step.table), tuple(body)))

    def _summed_above(self, step: Rows) -> list[str]:
        """The columns whose rows above are asked for in one pass, each once."""
        formulas = (self.bound.calcs[step.table, code] for code in step.codes)
        nodes = (node for expr in formulas for node in syntax.walk(expr))
        return list(dict.fromkeys(node.column.code for node in nodes if isinstance(node, syntax.Above)))

    def rule(self, code: str, expr: Expr, each: str) -> None:
        """Report a check that is not met, of the form or of each row."""
        counter = self.blocks.fresh("i").name if each else ""
        with self.blocks.block() as body:
            row = self.blocks.enter(each) if each else None
            met = self._flag(expr)
            self.blocks.out.append(When(negate(met), (Report(code, counter),)))
        if row is None:
            self.blocks.out.extend(body)
        else:
            self.blocks.out.append(Each(row.name, self.names.rows(each), tuple(body), counter))

    # -- boxes

    def _set(self, part: str, code: str) -> None:
        expr = self.bound.calcs[part, code]
        kind = self.source.parts[part].cells[code].type
        store = self.blocks.store(part)
        if kind in NUMBERS:
            number = self._number(expr)
            self.blocks.known[part, code] = number
            op_name, values = (
                ("put_decimal", (number.n, number.d)) if kind is Type.DECIMAL else ("put_whole", (number.n,))
            )
            self.blocks.out.append(Store(op_name, store, code, values))
        else:
            plain = self._plain(expr)
            self.blocks.known[part, code] = plain
            self.blocks.out.append(Store("put", store, code, (plain,)))

    # -- numbers

    def _number(self, expr: Expr) -> Number:
        match expr:
            case syntax.Whole(value=value):
                return Number(Lit(value), ONE)
            case Ref() | Entered():
                found = self.blocks.read(expr)
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
                return Number(self.blocks.keep(op("months", self._plain(first), self._plain(last))), ONE)
            case Total():
                return self._total(expr)
            case syntax.Blank():
                return Number(BLANK, ONE)
            case syntax.RowNumber():
                return Number(self.blocks.row_number(), ONE)
            case syntax.Above(column=column):
                found = self.above[Total(column.part, column.code)]
                return Number(self.blocks.keep(or_zero(found.n)), found.d)
            case syntax.OfPeriod():
                months = op("months", op("period_start"), op("period_end"))
                return Number(self.blocks.keep(months), ONE)
        raise TypeError(f"not a number: {expr}")

    def _filled(self, needed: list[Atom], numerator: Code, denominator: Code) -> Number:
        """A number that is blank when anything needed is blank."""
        blank = any_of(*map(is_blank, needed))
        return Number(self.blocks.keep(choose(blank, BLANK, numerator)), self.blocks.keep(denominator))

    def _sum(self, expr: syntax.Sum) -> Number:
        numbers = [self._number(term.expr) for term in expr.terms]
        blank = _none_filled([term.expr for term in expr.terms], numbers)
        total: Code = ZERO
        for index, (term, number) in enumerate(zip(expr.terms, numbers, strict=True)):
            others = [each.d for place, each in enumerate(numbers) if place != index]
            scaled = product(or_zero(number.n), *others)
            total = _added(total, scaled, term.sign)
        denominator = product(*(number.d for number in numbers))
        return Number(self.blocks.keep(choose(blank, BLANK, total)), self.blocks.keep(denominator))

    def _product(self, left: Number, right: Number) -> Number:
        return self._filled([left.n, right.n], op("mul", left.n, right.n), product(left.d, right.d))

    def _quotient(self, left: Number, right: Number) -> Number:
        blank = self.blocks.keep(any_of(is_blank(left.n), is_blank(right.n), op("eq", right.n, ZERO)))
        sign = self.blocks.keep(choose(blank, ONE, op("sign", right.n)))
        numerator = product(left.n, right.d, sign)
        denominator = product(left.d, right.n, sign)
        return Number(
            self.blocks.keep(choose(blank, BLANK, numerator)),
            self.blocks.keep(choose(blank, ONE, denominator)),
        )

    def _pick(self, expr: syntax.Pick) -> Number:
        numbers = [self._number(item) for item in expr.items]
        blank = _none_filled(list(expr.items), numbers)
        best = numbers[0]
        for number in numbers[1:]:
            best = self._better(best, number, "gt" if expr.word == "max" else "lt")
        return Number(self.blocks.keep(choose(blank, BLANK, best.n)), best.d)

    def _better(self, best: Number, number: Number, sign: str) -> Number:
        beats = op(sign, product(number.n, best.d), product(best.n, number.d))
        taken = self.blocks.keep(any_of(is_blank(best.n), all_of(negate(is_blank(number.n)), beats)))
        return Number(
            self.blocks.keep(choose(taken, number.n, best.n)),
            self.blocks.keep(choose(taken, number.d, best.d)),
        )

    def _round(self, number: Number) -> Number:
        if number.d == ONE:
            return number
        return self._filled([number.n], op("round", number.n, number.d), ONE)

    def _if(self, expr: syntax.If) -> Number:
        holds = self._flag(expr.condition)
        then, other = self._number(expr.then), self._number(expr.other)
        return Number(
            self.blocks.keep(choose(holds, then.n, other.n)), self.blocks.keep(choose(holds, then.d, other.d))
        )

    def _scale(self, name: str, number: Number) -> Number:
        table, unit = self.names.scale(name)
        return self._filled(
            [number.n, table], op("scale", table, number.n, number.d), product(unit, number.d)
        )

    # -- totals

    def _total(self, total: Total) -> Number:
        if total in self.totals:
            return self.totals[total]
        assert self.blocks.row is not None, "a total of one row's rows is asked in a row"  # noqa: S101 - guaranteed by order
        table, row = self.blocks.row
        path = self.source.lineage(total.table)
        rows: Code = row
        names = ",".join(reversed(path[: path.index(table)]))
        return self._taken([total], self.blocks.keep(op("within", rows, Lit(names))))[0]

    def _taken(self, totals: list[Total], rows: Atom) -> list[Number]:
        """Several totals of the same rows, gathered in one pass."""
        kept = [self.blocks.fresh("c") for _ in totals]
        for total, variable in zip(totals, kept, strict=True):
            self.blocks.out.append(Assign(variable.name, self._before(total, rows)))
        with self.blocks.block() as body:
            row = self.blocks.enter(totals[0].table)
            for total, variable in zip(totals, kept, strict=True):
                self._gather(total, variable)
        if body:
            self.blocks.out.append(Each(row.name, rows, tuple(body)))
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
            self.blocks.out.append(When(chosen, (Assign(kept.name, op("add", kept, ONE)),)))
            return
        number = self._number(Ref(total.table, total.column))
        more = op("add", or_zero(kept), number.n)
        if self._is_decimal(total):
            more = op("plus", kept, number.n, number.d)
        condition = all_of(chosen, negate(is_blank(number.n)))
        self.blocks.out.append(When(condition, (Assign(kept.name, more),)))

    def _after(self, total: Total, kept: Var) -> Number:
        if not self._is_decimal(total):
            return Number(kept, ONE)
        return Number(self.blocks.keep(op("first", kept)), self.blocks.keep(op("second", kept)))

    def _is_decimal(self, total: Total) -> bool:
        """Whether the total is kept as a fraction; a ``number`` column is, computed or not."""
        return self.typist.type_of(total) is not Type.WHOLE

    # -- flags, texts, dates and months

    def _flag(self, expr: Expr) -> Atom:
        """A condition: never blank, for a blank flag is false."""
        found = self._plain(expr)
        if isinstance(expr, Ref | syntax.If):
            return self.blocks.keep(op("or_false", found))
        return found

    def _plain(self, expr: Expr) -> Atom:
        match expr:
            case syntax.Quoted(value=value):
                return Lit(value or None)
            case Ref() | Entered():
                found = self.blocks.read(expr)
                assert not isinstance(found, Number), "the types are checked"  # noqa: S101 - guaranteed by typing
                return found
            case syntax.Compare():
                return self._compare(expr)
            case syntax.Logic(word=word, left=left, right=right):
                join = all_of if word == "and" else any_of
                return self.blocks.keep(join(self._flag(left), self._flag(right)))
            case syntax.Not(expr=inner):
                return self.blocks.keep(negate(self._flag(inner)))
            case syntax.If(condition=condition, then=then, other=other):
                return self.blocks.keep(choose(self._flag(condition), self._plain(then), self._plain(other)))
            case syntax.Present(what=what):
                return self.blocks.keep(self._present(what))
            case syntax.Blank():
                return BLANK
            case syntax.OfPeriod(word=word):
                return self.blocks.keep(op(word))
            case syntax.Repeated() | syntax.Overlapping():
                return self.blocks.keep(self.neighbours.answer(expr))
        raise TypeError(f"a number: {expr}")

    def _present(self, what: Ref | syntax.Name) -> Code:
        if isinstance(what, Ref):
            found = self.blocks.read(what)
            return negate(is_blank(found.n if isinstance(found, Number) else found))
        if self.source.parts[what.name].kind is PartKind.TABLE:
            return op("gt", op("length", self.names.rows(what.name)), ZERO)
        return self.names.presence(what.name)

    def _compare(self, expr: syntax.Compare) -> Atom:
        sign = _SIGNS[expr.sign]
        kind = self.typist.type_of(expr.left)
        if kind in NUMBERS:
            left, right = self._number(expr.left), self._number(expr.right)
            return self.blocks.keep(
                op(sign, product(or_zero(left.n), right.d), product(or_zero(right.n), left.d))
            )
        if kind is Type.FLAG:
            return self.blocks.keep(op(sign, self._flag(expr.left), self._flag(expr.right)))
        texts = [op("or_empty", self._plain(expr.left)), op("or_empty", self._plain(expr.right))]
        if {kind, self.typist.type_of(expr.right)} == {Type.DATE, Type.MONTH}:
            texts = [op("month_of", text) for text in texts]
        return self.blocks.keep(op(sign, *texts))


def _none_filled(exprs: list[Expr], numbers: list[Number]) -> Code:
    """Whether every box is blank: a constant beside boxes does not count."""
    pairs = list(zip(exprs, numbers, strict=True))
    boxes = [number for expr, number in pairs if not syntax.is_constant(expr)] or numbers
    return all_of(*(is_blank(number.n) for number in boxes))


def _added(total: Code, more: Code, sign: int) -> Code:
    if total == ZERO:
        return more if sign > 0 else op("neg", more)
    return op("add" if sign > 0 else "sub", total, more)
