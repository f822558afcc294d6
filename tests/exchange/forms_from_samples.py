"""Forms made from real files: a box for every leaf, a table for every repeated element."""

import re
from datetime import date
from pathlib import Path

from lxml import etree

from khaithue.returns.form import Appendix, Field, Form, Kind, Layout, Table

SAMPLES = Path(__file__).parent.parent / "samples"
NAMES = sorted(path.name[:3] for path in SAMPLES.glob("[0-9]*_*.xml"))
NS = "{http://kekhaithue.gdt.gov.vn/TKhaiThue}"


def sample(name: str) -> bytes:
    return next(SAMPLES.glob(f"{name}*.xml")).read_bytes()


def form_of(data: bytes) -> Form:
    root = etree.fromstring(data)
    main = root.find(f".//{NS}CTieuTKhaiChinh")
    assert main is not None
    outline, fields, _ = _part(main)
    appendices = {}
    for element in root.iterfind(f".//{NS}PLuc/*"):
        name = _name(element)
        below, boxes, tables = _part(element)
        appendices[name] = Appendix(name, name, "", name, below, boxes, tables)
    style = "tenXaNNT" if b"tenXaNNT" in data else "phuongXa"
    names = ("maTKhai", "pbanTKhaiXML", "tenTKhai", "moTaBMau")
    xml = {key: root.findtext(f".//{NS}{key}") or "" for key in names}
    valid, periods = date(2022, 1, 1), ("month", "quarter", "year")
    layout = Layout((), (), ())
    return Form(
        "toy", "", "", "", xml, style, valid, None, periods, outline, fields, appendices, {}, (), layout
    )


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname


def _kind(text: str | None) -> Kind:
    return Kind.MONEY if re.fullmatch("0|-?[1-9][0-9]*", text or "") else Kind.TEXT


def _part(part: etree._Element) -> tuple[str, dict[str, Field], dict[str, Table]]:
    lines: list[str] = []
    fields: dict[str, Field] = {}
    tables: dict[str, Table] = {}

    def walk(element: etree._Element, path: str, depth: int, boxes: dict[str, Field]) -> None:
        for child in element:
            name, pad = _name(child), "  " * depth
            below = f"{path}{name}"
            attribute = next((key for key in ("id", "ID") if key in child.attrib), "")
            lines.append(f"{pad}{name}*@{attribute}" if attribute else f"{pad}{name}")
            if attribute:
                columns: dict[str, Field] = {}
                walk(child, "", depth + 1, columns)
                tables[name + below] = Table(name + below, "", below, columns)
            elif len(child):
                walk(child, f"{below}/", depth + 1, boxes)
            else:
                boxes[name] = Field(name, name, _kind(child.text), xml=below)

    walk(part, "", 0, fields)
    return "\n".join(lines), fields, tables
