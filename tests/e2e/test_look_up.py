"""From the list to the timeline, the notices, the history as ZIP, and the public check without log-in."""

import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, expect

from tests.e2e.desk import log_in, small
from tests.e2e.served import Visit

pytestmark = pytest.mark.e2e


def test_what_was_filed_is_found_kept_and_checked_by_anybody(visit: Visit, tmp_path: Path) -> None:
    log_in(visit, "mau-a")
    code = _search(visit)
    _filing(visit, code, tmp_path)
    xml, number, check_code = _notice(visit, tmp_path)
    _history(visit, code, tmp_path)
    visit.page.get_by_role("button", name="Đăng xuất").click()
    _check(visit, xml, number, check_code, tmp_path)


def _search(visit: Visit) -> str:
    page = visit.page
    page.get_by_role("link", name="Tra cứu").click()
    expect(page.get_by_role("status")).to_contain_text("tờ khai")
    page.get_by_label("Mẫu tờ khai").select_option("01/GTGT")
    page.get_by_label("Loại tờ khai").select_option("C")
    page.get_by_label("Kỳ tính thuế từ tháng").fill("01/2026")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_role("link", name="Kỳ tính thuế").click()
    expect(page.get_by_role("columnheader", name="Kỳ tính thuế")).to_have_attribute("aria-sort", "ascending")
    expect(page.get_by_label("Kỳ tính thuế từ tháng")).to_have_value("01/2026")
    visit.shot("look-1-list")
    small(visit, "look-1-list")
    link = page.locator("td.code a").first
    code = link.inner_text()
    listed = _download(page, "Tải danh sách (CSV)").path().read_text(encoding="utf-8-sig")
    assert code in listed
    link.click()
    return code


def _filing(visit: Visit, code: str, folder: Path) -> None:
    page = visit.page
    expect(page.get_by_role("region", name="Diễn biến")).to_contain_text("Hệ thống nhận tờ khai")
    visit.shot("look-2-filing")
    small(visit, "look-2-filing")
    pdf = _download(page, "Tải bản PDF")
    assert pdf.suggested_filename == f"{code}.pdf"
    assert pdf.path().read_bytes().startswith(b"%PDF-")


def _notice(visit: Visit, folder: Path) -> tuple[Path, str, str]:
    page = visit.page
    page.get_by_role("navigation", name="Chính").get_by_role("link", name="Thông báo").click()
    expect(page.get_by_text("Chưa đọc").first).to_be_visible()
    visit.shot("look-3-notices")
    small(visit, "look-3-notices")
    page.get_by_role("link", name="Thông báo tiếp nhận tờ khai 01/GTGT").last.click()
    expect(page.get_by_text("Chữ ký hợp lệ")).to_be_visible()
    visit.shot("look-4-notice")
    small(visit, "look-4-notice")
    xml = folder / "thong-bao.xml"
    _download(page, "Tải XML đã ký").save_as(xml)
    facts = page.locator("dl.facts dd")
    return xml, facts.first.inner_text(), facts.last.locator("strong").inner_text()


def _history(visit: Visit, code: str, folder: Path) -> None:
    page = visit.page
    page.goto("/filings/")
    page.get_by_role("link", name="Xuất toàn bộ hồ sơ (ZIP)").click()
    page.get_by_label("Kèm bản PDF").check()
    visit.shot("look-5-history")
    small(visit, "look-5-history")
    page.get_by_role("button", name="Lập tệp ZIP").click()
    visit.shot("look-6-making")
    ready = page.get_by_role("link", name="Tải tệp ZIP")
    expect(ready).to_be_visible(timeout=60_000)
    visit.shot("look-7-ready")
    kept = folder / "ho-so.zip"
    _download(page, "Tải tệp ZIP").save_as(kept)
    _whole(kept, code)
    with zipfile.ZipFile(kept) as opened:
        opened.extractall(folder / "ho-so")
    _offline_index(visit, folder / "ho-so" / "index.html")


def _whole(kept: Path, code: str) -> None:
    with zipfile.ZipFile(kept) as opened:
        said = json.loads(opened.read("manifest.json"))
        for each in said["files"]:
            assert hashlib.sha256(opened.read(each["path"])).hexdigest() == each["sha256"]
        assert any(code in each["path"] for each in said["files"])
        assert "manifest.json.p7s" in opened.namelist()


def _offline_index(visit: Visit, index: Path) -> None:
    reader = visit.page.context.new_page()
    reader.set_content(index.read_text(encoding="utf-8"))
    expect(reader.get_by_role("heading", name="Hồ sơ thuế điện tử")).to_be_visible()
    reader.screenshot(path=Path(__file__).parents[2] / "artifacts" / "e2e" / "look-8-index.png")
    reader.close()


def _check(visit: Visit, xml: Path, number: str, check_code: str, folder: Path) -> None:
    page = visit.page
    page.get_by_role("link", name="Kiểm tra thông báo").click()
    page.get_by_label("Tệp thông báo đã ký (.xml)").set_input_files(xml)
    page.get_by_role("button", name="Kiểm tra tệp").click()
    verdict = page.locator(".verdict")
    expect(verdict).to_contain_text("Thông báo đúng là do cổng này phát hành")
    expect(verdict).to_contain_text("CÔNG TY TNHH MẪU A")
    visit.shot("look-9-genuine")
    small(visit, "look-9-genuine")
    page.get_by_label("Số thông báo").fill(number)
    page.get_by_role("textbox", name="Mã kiểm tra").fill(check_code)
    page.get_by_role("button", name="Kiểm tra số").click()
    expect(verdict).to_contain_text("03******12")
    expect(verdict).not_to_contain_text("MẪU A")
    visit.shot("look-10-masked")
    changed = folder / "sua.xml"
    changed.write_bytes(xml.read_bytes().replace(b"01/GTGT", b"01/GTGX"))
    page.get_by_label("Tệp thông báo đã ký (.xml)").set_input_files(changed)
    page.get_by_role("button", name="Kiểm tra tệp").click()
    expect(verdict).to_contain_text("Thông báo đã bị sửa")
    visit.shot("look-11-changed")


def _download(page: Page, name: str) -> Download:
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    return download.value
