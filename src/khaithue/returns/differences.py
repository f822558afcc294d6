"""What changed from one return to another of the same form: box by box, row by row."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from khaithue.returns.boxes import address
from khaithue.returns.form import NUMERIC, Field, Kind, Table
from khaithue.returns.kinds import same
from khaithue.returns.model import Return, Row, Value

_NAMING: Final = frozenset({Kind.TEXT, Kind.TAX_ID, Kind.ID_PAPER})
_Key = tuple[object, ...]


@dataclass(frozen=True)
class Difference:
    """One box that changed; ``part`` is empty, an appendix or a table, ``row`` who or what the row is of."""

    part: str
    field: Field
    declared: Value
    corrected: Value
    row: str = ""

    @property
    def cell(self) -> str:
        """The box as findings name it."""
        return address(self.part, self.field.code)

    @property
    def amount(self) -> int | Decimal | None:
        """Corrected less declared, a blank as 0; ``None`` for a box that holds no amount."""
        if self.field.kind not in NUMERIC:
            return None
        return _number(self.corrected) - _number(self.declared)


def differences(declared: Return, corrected: Return, without: tuple[str, ...] = ()) -> tuple[Difference, ...]:
    """Every box that says something else, in printed order, but for the appendices ``without``.

    A blank and a zero say the same. Rows are matched by their texts (name, tax code), a row of the same texts
    by its turn; a row without a match came in or went out whole. Boxes fed by the header are not compared.
    """
    form = corrected.form
    declared = replace(declared, form=form)
    found = list(_boxes("", form.fields, declared.values, corrected.values))
    for name, part in form.appendices.items():
        if name in without:
            continue
        found += _boxes(name, part.fields, declared.totals.get(name, {}), corrected.totals.get(name, {}))
        for table in part.tables.values():
            found += _rows(table, dict(_keyed(declared, table)), dict(_keyed(corrected, table)))
    return tuple(found)


def _boxes(
    part: str,
    fields: Mapping[str, Field],
    before: Mapping[str, Value],
    after: Mapping[str, Value],
    row: str = "",
) -> Iterator[Difference]:
    for code, field in fields.items():
        if not field.header and not same(before.get(code), after.get(code)):
            yield Difference(part, field, before.get(code), after.get(code), row)


def _rows(table: Table, before: Mapping[_Key, Row], after: Mapping[_Key, Row]) -> Iterator[Difference]:
    for key in dict.fromkeys([*after, *before]):
        old, new = (rows[key].values if key in rows else {} for rows in (before, after))
        yield from _boxes(table.name, table.columns, old, new, _name(table, new or old))


def _keyed(ret: Return, table: Table) -> Iterator[tuple[_Key, Row]]:
    """The rows of a table by what tells them apart: the row above, the texts, the turn among their like."""
    turns: Counter[_Key] = Counter()
    for above, row in _under(ret, table):
        texts = (above, *_texts(table, row.values))
        turns[texts] += 1
        yield (*texts, turns[texts]), row


def _under(ret: Return, table: Table) -> Iterator[tuple[_Key, Row]]:
    if not table.parent:
        yield from (((), row) for row in ret.tables.get(table.name, ()))
        return
    for key, parent in _keyed(ret, ret.form.tables[table.parent]):
        yield from ((key, row) for row in parent.children.get(table.name, ()))


def _texts(table: Table, values: Mapping[str, Value]) -> tuple[Value, ...]:
    return tuple(values.get(code) or "" for code, column in table.columns.items() if column.kind in _NAMING)


def _name(table: Table, values: Mapping[str, Value]) -> str:
    return next((str(text) for text in _texts(table, values) if text), "")


def _number(value: Value) -> int | Decimal:
    return value if isinstance(value, int | Decimal) else 0
