"""The pages of what is due: dashboard, calendar, one return, reminders, private calendar, outages."""

import re
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from django.test import Client

from khaithue.portal.accounts.models import AgentContract, Membership, Officer, Taxpayer, User
from khaithue.portal.duties.actions.calendar_link import digest
from khaithue.portal.duties.models import CalendarLink, Outage, ReminderOff
from khaithue.portal.duties.reminding import remind_all
from khaithue.portal.web.request import CHOSEN
from tests.portal.conftest import Clock, member
from tests.portal.test_drafts import filed, opened
from tests.portal.test_duties import registered
from tests.portal.web_browser import browser

Pair = tuple[User, Taxpayer]
DUTY = "/duties/return/?form=01/GTGT&period="


@pytest.fixture
def company_a(db: None) -> Pair:
    """Company A, which has registered no form: the usual ones are expected of it."""
    return member("a", "0319900012", "CÔNG TY TNHH MẪU A", forms={})


@pytest.fixture
def a(company_a: Pair, clock: Clock) -> Client:
    """Company A's accountant at the portal on 1/7/2026."""
    del clock
    return browser(company_a[0])


def text(client: Client, path: str) -> str:
    reply = client.get(path)
    assert reply.status_code == 200, reply.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", reply.content.decode()))


def outage(user: User, began: str, ended: str) -> Outage:
    return Outage.objects.create(
        began_at=datetime.fromisoformat(f"{began}+07:00"),
        ended_at=datetime.fromisoformat(f"{ended}+07:00") if ended else None,
        reason="Mất kết nối trung tâm dữ liệu",
        declared_by=user,
        declared_at=datetime.fromisoformat("2026-06-30T08:00+07:00"),
    )


def test_the_dashboard_has_what_is_late_first_with_its_cost_then_what_is_due_then_what_is_filed(
    a: Client, company_a: Pair
) -> None:
    registered(company_a, "01/GTGT", "2026-04")
    registered(company_a, "05/KK-TNCN", "2026-05")
    filed(company_a, period="2026-04")
    draft = opened(company_a, "2026-05")
    draft.data["values"].update({"22": 0, "32": 100_000_000, "33": 10_000_000})
    draft.save()
    shown = text(a, "/")
    late, filed_at = shown.index("Đã quá hạn hoặc phải nộp lại"), shown.rindex("04/2026")
    assert late < shown.index("05/2026") < filed_at
    assert "quá hạn 9 ngày" in shown
    assert "Phạt 2.000.000 – 5.000.000 đ" in shown
    assert "chậm nộp 24.000 đ" in shown
    assert "thêm 3.000 đ mỗi ngày" in shown


def test_the_fine_is_told_for_an_organisation_and_for_an_individual(a: Client, company_a: Pair) -> None:
    registered(company_a, "01/GTGT", "2026-05")
    page = text(a, f"{DUTY}2026-05")
    assert "Khung tiền phạt với tổ chức 2.000.000 – 5.000.000 đ" in page
    assert "Khung tiền phạt với cá nhân, hộ kinh doanh 1.000.000 – 2.500.000 đ" in page
    assert "1.750.000 đ" in page
    assert "(cá nhân, hộ kinh doanh 1.000.000 – 2.500.000 đ)" in text(a, "/")


def test_a_person_is_told_the_fine_of_a_person_alone(a: Client, company_a: Pair) -> None:
    Taxpayer.objects.filter(pk=company_a[1].pk).update(kind=Taxpayer.Kind.PERSON)
    registered(company_a, "01/GTGT", "2026-05")
    page = text(a, f"{DUTY}2026-05")
    assert "Khung tiền phạt với cá nhân, hộ kinh doanh 1.000.000 – 2.500.000 đ" in page
    assert "5.000.000" not in page
    assert "Phạt 1.000.000 – 2.500.000 đ" in text(a, "/")


