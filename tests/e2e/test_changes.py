"""Changing an account, in a real browser: e-mail, telephone, certificate, sub-account, agent."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from playwright.sync_api import Browser, Page, expect

from khaithue.portal.demo.people import KEY_PASSWORD
from tests.e2e.served import Portal, Visit
from tests.e2e.test_every_page import RULES

pytestmark = pytest.mark.e2e

LOGIN, PASSWORD = "mau-a", "khaithue-demo-2026"
MST, OTHER, AGENT = "0319900012", "0319900037", "0319900044"
NEW_PASSWORD = "ba con mèo ngủ trên mái nhà"  # noqa: S105  # of a demo that lives for one test


@pytest.fixture
def other(chromium: Browser, portal: Portal) -> Iterator[Page]:
    """Another person's browser, on a telephone."""
    context = chromium.new_context(
        base_url=portal.address, locale="vi-VN", viewport={"width": 360, "height": 740}
    )
    yield context.new_page()
    context.close()


def test_contacts_are_confirmed_before_they_count(visit: Visit, portal: Portal) -> None:
    page = visit.page
    _log_in(page, LOGIN)
    page.get_by_role("link", name="Thông tin", exact=True).click()
    _both(visit, "changes-01-details")
    page.get_by_role("link", name="Đổi thư điện tử").click()
    page.get_by_label("Thư điện tử mới").fill("ke-toan@mau-b.example.vn")
    page.get_by_role("button", name="Gửi liên kết xác nhận").click()
    expect(page.get_by_role("alert")).to_contain_text("EMAIL-OF-ANOTHER")
    _both(visit, "changes-02-email")
    page.get_by_label("Thư điện tử mới").fill("phong-thue@mau-a.example.vn")
    page.get_by_role("button", name="Gửi liên kết xác nhận").click()
    expect(page.get_by_role("region", name="Thư điện tử")).to_contain_text("Đang chờ xác nhận")
    _both(visit, "changes-03-waiting")
    links = {_mailed(portal, r"(http://\S+/contact/[\w-]+/)\s") for _ in range(2)}
    for number, link in enumerate(sorted(links)):
        page.goto(link)
        page.get_by_role("button", name="Xác nhận").click()
        said = ("Còn chờ địa chỉ kia", "Cả hai địa chỉ đã xác nhận")[number]
        expect(page.get_by_role("status")).to_contain_text(said)
        _both(visit, f"changes-04-confirmed-{number}")
    page.goto("/account/details/")
    expect(page.get_by_role("region", name="Thư điện tử")).to_contain_text("phong-thue@mau-a.example.vn")
    page.get_by_role("link", name="Đổi số điện thoại").click()
    page.get_by_label("Số điện thoại mới").fill("0903 123 456")
    page.get_by_role("button", name="Gửi mã xác nhận").click()
    page.get_by_label("Mã trong thư").fill(_mailed(portal, r"Mã xác nhận của bạn: (\d{6})"))
    _both(visit, "changes-05-phone")
    page.get_by_role("button", name="Xác nhận", exact=True).click()
    expect(page.get_by_role("region", name="Số điện thoại")).to_contain_text("0903123456")
    _told_on_the_form(visit)
    _forget_refusals(visit)


def _told_on_the_form(visit: Visit) -> None:
    """Each change is a dossier in look-up: the form of circular 19 filled, with the answer to it."""
    page = visit.page
    page.get_by_role("link", name="Tra cứu").click()
    page.get_by_role("link", name="Hồ sơ đăng ký, thay đổi").click()
    expect(page.get_by_role("row").filter(has_text="02/ĐK-TĐT")).to_have_count(2)
    _both(visit, "changes-05a-dossiers")
    page.get_by_role("row").filter(has_text="02/ĐK-TĐT").first.locator("a.main").click()
    expect(page.locator("main")).to_contain_text("Số điện thoại: 0903123456")
    _both(visit, "changes-05b-dossier")
    assert not Axe().run(page, options={"runOnly": RULES}).violations_count
    with page.expect_download() as sent:
        page.get_by_role("link", name="Tải bản PDF").click()
    assert sent.value.path().read_bytes().startswith(b"%PDF-")
    page.get_by_role("link", name="03/TB-TĐT").click()
    expect(page.get_by_role("link", name="Thay đổi thông tin")).to_be_visible()
    _both(visit, "changes-05c-answer")


