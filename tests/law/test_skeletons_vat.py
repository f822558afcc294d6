"""The outlines of the VAT forms name the elements of the authority's XML, in the authority's order."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from khaithue.returns.catalogue import find_xml
from khaithue.returns.form import Form
from khaithue.returns.outline import elements

SKELETONS = Path(__file__).parent / "skeletons"
VAT = {"844": "2.5.1", "846": "2.5.1", "01": "2.6.2"}
IN_SKELETON_ONLY_WHEN_SUPPLEMENTARY = {"PL01_KHBS", "PL01_1_KHBS"}


def _skeleton(ma_tkhai: str) -> etree._Element:
    return etree.parse(next(SKELETONS.glob(f"{ma_tkhai}_*.xml"))).getroot()


def _form(ma_tkhai: str) -> Form:
    form = find_xml(ma_tkhai, VAT[ma_tkhai])
    assert form is not None
    return form


def _below(part: etree._Element) -> list[str]:
    return list(_paths(part, ""))


def _paths(part: etree._Element, above: str) -> Iterator[str]:
    for child in part:
        path = f"{above}{etree.QName(child).localname}"
        yield path
        yield from _paths(child, f"{path}/")


def _outlined(outline: str) -> list[str]:
    found, unread = elements(outline)
    assert unread == []
    return [element.path for element in found]


@pytest.mark.parametrize("ma_tkhai", VAT)
def test_the_main_part_has_the_elements_of_the_authoritys_xml_in_their_order(ma_tkhai: str) -> None:
    main = _skeleton(ma_tkhai).find(".//{*}CTieuTKhaiChinh")
    assert main is not None
    assert _outlined(_form(ma_tkhai).outline) == _below(main)


@pytest.mark.parametrize("ma_tkhai", VAT)
def test_each_appendix_has_the_elements_of_the_authoritys_xml_in_their_order(ma_tkhai: str) -> None:
    found = {part.xml: _outlined(part.outline) for part in _form(ma_tkhai).appendices.values()}
    wanted = {
        etree.QName(part).localname: _below(part) for part in _skeleton(ma_tkhai).iterfind(".//{*}PLuc/*")
    }
    assert {name: found[name] for name in found.keys() - IN_SKELETON_ONLY_WHEN_SUPPLEMENTARY} == wanted
