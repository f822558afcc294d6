"""Logging in, in a real browser: second factor, recovery code, sessions, mailed code, new password."""

import base64
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from playwright.sync_api import Browser, Page, expect

from tests.e2e.served import Portal, Visit

pytestmark = pytest.mark.e2e

LOGIN, PASSWORD = "mau-a", "khaithue-demo-2026"
NEW_PASSWORD = "con mèo nhảy qua ba cái ghế"  # noqa: S105  # of a demo that lives for one test
STEP = 30


@pytest.fixture
def other(chromium: Browser, portal: Portal) -> Iterator[Page]:
    """Another browser of the same person: a telephone."""
    context = chromium.new_context(
        base_url=portal.address,
        locale="vi-VN",
        viewport={"width": 360, "height": 740},
        user_agent="Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/138.0 Mobile Safari/537.36",
    )
    yield context.new_page()
    context.close()


def test_second_factor_recovery_code_and_sessions(visit: Visit, other: Page, tmp_path: Path) -> None:
    page = visit.page
    _wrong_password(visit)
    _password(page)
    expect(page.get_by_role("heading", name="Việc phải làm", level=1)).to_be_visible()
    page.get_by_role("link", name="Tài khoản").click()
    _both(visit, "login-02-security")
    secret, codes = _turn_on(visit, tmp_path)
    page.get_by_role("button", name="Đăng xuất").click()
    _password(page)
    _both(visit, "login-05-second")
    used = _code(page, secret, after=0)
    expect(page.get_by_role("heading", name="Việc phải làm", level=1)).to_be_visible()
    _password(other)
    other.get_by_label("Mã xác thực").fill(used)
    other.get_by_role("button", name="Xác nhận").click()
    expect(other.get_by_role("alert")).to_contain_text("Mã không đúng hoặc đã dùng rồi")
    other.get_by_label("Mã xác thực").fill(codes[0])
    other.get_by_role("button", name="Xác nhận").click()
    expect(other.get_by_role("heading", name="Việc phải làm", level=1)).to_be_visible()
    _end_the_other(visit, other)
    _turn_off(visit)


def test_a_mailed_code_logs_in_and_a_mailed_link_sets_a_new_password(visit: Visit, portal: Portal) -> None:
    page = visit.page
    page.goto("/login/")
    page.get_by_role("link", name="Đăng nhập bằng mã gửi qua thư điện tử").click()
    _both(visit, "login-08-code")
    page.get_by_label("Tên đăng nhập hoặc thư điện tử").fill("mau-a@example.vn")
    page.get_by_role("button", name="Gửi mã").click()
    _both(visit, "login-09-code-enter")
    page.get_by_label("Mã trong thư").fill(_mailed(portal, r"Mã xác nhận của bạn: (\d{6})"))
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("heading", name="Việc phải làm", level=1)).to_be_visible()
    page.get_by_role("button", name="Đăng xuất").click()
    page.get_by_role("link", name="Quên mật khẩu?").click()
    _both(visit, "login-10-forgotten")
    page.get_by_label("Tên đăng nhập hoặc thư điện tử").fill(LOGIN)
    page.get_by_role("button", name="Gửi liên kết").click()
    expect(page.get_by_role("status")).to_contain_text("Nếu tài khoản đó có trong hệ thống")
    _both(visit, "login-11-link-sent")
    page.goto(_mailed(portal, r"(http://\S+/password/new/\S+)"))
    _new_password(visit, "ngắn", "khác")
    expect(page.get_by_role("alert")).to_contain_text("Hai lần nhập mật khẩu mới không giống nhau")
    _both(visit, "login-12-new-password")
    _new_password(visit, NEW_PASSWORD, NEW_PASSWORD)
    expect(page.get_by_role("status")).to_contain_text("Đã đặt mật khẩu mới")
    _both(visit, "login-13-set")
    _password(page, NEW_PASSWORD)
    _change_back(visit)


def _wrong_password(visit: Visit) -> None:
    visit.page.goto("/login/")
    _both(visit, "login-00-login")
    _password(visit.page, "sai")
    expect(visit.page.get_by_role("alert")).to_have_text("Tên đăng nhập hoặc mật khẩu không đúng.")
    visit.page.get_by_label("Mật khẩu").fill("thấy được")
    visit.page.get_by_role("button", name="Hiện").click()
    expect(visit.page.get_by_label("Mật khẩu")).to_have_attribute("type", "text")
    _both(visit, "login-01-wrong")


def _password(page: Page, password: str = PASSWORD) -> None:
    page.goto("/login/")
    page.get_by_label("Tên đăng nhập").fill(LOGIN)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


