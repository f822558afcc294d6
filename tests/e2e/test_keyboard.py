"""From log-in to receipt with Tab, Enter and Space alone; where the focus is can always be seen."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from khaithue.portal.demo.people import LOGIN_PASSWORD
from tests.e2e.served import Portal, Visit
from tests.e2e.test_filing import FILER, signed

pytestmark = pytest.mark.e2e

MOST = 80
"""Most presses of Tab from the top of a page to what is wanted."""


def test_a_signed_return_is_filed_by_keyboard_alone(portal: Portal, visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    page.goto("/login/")
    _log_in(page)
    _go(page, page.get_by_role("link", name="Nộp tệp đã ký"))
    _choose(page, page.get_by_label("Tệp tờ khai đã ký"), signed(portal, tmp_path, 4))
    _go(page, page.get_by_role("button", name="Tải lên và xem lại"))
    expect(page.get_by_role("heading", name="Xem lại trước khi nộp")).to_be_visible()
    _choose(page, page.get_by_label("Chọn tài liệu"), _paper(tmp_path))
    _go(page, page.get_by_role("button", name="Thêm tài liệu"))
    expect(page.get_by_text("giấy.pdf")).to_be_visible()
    _go(page, page.get_by_role("button", name="Nộp tờ khai"), key="Space")
    expect(page.get_by_role("heading", name="Đã tiếp nhận tờ khai")).to_be_visible()
    expect(page.locator("#transaction-code")).to_have_text(re.compile(r"\d{17}"))
    _tab_to(page, page.get_by_role("link", name="Tải thông báo"))
    visit.shot("keyboard-receipt")


def _log_in(page: Page) -> None:
    _tab_to(page, page.get_by_label("Tên đăng nhập"))
    page.keyboard.type(FILER.login)
    page.keyboard.press("Tab")
    page.keyboard.type(LOGIN_PASSWORD)
    page.keyboard.press("Enter")
    # the portal has just been started: its first page reads every form
    expect(page.get_by_role("heading", name="Việc phải làm")).to_be_visible(timeout=30_000)


def _paper(folder: Path) -> Path:
    path = folder / "giấy.pdf"
    path.write_bytes(b"%PDF-1.4\n")
    return path


def _choose(page: Page, field: Locator, file: Path) -> None:
    _tab_to(page, field)
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(file)


def _go(page: Page, wanted: Locator, key: str = "Enter") -> None:
    _tab_to(page, wanted)
    page.keyboard.press(key)


def _tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus, which must be seen."""
    for _ in range(MOST):
        if wanted.first.evaluate("each => each === document.activeElement"):
            ring = wanted.first.evaluate("each => getComputedStyle(each).outlineStyle")
            assert ring != "none", f"the focus on {wanted} cannot be seen"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by {MOST} presses of Tab")
