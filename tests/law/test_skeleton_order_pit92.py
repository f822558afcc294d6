"""The forms of circular 92/2015 write their elements in the order the authority's viewer reads them."""

from pathlib import Path

import pytest
from lxml import etree

from khaithue.obligations.period import Period
from khaithue.returns.catalogue import find_for, find_xml
from khaithue.returns.outline import elements

SKELETONS = Path(__file__).parent / "skeletons"
NS = "{http://kekhaithue.gdt.gov.vn/TKhaiThue}"
CIRCULAR_92 = [
    "391_02-KK-TNCN_TT92_2.8.3",
    "394_05-KK-TNCN_TT92_2.1.6",
]
# Circular 92/2015: every printed code counts, those of the form's head included.
PRINTED_BOXES = {"391": 37, "394": 36}


def _paths(part: etree._Element, above: str = "") -> list[str]:
    found = []
    for child in part:
        path = above + etree.QName(child).localname
        found += [path, *_paths(child, f"{path}/")]
    return found


@pytest.mark.parametrize("name", CIRCULAR_92)
def test_the_main_part_has_the_elements_of_its_skeleton_in_their_order(name: str) -> None:
    tree = etree.parse(SKELETONS / f"{name}.xml")
    main = tree.find(f".//{NS}CTieuTKhaiChinh")
    form = find_xml(name[:3], name.rsplit("_", 1)[1])
    assert main is not None
    assert form is not None
    assert [element.path for element in elements(form.outline)[0]] == _paths(main)
    assert tree.find(f".//{NS}PLuc") is None
    assert form.appendices == {}


@pytest.mark.parametrize("name", CIRCULAR_92)
def test_every_code_the_paper_prints_is_a_box(name: str) -> None:
    form = find_xml(name[:3], name.rsplit("_", 1)[1])
    assert form is not None
    printed = [code for code in form.fields if code[0].isdigit()]
    assert printed == [f"{number:02}" for number in range(1, PRINTED_BOXES[name[:3]] + 1)]


@pytest.mark.parametrize(
    ("code", "last", "next_one"),
    [("05/KK-TNCN", "2021-12", "2022-01"), ("02/KK-TNCN", "2021-Q4", "2022-Q1")],
)
def test_the_forms_of_circular_92_hold_until_those_of_circular_80(
    code: str, last: str, next_one: str
) -> None:
    before, after = find_for(code, Period.parse(last)), find_for(code, Period.parse(next_one))
    assert before is not None
    assert before.basis == "TT92/2015/TT-BTC"
    assert after is None or after.basis == "TT80/2021/TT-BTC"
