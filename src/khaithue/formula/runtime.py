"""What compiled formulas call: exact arithmetic on whole numbers. ``runtime.js`` holds the same functions."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from math import lcm
from typing import Any, Final, TypeAlias

from khaithue.law.dated import Scale

Pair: TypeAlias = tuple[int | None, int]
"""A number as numerator and denominator; blank has the numerator ``None``."""
Key: TypeAlias = tuple[int | str, ...]
"""What stands in some columns of a row."""
Spans: TypeAlias = dict[Key, tuple[list[str], list[str]]]
"""The beginnings and the ends of the times of each key."""
OPEN: Final = "~"
"""The end of a time without one: it comes after every date and month."""
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(-\d{2})?")


class Work:
    """A row being computed: its boxes ``v``, the row it lies within, the rows within it, and its number.

    The number counts from 1 within its table, or within the row it lies in.
    """

    __slots__ = ("kids", "number", "up", "v")

    def __init__(
        self, v: dict[str, Any], up: "Work | None", kids: Mapping[str, list["Work"]], number: int
    ) -> None:
        self.v = v
        self.up = up
        self.kids = kids
        self.number = number


@dataclass(frozen=True)
class Steps:
    """A progressive table in whole numbers: ``rates`` and ``taxes`` (on all below a floor) in 1/``unit``."""

    tops: tuple[int, ...]
    floors: tuple[int, ...]
    rates: tuple[int, ...]
    taxes: tuple[int, ...]
    unit: int

    @classmethod
    def of(cls, scale: Scale) -> "Steps":
        """The steps of one scale of the law."""
        unit = lcm(*(step.rate.denominator for step in scale.brackets))
        tops = tuple(step.top for step in scale.brackets if step.top is not None)
        floors = (0, *tops)[: len(scale.brackets)]
        rates = tuple(int(step.rate * unit) for step in scale.brackets)
        widths = (top - floor for floor, top in zip(floors, tops, strict=False))
        taxes = accumulate((rate * width for rate, width in zip(rates, widths, strict=False)), initial=0)
        return cls(tops[: len(scale.brackets) - 1], floors, rates, tuple(taxes)[: len(rates)], unit)


def scale_tax(steps: Steps, n: int, d: int) -> int:
    """The tax on ``n/d``, counted in ``1 / (steps.unit * d)``; 0 on zero or less."""
    if n <= 0:
        return 0
    index = bisect_left(steps.tops, -(-n // d))
    return steps.taxes[index] * d + (n - steps.floors[index] * d) * steps.rates[index]


def round_half(n: int, d: int) -> int:
    """``n/d`` to the nearest whole number, a half away from zero.

    >>> round_half(5, 2), round_half(-5, 2), round_half(12, 5)
    (3, -3, 2)
    """
    whole = (2 * abs(n) + d) // (2 * d)
    return whole if n >= 0 else -whole


def months(first: str | None, last: str | None) -> int | None:
    """Whole months from ``first`` to ``last``, both counted; 0 backwards; blank unless both are months.

    A day counts as its month.

    >>> months("2025-11", "2026-02")
    4
    """
    start, end = _MONTH.fullmatch(first or ""), _MONTH.fullmatch(last or "")
    if not start or not end:
        return None
    return max(0, 12 * (int(end[1]) - int(start[1])) + int(end[2]) - int(start[2]) + 1)


def pair(value: Decimal | int | None) -> Pair:
    """A number of a box as a fraction."""
    return (None, 1) if value is None else value.as_integer_ratio()


def plus(total: Pair | None, n: int, d: int) -> Pair:
    """``total + n/d`` over the least common denominator."""
    if total is None or total[0] is None:
        return n, d
    if total[1] == d:
        return total[0] + n, d
    common = lcm(total[1], d)
    return total[0] * (common // total[1]) + n * (common // d), common


def decimal(n: int | None, d: int) -> Decimal | None:
    """The fraction as the shortest decimal number; the static checks keep endless ones away.

    >>> decimal(5, 4), decimal(200, 2)
    (Decimal('1.25'), Decimal('100'))
    """
    if n is None:
        return None
    reduced = Fraction(n, d)
    places = 0
    while 10**places % reduced.denominator:
        places += 1
    whole = reduced.numerator * 10**places // reduced.denominator
    return Decimal(f"{whole}E-{places}") if places else Decimal(whole)


def first(total: Pair | None) -> int | None:
    """The numerator of a total."""
    return None if total is None else total[0]


def second(total: Pair | None) -> int:
    """The denominator of a total."""
    return 1 if total is None else total[1]


def tally(counts: dict[Key, int], found: Key | None) -> dict[Key, int]:
    """The counts with one more of what was found; a blank is not counted."""
    if found is not None:
        counts[found] = counts.get(found, 0) + 1
    return counts


def add_span(spans: Spans, found: Key | None, first: str | None, last: str | None) -> Spans:
    """The times with one more; a blank end is open, and a time that ends before it begins is none."""
    start, end = first or "", last or OPEN
    if found is not None and start <= end:
        starts, ends = spans.setdefault(found, ([], []))
        starts.append(start)
        ends.append(end)
    return spans


def sort_spans(spans: Spans) -> Spans:
    """The times in order, ready to be asked."""
    for starts, ends in spans.values():
        starts.sort()
        ends.sort()
    return spans


def overlapping(spans: Spans, found: Key | None, first: str | None, last: str | None) -> bool:
    """Whether a time, itself among those of its key, meets another of them."""
    start, end = first or "", last or OPEN
    if found is None or found not in spans or start > end:
        return False
    starts, ends = spans[found]
    return bisect_right(starts, end) - bisect_left(ends, start) > 1


def within(row: Work, tables: str) -> list[Work]:
    """The rows below one row, through the named tables, the nearest first."""
    rows: Iterable[Work] = [row]
    for table in tables.split(","):
        rows = [kid for each in rows for kid in each.kids.get(table, ())]
    return list(rows)
