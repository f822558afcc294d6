"""The forms of circular 92/2015 hold the elements of the authority's XML, in its order."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from khaithue.returns.catalogue import find_xml
from khaithue.returns.outline import elements

SKELETONS = sorted((Path(__file__).parent / "skeletons").glob("*_TT92_*.xml"))
NAMESPACE = "{http://kekhaithue.gdt.gov.vn/TKhaiThue}"


def _paths(node: etree._Element, above: str = "") -> Iterator[tuple[str, bool]]:
    for child in node:
        path = f"{above}{str(child.tag).removeprefix(NAMESPACE)}"
        yield path, "id" in child.attrib
        yield from _paths(child, f"{path}/")


def _part(root: etree._Element, name: str) -> etree._Element:
    found = root.find(f".//{NAMESPACE}{name}")
    assert found is not None
    return found


def _outlined(outline: str) -> list[tuple[str, bool]]:
    return [(element.path, element.is_repeated) for element in elements(outline)[0]]


@pytest.mark.parametrize("path", SKELETONS, ids=lambda path: path.stem)
def test_a_form_of_2015_has_the_elements_of_the_authoritys_file_in_its_order(path: Path) -> None:
    code, *_, version = path.stem.split("_")
    root = etree.parse(path).getroot()
    form = find_xml(code, version)
    assert form is not None
    assert _outlined(form.outline) == list(_paths(_part(root, "CTieuTKhaiChinh")))
    parts = list(_part(root, "PLuc"))
    assert [part.xml for part in form.appendices.values()] == [
        str(part.tag).removeprefix(NAMESPACE) for part in parts
    ]
    for part, node in zip(form.appendices.values(), parts, strict=True):
        assert _outlined(part.outline) == list(_paths(node))
