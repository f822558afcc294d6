"""Dated tables of the law: rates, amounts and progressive scales, each value with its days and its article.

The files are ``law/rates/*.toml``. A table covers its days once: two values on one day are refused when the
tables are read, and so is a day between two values that has none, unless the table says ``gaps = true``.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cache, cached_property
from itertools import pairwise
from math import lcm
from typing import Any, TypeAlias, TypeVar

from khaithue import law

_NUMBER = re.compile(r"(?P<percent>\d+(\.\d+)?)%|(?P<exact>\d+(/[1-9]\d*)?)")


class Confidence(StrEnum):
    """How sure the stored law is: read in its text, reported by others, or disputed."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class NoValue(LookupError):  # noqa: N818 - the name other rooms import; it says what is missing
    """A table has no value on the day asked for, or there is no such table."""


@dataclass(frozen=True)
class RateEntry:
    """One value of a table and the days it is in force, both counted: a share (10 % is 1/10) or đồng."""

    name: str
    title: Mapping[str, str]
    value: Fraction
    valid_from: date
    valid_to: date | None
    law: str
    confidence: Confidence


@dataclass(frozen=True)
class Bracket:
    """One step of a scale: the rate of the part up to and with ``top`` đồng; ``None`` has no top."""

    top: int | None
    rate: Fraction


@dataclass(frozen=True)
class Scale:
    """A progressive table (biểu thuế lũy tiến từng phần) and the days it is in force, both counted."""

    name: str
    brackets: tuple[Bracket, ...]
    valid_from: date
    valid_to: date | None
    law: str
    confidence: Confidence
    title: Mapping[str, str]

    def tax(self, amount: int) -> Fraction:
        """The exact tax on ``amount`` đồng, not rounded; nothing on zero or less.

        >>> str(scale("pit_wages_month", date(2025, 12, 1)).tax(20_000_001))
        '11750001/5'
        """
        if amount <= 0:
            return Fraction(0)
        steps = self._steps
        index = bisect_left(steps.tops, amount)
        return Fraction(steps.taxes[index] + (amount - steps.floors[index]) * steps.rates[index], steps.unit)

    @cached_property
    def _steps(self) -> "_Steps":
        return _steps(self.brackets)


@dataclass(frozen=True)
class _Steps:
    """A scale in whole numbers: ``rates`` and ``taxes`` (tax on all below each floor) count ``1 / unit``."""

    tops: tuple[int, ...]
    floors: tuple[int, ...]
    rates: tuple[int, ...]
    taxes: tuple[int, ...]
    unit: int


Entry: TypeAlias = RateEntry | Scale
_E = TypeVar("_E", RateEntry, Scale)


def rate(name: str, on: date) -> Fraction:
    """The value of the table ``name`` on a day: a share or đồng; ``NoValue`` when there is none."""
    return rate_entry(name, on).value


def rate_entry(name: str, on: date) -> RateEntry:
    """The value of the table ``name`` on a day, with its article; ``NoValue`` when there is none."""
    return _on(name, all_rates(name), on)


def scale(name: str, on: date) -> Scale:
    """The progressive table ``name`` on a day; ``NoValue`` when there is none."""
    return _on(name, all_scales(name), on)


def rate_names() -> tuple[str, ...]:
    """The names of all tables of rates and amounts, sorted."""
    return tuple(sorted(_library()[0]))


def scale_names() -> tuple[str, ...]:
    """The names of all progressive tables, sorted."""
    return tuple(sorted(_library()[1]))


def all_rates(name: str) -> tuple[RateEntry, ...]:
    """Every value the table ``name`` ever had, oldest first; ``NoValue`` for an unknown name."""
    return _named(name, _library()[0])


def all_scales(name: str) -> tuple[Scale, ...]:
    """Every version of the progressive table ``name``, oldest first; ``NoValue`` for an unknown name."""
    return _named(name, _library()[1])


def read_tables(path: str, document: Mapping[str, Any]) -> dict[str, tuple[Entry, ...]]:
    """The tables of one file, by name; ``ValueError`` names file, table and dates of what is wrong."""
    return {name: _read_table(f"{path}: {name}", name, table) for name, table in document.items()}


@cache
def _library() -> tuple[dict[str, tuple[RateEntry, ...]], dict[str, tuple[Scale, ...]]]:
    rates: dict[str, tuple[RateEntry, ...]] = {}
    scales: dict[str, tuple[Scale, ...]] = {}
    for path in law.names("rates"):
        for name, entries in read_tables(path, law.document(path)).items():
            if name in rates or name in scales:
                raise ValueError(f"{path}: {name} is declared in another file too")
            if found := tuple(entry for entry in entries if isinstance(entry, Scale)):
                scales[name] = found
            else:
                rates[name] = tuple(entry for entry in entries if isinstance(entry, RateEntry))
    return rates, scales


