"""The instructions of the boxes in a real browser, by mouse, keyboard and without script."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.served import Portal, Visit

pytestmark = pytest.mark.e2e

LOGIN, PASSWORD = "mau-b", "khaithue-demo-2026"


def test_the_instruction_of_a_box_opens_beside_it_and_moves_nothing_above(visit: Visit) -> None:
    page = visit.page
    _start(page, "01/GTGT", "Q1/2026")
    help_ = _of_box(page, "22")
    expect(help_.locator("p")).to_be_hidden()
    box, button = page.locator("[id='c-22']"), help_.locator("summary")
    button.scroll_into_view_if_needed()
    before, stood = button.bounding_box(), box.bounding_box()
    button.click()
    expect(page.locator("[id='h-22']")).to_contain_text("[43]")
    after, stands = button.bounding_box(), box.bounding_box()
    assert before == after
    assert stood
    assert stands
    assert (stood["x"], stood["width"]) == (stands["x"], stands["width"])
    expect(page.locator("[id='c-22']")).to_have_accessible_description("[22] " + _text(page, "h-22"))
    visit.shot("help-box")


def test_the_instructions_of_columns_open_by_keyboard(visit: Visit) -> None:
    page = visit.page
    _start(page, "05/QTT-TNCN", "2022")
    page.get_by_text("Thêm phụ lục").click()
    page.locator("button[value='add-appendix:PLuc_05_1_BK_QTT']").click()
    summary = page.locator("#part-PLuc_05_1_BK_QTT .columns-help > summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[id='h-people[12]']")).to_be_visible()
    visit.shot("help-columns")
    page.keyboard.press("Enter")
    expect(page.locator("[id='h-people[12]']")).to_be_hidden()


def test_instructions_fit_a_screen_of_360_pixels(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": 360, "height": 740})
    _start(page, "01/GTGT", "Q4/2025")
    for code in ("01a", "23", "37"):
        _of_box(page, code).locator("summary").click()
    expect(page.locator("[id='h-24']")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    visit.shot("help-360")


def test_instructions_open_without_any_script(portal: Portal, chromium: Browser) -> None:
    context = chromium.new_context(base_url=portal.address, locale="vi-VN", java_script_enabled=False)
    page = context.new_page()
    _start(page, "01/GTGT", "Q3/2025")
    _of_box(page, "25").locator("summary").click()
    expect(page.locator("[id='h-25']")).to_be_visible()
    context.close()


def _of_box(page: Page, code: str) -> Locator:
    return page.locator("details.help").filter(has=page.locator(f"[id='h-{code}']"))


def _text(page: Page, id_: str) -> str:
    return page.locator(f"[id='{id_}']").inner_text().removeprefix("[22] ")


def _start(page: Page, form: str, period: str) -> None:
    page.goto("/")
    page.get_by_label("Tên đăng nhập").fill(LOGIN)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_label("Mẫu tờ khai").select_option(form)
    page.get_by_label("Kỳ tính thuế").fill(period)
    page.get_by_role("button", name="Lập tờ khai", exact=True).click()
    expect(page.locator("#fill")).to_be_visible()
