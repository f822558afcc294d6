"""The paper form as PDF pages: what stands on them, where, and in how much time and memory."""

import re
import tracemalloc
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from khaithue.exchange.returns_xml import read
from khaithue.obligations.period import Period
from khaithue.printing.pdf import pdf
from khaithue.printing.sheet import SignedBy
from khaithue.returns.catalogue import find_for, forms
from khaithue.returns.findings import finding
from khaithue.returns.form import Form
from khaithue.returns.model import Return, Row
from tests.returns.generate import returns_of

SAMPLES = Path(__file__).parents[1] / "samples"
FORMS = {f"{form.code} {form.basis} {form.version}": form for form in forms()}
A4 = (595, 842)


@cache
def sample(number: str) -> Return:
    (path,) = SAMPLES.glob(f"{number}_*.xml")
    ret = read(path.read_bytes()).return_
    assert ret is not None
    return ret


def pages(document: bytes) -> list[str]:
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(BytesIO(document)).pages]


def sides(document: bytes) -> list[tuple[int, int]]:
    boxes = (page.mediabox for page in PdfReader(BytesIO(document)).pages)
    return [(round(box.width), round(box.height)) for box in boxes]


def people(count: int, name: str = "Nguyễn Thị Bích Phượng") -> Return:
    ret = sample("953")
    first = ret.tables["people"][0].values
    rows = tuple(Row({**first, "07": f"{name} {n}", "12": 63_720_000 + n}) for n in range(1, count + 1))
    return replace(ret, tables={**ret.tables, "people": rows})


def test_the_first_page_reads_like_the_official_form() -> None:
    page = pages(pdf(sample("842")))[0]
    assert "Mẫu số: 01/GTGT" in page
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc" in page
    assert "TỜ KHAI THUẾ GIÁ TRỊ GIA TĂNG" in page
    assert "[01b] Kỳ tính thuế: Tháng 05 năm 2026" in page
    assert "[04] Tên người nộp thuế: CÔNG TY TNHH MẪU A" in page
    assert "[23] 8.532.759.485" in page


def test_a_loss_stands_in_parentheses() -> None:
    assert "[36] (216.707.047)" in " ".join(pages(pdf(sample("842"))))


def test_each_digit_of_the_tax_code_is_written_by_itself() -> None:
    assert " ".join("0319900012") in pages(pdf(sample("842")))[0]


def test_every_page_says_its_number_and_how_many_there_are() -> None:
    ends = [re.findall(r"Trang \d+/", page) for page in pages(pdf(people(60)))]
    assert ends == [[f"Trang {n}/"] for n in range(1, len(ends) + 1)]
    assert len(ends) > 3


def test_a_wide_appendix_lies_on_its_side_and_the_form_stands() -> None:
    found = sides(pdf(people(40)))
    assert found[0] == A4
    assert found[-1] == A4[::-1]


def test_the_heading_of_an_appendix_is_repeated_on_each_of_its_pages() -> None:
    written = [page for page in pages(pdf(people(60))) if "Nguyễn Thị" in page]
    assert len(written) > 1
    assert all("STT Họ và tên Mã số thuế" in page and "[07] [08] [09a]" in page for page in written)


def test_a_heading_never_stands_twice_or_alone_on_a_page() -> None:
    for count in range(1, 24):
        found = [page for page in pages(pdf(people(count))) if "[07] [08] [09a]" in page]
        assert all(page.count("[07] [08] [09a]") == 1 for page in found)
        assert all("Nguyễn Thị" in page or "Tổng [28]" in page for page in found)


def test_the_text_of_a_total_too_long_for_its_column_stands_in_a_row_above() -> None:
    form = FORMS["01/GTGT TT80/2021/TT-BTC 2.8.3"]
    rows = (Row({"16": 5}),)
    totals = {"Pluc_01_3_GTGT": {"17": 12_345}}
    ret = Return(form, Period.month(2026, 5), {}, {}, totals, {"lottery_totals": rows})
    assert re.search(r"NNT đóng trụ sở chính \[17\]=\S+\[16\] \[17\] 12\.345", " ".join(pages(pdf(ret))))


def test_no_person_of_a_long_appendix_is_lost() -> None:
    names = re.findall(r"Phượng (\d+)", " ".join(pages(pdf(people(500)))))
    assert names == [str(n) for n in range(1, 501)]


