"""Setting up, in a real browser: forms registered, a return that is not caught and registered, one ended."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.served import Visit

pytestmark = pytest.mark.e2e

LOGIN, PASSWORD = "dai-ly", "khaithue-demo-2026"


def test_forms_are_registered_confirmed_caught_and_ended(visit: Visit) -> None:
    page = visit.page
    _log_in(page)
    page.get_by_role("link", name="Thông tin", exact=True).click()
    page.get_by_role("link", name="Đăng ký tờ khai").click()
    _both(visit, "setup-01-forms")
    _wrong_period(visit)
    _register(visit)
    _caught_and_registered(visit)
    _end(visit)


def _wrong_period(visit: Visit) -> None:
    page = visit.page
    page.locator("input[value='04/GTGT']").check()
    page.get_by_label("04/GTGT: khai theo").select_option("quarter")
    page.get_by_label("04/GTGT: kỳ bắt đầu").fill("tháng sau")
    page.get_by_role("button", name="Xem lại danh sách").click()
    expect(page.get_by_role("alert")).to_contain_text("FORM-PERIOD")
    expect(page.locator("input[value='04/GTGT']")).to_be_checked()
    expect(page.get_by_label("04/GTGT: khai theo")).to_have_value("quarter")
    _both(visit, "setup-02-wrong")
    visit.complaints[:] = [text for text in visit.complaints if "422" not in text]


def _register(visit: Visit) -> None:
    page = visit.page
    page.get_by_label("04/GTGT: kỳ bắt đầu").fill("Q1/2026")
    page.locator("input[value='01/NTNN']").check()
    page.get_by_role("button", name="Xem lại danh sách").click()
    expect(page.get_by_role("heading", name="Xác nhận danh sách tờ khai")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="04/GTGT")
    expect(row).to_contain_text("quý 1/2026")
    expect(row).to_contain_text("04/05/2026")
    _both(visit, "setup-03-review")
    page.get_by_role("button", name="Xác nhận đăng ký").click()
    expect(page.get_by_role("status")).to_have_text("Đã đăng ký 2 loại tờ khai.")
    expect(_registered(page, "04/GTGT")).to_contain_text("Đang nộp")
    _both(visit, "setup-04-registered")


def _caught_and_registered(visit: Visit) -> None:
    page = visit.page
    page.goto("/")
    page.get_by_label("Mẫu tờ khai").select_option("DS_CTIET_TNCN")
    page.get_by_label("Kỳ tính thuế").fill("20/06/2026")
    page.get_by_role("button", name="Lập tờ khai", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Chưa đăng ký nộp mẫu DS_CTIET_TNCN qua mạng")
    _both(visit, "setup-05-caught")
    page.get_by_role("button", name="Đăng ký và lập tờ khai").click()
    expect(page.locator("#fill")).to_be_visible()
    expect(page.get_by_role("status").first).to_contain_text("Đã đăng ký mẫu DS_CTIET_TNCN.")
    visit.shot("setup-06-draft")
    visit.complaints[:] = [text for text in visit.complaints if "422" not in text]


def _end(visit: Visit) -> None:
    page = visit.page
    page.goto("/registered-forms/")
    page.get_by_role("link", name="Ngừng 04/GTGT").click()
    page.get_by_label("Kỳ cuối cùng nộp qua mạng").fill("Q4/2025")
    page.get_by_role("button", name="Ngừng đăng ký").click()
    expect(page.get_by_role("alert")).to_contain_text("FORM-END-BEFORE-START")
    _both(visit, "setup-07-end")
    page.get_by_label("Kỳ cuối cùng nộp qua mạng").fill("Q1/2026")
    page.get_by_role("button", name="Ngừng đăng ký").click()
    expect(page.get_by_role("status")).to_have_text("Đã ngừng đăng ký mẫu 04/GTGT.")
    expect(_registered(page, "04/GTGT")).to_contain_text("Đã ngừng")
    visit.shot("setup-08-ended")
    visit.complaints[:] = [text for text in visit.complaints if "422" not in text]


def _registered(page: Page, form: str) -> Locator:
    list_ = page.get_by_role("region", name="Danh sách tờ khai nộp qua mạng")
    return list_.get_by_role("row").filter(has_text=form)


def _log_in(page: Page) -> None:
    page.goto("/login/")
    page.get_by_label("Tên đăng nhập").fill(LOGIN)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("heading", name="Việc phải làm", level=1)).to_be_visible()


def _both(visit: Visit, name: str) -> None:
    """Pictures on a desk and on a telephone, where nothing may stand out sideways."""
    visit.shot(name)
    visit.page.set_viewport_size({"width": 360, "height": 740})
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
    visit.shot(f"{name}-360")
    visit.page.set_viewport_size({"width": 1280, "height": 900})
