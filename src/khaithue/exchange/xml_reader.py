"""The elements of a return walked against its form's shape: values to records, differences to findings."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree

from khaithue.exchange import values
from khaithue.exchange.shape import Node
from khaithue.returns.boxes import address
from khaithue.returns.findings import Finding, Level, finding
from khaithue.returns.model import Row, Value

MAX_FINDINGS = 100
"""As many findings as one reading reports; the last says that there are more."""

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
"""The attribute by which the authority's portal marks a blank element."""

_SHOWN = 40
_Column: TypeAlias = tuple[Node, str, Callable[[str | None], values.Spelling]]
"""A leaf, the code of its box, and what reads its text."""


@dataclass
class Report:
    """The findings of one reading, at most ``MAX_FINDINGS`` of them."""

    findings: list[Finding] = field(default_factory=list)
    full: bool = False

    def add(
        self, code: str, where: etree._Element, /, cell: str = "", row: int | None = None, **params: object
    ) -> None:
        """Keep one finding about an element; beyond the bound only that there are more."""
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(finding(code, cell=cell, row=row, line=where.sourceline, law="", **params))
        elif not self.full:
            self.full = True
            self.findings.append(finding("XML-MORE", line=where.sourceline, limit=MAX_FINDINGS))

    @property
    def errors(self) -> bool:
        """Whether anything kept is an error."""
        return any(item.level is Level.ERROR for item in self.findings)


@dataclass
class Record:
    """The values and tables of one part or row while it is read; ``place`` prefixes its boxes in findings.

    ``row`` counts the rows of a table through the whole file, those within other rows too.
    """

    place: str = ""
    row: int | None = None
    values: dict[str, Value] = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=dict)

    def cell(self, node: Node) -> str:
        """The box of a leaf as findings name it: ``40a``, ``PL_NQ142_GTGT[9]``, ``people[12]``."""
        box = node.field
        if box is None or (box.header and not box.at):
            return ""
        return address(self.place, box.at if box.header else box.code)


