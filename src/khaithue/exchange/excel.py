"""A filled Excel book read back into the figures of a return, every doubt told with its sheet and cell."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final

from python_calamine import CalamineWorkbook

from khaithue.exchange.excel_file import BROKEN, cells, error_cells, opened
from khaithue.exchange.excel_layout import (
    ABOUT,
    ABOVE,
    CODES_ROW,
    LISTS,
    MAIN,
    NUMBER,
    VALUE_COLUMN,
    about,
    boxes,
    is_typed,
    leading,
    sheet_names,
)
from khaithue.exchange.excel_values import Raw, blank, reader, whole
from khaithue.returns.findings import Finding, finding
from khaithue.returns.form import Field, Form, Table
from khaithue.returns.kinds import text_of
from khaithue.returns.model import Return, Row, Value

MAX_ROWS: Final = 200_000
"""The most rows of one sheet that are read."""
MAX_FINDINGS: Final = 100
"""Findings told before the rest is only counted as more."""


@dataclass(frozen=True)
class Imported:
    """What a book holds: elements of the header, boxes, boxes of appendices and rows, and what was found.

    A table without any row in the book is not in ``tables``.
    """

    header: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    totals: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    tables: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def read(data: bytes, form: Form) -> Imported:
    """The figures in a book made from the template of this form; a cell that cannot be read stays blank."""
    book = opened(data)
    if isinstance(book, Finding):
        return Imported(findings=(book,))
    try:
        wrong = _wrong_template(book, form)
        if wrong:
            return Imported(findings=(wrong,))
        reading = _Reading(book, form)
        reading.all()
        return reading.result(list(_shown_errors(data)))
    except BROKEN:
        return Imported(findings=(finding("XLS-UNREADABLE"),))


def into(ret: Return, imported: Imported) -> Return:
    """The return with the book's figures in place of its own; what the book leaves blank stays as it is."""
    totals = {name: {**ret.totals.get(name, {}), **boxes} for name, boxes in imported.totals.items()}
    return replace(
        ret,
        header={**ret.header, **imported.header},
        values={**ret.values, **imported.values},
        totals={**ret.totals, **totals},
        tables={**ret.tables, **imported.tables},
    )


def _wrong_template(book: CalamineWorkbook, form: Form) -> Finding | None:
    """Why the book is not one of this form, if it is not."""
    if ABOUT not in book.sheet_names:
        return finding("XLS-TEMPLATE", form=form.code)
    told = {str(row[0]): str(row[1]) for row in cells(book, ABOUT, 10) if len(row) > 1}
    asked = about(form)
    if told.get("code") != asked["code"]:
        return finding("XLS-FORM", got=told.get("code", "")[:40], form=form.code)
    if told != asked:
        got = " ".join(told.get(key, "")[:40] for key in ("basis", "version"))
        return finding("XLS-VERSION", form=form.code, got=got, expected=f"{form.basis} {form.version}")
    return None


def _shown_errors(data: bytes) -> Iterator[Finding]:
    for sheet, place, error in islice(error_cells(data), MAX_FINDINGS + 1):
        yield finding("XLS-ERROR-CELL", place=f"{sheet}!{place}", value=error)


@dataclass(frozen=True)
class _Numbered:
    """A row as its sheet has it: its number there, that of the row above it, its values, its line."""

    number: int | None
    above: int | None
    values: dict[str, Value]
    line: int


class _Column:
    """A column that is read: its place in the sheet, its field, its address and how its cells are read."""

    def __init__(self, place: int, box: Field, address: str) -> None:
        self.place = place
        self.box = box
        self.address = address
        self.read = reader(box)


