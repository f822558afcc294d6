"""Reminders by e-mail: when, of what, to whom, and never twice."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from khaithue.portal.accounts.models import AgentContract, Membership, Taxpayer, User
from khaithue.portal.duties.actions.choose_reminders import choose_reminders
from khaithue.portal.duties.models import Outage, Reminder
from khaithue.portal.duties.reminding import is_time, remind_all
from khaithue.portal.duties.steps import steps
from khaithue.portal.filing.models import Filing
from khaithue.portal.mail.models import Mail
from khaithue.portal.mail.sending import send_pending
from tests.portal.conftest import Clock, member
from tests.portal.mail_server import Server, text_of
from tests.portal.test_drafts import filed, opened

Pair = tuple[User, Taxpayer]
pytestmark = pytest.mark.django_db(transaction=True)
DUE = date(2026, 6, 22)
"""When May 2026 is due."""
MONTHLY = {"01/GTGT": "month", "05/KK-TNCN": "month"}
"""Two returns due on one day."""


@pytest.fixture
def company_a(db: None) -> Pair:
    """Company A, which files both returns by the month."""
    return member("a", "0319900012", "CÔNG TY TNHH MẪU A", MONTHLY)


@pytest.fixture
def company_b(db: None) -> Pair:
    """Company B, which files both returns by the month."""
    return member("b", "0319900037", "CÔNG TY TNHH MẪU B", MONTHLY)


def reminded_on(days: int) -> list[str]:
    """The steps reminded of so many days from the due date, of May's returns."""
    before = set(Reminder.objects.values_list("pk", flat=True))
    remind_all(DUE + timedelta(days=days))
    fresh = Reminder.objects.exclude(pk__in=before).filter(due=DUE)
    return sorted({row.step for row in fresh})


def test_people_are_reminded_seven_three_and_one_day_before_on_the_day_and_the_day_after(
    company_a: Pair,
) -> None:
    found = {days: reminded_on(days) for days in range(-9, 5)}
    assert {days: names for days, names in found.items() if names} == {
        -7: ["before_7"],
        -3: ["before_3"],
        -1: ["before_1"],
        0: ["on_day"],
        1: ["after_1"],
    }


def test_one_email_tells_all_returns_due_on_a_day_in_both_languages(company_a: Pair, server: Server) -> None:
    opened(company_a, "2026-05")
    assert remind_all(date(2026, 6, 15)) == 2
    send_pending()
    (mail,) = server.mails
    assert mail["To"] == company_a[1].email
    assert mail["Subject"].strip() == "Hạn nộp 22/06/2026: 2 tờ khai – Due 22/06/2026: 2 returns (0319900012)"
    text = text_of(mail).replace("\r\n", "\n")
    for line in (
        "Còn 7 ngày đến hạn nộp 22/06/2026",
        "- 01/GTGT, tháng 05/2026 (đang lập, chưa nộp)",
        "- 05/KK-TNCN, tháng 05/2026\n",
        "7 days left until the due date 22/06/2026",
        "- 01/GTGT, month 05/2026 (begun, not filed)",
    ):
        assert line in text
    assert "sự cố" not in text


def test_to_run_again_sends_nothing_again(company_a: Pair) -> None:
    assert [remind_all(date(2026, 6, 15)) for _ in range(3)] == [2, 0, 0]
    assert Mail.objects.count() == 1
    assert Reminder.objects.filter(mail=Mail.objects.get()).count() == 2


def test_a_reminder_missed_while_the_portal_stood_still_goes_out_up_to_two_days_later(
    company_a: Pair,
) -> None:
    assert reminded_on(-4) == []
    assert reminded_on(3) == ["after_1"]


def test_what_is_filed_is_not_reminded_of_and_what_was_refused_is(company_a: Pair, server: Server) -> None:
    filed(company_a, period="2026-05")
    refused = filed(company_a, period="2026-05", supplement=0, state="refused")
    Filing.objects.filter(pk=refused.pk).update(form_code="05/KK-TNCN")
    assert remind_all(date(2026, 6, 15)) == 1
    send_pending()
    text = text_of(server.mails[0])
    assert "05/KK-TNCN, tháng 05/2026 (cơ quan thuế không chấp nhận, cần nộp lại)" in text
    assert "01/GTGT" not in text


