"""A tax agent files a ZIP for two clients in a browser: a paper, a stranger's return, one left for later."""

import csv
import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from khaithue.portal.demo.people import AGENT, APPLICANT, COMPANIES
from tests.e2e.served import Portal, Visit
from tests.e2e.test_filing import PDF, both, log_in, signed_for

pytestmark = pytest.mark.e2e

A, B = COMPANIES
BUTTON = "Nộp các tờ khai đã đánh dấu"


def test_an_agent_files_a_zip_for_two_clients(
    portal: Portal, visit: Visit, chromium: Browser, tmp_path: Path
) -> None:
    _contract(portal, chromium)
    log_in(visit.page, AGENT.login)
    visit.page.goto("/clients/")
    expect(visit.page.get_by_text("3 người nộp thuế, việc gấp xếp trước.")).to_be_visible()
    both(visit, "batch-01-desk")
    _send(portal, visit)
    _review(visit)
    _file(visit, tmp_path)
    _file_what_was_left(visit)
    _look_at_a_receipt(visit)
    _send_a_paper_that_fits_two(portal, visit)


def _contract(portal: Portal, chromium: Browser) -> None:
    """The first company takes the agent on; the second has in the demo."""
    context = chromium.new_context(base_url=portal.address, locale="vi-VN")
    page = context.new_page()
    log_in(page, A.login)
    page.goto("/account/agents/")
    page.get_by_label("Mã số thuế của đại lý").fill(AGENT.mst)
    page.get_by_label("Số hợp đồng").fill("02/HĐ-ĐLT")
    page.get_by_label("Ngày bắt đầu").fill("2026-01-01")
    page.locator("input[value='01/GTGT']").check()
    page.get_by_role("button", name="Ghi hợp đồng").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi hợp đồng")
    context.close()


def _returns(portal: Portal) -> dict[str, bytes]:
    """What the agent packs, signed with its own key."""
    return {
        "MAU-A/01-GTGT-01.xml": signed_for(portal, A.mst, 1, AGENT.mst),
        "MAU-A/01-GTGT-01/bang-ke.pdf": PDF,
        "MAU-A/01-GTGT-02.xml": signed_for(portal, A.mst, 2, AGENT.mst),
        "MAU-B/01-GTGT-01.xml": signed_for(portal, B.mst, 1, AGENT.mst),
        "01-GTGT-nham.xml": signed_for(portal, APPLICANT.mst, 1, AGENT.mst),
    }


def _send(portal: Portal, visit: Visit) -> None:
    page = visit.page
    page.get_by_role("link", name="Nộp tệp cho nhiều khách hàng").click()
    page.get_by_text("Nộp kèm tài liệu cùng lúc").click()
    both(visit, "batch-02-upload")
    _choose(page, "thang-nay.zip", _returns(portal))


def _choose(page: Page, name: str, files: dict[str, bytes]) -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, data in files.items():
            packed.writestr(path, data)
    chosen: FilePayload = {"name": name, "mimeType": "application/zip", "buffer": made.getvalue()}
    page.get_by_label("Tệp tờ khai đã ký").set_input_files(chosen)
    page.get_by_role("button", name="Tải lên và xem lại").click()
    expect(page.get_by_role("heading", name="Nộp nhiều tờ khai")).to_be_visible()


def _review(visit: Visit) -> None:
    page = visit.page
    expect(page.get_by_text("3 tờ khai nộp được.")).to_be_visible()
    expect(page.get_by_text("Thuộc 2 người nộp thuế.")).to_be_visible()
    mine = page.get_by_role("region", name=A.name)
    expect(mine.get_by_text("Kèm bang-ke.pdf")).to_be_visible()
    nobody = page.get_by_role("region", name="Tệp không nộp được cho ai")
    expect(nobody).to_contain_text(APPLICANT.mst)
    expect(nobody).to_contain_text("BATCH-MST")
    both(visit, "batch-03-review")


def _file(visit: Visit, folder: Path) -> None:
    page = visit.page
    page.get_by_role("checkbox", name="Nộp 01-GTGT-02.xml").uncheck()
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_text("Đã xử lý 2 / 2.")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Để lại", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name=re.compile(r"^\d{17}$"))).to_have_count(2)
    both(visit, "batch-04-filed")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải bảng kết quả (CSV)").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    filed = {row["Mã số thuế"].strip() for row in rows if row["Mã giao dịch điện tử"]}
    assert (len(rows), filed) == (4, {A.mst, B.mst})


def _file_what_was_left(visit: Visit) -> None:
    page = visit.page
    page.goto("/file/")
    expect(page.get_by_role("heading", name="Các lô gửi trong 24 giờ qua")).to_be_visible()
    both(visit, "batch-05-found-again")
    page.locator("a[href^='/file/batch/']").first.click()
    page.get_by_role("checkbox", name="Nộp 01-GTGT-02.xml").check()
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_text("Đã xử lý 3 / 3.")).to_be_visible(timeout=60_000)


def _look_at_a_receipt(visit: Visit) -> None:
    page = visit.page
    first = page.get_by_role("region", name=A.name).get_by_role("row").filter(has_text="bang-ke.pdf")
    first.get_by_role("button").click()
    expect(page.get_by_role("region", name="Người nộp thuế")).to_contain_text(A.name)
    expect(page.get_by_text("bang-ke.pdf")).to_be_visible()
    both(visit, "batch-06-receipt")


def _send_a_paper_that_fits_two(portal: Portal, visit: Visit) -> None:
    page = visit.page
    page.goto("/file/")
    files = {
        "3.xml": signed_for(portal, A.mst, 3, AGENT.mst),
        "3__b.xml": signed_for(portal, B.mst, 3, AGENT.mst),
        "3__b__hop-dong.pdf": PDF,
    }
    _choose(page, "nham-lan.zip", files)
    expect(page.get_by_text("BATCH-PAPER-AMBIGUOUS")).to_be_visible()
    for box in page.get_by_role("checkbox").all():
        expect(box).not_to_be_checked()
    both(visit, "batch-07-ambiguous")
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_role("alert")).to_contain_text("BATCH-NONE-CHOSEN")
    both(visit, "batch-08-nothing-ticked")
    visit.complaints[:] = [text for text in visit.complaints if "422" not in text]
