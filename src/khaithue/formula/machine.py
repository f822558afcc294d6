"""The few instructions both targets print: what a formula becomes once blanks and fractions are spelt out.

A number is a numerator and a denominator, both whole; the numerator of a blank number is ``None``, the
denominator is always at least 1. Nothing here can fail when it runs: a division by zero is blank.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Var:
    """A variable."""

    name: str


@dataclass(frozen=True)
class Lit:
    """A constant: a whole number, a text, a flag or blank."""

    value: int | str | bool | None


@dataclass(frozen=True)
class Op:
    """An operation; the targets hold one template for each name."""

    name: str
    args: "tuple[Code, ...]"


Atom: TypeAlias = Var | Lit
Code: TypeAlias = Var | Lit | Op


@dataclass(frozen=True)
class Number:
    """A number as a fraction of two atoms; the denominator of a whole number is ``ONE``."""

    n: Atom
    d: Atom


@dataclass(frozen=True)
class Assign:
    """Give a variable its value."""

    name: str
    code: Code


@dataclass(frozen=True)
class When:
    """Do the body if the condition holds."""

    condition: Code
    body: "tuple[Statement, ...]"


@dataclass(frozen=True)
class Each:
    """Do the body for each row; ``counter``, if named, counts them from 1."""

    row: str
    rows: Code
    body: "tuple[Statement, ...]"
    counter: str = ""


@dataclass(frozen=True)
class Store:
    """Put a computed value into a box: ``op`` names how it is written."""

    op: str
    store: Code
    code: str
    values: tuple[Atom, ...]


@dataclass(frozen=True)
class Report:
    """Tell that a rule is not met, at the row counted by ``counter`` if there is one."""

    rule: str
    counter: str = ""


Statement: TypeAlias = Assign | When | Each | Store | Report

BLANK = Lit(None)
ZERO = Lit(0)
ONE = Lit(1)
TRUE = Lit(True)
FALSE = Lit(False)


def op(name: str, *args: Code) -> Op:
    """An operation on its arguments."""
    return Op(name, args)


def is_blank(code: Code) -> Code:
    """Whether the value is blank."""
    if isinstance(code, Lit):
        return Lit(code.value is None)
    return op("is_blank", code)


def negate(code: Code) -> Code:
    """The flag turned round."""
    return Lit(not code.value) if isinstance(code, Lit) else op("not", code)


def all_of(*codes: Code) -> Code:
    """Whether all flags are true."""
    open_ones = [code for code in codes if code != TRUE]
    if FALSE in open_ones:
        return FALSE
    return _joined("and", open_ones) if open_ones else TRUE


def any_of(*codes: Code) -> Code:
    """Whether any flag is true."""
    open_ones = [code for code in codes if code != FALSE]
    if TRUE in open_ones:
        return TRUE
    return _joined("or", open_ones) if open_ones else FALSE


def choose(condition: Code, then: Code, other: Code) -> Code:
    """The first value if the condition holds, else the other."""
    if isinstance(condition, Lit):
        return then if condition.value else other
    return then if then == other else op("choose", condition, then, other)


def product(*codes: Code) -> Code:
    """The product of whole numbers."""
    rest = [code for code in codes if code != ONE]
    return _joined("mul", rest) if rest else ONE


def listed(codes: Sequence[Code]) -> Code:
    """Several values as the arguments of one operation."""
    return _joined("beside", codes)


def or_zero(code: Code) -> Code:
    """The number, or 0 for a blank."""
    if isinstance(code, Lit):
        return ZERO if code.value is None else code
    return op("or_zero", code)


def _joined(name: str, codes: Sequence[Code]) -> Code:
    first, *rest = codes
    for code in rest:
        first = op(name, first, code)
    return first
