"""The outline of a part: its XML elements in order, checked against the boxes that claim them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from khaithue.returns.form import Field, Table

_LINE = re.compile(r"(?P<indent>(?:  )*)(?P<name>[\w.\-]+)(?P<marks>(?:[*?]|@\w+)*)\s*")


_ATTRIBUTE = re.compile(r"@(\w+)")


@dataclass(frozen=True)
class Element:
    """One element of an outline: its path below the part, the line of the outline, from 1, and its marks.

    ``id_attribute`` is the attribute that names a repeated element, empty for any other.
    """

    path: str
    line: int
    is_repeated: bool
    is_leaf: bool
    is_optional: bool = False
    id_attribute: str = ""

    @property
    def name(self) -> str:
        """The element's own name."""
        return self.path.rpartition("/")[2]

    @property
    def depth(self) -> int:
        """How many elements hold it."""
        return self.path.count("/")


@dataclass(frozen=True)
class Fault:
    """What is wrong with an outline: the text, and the outline's line or the box or table it is about."""

    text: str
    line: int = 0
    box: str = ""
    table: str = ""


def elements(outline: str) -> tuple[list[Element], list[Fault]]:
    """The elements of an outline in order, and the lines that cannot be read."""
    found: list[Element] = []
    faults: list[Fault] = []
    above: list[str] = []
    for number, line in enumerate(outline.splitlines(), 1):
        match = _LINE.fullmatch(line)
        if match and len(match["indent"]) // 2 <= len(above):
            above = [*above[: len(match["indent"]) // 2], match["name"]]
            found.append(_element("/".join(above), number, match["marks"]))
        elif line.strip():
            faults.append(Fault(f"cannot read {line.strip()!r}: one name a line, two spaces a level", number))
    return _without_branches_as_leaves(found), faults


def _element(path: str, line: int, marks: str) -> Element:
    attribute = _ATTRIBUTE.search(marks)
    is_repeated = "*" in marks
    named = attribute[1] if attribute else "id" if is_repeated else ""
    return Element(path, line, is_repeated, is_leaf=True, is_optional="?" in marks, id_attribute=named)


def faults(outline: str, boxes: Mapping[str, Field], tables: Mapping[str, Table]) -> list[Fault]:
    """Where an outline and the boxes of its part disagree: each leaf is one box's, each box's path a leaf."""
    found, unread = elements(outline)
    claims = list(_claims(boxes, tables))
    return [*unread, *_of_leaves(found, claims), *_of_claims(found, claims), *_of_rows(found, tables)]


@dataclass(frozen=True)
class _Claim:
    path: str
    box: str
    table: str


def _without_branches_as_leaves(found: list[Element]) -> list[Element]:
    paths = [element.path for element in found]
    branches = {path.rpartition("/")[0] for path in paths}
    return [replace(each, is_leaf=each.path not in branches) for each in found]


def _claims(boxes: Mapping[str, Field], tables: Mapping[str, Table]) -> Iterator[_Claim]:
    for box in boxes.values():
        if box.xml:
            yield _Claim(box.xml, box.code, "")
    for table in tables.values():
        for column in filter(lambda each: each.xml, table.columns.values()):
            yield _Claim(f"{row_path(table, tables)}/{column.xml}", column.code, table.name)


def row_path(table: Table, tables: Mapping[str, Table]) -> str:
    """The path of a table's repeated element below its appendix, through the rows that hold it."""
    path, seen = table.xml, {table.name}
    while table.parent in tables and table.parent not in seen:
        table = tables[table.parent]
        seen.add(table.name)
        path = f"{table.xml}/{path}"
    return path


def _of_leaves(found: list[Element], claims: list[_Claim]) -> Iterator[Fault]:
    claimed = [claim.path for claim in claims]
    paths = [element.path for element in found]
    for index, element in enumerate(found):
        if element.path in paths[:index]:
            yield Fault(f"the element {element.path} stands twice", element.line)
        elif element.is_leaf and element.path not in claimed:
            yield Fault(f"the element {element.path} is bound to no box", element.line)


def _of_claims(found: list[Element], claims: list[_Claim]) -> Iterator[Fault]:
    leaves = {element.path for element in found if element.is_leaf}
    taken: dict[str, str] = {}
    for claim in claims:
        if claim.path not in leaves:
            yield Fault(f"xml: the outline has no leaf {claim.path}", box=claim.box, table=claim.table)
        elif claim.path in taken:
            text = f"xml: the element {claim.path} is bound to [{taken[claim.path]}] already"
            yield Fault(text, box=claim.box, table=claim.table)
        taken.setdefault(claim.path, claim.box)


def _of_rows(found: list[Element], tables: Mapping[str, Table]) -> Iterator[Fault]:
    rows = {row_path(table, tables): table.name for table in tables.values()}
    repeated = {element.path: element.line for element in found if element.is_repeated}
    for path, name in rows.items():
        if path not in repeated:
            yield Fault(f"xml: the outline has no repeated element {path}", table=name)
    for path, line in repeated.items():
        if path not in rows:
            yield Fault(f"the repeated element {path} is no table's", line)
