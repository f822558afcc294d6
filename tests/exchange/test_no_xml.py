"""A form of which the authority takes no XML is neither written nor found as XML, and its JSON stays open."""

import json

import pytest

from khaithue.exchange import files, returns_xml
from khaithue.exchange.shape import NoXmlError
from khaithue.exchange.xsd import schema
from khaithue.obligations.period import Period
from khaithue.returns.model import Return
from tests.exchange.toy_form import form

ON_PAPER = form(xml={"pbanTKhaiXML": "1"}, outline="", appendices={})
RETURN = Return(ON_PAPER, Period.parse("2026-05"), {"loaiTKhai": "C", "soLan": "0"}, {"22": 5})


def test_a_form_without_an_xml_is_not_written_as_xml() -> None:
    with pytest.raises(NoXmlError) as refused:
        files.dumps(RETURN, "a.xml")
    assert refused.value.finding.code == "FORM-NO-XML"
    assert "01/THU" in refused.value.finding.message.vi
    with pytest.raises(NoXmlError):
        schema(ON_PAPER)


def test_it_is_written_as_json() -> None:
    assert json.loads(files.dumps(RETURN, "a.json"))["values"] == {"22": 5}


@pytest.mark.near_miss("FORM-NO-XML")
def test_the_same_form_with_an_xml_is_written() -> None:
    whole = Return(form(), RETURN.period, RETURN.header, {"22": 5})
    assert b"<ct22>5</ct22>" in returns_xml.write(whole)


@pytest.mark.parametrize("code", ["", "999"])
def test_no_xml_file_names_a_form_without_an_xml(code: str) -> None:
    whole = Return(form(), RETURN.period, {**RETURN.header, "mst": "0100109106"}, {})
    text = returns_xml.write(whole).replace(b"<maTKhai>999<", f"<maTKhai>{code}<".encode())
    result = returns_xml.read(text, [ON_PAPER])
    assert (result.return_, "XML-FORM") == (None, result.findings[0].code)
