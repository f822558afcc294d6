"""The second factor: on with a code, asked at every log-in, no code taken twice, recovery codes once each."""

import re
import threading
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.audit.models import AuditEntry
from khaithue.portal.login.actions.check_second import check_second
from khaithue.portal.login.models import RecoveryCode, SecondFactor
from khaithue.portal.login.totp import address_for_program, step_of
from tests.portal.conftest import PASSWORD, Clock
from tests.portal.login_steps import app_code, enrolled, entered, fault, is_in, log_in
from tests.portal.web_browser import browser

Pair = tuple[User, Taxpayer]

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # noqa: S105  # "12345678901234567890", RFC 6238 appendix B


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_rfc_6238(second: int, code: str) -> None:
    at = datetime.fromtimestamp(second, UTC)
    assert step_of(RFC_SECRET, code, at) == second // 30
    assert step_of(RFC_SECRET, "000000", at) is None


def test_a_program_reads_the_secret_account_and_issuer_from_the_qr_code() -> None:
    parts = urlsplit(address_for_program(RFC_SECRET, "mau-a"))
    assert (parts.scheme, parts.netloc, unquote(parts.path)) == ("otpauth", "totp", "/khaithue:mau-a")
    asked = parse_qs(parts.query)
    assert (asked["secret"], asked["issuer"], asked["digits"]) == ([RFC_SECRET], ["khaithue"], ["6"])


def second_step(client: Client, code: str) -> str:
    return fault(client.post("/login/second/", {"code": code}))


def test_with_the_second_factor_on_the_password_alone_opens_nothing(company_a: Pair, clock: Clock) -> None:
    secret, _ = enrolled(company_a[0], clock.now)
    client = browser()
    reply = log_in(client)
    assert reply.headers["Location"] == "/login/second/?next=%2F"
    assert not is_in(client)
    clock.forward(seconds=30)
    reply = client.post("/login/second/", {"code": app_code(secret, clock.now), "next": "/filings/"})
    assert reply.headers["Location"] == "/filings/"
    assert is_in(client)


def test_a_code_is_taken_once(company_a: Pair, clock: Clock) -> None:
    secret, _ = enrolled(company_a[0], clock.now)
    clock.forward(seconds=60)
    code, first, other = app_code(secret, clock.now), browser(), browser()
    log_in(first)
    log_in(other)
    assert second_step(first, code) == ""
    assert second_step(other, code) == "Mã không đúng hoặc đã dùng rồi."
    assert (is_in(first), is_in(other)) == (True, False)


def test_the_code_that_turned_it_on_does_not_log_in(company_a: Pair, clock: Clock) -> None:
    secret, _ = enrolled(company_a[0], clock.now)
    client = browser()
    log_in(client)
    assert second_step(client, app_code(secret, clock.now)) != ""


def test_a_telephone_half_a_minute_off_is_taken_a_minute_off_is_not(company_a: Pair, clock: Clock) -> None:
    secret, _ = enrolled(company_a[0], clock.now)
    clock.forward(minutes=5)
    client = browser()
    log_in(client)
    assert second_step(client, app_code(secret, clock.now - timedelta(seconds=60))) != ""
    assert second_step(client, app_code(secret, clock.now - timedelta(seconds=30))) == ""


def test_a_recovery_code_logs_in_once_however_it_is_typed(company_a: Pair, clock: Clock) -> None:
    _, codes = enrolled(company_a[0], clock.now)
    first, other = browser(), browser()
    log_in(first)
    log_in(other)
    assert second_step(first, f" {codes[3].upper().replace('-', ' ')} ") == ""
    assert second_step(other, codes[3]) == "Mã không đúng hoặc đã dùng rồi."
    assert (is_in(first), is_in(other)) == (True, False)
    assert RecoveryCode.objects.count() == 9


def test_recovery_codes_of_one_user_are_none_of_another(
    company_a: Pair, company_b: Pair, clock: Clock
) -> None:
    _, codes = enrolled(company_a[0], clock.now)
    enrolled(company_b[0], clock.now)
    client = browser()
    log_in(client, "b")
    assert second_step(client, codes[0]) != ""


def test_five_wrong_codes_lock_the_second_step_and_a_new_log_in_gives_no_further_tries(
    company_a: Pair, clock: Clock
) -> None:
    secret, codes = enrolled(company_a[0], clock.now)
    for _ in range(5):
        client = browser()
        log_in(client)
        said = second_step(client, "000000")
    assert "Bạn thử lại được từ 09:15 01/07/2026" in said
    log_in(client)
    for code in (app_code(secret, clock.now), codes[0]):
        assert client.post("/login/second/", {"code": code}).status_code == 429


