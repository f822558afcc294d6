"""Passwords: long, not known, not about the user; changed, forgotten, and first ones replaced."""

import re
import unicodedata

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.audit.models import AuditEntry
from khaithue.portal.login.models import OneTimeCode
from khaithue.portal.login.onetime import make_code
from khaithue.portal.login.passwords import faults_of
from khaithue.portal.login.words import PASSWORD_FAULTS
from tests.portal.conftest import PASSWORD, SITE, Clock
from tests.portal.login_steps import enrolled, entered, fault, is_in, log_in
from tests.portal.mail_server import Server, text_of
from tests.portal.web_browser import browser

Pair = tuple[User, Taxpayer]

GOOD = "con mèo nhảy qua ba cái ghế"
SHORT, KNOWN, OWN = "short", "known", "own"


def codes_of(password: str, user: User) -> list[str]:
    said = {text.format(shortest=15): code for code, text in PASSWORD_FAULTS.items()}
    return [said[text] for text in faults_of(password, user)]


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        (GOOD, []),
        ("tulipsandrainyday", []),
        ("chỉ chữ thường th", []),
        ("hôm nay mưa to quá 2026", []),
        ("📎📎 kẹp giấy xanh 📎📎", []),
        ("mười bốn ký tự", [SHORT]),
        ("password", [SHORT, KNOWN]),
        ("Password Password", [KNOWN]),
        ("matkhau123matkhau123", [KNOWN]),
        ("mật khẩu của tôi 2026", [KNOWN]),
        ("Anh Yêu Em Nhiều Lắm!", [KNOWN]),
        ("khai thuế điện tử 2026", [KNOWN]),
        ("aaaaaaaaaaaaaaaaaaaa", [KNOWN]),
        ("123456789012345", [KNOWN]),
        ("9876543210987654321", [KNOWN]),
        ("abcdefghijklmnopqrst", [KNOWN]),
        ("qwertyuiopasdfghjkl", [KNOWN]),
        ("121212121212121212", [KNOWN]),
        ("ke-toan-an@mau.example.vn", [OWN]),
        ("0319900012-0319900012", [OWN]),
        ("CÔNG TY TNHH MẪU A 2026", [OWN]),
        ("Nguyễn Thị Sương 1990", [OWN]),
        ("nguyenthisuongnguyenthisuong", [OWN]),
        ("Nguyễn Thị Sương thích đi bộ", []),
        ("x" * 1001, ["long"]),
        ("thật dài " * 100, []),
    ],
)
def test_a_password_is_long_not_known_and_not_about_the_user(
    company_a: Pair, password: str, faults: list[str]
) -> None:
    user, _ = company_a
    user.email, user.last_name, user.first_name = "ke-toan-an@mau.example.vn", "Nguyễn Thị", "Sương"
    user.save()
    assert codes_of(password, user) == faults


def test_the_same_letters_are_the_same_password_however_the_keyboard_sends_them(company_a: Pair) -> None:
    user, _ = company_a
    user.set_password(unicodedata.normalize("NFD", GOOD))
    user.save()
    for form in ("NFC", "NFD"):
        assert log_in(browser(), password=unicodedata.normalize(form, GOOD)).status_code == 302


def change(client: object, old: str = PASSWORD, new: str = GOOD, again: str = GOOD) -> object:
    return client.post("/account/password/", {"old": old, "new": new, "again": again})  # type: ignore[attr-defined]  # a Client


def test_changing_the_password_ends_every_other_session_and_keeps_this_one(
    company_a: Pair, clock: Clock
) -> None:
    here, there = entered(), entered()
    code = make_code(company_a[0], "login")
    assert change(here).headers["Location"] == "/account/security/"  # type: ignore[attr-defined]  # a response
    assert (is_in(here), is_in(there)) == (True, False)
    assert log_in(browser()).status_code == 200
    assert log_in(browser(), password=GOOD).status_code == 302
    assert not OneTimeCode.objects.exists(), code
    entry = AuditEntry.objects.get(action="login.set_password")
    assert entry.detail == {"how": "changed", "ended": 1}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"old": "sai"}, "Mật khẩu hiện tại không đúng."),
        ({"new": "ngắn", "again": "ngắn"}, "Mật khẩu cần ít nhất 15 ký tự."),
        ({"again": "khác"}, "Hai lần nhập mật khẩu mới không giống nhau."),
        ({"new": "mật khẩu của tôi", "again": "mật khẩu của tôi"}, "phổ biến hoặc dễ đoán"),
    ],
)
def test_a_change_that_is_not_right_changes_nothing_and_says_why(
    company_a: Pair, clock: Clock, typed: dict[str, str], said: str
) -> None:
    client = entered()
    assert said in fault(change(client, **typed))
    assert log_in(browser()).status_code == 302


def test_the_new_password_differs_from_the_present_one(company_a: Pair, clock: Clock) -> None:
    user, _ = company_a
    user.set_password(GOOD)
    user.save()
    assert "phải khác" in fault(change(entered(password=GOOD), old=GOOD))


