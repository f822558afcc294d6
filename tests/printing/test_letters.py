"""A letter prints its values in their places, dots where there is none, and nothing that does not apply."""

import re
from html import unescape
from io import BytesIO

from pypdf import PdfReader

from khaithue.obligations.period import Period
from khaithue.printing import document, html, sheet
from khaithue.printing.pdf import pdf
from khaithue.printing.sheet import SignedBy
from khaithue.returns.load import load
from khaithue.returns.model import Return, Row, Value

TEXT = """
[form]
code = "07/THƯ"
title = "THÔNG BÁO THỬ"
basis = "TT1/2026/TT-BTC"
frame = "notice"
xml = { pbanTKhaiXML = "1" }
valid = { from = 2024-01-01 }
period = ["year"]

[fields]
co_quan = { label = "Cơ quan thuế", kind = "text", header = "tenCQT" }
so = { label = "Số", kind = "text" }
noi = { label = "Nơi", kind = "text" }
ngay = { label = "Ngày", kind = "date" }
nam = { label = "Năm", kind = "text", header = "kyKKhai" }
luc = { label = "Lúc", kind = "moment" }
ket_qua = { label = "Kết quả", kind = "text", choices = { Y = "Chấp nhận", N = "Không chấp nhận" } }
ly_do = { label = "Lý do", kind = "text" }
tong = { label = "Tổng", kind = "money", calc = "sum(items[tien])" }
co_no = { label = "Có nợ", kind = "flag", calc = "[tong] > 0" }
nguoi_ky = { label = "Người ký", kind = "text" }

[layout]
letter = [
  "{co_quan}",
  "Số: {so}",
  "{noi}, ngày {ngay}",
  "## THÔNG BÁO",
  "## Năm {nam}",
  "Hồ sơ gửi lúc {luc}: {ket_qua}.",
  { when = "ly_do", text = "Lý do: {ly_do}." },
  { when = "co_no", text = "Phải nộp {tong} đồng:" },
  { when = "co_no", text = "{table items}" },
  "Nơi nhận: Như trên.",
  "## CHI CỤC TRƯỞNG",
  "## {nguoi_ky}",
]

[tables.items]
title = "Các khoản"
[tables.items.columns]
ten = { label = "Khoản", kind = "text" }
tien = { label = "Số tiền", kind = "money" }
"""
FORM = load(TEXT, "letter.toml")
YEAR = Period.year(2026)
VALUES: dict[str, Value] = {
    "so": "12/TB",
    "noi": "Hà Nội",
    "ngay": "2026-02-05",
    "luc": "2026-02-04T08:58:40.983+07:00",
    "ket_qua": "N",
    "nguoi_ky": "TRẦN <A>",
}
SIGNER = SignedBy("CHI CỤC THUẾ", "", "01", "CA", "05/02/2026 08:00:00")


def words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", page)))


def letter(**changes: Value) -> Return:
    values = VALUES | changes
    return Return(FORM, YEAR, {"tenCQT": "CHI CỤC THUẾ A"}, {code: values[code] for code in values})


def in_pdf(ret: Return) -> str:
    return re.sub(r"\s+", " ", " ".join(p.extract_text() for p in PdfReader(BytesIO(pdf(ret))).pages))


def test_values_stand_in_their_places_as_papers_write_them() -> None:
    for page in (words(html(sheet(letter()))), in_pdf(letter())):
        assert "CHI CỤC THUẾ A" in page
        assert "Số: 12/TB" in page
        assert "Hà Nội, ngày 05/02/2026" in page
        assert "Năm 2026" in page
        assert "Hồ sơ gửi lúc 08:58:40 ngày 04/02/2026: Không chấp nhận." in page
        assert "TRẦN <A>" in page


def test_a_blank_place_shows_dots_and_a_line_of_the_head_that_is_blank_is_left_out() -> None:
    ret = letter(so=None, luc=None)
    blank = Return(FORM, YEAR, {}, ret.values)
    for page in (words(html(sheet(blank))), in_pdf(blank)):
        assert "Số: …………" in page
        assert "Hồ sơ gửi lúc …………:" in page
    found = sheet(blank).letter
    assert found is not None
    assert [line.text for line in found.office] == ["Số: …………"]


def test_a_paragraph_that_does_not_apply_is_not_printed() -> None:
    told, untold = words(html(sheet(letter(ly_do="thiếu chữ ký")))), words(html(sheet(letter())))
    assert "Lý do: thiếu chữ ký." in told
    assert "Lý do" not in untold
    assert "Phải nộp" not in untold
    owing = words(html(sheet(letter(co_no=True, tong=1_200_000))))
    assert "Phải nộp 1.200.000 đồng:" in owing
    assert "Phải nộp" not in words(html(sheet(letter(co_no=False, tong=0))))


def test_a_table_stands_where_the_letter_names_it_and_nowhere_else() -> None:
    rows = tuple(Row({"ten": f"Khoản {n}.", "tien": 1_000 * n}) for n in range(1, 60))
    ret = Return(FORM, YEAR, {}, {**VALUES, "co_no": True}, tables={"items": rows})
    for page in (words(html(sheet(ret))), in_pdf(ret)):
        assert re.findall(r"Khoản (\d+)\.", page) == [str(n) for n in range(1, 60)]
        assert page.index("Khoản 59") < page.index("CHI CỤC TRƯỞNG")
    assert "Phụ lục" not in in_pdf(ret)
    assert "Các khoản" not in words(html(sheet(letter())))
    assert "Các khoản" not in in_pdf(letter())


def test_the_closing_headings_sign_and_the_recipients_stand_beside_them() -> None:
    found = sheet(letter()).letter
    assert found is not None
    assert [line.text for line in found.signer] == ["CHI CỤC TRƯỞNG", "TRẦN <A>"]
    assert found.recipients is not None
    assert found.recipients.text == "Nơi nhận: Như trên."
    assert [line.text for line in found.body if line.heading] == ["THÔNG BÁO", "Năm 2026"]


def test_an_electronic_signature_is_shown_on_the_letter() -> None:
    assert "Ký điện tử bởi: CHI CỤC THUẾ" in words(document(sheet(letter()), [SIGNER]))
    assert "Ký điện tử bởi" not in words(document(sheet(letter())))


def test_the_page_that_is_filled_in_asks_every_box() -> None:
    codes = {slot.code for slot in sheet(letter(), fill=True).slots() if slot.cell == slot.code}
    assert codes == set(FORM.fields) - {"nam"}


def test_a_letter_with_a_wide_table_is_printed_on_its_side() -> None:
    wide = load(TEXT.replace("[layout]", "[layout]\nlandscape = true"), "letter.toml")
    for form, is_wide in ((FORM, False), (wide, True)):
        ret = Return(form, YEAR, {}, VALUES)
        (page,) = PdfReader(BytesIO(pdf(ret))).pages
        assert (page.mediabox.width > page.mediabox.height) is is_wide
        assert ('class="paper letter landscape"' in html(sheet(ret))) is is_wide


def test_the_corner_names_what_a_form_rests_on_where_no_wording_of_the_circular_is_known() -> None:
    for page in (words(html(sheet(letter()))), in_pdf(letter())):
        assert re.search(r"Mẫu số: 07/THƯ ?\(Thông tư 1/2026/TT-BTC\)", page)
    other = load(TEXT.replace('basis = "TT1/2026/TT-BTC"', 'basis = "iHTKK"'), "letter.toml")
    assert sheet(Return(other, YEAR, {}, VALUES)).circular == "(iHTKK)"
