"""Bytes from strangers: each wrong file has its own code, and none reaches a parser that could be harmed."""

import pytest

from khaithue.exchange import safe_xml
from khaithue.exchange.returns_xml import read
from khaithue.exchange.safe_xml import Bounds
from tests.exchange.forms_from_samples import form_of, sample

DATA = sample("842")
FORM = form_of(DATA)
TEXT = DATA.decode()
BODY = TEXT.partition("?>")[2].encode()
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>"""
FOREIGN = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>"""
IN_ATTRIBUTE = b"""<!DOCTYPE a [<!ENTITY b "ha">]><a id="&b;"/>"""
TCVN3 = (
    TEXT.replace("CÔNG TY TNHH MẪU A", "NAME")
    .encode("ascii", "ignore")
    .replace(b"NAME", b"C\xabng ty M\xc9u \xae\xa8\xac")
)


def declared(encoding: str) -> bytes:
    return DATA.replace(b'"UTF-8"', f'"{encoding}"'.encode())


WRONG = {
    "empty": (b"", "XML-EMPTY"),
    "only spaces": (b" \n ", "XML-EMPTY"),
    "BOM": (b"\xef\xbb\xbf" + DATA, "XML-BOM"),
    "UTF-16 with its mark": (TEXT.encode("utf-16"), "XML-UTF16"),
    "UTF-16 without": (TEXT.encode("utf-16-be"), "XML-UTF16"),
    "UTF-16 declared": (declared("UTF-16"), "XML-UTF16"),
    "UTF-32 with its mark": (TEXT.encode("utf-32"), "XML-UTF32"),
    "UTF-32 without": (TEXT.encode("utf-32-le"), "XML-UTF32"),
    "UTF-32 declared": (declared("UTF-32"), "XML-UTF32"),
    "Windows-1258 declared": (declared("windows-1258"), "XML-ENCODING"),
    "TCVN3 declared": (declared("x-viet-tcvn5712"), "XML-TCVN3"),
    "TCVN3 under UTF-8": (TCVN3, "XML-TCVN3"),
    "Windows-1258 under UTF-8": (DATA.replace("MẪU".encode(), b"M\xe2\xdeu \xf0\xd4"), "XML-NOT-UTF8"),
    "cut within a letter": (DATA[: DATA.index("Ỗ".encode()) + 1], "XML-NOT-UTF8"),
    "XML 1.1": (DATA.replace(b'"1.0"', b'"1.1"', 1), "XML-DECLARATION"),
    "garbled declaration": (b"<?xml hello ?>" + BODY, "XML-DECLARATION"),
    "billion laughs": (LAUGHS, "XML-DOCTYPE"),
    "external entity": (FOREIGN, "XML-DOCTYPE"),
    "entity in an attribute": (IN_ATTRIBUTE, "XML-DOCTYPE"),
    "doctype in small letters": (b"<!doctype a><a/>", "XML-DOCTYPE"),
    "comment": (DATA.replace(b"<ct22>", b"<ct22><!-- 1 -->"), "XML-COMMENT"),
    "CDATA": (DATA.replace(b"<mst>", b"<mst><![CDATA[0]]>"), "XML-CDATA"),
    "processing instruction": (DATA.replace(b"<mst>", b"<mst><?x y?>"), "XML-INSTRUCTION"),
    "style sheet": (
        DATA.replace(b"<HSoThueDTu", b"<?xml-stylesheet href='a'?><HSoThueDTu"),
        "XML-INSTRUCTION",
    ),
    "control character": (DATA.replace(b"<mst>", b"<mst>\x0b"), "XML-CONTROL"),
    "control character spelt": (DATA.replace(b"<mst>", b"<mst>&#11;"), "XML-MALFORMED"),
    "undefined entity": (DATA.replace(b"<mst>", b"<mst>&nbsp;"), "XML-MALFORMED"),
    "wrong end tag": (DATA.replace(b"</mst>", b"</mts>"), "XML-MALFORMED"),
    "deep nesting": (b"<a>" * 60 + b"</a>" * 60, "XML-TOO-DEEP"),
    "very deep nesting": (b"<a>" * 100_000 + b"</a>" * 100_000, "XML-TOO-DEEP"),
    "not XML": (b"PK\x03\x04 a zip", "XML-CONTROL"),
    "a sentence": (b"hello", "XML-MALFORMED"),
}