def _turn_on(visit: Visit, folder: Path) -> tuple[str, list[str]]:
    page = visit.page
    page.get_by_role("link", name="Bật xác thực hai bước").click()
    secret = page.locator(".key").inner_text().replace(" ", "")
    expect(page.get_by_role("img", name=re.compile("Mã QR"))).to_be_visible()
    _both(visit, "login-03-enrol")
    page.get_by_label("Mã 6 chữ số").fill(_now(secret))
    page.get_by_role("button", name="Bật xác thực hai bước").click()
    codes = page.locator(".codes li").all_inner_texts()
    assert len(set(codes)) == 10
    _both(visit, "login-04-recovery")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải về tệp văn bản").click()
    assert download.value.suggested_filename == "khaithue-ma-khoi-phuc.txt"
    download.value.save_as(folder / "codes.txt")
    assert (folder / "codes.txt").read_text(encoding="utf-8").split("\n")[2:12] == codes
    page.get_by_role("link", name="Tôi đã cất các mã").click()
    return secret, codes


def _code(page: Page, secret: str, after: int) -> str:
    """Type the code of the next step: that of the step before was taken to turn the factor on."""
    code = _now(secret, ahead=1)
    page.get_by_label("Mã xác thực").fill(code)
    page.get_by_role("button", name="Xác nhận").click()
    return code


def _now(secret: str, ahead: int = 0) -> str:
    key = base64.b32decode(secret)
    return TOTP(key, 6, SHA1(), STEP).generate(time.time() + ahead * STEP).decode()  # noqa: S303  # as programs do


def _end_the_other(visit: Visit, other: Page) -> None:
    page = visit.page
    page.goto("/account/security/")
    row = page.get_by_role("row").filter(has_text="Chrome · Android")
    expect(page.get_by_role("row").filter(has_text="Phiên này")).to_be_visible()
    _both(visit, "login-06-sessions")
    row.get_by_role("button", name="Kết thúc").click()
    expect(page.get_by_role("status")).to_have_text("Đã kết thúc phiên đăng nhập.")
    expect(row).to_have_count(0)
    other.goto("/")
    expect(other.get_by_role("heading", name="Đăng nhập")).to_be_visible()


def _turn_off(visit: Visit) -> None:
    page = visit.page
    page.goto("/account/confirm/?next=/account/second-factor/off/")
    _both(visit, "login-07-confirm")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Xác nhận", exact=True).click()
    page.get_by_role("button", name="Tắt xác thực hai bước").click()
    expect(page.get_by_role("status")).to_have_text("Đã tắt xác thực hai bước.")


def _new_password(visit: Visit, new: str, again: str) -> None:
    visit.page.get_by_label("Mật khẩu mới", exact=True).fill(new)
    visit.page.get_by_label("Nhập lại mật khẩu mới").fill(again)
    visit.page.get_by_role("button", name=re.compile("^(Đặt|Đổi) mật khẩu")).click()


def _change_back(visit: Visit) -> None:
    visit.page.goto("/account/password/")
    _both(visit, "login-14-change")
    visit.page.get_by_label("Mật khẩu hiện tại").fill(NEW_PASSWORD)
    _new_password(visit, PASSWORD, PASSWORD)
    expect(visit.page.get_by_role("heading", name="Tài khoản và bảo mật")).to_be_visible()


def _mailed(portal: Portal, pattern: str) -> str:
    while True:
        body = portal.mail.get(timeout=60).get_body(("plain",))
        found = re.search(pattern, body.get_content()) if body else None
        if found:
            return found[1]


def _both(visit: Visit, name: str) -> None:
    """Pictures on a desk and on a telephone, where nothing may stand out sideways."""
    visit.shot(name)
    visit.page.set_viewport_size({"width": 360, "height": 740})
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
    visit.shot(f"{name}-360")
    visit.page.set_viewport_size({"width": 1280, "height": 900})


def test_the_fifth_wrong_password_says_when_the_next_is_taken(visit: Visit) -> None:
    visit.page.goto("/login/")
    for _ in range(5):
        visit.page.get_by_label("Tên đăng nhập").fill("0100000000")
        visit.page.get_by_label("Mật khẩu").fill("sai")
        visit.page.get_by_role("button", name="Đăng nhập").click()
    expect(visit.page.get_by_role("alert")).to_contain_text(re.compile(r"thử lại được từ \d\d:\d\d \d\d/"))
    _both(visit, "login-15-locked")
    visit.complaints[:] = [text for text in visit.complaints if "429" not in text]


def test_without_javascript_one_logs_in_and_sees_the_key_and_the_codes(
    chromium: Browser, portal: Portal
) -> None:
    context = chromium.new_context(base_url=portal.address, locale="vi-VN", java_script_enabled=False)
    page = context.new_page()
    page.goto("/login/")
    expect(page.get_by_role("button", name="Hiện")).to_have_count(0)
    _password(page)
    page.goto("/account/second-factor/on/")
    expect(page.locator(".qr svg")).to_be_visible()
    page.get_by_label("Mã 6 chữ số").fill(_now(page.locator(".key").inner_text().replace(" ", "")))
    page.get_by_role("button", name="Bật xác thực hai bước").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.goto("/account/second-factor/off/")
    page.get_by_role("button", name="Tắt xác thực hai bước").click()
    expect(page.get_by_role("status")).to_have_text("Đã tắt xác thực hai bước.")
    context.close()
