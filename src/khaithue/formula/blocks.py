"""Blocks of instructions: their variables, the row they stand in, and the boxes they have read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from khaithue.formula.check import CellKey
from khaithue.formula.machine import ONE, Assign, Atom, Code, Lit, Number, Statement, Var, op
from khaithue.formula.source import PartKind, Source, Type
from khaithue.formula.syntax import FORM, Entered, Ref
from khaithue.formula.types import cell_type


@dataclass(frozen=True)
class Names:
    """The variables a target prepares: one for each appendix, its presence, each table, rate and scale."""

    source: Source

    def store(self, part: str) -> Var:
        """The boxes of the main part or of an appendix."""
        return Var("main") if part == FORM else Var(f"a{self._index(part)}")

    def presence(self, appendix: str) -> Var:
        """Whether the appendix is part of the return."""
        return Var(f"p{self._index(appendix)}")

    def rows(self, table: str) -> Var:
        """All rows of a table, those of nested tables in the order of their parents."""
        return Var(f"t{self._index(table)}")

    def rate(self, name: str) -> tuple[Var, Var | None]:
        """The rate on the first day of the period: numerator, and denominator unless it is always whole."""
        index = sorted(self.source.rates).index(name)
        whole = all(entry.value.denominator == 1 for entry in self.source.rates[name])
        return Var(f"r{index}n"), None if whole else Var(f"r{index}d")

    def scale(self, name: str) -> tuple[Var, Var]:
        """The progressive table on the first day of the period, and the denominator of its tax."""
        index = sorted(self.source.scales).index(name)
        return Var(f"s{index}"), Var(f"s{index}d")

    def _index(self, part: str) -> int:
        return list(self.source.parts).index(part)


class Blocks:
    """The block being written and those around it; ``known`` are the boxes already in variables."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.names = Names(source)
        self.out: list[Statement] = []
        self.known: dict[CellKey, Number | Atom] = {}
        self.row: tuple[str, Var] | None = None
        self.count = 0

    @contextmanager
    def block(self) -> Iterator[list[Statement]]:
        """Write into a new list; what is read inside is forgotten afterwards."""
        outer = self.out, self.known, self.row
        self.out, self.known = [], dict(self.known)
        try:
            yield self.out
        finally:
            self.out, self.known, self.row = outer

    def enter(self, table: str) -> Var:
        """Stand in a row of a table, until the block ends."""
        row = self.fresh("q")
        self.row = (table, row)
        return row

    def fresh(self, letter: str) -> Var:
        """A variable not used yet."""
        self.count += 1
        return Var(f"{letter}_{self.count}")

    def keep(self, code: Code) -> Atom:
        """The code's value in a variable; what is an atom already stays one."""
        if isinstance(code, Var | Lit):
            return code
        kept = self.fresh("x")
        self.out.append(Assign(kept.name, code))
        return kept

    def store(self, part: str) -> Atom:
        """Where the boxes of a part are, seen from the row the block stands in."""
        if self.source.parts[part].kind is not PartKind.TABLE:
            return self.names.store(part)
        if (part, "") not in self.known:
            self.known[part, ""] = self.keep(self._row_boxes(part))
        found = self.known[part, ""]
        assert not isinstance(found, Number), "a row is no number"  # noqa: S101 - put there just above
        return found

    def row_number(self) -> Atom:
        """The place of the row the block stands in."""
        assert self.row is not None, "row is asked in a row only"  # noqa: S101 - guaranteed by binding
        return self.keep(op("number", self.row[1]))

    def _row_boxes(self, part: str) -> Code:
        """The boxes of the row a block stands in, or of a row it lies in."""
        assert self.row is not None, "a column is read in a row only"  # noqa: S101 - guaranteed by binding
        table, row = self.row
        steps = self.source.lineage(table).index(part)
        code: Code = row
        for _ in range(steps):
            code = op("up", code)
        return op("boxes", code)

    def read(self, ref: Ref | Entered) -> Number | Atom:
        """The value of a box, fetched once in a block; that of ``Entered`` is what the box holds as yet."""
        key = (ref.part, ref.code)
        if key not in self.known:
            self.known[key] = self._fetched(ref)
        return self.known[key]

    def _fetched(self, ref: Ref | Entered) -> Number | Atom:
        cell = self.source.parts[ref.part].cells[ref.code]
        if cell.header:
            return self.keep(op("header", Lit(cell.header)))
        store, code = self.store(ref.part), Lit(ref.code)
        match cell_type(cell):
            case Type.WHOLE:
                return Number(self.keep(op("get_whole", store, code)), ONE)
            case Type.DECIMAL:
                pair = self.keep(op("get_pair", store, code))
                return Number(self.keep(op("first", pair)), self.keep(op("second", pair)))
            case Type.FLAG:
                return self.keep(op("get_flag", store, code))
        return self.keep(op("get_text", store, code))
