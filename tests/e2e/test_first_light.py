"""From log-in to receipt in a real browser: the way a return goes from an accountant's desk to the office."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.served import Portal, Visit

pytestmark = pytest.mark.e2e

LOGIN, PASSWORD = "mau-b", "khaithue-demo-2026"
MST, KEY_PASSWORD = "0319900037", "khaithue-demo"

FIGURES = {
    "22": "1590900786",
    "23": "8532759485",
    "24": "681407943",
    "25": "681407943",
    "32": "4647008960",
    "33": "464700896",
}


def test_a_return_is_filled_checked_explained_exported_signed_reviewed_and_filed(
    portal: Portal, visit: Visit, tmp_path: Path
) -> None:
    page = visit.page
    _log_in(visit)
    _open_the_vat_return(visit)
    _fill_and_see_live_figures(visit)
    _see_a_finding_come_and_go(visit)
    _ask_why(visit)
    original = _export(visit, tmp_path)
    signed = _sign(portal, original)
    _upload_and_review(visit, signed)
    code = _file(visit)
    _look_at_the_filing(visit, code)
    _read_the_mail(portal, code)
    _download(page, "Tải thông báo", code)


def test_pages_of_the_portal_fit_a_screen_of_360_pixels(portal: Portal, visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 740})
    _log_in(visit)
    _fits(visit, "360-dashboard")
    visit.page.goto("/filings/")
    _fits(visit, "360-filings")
    _start(visit, "05/QTT-TNCN", "2025")
    _fits(visit, "360-fill")


def test_a_return_is_filled_by_keyboard_alone(visit: Visit) -> None:
    _log_in(visit)
    _start(visit, "01/GTGT", "Q3/2026")
    visit.page.locator("[id='c-23']").focus()
    visit.page.keyboard.type("1000000")
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("[id='c-24']")).to_be_focused()
    visit.page.keyboard.type("100000")
    visit.page.keyboard.press("ArrowDown")
    expect(visit.page.locator("[id='c-24a']")).to_be_focused()
    visit.page.keyboard.press("ArrowUp")
    expect(visit.page.locator("[id='c-24']")).to_have_value("100.000")
    expect(visit.page.locator("#save-state")).to_contain_text("Đã lưu lúc")


def test_rows_are_added_copied_pasted_from_a_spreadsheet_and_deleted(visit: Visit) -> None:
    _log_in(visit)
    _start(visit, "05/QTT-TNCN", "2024")
    page = visit.page
    page.get_by_text("Thêm phụ lục").click()
    page.locator("button[value='add-appendix:PLuc_05_1_BK_QTT']").click()
    page.locator("[id='c-people[1][07]']").fill("Nguyễn Văn A")
    page.locator("[id='c-people[1][12]']").fill("100000000")
    expect(page.locator("[id='c-PLuc_05_1_BK_QTT[28]']")).to_have_text("100.000.000")
    page.locator("button[value='copy-row:people[1]']").click()
    expect(page.locator("[id='c-PLuc_05_1_BK_QTT[28]']")).to_have_text("200.000.000")
    _paste(page, "people[2][12]", "50.000.000\t10.000.000\n25.000.000\t0\n")
    expect(page.locator("[id='c-people[3][12]']")).to_have_value("25.000.000")
    expect(page.locator("[id='c-PLuc_05_1_BK_QTT[28]']")).to_have_text("175.000.000")
    visit.shot("rows")
    page.locator("button[value='drop-row:people[2]']").click()
    expect(page.locator("[id='c-PLuc_05_1_BK_QTT[28]']")).to_have_text("125.000.000")
    expect(page.locator("#save-state")).to_contain_text("Đã lưu lúc")
    page.reload()
    expect(page.locator("[id='c-people[2][12]']")).to_have_value("25.000.000")
    expect(page.locator("[id='c-people[3][12]']")).to_have_count(0)


def test_a_box_typed_in_some_cases_follows_its_condition(visit: Visit) -> None:
    _log_in(visit)
    _start(visit, "05/QTT-TNCN", "2023")
    page = visit.page
    page.get_by_text("Thêm phụ lục").click()
    page.locator("button[value='add-appendix:PLuc_05_1_BK_QTT']").click()
    page.locator("[id='c-people[1][10]']").check()
    page.locator("[id='c-people[1][12]']").fill("300000000")
    page.locator("[id='c-people[1][17]']").fill("77000000")
    tax = page.locator("[id='c-people[1][24]']")
    expect(tax).to_have_value("24.800.000")
    tax.fill("5")
    expect(tax).to_have_value("24.800.000")
    page.locator("[id='c-people[1][11]']").check()
    tax.fill("33050000")
    expect(page.locator("[id='c-PLuc_05_1_BK_QTT[40]']")).to_have_text("33.050.000")
    expect(page.locator("#save-state")).to_contain_text("Đã lưu lúc")
    page.reload()
    expect(tax).to_have_value("33.050.000")


def test_two_windows_never_overwrite_each_other(visit: Visit) -> None:
    _log_in(visit)
    _start(visit, "01/GTGT", "Q2/2026")
    other = visit.page.context.new_page()
    other.goto(visit.page.url)
    visit.page.locator("[id='c-23']").fill("111")
    expect(visit.page.locator("#save-state")).to_contain_text("Đã lưu lúc")
    with other.expect_response(re.compile("autosave")) as saved:
        other.locator("[id='c-24']").fill("222")
    assert saved.value.status == 409
    expect(other.locator("#save-state")).to_contain_text("đã được lưu ở một cửa sổ khác")
    expect(other.locator("[id='c-24']")).to_have_value("222")
    other.get_by_role("button", name="Giữ bản đang nhập").click()
    expect(other.locator("#save-state")).to_contain_text("Đã lưu lúc")
    visit.complaints[:] = [text for text in visit.complaints if "409" not in text]


def test_a_table_inside_the_form_is_filled_where_the_paper_has_it(visit: Visit) -> None:
    _log_in(visit)
    _start(visit, "DS_CTIET_TNCN", "20/06/2026")
    page = visit.page
    page.locator("#main-part button[value='add-row:people']").click()
    page.locator("[id='c-people[1][3]']").fill("Trần Thị Bình")
    with page.expect_response(lambda reply: "3200000" in (reply.request.post_data or "")):
        page.locator("[id='c-people[1][5]']").fill("3200000")
    expect(page.locator("[id='c-tong_da_nop']")).to_have_text("3.200.000")
    page.reload()
    expect(page.locator("[id='c-people[1][5]']")).to_have_value("3.200.000")
    visit.shot("08-table-inside-the-form")


def _log_in(visit: Visit) -> None:
    visit.page.goto("/")
    visit.page.get_by_label("Tên đăng nhập").fill(LOGIN)
    visit.page.get_by_label("Mật khẩu").fill(PASSWORD)
    visit.page.get_by_role("button", name="Đăng nhập").click()
    expect(visit.page.get_by_role("heading", name="Việc phải làm", level=1)).to_be_visible()
    visit.shot("01-dashboard")


def _open_the_vat_return(visit: Visit) -> None:
    row = visit.page.get_by_role("row").filter(has_text="01/GTGT")
    row.get_by_role("button", name="Lập tờ khai 01/GTGT").first.click()
    expect(visit.page.get_by_role("heading", name="Tờ khai thuế giá trị gia tăng")).to_be_visible()
    visit.shot("02-blank")


def _fill_and_see_live_figures(visit: Visit) -> None:
    for code, figure in FIGURES.items():
        visit.page.locator(f"[id='c-{code}']").press_sequentially(figure)
    expect(visit.page.locator("[id='c-22']")).to_have_value("1.590.900.786")
    for code, shown in {
        "34": "4.647.008.960",
        "36": "(216.707.047)",
        "40a": "0",
        "43": "1.807.607.833",
    }.items():
        expect(visit.page.locator(f"[id='c-{code}']")).to_have_text(shown)
    visit.page.locator("[id='c-header[nguoiKy]']").fill("NGUYỄN VĂN MẪU")
    expect(visit.page.locator("#save-state")).to_contain_text("Đã lưu lúc")
    visit.shot("03-filled")


def _see_a_finding_come_and_go(visit: Visit) -> None:
    box, beside = visit.page.locator("[id='c-42']"), visit.page.locator("[id='f-42']")
    box.fill("2000000000")
    expect(beside).not_to_be_empty()
    expect(visit.page.locator("#findings a[href='#c-42']").first).to_be_visible()
    visit.shot("04-finding")
    box.fill("")
    expect(beside).to_be_empty()
    expect(visit.page.locator("#save-state")).to_contain_text("Đã lưu lúc")


def _ask_why(visit: Visit) -> None:
    visit.page.locator("a.why[href$='cell=41']").click()
    dialog = visit.page.get_by_role("dialog")
    expect(dialog).to_contain_text("max(0, [22] - [36] - [37] + [38] + [39a])")
    expect(dialog).to_contain_text("1.590.900.786")
    visit.shot("05-why")
    dialog.get_by_role("button", name="Đóng").click()


def _export(visit: Visit, folder: Path) -> Path:
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="Xuất XML").click()
    name = download.value.suggested_filename
    assert re.fullmatch(rf"{MST}000-01_GTGT_TT80-M\d{{6}}-L00\.xml", name)
    download.value.save_as(folder / name)
    visit.page.get_by_role("button", name="Ký và nộp").click()
    expect(visit.page.locator(".command")).to_contain_text(f"khaithue sign --p12 chung-thu.p12 {name}")
    visit.shot("06-sign")
    return folder / name


def _sign(portal: Portal, original: Path) -> Path:
    signed = original.with_name(f"{original.stem}-signed.xml")
    key = portal.data / "demo" / f"{MST}.p12"
    program = Path(sys.executable).with_name("khaithue")
    command = [str(part) for part in (program, "sign", "--p12", key, original, signed)]
    environment = {**os.environ, "KHAITHUE_P12_PASSWORD": KEY_PASSWORD}
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)
    return signed


def _upload_and_review(visit: Visit, signed: Path) -> None:
    visit.page.get_by_label("Tệp tờ khai đã ký").set_input_files(signed)
    visit.page.get_by_role("button", name="Tải lên và xem lại").click()
    expect(visit.page.get_by_role("heading", name="Xem lại trước khi nộp")).to_be_visible()
    expect(visit.page.get_by_role("region", name="Nội dung đọc được")).to_contain_text("CÔNG TY TNHH MẪU B")
    expect(visit.page.get_by_role("region", name="Số liệu chính")).to_contain_text("1.807.607.833")
    visit.shot("07-review")


def _file(visit: Visit) -> str:
    visit.page.get_by_role("button", name="Nộp tờ khai").click()
    expect(visit.page.get_by_role("heading", name="Đã tiếp nhận tờ khai")).to_be_visible()
    expect(visit.page.locator("time")).to_have_text(re.compile(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d"))
    visit.shot("08-receipt")
    code = visit.page.locator("#transaction-code").inner_text()
    assert re.fullmatch(r"\d{17}", code)
    return code


def _look_at_the_filing(visit: Visit, code: str) -> None:
    visit.page.get_by_role("link", name="Xem hồ sơ").click()
    expect(visit.page.locator("article.paper")).to_contain_text("Ký điện tử bởi: CÔNG TY TNHH MẪU B")
    visit.shot("09-filing")
    visit.page.get_by_role("link", name="Tra cứu").first.click()
    expect(visit.page.get_by_role("link", name=code)).to_be_visible()
    visit.shot("10-filings")
    visit.page.get_by_role("link", name=code).click()
    visit.page.get_by_role("link", name="Thông báo tiếp nhận", exact=True).click()


def _read_the_mail(portal: Portal, code: str) -> None:
    mail = portal.mail.get(timeout=90)
    while code not in str(mail["Subject"]):
        mail = portal.mail.get(timeout=90)
    assert [part.get_filename() for part in mail.iter_attachments()] == [
        f"{code}.reception.xml",
        f"{code}.reception.pdf",
    ]


def _download(page: Page, name: str, code: str) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    assert code in download.value.path().read_text(encoding="utf-8")


def _start(visit: Visit, form: str, period: str) -> None:
    visit.page.goto("/")
    visit.page.get_by_label("Mẫu tờ khai").select_option(form)
    visit.page.get_by_label("Kỳ tính thuế").fill(period)
    visit.page.get_by_role("button", name="Lập tờ khai", exact=True).click()
    register = visit.page.get_by_role("button", name="Đăng ký và lập tờ khai")
    expect(visit.page.locator("#fill").or_(register)).to_be_visible()
    if register.is_visible():
        register.click()
        visit.complaints[:] = [text for text in visit.complaints if "422" not in text]
    expect(visit.page.locator("#fill")).to_be_visible()


def _paste(page: Page, address: str, text: str) -> None:
    script = """(box, text) => {
        const data = new DataTransfer();
        data.setData("text/plain", text);
        box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
    }"""
    page.locator(f"[id='c-{address}']").evaluate(script, text)


def _fits(visit: Visit, name: str) -> None:
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
    visit.shot(name)
