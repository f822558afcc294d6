"""What a bound formula yields: a whole number, a decimal, a fraction, a flag, a text, a date or a month."""

import re
from fractions import Fraction
from typing import Final

from khaithue.formula import syntax
from khaithue.formula.source import Cell, Source, Type
from khaithue.formula.syntax import Expr

NUMBERS: Final = (Type.WHOLE, Type.DECIMAL, Type.FRACTION)
_DATE_TEXT: Final = {Type.DATE: re.compile(r"\d{4}-\d{2}-\d{2}"), Type.MONTH: re.compile(r"\d{4}-\d{2}")}


class TypeFaultError(ValueError):
    """A formula whose parts do not go together; ``column`` counts from 1."""

    def __init__(self, node: Expr, message: str) -> None:
        super().__init__(message)
        self.column = node.span[0] + 1


class Typist:
    """Finds the type of bound formulas of one form."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def type_of(self, expr: Expr) -> Type:
        """The type of a bound formula; raises ``TypeFaultError`` where its parts do not agree."""
        match expr:
            case syntax.Whole() | syntax.Round() | syntax.RowNumber():
                return self._whole(expr)
            case syntax.Quoted():
                return Type.TEXT
            case syntax.Ref(part=part, code=code) | syntax.Entered(part=part, code=code):
                return cell_type(self.source.parts[part].cells[code])
            case syntax.Previous(ref=ref):
                return self.type_of(ref)
            case syntax.Sum(terms=terms):
                return _widest([self.number(term.expr) for term in terms])
            case syntax.Pick(items=items):
                return _widest([self.number(item) for item in items])
            case syntax.Product(left=left, right=right):
                return _widest([self.number(left), self.number(right)])
            case syntax.Quotient():
                return self._quotient(expr)
            case syntax.Abs(expr=inner) | syntax.Above(column=inner):
                return self.number(inner)
            case syntax.Compare():
                return self._comparison(expr)
            case syntax.Logic(left=left, right=right):
                return self._flags(left, right)
            case syntax.Not(expr=inner):
                return self._flags(inner)
            case syntax.Present():
                return Type.FLAG
            case syntax.OfPeriod(word=word):
                return Type.WHOLE if word == "period_months" else Type.DATE
            case syntax.Repeated(columns=columns):
                return self._repeated(columns)
            case syntax.Overlapping(columns=columns, first=first, last=last):
                return self._overlapping(columns, first, last)
        return self._of_call(expr)

    def number(self, expr: Expr) -> Type:
        """The type of a formula that must be a number."""
        found = self.type_of(expr)
        if found not in NUMBERS:
            raise TypeFaultError(expr, f"a number is wanted, not a {found}")
        return found

    def _of_call(self, expr: Expr) -> Type:
        match expr:
            case syntax.Total():
                return self._total(expr)
            case syntax.If(condition=condition, then=then, other=other):
                self._flags(condition)
                return self._either(then, other)
            case syntax.Rate(name=name):
                return _narrowest([entry.value for entry in self.source.rates[name]])
            case syntax.Scale(name=name, expr=inner):
                rates = [step.rate for entry in self.source.scales[name] for step in entry.brackets]
                return _widest([self.number(inner), _narrowest(rates)])
            case syntax.Months(first=first, last=last):
                return self._months(first, last)
            case syntax.Blank():
                raise TypeFaultError(expr, "blank stands in one branch of an if, alone")
        raise TypeFaultError(expr, "a name stands alone")

    def _whole(self, expr: syntax.Whole | syntax.Round | syntax.RowNumber) -> Type:
        if isinstance(expr, syntax.Round):
            self.number(expr.expr)
        return Type.WHOLE

    def _quotient(self, expr: syntax.Quotient) -> Type:
        self.number(expr.right)
        widest = _widest([self.number(expr.left), Type.DECIMAL])
        divisor = expr.right
        ends = isinstance(divisor, syntax.Whole) and divisor.value and is_finite(Fraction(1, divisor.value))
        return widest if ends else Type.FRACTION

    def _total(self, expr: syntax.Total) -> Type:
        if expr.where:
            self._flags(expr.where)
        if not expr.column:
            return Type.WHOLE
        found = cell_type(self.source.parts[expr.table].cells[expr.column])
        if found not in NUMBERS:
            raise TypeFaultError(expr, f"a sum is made of numbers, {expr.table}[{expr.column}] is a {found}")
        return found

    def _comparison(self, expr: syntax.Compare) -> Type:
        left, right = self.type_of(expr.left), self.type_of(expr.right)
        if left in NUMBERS and right in NUMBERS:
            return Type.FLAG
        self._like_dates(expr.left, expr.right, left, right)
        if expr.sign not in ("=", "<>") and not {left, right} & {Type.DATE, Type.MONTH}:
            raise TypeFaultError(expr, f"a {left} is neither more nor less than another")
        return Type.FLAG

    def _like_dates(self, left: Expr, right: Expr, left_type: Type, right_type: Type) -> None:
        if left_type is right_type or {left_type, right_type} == {Type.DATE, Type.MONTH}:
            return
        for quoted, other in ((left, right_type), (right, left_type)):
            pattern = _DATE_TEXT.get(other)
            if (
                pattern
                and isinstance(quoted, syntax.Quoted)
                and (not quoted.value or pattern.fullmatch(quoted.value))
            ):
                return
        raise TypeFaultError(left, f"a {left_type} is compared with a {right_type}")

    def _either(self, then: Expr, other: Expr) -> Type:
        if isinstance(then, syntax.Blank):
            return self.type_of(other)
        if isinstance(other, syntax.Blank):
            return self.type_of(then)
        found = (self.type_of(then), self.type_of(other))
        if all(each in NUMBERS for each in found):
            return _widest(list(found))
        if found[0] is not found[1]:
            raise TypeFaultError(then, f"one branch is a {found[0]}, the other a {found[1]}")
        return found[0]

    def _months(self, first: Expr, last: Expr) -> Type:
        for each in (first, last):
            if (found := self.type_of(each)) not in (Type.DATE, Type.MONTH):
                raise TypeFaultError(each, f"a month or a date is wanted, not a {found}")
        return Type.WHOLE

    def _repeated(self, columns: tuple[syntax.Ref, ...]) -> Type:
        for column in columns:
            if (found := self.type_of(column)) in (Type.DECIMAL, Type.FLAG):
                raise TypeFaultError(column, f"a {found} does not tell one row from another")
        return Type.FLAG

    def _overlapping(self, columns: tuple[syntax.Ref, ...], first: syntax.Ref, last: syntax.Ref) -> Type:
        found = {self.type_of(first), self.type_of(last)}
        if found not in ({Type.DATE}, {Type.MONTH}):
            raise TypeFaultError(first, "a time goes from a date to a date, or from a month to a month")
        return self._repeated(columns)

    def _flags(self, *exprs: Expr) -> Type:
        for expr in exprs:
            if (found := self.type_of(expr)) is not Type.FLAG:
                raise TypeFaultError(expr, f"a condition is wanted, not a {found}")
        return Type.FLAG


def cell_type(cell: Cell) -> Type:
    """What a box yields in a formula; a box fed by the header is the header's text, whatever its kind."""
    return Type.TEXT if cell.header and cell.type is not Type.DATE else cell.type


def is_finite(value: Fraction) -> bool:
    """Whether the fraction is a decimal number with an end."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _is_date_text(text: str, kind: Type) -> bool:
    pattern = _DATE_TEXT.get(kind)
    return pattern is not None and (not text or pattern.fullmatch(text) is not None)


def _widest(types: list[Type]) -> Type:
    return max(types, key=NUMBERS.index)


def _narrowest(values: list[Fraction]) -> Type:
    if all(value.denominator == 1 for value in values):
        return Type.WHOLE
    return Type.DECIMAL if all(map(is_finite, values)) else Type.FRACTION
