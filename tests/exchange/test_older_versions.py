"""Files of older XML versions are read where the structure is known to be the same; the newest is written."""

from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from khaithue.exchange.returns_xml import ReadResult, read, write
from khaithue.exchange.xsd import schema
from khaithue.obligations.period import Period
from khaithue.returns.catalogue import find_for, find_xml, forms
from khaithue.returns.findings import Level
from khaithue.returns.form import Form
from khaithue.returns.load import load
from khaithue.returns.model import Return, Row
from tests.returns.toy_return import TEXT

SKELETONS = Path(__file__).parents[1] / "law" / "skeletons"
HEADER = {"mst": "0100109106", "tenNNT": "CÔNG TY TNHH MẪU", "loaiTKhai": "C", "soLan": "0"}
OLDER = [
    (f"{form.ma_tkhai} {version}", form, version)
    for form in forms()
    if form.ma_tkhai
    for version in form.also
]


def returned(form: Form, **parts: dict[str, object]) -> Return:
    day = form.valid_from
    kind = form.periods[0]
    period = {"year": Period.year(day.year), "quarter": Period.quarter(day.year, (day.month + 2) // 3)}.get(
        kind, Period.month(day.year, day.month)
    )
    return Return(form, period, HEADER, {}, {name: {} for name in parts})


def of_version(data: bytes, form: Form, version: str) -> bytes:
    old = data.replace(f"<pbanTKhaiXML>{form.version}<".encode(), f"<pbanTKhaiXML>{version}<".encode())
    assert old != data
    return old


def codes(result: ReadResult) -> list[str]:
    return [found.code for found in result.findings]


@pytest.mark.parametrize(("form", "version"), [each[1:] for each in OLDER], ids=[each[0] for each in OLDER])
def test_an_older_file_of_the_same_structure_is_read_and_tells_its_version(form: Form, version: str) -> None:
    newest = write(returned(form))
    result = read(of_version(newest, form, version))
    assert result.return_ is not None
    assert codes(result) == ["XML-OLDER"]
    (told,) = result.findings
    assert told.level is Level.INFO
    assert version in told.message.vi
    assert form.version in told.message.vi
    assert write(result.return_) == newest


@pytest.mark.near_miss("XML-OLDER", "XML-VERSION")
def test_a_file_of_the_newest_version_tells_nothing() -> None:
    form = find_xml("01", "2.6.2")
    assert form is not None
    assert codes(read(write(returned(form)))) == []


@pytest.mark.parametrize("version", ["2.1.2", "2.3.3", "9.9.9"])
def test_a_version_not_known_to_be_the_same_is_refused_with_the_known_ones(version: str) -> None:
    form = find_xml("01", "2.6.2")
    assert form is not None
    result = read(of_version(write(returned(form)), form, version))
    assert (result.return_, codes(result)) == (None, ["XML-VERSION"])
    assert "2.4.0, 2.5.0, 2.6.2" in result.findings[0].fix.en


@pytest.mark.error(each="code")
@pytest.mark.parametrize(
    ("part", "code"),
    [("PL01_KHBS", "XML-VERSION"), ("PL_01_XSDT", "XML-VERSION"), ("PL_ND92_GTGT", "XML-OLDER")],
)
def test_an_older_file_is_refused_for_an_appendix_that_has_changed_since(part: str, code: str) -> None:
    form = find_xml("01", "2.6.2")
    assert form is not None
    result = read(of_version(write(returned(form, **{part: {}})), form, "2.5.0"))
    assert codes(result) == [code]


def test_every_appendix_named_beside_an_older_version_is_one_of_the_form() -> None:
    for form in forms():
        elements = {part.xml for part in form.appendices.values()}
        assert {part for parts in form.also.values() for part in parts} - elements == set()
        assert form.version not in form.also


def test_a_form_file_tells_its_older_versions() -> None:
    text = TEXT.replace(
        'pbanTKhaiXML = "1.0.0"', 'pbanTKhaiXML = "1.0.0", also = { "0.9.0" = ["PL_TOY"] }', 1
    )
    assert load(text, "toy.toml").also == {"0.9.0": ("PL_TOY",)}


def test_rows_without_an_id_are_read_and_written_with_one() -> None:
    form = find_for("01/NTNN", Period.parse("2026-05"), date(2026, 6, 1))
    assert form is not None
    ret = Return(
        form, Period.parse("2026-05"), HEADER, {}, {}, {"contractors": (Row({"1a": "A"}), Row({"1a": "B"}))}
    )
    written = write(ret)
    bare = written.replace(b' id="ID_1">\n          <ct1a>', b">\n          <ct1a>").replace(
        b' id="ID_2"', b""
    )
    assert bare.count(b" id=") == 1
    result = read(bare)
    assert result.findings == ()
    assert result.return_ is not None
    assert write(result.return_) == written
    assert etree.XMLSchema(etree.fromstring(schema(form))).validate(etree.fromstring(bare))


WITH_FLAG = sorted(path for path in SKELETONS.glob("*.xml") if "<giaHan" in path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", WITH_FLAG, ids=lambda path: path.stem)
def test_the_flag_of_an_extension_is_read_written_back_and_left_out_when_blank(path: Path) -> None:
    code, version = (
        etree.parse(path).findtext(f".//{{*}}{name}", "") for name in ("maTKhai", "pbanTKhaiXML")
    )
    form = find_xml(code, version)
    assert form is not None
    plain = write(returned(form))
    flagged = plain.replace(b"</TKhaiThue>", b"  <giaHan>true</giaHan>\n        </TKhaiThue>")
    result = read(flagged)
    assert result.findings == ()
    assert result.return_ is not None
    assert result.return_.header["giaHan"] == "true"
    assert write(result.return_) == flagged
    assert etree.XMLSchema(etree.fromstring(schema(form))).validate(etree.fromstring(flagged))
    assert b"giaHan" not in plain


def test_a_form_without_the_flag_does_not_take_it() -> None:
    form = find_xml("842", "2.8.3")
    assert form is not None
    flagged = write(returned(form)).replace(b"</TKhaiThue>", b"<giaHan>true</giaHan></TKhaiThue>")
    assert codes(read(flagged)) == ["XML-UNKNOWN"]
