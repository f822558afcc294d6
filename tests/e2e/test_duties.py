"""What is due, in a real browser: calendar, a late return with its cost, a reminder, an outage."""

import os
import re
import subprocess
import sys
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from khaithue.obligations.due import due
from khaithue.obligations.outage import Down, moved
from khaithue.obligations.period import Period
from tests.e2e.served import Portal, Visit
from tests.e2e.test_every_page import RULES

pytestmark = pytest.mark.e2e

PASSWORD = "khaithue-demo-2026"  # noqa: S105  # of the demo
OFFICER, COMPANY, MST = "can-bo", "mau-a", "0319900012"
TODAY = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
REASON = "Mất kết nối đến trung tâm dữ liệu"

BEGUN = """
import sys
import django
django.setup()
from khaithue.obligations.period import Period
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.drafts.actions.open_draft import open_draft
from khaithue.portal.registration.models import FormRegistration
from django.utils import timezone

mst, login, form, period = sys.argv[1:]
company, user = Taxpayer.objects.get(mst=mst), User.objects.get(username=login)
for code, first in ((form, period), ("05/KK-TNCN", str(Period.parse(period).next().next()))):
    FormRegistration.objects.get_or_create(taxpayer=company, form_code=code, defaults={
        "period_kind": "quarter" if code.startswith("05") else "month",
        "first_period": first, "first_start": Period.parse(first).start, "registered_at": timezone.now()})
draft = open_draft(user=user, taxpayer=company, form_code=form, period=period).draft
draft.data["values"].update({"22": 0, "32": 920_000_000, "33": 92_000_000})
draft.save()
"""
"""A company that registered its forms and has begun a return that is late."""


def test_what_is_due_is_seen_reminded_of_and_moved_by_an_outage(portal: Portal, visit: Visit) -> None:
    late = _late_period()
    _run(portal, "-c", BEGUN, MST, COMPANY, "01/GTGT", str(late))
    _log_in(visit.page, COMPANY)
    _late_with_its_cost(visit)
    _calendar(visit, late)
    _one_return(visit, late)
    _reminders(visit)
    _mail_arrives(portal, late)
    visit.page.get_by_role("button", name="Đăng xuất").click()
    _officer_declares(visit, _due(late))
    _log_in(visit.page, COMPANY)
    _moved(visit, late)
    visit.page.get_by_role("button", name="Đăng xuất").click()
    _announced(visit, portal, late)
    _over(visit, portal, late)


def _late_period() -> Period:
    """The month before the one the demo has filed: its VAT return is past its due date."""
    return Period.month(TODAY.year, TODAY.month).previous().previous()


def _due(period: Period) -> date:
    return due("01/GTGT", period).due


def _late_with_its_cost(visit: Visit) -> None:
    page = visit.page
    late = page.get_by_role("region", name="Đã quá hạn hoặc phải nộp lại")
    row = late.get_by_role("row").filter(has_text="01/GTGT").first
    expect(row).to_contain_text(re.compile(r"\d+\.000\.000 – \d+\.000\.000 đ"))
    expect(late).to_contain_text("thêm 27.600 đ mỗi ngày")
    _both_widths(visit, "duties-dashboard")


def _calendar(visit: Visit, late: Period) -> None:
    page, day = visit.page, _due(late)
    page.get_by_role("navigation", name="Chính").get_by_role("link", name="Lịch nộp").click()
    if day.year != TODAY.year:
        page.get_by_role("link", name=f"‹ {day.year}").click()
    expect(page.get_by_role("heading", name=f"Lịch nộp tờ khai năm {day.year}")).to_be_visible()
    _both_widths(visit, "duties-year")
    page.get_by_role("link", name=f"Tháng {day.month}", exact=True).click()
    expect(page.get_by_role("heading", name=f"Lịch nộp tờ khai tháng {day:%m/%Y}")).to_be_visible()
    _both_widths(visit, "duties-month")
    page.locator("table.grid a.due-item").filter(has_text="01/GTGT").first.click()


