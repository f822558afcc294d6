"""A return to the authority's XML as its desktop program spells it, byte for byte, by templates."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

from khaithue.exchange import period_xml, safe_xml, values
from khaithue.exchange.shape import Frame, Node, Shape, frame, header_defaults, shape
from khaithue.obligations.period import Period
from khaithue.returns.figures import present_appendices
from khaithue.returns.form import Appendix, Table
from khaithue.returns.model import Return, Row, Value

_Slot: TypeAlias = tuple[str, Callable[[Any], str]]
"""A box and what spells its value; without a box, what writes the elements of the row."""
_Template: TypeAlias = tuple[str, Sequence[_Slot]]


def write(ret: Return) -> bytes:
    """The XML of a return, not signed: UTF-8, two spaces a level, blank amounts and flags as ``0``.

    ``TypeError`` for a value of the wrong type, ``ValueError`` for characters XML cannot carry; of
    these ``NoXmlError`` for a form without an XML.
    """
    return encoded(_document(ret, frame(ret.form.frame), shape(ret.form)))


def element(node: Node, row: Row, depth: int, attributes: str = "") -> str:
    """One element filled from a row, indented ``depth`` levels."""
    return _render(_compiled(node, depth, attributes), row)


def encoded(text: str) -> bytes:
    """The bytes of an XML text; ``ValueError`` for characters XML cannot carry."""
    data = text.encode("utf-8")
    if safe_xml.has_control(data) or b"\xef\xbf\xbe" in data or b"\xef\xbf\xbf" in data:
        raise ValueError("the text holds characters that cannot stand in XML")
    return data


def _document(ret: Return, names: Frame, parts: Shape) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{names.root} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="{names.namespace}">\n'
        f'  <{names.dossier} {names.id_name}="{names.dossier_id}">\n'
        f"{element(parts.header, Row(header_texts(ret)), 2)}"
        f"{element(parts.main, Row(ret.values, _rows_of(ret, ret.form.main_tables)), 2)}"
        f"{_appendices(ret, names, parts)}"
        f"  </{names.dossier}>\n"
        f"{_place_to_sign(names)}"
        f"</{names.root}>\n"
    )


def header_texts(ret: Return) -> dict[str, Value]:
    """The header as written: the form's own names and the period stand above what the return remembers."""
    names = frame(ret.form.frame)
    remembered = {name: text for name, text in ret.header.items() if text}
    if names.day:
        remembered[names.day] = ret.period.start.isoformat()
    else:
        remembered = _with_period(remembered, ret.period)
    titles = {name: ret.form.xml[key] for name, key in names.names.items()}
    own = {name: titles[name] for name in (names.code, names.version)}
    return {**header_defaults(ret.form.frame), **titles, **remembered, **own}


def _with_period(remembered: dict[str, str], wanted: Period) -> dict[str, str]:
    """The header with the period as the return has it, in the file's own words when they agree."""
    period, wrong = period_xml.read(remembered)
    if period == wanted and not wrong:
        return remembered
    rest = {name: text for name, text in remembered.items() if name not in period_xml.ELEMENTS}
    return rest | period_xml.write(wanted)


def _place_to_sign(names: Frame) -> str:
    """The empty place for the signature of a paper that only the office or its portal makes."""
    return f"  <{names.signature}></{names.signature}>\n" if names.day else ""


def _appendices(ret: Return, names: Frame, parts: Shape) -> str:
    present = [name for name in present_appendices(ret) if name in parts.appendices]
    if not present:
        return ""
    below = "".join(_appendix(ret, parts.appendices[name], ret.form.appendices[name]) for name in present)
    return f"    <{names.appendices}>\n{below}    </{names.appendices}>\n"


def _is_blank(value: Value) -> bool:
    return value is None or value == ""


def _appendix(ret: Return, node: Node, part: Appendix) -> str:
    return element(node, Row(ret.totals.get(part.name, {}), _rows_of(ret, part.tables)), 3)


def _rows_of(ret: Return, tables: Mapping[str, Table]) -> dict[str, tuple[Row, ...]]:
    return {name: ret.tables.get(name, ()) for name in tables}


def _render(template: _Template, row: Row) -> str:
    text, slots = template
    return text % tuple(_filled(slots, row))


def _filled(slots: Sequence[_Slot], row: Row) -> list[str]:
    value = row.values.get
    return [fill(value(code)) if code else fill(row) for code, fill in slots]


def _compiled(node: Node, depth: int, attributes: str = "") -> _Template:
    """An element as text with places, and what fills them."""
    pad = "  " * depth
    slots: list[_Slot] = []
    pieces = [f"{pad}<{node.name}{attributes}>\n"]
    for child in node.children:
        text, below = _child(child, depth + 1)
        pieces.append(text)
        slots += below
    return "".join([*pieces, f"{pad}</{node.name}>\n"]), slots


def _child(node: Node, depth: int) -> _Template:
    if node.table:
        row = _compiled(node, depth, f' {node.id_attribute}="{node.id_prefix}%s"')
        return "%s", [("", partial(_rows, node.table, row))]
    if node.omitted:
        return "%s", [("", partial(_if_filled, *_held(node), _child(_always(node), depth)))]
    if node.children:
        return _group(node, depth)
    return _leaf(node, depth)


def _held(node: Node) -> tuple[list[str], list[str]]:
    """The boxes and the tables below an element, those inside rows not counted."""
    if node.table:
        return [], [node.table]
    codes = [node.field.code] if node.field else []
    tables: list[str] = []
    for child in node.children:
        below = _held(child)
        codes += below[0]
        tables += below[1]
    return codes, tables


def _always(node: Node) -> Node:
    return replace(node, omitted=False)


def _group(node: Node, depth: int) -> _Template:
    """A group of elements; one that may be empty is then written as an empty element."""
    template = _compiled(node, depth)
    if any(not (child.table or child.omitted) for child in node.children):
        return template
    empty = f"{'  ' * depth}<{node.name} />\n"
    return "%s", [("", partial(_or_empty, template, empty))]


def _or_empty(template: _Template, empty: str, row: Row) -> str:
    text, slots = template
    filled = _filled(slots, row)
    return text % tuple(filled) if any(filled) else empty


def _if_filled(codes: Sequence[str], tables: Sequence[str], template: _Template, row: Row) -> str:
    filled = any(not _is_blank(row.values.get(code)) for code in codes)
    return _render(template, row) if filled or any(row.children.get(name) for name in tables) else ""


def _rows(table: str, template: _Template, above: Row) -> str:
    text, slots = template
    rows = above.children.get(table, ())
    return "".join([text % (number, *_filled(slots, row)) for number, row in enumerate(rows, 1)])


def _leaf(node: Node, depth: int) -> _Template:
    if node.field is None:
        raise ValueError(f"the element {node.name} belongs to no box")
    pad, code, spelt = "  " * depth, node.field.code, values.writer(node.field.kind)
    filled = f"{pad}<{node.name}>%s</{node.name}>\n"
    if values.blank_is_zero(node.field.kind):
        return filled, [(code, spelt)]
    return "%s", [(code, partial(_words, spelt, filled, f"{pad}<{node.name} />\n"))]


def _words(spelt: Callable[[Value], str], filled: str, empty: str, value: Value) -> str:
    text = spelt(value)
    return filled % text if text else empty
