"""The pages of registration, of the office that answers, of activation and of leaving."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from pytest_django import Settings

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.mail.models import Mail
from khaithue.portal.registration.models import Application, Invitation
from tests.portal.conftest import PASSWORD, Clock
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
from tests.portal.web_browser import browser

pytestmark = pytest.mark.django_db
SENTENCE = "con mèo nhảy qua ba cái ghế"
Pair = tuple[User, Taxpayer]


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("pages"))


@pytest.fixture(autouse=True)
def _office(settings: Settings, authority: Authority) -> None:
    open_office(settings, authority)


def sent(visitor: Client, certificate: bytes = b"", **changes: str) -> Any:
    """The form as a browser sends it."""
    texts = {
        "mst": MST,
        "name": NAME,
        "office_code": "70123",
        "email": "ke-toan@mau-c.example.vn",
        "email_again": "ke-toan@mau-c.example.vn",
        "phone": "0912345678",
        **changes,
    }
    file = {"certificate": SimpleUploadedFile("c.cer", certificate)} if certificate else {}
    return visitor.post("/register/", {**texts, **file})


def mailed_code() -> str:
    body = Mail.objects.filter(name__startswith="register.code").order_by("pk").last()
    assert body is not None
    return str(re.findall(r"\b\d{6}\b", body.body)[0])


def text(reply: Any) -> str:
    return str(reply.content, "utf-8")


def test_the_form_keeps_what_was_typed_and_the_certificate_that_could_be_read(authority: Authority) -> None:
    visitor = browser()
    reply = sent(visitor, authority.certificate(), phone="12")
    assert reply.status_code == 422
    assert "REG-PHONE" in text(reply)
    assert f'value="{NAME}"' in text(reply)
    assert "KHAITHUE DEMO CA" in text(reply)
    again = sent(visitor)
    assert (again.status_code, again.headers["Location"]) == (302, "/register/review/")
    assert not Application.objects.exists()


@pytest.mark.error("REG-EMAIL-CODE")
@pytest.mark.near_miss("REG-EMAIL-CODE")
def test_nothing_is_stored_before_the_code_of_the_e_mail(authority: Authority) -> None:
    visitor = browser()
    sent(visitor, authority.certificate())
    code = mailed_code()
    wrong = f"{(int(code) + 1) % 10**6:06}"
    reply = visitor.post("/register/review/", {"code": wrong})
    assert reply.status_code == 422
    assert "REG-EMAIL-CODE" in text(reply)
    assert not Application.objects.exists()
    reply = visitor.post("/register/review/", {"code": code})
    application = Application.objects.get()
    assert reply.headers["Location"] == f"/register/slip/{application.key}/"
    assert visitor.get("/register/review/").status_code == 302
    assert application.code in text(visitor.get(reply.headers["Location"]))


def test_a_code_runs_out_after_ten_minutes_and_a_new_one_is_mailed(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = browser()
    sent(visitor, authority.certificate())
    code, later = mailed_code(), timezone.now() + timedelta(minutes=10)
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)
        assert visitor.post("/register/review/", {"code": code}).status_code == 422
        assert visitor.post("/register/code/").status_code == 302
        assert visitor.post("/register/review/", {"code": mailed_code()}).status_code == 302
    assert Application.objects.count() == 1


def test_a_code_for_one_address_confirms_no_other(authority: Authority) -> None:
    visitor = browser()
    sent(visitor, authority.certificate())
    first = mailed_code()
    sent(visitor, email="khac@mau-c.example.vn", email_again="khac@mau-c.example.vn")
    if mailed_code() != first:
        assert visitor.post("/register/review/", {"code": first}).status_code == 422
    assert visitor.post("/register/review/", {"code": mailed_code()}).status_code == 302
    assert Application.objects.get().email == "khac@mau-c.example.vn"


def test_after_five_wrong_codes_no_sixth_is_asked(authority: Authority) -> None:
    visitor = browser()
    sent(visitor, authority.certificate())
    wrong = f"{(int(mailed_code()) + 1) % 10**6:06}"
    found = [visitor.post("/register/review/", {"code": wrong}).status_code for _ in range(6)]
    assert found == [422, 422, 422, 422, 422, 429]
    assert visitor.post("/register/review/", {"code": mailed_code()}).status_code == 429


def test_a_review_without_a_form_leads_to_the_form() -> None:
    assert browser().get("/register/review/").headers["Location"] == "/register/"
    assert browser().post("/register/code/").headers["Location"] == "/register/"


def test_the_slip_gives_the_form_as_pdf_and_after_the_answer_the_notice(authority: Authority) -> None:
    application = applied(asked(authority.certificate()))
    visitor, slip = browser(), f"/register/slip/{application.key}/"
    assert visitor.get(f"{slip}slip.pdf").content.startswith(b"%PDF")
    assert visitor.get(f"{slip}form.pdf").content.startswith(b"%PDF")
    assert visitor.get(f"{slip}notice.xml").status_code == 404
    desk = browser(new_officer())
    assert desk.post(f"/office/applications/{application.pk}/grant/").status_code == 302
    assert visitor.get(f"{slip}notice.pdf").content.startswith(b"%PDF")
    assert b"TBaoThueDTu" in visitor.get(f"{slip}notice.xml").content
    assert "Đã chấp nhận" in text(visitor.get(slip))


def test_a_slip_is_found_by_its_key_alone(authority: Authority) -> None:
    application = applied(asked(authority.certificate()))
    assert browser().get("/register/slip/00000000-0000-4000-8000-000000000000/").status_code == 404
    assert browser().get(f"/register/slip/{application.pk}/").status_code == 404


def test_an_officer_lands_on_what_waits(authority: Authority) -> None:
    officer = new_officer()
    officer.set_password(PASSWORD)
    officer.save()
    applied(asked(authority.certificate()))
    applied(asked(alone=True, mst="079085000001", email="a@b.vn", email_again="a@b.vn", office_code="70129"))
    visitor = browser()
    reply = visitor.post("/login/", {"username": "can-bo", "password": PASSWORD}, follow=True)
    assert reply.redirect_chain[-1][0] == "/office/"
    assert re.search(r'<p class="number">\s*1\s*</p>', text(reply))
    assert NAME in text(visitor.get("/office/applications/"))
    assert "079085000001" not in text(visitor.get("/office/applications/"))


def test_an_officer_sees_no_application_of_another_office(authority: Authority) -> None:
    application = applied(asked(authority.certificate()))
    desk = browser(new_officer("khac", "70129"))
    assert desk.get(f"/office/applications/{application.pk}/").status_code == 404
    assert desk.post(f"/office/applications/{application.pk}/grant/").status_code == 404
    assert Application.objects.get().state == "received"


def test_an_answer_given_meanwhile_is_told_with_409(authority: Authority) -> None:
    application = applied(asked(authority.certificate()))
    desk, other = browser(new_officer()), browser(new_officer("hai"))
    refusal = desk.post(f"/office/applications/{application.pk}/refuse/", {"reason": "Thiếu giấy tờ."})
    assert refusal.status_code == 302
    late = other.post(f"/office/applications/{application.pk}/grant/")
    assert late.status_code == 409
    assert "REG-ANSWERED" in text(late)
    assert "Thiếu giấy tờ." in text(late)


def test_a_refusal_without_a_reason_is_asked_again_with_422(authority: Authority) -> None:
    application = applied(asked(authority.certificate()))
    desk = browser(new_officer())
    reply = desk.post(f"/office/applications/{application.pk}/refuse/", {"reason": " "})
    assert reply.status_code == 422
    assert "REG-REASON" in text(reply)
    assert Application.objects.get().state == "received"


def _link(authority: Authority, clock: Clock) -> str:
    application = applied(asked(authority.certificate()))
    browser(new_officer()).post(f"/office/applications/{application.pk}/grant/")
    found = re.search(r"https://\S+(/activate/\S+/)", Mail.objects.get(name__endswith=".account").body)
    assert found
    return found[1]


def test_the_link_asks_for_a_password_and_logs_in(authority: Authority, clock: Clock) -> None:
    link, visitor = _link(authority, clock), browser()
    assert visitor.get(link).headers["Location"] == "/activate/set/"
    page = text(visitor.get("/activate/set/"))
    assert MST in page
    assert link.split("/")[2] not in page
    weak = visitor.post("/activate/set/", {"new": "ngắn", "again": "khác"})
    assert weak.status_code == 422
    assert "Hai lần nhập mật khẩu mới không giống nhau" in text(weak)
    assert Invitation.objects.get().used_at is None
    done = visitor.post("/activate/set/", {"new": SENTENCE, "again": SENTENCE}, follow=True)
    assert "Việc phải làm" in text(done)
    second = browser()
    second.get(link)
    assert second.get("/activate/set/").status_code == 410
    assert "REG-LINK" in text(second.get("/activate/set/"))


def test_a_link_of_last_week_is_told_and_leads_to_a_new_one(authority: Authority, clock: Clock) -> None:
    link = _link(authority, clock)
    clock.forward(days=7)
    visitor = browser()
    visitor.get(link)
    reply = visitor.get("/activate/set/")
    assert reply.status_code == 410
    assert "/password/forgotten/" in text(reply)


def test_who_missed_the_link_gets_in_with_the_link_of_a_forgotten_password(
    authority: Authority, clock: Clock
) -> None:
    _link(authority, clock)
    clock.forward(days=8)
    user = User.objects.get(username=MST)
    name, token = urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)
    visitor = browser()
    visitor.get(f"/password/new/{name}/{token}/")
    visitor.post(f"/password/new/{name}/set/", {"new": SENTENCE, "again": SENTENCE})
    user.refresh_from_db()
    assert user.check_password(SENTENCE)
    assert not user.must_change_password


def test_the_stop_is_asked_confirmed_and_then_told_everywhere(company_a: Pair) -> None:
    user, taxpayer = company_a
    taxpayer.form_registrations.all().delete()
    visitor = browser()
    visitor.post("/login/", {"username": user.username, "password": PASSWORD})
    assert visitor.post("/service/stop/", {"reason": " "}).status_code == 422
    asked_again = visitor.post("/service/stop/", {"reason": "Giải thể"})
    assert "Xác nhận ngừng sử dụng dịch vụ" in text(asked_again)
    assert Taxpayer.objects.get(pk=taxpayer.pk).service == "active"
    done = visitor.post("/service/stop/", {"reason": "Giải thể", "sure": "1"}, follow=True)
    assert "Đã ngừng nộp hồ sơ khai thuế qua mạng từ" in text(done)
    assert visitor.get("/filings/").status_code == 200
    again = visitor.post("/service/stop/", {"reason": "Giải thể", "sure": "1"})
    assert again.status_code == 422
    assert "REG-STOPPED" in text(again)
    assert visitor.get("/service/stop/").headers["Location"] == "/service/"
    assert f'value="{taxpayer.mst}"' in text(visitor.get("/register/"))


def test_the_stop_asks_first_who_it_is(company_a: Pair) -> None:
    reply = browser(company_a[0]).get("/service/stop/")
    assert reply.headers["Location"].startswith("/account/confirm/?next=%2Fservice%2Fstop%2F")
    posted = browser(company_a[0]).post("/service/stop/", {"reason": "x", "sure": "1"})
    assert posted.status_code == 302
    assert Taxpayer.objects.get(pk=company_a[1].pk).service == "active"
