"""A filed return is supplemented with its 01/KHBS made of the difference; so is one first filed on paper."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.desk import log_in, sign_and_file, small
from tests.e2e.served import Portal, Visit

pytestmark = pytest.mark.e2e

MST = "0319900012"


def test_a_filed_return_is_supplemented_from_its_page(portal: Portal, visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    log_in(visit, "mau-a")
    page.goto("/filings/?form=01/GTGT&kind=C")
    page.locator("td.code a").first.click()
    visit.shot("amend-1-filing")
    page.get_by_role("button", name="Khai bổ sung").click()
    expect(page.get_by_text("Sửa các chỉ tiêu cho đúng, rồi lập 01/KHBS từ chênh lệch.")).to_be_visible()
    page.locator("[id='c-33']").fill("88087800")
    expect(page.locator("#save-state")).to_contain_text("Đã lưu lúc")
    visit.shot("amend-2-supplement")
    page.get_by_role("button", name="Lập 01/KHBS từ chênh lệch").click()
    taxes = page.get_by_role("region", name="Ảnh hưởng đến số thuế")
    expect(taxes).to_contain_text("19.947.100")
    expect(taxes).to_contain_text("Số ngày chậm nộp")
    page.get_by_label("Lý do thay đổi [33]").fill("Sót một hoá đơn bán ra")
    page.get_by_label("Lý do chung").fill("Tính lại theo chỉ tiêu [33]")
    visit.shot("amend-3-differences")
    small(visit, "amend-3-differences")
    page.get_by_role("button", name="Ghi vào 01/KHBS và 01-1/KHBS").click()
    expect(page.get_by_text("01/KHBS khớp với số liệu hiện tại.")).to_be_visible()
    visit.shot("amend-4-filled")
    code = sign_and_file(portal, visit, tmp_path, MST)
    page.goto(f"/filings/{code}/")
    family = page.get_by_role("region", name="Các lần khai của kỳ này")
    expect(family.get_by_role("row")).to_have_count(3)
    expect(family).to_contain_text("Bổ sung lần 1")
    visit.shot("amend-5-both")
    small(visit, "amend-5-both")


def test_a_return_first_filed_on_paper_is_entered_and_supplemented(visit: Visit) -> None:
    page = visit.page
    log_in(visit, "mau-a")
    page.goto("/filings/")
    page.get_by_role("link", name="Tờ khai đã nộp bằng giấy").click()
    page.get_by_label("Mẫu tờ khai").select_option("01/GTGT")
    page.get_by_label("Kỳ tính thuế").fill("03/2026")
    page.get_by_label("Ngày nộp bản giấy").fill("31/02/2026")
    page.get_by_role("button", name="Chép số liệu").click()
    expect(page.get_by_role("alert")).to_contain_text("Ngày nộp bản giấy phải từ 01/03/2026")
    visit.complaints[:] = [text for text in visit.complaints if "422" not in text]
    visit.shot("amend-6-papers")
    small(visit, "amend-6-papers")
    page.get_by_label("Ngày nộp bản giấy").fill("20/04/2026")
    page.get_by_role("button", name="Chép số liệu").click()
    for box, figure in {"23": "50000000", "24": "5000000", "25": "5000000", "42": "3000000"}.items():
        page.locator(f"[id='c-{box}']").fill(figure)
    expect(page.locator("[id='c-43']")).to_have_text("2.000.000")
    visit.shot("amend-7-paper-figures")
    page.get_by_role("button", name="Ghi là đã nộp bằng giấy").click()
    expect(page.get_by_text("Đã ghi tờ khai nộp bằng giấy.")).to_be_visible()
    visit.shot("amend-8-paper")
    page.get_by_role("button", name="Khai bổ sung").click()
    expect(page.get_by_role("link", name="tờ khai nộp bằng giấy ngày 20/04/2026")).to_be_visible()
    page.locator("[id='c-42']").fill("1000000")
    expect(page.locator("#save-state")).to_contain_text("Đã lưu lúc")
    page.get_by_role("button", name="Lập 01/KHBS từ chênh lệch").click()
    expect(page.get_by_role("region", name="Ảnh hưởng đến số thuế")).to_contain_text("(2.000.000)")
    page.get_by_label("Ngày Kho bạc trả tiền hoàn, nếu đã nhận").fill("05/05/2026")
    visit.shot("amend-9-paper-differences")
    small(visit, "amend-9-paper-differences")
    page.get_by_role("button", name="Ghi vào 01/KHBS và 01-1/KHBS").click()
    expect(page.get_by_text("01/KHBS khớp với số liệu hiện tại.")).to_be_visible()