def _one_return(visit: Visit, late: Period) -> None:
    page, by_law = visit.page, due("01/GTGT", late)
    expect(page.get_by_role("region", name="Hạn nộp tính thế nào")).to_contain_text(
        "Ngày 20 của tháng tiếp theo ngày kết thúc kỳ tính thuế."
    )
    expect(page.get_by_role("region", name="Nếu nộp hôm nay")).to_contain_text("92.000.000 đ")
    expect(page.locator("main")).to_contain_text(f"{by_law.due:%d/%m/%Y}")
    _both_widths(visit, "duties-return")


def _reminders(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("navigation", name="Chính").get_by_role("link", name="Lịch nộp").click()
    page.get_by_role("link", name="Thư nhắc và lịch riêng").click()
    page.get_by_label("3 ngày trước hạn").uncheck()
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_label("3 ngày trước hạn")).not_to_be_checked()
    page.get_by_role("button", name="Tạo liên kết mới").click()
    address = page.locator("#feed-link").inner_text()
    _both_widths(visit, "duties-reminders")
    calendar = page.request.get(address)
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert calendar.text().count("BEGIN:VEVENT") >= 2
    page.get_by_role("button", name="Hủy liên kết").click()
    assert page.request.get(address).status == 404


def _mail_arrives(portal: Portal, late: Period) -> None:
    day = _due(late.next().next())
    _run(portal, "-m", "khaithue.portal", "send_reminders", "--day", f"{day - timedelta(days=7)}")
    mail = _mail_about(portal, f"Hạn nộp {day:%d/%m/%Y}")
    assert mail["To"] == f"ke-toan@{COMPANY}.example.vn"
    body = mail.get_body(("plain",))
    assert body is not None
    assert f"Còn 7 ngày đến hạn nộp {day:%d/%m/%Y}" in body.get_content()
    assert f"{portal.address}/duties/return/?form=" in body.get_content()


def _mail_about(portal: Portal, subject: str) -> EmailMessage:
    while True:
        mail = portal.mail.get(timeout=90)
        if subject in str(mail["Subject"]) and MST in str(mail["Subject"]):
            return mail