@pytest.mark.error(each="code")
@pytest.mark.parametrize(("data", "code"), WRONG.values(), ids=WRONG)
def test_each_wrong_file_has_its_own_code(data: bytes, code: str) -> None:
    result = read(data, [FORM])
    assert [found.code for found in result.findings] == [code]
    assert result.return_ is None


def test_a_malformed_file_is_told_by_line_and_column() -> None:
    found = read(DATA.replace(b"</mst>", b"</mts>"), [FORM]).findings[0]
    assert found.line == TEXT.partition("</mst>")[0].count("\n") + 1
    assert f"dòng {found.line}, cột " in found.message.vi


@pytest.mark.error(each="code")
@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        (Bounds(max_bytes=len(DATA) - 1), "XML-TOO-BIG"),
        (Bounds(max_tags=DATA.count(b"<") - 1), "XML-TOO-MANY-TAGS"),
        (Bounds(max_depth=6), "XML-TOO-DEEP"),
    ],
)
def test_a_file_beyond_a_bound_is_refused(bounds: Bounds, code: str) -> None:
    assert [found.code for found in read(DATA, [FORM], bounds).findings] == [code]


@pytest.mark.near_miss("XML-TOO-BIG", "XML-TOO-DEEP", "XML-TOO-MANY-TAGS")
def test_a_file_just_within_every_bound_is_read() -> None:
    bounds = Bounds(len(DATA), DATA.count(b"<"), 7)
    assert read(DATA, [FORM], bounds).findings == ()


@pytest.mark.near_miss("XML-BOM", "XML-DECLARATION", "XML-ENCODING", "XML-NOT-UTF8", "XML-UTF16", "XML-UTF32")
@pytest.mark.parametrize(
    "head",
    [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<?xml version='1.0' encoding='utf-8' ?>",
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
        '<?xml version="1.0"?>',
        "",
    ],
)
def test_every_right_declaration_is_read(head: str) -> None:
    assert read(head.encode() + BODY.lstrip(), [FORM]).findings == ()


@pytest.mark.error("XML-OLD-FONT")
@pytest.mark.parametrize(
    ("name", "font"),
    [
        ("C«ng ty TNHH MÉu", "TCVN3"),
        ("C«ng ty", "TCVN3"),
        ("Coâng ty Nguyeãn Vaên ñöôøng", "VNI"),
    ],
)
def test_names_in_an_old_font_are_warned_about_with_their_line(name: str, font: str) -> None:
    data = TEXT.replace("CÔNG TY TNHH MẪU A", name).encode()
    result = read(data, [FORM])
    assert [(found.code, found.level) for found in result.findings] == [("XML-OLD-FONT", "warning")]
    assert font in result.findings[0].message.vi
    assert result.findings[0].line == TEXT.partition("CÔNG TY TNHH MẪU A")[0].count("\n") + 1
    assert result.return_ is not None


@pytest.mark.near_miss("XML-OLD-FONT", "XML-TCVN3")
@pytest.mark.parametrize(
    "name",
    [
        "CÔNG TY «MẪU» 100 % · ½ giá®",
        "Loïc Müller, São Paulo",
        "Nguyễn Thuỳ Giang giùm khoẻ quê",
        "ĐƯỜNG Ô TÔ",
    ],
)
def test_unicode_names_are_not_taken_for_an_old_font(name: str) -> None:
    assert read(TEXT.replace("CÔNG TY TNHH MẪU A", name).encode(), [FORM]).findings == ()


def test_nothing_outside_the_bytes_is_read() -> None:
    outside = b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/></a>'
    root, _ = safe_xml.parse(outside)
    assert root is not None
    assert "root:" not in "".join(str(text) for text in root.itertext())


def test_a_parsers_reason_quotes_no_more_than_a_person_can_read() -> None:
    _, findings = safe_xml.parse(b"<" + b"a" * 5000 + b"></b>")
    assert [found.code for found in findings] == ["XML-MALFORMED"]
    assert len(findings[0].message.vi) < 300
    _, findings = safe_xml.parse(b"<a></b>")
    assert "Opening and ending tag mismatch: a" in findings[0].message.en
