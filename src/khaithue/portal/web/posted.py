"""A posted fill page, laid over the draft it was made from.

Boxes are posted by their address (``40a``, ``PL_NQ142_GTGT[9]``, ``people[3][12]``, ``header[nguoiKy]``).
Each table says which of the draft's rows it showed (``window``) and how many it has now (``count|address``).
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from khaithue.portal.web.typed import UnreadableError, value_of
from khaithue.returns.findings import Finding, finding
from khaithue.returns.form import Field, Form, Kind, Table

Data = dict[str, Any]
"""A return as JSON: ``header``, ``values``, ``totals``, ``tables`` of ``{values, children}``."""

HEADER = ("nguoiKy", "ngayKy")
"""The elements of the header a person fills in on the page."""

LONGEST_TABLE = 100_000
"""Most rows a page may say a table has."""


@dataclass
class Posted:
    """The draft's data with the posted figures, and what could not be read: by address, the text typed."""

    data: Data
    unread: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Shown:
    """The rows of a table that the page showed when it was loaded, and the number it has now."""

    start: int
    loaded: int
    count: int


def read(post: QueryDict, form: Form, draft: Data) -> Posted:
    """Read the posted boxes; a box that cannot be read keeps the draft's value and is told."""
    posted = Posted(copy.deepcopy(draft))
    shown = dict(_windows(post))
    _main_boxes(post, form, posted)
    _tables(post, form.main_tables, posted.data["tables"], shown, posted)
    for part in form.appendices.values():
        if part.name in post.getlist("appendix") and not part.is_main:
            boxes = posted.data["totals"].setdefault(part.name, {})
            _boxes(post, part.fields, boxes, f"{part.name}[", posted)
            _tables(post, part.tables, posted.data["tables"], shown, posted)
    return posted


def _main_boxes(post: QueryDict, form: Form, posted: Posted) -> None:
    own = {code: box for code, box in form.fields.items() if not box.header}
    _boxes(post, own, posted.data["values"], "", posted)
    for name in HEADER:
        address = f"header[{name}]"
        if address in post:
            kind = Kind.DATE if name.startswith("ngay") else Kind.TEXT
            _place(str(post[address]), kind, posted.data["header"], name, address, posted)
            posted.data["header"][name] = posted.data["header"].get(name) or ""


def _boxes(post: QueryDict, fields: Mapping[str, Field], into: Data, before: str, posted: Posted) -> None:
    for code, box in fields.items():
        address = f"{before}{code}]" if before else code
        if box.is_typed:
            _box(post, box, into, address, posted)


def _box(post: QueryDict, box: Field, into: Data, address: str, posted: Posted) -> None:
    if box.kind is Kind.FLAG and f"shown|{address}" in post:
        into[box.code] = address in post
    elif address in post:
        _place(str(post[address]), box.kind, into, box.code, address, posted)


def _place(typed: str, kind: Kind, into: Data, code: str, address: str, posted: Posted) -> None:
    try:
        into[code] = value_of(kind, typed)
    except UnreadableError as error:
        posted.unread[address] = typed
        posted.findings.append(finding(error.code, cell=address))


def _tables(
    post: QueryDict, tables: Mapping[str, Table], into: Data, shown: Mapping[str, Shown], posted: Posted
) -> None:
    for table in tables.values():
        if not table.parent:
            _rows(post, table, tables, into, table.name, shown, posted)


def _rows(
    post: QueryDict,
    table: Table,
    tables: Mapping[str, Table],
    into: Data,
    address: str,
    shown: Mapping[str, Shown],
    posted: Posted,
) -> None:
    window = shown.get(address)
    if window is None:
        return
    before = into.get(table.name, [])
    fresh = []
    for number in range(window.start + 1, window.start + window.count + 1):
        row = _row(post, table, f"{address}[{number}]", posted)
        for child in tables.values():
            if child.parent == table.name:
                place = f"{address}[{number}].{child.name}"
                _rows(post, child, tables, row["children"], place, shown, posted)
        fresh.append(row)
    into[table.name] = before[: window.start] + fresh + before[window.start + window.loaded :]


def _row(post: QueryDict, table: Table, place: str, posted: Posted) -> Data:
    values: Data = dict.fromkeys(table.columns)
    for code, box in table.columns.items():
        if box.is_typed:
            _box(post, box, values, f"{place}[{code}]", posted)
    return {"values": values, "children": {}}


def _windows(post: QueryDict) -> Iterator[tuple[str, Shown]]:
    for text in post.getlist("window"):
        address, _, place = text.partition("|")
        start, _, loaded = place.partition("|")
        count = post.get(f"count|{address}", loaded)
        numbers = [int(each) for each in (start, loaded, count) if each.isdecimal() and len(each) < 8]
        if len(numbers) == 3 and numbers[2] <= LONGEST_TABLE:
            yield address, Shown(*numbers)