def _officer_declares(visit: Visit, day: date) -> None:
    page = visit.page
    _sign_in(page, OFFICER, "/office/outages/")
    page.get_by_label("Bắt đầu lúc").fill(f"{day}T14:00")
    page.get_by_role("textbox", name="Hoạt động trở lại lúc").fill(f"{day}T13:00")
    page.get_by_label("Lý do", exact=True).fill(REASON)
    page.get_by_role("button", name="Công bố", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("OUTAGE-END-FIRST")
    visit.complaints[:] = [text for text in visit.complaints if "422" not in text]
    _both_widths(visit, "outage-refused")
    page.get_by_role("textbox", name="Hoạt động trở lại lúc").fill(f"{day}T17:30")
    page.get_by_role("button", name="Công bố", exact=True).click()
    expect(page.get_by_role("article")).to_contain_text(f"được nộp đến hết ngày {_moved_to(day):%d/%m/%Y}")
    _both_widths(visit, "outage-office")
    assert not Axe().run(page, options={"runOnly": RULES}).violations_count
    page.get_by_role("button", name="Đăng xuất").click()
    page.goto("/outages/")
    expect(page.get_by_role("article")).to_contain_text(REASON)
    _both_widths(visit, "outage-public")


def _moved_to(day: date) -> date:
    move = moved(day, [Down(day, day, day)])
    assert move is not None
    return move.due


def _moved(visit: Visit, late: Period) -> None:
    page, day = visit.page, _moved_to(_due(late))
    page.goto(f"/duties/return/?form=01/GTGT&period={late}")
    expect(page.locator("dl.facts .big").first).to_have_text(re.compile(f"{day:%d/%m/%Y}"))
    expect(page.get_by_role("region", name="Hạn nộp tính thế nào")).to_contain_text(REASON)
    _both_widths(visit, "duties-return-moved")


def _announced(visit: Visit, portal: Portal, late: Period) -> None:
    """An outage that goes on: its signed notice for everybody, the mail to whose due date it moves."""
    page, day = visit.page, _due(late)
    _sign_in(page, OFFICER, "/office/outages/")
    page.get_by_label("Bắt đầu lúc").fill(f"{day}T18:00")
    page.get_by_label("Lý do", exact=True).fill("Mất điện diện rộng")
    page.get_by_role("button", name="Công bố", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("thông báo ký số")
    _both_widths(visit, "outage-going-on")
    mail = _mail_about(portal, "Hệ thống gặp sự cố")
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "được lùi" in text
    assert f"{portal.address}/duties/return/?form=01%2FGTGT" in text
    kinds = sorted(part.get_content_type() for part in mail.iter_attachments())
    assert kinds == ["application/pdf", "application/xml"]
    page.get_by_role("button", name="Đăng xuất").click()
    page.goto(re.findall(rf"{portal.address}/outages/notices/\d+/", text)[0])
    expect(page.get_by_role("heading", name="Thông báo sự cố hệ thống", level=1)).to_be_visible()
    expect(page.locator("main")).to_contain_text("Cơ quan thuế sẽ thông báo khi hệ thống hoạt động trở lại.")
    _both_widths(visit, "outage-notice")
    assert not Axe().run(page, options={"runOnly": RULES}).violations_count
    with page.expect_download() as sent:
        page.get_by_role("link", name="Tải XML đã ký").click()
    page.goto("/check/")
    page.get_by_label("Tệp thông báo đã ký (.xml)").set_input_files(sent.value.path())
    page.get_by_role("button", name="Kiểm tra tệp").click()
    expect(page.get_by_role("status")).to_contain_text("Thông báo đúng là do cổng này phát hành")
    _both_widths(visit, "outage-checked")


def _over(visit: Visit, portal: Portal, late: Period) -> None:
    """The end is announced too, and whoever has a due date that moved finds the notice among its own."""
    page = visit.page
    _sign_in(page, OFFICER, "/office/outages/")
    now = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))
    page.get_by_role("article").first.get_by_label("Hoạt động trở lại lúc").fill(f"{now:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Ghi kết thúc").click()
    expect(page.get_by_role("status")).to_contain_text("Đã thông báo hệ thống hoạt động trở lại")
    _both_widths(visit, "outage-over")
    mail = _mail_about(portal, "Hạn nộp được lùi do sự cố")
    assert mail["To"] == f"ke-toan@{COMPANY}.example.vn"
    page.get_by_role("button", name="Đăng xuất").click()
    _log_in(page, COMPANY)
    page.goto("/notices/?about=outage")
    _both_widths(visit, "outage-notices")
    page.get_by_role("link", name="Thông báo hệ thống hoạt động trở lại").click()
    expect(page.locator("main")).to_contain_text("được coi là nộp đúng hạn")
    _both_widths(visit, "outage-over-notice")
    page.goto(f"/duties/return/?form=01/GTGT&period={late}")
    expect(page.get_by_role("region", name="Hạn nộp tính thế nào")).to_contain_text("Mất điện diện rộng")


def _log_in(page: Page, login: str) -> None:
    _sign_in(page, login)
    expect(page.get_by_role("heading", name="Việc phải làm", level=1)).to_be_visible()


def _sign_in(page: Page, login: str, path: str = "/") -> None:
    page.goto(path)
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(re.compile(rf"{path}$"))


def _both_widths(visit: Visit, name: str) -> None:
    visit.shot(name)
    visit.page.set_viewport_size({"width": 360, "height": 740})
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
    visit.shot(f"360-{name}")
    visit.page.set_viewport_size({"width": 1280, "height": 900})


def _run(portal: Portal, *arguments: str) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "khaithue.portal.settings",
        "KHAITHUE_DATA": str(portal.data),
        "KHAITHUE_SITE": portal.address,
        "KHAITHUE_DEMO": "1",
        "DATABASE_URL": "",
    }
    subprocess.run([sys.executable, *arguments], env=environment, check=True, capture_output=True, timeout=60)
