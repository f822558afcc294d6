"""From the text of a formula to its tree."""

from collections.abc import Callable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import VisitError
from lark.tree import Meta

from khaithue.formula import syntax
from khaithue.formula.syntax import Expr, Span


class FormulaError(ValueError):
    """A formula that cannot be read; ``column`` counts from 1."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


@lru_cache(maxsize=4096)
def parse(text: str) -> Expr:
    """The tree of a formula.

    >>> parse("[27] - 1").terms[1].sign
    -1

    Raises ``FormulaError`` with the column for a text that is not a formula.
    """
    try:
        tree = _lark().parse(text)
    except UnexpectedInput as error:
        raise FormulaError(_unexpected(error), _column(error, text)) from None
    try:
        return _Builder().transform(tree)  # type: ignore[no-any-return]  # lark's Transformer is untyped in its result
    except VisitError as error:
        raise error.orig_exc from None


@cache
def _lark() -> Lark:
    grammar = files("khaithue.formula").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=True)


def _unexpected(error: UnexpectedInput) -> str:
    match error:
        case UnexpectedCharacters():
            return f"unexpected {error.char!r}"
        case UnexpectedToken() if error.token.type != "$END":
            return f"unexpected {str(error.token)!r}"
    return "the formula ends too early"


def _column(error: UnexpectedInput, text: str) -> int:
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return len(text) + 1
    return (error.pos_in_stream or 0) + 1


class _Argument:
    """What stands between two commas of a call."""

    def __init__(self, expr: Expr, where: Expr | None) -> None:
        self.expr = expr
        self.where = where


def _span(meta: Meta) -> Span:
    return (meta.start_pos, meta.end_pos)


@v_args(meta=True, inline=True)
class _Builder(Transformer[Token, Any]):
    """One method for each rule of the grammar."""

    def start(self, _meta: Meta, expr: Expr) -> Expr:
        return expr

    def whole(self, meta: Meta, token: Token) -> Expr:
        return syntax.Whole(int(token), span=_span(meta))

    def quoted(self, meta: Meta, token: Token) -> Expr:
        return syntax.Quoted(token[1:-1], span=_span(meta))

    def name(self, meta: Meta, token: Token) -> Expr:
        return _word(str(token), _span(meta))

    def ref(self, meta: Meta, token: Token) -> Expr:
        part, _, code = token.partition("[")
        return syntax.Ref(part, code[:-1], span=_span(meta))

    def plus(self, meta: Meta, left: Expr, right: Expr) -> Expr:
        return syntax.Sum((*_terms(left, 1), *_terms(right, 1)), span=_span(meta))

    def minus(self, meta: Meta, left: Expr, right: Expr) -> Expr:
        return syntax.Sum((*_terms(left, 1), *_terms(right, -1)), span=_span(meta))

    def negative(self, meta: Meta, expr: Expr) -> Expr:
        return syntax.Sum(_terms(expr, -1), span=_span(meta))

    def times(self, meta: Meta, left: Expr, right: Expr) -> Expr:
        return syntax.Product(left, right, span=_span(meta))

    def over(self, meta: Meta, left: Expr, right: Expr) -> Expr:
        return syntax.Quotient(left, right, span=_span(meta))

    def compare(self, meta: Meta, left: Expr, sign: Token, right: Expr) -> Expr:
        return syntax.Compare(str(sign), left, right, span=_span(meta))

    def both(self, meta: Meta, left: Expr, right: Expr) -> Expr:
        return syntax.Logic("and", left, right, span=_span(meta))

    def either(self, meta: Meta, left: Expr, right: Expr) -> Expr:
        return syntax.Logic("or", left, right, span=_span(meta))

    def not_(self, meta: Meta, expr: Expr) -> Expr:
        return syntax.Not(expr, span=_span(meta))

    def argument(self, _meta: Meta, expr: Expr, where: Expr | None) -> _Argument:
        return _Argument(expr, where)

    def call(self, meta: Meta, name: Token, *arguments: _Argument | None) -> Expr:
        given = [each for each in arguments if each is not None]
        build = _FUNCTIONS.get(name)
        if build is None:
            raise FormulaError(f"there is no function {name}", meta.start_pos + 1)
        expr = build(given, _span(meta))
        if expr is None:
            raise FormulaError(f"{name} is written {_USAGE[str(name)]}", meta.start_pos + 1)
        return expr


def _word(word: str, span: Span) -> Expr:
    match word:
        case "entered":
            return syntax.Entered(span=span)
        case "blank":
            return syntax.Blank(span=span)
        case "row":
            return syntax.RowNumber(span=span)
        case "period_start" | "period_end" | "period_months":
            return syntax.OfPeriod(word, span=span)
    return syntax.Name(word, span=span)


def _terms(expr: Expr, sign: int) -> tuple[syntax.Term, ...]:
    if isinstance(expr, syntax.Sum):
        return tuple(syntax.Term(sign * term.sign, term.expr, span=term.span) for term in expr.terms)
    return (syntax.Term(sign, expr, span=expr.span),)


def _plain(given: list[_Argument], count: int) -> list[Expr] | None:
    if len(given) != count or any(each.where for each in given):
        return None
    return [each.expr for each in given]


def _sum(given: list[_Argument], span: Span) -> Expr | None:
    match [each.expr for each in given]:
        case [syntax.Ref(part=table, code=column)] if table:
            return syntax.Total(table, column, given[0].where, span=span)
    return None


def _count(given: list[_Argument], span: Span) -> Expr | None:
    match [each.expr for each in given]:
        case [syntax.Name(name=table)]:
            return syntax.Total(table, "", given[0].where, span=span)
    return None


def _minimum(given: list[_Argument], span: Span) -> Expr | None:
    items = _plain(given, max(2, len(given)))
    return (items and syntax.Pick("min", tuple(items), span=span)) or None


def _maximum(given: list[_Argument], span: Span) -> Expr | None:
    items = _plain(given, max(2, len(given)))
    return (items and syntax.Pick("max", tuple(items), span=span)) or None


def _abs(given: list[_Argument], span: Span) -> Expr | None:
    items = _plain(given, 1)
    return (items and syntax.Abs(items[0], span=span)) or None


def _round(given: list[_Argument], span: Span) -> Expr | None:
    items = _plain(given, 1)
    return (items and syntax.Round(items[0], span=span)) or None


def _if(given: list[_Argument], span: Span) -> Expr | None:
    items = _plain(given, 3)
    return (items and syntax.If(items[0], items[1], items[2], span=span)) or None


def _present(given: list[_Argument], span: Span) -> Expr | None:
    match _plain(given, 1):
        case [syntax.Ref() | syntax.Name() as what]:
            return syntax.Present(what, span=span)
    return None


def _rate(given: list[_Argument], span: Span) -> Expr | None:
    match _plain(given, 1):
        case [syntax.Name(name=name)]:
            return syntax.Rate(name, span=span)
    return None


def _scale(given: list[_Argument], span: Span) -> Expr | None:
    match _plain(given, 2):
        case [syntax.Name(name=name), expr]:
            return syntax.Scale(name, expr, span=span)
    return None


def _months(given: list[_Argument], span: Span) -> Expr | None:
    items = _plain(given, 2)
    return (items and syntax.Months(items[0], items[1], span=span)) or None


def _previous(given: list[_Argument], span: Span) -> Expr | None:
    match _plain(given, 1):
        case [syntax.Ref() as ref]:
            return syntax.Previous(ref, span=span)
    return None


def _repeated(given: list[_Argument], span: Span) -> Expr | None:
    columns = _columns(given)
    return (columns and syntax.Repeated(columns, span=span)) or None


def _overlapping(given: list[_Argument], span: Span) -> Expr | None:
    columns = _columns(given)
    return syntax.Overlapping(columns[:-2], *columns[-2:], span=span) if len(columns) > 2 else None


def _above(given: list[_Argument], span: Span) -> Expr | None:
    match _columns(given):
        case (column,):
            return syntax.Above(column, span=span)
    return None


def _columns(given: list[_Argument]) -> tuple[syntax.Ref, ...]:
    """The arguments when all are boxes, else none."""
    columns = [each.expr for each in given if isinstance(each.expr, syntax.Ref) and not each.where]
    return tuple(columns) if len(columns) == len(given) else ()


_FUNCTIONS: Final[dict[str, Callable[[list[_Argument], Span], Expr | None]]] = {
    "sum": _sum,
    "count": _count,
    "min": _minimum,
    "max": _maximum,
    "abs": _abs,
    "round": _round,
    "if": _if,
    "present": _present,
    "rate": _rate,
    "scale": _scale,
    "months": _months,
    "previous": _previous,
    "repeated": _repeated,
    "overlapping": _overlapping,
    "above": _above,
}
_USAGE: Final[dict[str, str]] = {
    "sum": "sum(table[column]) or sum(table[column] where condition)",
    "count": "count(table) or count(table where condition)",
    "min": "min(a, b, …)",
    "max": "max(a, b, …)",
    "abs": "abs(a)",
    "round": "round(a)",
    "if": "if(condition, a, b)",
    "present": "present([box]) or present(NAME)",
    "rate": "rate(name)",
    "scale": "scale(name, amount)",
    "months": "months(first, last)",
    "previous": "previous([box])",
    "repeated": "repeated([column], …)",
    "overlapping": "overlapping([column], …, [first], [last])",
    "above": "above([column])",
}
FUNCTION_NAMES: Final = frozenset(_FUNCTIONS)
"""The closed list of functions of the notation."""
