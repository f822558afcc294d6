"""The tables of the main part stand inside the form, where the paper has them."""

import re
from dataclasses import replace
from html import unescape
from io import BytesIO

import pytest
from pypdf import PageObject, PdfReader

from khaithue.obligations.period import Period
from khaithue.printing import html, sheet
from khaithue.printing.head import ABOVE_HEAD
from khaithue.printing.pdf import pdf
from khaithue.returns.catalogue import find, forms
from khaithue.returns.form import Form
from khaithue.returns.model import Return, Row, Value
from khaithue.returns.paper import places

FORMS = pytest.mark.parametrize("form", forms(), ids=lambda form: f"{form.code} {form.basis} {form.version}")


def form(code: str, basis: str, version: str) -> Form:
    found = find(code, basis, version)
    assert found is not None
    return found


FOOT = 30
LAND = form("03/BĐS-TNCN", "TT92/2015/TT-BTC", "1")
PAID = form("DS_CTIET_TNCN", "CV828/TCT-KK", "2.7.8")
DEPENDANTS = form("02/QTT-TNCN", "TT92/2015/TT-BTC", "2.8.3")


def land(**values: Value) -> Return:
    rows = {"land": (Row({"loai_dat": "Đất ở"}),), "owners": (Row({"ho_ten": "Nguyễn Vợ"}),)}
    return Return(LAND, Period.parse("2018"), {}, values, {}, rows)


def html_text(ret: Return) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html(sheet(ret)))))


def heights(page: PageObject) -> list[float]:
    """The heights at which something is written, the foot of the page left out."""
    found: list[float] = []

    def seen(text: str, _cm: object, place: list[float], *_rest: object) -> None:
        if text.strip() and place[5] > FOOT:
            found.append(place[5])

    page.extract_text(visitor_text=seen)
    return found


def pdf_text(ret: Return) -> str:
    pages = PdfReader(BytesIO(pdf(ret))).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


@pytest.mark.parametrize("text_of", [html_text, pdf_text])
def test_a_table_stands_between_the_lines_the_paper_prints_it_between(text_of: object) -> None:
    assert callable(text_of)
    text = text_of(land())
    order = ["[36b]", "[36c] Loại đất", "Đất ở", "[37]", "[44]", "Nguyễn Vợ", "HỒ SƠ KÈM THEO", "cam đoan"]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)


@FORMS
def test_every_table_of_the_main_part_stands_there_once_and_no_appendix_offers_it(form: Form) -> None:
    laid = sheet(Return(form, Period.parse(str(form.valid_from.year)), {}, {}), fill=True)
    heads = [line.table.name for line in laid.head if line.table]
    shown = heads + [block.table.name for block in laid.body if block.table]
    assert sorted(shown) == sorted(name for name, table in form.main_tables.items() if not table.parent)
    assert not {part.name for part in laid.appendices} & {
        p.name for p in form.appendices.values() if p.is_main
    }


@FORMS
def test_every_box_of_the_layout_stands_on_the_paper(form: Form) -> None:
    laid = sheet(Return(form, Period.parse(str(form.valid_from.year)), {}, {}))
    shown = {slot.address for slot in laid.slots()}
    codes = {code for row in form.layout.rows for code in row[2:] if code}
    codes |= {code for line in form.layout.head for code in line if code in form.fields}
    codes -= {code for code, box in form.fields.items() if box.unprinted} | set(places(form.paper))
    assert {code for code in codes - shown if form.fields[code].header not in ABOVE_HEAD} == set()


@FORMS
def test_every_box_above_an_appendix_stands_on_its_paper(form: Form) -> None:
    totals = {name: dict.fromkeys(part.fields) for name, part in form.appendices.items()}
    laid = sheet(Return(form, Period.parse(str(form.valid_from.year)), {}, {}, dict(totals)))
    shown = {slot.address for slot in laid.slots()}
    for part in form.appendices.values():
        codes = {code for line in part.head for code in line if code in part.fields}
        codes -= {code for code, box in part.fields.items() if box.unprinted}
        codes -= set(places(part.paper)) if part.paper else set()
        assert {f"{part.name}[{code}]" for code in codes} <= shown


