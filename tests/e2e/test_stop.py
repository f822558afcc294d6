"""Leaving the service in a browser: told what is open, confirmed, look-up stays, and registering again."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.served import Portal, Visit
from tests.e2e.test_register import both, mailed

pytestmark = pytest.mark.e2e
LOGIN, PASSWORD = "mau-b", "khaithue-demo-2026"


def test_the_main_account_stops_keeps_looking_up_and_may_come_back(visit: Visit, portal: Portal) -> None:
    page = visit.page
    page.goto("/login/")
    page.get_by_label("Tên đăng nhập").fill(LOGIN)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("link", name="Tài khoản").click()
    page.get_by_role("link", name="Xem dịch vụ").click()
    both(visit, "stop-01-service")
    page.get_by_role("link", name="Ngừng sử dụng dịch vụ").click()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("alert")).to_contain_text("Chưa ghi lý do ngừng")
    both(visit, "stop-02-no-reason")
    page.get_by_label("Lý do ngừng").fill("Giải thể doanh nghiệp")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("heading", name="Xác nhận ngừng sử dụng dịch vụ")).to_be_visible()
    both(visit, "stop-03-confirm")
    page.get_by_role("button", name="Ngừng sử dụng dịch vụ").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ngừng nộp hồ sơ khai thuế qua mạng")
    both(visit, "stop-04-stopped")
    assert "MẪU B" in mailed(portal, "ke-toan@mau-b.example.vn", r"(.*đã ngừng nộp hồ sơ.*)\n")
    page.get_by_role("link", name="Tra cứu").click()
    expect(page.get_by_role("heading", name="Tờ khai đã nộp")).to_be_visible()
    page.goto("/service/")
    page.get_by_role("link", name=re.compile("Đăng ký sử dụng lại")).first.click()
    expect(page.get_by_role("heading", name="Đăng ký nộp hồ sơ khai thuế qua mạng")).to_be_visible()
    visit.complaints[:] = [text for text in visit.complaints if "422" not in text]