def test_a_certificate_is_read_before_it_is_registered(visit: Visit, portal: Portal, tmp_path: Path) -> None:
    page = visit.page
    _log_in(page, LOGIN)
    page.goto("/account/certificates/")
    _both(visit, "changes-06-certificates")
    _hand_in(page, _certificate(portal, OTHER, tmp_path))
    expect(page.get_by_role("alert")).to_contain_text("CERT-OTHER-MST")
    _both(visit, "changes-07-other")
    page.goto("/account/certificates/")
    _hand_in(page, portal.data / "demo" / f"{MST}.p12")
    expect(page.get_by_role("alert")).to_contain_text("CERT-FILE-PRIVATE")
    page.get_by_role("link", name=re.compile("^Ngừng")).click()
    expect(page.get_by_text("Đây là chứng thư số cuối cùng")).to_be_visible()
    _both(visit, "changes-08-end")
    page.get_by_role("button", name="Ngừng chứng thư số").click()
    _hand_in(page, _certificate(portal, MST, tmp_path))
    expect(page.get_by_text("hạn báo cơ quan thuế là ngày")).to_be_visible()
    _both(visit, "changes-09-read")
    page.get_by_role("button", name="Đăng ký chứng thư số này").click()
    expect(page.get_by_role("status")).to_contain_text("Đã đăng ký chứng thư số")
    visit.shot("changes-10-registered")
    _forget_refusals(visit)


def test_a_sub_account_is_invited_accepted_and_changed(visit: Visit, portal: Portal, other: Page) -> None:
    page = visit.page
    _log_in(page, LOGIN)
    page.goto("/account/sub-accounts/")
    page.get_by_label("Thư điện tử của người được mời").fill("lan@mau-a.example.vn")
    _both(visit, "changes-11-subs")
    page.get_by_role("button", name="Gửi lời mời").click()
    expect(page.get_by_role("status")).to_contain_text("Đã gửi lời mời đến lan@mau-a.example.vn")
    visit.shot("changes-12-invited")
    other.goto(_mailed(portal, r"(http://\S+/invitation/[\w-]+/)\s"))
    other.get_by_label("Họ và tên").fill("TRẦN THỊ LAN")
    other.get_by_label("Tên đăng nhập").fill("lan.tran")
    other.get_by_label("Mật khẩu mới", exact=True).fill(NEW_PASSWORD)
    other.get_by_label("Nhập lại mật khẩu mới").fill(NEW_PASSWORD)
    assert other.evaluate("document.documentElement.scrollWidth") <= 360
    other.screenshot(path=_picture("changes-13-accept-360"), full_page=True)
    other.get_by_role("button", name="Tạo tài khoản và nhận").click()
    _log_in(other, "lan.tran", NEW_PASSWORD)
    expect(other.get_by_role("link", name="Nộp tệp đã ký")).to_have_count(0)
    page.goto("/account/sub-accounts/")
    page.get_by_role("link", name="Đổi quyền lan.tran").click()
    page.get_by_role("checkbox", name="Nộp tờ khai đã ký").check()
    _both(visit, "changes-14-rights")
    page.get_by_role("button", name="Lưu quyền").click()
    other.goto("/")
    expect(other.get_by_role("link", name="Nộp tệp đã ký")).to_be_visible()
    page.get_by_role("link", name="Đổi quyền lan.tran").click()
    page.get_by_role("button", name="Xóa tài khoản phụ").click()
    expect(page.get_by_role("status")).to_have_text("Đã xóa tài khoản phụ.")
    assert other.goto("/").status == 403  # type: ignore[union-attr]  # a page always answers
    page.goto("/dossiers/")
    page.get_by_role("row").filter(has_text="02/ĐK-TĐT").nth(1).locator("a.main").click()
    expect(page.locator("main")).to_contain_text("lan.tran")
    _both(visit, "changes-14a-accounts")


