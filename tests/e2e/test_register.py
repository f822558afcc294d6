"""From the first paper to the first log-in: applicant, officer, e-mails, activation; and a refusal."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.served import Portal, Visit

pytestmark = pytest.mark.e2e

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

MST, NAME, EMAIL = "0319900051", "CÔNG TY TNHH MẪU C", "ke-toan@mau-c.example.vn"
PERSON, PERSON_EMAIL = "079085000001", "an@nguyen.example.vn"
SENTENCE = "con mèo nhảy qua ba cái ghế"


def test_from_the_application_to_the_first_log_in(visit: Visit, officer: Visit, portal: Portal) -> None:
    page = visit.page
    page.goto("/login/")
    page.get_by_role("link", name=re.compile("Đăng ký nộp hồ sơ khai thuế qua mạng")).click()
    both(visit, "register-01-form")
    _wrong_first(visit, portal)
    _right(page)
    _both_certificate(visit)
    page.get_by_label("Mã trong thư").fill("000000")
    page.get_by_role("button", name="Gửi hồ sơ đăng ký").click()
    expect(page.get_by_role("alert")).to_contain_text("Mã xác nhận thư điện tử không đúng")
    page.get_by_label("Mã trong thư").fill(mailed(portal, EMAIL, r"Mã xác nhận thư điện tử: (\d{6})"))
    page.get_by_role("button", name="Gửi hồ sơ đăng ký").click()
    expect(page.get_by_role("heading", name="Phiếu hẹn trả kết quả")).to_be_visible()
    both(visit, "register-04-slip")
    slip = page.url
    assert mailed(portal, EMAIL, r"(http\S+/register/slip/\S+)") == slip
    _granted(officer)
    page.goto(slip)
    expect(page.get_by_text("Đã chấp nhận. Mở thư")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Thông báo (PDF)").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    both(visit, "register-08-slip-granted")
    link = mailed(portal, EMAIL, r"(http\S+/activate/\S+)")
    _activated(visit, link)
    page.get_by_role("button", name="Đăng xuất").click()
    page.goto(link)
    expect(page.get_by_role("alert")).to_contain_text("Liên kết kích hoạt này đã dùng rồi")
    both(visit, "register-11-link-used")
    visit.complaints[:] = [text for text in visit.complaints if "422" not in text and "410" not in text]
    page.get_by_role("link", name="Đăng nhập").click()
    page.get_by_label("Tên đăng nhập").fill(MST)
    page.get_by_label("Mật khẩu").fill(SENTENCE)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("heading", name="Việc phải làm", level=1)).to_be_visible()
    page.goto("/service/")
    expect(page.get_by_text("Đang sử dụng")).to_be_visible()
    both(visit, "register-12-service")


def test_a_person_without_certificate_is_refused_with_a_reason(
    visit: Visit, officer: Visit, portal: Portal
) -> None:
    page = visit.page
    page.goto("/register/")
    fill(page, PERSON, "NGUYỄN THỊ AN", PERSON_EMAIL, PERSON_EMAIL)
    page.get_by_label(re.compile("Cá nhân chưa có chứng thư số")).check()
    page.get_by_role("button", name="Kiểm tra và xem lại").click()
    both(visit, "register-20-person-review")
    page.get_by_label("Mã trong thư").fill(mailed(portal, PERSON_EMAIL, r"Mã xác nhận thư điện tử: (\d{6})"))
    page.get_by_role("button", name="Gửi hồ sơ đăng ký").click()
    both(visit, "register-21-person-slip")
    slip = page.url
    desk = officer.page
    desk.goto("/office/applications/")
    desk.get_by_role("link", name="NGUYỄN THỊ AN").click()
    desk.get_by_role("button", name="Chấp nhận đăng ký", exact=True).click()
    expect(desk.get_by_role("alert")).to_contain_text("chưa được đối chiếu giấy tờ tùy thân")
    both(officer, "register-22-officer-id")
    reason = "Chưa mang căn cước đến đối chiếu; mời đến bộ phận một cửa rồi đăng ký lại."
    desk.get_by_label("Lý do và việc người nộp thuế cần làm").fill(reason)
    desk.get_by_role("button", name="Không chấp nhận đăng ký").click()
    expect(desk.get_by_role("status")).to_contain_text("Đã trả lời không chấp nhận")
    both(officer, "register-23-officer-refused")
    assert reason in mailed(portal, PERSON_EMAIL, r"Lý do: (.*)\n")
    page.goto(slip)
    expect(page.get_by_text(reason)).to_be_visible()
    both(visit, "register-24-slip-refused")


def _wrong_first(visit: Visit, portal: Portal) -> None:
    """The e-mail mistyped and the key's file instead of the certificate's."""
    page = visit.page
    fill(page, MST, NAME, EMAIL, "ke-toan@mau-d.example.vn")
    page.get_by_label("Tệp chứng thư số").set_input_files(portal.data / "demo" / f"{MST}.p12")
    page.get_by_role("button", name="Kiểm tra và xem lại").click()
    expect(page.get_by_role("alert")).to_contain_text("Hai lần ghi địa chỉ thư điện tử không giống nhau")
    expect(page.get_by_role("alert")).to_contain_text("khóa bí mật không bao giờ được gửi cho ai")
    both(visit, "register-02-wrong")
    page.get_by_label("Tệp chứng thư số").set_input_files(portal.data / "demo" / f"{MST}.cer")


def _right(page: Page) -> None:
    page.get_by_label("Nhập lại thư điện tử").fill(EMAIL)
    page.get_by_role("button", name="Kiểm tra và xem lại").click()


def _both_certificate(visit: Visit) -> None:
    certificate = visit.page.get_by_role("region", name="Chứng thư số")
    for words in (NAME, MST, "KHAITHUE DEMO CA", "01/01/2020 – 01/01/2045", "chưa bị thu hồi"):
        expect(certificate).to_contain_text(words)
    expect(visit.page.get_by_text("TỜ KHAI ĐĂNG KÝ GIAO DỊCH THUẾ ĐIỆN TỬ")).to_be_visible()
    both(visit, "register-03-review")


def _granted(officer: Visit) -> None:
    desk = officer.page
    expect(desk.get_by_role("heading", name="Việc chờ xử lý", level=1)).to_be_visible()
    desk.reload()
    both(officer, "register-05-office-home")
    desk.get_by_role("link", name="Xem hồ sơ đăng ký").click()
    both(officer, "register-06-office-queue")
    desk.get_by_role("link", name=NAME).click()
    both(officer, "register-07-office-application")
    desk.get_by_role("button", name="Chấp nhận đăng ký", exact=True).click()
    expect(desk.get_by_role("status")).to_contain_text("Đã chấp nhận hồ sơ")
    both(officer, "register-07b-office-granted")


def _activated(visit: Visit, link: str) -> None:
    page = visit.page
    page.goto(link)
    expect(page.get_by_text(MST)).to_be_visible()
    assert page.url.endswith("/activate/set/")
    page.get_by_label("Mật khẩu mới", exact=True).fill("0319900051")
    page.get_by_label("Nhập lại mật khẩu mới").fill("0319900051")
    page.get_by_role("button", name="Đặt mật khẩu và đăng nhập").click()
    expect(page.get_by_role("alert")).to_be_visible()
    both(visit, "register-09-activate")
    page.get_by_label("Mật khẩu mới", exact=True).fill(SENTENCE)
    page.get_by_label("Nhập lại mật khẩu mới").fill(SENTENCE)
    page.get_by_role("button", name="Đặt mật khẩu và đăng nhập").click()
    expect(page.get_by_role("heading", name="Việc phải làm", level=1)).to_be_visible()
    both(visit, "register-10-first-log-in")


def fill(page: Page, mst: str, name: str, email: str, again: str) -> None:
    """Fill the facts of a registration."""
    page.get_by_label("Mã số thuế").fill(mst)
    page.get_by_label("Tên người nộp thuế").fill(name)
    page.get_by_label("Cơ quan thuế quản lý trực tiếp").select_option("70123")
    page.get_by_label("Thư điện tử", exact=True).fill(email)
    page.get_by_label("Nhập lại thư điện tử").fill(again)
    page.get_by_label("Điện thoại").fill("0912 345 678")
    page.get_by_label("Người đăng ký").fill("NGUYỄN VĂN C")


def mailed(portal: Portal, recipient: str, pattern: str) -> str:
    """What the next fitting e-mail to that address says."""
    while True:
        message = portal.mail.get(timeout=60)
        body = message.get_body(("plain",))
        found = re.search(pattern, body.get_content()) if body and recipient in str(message["To"]) else None
        if found:
            return found[1]


def both(visit: Visit, name: str) -> None:
    """Pictures on a desk and on a telephone; no barrier axe-core knows, nothing stands out sideways."""
    visit.shot(name)
    found = Axe().run(visit.page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    assert not found.violations_count, f"{name}: {found.generate_report()}"
    visit.page.set_viewport_size({"width": 360, "height": 740})
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360, name
    visit.shot(f"{name}-360")
    visit.page.set_viewport_size({"width": 1280, "height": 900})
