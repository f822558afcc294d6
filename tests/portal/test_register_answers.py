"""The office answers an application once: an account and a link that works once, or a reason."""

import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django import Settings

from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.audit.models import AuditEntry
from khaithue.portal.mail.models import Mail
from khaithue.portal.mail.sending import send
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.own_xml import read_notice
from khaithue.portal.office.identity import key_path, trust_store
from khaithue.portal.registration.actions.activate import activate
from khaithue.portal.registration.actions.grant import grant
from khaithue.portal.registration.actions.refuse import refuse
from khaithue.portal.registration.invitations import invitation_of
from khaithue.portal.registration.models import Application, Invitation, RegisteredCertificate
from khaithue.portal.registration.outcome import Outcome
from khaithue.returns.model import Return
from khaithue.signing.policy import current_policy
from khaithue.signing.target import Target
from khaithue.signing.verify import verify
from tests.portal.conftest import SITE, Clock
from tests.portal.mail_server import Server
from tests.portal.register_steps import (
    MST,
    NAME,
    Authority,
    applied,
    asked,
    new_authority,
    new_officer,
    open_office,
)

pytestmark = pytest.mark.django_db
SENTENCE, OTHER_SENTENCE = "con mèo nhảy qua ba cái ghế", "mười hai con giáp đi chợ"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("answers"))


@pytest.fixture(autouse=True)
def _office(settings: Settings, authority: Authority, clock: Clock) -> None:
    open_office(settings, authority)


@pytest.fixture
def officer() -> User:
    return new_officer()


@pytest.fixture
def application(authority: Authority) -> Application:
    return applied(asked(authority.certificate()))


def granted(officer: User, application: Application, *, id_seen: bool = False) -> Outcome[Application]:
    return grant(user=officer, application=application, id_seen=id_seen)


def codes(outcome: Outcome[Application]) -> set[str]:
    return {item.code for item in outcome.findings}


def secret_of(application: Application) -> str:
    body = Mail.objects.get(name=f"{application.code}.account").body
    found = re.search(rf"{SITE}/activate/([\w-]+)/", body)
    assert found
    return found[1]


def read(notice: Notice) -> Return:
    """The notice as its signed XML says it."""
    xml = bytes(notice.xml)
    status = verify(
        xml, trust=trust_store(), at=notice.created_at, policy=current_policy(), target=Target.NOTICE
    )
    assert status.valid, status.findings
    found = read_notice(xml).return_
    assert found is not None
    return found


def test_a_grant_makes_the_taxpayer_its_main_account_and_its_certificate(
    officer: User, application: Application
) -> None:
    assert granted(officer, application).value is not None
    taxpayer = Taxpayer.objects.get(mst=MST)
    assert (taxpayer.name, taxpayer.office_code, taxpayer.service) == (NAME, "70123", "active")
    assert (taxpayer.email, taxpayer.phone) == ("ke-toan@mau-c.example.vn", "0912345678")
    assert taxpayer.service_from == date(2026, 7, 1)
    member = Membership.objects.get(taxpayer=taxpayer)
    assert (member.role, member.user.username) == ("main", MST)
    assert member.user.must_change_password
    assert not member.user.has_usable_password()
    registered = RegisteredCertificate.objects.get(taxpayer=taxpayer)
    assert bytes(registered.der) == bytes(application.certificate or b"")
    assert (registered.mst, registered.holder, registered.ended_at) == (MST, NAME, None)
    application.refresh_from_db()
    assert (application.state, application.answered_by, application.taxpayer) == (
        "granted",
        officer,
        taxpayer,
    )


def test_the_notice_of_a_grant_is_signed_and_names_the_account(
    officer: User, application: Application
) -> None:
    granted(officer, application)
    notice = Notice.objects.get(application=application)
    told = read(notice)
    assert (notice.form_code, notice.number) == ("03/TB-TĐT", f"{application.code}/TB-TĐT")
    assert (told.values["ho_so"], told.values["ket_qua"], told.values["tai_khoan"]) == ("1", "Y", MST)
    assert told.values["ma_gd"] == application.code
    assert told.values["luc"] == "2026-07-01T09:00:00+07:00"
    mail = Mail.objects.get(name=f"{application.code}.answer")
    assert [file.media_type for file in mail.files.all()] == ["application/xml", "application/pdf"]
    assert "CHẤP NHẬN" in mail.body
    assert "REFUSED" not in mail.body