def test_an_agent_works_for_a_client_by_contract(visit: Visit, portal: Portal, other: Page) -> None:
    page = visit.page
    _log_in(page, LOGIN)
    page.goto("/account/agents/")
    page.get_by_label("Mã số thuế của đại lý").fill(MST)
    page.get_by_label("Số hợp đồng").fill("07/2026/HĐ-ĐLT")
    page.get_by_label("Ngày bắt đầu").fill("2026-01-01")
    page.get_by_role("button", name="Ghi hợp đồng").click()
    expect(page.get_by_role("alert")).to_contain_text("AGENT-SELF")
    _both(visit, "changes-15-agents")
    page.get_by_label("Mã số thuế của đại lý").fill(AGENT)
    page.locator("input[value='01/GTGT']").check()
    page.get_by_role("button", name="Ghi hợp đồng").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi hợp đồng với ĐẠI LÝ THUẾ MẪU")
    _log_in(other, "dai-ly")
    other.goto("/clients/")
    other.screenshot(path=_picture("changes-16-clients-360"), full_page=True)
    other.set_viewport_size({"width": 1280, "height": 900})
    other.screenshot(path=_picture("changes-16-clients"), full_page=True)
    other.get_by_role("button", name="Làm việc CÔNG TY TNHH MẪU A").click()
    expect(other.get_by_role("region", name="Người nộp thuế")).to_contain_text("Đang làm thay cho")
    expect(other.get_by_label("Mẫu tờ khai").get_by_role("option")).to_have_count(1)
    other.goto("/account/details/")
    other.screenshot(path=_picture("changes-17-for-client"), full_page=True)
    page.get_by_role("link", name="Kết thúc ĐẠI LÝ THUẾ MẪU").click()
    page.get_by_label("Ngày làm việc cuối cùng của đại lý").fill("2026-01-31")
    _both(visit, "changes-18-agent-end")
    page.get_by_role("button", name="Kết thúc hợp đồng").click()
    other.goto("/clients/")
    expect(other.get_by_role("row").filter(has_text="CÔNG TY TNHH MẪU A")).to_have_count(0)
    _forget_refusals(visit)


def _hand_in(page: Page, file: Path) -> None:
    page.get_by_label("Tệp chứng thư số").set_input_files(file)
    page.get_by_role("button", name="Đọc chứng thư số").click()


def _certificate(portal: Portal, mst: str, folder: Path) -> Path:
    bundle = pkcs12.load_pkcs12((portal.data / "demo" / f"{mst}.p12").read_bytes(), KEY_PASSWORD.encode())
    assert bundle.cert is not None
    path = folder / f"{mst}.cer"
    path.write_bytes(bundle.cert.certificate.public_bytes(Encoding.DER))
    return path


def _log_in(page: Page, login: str, password: str = PASSWORD) -> None:
    page.goto("/login/")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("heading", name="Việc phải làm", level=1)).to_be_visible()


def _mailed(portal: Portal, pattern: str) -> str:
    while True:
        body = portal.mail.get(timeout=60).get_body(("plain",))
        found = re.search(pattern, body.get_content()) if body else None
        if found:
            return found[1]


def _forget_refusals(visit: Visit) -> None:
    """The browser complains of each page that answers 422, as the story means them to."""
    visit.complaints[:] = [text for text in visit.complaints if "422" not in text]


def _picture(name: str) -> Path:
    folder = Path(__file__).parents[2] / "artifacts" / "e2e"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.png"


def _both(visit: Visit, name: str) -> None:
    """Pictures on a desk and on a telephone, where nothing may stand out sideways."""
    visit.shot(name)
    visit.page.set_viewport_size({"width": 360, "height": 740})
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
    visit.shot(f"{name}-360")
    visit.page.set_viewport_size({"width": 1280, "height": 900})
