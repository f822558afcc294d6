"""What a row is asked about the other rows of its table: gathered once for all rows, then looked up."""

from typing import TypeAlias

from khaithue.formula import syntax
from khaithue.formula.blocks import Blocks
from khaithue.formula.machine import (
    BLANK,
    Assign,
    Atom,
    Code,
    Each,
    Number,
    Var,
    any_of,
    choose,
    is_blank,
    listed,
    op,
)
from khaithue.formula.syntax import Overlapping, Ref, Repeated

Compared: TypeAlias = Repeated | Overlapping
"""A question about the other rows."""


class Neighbours:
    """Writes one pass over a table for each question, and the look-up of the row a block stands in."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self.gathered: dict[Compared, Var] = {}

    def gather(self, rule: syntax.Expr) -> None:
        """Gather what the questions of a rule need, each once."""
        for node in syntax.walk(rule):
            if isinstance(node, Compared) and node not in self.gathered:
                self._pass(node)

    def answer(self, question: Compared) -> Code:
        """Whether another row of the table is like the row the block stands in."""
        kept, key = self.gathered[question], self._key(question)
        if isinstance(question, Repeated):
            return op("repeated", kept, key)
        return op("overlapping", kept, key, self._read(question.first), self._read(question.last))

    def _pass(self, question: Compared) -> None:
        table, out = question.columns[0].part, self.blocks.out
        kept = self.gathered[question] = self.blocks.fresh("y")
        out.append(Assign(kept.name, op("new_tally")))
        with self.blocks.block() as body:
            row = self.blocks.enter(table)
            body.append(Assign(kept.name, self._with_row(question, kept)))
        out.append(Each(row.name, self.blocks.names.rows(table), tuple(body)))
        if isinstance(question, Overlapping):
            out.append(Assign(kept.name, op("sort_spans", kept)))

    def _with_row(self, question: Compared, kept: Var) -> Code:
        key = self._key(question)
        if isinstance(question, Repeated):
            return op("tally", kept, key)
        return op("add_span", kept, key, self._read(question.first), self._read(question.last))

    def _key(self, question: Compared) -> Code:
        """What the columns of a row hold together; blank when one of them is."""
        atoms = [self._read(column) for column in question.columns]
        return choose(any_of(*map(is_blank, atoms)), BLANK, op("key", listed(atoms)))

    def _read(self, column: Ref) -> Atom:
        found = self.blocks.read(column)
        return found.n if isinstance(found, Number) else found
