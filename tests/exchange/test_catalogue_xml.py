"""Every issued form: its returns go to XML and back, its schema accepts them, real files stay as they are."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from khaithue.exchange import files
from khaithue.exchange.returns_xml import read, write
from khaithue.exchange.xsd import schema
from khaithue.returns.catalogue import forms
from khaithue.returns.findings import has_errors
from khaithue.returns.form import NUMERIC, Field, Form, Kind
from khaithue.returns.model import Return, Row, Value
from tests.exchange.forms_from_samples import NAMES, sample
from tests.returns.generate import returns_of  # the maker of returns lives with the tests of khaithue.returns

FORMS = {f"{form.code} {form.basis} {form.version}": form for form in forms() if form.xml.get("maTKhai")}
SCHEMAS = {name: etree.XMLSchema(etree.fromstring(schema(form))) for name, form in FORMS.items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_real_file_comes_back_to_the_byte_and_is_valid(name: str) -> None:
    result = read(sample(name))
    assert result.findings == ()
    assert result.return_ is not None
    assert write(result.return_) == sample(name)
    form = result.return_.form
    assert SCHEMAS[f"{form.code} {form.basis} {form.version}"].validate(etree.fromstring(sample(name)))


def _told(values: dict[str, Value], boxes: dict[str, Field]) -> dict[str, Value]:
    """What XML tells of the boxes: amounts and flags are 0 when blank, other blanks are none."""
    return {
        code: _zero(boxes[code].kind) if value is None else value
        for code in boxes
        if boxes[code].xml
        and ((value := values.get(code)) is not None or _zero(boxes[code].kind) is not None)
    }


def _zero(kind: Kind) -> Value:
    if kind is Kind.FLAG:
        return False
    return (Decimal(0) if kind is Kind.NUMBER else 0) if kind in NUMERIC else None


def _told_rows(rows: tuple[Row, ...], form: Form, table: str) -> list[object]:
    columns = dict(form.tables[table].columns)
    return [
        (
            _told(dict(row.values), columns),
            {name: _told_rows(below, form, name) for name, below in row.children.items() if below},
        )
        for row in rows
    ]


def _whole(ret: Return) -> object:
    form = ret.form
    return (
        ret.period,
        _told(dict(ret.values), dict(form.fields)),
        {name: _told(dict(found), dict(form.appendices[name].fields)) for name, found in ret.totals.items()},
        {name: _told_rows(rows, form, name) for name, rows in ret.tables.items() if rows},
    )


@pytest.mark.parametrize("name", FORMS)
@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(st.data())
def test_every_return_of_every_form_goes_to_xml_and_back(name: str, data: st.DataObject) -> None:
    ret = data.draw(returns_of(FORMS[name]))
    written = write(ret)
    again = read(written)
    assert not has_errors(again.findings), again.findings
    assert again.return_ is not None
    assert _whole(again.return_) == _whole(ret)
    assert write(again.return_) == written
    assert SCHEMAS[name].validate(etree.fromstring(written)), SCHEMAS[name].error_log


@pytest.mark.parametrize("name", FORMS)
@settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(st.data())
def test_every_return_of_every_form_goes_to_json_and_back(name: str, data: st.DataObject) -> None:
    ret = data.draw(returns_of(FORMS[name]))
    again = files.loads(files.dumps(ret, "a.json"), "a.json")
    assert again.findings == ()
    assert again.return_ is not None
    assert _whole(again.return_) == _whole(ret)


def test_a_supplementary_return_keeps_what_it_says_it_is() -> None:
    ret = read(sample("842")).return_
    assert ret is not None
    supplement = replace(ret, header={**ret.header, "loaiTKhai": "B", "soLan": "1"})
    again = read(write(supplement)).return_
    assert again is not None
    assert (again.header["loaiTKhai"], again.header["soLan"]) == ("B", "1")
