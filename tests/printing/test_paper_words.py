"""The paper has the words of the circular around its boxes, and what its boxes hold among them."""

import re
from dataclasses import replace
from html import unescape
from io import BytesIO

import pytest
from pypdf import PdfReader

from khaithue.obligations.period import Period
from khaithue.printing import html, sheet
from khaithue.printing.pdf import pdf
from khaithue.printing.sheet import SignedBy
from khaithue.returns.catalogue import find
from khaithue.returns.form import Form
from khaithue.returns.model import Return, Row, Value

TT92 = "TT92/2015/TT-BTC"
SIGNED = SignedBy("TRẦN AN", "0100109106", "5401", "CA Mẫu", "20/05/2017")


def form(code: str, version: str, basis: str = TT92) -> Form:
    found = find(code, basis, version)
    assert found is not None
    return found


def paper(code: str, version: str, period: str, **values: Value) -> Return:
    return Return(form(code, version), Period.parse(period), {"tenNNT": "TRẦN AN"}, values)


def printed(ret: Return, *signed_by: SignedBy) -> list[str]:
    """The paper's text, as HTML and as PDF, without the breaks of lines."""
    pages = "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf(ret, signed_by=signed_by))).pages)
    tags = unescape(re.sub(r"<[^>]+>", " ", html(sheet(ret), signed_by)))
    return [" ".join(text.split()) for text in (tags, pages)]


def test_a_form_says_under_its_title_whom_it_is_for() -> None:
    for text in printed(paper("05/KK-TNCN", "2.1.6", "2016-Q3")):
        title, below = text.index("KHẤU TRỪ THUẾ THU NHẬP"), text.index("(Áp dụng cho tổ chức, cá nhân trả")
        assert title < below < text.index("[01] Kỳ tính thuế")


def test_the_petitioner_signs_a_request_for_relief_and_no_tax_agent() -> None:
    for text in printed(paper("08/MGT-TNCN", "1", "2018")):
        assert "CÁ NHÂN ĐỀ NGHỊ" in text
        assert "(Ký và ghi rõ họ tên)" in text
        assert "ĐẠI LÝ THUẾ" not in text
        assert "cam đoan" not in text


def test_the_page_that_is_filled_in_names_who_signs_as_the_paper_does() -> None:
    assert sheet(paper("08/MGT-TNCN", "1", "2018"), fill=True).words.signer == "CÁ NHÂN ĐỀ NGHỊ"
    usual = "NGƯỜI NỘP THUẾ hoặc ĐẠI DIỆN HỢP PHÁP CỦA NGƯỜI NỘP THUẾ"
    assert sheet(paper("02/KK-TNCN", "2.8.3", "2017-05-20"), fill=True).words.signer == usual


def test_a_request_for_relief_names_its_year_in_its_place_and_is_no_first_return() -> None:
    for text in printed(paper("08/MGT-TNCN", "1", "2018", ly_do="Hoả hoạn")):
        assert text.index("1. Lý do đề nghị giảm thuế") < text.index("2. Năm đề nghị được giảm thuế: 2018")
        assert "Lần đầu" not in text
        assert "Kỳ tính thuế" not in text


def test_the_commune_confirms_with_what_the_boxes_hold_and_dots_for_the_rest() -> None:
    ret = paper("09/XN-NPT-TNCN", "1", "2017-11-20", song_cung_ubnd="Tràng Tiền")
    for text in printed(ret):
        assert "UBND xã/phường Tràng Tiền xác nhận người được kê khai" in text
        assert "TM. UBND" in text
        assert "tại địa chỉ …………./." in text or "tại địa chỉ …………/." in text
    asked = {slot.code for slot in sheet(ret, fill=True).slots()}
    assert "song_cung_ubnd" in asked
    assert "song_cung_ubnd" not in {slot.code for slot in sheet(ret).slots()}


