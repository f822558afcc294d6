"""Returns of the authority's own program are read, recomputed to the same figures, and written back alike."""

from pathlib import Path

import pytest
from lxml import etree

from khaithue.exchange import returns_xml
from khaithue.returns.check import check
from khaithue.returns.compute import compute
from khaithue.returns.model import Return

FILES = sorted((Path(__file__).parent.parent / "samples").glob("*.xml"))


def _read(path: Path) -> Return:
    result = returns_xml.read(path.read_bytes())
    assert result.findings == ()
    assert result.return_ is not None
    return result.return_


def _texts(data: bytes) -> list[tuple[str, str]]:
    tree = etree.fromstring(data, etree.XMLParser(resolve_entities=False))
    return [(str(node.tag), (node.text or "").strip()) for node in tree.iter()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_real_return_has_no_finding(path: Path) -> None:
    assert check(_read(path)) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_real_return_recomputed_is_written_with_the_same_elements_and_figures(path: Path) -> None:
    assert _texts(returns_xml.write(compute(_read(path)))) == _texts(path.read_bytes())


def test_there_is_a_real_return_of_each_form() -> None:
    assert {_read(path).form.code for path in FILES} == {"01/GTGT", "05/KK-TNCN", "05/QTT-TNCN"}