def test_the_totals_stand_below_the_last_row() -> None:
    last = pages(pdf(people(25)))[-1]
    assert re.search(r"Tổng \[28\]", last)


def test_an_appendix_of_ten_thousand_people_needs_little_memory() -> None:
    ret = people(2_000)
    tracemalloc.start()
    document = pdf(ret)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000 + 12 * len(document)


def test_letters_are_embedded_so_that_every_machine_shows_them() -> None:
    resources: Any = PdfReader(BytesIO(pdf(sample("842")))).pages[0]["/Resources"]
    used = [font.get_object() for font in resources["/Font"].values()]
    embedded = [font for font in used if font["/Subtype"] == "/TrueType"]
    assert {font["/BaseFont"].split("+")[1] for font in embedded} == {"Tinos", "Tinos-Bold", "Tinos-Italic"}
    assert all("/FontFile2" in font["/FontDescriptor"] for font in embedded)


@pytest.mark.parametrize("name", ["Ngữ Ẵng Ỹ", "Nga\u0303i Thu\u00ea\u0301", "Μαρία Иванова", "A\\(B) C)"])
def test_names_are_shown_letter_by_letter_however_they_are_typed(name: str) -> None:
    import unicodedata

    ret = sample("842")
    ret = replace(ret, header={**ret.header, "tenNNT": name})
    assert unicodedata.normalize("NFC", name) in pages(pdf(ret))[0]


def test_a_text_longer_than_a_page_goes_on_and_none_of_it_is_lost() -> None:
    words = [f"w{n}" for n in range(3000)]
    ret = sample("842")
    long = replace(ret, tables={**ret.tables, "nq142_sales": (Row({"2": " ".join(words)}),)})
    found = re.findall(r"\bw\d+\b", " ".join(pages(pdf(long))))
    assert sorted(set(found)) == sorted(words)


def test_a_word_without_spaces_is_broken_rather_than_lost() -> None:
    ret = sample("842")
    long = replace(ret, header={**ret.header, "tenNNT": "X" * 400})
    assert " ".join(pages(pdf(long))).replace(" ", "").count("X") >= 400


def test_an_amount_too_wide_for_its_cell_keeps_every_digit() -> None:
    ret = sample("842")
    huge = replace(ret, values={**ret.values, "23": 10**29 + 7})
    assert f"{10**29 + 7:,}".replace(",", ".") in " ".join(pages(pdf(huge)))


def test_the_signature_found_stands_at_its_place() -> None:
    signer = SignedBy("CÔNG TY TNHH MẪU A", "0319900012", "54AB", "Demo CA", "18/06/2026 09:12:33")
    text = " ".join(pages(pdf(sample("842"), (), [signer])))
    assert "Ký điện tử bởi: CÔNG TY TNHH MẪU A Mã số thuế: 0319900012 Ký ngày: 18/06/2026 09:12:33" in text
    assert "Ký điện tử bởi" not in " ".join(pages(pdf(sample("842"))))


@pytest.mark.error("RET-REQUIRED")
def test_findings_are_listed_after_the_form() -> None:
    found = finding("RET-REQUIRED", cell="people[07]", row=3, box="people[07]")
    last = pages(pdf(sample("842"), [found]))[-1]
    assert "KẾT QUẢ KIỂM TRA TỜ KHAI" in last
    assert "RET-REQUIRED people[07] (dòng 3)" in last


def test_the_same_return_gives_the_same_bytes() -> None:
    assert pdf(sample("953")) == pdf(sample("953"))


@pytest.mark.parametrize("name", FORMS)
def test_a_nil_return_of_every_form_prints(name: str) -> None:
    form: Form = FORMS[name]
    start = form.valid_from
    period = next(p for p in (Period.year(start.year), Period.month(start.year, 1)) if p)
    text = pages(pdf(Return(form, period, {}, {})))[0]
    assert f"Mẫu số: {form.code}" in text


@pytest.mark.parametrize("name", FORMS)
@settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_every_return_of_every_form_prints(name: str, data: st.DataObject) -> None:
    ret = data.draw(returns_of(FORMS[name]))
    assert pages(pdf(ret))


def test_a_form_found_for_a_period_prints_its_period() -> None:
    form = find_for("05/KK-TNCN", Period.quarter(2026, 2), date(2026, 7, 31))
    assert form is not None
    assert "Quý 2 năm 2026" in pages(pdf(Return(form, Period.quarter(2026, 2), {}, {})))[0]