def test_an_agent_sees_the_returns_it_is_contracted_for(company_a: Pair, clock: Clock) -> None:
    agent, agency = member("dai-ly", "0319900044", "ĐẠI LÝ THUẾ MẪU")
    AgentContract.objects.create(
        taxpayer=company_a[1], agent=agency, mst=agency.mst, forms=["01/GTGT"], start=date(2026, 1, 1)
    )
    client = browser(agent)
    session = client.session
    session[CHOSEN] = company_a[1].pk
    session.save()
    for path in ("/duties/2026/", "/duties/2026/7/", "/"):
        shown = text(client, path).partition("Lập tờ khai khác")[0]
        assert "01/GTGT" in shown
        assert "05/KK-TNCN" not in shown
    assert client.get("/duties/return/?form=05/KK-TNCN&period=2026-05").status_code == 404


def test_a_year_shows_every_month_and_a_month_every_day(a: Client, company_a: Pair) -> None:
    registered(company_a, "01/GTGT", "2026-01")
    year = text(a, "/duties/")
    assert "Lịch nộp tờ khai năm 2026" in year
    assert re.search(r"Tháng 6 22/06 01/GTGT tháng 05/2026 quá hạn 9 ngày", year)
    assert re.search(r"Tháng 7 20/07 01/GTGT tháng 06/2026 Cần nộp, còn 19 ngày", year)
    month = text(a, "/duties/2026/9/")
    assert "nghỉ" in month or "Quốc khánh" in month
    assert re.search(r"21 01/GTGT tháng 08/2026 Chưa đến kỳ", month)
    assert "Không có tờ khai nào đến hạn trong tháng này" in text(a, "/duties/2025/3/")


@pytest.mark.parametrize("path", ["/duties/2008/", "/duties/2100/", "/duties/2026/13/", "/duties/2026/0/"])
def test_there_is_no_calendar_of_impossible_months(a: Client, path: str) -> None:
    assert a.get(path).status_code == 404


def test_one_return_tells_how_its_due_date_was_found(a: Client, company_a: Pair) -> None:
    outage(company_a[0], "2026-06-22T20:00", "2026-06-22T22:00")
    shown = text(a, f"{DUTY}2026-05")
    for line in (
        "Hạn nộp 23/06/2026",
        "20/06/2026 Ngày 20 của tháng tiếp theo ngày kết thúc kỳ tính thuế.",
        "Điểm a khoản 1 Điều 44 Luật 38/2019/QH14",
        "22/06/2026 Không phải ngày làm việc: 20/06/2026 (thứ Bảy), 21/06/2026 (Chủ nhật).",
        "Điều 86 Thông tư 80/2021/TT-BTC",
        "23/06/2026 Hệ thống gặp sự cố trong ngày cuối cùng",
        "Khoản 7 Điều 44 Luật 38/2019/QH14",
        "Mất kết nối trung tâm dữ liệu",
        "Khung tiền phạt với tổ chức 2.000.000 – 5.000.000 đ",
        "Chưa biết: chưa có số thuế phải nộp",
    ):
        assert line in shown


def test_one_return_tells_which_reminders_went_out(a: Client) -> None:
    assert "Thư nhắc đã gửi" not in text(a, f"{DUTY}2026-05")
    remind_all(date(2026, 6, 15))
    assert "7 ngày trước hạn" in text(a, f"{DUTY}2026-05")


@pytest.mark.parametrize(
    "query", ["?form=01/GTGT&period=x", "?form=99/X&period=2026-05", "", "?period=2026-05"]
)
def test_there_is_no_page_of_a_return_nobody_owes(a: Client, query: str) -> None:
    assert a.get(f"/duties/return/{query}").status_code == 404


def test_reminders_are_chosen_on_their_page(a: Client, company_a: Pair) -> None:
    assert a.get("/duties/reminders/").content.count(b"checked") == 5
    a.post("/duties/reminders/", {"step": ["before_7", "on_day"]})
    off = set(ReminderOff.objects.values_list("step", flat=True))
    assert off == {"before_3", "before_1", "after_1"}
    assert a.get("/duties/reminders/").content.count(b"checked") == 2