def test_an_electronic_signature_stands_where_the_taxpayer_signs() -> None:
    for text in printed(paper("02/KK-TNCN", "2.8.3", "2017-05-20"), SIGNED):
        assert text.index("ĐẠI DIỆN HỢP PHÁP CỦA NGƯỜI NỘP THUẾ") < text.index("Ký điện tử bởi: TRẦN AN")


def test_the_office_signs_its_part_of_a_real_estate_return() -> None:
    ret = replace(paper("03/BĐS-TNCN", "1", "2018-05-10"), totals={"PHAN_B": {"khoan_mien": "2"}})
    for text in printed(ret, SIGNED):
        part = text[text.index("B. PHẦN XÁC ĐỊNH") :]
        assert "theo quy định tại khoản 2 Điều 4 Luật Thuế" in part
        assert "CÁN BỘ KIỂM TRA TÍNH THUẾ" in part
        assert "THỦ TRƯỞNG CƠ QUAN THUẾ" in part
        assert "Ký điện tử bởi" not in part


def test_sections_stand_among_the_boxes_they_name() -> None:
    for text in printed(paper("03/BĐS-TNCN", "1", "2018-05-10")):
        order = ["A. PHẦN CÁ NHÂN TỰ KÊ KHAI", "[04] Họ và tên", "II. THÔNG TIN NGƯỜI NHẬN", "[28] Họ và tên"]
        assert [text.index(each) for each in order] == sorted(text.index(each) for each in order)


def test_an_appendix_as_issued_has_its_number_its_circular_and_its_oath() -> None:
    ret = replace(paper("05/QTT-TNCN", "2.4.2", "2017"), tables={"people": (Row({"07": "Trần An"}),)})
    for text in printed(ret):
        part = text[text.index("Mẫu số: 05-1/BK-QTT-TNCN") :]
        assert "Thông tư số 92/2015/TT-BTC" in part[:200]
        order = ["Phụ lục", "BẢNG KÊ CHI TIẾT CÁ NHÂN", "(Kèm theo tờ khai quyết toán", "Trần An", "cam đoan"]
        assert [part.index(each) for each in order] == sorted(part.index(each) for each in order)


def test_a_row_of_amounts_has_its_code_once_in_the_column_of_codes() -> None:
    for text in printed(paper("01/CNKD", "2.8.3", "2019", **{"30a": 8_000_000, "30b": 80_000})):
        assert "Chỉ tiêu" in text
        assert "[30]" in text
        assert "[30a]" not in text


def test_columns_of_one_tax_stand_under_its_name() -> None:
    for text in printed(paper("01/CNKD", "2.8.3", "2019", **{"30a": 8_000_000})):
        assert text.count("Thuế Giá trị gia tăng (GTGT)") == 1
        assert "Doanh thu (a)" in text
        assert "Số thuế phát sinh (b)" in text


@pytest.mark.parametrize(("value", "stands"), [("", False), ("012345678", True)])
def test_a_box_the_paper_does_not_have_is_printed_when_it_is_filled(value: str, *, stands: bool) -> None:
    ret = paper("01/CNKD", "2.8.3", "2019", **{"5a.1": value})
    for text in printed(ret):
        assert ("Số CMND" in text) is stands
    assert "5a.1" in {slot.code for slot in sheet(ret, fill=True).slots()}


def test_a_few_units_stand_beside_their_amounts_and_many_in_a_column() -> None:
    for text in printed(paper("02/KK-TNCN", "2.8.3", "2017-05-20", **{"36": 20})):
        assert "20 %" in text
        assert "Đơn vị tính" not in text
    for text in printed(paper("05/KK-TNCN", "2.1.6", "2016-Q3")):
        assert "Đơn vị tính" in text


def test_columns_that_are_only_numbered_stand_in_round_brackets() -> None:
    for text in printed(paper("02/MGTH", "1", "2018-09-05")):
        assert "(1) (2) (3) (4) (5)" in text
    for text in printed(paper("02/ĐK-NPT-TNCN", "2.1.6", "2018-09-20")):
        assert "[08] [09] [10]" in text