def test_the_second_step_waits_ten_minutes_and_not_past_a_change_of_password(
    company_a: Pair, clock: Clock
) -> None:
    secret, _ = enrolled(company_a[0], clock.now)
    late, changed = browser(), browser()
    log_in(late)
    log_in(changed)
    clock.forward(minutes=10)
    late.post("/login/second/", {"code": app_code(secret, clock.now)})
    assert not is_in(late)
    log_in(changed)
    user = User.objects.get(pk=company_a[0].pk)
    user.set_password("một mật khẩu khác hẳn")
    user.save()
    changed.post("/login/second/", {"code": app_code(secret, clock.now)})
    assert not is_in(changed)


def test_turning_it_on_shows_a_qr_code_the_key_as_text_and_then_the_recovery_codes_once(
    company_a: Pair, clock: Clock
) -> None:
    client, other = entered(), entered()
    page = client.get("/account/second-factor/on/").content.decode()
    assert "<svg" in page
    assert "style=" not in page
    found = re.search(r'class="key"[^>]*>([A-Z2-7 ]+)<', page)
    assert found is not None
    secret = found[1]
    assert len(secret.replace(" ", "")) == 32
    wrong = client.post("/account/second-factor/on/", {"code": "000000"})
    assert "Mã không đúng" in fault(wrong)
    assert secret in wrong.content.decode()
    shown = client.post("/account/second-factor/on/", {"code": app_code(secret, clock.now)})
    codes = re.findall(r"<li>([a-z2-9]{5}-[a-z2-9]{5})</li>", shown.content.decode())
    assert len(set(codes)) == 10
    file = re.search(r'href="data:text/plain;charset=utf-8,([^"]+)"', shown.content.decode())
    assert file is not None
    assert unquote(unescape(file[1])).split("\r\n")[2:12] == codes
    assert (is_in(client), is_in(other)) == (True, False)
    page = client.get("/account/security/").content.decode()
    assert "Còn 10 mã khôi phục." in page
    assert codes[0] not in page


def test_secret_and_recovery_codes_are_not_readable_in_the_database_or_the_audit_trail(
    company_a: Pair, clock: Clock
) -> None:
    secret, codes = enrolled(company_a[0], clock.now)
    client = browser()
    log_in(client)
    second_step(client, codes[0])
    kept = str([list(model.objects.values()) for model in (SecondFactor, RecoveryCode, AuditEntry)])
    for text in (secret, *codes, *(code.replace("-", "") for code in codes), "a@example.vn"):
        assert text not in kept


def test_a_secret_sealed_with_another_portal_s_key_lets_nobody_in_and_breaks_nothing(
    company_a: Pair, clock: Clock, settings: Settings
) -> None:
    secret, _ = enrolled(company_a[0], clock.now)
    clock.forward(minutes=1)
    settings.SECRET_KEY = "another"  # noqa: S105  # a portal restored without its secret
    client = browser()
    log_in(client)
    assert second_step(client, app_code(secret, clock.now)) != ""


def test_after_a_change_of_the_portal_s_secret_factor_and_recovery_codes_go_on(
    company_a: Pair, clock: Clock, settings: Settings
) -> None:
    secret, codes = enrolled(company_a[0], clock.now)
    clock.forward(minutes=1)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "new"  # noqa: S105  # the same
    for code in (app_code(secret, clock.now), codes[0]):
        client = browser()
        log_in(client)
        assert second_step(client, code) == ""


def test_turning_it_off_asks_again_who_it_is_and_voids_the_recovery_codes(
    company_a: Pair, clock: Clock
) -> None:
    client = entered()
    enrolled(company_a[0], clock.now)
    client = browser(company_a[0])
    reply = client.post("/account/second-factor/off/")
    assert reply.headers["Location"] == "/account/confirm/?next=%2Faccount%2Fsecurity%2F"
    assert SecondFactor.objects.exists()
    client.post("/account/confirm/", {"password": "mat-khau-thu-1"})
    client.post("/account/second-factor/off/")
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()


def test_new_recovery_codes_void_the_old(company_a: Pair, clock: Clock) -> None:
    _, old = enrolled(company_a[0], clock.now)
    client = browser()
    log_in(client)
    second_step(client, old[0])
    page = client.post("/account/recovery-codes/").content.decode()
    new = re.findall(r"<li>([a-z2-9]{5}-[a-z2-9]{5})</li>", page)
    for code, expected in ((old[1], False), (new[0], True)):
        other = browser()
        log_in(other)
        second_step(other, code)
        assert is_in(other) is expected


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["totp", "recovery"])
def test_a_code_sent_twice_at_once_is_taken_once(clock: Clock, kind: str) -> None:
    user = User.objects.create_user("x", email="x@example.vn", password=PASSWORD)
    secret, codes = enrolled(user, clock.now)
    clock.forward(minutes=1)
    typed = app_code(secret, clock.now) if kind == "totp" else codes[0]
    taken: list[str] = []

    def attempt() -> None:
        taken.append(check_second(user=user, typed=typed))
        connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [*[""] * 5, kind]
