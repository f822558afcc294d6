"""Leaving the service: filing ends, look-up stays, the notice confirms it; and coming back."""

from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from pytest_django import Settings

from khaithue.obligations.period import Period
from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.drafts.models import Draft
from khaithue.portal.filing.rules import OF_THE_REGISTER, service_active
from khaithue.portal.filing.submission import Submission
from khaithue.portal.mail.models import Mail
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.own_xml import read_notice
from khaithue.portal.registration.actions.grant import grant
from khaithue.portal.registration.actions.stop import stop_service
from khaithue.portal.registration.models import Application, FormRegistration, RegisteredCertificate
from khaithue.portal.registration.outcome import Outcome
from khaithue.portal.registration.stopping import Stop, choices
from khaithue.returns.catalogue import find_for
from khaithue.returns.codec import decode
from khaithue.returns.model import Return
from tests.portal.conftest import Clock
from tests.portal.register_steps import (
    Authority,
    applied,
    asked,
    new_authority,
    new_officer,
    open_office,
)

pytestmark = pytest.mark.django_db
Pair = tuple[User, Taxpayer]
REASON = "Giải thể doanh nghiệp"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("stop"))


@pytest.fixture(autouse=True)
def _office(settings: Settings, authority: Authority, clock: Clock) -> None:
    open_office(settings, authority)


@pytest.fixture
def company_a(company_a: Pair) -> Pair:
    """The company with no form registered but those a test registers."""
    company_a[1].form_registrations.all().delete()
    return company_a


def registered(taxpayer: Taxpayer, form: str = "01/GTGT", first: str = "2026-01") -> FormRegistration:
    period = Period.parse(first)
    return FormRegistration.objects.create(
        taxpayer=taxpayer,
        form_code=form,
        period_kind=period.kind.value,
        first_period=first,
        first_start=period.start,
        registered_at=datetime.fromisoformat("2026-01-01T00:00:00+07:00"),
    )


def stopped(pair: Pair, reason: str = REASON, **last: str) -> Outcome[Application]:
    periods = {"01/GTGT": last["gtgt"]} if last else {}
    return stop_service(user=pair[0], taxpayer=pair[1], stop=Stop(reason, periods))


def codes(outcome: Outcome[Application]) -> list[str]:
    return [item.code for item in outcome.findings]


def may_return(taxpayer: Taxpayer) -> list[str]:
    """What the register says of a return of May 2026."""
    period = Period.month(2026, 5)
    form = find_for("01/GTGT", period, date(2026, 7, 1))
    assert form is not None
    ret = Return(form, period, {"mst": taxpayer.mst, "loaiTKhai": "C"}, {})
    at = datetime.fromisoformat("2026-07-01T09:00:00+07:00")
    return [item.code for item in service_active(Submission(taxpayer, ret, at))]


def test_the_stop_ends_service_forms_and_certificates_and_keeps_the_account(company_a: Pair) -> None:
    user, taxpayer = company_a
    form = registered(taxpayer)
    RegisteredCertificate.objects.create(
        taxpayer=taxpayer,
        serial="A1",
        issuer="CN=CA",
        holder="A",
        not_before=datetime.fromisoformat("2020-01-01T00:00:00+07:00"),
        not_after=datetime.fromisoformat("2030-01-01T00:00:00+07:00"),
        fingerprint="ab" * 32,
        der=b"",
        added_at=datetime.fromisoformat("2026-01-01T00:00:00+07:00"),
    )
    outcome = stopped(company_a, gtgt="2026-06")
    assert outcome.value is not None
    taxpayer.refresh_from_db()
    assert (taxpayer.service, taxpayer.service_to) == ("stopped", date(2026, 7, 1))
    form.refresh_from_db()
    assert (form.last_period, form.last_end) == ("2026-06", date(2026, 6, 30))
    assert form.ended_at is not None
    assert not taxpayer.certificates.filter(ended_at__isnull=True).exists()
    assert Taxpayer.objects.of(user).get() == taxpayer
    assert (outcome.value.kind, outcome.value.state, outcome.value.reason) == ("stop", "granted", REASON)


@pytest.mark.near_miss("REG-STOP-DRAFTS", "REG-STOP-REASON")
def test_the_stop_is_confirmed_by_a_signed_notice_and_an_e_mail(company_a: Pair) -> None:
    registered(company_a[1])
    application = stopped(company_a, gtgt="2026-06").value
    assert application is not None
    notice = Notice.objects.get(kind="stop")
    told = read_notice(bytes(notice.xml)).return_
    assert told is not None
    assert (notice.form_code, notice.taxpayer) == ("03/TB-TĐT", company_a[1])
    assert (told.values["ho_so"], told.values["ket_qua"]) == ("3", "Y")
    mail = Mail.objects.get(name=f"{application.code}.stop")
    assert mail.recipient == company_a[1].email
    assert "Tờ khai 01/GTGT: kỳ cuối cùng nộp qua mạng 06/2026" in mail.body
    assert [file.media_type for file in mail.files.all()] == ["application/xml", "application/pdf"]
    paper, wrong = decode(application.data)
    assert paper is not None
    assert not wrong
    assert (paper.form.code, paper.values["noi_dung"], paper.values["ly_do"]) == ("02/ĐK-TĐT", "3", REASON)
    assert paper.values["ngung_tu"] == "2026-07-01"


