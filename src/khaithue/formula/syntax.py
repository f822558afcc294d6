"""A formula as a tree of frozen values; ``span`` is its place in the text, first and last character."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Literal, TypeAlias

Span: TypeAlias = tuple[int, int]
FORM = "form"
"""The name of the main part, in ``form[04]``."""


@dataclass(frozen=True)
class Node:
    """What every part of a formula has: its place in the text, which does not count in comparisons."""

    span: Span = field(default=(0, 0), compare=False, kw_only=True)


@dataclass(frozen=True)
class Whole(Node):
    """A whole number, as written."""

    value: int


@dataclass(frozen=True)
class Quoted(Node):
    """A text between quotes."""

    value: str


@dataclass(frozen=True)
class Name(Node):
    """The bare name of a table, an appendix, a rate or a scale."""

    name: str


@dataclass(frozen=True)
class Ref(Node):
    """A box: ``part`` is as written until the formula is bound, and the part's own name afterwards."""

    part: str
    code: str

    def __str__(self) -> str:
        return f"[{self.code}]" if self.part in ("", FORM) else f"{self.part}[{self.code}]"


@dataclass(frozen=True)
class Entered(Node):
    """What the taxpayer typed or declared in the box itself; bound, it names that box."""

    part: str = ""
    code: str = ""


@dataclass(frozen=True)
class Term(Node):
    """One term of a sum, with its sign, 1 or -1."""

    sign: int
    expr: "Expr"


@dataclass(frozen=True)
class Sum(Node):
    """Terms added and subtracted; a sum within a sum is laid open, so parentheses change no blank."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Product(Node):
    """``left * right``."""

    left: "Expr"
    right: "Expr"


@dataclass(frozen=True)
class Quotient(Node):
    """``left / right``, an exact fraction; blank when ``right`` is zero."""

    left: "Expr"
    right: "Expr"


@dataclass(frozen=True)
class Compare(Node):
    """A comparison of two amounts, texts, dates, months or flags."""

    sign: str
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True)
class Logic(Node):
    """``left and right`` or ``left or right``."""

    word: Literal["and", "or"]
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True)
class Not(Node):
    """``not expr``."""

    expr: "Expr"


@dataclass(frozen=True)
class Total(Node):
    """``sum`` of a column, or ``count`` of rows when ``column`` is empty; ``where`` chooses the rows."""

    table: str
    column: str
    where: "Expr | None" = None


@dataclass(frozen=True)
class Pick(Node):
    """``min`` or ``max`` of some amounts."""

    word: Literal["min", "max"]
    items: "tuple[Expr, ...]"


@dataclass(frozen=True)
class Abs(Node):
    """The amount without its sign."""

    expr: "Expr"


@dataclass(frozen=True)
class Round(Node):
    """The nearest whole number, a half away from zero."""

    expr: "Expr"


@dataclass(frozen=True)
class If(Node):
    """``then`` when the condition holds, ``other`` when not."""

    condition: "Expr"
    then: "Expr"
    other: "Expr"


@dataclass(frozen=True)
class Present(Node):
    """Whether a box is filled, an appendix is filed or a table has rows."""

    what: "Ref | Name"


@dataclass(frozen=True)
class Rate(Node):
    """The dated rate of that name."""

    name: str


@dataclass(frozen=True)
class Scale(Node):
    """The tax on an amount by a progressive table."""

    name: str
    expr: "Expr"


@dataclass(frozen=True)
class Months(Node):
    """Whole months from the first month to the last, both counted; 0 when the last comes before the first."""

    first: "Expr"
    last: "Expr"


@dataclass(frozen=True)
class Previous(Node):
    """A box of the first return of the preceding period."""

    ref: Ref


@dataclass(frozen=True)
class Blank(Node):
    """``blank``: nothing, in a branch of an ``if``."""


@dataclass(frozen=True)
class RowNumber(Node):
    """``row``: the place of the row in its table, from 1; within its parent row when it lies in one."""


@dataclass(frozen=True)
class Above(Node):
    """What a column of numbers comes to in the rows above this one, without it: 0 in the first."""

    column: Ref


@dataclass(frozen=True)
class OfPeriod(Node):
    """The first or the last day of the return's period, or how many months it touches."""

    word: Literal["period_start", "period_end", "period_months"]


@dataclass(frozen=True)
class Repeated(Node):
    """Whether another row of the table holds the same in all these columns, none of them blank."""

    columns: tuple[Ref, ...]


@dataclass(frozen=True)
class Overlapping(Node):
    """Whether another row holds the same in the columns, none blank, in a time that meets ours.

    The time goes from ``first`` to ``last``, both counted; a blank one is open.
    """

    columns: tuple[Ref, ...]
    first: Ref
    last: Ref


Expr: TypeAlias = (
    Whole
    | Quoted
    | Name
    | Ref
    | Entered
    | Sum
    | Product
    | Quotient
    | Compare
    | Logic
    | Not
    | Total
    | Pick
    | Abs
    | Round
    | If
    | Present
    | Rate
    | Scale
    | Months
    | Previous
    | Blank
    | RowNumber
    | Above
    | OfPeriod
    | Repeated
    | Overlapping
)


def parts_of(node: Node) -> Iterator[Node]:
    """The nodes directly below one node, in written order."""
    for each in fields(node):
        value = getattr(node, each.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Node))


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in written order."""
    yield node
    for part in parts_of(node):
        yield from walk(part)


def is_entry_alone(node: Node) -> bool:
    """Whether ``entered`` stands only where it is the whole value of the formula, in a branch of its ``if``s.

    Elsewhere a formula computed twice would not give the same figure twice.
    """
    if isinstance(node, If):
        return not _has_entry(node.condition) and is_entry_alone(node.then) and is_entry_alone(node.other)
    return isinstance(node, Entered) or not _has_entry(node)


def _has_entry(node: Node) -> bool:
    return any(isinstance(each, Entered) for each in walk(node))


def is_constant(node: Node) -> bool:
    """Whether the formula reads no figure of the return: only numbers, texts, the period, rates, scales."""
    return not any(isinstance(each, _FIGURES) for each in walk(node))


_FIGURES = Ref | Entered | Total | Present | Previous | RowNumber | Repeated | Overlapping
