"""An outage is announced by the form's notice, signed, for everybody; those it moves are told by e-mail."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from khaithue.portal.accounts.models import Officer, Taxpayer, User
from khaithue.portal.duties.actions.declare_outage import declare_outage
from khaithue.portal.duties.actions.end_outage import end_outage
from khaithue.portal.duties.actions.tell_outage import tell_outage
from khaithue.portal.duties.actions.withdraw_outage import withdraw_outage
from khaithue.portal.duties.models import Outage, OutageTold
from khaithue.portal.duties.tasks import tell_of_outages
from khaithue.portal.mail.models import Mail, MailFile
from khaithue.portal.mail.sending import send_pending
from khaithue.portal.notices.checking import Verdict, check_file, check_number
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.reading import letter_of, signature_of
from tests.portal.api_kit import token
from tests.portal.conftest import SITE, Clock, member
from tests.portal.mail_server import Server, text_of
from tests.portal.test_drafts import filed
from tests.portal.test_outages import at
from tests.portal.web_browser import browser

Pair = tuple[User, Taxpayer]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("office")]
DUE = "22/06/2026"
"""When 01/GTGT of May 2026 is due; 05/KK-TNCN is by quarter, so not then."""


@pytest.fixture
def officer(clock: Clock) -> Officer:
    """An officer on 22/6/2026, 15:00."""
    clock.now = at(f"{DUE} 15:00")
    user = User.objects.create_user("can-bo", email="can-bo@example.vn")
    return Officer.objects.create(user=user, office_code="10100", office_name="Thuế Mẫu")


def declared(officer: Officer, began: str = f"{DUE} 09:00", ended: str = "") -> Outage:
    outcome = declare_outage(
        user=officer.user,
        officer=officer,
        began_at=at(began),
        ended_at=at(ended) if ended else None,
        reason="Mất điện",
    )
    assert outcome.outage is not None, outcome.findings
    return outcome.outage


def told(outage: Outage, day: date | None = None) -> int:
    return tell_outage(outage=outage, today=day or timezone.localdate())


def boxes(notice: Notice) -> dict[str, object]:
    names = ("su_co", "bat_dau", "ket_thuc", "ngay_tro_lai", "han")
    values = letter_of(notice).values
    return {name: values[name] for name in names if values.get(name) is not None}


def test_an_outage_and_its_end_are_each_announced_by_form_02_signed(officer: Officer, clock: Clock) -> None:
    outage = declared(officer)
    begun = outage.notices.get()
    assert (begun.form_code, begun.kind, begun.taxpayer, begun.mail) == ("02/TB-TĐT", "outage", None, None)
    assert signature_of(begun).valid
    assert letter_of(begun).form.basis == "TT19/2021/TT-BTC"
    assert boxes(begun) == {"su_co": "Mất điện", "bat_dau": "2026-06-22T09:00:00+07:00"}
    clock.forward(hours=20)
    end_outage(user=officer.user, officer=officer, outage=outage, ended_at=at("23/06/2026 10:30"))
    over = outage.notices.exclude(pk=begun.pk).get()
    assert boxes(over) == {
        **boxes(begun),
        "ket_thuc": "2026-06-23T10:30:00+07:00",
        "ngay_tro_lai": "2026-06-23",
        "han": "2026-06-24",
    }


@pytest.mark.parametrize(
    ("announced", "basis"), [("2026-08-21", "TT19/2021/TT-BTC"), ("2026-08-20", "TT89/2026/TT-BTC")]
)
def test_the_form_is_that_of_the_era_until_the_switch_is_announced(
    officer: Officer, clock: Clock, settings: Settings, announced: str, basis: str
) -> None:
    clock.now = at("20/08/2026 15:00")
    settings.ERAS = {"tt89": date.fromisoformat(announced)}
    outage = declared(officer, "20/08/2026 09:00", "20/08/2026 10:00")
    assert letter_of(outage.notices.get()).form.basis == basis
    assert boxes(outage.notices.get())["han"] == "2026-08-21"


def test_an_office_that_cannot_sign_announces_nothing(officer: Officer, settings: Settings) -> None:
    settings.OFFICE_PASSWORD = "sai"  # noqa: S105  # of one test
    asked = {"user": officer.user, "officer": officer}
    moments = {"began_at": at(f"{DUE} 09:00"), "ended_at": None}
    outcome = declare_outage(**asked, **moments, reason="Mất điện")  # type: ignore[arg-type]  # as named
    assert (outcome.outage, Outage.objects.count()) == (None, 0)
    assert outcome.findings


def test_anybody_sees_the_notice_as_page_xml_and_pdf_and_checks_it(officer: Officer) -> None:
    notice = declared(officer, ended=f"{DUE} 10:00").notices.get()
    visitor = browser()
    assert f"/outages/notices/{notice.pk}/" in visitor.get("/outages/").content.decode()
    page = visitor.get(f"/outages/notices/{notice.pk}/").content.decode()
    assert notice.check_code in page
    assert "23/06/2026" in page
    xml = visitor.get(f"/outages/notices/{notice.pk}/notice.xml").content
    assert xml == bytes(notice.xml)
    assert visitor.get(f"/outages/notices/{notice.pk}/notice.pdf").content[:5] == b"%PDF-"
    assert check_file(xml).verdict is Verdict.GENUINE
    found = check_number(notice.number, notice.check_code)
    assert found is not None
    assert found.verdict is Verdict.GENUINE
    shown = visitor.post("/check/", {"number": notice.number, "code": notice.check_code}).content.decode()
    assert f"/outages/notices/{notice.pk}/" in shown


def test_a_notice_of_a_taxpayer_is_not_shown_as_an_outage(officer: Officer, company_a: Pair) -> None:
    notice = declared(officer).notices.get()
    Notice.objects.filter(pk=notice.pk).update(kind=Notice.Kind.CHANGE, taxpayer=company_a[1], outage=None)
    assert browser().get(f"/outages/notices/{notice.pk}/").status_code == 404


def test_who_owes_a_return_due_that_day_is_mailed_the_new_day_and_the_notice(
    officer: Officer, company_a: Pair, server: Server
) -> None:
    outage = declared(officer, ended=f"{DUE} 10:00")
    assert told(outage) == 1
    assert send_pending() == 1
    (mail,) = server.mails
    assert mail["To"] == company_a[1].email
    text, notice = text_of(mail), outage.notices.get()
    for line in (
        "- 01/GTGT, tháng 05/2026: đến hết ngày 23/06/2026 (trước là 22/06/2026)",
        "- 01/GTGT, month 05/2026: to the end of 23/06/2026 (before: 22/06/2026)",
        f"{SITE}/duties/return/?form=01%2FGTGT&period=2026-05&for=0319900012",
        f"{SITE}/outages/notices/{notice.pk}/",
    ):
        assert line in text
    attached = {part.get_content_type(): part.get_content() for part in mail.iter_attachments()}
    assert attached["application/xml"] == bytes(notice.xml)
    assert attached["application/pdf"][:5] == b"%PDF-"
    assert notice.title in browser(company_a[0]).get("/notices/?about=outage").content.decode()
    listed = token(*company_a)[1].get(f"/taxpayers/{company_a[1].mst}/notices").json()["items"]
    assert [(each["kind"], each["number"]) for each in listed] == [("outage", notice.number)]


def test_run_again_nobody_is_told_twice_and_files_are_kept_once(
    officer: Officer, company_a: Pair, company_b: Pair
) -> None:
    outage = declared(officer, ended=f"{DUE} 10:00")
    assert [told(outage), told(outage), tell_of_outages()] == [2, 0, 0]
    assert (Mail.objects.exclude(recipient="").count(), MailFile.objects.count()) == (2, 2)


def test_who_has_filed_or_owes_nothing_then_is_not_told(
    officer: Officer, company_a: Pair, company_b: Pair
) -> None:
    filed(company_a)
    company_b[1].form_registrations.filter(form_code="01/GTGT").delete()
    stopped = member("c", "0319900051", "C")[1]
    Taxpayer.objects.filter(pk=stopped.pk).update(service="stopped")
    assert told(declared(officer, ended=f"{DUE} 10:00")) == 0


def test_who_has_registered_nothing_is_told_of_the_usual_returns(officer: Officer) -> None:
    lone = member("c", "0319900051", "C", {})[1]
    assert told(declared(officer, ended=f"{DUE} 10:00")) == 1
    assert OutageTold.objects.get().taxpayer == lone


def test_an_outage_on_a_day_nothing_is_due_tells_nobody(officer: Officer, company_a: Pair) -> None:
    assert told(declared(officer, "19/06/2026 09:00", "19/06/2026 10:00")) == 0


def test_one_without_an_address_finds_the_notice_among_its_own(officer: Officer, company_a: Pair) -> None:
    Taxpayer.objects.update(email="")
    outage = declared(officer, ended=f"{DUE} 10:00")
    assert told(outage) == 1
    assert not Mail.objects.exists()
    assert outage.notices.get().title in browser(company_a[0]).get("/notices/").content.decode()


def test_an_outage_that_goes_on_tells_again_when_it_is_over_and_those_due_the_next_day(
    officer: Officer, company_a: Pair, clock: Clock
) -> None:
    clock.now = at("21/06/2026 15:00")
    outage = declared(officer, "21/06/2026 09:00")
    assert told(outage) == 0
    clock.forward(days=1)
    assert tell_of_outages() == 1
    assert "ít nhất đến hết ngày 23/06/2026" in Mail.objects.exclude(recipient="").get().body
    clock.forward(days=1)
    end_outage(user=officer.user, officer=officer, outage=outage, ended_at=at("23/06/2026 10:00"))
    assert tell_of_outages() == 1
    assert "đến hết ngày 24/06/2026 (trước là 22/06/2026)" in Mail.objects.order_by("-pk")[0].body
    assert [row.step for row in OutageTold.objects.order_by("pk")] == ["begun", "over"]


def test_a_withdrawal_tells_the_due_date_as_before_to_those_who_were_told(
    officer: Officer, company_a: Pair, company_b: Pair, clock: Clock
) -> None:
    company_b[1].form_registrations.filter(form_code="01/GTGT").delete()
    outage = declared(officer, ended=f"{DUE} 10:00")
    told(outage)
    clock.forward(days=1)
    withdraw_outage(user=officer.user, officer=officer, outage=outage, why="Nhầm ngày")
    assert tell_of_outages() == 1
    body = Mail.objects.order_by("-pk")[0].body
    assert "đã được rút lại: Nhầm ngày" in body
    assert "- 01/GTGT, tháng 05/2026: 22/06/2026\n" in body


def test_nobody_is_told_of_a_chance_gone_by(officer: Officer, company_a: Pair, clock: Clock) -> None:
    outage = declared(officer, ended=f"{DUE} 10:00")
    assert told(outage, date(2026, 6, 24)) == 0
    assert told(outage, date(2026, 6, 23)) == 1


def test_it_asks_by_return_not_by_taxpayer(officer: Officer) -> None:
    def queries(outage: Outage) -> int:
        with CaptureQueriesContext(connection) as captured:
            told(outage)
        OutageTold.objects.all().delete()
        Mail.objects.exclude(recipient="").delete()
        MailFile.objects.all().delete()
        Mail.objects.all().delete()
        return len(captured)

    outage = declared(officer, ended=f"{DUE} 10:00")
    for number in range(3):
        member(f"u{number}", f"031990{number:04d}", "U")
    three = queries(outage)
    for number in range(3, 12):
        member(f"u{number}", f"031990{number:04d}", "U")
    assert queries(outage) == three


def test_of_many_mails_a_task_sends_the_first_few_and_the_sweep_the_rest(
    officer: Officer,
    company_a: Pair,
    company_b: Pair,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    """Codes and receipts of others are sent by the same tasks, and must not wait behind thousands."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    monkeypatch.setattr("khaithue.portal.mail.post.HURRIED", 1)
    declared(officer, ended=f"{DUE} 10:00")
    assert len(server.mails) == 1
    assert send_pending() == 1
    assert {mail["To"] for mail in server.mails} == {company_a[1].email, company_b[1].email}
