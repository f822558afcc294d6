"""A person without a certificate: registered, seen by the officer, a return filled and confirmed by code."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.served import Portal, Visit
from tests.e2e.test_register import both, fill, mailed

pytestmark = pytest.mark.e2e

MST, NAME, EMAIL = "079085000001", "NGUYỄN THỊ AN", "an@nguyen.example.vn"
ORGANISATION = "0319900051"
SENTENCE = "con mèo nhảy qua ba cái ghế"
CODE = r"Mã xác nhận của bạn: (\d{6})"
FIGURES = {
    "12": "ĐẠI SỨ QUÁN MẪU",
    "20": "150000000",
    "21": "6000000",
    "23": "33000000",
    "24": "13200000",
    "25": "300000",
    "26": "9000000",
    "27": "1500000",
    "29": "12450000",
}
"""A quarter's salary of an embassy, from which nobody withholds."""


def test_from_registering_without_certificate_to_the_receipt(
    visit: Visit, officer: Visit, portal: Portal
) -> None:
    page = visit.page
    _apply(visit, portal)
    _granted_once_the_paper_was_seen(officer)
    _activate(page, mailed(portal, EMAIL, r"(http\S+/activate/\S+)"))
    _fill(visit)
    page.get_by_role("button", name="Xem lại và nộp bằng mã").click()
    expect(page.get_by_text("Chưa ký: xác nhận bằng mã gửi đến a***@nguyen.example.vn.")).to_be_visible()
    both(visit, "by-code-05-review")
    page.get_by_role("button", name="Gửi mã xác nhận").click()
    expect(page.get_by_role("heading", name="Xác nhận và nộp tờ khai")).to_be_visible()
    both(visit, "by-code-06-code")
    _wrong(visit, mailed(portal, EMAIL, CODE))
    page.get_by_role("button", name="Gửi mã khác").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_label("Mã trong thư").fill(mailed(portal, EMAIL, CODE))
    page.get_by_role("button", name="Xác nhận và nộp tờ khai").click()
    expect(page.get_by_role("heading", name="Đã tiếp nhận tờ khai")).to_be_visible()
    expect(page.get_by_text("mã gửi đến a***@nguyen.example.vn")).to_be_visible()
    both(visit, "by-code-08-receipt")
    filed = page.locator("#transaction-code").inner_text()
    page.go_back()
    expect(page.locator("#transaction-code")).to_have_text(filed)
    page.get_by_role("link", name="Xem hồ sơ").click()
    expect(page.get_by_text("Xác nhận tờ khai bằng mã")).to_be_visible()
    expect(page.locator("article.paper")).to_contain_text("Xác nhận điện tử bởi: NGUYỄN THỊ AN")
    both(visit, "by-code-09-filing")
    page.get_by_role("link", name="Thông tin", exact=True).click()
    both(visit, "by-code-10-details")
    page.goto("/account/certificates/")
    expect(page.get_by_text("mã không dùng nữa")).to_be_visible()
    both(visit, "by-code-11-certificates")
    page.goto("/file/")
    both(visit, "by-code-12-upload")


def _apply(visit: Visit, portal: Portal) -> None:
    """An organisation is asked for its certificate, a person is not."""
    page = visit.page
    page.goto("/register/")
    fill(page, ORGANISATION, NAME, EMAIL, EMAIL)
    page.get_by_role("button", name="Kiểm tra và xem lại").click()
    expect(page.get_by_role("alert")).to_contain_text("REG-CERT-MISSING")
    visit.complaints[:] = [text for text in visit.complaints if "422" not in text]
    page.get_by_label("Mã số thuế").fill(MST)
    page.get_by_label(re.compile("Cá nhân chưa có chứng thư số")).check()
    both(visit, "by-code-01-register")
    page.get_by_role("button", name="Kiểm tra và xem lại").click()
    page.get_by_label("Mã trong thư").fill(mailed(portal, EMAIL, r"Mã xác nhận thư điện tử: (\d{6})"))
    page.get_by_role("button", name="Gửi hồ sơ đăng ký").click()
    expect(page.get_by_text("mang giấy tờ tùy thân đến cơ quan thuế")).to_be_visible()


def _granted_once_the_paper_was_seen(officer: Visit) -> None:
    desk = officer.page
    desk.goto("/office/applications/")
    desk.get_by_role("link", name=NAME).click()
    both(officer, "by-code-02-officer")
    desk.get_by_role("button", name="Chấp nhận đăng ký", exact=True).click()
    expect(desk.get_by_role("alert")).to_contain_text("REG-ID-NOT-SEEN")
    desk.get_by_label("Đã đối chiếu giấy tờ tùy thân của người đăng ký").check()
    desk.get_by_role("button", name="Chấp nhận đăng ký", exact=True).click()
    expect(desk.get_by_role("status")).to_contain_text("Đã chấp nhận hồ sơ")


def _activate(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Mật khẩu mới", exact=True).fill(SENTENCE)
    page.get_by_label("Nhập lại mật khẩu mới").fill(SENTENCE)
    page.get_by_role("button", name="Đặt mật khẩu và đăng nhập").click()
    expect(page.get_by_role("heading", name="Việc phải làm", level=1)).to_be_visible()


def _fill(visit: Visit) -> None:
    page = visit.page
    page.get_by_label("Mẫu tờ khai").select_option("02/KK-TNCN")
    page.get_by_label("Kỳ tính thuế").fill("Q2/2025")
    page.get_by_role("button", name="Lập tờ khai", exact=True).click()
    page.get_by_role("button", name="Đăng ký và lập tờ khai").click()
    visit.complaints[:] = [text for text in visit.complaints if "422" not in text]
    for box, figure in FIGURES.items():
        page.locator(f"[id='c-{box}']").fill(figure)
    expect(page.locator("[id='c-28']")).to_have_text("87.000.000")
    page.locator("[id='c-header[nguoiKy]']").fill(NAME)
    expect(page.locator("#save-state")).to_contain_text("Đã lưu lúc")
    visit.shot("by-code-03-filled")
    page.get_by_role("button", name="Nộp tờ khai").click()
    expect(page.get_by_role("heading", name="Nộp tờ khai", level=1)).to_be_visible()
    both(visit, "by-code-04-file")


def _wrong(visit: Visit, code: str) -> None:
    page = visit.page
    page.get_by_label("Mã trong thư").fill(f"{(int(code) + 1) % 1_000_000:06}")
    page.get_by_role("button", name="Xác nhận và nộp tờ khai").click()
    expect(page.get_by_role("alert")).to_contain_text("FILE-CODE-WRONG")
    both(visit, "by-code-07-wrong")
    visit.complaints[:] = [text for text in visit.complaints if "422" not in text]