def test_under_ihtkk_a_grant_gives_two_notices_the_permit_and_the_account(
    authority: Authority, officer: User, settings: Settings
) -> None:
    settings.ERAS = {"ihtkk": date(2026, 1, 1)}
    application = applied(asked(authority.certificate(), start="09/2026"))
    assert granted(officer, application).value is not None
    permit, account = Notice.objects.filter(application=application).order_by("pk")
    assert (permit.form_code, account.form_code) == ("02B/TB-iHTKK", "TB-CapTKhoan")
    assert read(permit).values["tu_ngay"] == "2026-09"
    assert read(account).values["dinh_danh"] == MST
    assert Taxpayer.objects.get(mst=MST).service_from == date(2026, 9, 1)
    assert account.mail is not None
    assert account.mail.is_secret
    assert b"activate" not in bytes(account.xml)


@pytest.mark.near_miss("REG-REASON")
def test_under_ihtkk_a_refusal_is_told_on_the_same_form(
    authority: Authority, officer: User, settings: Settings
) -> None:
    settings.ERAS = {"ihtkk": date(2026, 1, 1)}
    application = applied(asked(authority.certificate()))
    refuse(user=officer, application=application, reason="Bản sao không có công chứng.")
    told = read(Notice.objects.get(application=application))
    assert (told.form.code, told.values["ket_qua"]) == ("02B/TB-iHTKK", "N")
    assert told.values["ly_do"] == "Bản sao không có công chứng."


def test_under_circular_89_the_answer_is_notice_04(
    authority: Authority, officer: User, settings: Settings
) -> None:
    settings.ERAS = {"tt89": date(2026, 7, 1)}
    application = applied(asked(authority.certificate()))
    granted(officer, application)
    assert read(Notice.objects.get(application=application)).values["tai_khoan"] == MST
    assert Notice.objects.get(application=application).form_code == "04/TB-TĐT"


def test_no_password_and_no_link_is_kept(officer: User, application: Application, server: Server) -> None:
    granted(officer, application)
    secret = secret_of(application)
    for notice in Notice.objects.all():
        assert secret.encode() not in bytes(notice.xml)
    assert not Invitation.objects.filter(secret__contains=secret).exists()
    for mail in Mail.objects.all():
        send(mail.pk)
    sent = [str(item.get_content()) for item in server.mails if not item.is_multipart()]
    assert sum(secret in text for text in sent) == 1
    assert not any(secret in mail.body for mail in Mail.objects.all())


@pytest.mark.error("REG-REASON")
def test_a_refusal_gives_its_reason_and_no_account(officer: User, application: Application) -> None:
    assert codes(refuse(user=officer, application=application, reason=" \n ")) == {"REG-REASON"}
    reason = "Tên không khớp đăng ký thuế."
    outcome = refuse(user=officer, application=application, reason=f"  {reason} ")
    assert outcome.value is not None
    notice = Notice.objects.get(application=application)
    told = read(notice)
    assert (told.values["ket_qua"], told.values["ly_do"]) == ("N", reason)
    assert reason in Mail.objects.get(name=f"{application.code}.answer").body
    assert notice.taxpayer is None
    assert not Taxpayer.objects.exists()
    assert not Membership.objects.exists()


@pytest.mark.error("REG-ANSWERED")
@pytest.mark.near_miss("REG-ANSWERED")
def test_the_second_of_two_officers_is_told_that_it_is_answered(
    officer: User, application: Application
) -> None:
    other = new_officer("can-bo-hai")
    stale = Application.objects.get(pk=application.pk)
    assert granted(officer, application).value is not None
    assert codes(refuse(user=other, application=stale, reason="Chậm một bước.")) == {"REG-ANSWERED"}
    again = granted(other, stale)
    assert codes(again) == {"REG-ANSWERED"}
    assert "09:00 01/07/2026" in again.findings[0].message.vi
    assert Notice.objects.filter(application=application).count() == 1
    assert Application.objects.get(pk=application.pk).answered_by == officer


def test_an_officer_of_another_office_may_not_answer(application: Application) -> None:
    stranger = new_officer("can-bo-khac", "70129")
    with pytest.raises(PermissionDenied):
        granted(stranger, application)
    with pytest.raises(PermissionDenied):
        refuse(user=stranger, application=application, reason="x")


@pytest.mark.error("REG-ID-NOT-SEEN")
@pytest.mark.near_miss("REG-ID-NOT-SEEN")
def test_a_person_without_certificate_is_granted_once_the_paper_was_seen(officer: User) -> None:
    application = applied(asked(alone=True))
    assert codes(granted(officer, application)) == {"REG-ID-NOT-SEEN"}
    assert granted(officer, application, id_seen=True).value is not None
    assert not RegisteredCertificate.objects.exists()
    seen = AuditEntry.objects.filter(action="registration.grant").order_by("pk").last()
    assert seen is not None
    assert (seen.actor, seen.detail["outcome"], seen.detail["id_seen"]) == (
        f"officer:{officer.pk}",
        "granted",
        True,
    )