def test_guessing_the_present_password_on_the_change_page_locks_it(company_a: Pair, clock: Clock) -> None:
    client = entered()
    said = [fault(change(client, old="sai")) for _ in range(5)]
    assert "09:15 01/07/2026" in said[-1]
    assert change(client).status_code == 429  # type: ignore[attr-defined]  # a response


def test_who_has_a_first_password_changes_it_before_anything_else(company_a: Pair, clock: Clock) -> None:
    User.objects.update(must_change_password=True)
    client = entered()
    for address in ("/", "/filings/", "/account/security/", "/khong-co/"):
        assert client.get(address).status_code in (302, 404)
    assert client.get("/").headers["Location"] == "/account/password/"
    assert client.post("/drafts/start/", {"form_code": "01/GTGT"}).headers["Location"] == "/account/password/"
    assert "do người khác cấp" in client.get("/account/password/").content.decode()
    change(client)
    assert client.get("/").status_code == 200
    assert not User.objects.get().must_change_password


@pytest.fixture
def _mails_at_once(settings: Settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


def mailed_link(server: Server) -> str:
    found = re.search(rf"{SITE}(/password/new/\S+)", text_of(server.mails[-1]))
    assert found is not None
    return found[1]


def ask_link(name: str = "a") -> str:
    reply = browser().post("/password/forgotten/", {"username": name})
    return str(reply.status_code) + re.sub(r'value="[^"]{64}"', "", reply.content.decode())


@pytest.mark.usefixtures("_mails_at_once")
def test_a_forgotten_password_is_set_anew_with_a_mailed_link_that_works_once(
    company_a: Pair, server: Server, clock: Clock
) -> None:
    there = entered()
    ask_link("a@example.vn")
    link, client = mailed_link(server), browser()
    opened = client.get(link)
    token = link.strip("/").rpartition("/")[2]
    assert token not in opened.headers["Location"]
    address = opened.headers["Location"]
    assert "ít nhất 15 ký tự" in fault(client.post(address, {"new": "ngắn", "again": "ngắn"}))
    assert client.post(address, {"new": GOOD, "again": GOOD}).headers["Location"] == "/login/"
    assert not is_in(client)
    assert not is_in(there)
    assert log_in(client, password=GOOD).status_code == 302
    second = browser()
    assert second.get(link, follow=True).status_code == 410


@pytest.mark.usefixtures("_mails_at_once")
@pytest.mark.parametrize(("minutes", "status"), [(59, 200), (61, 410)])
def test_the_link_is_good_for_an_hour(
    company_a: Pair,
    server: Server,
    clock: Clock,
    minutes: int,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda _: clock.now.replace(tzinfo=None))
    ask_link()
    clock.forward(minutes=minutes)
    assert browser().get(mailed_link(server), follow=True).status_code == status


@pytest.mark.parametrize("name", ["MQ", "", "x", "____", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "LTE"])
def test_a_link_that_was_not_given_opens_nothing(company_a: Pair, name: str) -> None:
    if name:
        assert browser().get(f"/password/new/{name}/forged-token/", follow=True).status_code == 410
    assert log_in(browser()).status_code == 302


@pytest.mark.usefixtures("_mails_at_once")
def test_asking_a_link_for_an_account_that_is_not_there_is_answered_alike_and_mails_nobody(
    company_a: Pair, server: Server, clock: Clock
) -> None:
    answers = [ask_link(name) for name in ("a", "khong-co", "khong-co@example.vn")]
    assert answers[0] == answers[1] == answers[2]
    assert "Nếu tài khoản đó có trong hệ thống" in answers[0]
    assert len(server.mails) == 1


@pytest.mark.usefixtures("_mails_at_once")
def test_a_new_password_by_mail_does_not_turn_off_the_second_factor(
    company_a: Pair, server: Server, clock: Clock
) -> None:
    enrolled(company_a[0], clock.now)
    ask_link()
    client = browser()
    address = client.get(mailed_link(server)).headers["Location"]
    client.post(address, {"new": GOOD, "again": GOOD})
    assert log_in(client, password=GOOD).headers["Location"].startswith("/login/second/")


@pytest.mark.usefixtures("_mails_at_once")
def test_the_owner_is_told_of_a_change_by_mail(
    company_a: Pair,
    server: Server,
    clock: Clock,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client = entered()
    with django_capture_on_commit_callbacks(execute=True):
        change(client)
    assert "Mật khẩu của tài khoản đã được đổi." in text_of(server.mails[-1])
    assert "01/07/2026 09:00" in text_of(server.mails[-1])
    with django_capture_on_commit_callbacks(execute=True):
        enrolled(User.objects.get(), clock.now)
    assert "Xác thực hai bước đã được bật." in text_of(server.mails[-1])


@pytest.mark.usefixtures("_mails_at_once")
def test_a_mail_server_that_is_away_breaks_no_page(company_a: Pair, port: int, clock: Clock) -> None:
    assert ask_link().startswith("200")
    assert browser().post("/login/code/", {"username": "a"}).status_code == 302
