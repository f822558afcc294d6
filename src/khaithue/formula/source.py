"""What a form gives to the compiler of its formulas: parts with typed boxes, rules, and the dated tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from khaithue.formula.syntax import FORM
from khaithue.law.dated import RateEntry, Scale

_E = TypeVar("_E", RateEntry, Scale)


class Type(StrEnum):
    """What a box or a formula yields. WHOLE is also a DECIMAL, and a DECIMAL also a FRACTION."""

    WHOLE = "whole number"
    DECIMAL = "decimal number"
    FRACTION = "fraction"
    FLAG = "flag"
    TEXT = "text"
    DATE = "date"
    MONTH = "month"


class PartKind(StrEnum):
    """The three kinds of place a box stands in."""

    FORM = "form"
    APPENDIX = "appendix"
    TABLE = "table"


@dataclass(frozen=True)
class Place:
    """Where a formula is written."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


NOWHERE = Place("", 0)


@dataclass(frozen=True)
class Cell:
    """A box, or a column of a table, with its formulas; ``header`` names the header text that feeds it."""

    code: str
    type: Type
    label: str = ""
    calc: str = ""
    prefill: str = ""
    header: str = ""
    law: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True)
class Part:
    """The main part, an appendix or a table: its boxes or columns by code.

    A table names its ``appendix``, and the ``parent`` table when its rows lie within that table's rows.
    """

    name: str
    kind: PartKind
    cells: Mapping[str, Cell]
    appendix: str = ""
    parent: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True)
class Rule:
    """A check of the form: its condition, and the table whose every row is asked, if any."""

    code: str
    text: str
    each: str = ""
    place: Place = NOWHERE


def entry_on(entries: tuple[_E, ...], day: date) -> _E | None:
    """The entry in force on that day, if there is one."""
    return next((entry for entry in entries if _covers(entry, day)), None)


def _covers(entry: RateEntry | Scale, day: date) -> bool:
    return entry.valid_from <= day and (entry.valid_to is None or day <= entry.valid_to)


@dataclass(frozen=True)
class Source:
    """One form for the compiler. ``parts`` holds the main part first, under the name ``form``."""

    name: str
    parts: Mapping[str, Part]
    rules: tuple[Rule, ...] = ()
    rates: Mapping[str, tuple[RateEntry, ...]] = field(default_factory=dict)
    scales: Mapping[str, tuple[Scale, ...]] = field(default_factory=dict)

    @property
    def main(self) -> Part:
        """The main part."""
        return self.parts[FORM]

    def tables(self) -> Iterator[Part]:
        """The tables, each parent before its children."""
        tables = [part for part in self.parts.values() if part.kind is PartKind.TABLE]
        return iter(sorted(tables, key=lambda table: len(self.lineage(table.name))))

    def lineage(self, table: str) -> tuple[str, ...]:
        """The table and the tables its rows lie within, innermost first."""
        names: list[str] = []
        while table in self.parts and table not in names:
            names.append(table)
            table = self.parts[table].parent
        return tuple(names)