@pytest.mark.parametrize(
    ("mst", "with_certificate", "kind"),
    [
        (MST, True, "organisation"),
        (MST, False, "person"),
        ("079085000001", True, "person"),
        ("079085000001", False, "person"),
    ],
)
def test_a_person_is_who_has_a_personal_number_or_came_without_a_certificate(
    officer: User, authority: Authority, mst: str, with_certificate: bool, kind: str
) -> None:
    der = authority.certificate(mst) if with_certificate else b""
    application = applied(asked(der, mst=mst, alone=not with_certificate))
    assert granted(officer, application, id_seen=not with_certificate).value is not None
    assert Taxpayer.objects.get(mst=mst).kind == kind


def test_a_person_who_comes_back_with_a_certificate_stays_a_person(
    officer: User, authority: Authority
) -> None:
    granted(officer, applied(asked(alone=True)), id_seen=True)
    Taxpayer.objects.update(service=Taxpayer.Service.STOPPED)
    again = applied(asked(authority.certificate()))
    assert granted(officer, again).value is not None
    assert Taxpayer.objects.get(mst=MST).kind == "person"


def test_a_certificate_that_has_expired_since_is_not_granted(
    officer: User, authority: Authority, clock: Clock
) -> None:
    end = clock.now.replace(hour=12)
    start = clock.now.replace(year=2025)
    application = applied(asked(authority.certificate(valid=(start, end))))
    clock.forward(hours=4)
    assert codes(granted(officer, application)) == {"CERT-EXPIRED"}
    clock.forward(hours=-2)
    assert codes(granted(officer, application)) == set()


def test_an_address_taken_since_the_application_is_not_granted(
    officer: User, application: Application
) -> None:
    user = User.objects.create_user("nhanh", email="ke-toan@mau-c.example.vn")
    assert codes(granted(officer, application)) == {"REG-EMAIL-TAKEN"}
    user.email = "khac@example.vn"
    user.save()
    assert codes(granted(officer, application)) == set()


def test_a_tax_code_that_got_the_service_otherwise_is_not_granted_twice(
    officer: User, application: Application
) -> None:
    Taxpayer.objects.create(mst=MST, name=NAME, office_code="70123", office_name="Thuế")
    assert codes(granted(officer, application)) == {"REG-ALREADY"}


def test_an_office_without_its_key_answers_nothing(officer: User, application: Application) -> None:
    key = key_path().read_bytes()
    key_path().unlink()
    assert codes(granted(officer, application)) == {"OFFICE-NOT-READY"}
    assert codes(refuse(user=officer, application=application, reason="x")) == {"OFFICE-NOT-READY"}
    assert Application.objects.get().state == "received"
    key_path().write_bytes(key)
    assert codes(granted(officer, application)) == set()


def test_the_link_sets_the_password_once(officer: User, application: Application) -> None:
    granted(officer, application)
    secret = secret_of(application)
    first = activate(secret=secret, password=SENTENCE)
    assert first.user is not None
    user = User.objects.get(username=MST)
    assert user.check_password(SENTENCE)
    assert not user.must_change_password
    again = activate(secret=secret, password=OTHER_SENTENCE)
    assert [item.code for item in again.findings] == ["REG-LINK"]
    assert User.objects.get(username=MST).check_password(SENTENCE)


@pytest.mark.error("REG-LINK")
@pytest.mark.near_miss("REG-LINK")
def test_the_link_is_good_for_seven_days(officer: User, application: Application, clock: Clock) -> None:
    granted(officer, application)
    secret = secret_of(application)
    clock.forward(days=7)
    assert [item.code for item in activate(secret=secret, password=SENTENCE).findings] == ["REG-LINK"]
    clock.forward(seconds=-1)
    assert activate(secret=secret, password=SENTENCE).user is not None


def test_a_wrong_or_cancelled_link_or_one_of_a_closed_account_is_no_good(
    officer: User, application: Application
) -> None:
    granted(officer, application)
    secret, now = secret_of(application), timezone.now()
    assert invitation_of(secret[:-1] + ("A" if secret[-1] != "A" else "B"), now) is None
    assert invitation_of("", now) is None
    assert invitation_of(secret, now) is not None
    User.objects.filter(username=MST).update(is_active=False)
    assert invitation_of(secret, now) is None
    User.objects.filter(username=MST).update(is_active=True)
    Invitation.objects.update(cancelled_at=now)
    assert invitation_of(secret, now) is None