def test_a_clerk_reads_the_reminders_and_changes_none(company_a: Pair) -> None:
    clerk = User.objects.create_user("nhan-vien", email="nhan-vien@example.vn")
    Membership.objects.create(user=clerk, taxpayer=company_a[1], may_manage=False)
    client = browser(clerk)
    assert "Chỉ người quản lý tài khoản được đổi" in text(client, "/duties/reminders/")
    assert client.post("/duties/reminders/", {"step": []}).status_code == 403
    assert not ReminderOff.objects.exists()


def link(client: Client) -> str:
    client.post("/duties/reminders/link/")
    found = re.search(r"/duties/feed/[\w-]+\.ics", client.get("/duties/reminders/").content.decode())
    assert found
    return found[0]


def events(data: bytes) -> Iterator[dict[str, str]]:
    """A reader of iCalendar of our own: unfolded lines, events as mappings."""
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    lines = data.decode().replace("\r\n ", "").split("\r\n")
    event: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        event = {} if line == "BEGIN:VEVENT" else {**event, name: value}
        if line == "END:VEVENT":
            yield event


def test_the_private_calendar_has_an_all_day_event_on_each_due_date(a: Client, company_a: Pair) -> None:
    registered(company_a, "01/GTGT", "2026-05")
    filed(company_a, period="2026-05")
    reply = browser().get(link(a))
    assert reply["Content-Type"] == "text/calendar; charset=utf-8"
    found = list(events(reply.content))
    assert [event["DTSTART;VALUE=DATE"] for event in found][:3] == ["20260622", "20260720", "20260820"]
    assert [event["DTEND;VALUE=DATE"] for event in found][:3] == ["20260623", "20260721", "20260821"]
    assert found[0]["SUMMARY"] == "✓ 01/GTGT – tháng 05/2026 – 0319900012"
    assert found[1]["SUMMARY"] == "01/GTGT – tháng 06/2026 – 0319900012"
    assert len({event["UID"] for event in found}) == len(found)
    assert "CÔNG TY TNHH MẪU A\\n" in found[0]["DESCRIPTION"]
    assert found[0]["DTSTAMP"] == "20260701T020000Z"


def test_a_private_link_is_shown_once_kept_as_a_digest_and_ends(a: Client, company_a: Pair) -> None:
    path = link(a)
    assert "/duties/feed/" not in a.get("/duties/reminders/").content.decode()
    secret = path.split("/")[-1].removesuffix(".ics")
    assert CalendarLink.objects.get().secret == digest(secret) != secret
    assert browser().get(path).status_code == 200
    newer = link(a)
    assert [browser().get(each).status_code for each in (path, newer)] == [404, 200]
    a.post("/duties/reminders/link/end/")
    assert browser().get(newer).status_code == 404
    assert browser().get("/duties/feed/x.ics").status_code == 404


def test_a_private_link_shows_what_its_user_may_still_see(company_a: Pair, clock: Clock) -> None:
    clerk = User.objects.create_user("nhan-vien", email="nhan-vien@example.vn")
    kept = Membership.objects.create(user=clerk, taxpayer=company_a[1])
    path = link(browser(clerk))
    assert browser().get(path).status_code == 200
    kept.delete()
    assert browser().get(path).status_code == 404


def test_another_users_link_is_not_ended(a: Client, company_a: Pair) -> None:
    path = link(a)
    clerk = User.objects.create_user("nhan-vien", email="nhan-vien@example.vn")
    Membership.objects.create(user=clerk, taxpayer=company_a[1])
    browser(clerk).post("/duties/reminders/link/end/")
    assert browser().get(path).status_code == 200


@pytest.fixture
def office(office: None, clock: Clock, db: None) -> Client:
    """An officer at the portal on 1/7/2026, 9:00."""
    del office, clock
    user = User.objects.create_user("can-bo", email="can-bo@example.vn")
    Officer.objects.create(user=user, office_code="10100", office_name="Thuế Mẫu")
    return browser(user)