def test_the_day_after_tells_the_fine_and_before_does_not(company_a: Pair, server: Server) -> None:
    remind_all(date(2026, 6, 22))
    remind_all(date(2026, 6, 23))
    send_pending()
    before, after = (text_of(mail) for mail in server.mails)
    assert "khung tiền phạt" not in before
    assert "Hôm nay, 22/06/2026, là ngày cuối cùng" in before
    assert "Đã quá hạn nộp 1 ngày" in after
    assert "khung tiền phạt từ 2.000.000 đến 5.000.000 đồng" in after
    assert "với cá nhân, hộ kinh doanh từ 1.000.000 đến 2.500.000 đồng" in after
    assert "passed 1 day ago" in after


def test_an_agent_is_reminded_of_the_forms_it_is_contracted_for_while_it_is(
    company_a: Pair, server: Server
) -> None:
    agency = member("dai-ly", "0319900044", "ĐẠI LÝ THUẾ MẪU")[1]
    Taxpayer.objects.filter(pk=agency.pk).update(service="stopped")
    assert remind_all(date(2026, 6, 15)) == 2
    Taxpayer.objects.filter(pk=agency.pk).update(service="active")
    AgentContract.objects.create(
        taxpayer=company_a[1],
        agent=agency,
        mst=agency.mst,
        name=agency.name,
        forms=["01/GTGT"],
        start=date(2026, 1, 1),
        end=date(2026, 6, 20),
    )
    for _taxpayer in range(2):
        remind_all(date(2026, 6, 19))
    send_pending()
    to_agent = [
        mail for mail in server.mails if mail["To"] == agency.email and "0319900012" in mail["Subject"]
    ]
    assert len(to_agent) == 1
    assert "01/GTGT" in text_of(to_agent[0])
    assert "05/KK-TNCN" not in text_of(to_agent[0])
    remind_all(date(2026, 6, 21))
    assert Mail.objects.filter(name__contains="agent").count() == 1


def test_a_step_not_wanted_is_passed_over_and_wanted_again_it_comes(company_a: Pair) -> None:
    user, taxpayer = company_a
    wanted = [step.key for step in steps() if step.key != "before_7"]
    choose_reminders(user=user, taxpayer=taxpayer, wanted=[*wanted, "nothing"])
    assert reminded_on(-7) == []
    choose_reminders(user=user, taxpayer=taxpayer, wanted=[step.key for step in steps()])
    assert reminded_on(-7) == ["before_7"]


def test_only_who_manages_the_account_chooses_the_reminders(company_a: Pair) -> None:
    clerk = User.objects.create_user("nhan-vien", email="nhan-vien@example.vn")
    Membership.objects.create(user=clerk, taxpayer=company_a[1], may_manage=False)
    with pytest.raises(PermissionDenied):
        choose_reminders(user=clerk, taxpayer=company_a[1], wanted=[])


def test_a_due_date_moved_by_an_outage_is_reminded_of_anew(company_a: Pair, server: Server) -> None:
    assert reminded_on(0) == ["on_day"]
    Outage.objects.create(
        began_at=datetime.fromisoformat("2026-06-22T20:00+07:00"),
        ended_at=datetime.fromisoformat("2026-06-22T22:00+07:00"),
        reason="Mất điện",
        declared_by=company_a[0],
        declared_at=datetime.fromisoformat("2026-06-22T22:00+07:00"),
    )
    remind_all(date(2026, 6, 23))
    send_pending()
    text = text_of(server.mails[-1])
    assert "Hôm nay, 23/06/2026, là ngày cuối cùng" in text
    assert "Khoản 7 Điều 44 Luật 38/2019/QH14" in text


def test_without_an_address_or_with_the_service_stopped_nothing_is_sent(company_a: Pair) -> None:
    taxpayer = company_a[1]
    Taxpayer.objects.update(email="")
    assert remind_all(date(2026, 6, 15)) == 2
    assert not Mail.objects.exists()
    Taxpayer.objects.update(email=taxpayer.email, service="stopped")
    assert remind_all(date(2026, 6, 19)) == 0


def test_one_taxpayer_that_fails_does_not_keep_the_others_waiting(
    company_a: Pair, company_b: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    company_a[1].form_registrations.update(period_kind="decade")
    assert remind_all(date(2026, 6, 15)) == 2
    assert set(Reminder.objects.values_list("taxpayer", flat=True)) == {company_b[1].pk}


def test_the_command_reminds_as_on_a_day_and_nobody_at_night(
    company_a: Pair, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("send_reminders", "--day", "2026-06-15")
    assert capsys.readouterr().out == "2 reminded\n"
    assert is_time()
    clock.forward(hours=-3)
    assert not is_time()
