"""What people see: lines, tables, trees and findings, in colour on a terminal and without in a pipe."""

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

from khaithue.cli.voice import say
from khaithue.returns.findings import Finding, Level, Text

if TYPE_CHECKING:
    from rich.text import Text as Styled
    from rich.tree import Tree

    from khaithue.cli.terminal import Terminal

NARROWEST = 18
"""Characters; a column of text this narrow can still be read."""
WIDEST_AMOUNT = 26
"""Characters of the longest amount a return holds, with its dots and parentheses."""
GAP = 3
LEVELS = {
    Level.ERROR: (Text("LỖI", "ERROR"), "bold red"),
    Level.WARNING: (Text("CẢNH BÁO", "WARNING"), "bold yellow"),
    Level.INFO: (Text("LƯU Ý", "INFO"), "bold cyan"),
}
CELL = Text("chỉ tiêu", "box")
ROW = Text("dòng", "row")
LINE = Text("dòng thứ {line} của tệp", "line {line} of the file")
FIX = Text("Cách xử lý", "What to do")
LAW = Text("Căn cứ", "Law")
COUNTS = {
    Level.ERROR: (Text("{n} lỗi", "{n} error"), Text("{n} lỗi", "{n} errors")),
    Level.WARNING: (Text("{n} cảnh báo", "{n} warning"), Text("{n} cảnh báo", "{n} warnings")),
    Level.INFO: (Text("{n} lưu ý", "{n} note"), Text("{n} lưu ý", "{n} notes")),
}


class Screen:
    """One stream a person reads. Nothing read from a file can move the cursor, colour or reorder the text."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    @cached_property
    def console(self) -> "Terminal":
        """The console of the stream, as wide as reads well."""
        from khaithue.cli.terminal import Terminal

        return Terminal(self.stream)

    def text(self, text: str) -> None:
        """One or more lines as they are, not wrapped."""
        print(text.rstrip("\n"), file=self.stream)

    def heading(self, text: str) -> None:
        """A bold line, wrapped."""
        self.console.print(clean(text), style="bold")

    def note(self, text: str, style: str = "") -> None:
        """A line of text, wrapped."""
        self.console.print(clean(text), style=style)

    def indented(self, text: str, style: str = "") -> None:
        """A paragraph set in from the left, wrapped."""
        lines = textwrap.wrap(clean(text), self.console.width - 2, break_on_hyphens=False)
        self.console.print(textwrap.indent("\n".join(lines), "  "), style=style)

    def facts(self, facts: Iterable[tuple[str, str]]) -> None:
        """Names and values, aligned in two columns; an amount never breaks."""
        from rich.table import Table

        pairs = list(facts)
        names = min(max((len(name) for name, _ in pairs), default=0), self.console.width // 3)
        values = [value for _, value in pairs]
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim", overflow="fold")
        grid.add_column(overflow="fold", width=_whole_words(values, self.console.width - names - 2))
        for name, value in pairs:
            grid.add_row(clean(name), clean(value))
        self.console.print(grid)

    def table(
        self, columns: Sequence[str], rows: "Sequence[Sequence[str | Styled]]", right: Sequence[int] = ()
    ) -> None:
        """A table; the columns numbered in ``right`` hold amounts, which never break."""
        from rich import box
        from rich.table import Table

        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
        for number, name in enumerate(columns):
            if number in right:
                values = [name, *(str(row[number]) for row in rows)]
                width = _whole_words(values, self.console.width // 3)
                table.add_column(name, justify="right", overflow="fold", width=width)
            else:
                table.add_column(name, no_wrap=number == 0, overflow="fold")
        for row in rows:
            table.add_row(*(clean(value) if isinstance(value, str) else value for value in row))
        self.console.print(table)

    def fits(self, columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> bool:
        """Whether a table stands on the screen with every amount whole and every text readable."""
        widths = [max(len(text) for text in texts) for texts in zip(columns, *rows, strict=True)]
        needed = [width if number in right else min(width, NARROWEST) for number, width in enumerate(widths)]
        return sum(needed) + GAP * len(needed) <= self.console.width

    def tree(self, tree: "Tree") -> None:
        """A tree built by its command; its labels must be cleaned by it."""
        self.console.print(tree)

    def findings(self, findings: Sequence[Finding]) -> None:
        """Every finding with what to do, the gravest first, and how many there are."""
        for item in sorted(findings, key=lambda each: list(Level).index(each.level)):
            self._finding(item)
        if len(findings) > 1:
            self.console.print(tally(findings), style="bold")

    def _finding(self, item: Finding) -> None:
        self.console.print(_title(item))
        self.indented(say(item.message))
        for name, detail in ((FIX, say(item.fix)), (LAW, item.law)):
            if detail:
                self.indented(f"{say(name)}: {detail}", "dim")


def clean(text: str) -> str:
    """The text with control and direction-changing characters made visible.

    >>> clean("A\\x1b[31mB\\u202eC")
    'A\\\\x1b[31mB\\\\u202eC'
    """
    return "".join(letter if _is_harmless(letter) else ascii(letter)[1:-1] for letter in text)


def tally(findings: Sequence[Finding]) -> str:
    """How many errors, warnings and notes there are: "2 lỗi, 1 cảnh báo"."""
    counts = [(level, sum(item.level is level for item in findings)) for level in Level]
    return ", ".join(say(COUNTS[level][number != 1]).format(n=number) for level, number in counts if number)


def level_name(level: Level) -> "Styled":
    """The word for a level, in its colour."""
    from rich.text import Text as Styled

    name, style = LEVELS[level]
    return Styled(say(name), style)


def _whole_words(texts: Sequence[str], width: int) -> int:
    """The width a column of these texts needs, kept to ``width`` as far as no amount breaks."""
    longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
    word = max((len(word) for text in texts for word in text.split()), default=0)
    return max(min(word, WIDEST_AMOUNT), min(longest, width))


def _is_harmless(letter: str) -> bool:
    return letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs")


def _title(item: Finding) -> "Styled":
    from rich.text import Text as Styled

    places = [f"{say(CELL)} {_boxed(item.cell)}"] if item.cell else []
    places += [f"{say(ROW)} {item.row}"] if item.row is not None else []
    places += [say(LINE).format(line=item.line)] if item.line is not None else []
    return Styled.assemble(
        level_name(item.level),
        "  ",
        (clean(item.code), "bold"),
        clean("".join(f" · {place}" for place in places)),
    )


def _boxed(cell: str) -> str:
    return cell if "[" in cell else f"[{cell}]"
