"""What the official paper form shows of a return."""

import re
from dataclasses import replace
from decimal import Decimal
from html import unescape

import pytest

from khaithue.obligations.period import Period
from khaithue.printing import document, html, sheet, stylesheet
from khaithue.printing.amounts import accounting, printed
from khaithue.printing.sheet import SignedBy
from khaithue.printing.slots import CellSlot, printed_code
from khaithue.printing.tables import Window
from khaithue.returns.catalogue import find_for, forms
from khaithue.returns.form import Form, Kind
from khaithue.returns.model import Return, Row, Value

MAY = Period.month(2026, 5)
YEAR = Period.year(2025)


def vat_return(**values: Value) -> Return:
    header = {
        "mst": "0319900012",
        "tenNNT": "CÔNG TY TNHH MẪU A",
        "loaiTKhai": "C",
        "soLan": "0",
        "ngayKy": "2026-06-18",
    }
    return _return("01/GTGT", MAY, header, {code.removeprefix("c"): value for code, value in values.items()})


def _return(code: str, period: Period, header: dict[str, str], values: dict[str, Value]) -> Return:
    form = find_for(code, period, period.end)
    assert form is not None
    return Return(form, period, header, values)


def people(*incomes: int) -> Return:
    rows = tuple(Row({"07": f"Người {n}", "12": income}) for n, income in enumerate(incomes, 1))
    return replace(
        _return("05/QTT-TNCN", YEAR, {}, {}),
        totals={"PLuc_05_1_BK_QTT": {"28": sum(incomes)}},
        tables={"people": rows},
    )


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def cell(paper: Return, address: str) -> CellSlot:
    return next(each for each in sheet(paper, fill=True).slots() if each.address == address)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Kind.MONEY, 1234567, "1.234.567"),
        (Kind.MONEY, -216707047, "(216.707.047)"),
        (Kind.MONEY, 0, "0"),
        (Kind.MONEY, None, ""),
        (Kind.NUMBER, Decimal("1234.50"), "1.234,5"),
        (Kind.FLAG, True, "X"),
        (Kind.FLAG, False, ""),
        (Kind.DATE, "2026-05-31", "31/05/2026"),
        (Kind.MONTH, "2026-05", "05/2026"),
        (Kind.TEXT, "Bán hàng", "Bán hàng"),
    ],
)
def test_values_are_printed_as_official_papers_print_them(kind: Kind, value: Value, text: str) -> None:
    assert printed(kind, value) == text


def test_no_amount_loses_a_digit_however_long() -> None:
    assert accounting(-(10**20)) == "(100.000.000.000.000.000.000)"


def test_the_head_names_the_form_the_circular_the_period_and_the_kind_of_return() -> None:
    text = text_of(html(sheet(vat_return())))
    assert "Mẫu số: 01/GTGT (Ban hành kèm theo Thông tư số 80/2021/TT-BTC" in text
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc" in text
    assert "[01b] Kỳ tính thuế: Tháng 05 năm 2026" in text
    assert "[02] Lần đầu: X [03] Bổ sung lần thứ:" in text
    assert "[04] Tên người nộp thuế: CÔNG TY TNHH MẪU A" in text


def test_a_supplement_has_its_number_and_no_cross_at_the_first_time() -> None:
    paper = vat_return()
    second = replace(paper, header={**paper.header, "loaiTKhai": "B", "soLan": "2"})
    assert "[02] Lần đầu: [03] Bổ sung lần thứ: 2" in text_of(html(sheet(second)))


def test_each_digit_of_the_tax_code_stands_in_a_box_of_its_own() -> None:
    boxes = re.search(r'aria-label="0319900012">(.*?)</span>\s*</span>', html(sheet(vat_return())), re.DOTALL)
    assert boxes is not None
    assert re.findall(r"<span>(.)", boxes[1]) == list("0319900012")


def test_an_amount_stands_beside_its_code_and_a_blank_box_stays_blank() -> None:
    page = html(sheet(vat_return(c36=-216707047)))
    assert re.search(r'\[36\]</td><td class="amount">\(216\.707\.047\)</td>', page)
    assert re.search(r'\[37\]</td><td class="amount"></td>', page)


def test_text_of_a_taxpayer_is_never_markup() -> None:
    paper = vat_return()
    hostile = replace(paper, header={**paper.header, "tenNNT": "<script>alert(1)</script>"})
    page = document(sheet(hostile))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_document_needs_no_other_file() -> None:
    page = document(sheet(vat_return()))
    assert stylesheet() in page
    assert not re.search(r"(?:src|href)=", page)


def test_the_signature_found_is_printed_at_the_place_of_the_signature() -> None:
    signer = SignedBy("CÔNG TY TNHH MẪU A", "0319900012", "54AB", "Demo CA", "18/06/2026 09:12:33")
    text = text_of(html(sheet(vat_return()), [signer]))
    assert "Ký điện tử bởi: CÔNG TY TNHH MẪU A Mã số thuế: 0319900012 Ký ngày: 18/06/2026 09:12:33" in text
    assert "ngày 18 tháng 06 năm 2026" in text


