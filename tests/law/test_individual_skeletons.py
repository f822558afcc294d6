"""The outlines of the individuals' forms hold the authority's elements in the authority's order."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from khaithue.returns import outline
from khaithue.returns.catalogue import find_xml
from khaithue.returns.form import Form

NAMESPACE = "{http://kekhaithue.gdt.gov.vn/TKhaiThue}"
CODES = ("859", "865", "470", "471", "472")
SKELETONS = sorted(
    path for path in (Path(__file__).parent / "skeletons").glob("*.xml") if path.stem.split("_")[0] in CODES
)
PRINTED_ONLY = {
    "470": {"Header/ToChucNopThueThay/ct12a"},
    "472": {"Header/CNKDChuaDangKyThue/ct10b_tenQuocTich"},
}
"""Elements the paper has and the skeleton lacks, by ``maTKhai``."""


def _form(dossier: etree._Element) -> Form:
    code, version = (dossier.findtext(f".//{NAMESPACE}{name}", "") for name in ("maTKhai", "pbanTKhaiXML"))
    form = find_xml(code, version)
    assert form is not None, f"no form {code} {version}"
    return form


def _dossier(path: Path) -> etree._Element:
    return etree.parse(path, etree.XMLParser(resolve_entities=False)).getroot()[0]


def _paths(part: etree._Element, above: str = "") -> Iterator[tuple[str, bool]]:
    for child in part:
        path = above + str(child.tag).removeprefix(NAMESPACE)
        yield path, "id" in child.attrib or "ID" in child.attrib
        yield from _paths(child, f"{path}/")


def _outlined(text: str, without: set[str]) -> list[tuple[str, bool]]:
    elements, faults = outline.elements(text)
    assert not faults
    return [(element.path, element.is_repeated) for element in elements if element.path not in without]


@pytest.mark.parametrize("path", SKELETONS, ids=lambda path: path.stem)
def test_the_main_part_has_the_authoritys_elements_in_order(path: Path) -> None:
    form = _form(_dossier(path))
    main = _dossier(path).find(f"{NAMESPACE}CTieuTKhaiChinh")
    assert main is not None
    assert _outlined(form.outline, PRINTED_ONLY.get(form.xml["maTKhai"], set())) == list(_paths(main))


@pytest.mark.parametrize("path", SKELETONS, ids=lambda path: path.stem)
def test_every_appendix_has_the_authoritys_elements_in_order(path: Path) -> None:
    outlines = {part.xml: part.outline for part in _form(_dossier(path)).appendices.values()}
    for part in _dossier(path).iterfind(f"{NAMESPACE}PLuc/*"):
        name = str(part.tag).removeprefix(NAMESPACE)
        assert _outlined(outlines[name], set()) == list(_paths(part))


def test_every_form_has_its_skeleton() -> None:
    assert {path.stem.split("_")[0] for path in SKELETONS} == set(CODES)
