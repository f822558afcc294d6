"""The outlines of the forms name the elements of the authority's XML, in the authority's order."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from khaithue.exchange.shape import Node, shape
from khaithue.returns.catalogue import find_xml, forms
from khaithue.returns.form import Form
from khaithue.returns.outline import elements

SKELETONS = sorted((Path(__file__).parent / "skeletons").glob("*.xml"))
PRINTED_ONLY = {
    "470": {"Header/ToChucNopThueThay/ct12a"},
    "472": {"Header/CNKDChuaDangKyThue/ct10b_tenQuocTich"},
}
"""Elements the paper has and the skeleton lacks, by ``maTKhai``."""


def _dossier(path: Path) -> etree._Element:
    return etree.parse(path, etree.XMLParser(resolve_entities=False)).getroot()[0]


def _form(path: Path) -> Form:
    code, version = (_dossier(path).findtext(f".//{{*}}{name}", "") for name in ("maTKhai", "pbanTKhaiXML"))
    form = find_xml(code, version)
    assert form is not None, f"no form {code} {version}"
    return form


def _paths(part: etree._Element, above: str = "") -> Iterator[tuple[str, bool]]:
    for child in part:
        path = f"{above}{etree.QName(child).localname}"
        yield path, bool({"id", "ID"} & set(child.attrib))
        yield from _paths(child, f"{path}/")


def _outlined(text: str, without: set[str]) -> list[tuple[str, bool]]:
    found, faults = elements(text)
    assert faults == []
    return [(element.path, element.is_repeated) for element in found if element.path not in without]


@pytest.mark.parametrize("path", SKELETONS, ids=lambda path: path.stem)
def test_the_main_part_has_the_authoritys_elements_in_order(path: Path) -> None:
    form, main = _form(path), _dossier(path).find("{*}CTieuTKhaiChinh")
    assert main is not None
    assert _outlined(form.outline, PRINTED_ONLY.get(form.xml["maTKhai"], set())) == list(_paths(main))


@pytest.mark.parametrize("path", SKELETONS, ids=lambda path: path.stem)
def test_every_appendix_has_the_authoritys_elements_in_order(path: Path) -> None:
    outlines = {part.xml: part.outline for part in _form(path).appendices.values()}
    for part in _dossier(path).iterfind("{*}PLuc/*"):
        assert _outlined(outlines[etree.QName(part).localname], set()) == list(_paths(part))


@pytest.mark.parametrize("path", SKELETONS, ids=lambda path: path.stem)
def test_no_appendix_is_the_forms_own_invention(path: Path) -> None:
    form = _form(path)
    issued = {
        etree.QName(part).localname
        for other in SKELETONS
        if _form(other) is form
        for part in _dossier(other).iterfind("{*}PLuc/*")
    }
    supplement = {"PL01_KHBS", "PL01_1_KHBS"}
    ours = {part.xml for part in form.appendices.values() if not part.is_main}
    assert ours - supplement == issued - supplement


def test_every_form_with_an_xml_has_its_skeleton() -> None:
    have = {("return", form.ma_tkhai, form.version) for form in map(_form, SKELETONS)}
    have |= set(VIEWED)
    assert {(form.frame, form.ma_tkhai, form.version) for form in forms() if form.ma_tkhai} == have


def _viewed() -> dict[tuple[str, str, str], list[str]]:
    text = (Path(__file__).parent / "skeletons" / "notices.txt").read_text(encoding="utf-8")
    blocks = (block.splitlines() for block in text.split("\n\n")[1:])
    heads = ((lines[0].split(), [line.strip() for line in lines[1:]]) for lines in blocks)
    return {(frame, code, version): paths for (frame, code, version), paths in heads}


VIEWED = _viewed()
"""What the authority's viewer reads of each notice and registration, repeated elements with a star."""
BESIDE = {
    ("notice", "844", "2.4.9"): {"duongDan", "hotline"},
    ("registration", "01/ĐK-TĐT", "2.0.9"): {"TTinDKyKhaiThueDTu/mstCTS", "TTinDKyKhaiThueDTu/nguoiKy"},
}
"""Elements that the portal writes, or that are ours, and the viewer does not read."""


@pytest.mark.parametrize("name", VIEWED, ids=" ".join)
def test_a_notice_has_every_element_the_viewer_reads_and_no_other_content(name: tuple[str, str, str]) -> None:
    frame, code, version = name
    form = find_xml(code, version, frame)
    assert form is not None
    parts = shape(form)
    held = {f"{path}*" if node.repeated else path for path, node in _nodes(parts.header, parts.main)}
    assert {path.rstrip("*") for path in VIEWED[name]} <= {path.rstrip("*") for path in held}
    assert {path for path in VIEWED[name] if path.endswith("*")} <= held
    leaves = {path.partition("/")[2] for path, node in _nodes(parts.main) if node.field}
    viewed = {path.partition("/")[2] for path in VIEWED[name]}
    assert leaves - viewed == BESIDE.get(name, set())


def _nodes(*above: Node) -> Iterator[tuple[str, Node]]:
    for node in above:
        yield node.name, node
        yield from ((f"{node.name}/{path}", below) for path, below in _nodes(*node.children))
