"""Filing in a real browser: a batch with one wrong file, a paper, a refusal, filed anew, accepted."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from khaithue.portal.demo.people import COMPANIES, KEY_PASSWORD, LOGIN_PASSWORD, OFFICER
from khaithue.signing.keys import load_pkcs12
from khaithue.signing.policy import current_policy
from khaithue.signing.sign import sign
from tests.e2e.served import Portal, Visit
from tests.e2e.test_every_page import RULES

pytestmark = pytest.mark.e2e

SAMPLE = next((Path(__file__).parent.parent / "samples").glob("842_*.xml")).read_text(encoding="utf-8-sig")
FILER = COMPANIES[0]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n"
MONTHS = {1: "31", 2: "28", 3: "31", 4: "30"}


def test_a_batch_a_paper_a_refusal_and_the_way_to_acceptance(
    portal: Portal, visit: Visit, chromium: Browser, tmp_path: Path
) -> None:
    desk = next(_officer(portal, chromium))
    log_in(visit.page, FILER.login)
    _file_a_batch_of_three(portal, visit, tmp_path)
    code = _file_with_a_paper(portal, visit, tmp_path)
    _refuse(desk, code)
    _read_the_refusal(portal, visit, code)
    again = _file_anew(portal, visit, tmp_path, code)
    _accept(desk, again)
    _see_it_accepted(portal, visit, again)
    visit.complaints[:] = [text for text in visit.complaints if "422" not in text]
    assert desk.complaints == []


def _file_a_batch_of_three(portal: Portal, visit: Visit, folder: Path) -> None:
    page = visit.page
    right = [signed(portal, folder, month) for month in (1, 2)]
    wrong = folder / "chua-ky.xml"
    wrong.write_text(_text(3), encoding="utf-8")
    page.goto("/file/")
    both(visit, "filing-01-upload")
    page.get_by_label("Tệp tờ khai đã ký").set_input_files([*right, wrong])
    page.get_by_role("button", name="Tải lên và xem lại").click()
    expect(page.get_by_role("heading", name="Nộp nhiều tờ khai")).to_be_visible()
    expect(page.get_by_text("2 tờ khai nộp được.")).to_be_visible()
    expect(page.locator(".command")).to_contain_text("khaithue sign --p12 chung-thu.p12 chua-ky.xml")
    both(visit, "filing-02-batch")
    page.get_by_role("button", name="Nộp các tờ khai đã đánh dấu").click()
    expect(page.get_by_text("Đã xử lý 2 / 2.")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("link", name=re.compile(r"\d{17}"))).to_have_count(2)
    both(visit, "filing-03-batch-filed")


def _file_with_a_paper(portal: Portal, visit: Visit, folder: Path) -> str:
    page = visit.page
    _upload(page, signed(portal, folder, 3))
    page.get_by_label("Chọn tài liệu").set_input_files(
        {"name": "giả mạo.pdf", "mimeType": "application/pdf", "buffer": b"MZ a program"}
    )
    page.get_by_role("button", name="Thêm tài liệu").click()
    expect(page.get_by_role("alert")).to_contain_text("PAPER-KIND")
    both(visit, "filing-04-paper-refused")
    page.get_by_label("Chọn tài liệu").set_input_files(
        {"name": "bảng kê.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="Thêm tài liệu").click()
    expect(page.get_by_text("bảng kê.pdf")).to_be_visible()
    both(visit, "filing-05-review")
    return _press_file(visit, "filing-06-receipt")


def _refuse(desk: Visit, code: str) -> None:
    page = desk.page
    page.goto("/office/filings/")
    expect(page.get_by_role("link", name=code)).to_be_visible()
    both(desk, "filing-07-queue")
    page.get_by_role("link", name=code).click()
    with page.expect_download() as paper:
        page.get_by_role("link", name="Tải bảng kê.pdf").click()
    assert paper.value.path().read_bytes() == PDF
    page.get_by_text("Không chấp nhận, nêu lý do").click()
    page.get_by_label("thiếu phụ lục").check()
    page.get_by_label("Ghi chú hoặc lý do khác").fill("Thiếu trang 2 của bảng kê")
    both(desk, "filing-08-office-filing")
    page.get_by_role("button", name="Không chấp nhận").click()
    expect(page.get_by_role("status")).to_contain_text(f"Đã không chấp nhận tờ khai {code}")


def _read_the_refusal(portal: Portal, visit: Visit, code: str) -> None:
    mail = _mail(portal, "không chấp nhận", code)
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Thiếu trang 2 của bảng kê" in body.get_content()
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert names == [f"{code}.decision.xml", f"{code}.decision.pdf"]
    visit.page.goto(f"/filings/{code}/")
    refused = visit.page.get_by_role("region", name="Cơ quan thuế không chấp nhận tờ khai này")
    expect(refused).to_contain_text("Bổ sung phụ lục, tài liệu còn thiếu")
    expect(refused).to_contain_text("Thiếu trang 2 của bảng kê")
    both(visit, "filing-09-refused")


def _file_anew(portal: Portal, visit: Visit, folder: Path, refused: str) -> str:
    visit.page.get_by_role("link", name="Nộp tệp đã sửa và ký lại").click()
    _upload(visit.page, signed(portal, folder, 3))
    code = _press_file(visit, "filing-10-filed-anew")
    expect(visit.page.get_by_text(f"Nộp lại sau khi {refused} không được chấp nhận")).to_be_visible()
    return code


def _accept(desk: Visit, code: str) -> None:
    page = desk.page
    page.goto("/office/filings/")
    page.get_by_role("link", name=code).click()
    both(desk, "filing-11-office-again")
    page.get_by_role("button", name="Chấp nhận", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text(f"Đã chấp nhận tờ khai {code}")
    page.get_by_role("link", name="Hồ sơ đã quyết định").click()
    both(desk, "filing-12-decided")


def _see_it_accepted(portal: Portal, visit: Visit, code: str) -> None:
    _mail(portal, "chấp nhận", code)
    visit.page.goto(f"/filings/{code}/receipt/")
    expect(visit.page.get_by_text("Đã chấp nhận")).to_be_visible()
    both(visit, "filing-13-accepted")
    digest = visit.page.locator("dd code").first.inner_text()
    visit.page.goto("/file/received/")
    both(visit, "filing-14-received")
    visit.page.get_by_label("SHA-256 của tệp").fill(digest)
    visit.page.get_by_role("button", name="Tra mã băm").click()
    expect(visit.page.locator("#transaction-code")).to_have_text(code)


def _upload(page: Page, file: Path) -> None:
    page.goto("/file/")
    page.get_by_label("Tệp tờ khai đã ký").set_input_files(file)
    page.get_by_role("button", name="Tải lên và xem lại").click()
    expect(page.get_by_role("heading", name="Xem lại trước khi nộp")).to_be_visible()


def _press_file(visit: Visit, picture: str) -> str:
    visit.page.get_by_role("button", name="Nộp tờ khai").click()
    expect(visit.page.get_by_role("heading", name="Đã tiếp nhận tờ khai")).to_be_visible()
    both(visit, picture)
    return visit.page.locator("#transaction-code").inner_text()


def _officer(portal: Portal, chromium: Browser) -> Iterator[Visit]:
    """The officer at a browser of its own."""
    context = chromium.new_context(
        base_url=portal.address, locale="vi-VN", viewport={"width": 1280, "height": 900}
    )
    desk = Visit(context.new_page())
    desk.page.on("pageerror", lambda error: desk.complaints.append(f"error: {error}"))
    log_in(desk.page, OFFICER)
    yield desk


def log_in(page: Page, login: str) -> None:
    page.goto("/login/?next=/account/security/")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu", exact=True).fill(LOGIN_PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.wait_for_url("**/account/security/")


def _mail(portal: Portal, words: str, code: str) -> EmailMessage:
    while True:
        mail = portal.mail.get(timeout=90)
        subject = str(mail["Subject"])
        if code in subject and f"Thông báo {words}" in subject:
            return mail


def _text(month: int) -> str:
    """The sample as the return of another month."""
    last = MONTHS[month]
    changes = (
        ("<kyKKhai>05/2026", f"<kyKKhai>{month:02d}/2026"),
        ("01/05/2026", f"01/{month:02d}/2026"),
        ("31/05/2026", f"{last}/{month:02d}/2026"),
    )
    text = SAMPLE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def signed(portal: Portal, folder: Path, month: int) -> Path:
    """A file of that return signed with the filer's key."""
    path = folder / f"{month}.xml"
    path.write_bytes(signed_for(portal, FILER.mst, month, FILER.mst))
    return path


def signed_for(portal: Portal, mst: str, month: int, signer: str) -> bytes:
    """The return of that taxpayer and month, signed with the key of another or its own."""
    file = (portal.data / "demo" / f"{signer}.p12").read_bytes()
    now = timezone.now()
    key, _ = load_pkcs12(file, KEY_PASSWORD, at=now, policy=current_policy())
    assert key is not None
    data, findings = sign(_text(month).replace(FILER.mst, mst).encode(), key, at=now)
    assert data is not None, findings
    return data


def both(visit: Visit, name: str) -> None:
    """Pictures on a desk and on a telephone, where nothing stands out sideways; no barrier axe-core knows."""
    visit.shot(name)
    found = Axe().run(visit.page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    assert not found.violations_count, f"{name}: {found.generate_report()}"
    visit.page.set_viewport_size({"width": 360, "height": 740})
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360, name
    visit.shot(f"{name}-360")
    visit.page.set_viewport_size({"width": 1280, "height": 900})