def test_an_officer_declares_ends_and_withdraws_an_outage_and_everybody_reads_it(office: Client) -> None:
    asked = {"began": "2026-06-22T20:00", "ended": "", "reason": "Mất điện"}
    assert office.post("/office/outages/", asked).status_code == 302
    public = text(browser(), "/outages/")
    assert "chưa khắc phục Đang gặp sự cố Mất điện" in public
    assert "Hồ sơ có hạn cuối ngày 22/06/2026 được nộp đến hết ngày 02/07/2026 . Sẽ lùi thêm" in public
    pk = Outage.objects.get().pk
    office.post(f"/office/outages/{pk}/end/", {"ended": "2026-06-22T22:00"})
    public = text(browser(), "/outages/")
    assert "Hồ sơ có hạn cuối ngày 22/06/2026 được nộp đến hết ngày 23/06/2026" in public
    assert "Ghi kết thúc" not in public
    office.post(f"/office/outages/{pk}/withdraw/", {"why": "Ghi nhầm"})
    public = text(browser(), "/outages/")
    assert "Rút lại lúc 09:00 01/07/2026: Ghi nhầm" in public
    assert "được nộp đến hết ngày" not in public


@pytest.mark.error("OUTAGE-UNREADABLE")
@pytest.mark.near_miss("OUTAGE-UNREADABLE")
def test_what_is_typed_wrong_is_told_and_kept(office: Client) -> None:
    reply = office.post("/office/outages/", {"began": "22/6", "ended": "x", "reason": "Mất điện"})
    shown = reply.content.decode()
    assert reply.status_code == 422
    assert shown.count("OUTAGE-UNREADABLE") == 2
    assert "Mất điện" in shown
    assert "OUTAGE-NO-REASON" not in shown
    again = office.post("/office/outages/", {"began": "22/06/2026 10:00", "ended": "22/06/2026 09:00"})
    assert [again.content.decode().count(code) for code in ("OUTAGE-END-FIRST", "OUTAGE-NO-REASON")] == [1, 1]
    assert not Outage.objects.exists()


def test_wrong_ends_and_withdrawals_are_told(office: Client) -> None:
    office.post("/office/outages/", {"began": "2026-06-22T20:00", "ended": "", "reason": "Mất điện"})
    pk = Outage.objects.get().pk
    for path, sent, code in (
        ("end", {"ended": "?"}, "OUTAGE-UNREADABLE"),
        ("end", {"ended": "2026-06-22T19:00"}, "OUTAGE-END-FIRST"),
        ("withdraw", {"why": ""}, "OUTAGE-NO-REASON"),
    ):
        reply = office.post(f"/office/outages/{pk}/{path}/", sent)
        assert (reply.status_code, code in reply.content.decode()) == (422, True)


def test_no_taxpayer_declares_an_outage(a: Client) -> None:
    sent = {"began": "2026-06-22T20:00", "ended": "", "reason": "x"}
    assert a.post("/office/outages/", sent).status_code == 403
    assert not Outage.objects.exists()


def test_the_dashboard_and_the_month_tell_of_an_outage(a: Client, company_a: Pair) -> None:
    assert "Hệ thống đang gặp sự cố" not in text(a, "/")
    outage(company_a[0], "2026-07-01T08:00", "")
    assert "Hệ thống đang gặp sự cố đã công bố, từ 08:00 01/07/2026" in text(a, "/")
    assert "Sự cố hệ thống" in text(a, "/duties/2026/7/").partition("khaithue –")[0]


def test_an_outage_of_a_weekend_moves_nothing(company_a: Pair, clock: Clock) -> None:
    outage(company_a[0], "2026-06-20T08:00", "2026-06-21T20:00")
    assert "Không trùng ngày làm việc nào" in text(browser(), "/outages/")
