"""The outlines of the household forms hold the authority's elements in the authority's order."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from khaithue.returns import outline
from khaithue.returns.catalogue import find_xml
from khaithue.returns.form import Form

NAMESPACE = "{http://kekhaithue.gdt.gov.vn/TKhaiThue}"
SKELETONS = sorted((Path(__file__).parent / "skeletons").glob("*HKD2026*.xml"))


def _dossier(path: Path) -> etree._Element:
    dossier = etree.parse(path, etree.XMLParser(resolve_entities=False)).getroot()[0]
    assert isinstance(dossier, etree._Element)
    return dossier


def _form(dossier: etree._Element) -> Form:
    code, version = (dossier.findtext(f".//{NAMESPACE}{name}", "") for name in ("maTKhai", "pbanTKhaiXML"))
    form = find_xml(code, version)
    assert form is not None, f"no form {code} {version}"
    return form


def _paths(part: etree._Element, above: str = "") -> Iterator[tuple[str, bool]]:
    for child in part:
        path = above + str(child.tag).removeprefix(NAMESPACE)
        yield path, "id" in child.attrib
        yield from _paths(child, f"{path}/")


def _outlined(text: str) -> list[tuple[str, bool]]:
    elements, faults = outline.elements(text)
    assert not faults
    return [(element.path, element.is_repeated) for element in elements]


@pytest.mark.parametrize("path", SKELETONS, ids=lambda path: path.stem)
def test_the_main_part_has_the_authoritys_elements_in_order(path: Path) -> None:
    dossier = _dossier(path)
    main = dossier.find(f"{NAMESPACE}CTieuTKhaiChinh")
    assert main is not None
    assert _outlined(_form(dossier).outline) == list(_paths(main))


@pytest.mark.parametrize("path", SKELETONS, ids=lambda path: path.stem)
def test_every_appendix_has_the_authoritys_elements_in_order(path: Path) -> None:
    dossier = _dossier(path)
    outlines = {part.xml: part.outline for part in _form(dossier).appendices.values()}
    for part in dossier.iterfind(f"{NAMESPACE}PLuc/*"):
        name = str(part.tag).removeprefix(NAMESPACE)
        assert _outlined(outlines[name]) == list(_paths(part))
