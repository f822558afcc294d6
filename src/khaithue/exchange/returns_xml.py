"""A return from the authority's XML, and to it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from lxml import etree

from khaithue.exchange import period_xml, safe_xml
from khaithue.exchange.safe_xml import Bounds
from khaithue.exchange.shape import FRAMES, Frame, Node, Shape, frame, frame_of_root, shape
from khaithue.exchange.xml_reader import Reader, Record, Report
from khaithue.exchange.xml_writer import write
from khaithue.obligations.period import Period
from khaithue.returns import catalogue
from khaithue.returns.catalogue import Head
from khaithue.returns.compute import fill_unwritten
from khaithue.returns.findings import Finding, finding
from khaithue.returns.form import Form
from khaithue.returns.model import Return, Row, Value

__all__ = ["ReadResult", "read", "read_tree", "tax_code", "write"]

_KIND_AND_NUMBER = re.compile("C 0|B [1-9][0-9]{0,2}")
"""A first return has number 0; a supplementary return (bổ sung) counts from 1."""
_Named: TypeAlias = Form | Head
_ID_NAMES = ("id", "Id", "ID")
_SCHEMA_PLACE = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True)
class ReadResult:
    """What was read: the return when no error was found, the findings, and whether a signature stands there.

    ``signed`` says only that ``CKyDTu`` holds something; ``khaithue.signing`` says whether it is valid.
    """

    return_: Return | None
    findings: tuple[Finding, ...]
    signed: bool = False


def read(data: bytes, forms: Sequence[Form] | None = None, bounds: Bounds = safe_xml.DEFAULT) -> ReadResult:
    """The return in these bytes; ``forms`` are the known ones, all issued when not said. Raises nothing."""
    root, findings = safe_xml.parse(data, bounds)
    if root is None:
        return ReadResult(None, tuple(findings))
    result = read_tree(root, forms)
    return ReadResult(result.return_, (*findings, *result.findings), result.signed)


def read_tree(root: etree._Element, forms: Sequence[Form] | None = None) -> ReadResult:
    """The return in a tree parsed by ``safe_xml.parse``: the one dossier below the root is read.

    The root says whether it is a return, a notice or a registration.
    """
    report = Report()
    named = frame_of_root(etree.QName(root).localname)
    names = frame(named or "return")
    known = [form for form in (catalogue.heads() if forms is None else forms) if form.frame == named]
    dossier = _dossier(root, names, report)
    signed = _signed(root, names)
    if dossier is None:
        return ReadResult(None, tuple(report.findings), signed)
    form = _form(dossier, names, known, report)
    ret = None if form is None else _return(dossier, form, names, report)
    return ReadResult(None if report.errors else ret, tuple(report.findings), signed)


def tax_code(data: bytes) -> str | None:
    """The tax code that a return's file names, before anything of it is checked: only to know whose it is.

    Empty for a return that names none; None for what is no return at all.
    """
    root, _ = safe_xml.parse(data)
    if root is None or frame_of_root(etree.QName(root).localname) != "return":
        return None
    names = frame("return")
    dossier = root.find(f"{{{names.namespace}}}{names.dossier}")
    return "" if dossier is None else _first_text(dossier, names, "mst")


def _signed(root: etree._Element, names: Frame) -> bool:
    return any(len(block) for block in root.iterchildren(f"{{{names.namespace}}}{names.signature}"))


def _dossier(root: etree._Element, names: Frame, report: Report) -> etree._Element | None:
    """The one dossier of the file; what else stands beside it is reported."""
    name = etree.QName(root)
    if name.localname != names.root:
        roots = ", ".join(frame(each).root for each in FRAMES)
        report.add("XML-ROOT", root, element=name.localname[:40], expected=roots)
        return None
    if name.namespace != names.namespace:
        report.add("XML-NAMESPACE", root, element=names.root, namespace=names.namespace)
        return None
    nodes = (Node(names.dossier), Node(names.signature, optional=True))
    _attributes(root, (), report)
    found = Reader(names.namespace, report).matched(root, nodes, Record())
    dossiers = [child for child, node in found if node.name == names.dossier]
    for dossier in dossiers:
        _attributes(dossier, _ID_NAMES, report)
    return dossiers[0] if dossiers else None


def _attributes(element: etree._Element, allowed: Sequence[str], report: Report) -> None:
    for attribute in element.attrib:
        if attribute not in allowed and not str(attribute).startswith(_SCHEMA_PLACE):
            report.add(
                "XML-ATTRIBUTE",
                element,
                attribute=str(attribute)[:40],
                element=etree.QName(element).localname,
            )


def _form(dossier: etree._Element, names: Frame, forms: Sequence[_Named], report: Report) -> Form | None:
    """The form version the file names: by ``maTKhai`` and ``pbanTKhaiXML``, or what a notice calls them."""
    code, version = (_first_text(dossier, names, name) for name in (names.code, names.version))
    same = [form for form in forms if form.ma_tkhai and form.ma_tkhai == code]
    if not same:
        known = ", ".join(sorted({form.ma_tkhai for form in forms} - {""}))
        report.add("XML-FORM", dossier, value=code[:40], known=known)
        return None
    fitting = [form for form in same if form.version == version] or _older(dossier, names, same, version)
    if not fitting:
        known = ", ".join(sorted({each for form in same for each in (form.version, *form.also)}))
        report.add("XML-VERSION", dossier, value=version[:40], form=same[0].code, known=known)
        return None
    found = _in_force(fitting, _period(dossier, names))
    if found.version != version:
        report.add("XML-OLDER", dossier, value=version, form=found.code, newest=found.version)
    return found.form() if isinstance(found, Head) else found


def _older(dossier: etree._Element, names: Frame, same: Sequence[_Named], version: str) -> list[_Named]:
    """The forms that an older version of the XML is known to be like in every part the file holds."""
    parts = dossier.iterfind(f"{{*}}{names.appendices}/{{*}}*") if names.appendices else ()
    held = {etree.QName(part).localname for part in parts}
    return [form for form in same if version in form.also and held.isdisjoint(form.also[version])]


def _first_text(dossier: etree._Element, names: Frame, name: str) -> str:
    path = f"{{{names.namespace}}}{names.header}//{{{names.namespace}}}{name}"
    return (dossier.findtext(path) or "").strip()


def _period(dossier: etree._Element, names: Frame) -> Period | None:
    elements = (names.day,) if names.day else period_xml.ELEMENTS
    period, _ = _read_period({name: _first_text(dossier, names, name) for name in elements}, names)
    return period


def _read_period(texts: Mapping[str, str], names: Frame) -> tuple[Period | None, list[Finding]]:
    return period_xml.read_day(texts, names.day) if names.day else period_xml.read(texts)


def _in_force(fitting: Sequence[_Named], period: Period | None) -> _Named:
    """The form of that version in force in the period; when none is, the last, for the checks to refuse."""
    if period is None:
        return fitting[-1]
    in_force = [form for form in fitting if catalogue.is_valid_for(form, period)]
    return (in_force or fitting)[-1]


def _return(dossier: etree._Element, form: Form, names: Frame, report: Report) -> Return | None:
    parts, reader = shape(form), Reader(names.namespace, report)
    appendices = [Node(names.appendices, optional=True)] if names.appendices else []
    nodes = (parts.header, parts.main, *appendices)
    found = {node.name: child for child, node in reader.matched(dossier, nodes, Record())}
    header, main = Record(), Record()
    for node, record in ((parts.header, header), (parts.main, main)):
        if node.name in found:
            reader.attributes(found[node.name])
            reader.children(found[node.name], node.children, record)
    totals, tables = _appendices(found.get(names.appendices), parts, reader)
    tables |= {table: tuple(rows) for table, rows in main.tables.items()}
    texts = {name: str(value) for name, value in header.values.items() if value is not None}
    period = _checked_header(texts, dossier, names, report)
    return fill_unwritten(Return(form, period, texts, main.values, totals, tables)) if period else None


def _checked_header(
    texts: dict[str, str], dossier: etree._Element, names: Frame, report: Report
) -> Period | None:
    period, wrong = _read_period(texts, names)
    place = names.day or "KyKKhaiThue"
    if not (names.day and _first_text(dossier, names, names.day)):
        report.findings += [replace(item, line=_line(dossier, names, place)) for item in wrong]
    if names.day:
        return period
    kind, number = texts.get("loaiTKhai", ""), texts.get("soLan", "")
    if not _KIND_AND_NUMBER.fullmatch(f"{kind} {number}"):
        line = _line(dossier, names, "loaiTKhai")
        report.findings.append(finding("XML-KIND-OF-RETURN", line=line, kind=kind[:40], number=number[:40]))
    return period


def _line(dossier: etree._Element, names: Frame, name: str) -> int | None:
    element = dossier.find(f"{{{names.namespace}}}{names.header}//{{{names.namespace}}}{name}")
    return dossier.sourceline if element is None else element.sourceline


def _appendices(
    element: etree._Element | None, parts: Shape, reader: Reader
) -> tuple[dict[str, dict[str, Value]], dict[str, tuple[Row, ...]]]:
    totals: dict[str, dict[str, Value]] = {}
    tables: dict[str, tuple[Row, ...]] = {}
    if element is None:
        return totals, tables
    reader.attributes(element)
    names = {node.name: name for name, node in parts.appendices.items()}
    nodes = [Node(node.name, node.children, optional=True) for node in parts.appendices.values()]
    for child, node in reader.matched(element, nodes, Record()):
        record = Record(names[node.name])
        reader.attributes(child)
        reader.children(child, node.children, record)
        totals[names[node.name]] = record.values
        tables |= {table: tuple(rows) for table, rows in record.tables.items()}
    return totals, tables