class Reader:
    """Reads the elements of one namespace into records, collecting findings in ``report``."""

    def __init__(self, namespace: str, report: Report) -> None:
        self.prefix = f"{{{namespace}}}"
        self.report = report
        self._counts: Counter[str] = Counter()
        self._plans: dict[int, tuple[list[str], list[_Column]]] = {}

    def children(self, element: etree._Element, nodes: Sequence[Node], record: Record) -> None:
        """Read the children of an element, which are to be ``nodes`` in their order."""
        matched = self.matched(element, nodes, record)
        for child, node in matched:
            if node.table:
                self._row(child, node, record)
            elif node.children:
                self.attributes(child, node.id_attribute)
                self.children(child, node.children, record)
            else:
                self._value(child, _column(node), record)

    def matched(
        self, element: etree._Element, nodes: Sequence[Node], record: Record
    ) -> list[tuple[etree._Element, Node]]:
        """The children with their nodes; unknown, repeated, misplaced and missing ones are reported."""
        self._no_text(element)
        places = {self.prefix + node.name: place for place, node in enumerate(nodes)}
        found: list[tuple[etree._Element, int]] = []
        seen: set[int] = set()
        for child in element:
            place = places.get(str(child.tag))
            if place is None:
                self._unknown(child, nodes)
            elif place in seen and not nodes[place].repeated:
                self._report("XML-REPEATED", child, nodes[place], record)
            else:
                found.append((child, place))
                seen.add(place)
        self._order(found, nodes, record)
        self._missing(element, seen, nodes, record)
        return [(child, nodes[place]) for child, place in found]

    def attributes(self, element: etree._Element, allowed: str = "") -> None:
        """Report attributes other than the one allowed."""
        for name in element.attrib:
            if name != allowed and name != NIL:
                self.report.add("XML-ATTRIBUTE", element, attribute=_short(str(name)), element=_name(element))

    def _row(self, element: etree._Element, node: Node, above: Record) -> None:
        self._counts[node.table] += 1
        record = Record(node.table, self._counts[node.table])
        self.attributes(element, node.id_attribute)
        if not self._plain_row(element, node, record):
            self.children(element, node.children, record)
        row = Row(record.values, {name: tuple(below) for name, below in record.tables.items()})
        above.tables.setdefault(node.table, []).append(row)

    def _plain_row(self, element: etree._Element, node: Node, record: Record) -> bool:
        """Read a row that holds exactly its leaves in order, the common case of long appendices."""
        tags, columns = self._plan(node)
        if not tags or [child.tag for child in element] != tags:
            return False
        self._no_text(element)
        for child, column in zip(element, columns, strict=True):
            self._value(child, column, record)
        return True

    def _plan(self, node: Node) -> tuple[list[str], list[_Column]]:
        """The tags and columns of a row of leaves only; no tags for one that holds groups or rows."""
        plan = self._plans.get(id(node))
        if plan is None:
            columns = [_column(child) for child in node.children if child.field and not child.repeated]
            plain = len(columns) == len(node.children)
            plan = ([self.prefix + child.name for child in node.children] if plain else [], columns)
            self._plans[id(node)] = plan
        return plan

    def _value(self, element: etree._Element, column: _Column, record: Record) -> None:
        node, code, read = column
        if len(element) or element.attrib:
            self._not_plain(element, node, record)
        value, wrong = read(element.text)
        if wrong:
            self._report(wrong, element, node, record, value=_short(element.text or ""))
        record.values[code] = value

    def _not_plain(self, element: etree._Element, node: Node, record: Record) -> None:
        if len(element):
            self._report("XML-NOT-A-VALUE", element, node, record)
        self.attributes(element)
        if element.get(NIL) in ("true", "1") and (element.text or "").strip():
            self.report.add("XML-ATTRIBUTE", element, attribute="xsi:nil", element=node.name)

    def _report(self, code: str, where: etree._Element, node: Node, record: Record, **params: object) -> None:
        self.report.add(code, where, record.cell(node), record.row, element=node.name, **params)

    def _no_text(self, element: etree._Element) -> None:
        """Report text between elements, where only indentation may stand."""
        pieces = {element.text, *[child.tail for child in element]}
        stray = next((piece for piece in pieces if piece and not piece.isspace()), None)
        if stray:
            self.report.add("XML-STRAY-TEXT", element, value=_short(stray.strip()), element=_name(element))

    def _unknown(self, child: etree._Element, nodes: Sequence[Node]) -> None:
        if self.report.full:
            return
        name = _name(child)
        if not str(child.tag).startswith(self.prefix):
            self.report.add("XML-NAMESPACE", child, element=name, namespace=self.prefix[1:-1])
            return
        self.report.add(
            "XML-UNKNOWN", child, element=name, parent=_name(child.getparent()), known=_listed(nodes)
        )

    def _order(self, found: list[tuple[etree._Element, int]], nodes: Sequence[Node], record: Record) -> None:
        places = [place for _, place in found]
        if places == sorted(places):
            return
        for index in _misplaced(places):
            child, place = found[index]
            after = nodes[place - 1].name if place else f"<{_name(child.getparent())}>"
            self._report("XML-ORDER", child, nodes[place], record, after=after)

    def _missing(
        self, element: etree._Element, seen: set[int], nodes: Sequence[Node], record: Record
    ) -> None:
        for place, node in enumerate(nodes):
            if place not in seen and not node.optional:
                self._report("XML-MISSING", element, node, record, parent=_name(element))


def _misplaced(places: Sequence[int]) -> list[int]:
    """The fewest positions to move so that the places ascend: those outside a longest ascending run."""
    tops: list[int] = []
    lengths: list[int] = []
    for place in places:
        length = bisect_right(tops, place)
        tops[length : length + 1] = [place]
        lengths.append(length)
    wanted, kept = len(tops) - 1, set()
    limit = max(places, default=0)
    for index in range(len(places) - 1, -1, -1):
        if lengths[index] == wanted and places[index] <= limit:
            kept.add(index)
            wanted, limit = wanted - 1, places[index]
    return [index for index in range(len(places)) if index not in kept]


def _column(node: Node) -> _Column:
    if node.field is None:
        raise ValueError(f"the element {node.name} belongs to no box")
    return node, node.field.code, values.reader(node.field.kind)


def _name(element: etree._Element | None) -> str:
    tag = "" if element is None else str(element.tag)
    return _short(tag.rpartition("}")[2])


def _listed(nodes: Sequence[Node]) -> str:
    names = [node.name for node in nodes[:6]]
    return ", ".join(names) + (" …" if len(nodes) > len(names) else "")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