class _Reading:
    """Reads one book, gathering findings instead of stopping."""

    def __init__(self, book: CalamineWorkbook, form: Form) -> None:
        self.book = book
        self.form = form
        self.names = sheet_names(form)
        self.findings: list[Finding] = []
        self.header: dict[str, str] = {}
        self.values: dict[str, Value] = {}
        self.totals: dict[str, dict[str, Value]] = {}
        self.rows: dict[str, list[_Numbered]] = {}

    def all(self) -> None:
        """Read every sheet."""
        ours = {MAIN, ABOUT, LISTS, *self.names.values()}
        for name in self.book.sheet_names:
            if name not in ours:
                self._say("XLS-EXTRA-SHEET", sheet=name)
        if MAIN in self.book.sheet_names:
            self._main()
        for table in self.form.tables.values():
            sheet = self.names[table.name]
            if sheet in self.book.sheet_names:
                self.rows[table.name] = list(self._table(table, sheet))
            else:
                self._say("XLS-SHEET", sheet=sheet)

    def result(self, more: Sequence[Finding]) -> Imported:
        """What was read, with the rows of nested tables below their own."""
        tables = {
            table.name: tuple(row for _, row in self._nested(table))
            for table in self.form.tables.values()
            if not table.parent
        }
        findings = [*more, *self.findings]
        if len(findings) > MAX_FINDINGS:
            findings = [*findings[:MAX_FINDINGS], finding("XLS-MORE", limit=MAX_FINDINGS)]
        filled = {name: rows for name, rows in tables.items() if rows}
        return Imported(self.header, self.values, self.totals, filled, tuple(findings))

    def _say(self, code: str, *, cell: str = "", row: int | None = None, **params: Any) -> None:
        if len(self.findings) <= MAX_FINDINGS:
            self.findings.append(finding(code, cell=cell, row=row, **params))

    # -- the main sheet

    def _main(self) -> None:
        known = {box.address: box for box in boxes(self.form)}
        seen: set[str] = set()
        for line, row in enumerate(cells(self.book, MAIN, MAX_ROWS)[CODES_ROW + 1 :], CODES_ROW + 2):
            cell = row[VALUE_COLUMN] if len(row) > VALUE_COLUMN else ""
            address = str(row[0]).strip() if row else ""
            if blank(cell):
                continue
            place = f"{MAIN}!{_letter(VALUE_COLUMN)}{line}"
            box = known.get(address)
            if box is None or address in seen:
                self._say("XLS-BOX", place=place, got=address[:40])
                continue
            seen.add(address)
            if not box.typed:
                self._say("XLS-COMPUTED", cell=address, place=place)
                continue
            value, code = reader(box.field)(cell)
            if code:
                self._doubt(code, box.field, cell, place, address, None)
            self._keep(box.part, box.field, value)

    def _keep(self, part: str, box: Field, value: Value) -> None:
        if value is None:
            return
        if box.header:
            self.header[box.header] = text_of(value)
        elif part:
            self.totals.setdefault(part, {})[box.code] = value
        else:
            self.values[box.code] = value

    def _doubt(self, code: str, box: Field, cell: Raw, place: str, address: str, row: int | None) -> None:
        self._say(code, cell=address, row=row, place=place, value=str(cell)[:40], box=box.code)

    # -- the sheet of a table

    def _table(self, table: Table, sheet: str) -> Iterator[_Numbered]:
        lines = cells(self.book, sheet, CODES_ROW + MAX_ROWS + 2)
        if len(lines) > CODES_ROW + MAX_ROWS + 1:
            self._say("XLS-ROWS", sheet=sheet, limit=MAX_ROWS)
            return
        columns = self._columns(table, sheet, lines)
        first = [columns.pop(name, None) for name in (NUMBER, ABOVE)]
        typed = [_Column(n, table.columns[code], f"{table.name}[{code}]") for code, n in columns.items()]
        count = 1
        for line, row in enumerate(lines[CODES_ROW + 1 :], CODES_ROW + 2):
            values = self._row(row, typed, (sheet, line, count))
            number, above = (self._number(row, column, sheet, line) for column in first)
            if values or number is not None:
                yield _Numbered(number, above, values, line)
            count += bool(values)

    def _row(
        self, row: Sequence[Raw], columns: Sequence[_Column], where: tuple[str, int, int]
    ) -> dict[str, Value]:
        sheet, line, count = where
        values: dict[str, Value] = {}
        for column in columns:
            cell = row[column.place]
            if cell == "" or blank(cell):
                continue
            value, code = column.read(cell)
            if code:
                place = f"{sheet}!{_letter(column.place)}{line}"
                self._doubt(code, column.box, cell, place, column.address, count)
            values[column.box.code] = value
        return values

    def _columns(self, table: Table, sheet: str, lines: Sequence[Sequence[Raw]]) -> dict[str, int]:
        """The place of each typed column by its code; what is unknown, doubled or computed is told."""
        found: dict[str, int] = {}
        known = {*leading(table), *table.columns}
        codes = lines[CODES_ROW] if len(lines) > CODES_ROW else ()
        for n, cell in enumerate(codes):
            code = str(cell).strip()
            place = f"{sheet}!{_letter(n)}{CODES_ROW + 1}"
            if code in found:
                self._say("XLS-COLUMN-TWICE", place=place, got=code)
            elif code in known:
                found[code] = n
            elif _first_filled(lines, n):
                self._say("XLS-COLUMN", place=place, got=code[:40])
        self._computed(table, sheet, lines, found)
        return found

    def _computed(
        self, table: Table, sheet: str, lines: Sequence[Sequence[Raw]], found: dict[str, int]
    ) -> None:
        """Take the computed columns out of those found, telling of figures in them and of columns missing."""
        for code, box in table.columns.items():
            if code not in found:
                self._say("XLS-COLUMN-MISSING", sheet=sheet, box=code)
                continue
            if is_typed(box):
                continue
            column = found.pop(code)
            if line := _first_filled(lines, column):
                place = f"{sheet}!{_letter(column)}{line}"
                self._say("XLS-COMPUTED", cell=f"{table.name}[{code}]", place=place)

    def _number(self, row: Sequence[Raw], column: int | None, sheet: str, line: int) -> int | None:
        if column is None or blank(row[column]):
            return None
        value, code = whole(row[column])
        if code or not isinstance(value, int):
            self._say("XLS-ROW-NUMBER", place=f"{sheet}!{_letter(column)}{line}", value=str(row[column])[:40])
            return None
        return value

    # -- nested rows

    def _nested(self, table: Table) -> list[tuple[_Numbered, Row]]:
        """The rows of a table with those nested in them; one that is all blank only if it holds others."""
        below: dict[int, dict[str, list[Row]]] = {}
        for child in (each for each in self.form.tables.values() if each.parent == table.name):
            for above, row in self._with_above(child):
                below.setdefault(above, {}).setdefault(child.name, []).append(row)
        rows = self.rows.get(table.name, [])
        if below:
            self._numbers(table, rows, below)
        return [
            (
                row,
                Row(row.values, {name: tuple(kids) for name, kids in below.get(row.number or 0, {}).items()}),
            )
            for row in rows
            if row.values or (row.number or 0) in below
        ]

    def _with_above(self, child: Table) -> Iterator[tuple[int, Row]]:
        """The rows of a nested table with the number of the row that holds each."""
        for numbered, row in self._nested(child):
            if numbered.above is None:
                self._say("XLS-NO-ABOVE", place=f"{self.names[child.name]}!{_letter(1)}{numbered.line}")
            else:
                yield numbered.above, row

    def _numbers(self, table: Table, rows: Sequence[_Numbered], asked: Collection[int]) -> None:
        """Tell of numbers of rows that stand twice, and of numbers asked for that no row has."""
        sheet = self.names[table.name]
        seen: set[int] = set()
        for row in rows:
            if row.number in seen:
                self._say("XLS-ROW-TWICE", place=f"{sheet}!{_letter(0)}{row.line}", value=row.number)
            if row.number is not None:
                seen.add(row.number)
        for number in sorted(set(asked) - seen):
            self._say("XLS-ABOVE", sheet=sheet, value=number)


def _first_filled(lines: Sequence[Sequence[Raw]], column: int) -> int:
    """The line, as Excel counts them, of the first figure in a column; 0 when there is none."""
    lines_below = enumerate(lines[CODES_ROW + 1 :], CODES_ROW + 2)
    return next((line for line, row in lines_below if not blank(row[column])), 0)


def _letter(column: int) -> str:
    """The letters of a column counted from 0.

    >>> _letter(0), _letter(27)
    ('A', 'AB')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
