"""The elements of a return's XML in their order: the common frame and a form's outlines as trees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from khaithue import law
from khaithue.returns.findings import finding
from khaithue.returns.form import Appendix, Field, Form, Kind, Table
from khaithue.returns.outline import Element, elements

FRAMES = {"return": "xml/header.toml", "notice": "xml/notice.toml", "registration": "xml/registration.toml"}
"""The frames there are, with the file of the law that describes each."""

_Boxes: TypeAlias = Mapping[str, Field]
_Tables: TypeAlias = Mapping[str, Table]


class NoXmlError(ValueError):
    """A form for which the authority has issued no XML; ``finding`` tells it (FORM-NO-XML)."""

    def __init__(self, form: Form) -> None:
        super().__init__(f"{form.code} has no XML")
        self.finding = finding("FORM-NO-XML", form=form.code, basis=form.basis)


@dataclass(frozen=True)
class Node:
    """One element: its place is its position among the siblings.

    ``field`` is the box a leaf holds. ``table`` names the table whose rows a repeated element holds.
    ``optional`` may be absent when read; ``omitted`` is left out when it holds nothing.
    """

    name: str
    children: tuple["Node", ...] = ()
    repeated: bool = False
    optional: bool = False
    omitted: bool = False
    id_attribute: str = ""
    id_prefix: str = ""
    field: Field | None = None
    table: str = ""


@dataclass(frozen=True)
class Shape:
    """The parts of one form's XML: ``TTinChung``, ``CTieuTKhaiChinh`` and each appendix by its name."""

    header: Node
    main: Node
    appendices: Mapping[str, Node]


@dataclass(frozen=True)
class Frame:
    """The names around the parts, the same for all returns, notices or registrations (``law/xml``).

    ``code`` and ``version`` are the elements of the header that name the form version. ``day`` is the one
    that holds the day a paper of one day stands for; empty for returns, which name a tax period.
    """

    namespace: str
    root: str
    dossier: str
    dossier_id: str
    id_name: str
    row_id: str
    header: str
    main: str
    appendices: str
    signature: str
    code: str
    version: str
    day: str
    names: Mapping[str, str]


def frame(name: str = "return") -> Frame:
    """The frame of that name; the names are the keys of ``FRAMES``."""
    data = law.document(FRAMES[name])
    return Frame(**{key: data[key] for key in Frame.__dataclass_fields__})


def frame_of_root(root: str) -> str:
    """The name of the frame whose root element has that name, or an empty text."""
    return next((name for name in FRAMES if frame(name).root == root), "")


def shape(form: Form) -> Shape:
    """The element tree of one form; ``ValueError`` for an outline that does not fit its boxes.

    ``NoXmlError`` for a form the authority takes no XML of.
    """
    if not form.ma_tkhai:
        raise NoXmlError(form)
    known = _SHAPES.get(id(form))
    if known is None or known[0] is not form:
        known = _SHAPES[id(form)] = (form, _shape(form))
    return known[1]


_SHAPES: dict[int, tuple[Form, Shape]] = {}
"""Shapes by the identity of their form, which is kept beside so that the identity stays its own."""


def outline(text: str, row_id: str = "") -> tuple[Node, ...]:
    """The nodes of one outline; ``ValueError`` for a line that cannot be read."""
    found, wrong = elements(text)
    if wrong:
        raise ValueError(f"outline: {wrong[0].text}")
    return _nodes(found, row_id)


def _nodes(found: Sequence[Element], row_id: str) -> tuple[Node, ...]:
    """The outermost of these elements, each with those that follow it further in."""
    if not found:
        return ()
    starts = [place for place, each in enumerate(found) if each.depth == found[0].depth]
    ends = [*starts[1:], len(found)]
    return tuple(
        _node(found[start], found[start + 1 : end], row_id) for start, end in zip(starts, ends, strict=True)
    )


def _node(element: Element, inside: Sequence[Element], row_id: str) -> Node:
    return Node(
        element.name,
        _nodes(inside, row_id),
        repeated=element.is_repeated,
        optional=element.is_optional or element.is_repeated,
        omitted=element.is_optional,
        id_attribute=element.id_attribute,
        id_prefix=row_id,
    )


def _shape(form: Form) -> Shape:
    names = frame(form.frame)
    boxes = {field.xml: field for field in form.fields.values() if field.xml}
    main = Node(names.main, _bind(outline(form.outline, names.row_id), boxes, form.main_tables))
    parts = {
        name: _appendix(part, names.row_id) for name, part in form.appendices.items() if not part.is_main
    }
    return Shape(_header(form), main, parts)


def _appendix(part: Appendix, row_id: str) -> Node:
    boxes = {field.xml: field for field in part.fields.values() if field.xml}
    return Node(part.xml, _bind(outline(part.outline, row_id), boxes, part.tables))


def _bind(nodes: tuple[Node, ...], boxes: _Boxes, tables: _Tables) -> tuple[Node, ...]:
    return tuple(_bound(node, "", boxes, tables, "") for node in nodes)


def _bound(node: Node, above: str, boxes: _Boxes, tables: _Tables, parent: str) -> Node:
    path = f"{above}{node.name}"
    if node.repeated:
        return _bound_rows(node, path, tables, parent)
    if not node.children:
        if path not in boxes:
            raise ValueError(f"outline: the element {path} belongs to no box")
        return replace(node, field=boxes[path])
    children = tuple(_bound(child, f"{path}/", boxes, tables, parent) for child in node.children)
    return replace(node, children=children)


def _bound_rows(node: Node, path: str, tables: _Tables, parent: str) -> Node:
    found = [table for table in tables.values() if table.xml == path and table.parent == parent]
    if len(found) != 1:
        raise ValueError(f"outline: the repeated element {path} belongs to {len(found)} tables, not one")
    boxes = {column.xml: column for column in found[0].columns.values() if column.xml}
    children = tuple(_bound(child, "", boxes, tables, found[0].name) for child in node.children)
    return replace(node, children=children, table=found[0].name)


def _header(form: Form) -> Node:
    data = law.document(FRAMES[form.frame])
    address = "\n".join(f"    {name}" for name in data["address"].get(form.header_style, ()))
    own = "".join(f"\n    {name}?" for name, codes in data.get("own", {}).items() if form.ma_tkhai in codes)
    boxes = {field.header: field for field in form.fields.values() if field.header}
    nodes = outline(data["outline"].format(address=address, own=own))
    return _header_node(Node(data["header"], nodes), boxes, data)


def _header_node(node: Node, boxes: _Boxes, data: dict[str, Any]) -> Node:
    """The node with its leaves bound by element name; the printed code of the box is kept for findings."""
    optional = node.optional or node.name in data["tolerated"]
    if node.children:
        children = tuple(_header_node(child, boxes, data) for child in node.children)
        return replace(node, children=children, optional=optional)
    kind = Kind.DATE if node.name in data["dates"] else Kind.TEXT
    printed = boxes[node.name].code if node.name in boxes else ""
    return replace(node, optional=optional, field=Field(node.name, "", kind, at=printed, header=node.name))


def header_defaults(name: str = "return") -> dict[str, str]:
    """What is written in the header of that frame when the return says nothing."""
    return dict(law.document(FRAMES[name])["defaults"])