def test_a_code_that_stood_for_the_signature_is_printed_in_its_place() -> None:
    person = SignedBy(
        "NGUYỄN THỊ AN", "079085000001", "", "", "18/06/2026 09:12:33", code_to="a***@nguyen.example.vn"
    )
    text = text_of(html(sheet(vat_return()), [person]))
    assert "Xác nhận điện tử bởi: NGUYỄN THỊ AN Mã số thuế: 079085000001 Xác nhận ngày: 18/06/2026" in text
    assert "Bằng mã xác thực giao dịch điện tử gửi đến: a***@nguyen.example.vn" in text
    assert "Số chứng thư" not in text


def test_the_total_of_a_column_stands_below_that_column() -> None:
    table = sheet(people(60_000_000, 3_720_000)).appendices[0].tables[0]
    codes = [column.code for column in table.columns]
    foot = table.foot[0]
    under = dict(zip(codes[foot.lead :], foot.cells, strict=True))
    income = under["12"]
    assert income is not None
    assert (income.code, income.text) == ("28", "63.720.000")


def test_columns_of_one_subject_share_a_heading() -> None:
    table = sheet(people(1)).appendices[0].tables[0]
    shared = {heading.title: len(heading.columns) for heading in table.headings if heading.grouped}
    assert shared["Thu nhập chịu thuế (TNCT)"] == 5


def test_the_paper_leaves_out_columns_without_a_printed_code_and_the_page_to_fill_shows_them() -> None:
    on_paper = {column.code for column in sheet(people(1)).appendices[0].tables[0].columns}
    on_page = {column.code for column in sheet(people(1), fill=True).appendices[0].tables[0].columns}
    assert "giay_to_ma" not in on_paper
    assert on_paper < on_page


def test_an_appendix_that_is_not_part_of_the_return_is_not_printed_but_offered() -> None:
    paper = people(1)
    assert [part.name for part in sheet(paper).appendices] == ["PLuc_05_1_BK_QTT"]
    offered = sheet(paper, fill=True).appendices
    assert [part.name for part in offered if part.present] == ["PLuc_05_1_BK_QTT"]
    assert [part.name for part in offered] == list(paper.form.appendices)


def test_a_window_shows_some_rows_under_their_own_numbers() -> None:
    table = sheet(people(*range(120)), windows={"people": Window(50, 50)}).appendices[0].tables[0]
    assert (table.rows[0].number, table.end, table.total) == (51, 100, 120)
    assert table.rows[0].slots[0].address == "people[51][07]"


def test_rows_nested_in_rows_are_printed_below_their_row_with_addresses_of_their_own() -> None:
    plant = Row({"05": "Nhà máy A"}, {"hydro_provinces": (Row({"08": "Lào Cai"}), Row({"08": "Yên Bái"}))})
    paper = replace(vat_return(), totals={"PLuc_01_2_GTGT": {}}, tables={"hydro_plants": (plant,)})
    assert cell(paper, "hydro_plants[1].hydro_provinces[2][08]").text == "Yên Bái"
    assert "Yên Bái" in text_of(html(sheet(paper)))


def test_a_computed_box_is_never_editable_and_a_typed_one_is() -> None:
    assert (cell(vat_return(), "36").editable, cell(vat_return(), "25").editable) == (False, True)


def test_every_address_on_a_sheet_is_unique() -> None:
    plants = tuple(Row({}, {"hydro_provinces": (Row({}), Row({}))}) for _ in range(2))
    paper = replace(vat_return(), tables={"hydro_plants": plants})
    addresses = [each.address for each in sheet(paper, fill=True).slots()]
    assert len(addresses) == len(set(addresses))


@pytest.mark.parametrize("form", forms(), ids=lambda form: f"{form.code} {form.basis} {form.version}")
def test_every_box_an_appendix_prints_stands_on_the_paper_with_its_value(form: Form) -> None:
    """The number of rows too, which totals no column."""
    present = {name: dict.fromkeys(part.fields) for name, part in form.appendices.items()}
    rows = {name: (Row({}),) for name, table in form.tables.items() if not table.parent}
    ret = Return(form, Period.parse(str(form.valid_from.year)), {}, {}, present, rows)
    shown = {each.address for each in sheet(ret).slots()}
    for part in form.appendices.values():
        printed_boxes = {code for line in part.print_rows for code in line[2:] if code}
        printed_boxes -= {code for code, box in part.fields.items() if box.unprinted}
        missing = {code for code in printed_boxes if f"{part.name}[{code}]" not in shown}
        assert missing == {code for code in missing if part.fields[code].header}


def test_our_own_name_of_a_box_is_not_printed_as_a_code() -> None:
    assert [printed_code(code) for code in ("23", "40a", "15.1", "23_luy_ke", "11.chi_cuc", "tieu_muc")] == (
        [True, True, True, False, False, False]
    )


def test_the_number_of_the_row_stands_under_the_code_the_form_prints_for_it() -> None:
    text = text_of(html(sheet(people(1))))
    assert "[06] [07]" in " ".join(text.split())
    assert text.count("STT") == 2, "the main part and the table, each once"