def _named(name: str, tables: Mapping[str, tuple[_E, ...]]) -> tuple[_E, ...]:
    if name not in tables:
        raise NoValue(f"the law has no table {name}")
    return tables[name]


def _on(name: str, entries: Iterable[_E], on: date) -> _E:
    for entry in entries:
        if entry.valid_from <= on and (entry.valid_to is None or on <= entry.valid_to):
            return entry
    raise NoValue(f"the table {name} has no value on {on}")


def _read_table(where: str, name: str, table: Mapping[str, Any]) -> tuple[Entry, ...]:
    _refuse_other_keys(where, table, {"title", "values"}, {"kind", "gaps"})
    if set(table["title"]) != {"vi", "en"}:
        raise ValueError(f"{where}: the title needs vi and en, and nothing else")
    if table.get("kind", "rate") not in ("rate", "scale"):
        raise ValueError(f"{where}: a table is of kind rate or scale, not {table['kind']}")
    read = _read_scale if table.get("kind") == "scale" else _read_rate
    entries = [read(where, name, table["title"], value) for value in table["values"]]
    entries.sort(key=lambda entry: entry.valid_from)
    _refuse_uncovered_days(where, entries, gaps=table.get("gaps", False))
    return tuple(entries)


def _read_rate(where: str, name: str, title: Mapping[str, str], value: Mapping[str, Any]) -> Entry:
    _refuse_other_keys(where, value, {"from", "law", "confidence", "value"}, {"to"})
    valid_from, valid_to = _days(where, value)
    number = _number(where, value["value"])
    return RateEntry(name, title, number, valid_from, valid_to, value["law"], Confidence(value["confidence"]))


def _read_scale(where: str, name: str, title: Mapping[str, str], value: Mapping[str, Any]) -> Entry:
    _refuse_other_keys(where, value, {"from", "law", "confidence", "brackets"}, {"to"})
    valid_from, valid_to = _days(where, value)
    brackets = _brackets(f"{where}: {valid_from}", value["brackets"])
    return Scale(name, brackets, valid_from, valid_to, value["law"], Confidence(value["confidence"]), title)


def _brackets(where: str, rows: list[list[str]]) -> tuple[Bracket, ...]:
    brackets = tuple(Bracket(int(top) if top else None, _number(where, share)) for top, share in rows)
    tops = [bracket.top for bracket in brackets[:-1]]
    if not brackets or brackets[-1].top is not None or None in tops:
        raise ValueError(f"{where}: the last bracket, and only the last, has no top")
    if any(low is None or high is None or low >= high for low, high in pairwise([0, *tops])):
        raise ValueError(f"{where}: the brackets' tops must rise")
    return brackets


def _days(where: str, value: Mapping[str, Any]) -> tuple[date, date | None]:
    first, last = value["from"], value.get("to")
    if type(first) is not date or (last is not None and type(last) is not date):
        raise ValueError(f"{where}: from and to are TOML dates, not {first!r} and {last!r}")
    if last is not None and last < first:
        raise ValueError(f"{where}: a value ends on {last}, before it starts on {first}")
    return first, last


def _number(where: str, text: str) -> Fraction:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError(f'{where}: {text!r} is not a value such as "10%", "1/3" or "11000000"')
    return Fraction(match["exact"]) if match["exact"] else Fraction(match["percent"]) / 100


def _refuse_other_keys(where: str, table: Mapping[str, Any], needed: set[str], allowed: set[str]) -> None:
    if missing := needed - set(table):
        raise ValueError(f"{where}: missing {', '.join(sorted(missing))}")
    if unknown := set(table) - needed - allowed:
        raise ValueError(f"{where}: unknown {', '.join(sorted(unknown))}")


def _refuse_uncovered_days(where: str, entries: list[Entry], *, gaps: bool) -> None:
    if not entries:
        raise ValueError(f"{where}: the table has no value")
    for before, after in pairwise(entries):
        if before.valid_to is None or before.valid_to >= after.valid_from:
            end = before.valid_to or "open end"
            raise ValueError(
                f"{where}: {before.valid_from}..{end} overlaps the value from {after.valid_from}"
            )
        if not gaps and before.valid_to + timedelta(days=1) != after.valid_from:
            raise ValueError(f"{where}: no value between {before.valid_to} and {after.valid_from}")


def _steps(brackets: tuple[Bracket, ...]) -> _Steps:
    unit = lcm(*(bracket.rate.denominator for bracket in brackets))
    tops = tuple(bracket.top for bracket in brackets if bracket.top is not None)
    floors = (0, *tops)
    rates = tuple(int(bracket.rate * unit) for bracket in brackets)
    taxes = [0]
    for floor, top, share in zip(floors, tops, rates, strict=False):
        taxes.append(taxes[-1] + (top - floor) * share)
    return _Steps(tops, floors, rates, tuple(taxes), unit)
