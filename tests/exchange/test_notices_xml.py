"""The notice of reception: what it says is what it said, and a vague one is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from khaithue.exchange.notices_xml import ZONE, NoticeFiling, ReceptionNotice, read, write

NOTICE = ReceptionNotice(
    number="111222333/2026/TB-TĐT",
    day=date(2026, 4, 20),
    office_code="70123",
    office_name="Thuế cơ sở 12 Thành phố Hồ Chí Minh",
    tax_id="0319900012",
    taxpayer_name="CÔNG TY THỬ NGHIỆM A & B",
    transaction_code="10820260000000001",
    received_at=datetime(2026, 4, 20, 23, 59, 59, tzinfo=ZONE),
    digest="0123456789abcdef" * 4,
    filings=(
        NoticeFiling("TỜ KHAI THUẾ GIÁ TRỊ GIA TĂNG (01/GTGT)", "C", "Q1/2026", 1),
        NoticeFiling("Giảm thuế GTGT", "C", "Q1/2026", 1),
    ),
)
NS = "{http://kekhaithue.gdt.gov.vn/TBaoThue}"


def test_the_notice_has_the_elements_of_the_authority() -> None:
    root = etree.fromstring(write(NOTICE))
    notice = root.find(f"{NS}TBaoThue")
    assert notice is not None
    assert dict(notice.attrib) == {"Id": "_NODE_TO_SIGN"}
    texts = {etree.QName(element).localname: element.text for element in notice.iter() if not len(element)}
    assert texts | {"tokhai-phuluc": "", "ghiChu": ""} == {
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
        "ghiChu": "",
        "maGiaoDichDTu": "10820260000000001",
    }
    assert len(notice.findall(f".//{NS}CTietHoSoThue")) == 2


def test_the_place_for_the_signature_is_empty_and_not_self_closed() -> None:
    assert b"</TBaoThue>\n  <CKyDTu></CKyDTu>\n</TBaoThueDTu>" in write(NOTICE)


def test_the_moment_is_told_in_vietnam_whatever_the_zone_it_was_measured_in() -> None:
    data = write(replace(NOTICE, received_at=datetime(2026, 4, 20, 16, 59, 59, 900_000, tzinfo=UTC)))
    assert b"<ngayHoSo>2026-04-20T23:59:59+07:00</ngayHoSo>" in data


@given(
    st.builds(
        replace,
        st.just(NOTICE),
        taxpayer_name=st.text("ABCĐ &<>\"'", min_size=1).map(str.strip).filter(bool),
        received_at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(
            lambda moment: moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=7)))
        ),
        agent_name=st.sampled_from(["", "ĐẠI LÝ THUẾ A"]),
    )
)
def test_what_is_written_is_read(notice: ReceptionNotice) -> None:
    assert read(write(notice)) == (notice, [])


def test_a_signed_notice_is_read_too() -> None:
    data = write(NOTICE).replace(
        b"<CKyDTu>", b'<CKyDTu><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>'
    )
    assert read(data) == (NOTICE, [])


def test_elements_of_other_programs_are_passed_over() -> None:
    data = write(NOTICE).replace(b"</NDungTBao>", b"<duongDan>https://a.vn</duongDan></NDungTBao>")
    assert read(data) == (NOTICE, [])


def test_a_moment_without_zone_is_never_written() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        write(replace(NOTICE, received_at=datetime(2026, 4, 20, 8, 0)))


@pytest.mark.parametrize("digest", ["", "abc", "0123456789ABCDEF" * 4, "g" * 64])
def test_a_digest_that_is_none_is_never_written(digest: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        write(replace(NOTICE, digest=digest))


WRONG = {
    "not a notice": (b"TBaoThueDTu", b"HSoThueDTu", "NOTICE-ROOT"),
    "another namespace": (b"gdt.gov.vn/TBaoThue", b"gdt.gov.vn/TKhaiThue", "NOTICE-ROOT"),
    "notice of acceptance": (b"<maTBao>843<", b"<maTBao>844<", "NOTICE-KIND"),
    "no number": (b"<soTBao>111222333/2026/TB-T\xc4\x90T<", b"<soTBao><", "NOTICE-VALUE"),
    "no such day": (b"<ngayTBao>2026-04-20<", b"<ngayTBao>2026-04-31<", "NOTICE-VALUE"),
    "no zone": (b"23:59:59+07:00", b"23:59:59", "NOTICE-VALUE"),
    "no moment": (b"2026-04-20T23:59:59+07:00", b"", "NOTICE-VALUE"),
    "short digest": (b"SHA-256: 0", b"SHA-256: ", "NOTICE-VALUE"),
    "kind": (b"<loaiToKhai>C<", b"<loaiToKhai>X<", "NOTICE-VALUE"),
    "count": (b"<lanNop>1<", b"<lanNop>0<", "NOTICE-VALUE"),
    "broken": (b"</TBaoThue>", b"", "XML-MALFORMED"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_notice_is_refused_with_its_code(name: str) -> None:
    old, new, code = WRONG[name]
    data = write(NOTICE)
    assert old in data
    notice, findings = read(data.replace(old, new))
    assert notice is None
    assert [found.code for found in findings] == [code]
