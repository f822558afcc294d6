"""Notices and registrations as XML: what is written is read, and a vague one is refused."""

from pathlib import Path

import pytest
from lxml import etree

from khaithue.exchange import files
from khaithue.exchange.returns_xml import read, write
from khaithue.returns.check import check
from khaithue.returns.model import Return
from tests.exchange.notice_papers import DIGEST, NS, RECEPTION, REGISTRATION, paper

DATA = write(RECEPTION)
PORTAL = (Path(__file__).parents[1] / "samples" / "notices" / "844_portal.xml").read_bytes()


def test_the_notice_has_the_elements_of_the_authority() -> None:
    notice = etree.fromstring(DATA).find(f"{NS}TBaoThue")
    assert notice is not None
    assert dict(notice.attrib) == {"Id": "_NODE_TO_SIGN"}
    texts = {etree.QName(element).localname: element.text for element in notice.iter() if not len(element)}
    assert texts | {"tokhai-phuluc": ""} == {
        "maCQT": "70123",
        "tenCQT": "Thuế cơ sở 12 Thành phố Hồ Chí Minh",
        "maDVu": "KHAITHUE",
        "tenDVu": "khaithue",
        "pbanDVu": "1",
        "maNNhan": "0319900012",
        "tenNNhan": "CÔNG TY THỬ NGHIỆM A & B",
        "maTBao": "843",
        "tenTBao": "V/v: Tiếp nhận hồ sơ khai thuế điện tử (mẫu 01-1/TB-TĐT)",
        "pbanTBao": "2.5.6",
        "soTBao": "111222333/2026/TB-TĐT",
        "ngayTBao": "2026-04-20",
        "trangThai": "Y",
        "ngayHoSo": "2026-04-20T23:59:59+07:00",
        "tokhai-phuluc": "",
        "loaiToKhai": "C",
        "kyTinhThue": "Q1/2026",
        "lanNop": "1",
        "ghiChu": f"SHA-256: {DIGEST}",
        "maGiaoDichDTu": "10820260000000001",
    }
    assert len(notice.findall(f".//{NS}CTietHoSoThue")) == 2


def test_the_place_for_the_signature_is_empty_and_not_self_closed() -> None:
    assert b"</TBaoThue>\n  <CKyDTu></CKyDTu>\n</TBaoThueDTu>" in DATA
    assert b"</DKyThue>\n  <CKyDTu></CKyDTu>\n</DKyThueDTu>" in write(REGISTRATION)


@pytest.mark.parametrize("filled", [RECEPTION, REGISTRATION], ids=["notice", "registration"])
def test_what_is_written_is_read_and_is_in_order(filled: Return) -> None:
    found = read(write(filled))
    assert found.findings == ()
    assert found.return_ is not None
    assert (found.return_.form, found.return_.period) == (filled.form, filled.period)
    told = {code: value for code, value in found.return_.values.items() if value is not None}
    assert told == filled.values
    assert check(found.return_) == []
    assert write(found.return_) == write(filled)


def test_a_signed_notice_is_read_too() -> None:
    signed = DATA.replace(b"<CKyDTu>", b'<CKyDTu><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>')
    found = read(signed)
    assert (found.findings, found.signed) == ((), True)


@pytest.mark.near_miss("XML-DAY", "XML-MOMENT")
def test_the_notice_of_the_authoritys_own_portal_is_read_and_is_in_order() -> None:
    found = read(PORTAL)
    assert found.findings == ()
    notice = found.return_
    assert notice is not None
    assert (notice.form.code, str(notice.period)) == ("01-2/TB-TĐT", "2026-04-20")
    assert notice.values["hoan_thanh"] == "2026-04-20T08:58:40.983+07:00"
    assert [row.values["lan"] for row in notice.tables["filings"]] == [1, 1]
    assert check(notice) == []
    again = read(write(notice))
    assert again.return_ == notice


def test_a_notice_and_a_return_of_the_same_number_are_told_apart() -> None:
    as_return = PORTAL.replace(b"844</maTBao>", b"842</maTBao>")
    assert [found.code for found in read(as_return).findings] == ["XML-FORM"]


def test_the_password_of_an_account_is_written_only_when_somebody_put_it_there() -> None:
    values = {"luc": "2013-04-19T08:00:00+07:00", "dinh_danh": "0100109106"}
    assert b"matKhau" not in write(paper("196", "2.0.9", "notice", "2013-04-19", {}, values))


WRONG = {
    "no such root": (b"TBaoThueDTu", b"TBaoKhac", "XML-ROOT"),
    "another namespace": (b"gdt.gov.vn/TBaoThue", b"gdt.gov.vn/TKhaiThue", "XML-NAMESPACE"),
    "a notice not known": (b"<maTBao>843<", b"<maTBao>999<", "XML-FORM"),
    "another version": (b"<pbanTBao>2.5.6<", b"<pbanTBao>9.9.9<", "XML-VERSION"),
    "no day": (b"<ngayTBao>2026-04-20<", b"<ngayTBao><", "XML-DAY"),
    "no such day": (b"<ngayTBao>2026-04-20<", b"<ngayTBao>2026-04-31<", "XML-DATE"),
    "no zone": (b"23:59:59+07:00", b"23:59:59", "XML-MOMENT"),
    "no such moment": (b"23:59:59+07:00", b"24:59:59+07:00", "XML-MOMENT"),
    "an element not known": (b"<trangThai>", b"<khac>1</khac>\n    <trangThai>", "XML-UNKNOWN"),
    "count": (b"<lanNop>1<", b"<lanNop>one<", "XML-COUNT"),
    "broken": (b"</TBaoThue>", b"", "XML-MALFORMED"),
}


@pytest.mark.error(each="code")
@pytest.mark.parametrize(("old", "new", "code"), WRONG.values(), ids=WRONG)
def test_a_wrong_notice_is_refused_with_its_code(old: bytes, new: bytes, code: str) -> None:
    assert old in DATA
    found = read(DATA.replace(old, new))
    assert found.return_ is None
    assert {item.code for item in found.findings} == {code}


VAGUE = {
    "no number": (b"<soTBao>111222333/2026/TB-T\xc4\x90T<", b"<soTBao><", "RET-REQUIRED"),
    "no moment": (b"2026-04-20T23:59:59+07:00", b"", "RET-REQUIRED"),
    "kind": (b"<loaiToKhai>C<", b"<loaiToKhai>X<", "RET-CHOICE"),
    "none": (b"<lanNop>1<", b"<lanNop>0<", "RET-MIN"),
    "tax code": (b"<maNNhan>0319900012<", b"<maNNhan>0319900013<", "RET-TAXID-DIGIT"),
}


@pytest.mark.parametrize("name", VAGUE)
def test_a_notice_that_does_not_say_enough_does_not_pass_its_check(name: str) -> None:
    old, new, code = VAGUE[name]
    assert old in DATA
    found = read(DATA.replace(old, new)).return_
    assert found is not None
    assert {item.code for item in check(found)} == {code}


def test_a_notice_goes_to_json_and_back() -> None:
    again = files.loads(files.dumps(RECEPTION, "a.json"), "a.json")
    assert (again.findings, again.return_) == ((), RECEPTION)