def test_under_ihtkk_the_notice_is_the_systems_confirmation_number_197(
    company_a: Pair, settings: Settings
) -> None:
    settings.ERAS = {"ihtkk": date(2026, 1, 1)}
    assert stopped(company_a).value is not None
    notice = Notice.objects.get(kind="stop")
    told = read_notice(bytes(notice.xml)).return_
    assert told is not None
    assert (notice.form_code, told.form.ma_tkhai) == ("TB-DKyNgungDVu", "197")
    assert told.values["luc"] == "2026-07-01T09:00:00+07:00"


@pytest.mark.error("FILE-SERVICE-STOPPED")
@pytest.mark.near_miss("FILE-SERVICE-STOPPED")
def test_after_the_stop_filing_is_refused_and_before_it_is_not(company_a: Pair) -> None:
    assert service_active in OF_THE_REGISTER
    assert may_return(company_a[1]) == []
    stopped(company_a)
    assert may_return(company_a[1]) == ["FILE-SERVICE-STOPPED"]


@pytest.mark.error("REG-STOP-REASON")
def test_a_stop_gives_its_reason(company_a: Pair) -> None:
    assert codes(stopped(company_a, "  ")) == ["REG-STOP-REASON"]
    assert Taxpayer.objects.get(pk=company_a[1].pk).service == "active"
    assert codes(stopped(company_a, "x")) == []


@pytest.mark.error("REG-STOP-PERIOD")
@pytest.mark.parametrize("last", ["", "2025-12", "2026-08", "2026-Q2", "tháng 6"])
def test_a_last_period_is_of_the_registered_kind_not_before_the_first_and_begun(
    company_a: Pair, last: str
) -> None:
    registered(company_a[1])
    assert codes(stopped(company_a, gtgt=last)) == ["REG-STOP-PERIOD"]
    assert Taxpayer.objects.get(pk=company_a[1].pk).service == "active"


@pytest.mark.near_miss("REG-STOP-PERIOD")
@pytest.mark.parametrize("last", ["2026-01", "2026-07"])
def test_the_first_registered_and_the_running_period_may_be_the_last(company_a: Pair, last: str) -> None:
    registered(company_a[1])
    assert codes(stopped(company_a, gtgt=last)) == []


def test_a_form_not_begun_ends_with_its_first_period(company_a: Pair) -> None:
    registered(company_a[1], first="2026-09")
    assert codes(stopped(company_a, gtgt="2026-09")) == []


def test_the_periods_offered_are_those_that_may_be_the_last(company_a: Pair) -> None:
    today = date(2026, 7, 1)
    month = registered(company_a[1], first="2026-05")
    assert [str(item) for item in choices(month, today)] == ["2026-07", "2026-06", "2026-05"]
    ahead = registered(company_a[1], "05/KK-TNCN", "2026-Q4")
    assert [str(item) for item in choices(ahead, today)] == ["2026-Q4"]
    once = registered(company_a[1], "04/GTGT", "2026-03-02")
    assert [str(item) for item in choices(once, today)] == ["2026-07-01"]


@pytest.mark.error("REG-STOP-DRAFTS")
def test_open_drafts_are_told_and_hinder_nothing(company_a: Pair) -> None:
    draft = {"form_code": "01/GTGT", "basis": "TT80/2021/TT-BTC", "version": "2.8.3", "data": {}}
    Draft.objects.create(taxpayer=company_a[1], period="2026-06", kind="C", **draft)
    outcome = stopped(company_a)
    assert codes(outcome) == ["REG-STOP-DRAFTS"]
    assert outcome.value is not None
    assert Draft.objects.count() == 1


def test_who_has_stopped_does_not_stop_again(company_a: Pair) -> None:
    assert codes(stopped(company_a)) == []
    again = stopped(company_a)
    assert codes(again) == ["REG-STOPPED"]
    assert "01/07/2026" in again.findings[0].message.vi
    assert Notice.objects.filter(kind="stop").count() == 1


def test_only_the_main_account_stops(company_a: Pair, company_b: Pair) -> None:
    clerk = User.objects.create_user("nhan-vien", email="nhan-vien@example.vn")
    Membership.objects.create(user=clerk, taxpayer=company_a[1])
    for user in (clerk, company_b[0]):
        with pytest.raises(PermissionDenied):
            stop_service(user=user, taxpayer=company_a[1], stop=Stop(REASON))
    assert codes(stopped(company_a)) == []


def test_who_comes_back_keeps_taxpayer_account_and_history(company_a: Pair, authority: Authority) -> None:
    user, taxpayer = company_a
    registered(taxpayer)
    stopped(company_a, gtgt="2026-06")
    email = "moi@mau-a.example.vn"
    asking = asked(
        authority.certificate(taxpayer.mst),
        mst=taxpayer.mst,
        name=taxpayer.name,
        email=email,
        email_again=email,
    )
    application = applied(asking)
    assert (application.kind, application.taxpayer) == ("return", taxpayer)
    outcome = grant(user=new_officer(), application=application, id_seen=False)
    assert outcome.value is not None
    taxpayer.refresh_from_db()
    assert (taxpayer.service, taxpayer.service_to, taxpayer.email) == ("active", None, email)
    assert Membership.objects.get(taxpayer=taxpayer, role="main").user == user
    user.refresh_from_db()
    assert (user.email, user.username) == (email, "a")
    assert FormRegistration.objects.get(taxpayer=taxpayer).last_period == "2026-06"
    assert taxpayer.notices.filter(kind="stop").exists()
    assert may_return(taxpayer) == []
    assert "Mã tài khoản (tên đăng nhập): a" in Mail.objects.get(name=f"{application.code}.account").body