def test_the_totals_of_a_table_of_the_main_part_stand_below_its_columns() -> None:
    ret = Return(PAID, Period.parse("2026-06-20"), {}, {"tong_da_nop": 9_500_000}, {}, {"people": (Row({}),)})
    (table,) = (block.table for block in sheet(ret).body if block.table)
    (foot,) = table.foot
    under = dict(zip([column.code for column in table.columns][foot.lead :], foot.cells, strict=True))
    assert under["5"] is not None
    assert under["5"].text == "9.500.000"


def test_lines_with_amounts_of_another_kind_than_the_columns_say_have_no_titles() -> None:
    ret = Return(PAID, Period.parse("2026-06-20"), {}, {"nguoi_nop": "LÊ VĂN CƯỜNG"})
    last = sheet(ret).body[-1]
    assert (last.titled, len(last.columns), last.lines[0].label) == (False, 1, "Người nộp tiền")


def test_an_appendix_names_its_boxes_above_the_table_with_their_codes() -> None:
    header = {"tenNNT": "LÊ AN", "mst": "0100109106"}
    totals: dict[str, dict[str, Value]] = {"PLuc_02_1_BK_QTT_TNCN": {"04": "Lê Vợ"}}
    ret = Return(DEPENDANTS, Period.parse("2019"), header, {}, totals)
    for text in (html_text(ret), pdf_text(ret)):
        part = text[text.index("BẢNG KÊ GIẢM TRỪ") :]
        order = ["[01] Kỳ tính thuế", "[02] Tên người nộp thuế: LÊ AN", "[03] Mã số thuế", "Lê Vợ", "[10]"]
        assert [part.index(each) for each in order] == sorted(part.index(each) for each in order)
        assert "[09] [10]" in part


def test_a_row_shows_its_own_number_where_the_table_has_one_and_else_its_place() -> None:
    rows = (Row({"stt": 7, "ho_ten": "A"}), Row({"ho_ten": "B"}))
    ret = replace(land(), tables={"owners": rows})
    (table,) = (block.table for block in sheet(ret).body if block.table and block.table.name == "owners")
    assert [row.printed_number for row in table.rows] == ["7", "2"]
    assert "STT" not in {column.label for column in table.columns}
    assert "STT" in {column.label for column in sheet(ret, fill=True).body[-2].table.columns}  # type: ignore[union-attr]  # it is the table


def test_a_form_without_amounts_names_no_unit_of_money() -> None:
    ret = Return(form("02/ĐK-NPT-TNCN", "TT92/2015/TT-BTC", "2.1.6"), Period.parse("2016-03-15"), {}, {})
    assert "Đơn vị tiền" not in html_text(ret)
    assert "Đơn vị tiền" not in pdf_text(ret)


def test_no_line_of_a_long_head_is_written_over_the_foot_of_the_page() -> None:
    trades = tuple(Row({"08": f"Nghề {n}"}) for n in range(30))
    for count in range(0, 30, 3):
        ret = Return(
            form("01/CNKD", "TT40/2021/TT-BTC", "2.8.3"),
            Period.parse("2025-Q3"),
            {},
            {},
            {},
            {"trades": trades[:count]},
        )
        assert min(low for page in PdfReader(BytesIO(pdf(ret))).pages for low in heights(page)) > 45


def test_totals_said_one_by_one_stand_in_the_one_line_the_paper_has() -> None:
    ret = Return(
        form("05/DS-TNCN", "TT92/2015/TT-BTC", "2.1.6"), Period.parse("2018"), {}, {"16": 5, "19": 7}
    )
    laid = sheet(ret)
    (table,) = (block.table for block in laid.body if block.table)
    (foot,) = table.foot
    assert (foot.label, [cell.text for cell in foot.cells if cell]) == ("Tổng", ["5", "", "", "7", "", ""])
    assert laid.landscape


def test_a_form_with_lines_of_its_own_stands_however_wide_a_table_in_it() -> None:
    offsets = form("02/QTT-TNCN", "TT80/2021/TT-BTC", "2.8.3")
    assert not sheet(Return(offsets, Period.parse("2025"), {}, {})).landscape
