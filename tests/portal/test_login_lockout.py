"""Five wrong tries lock an account, fifty an address; a lock says until when, and nothing about accounts."""

import threading
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.audit.models import AuditEntry
from khaithue.portal.login import lockout
from khaithue.portal.login.models import Failures, OneTimeCode
from khaithue.portal.login.onetime import make_code
from tests.portal.conftest import PASSWORD, Clock
from tests.portal.login_steps import fault, is_in, log_in
from tests.portal.web_browser import browser

Pair = tuple[User, Taxpayer]

WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."
LOCKED = "Đã thử quá nhiều lần nên tạm khóa. Bạn thử lại được từ 09:15 01/07/2026."


def wrong(client: Client, name: str = "a", **extra: Any) -> str:
    return fault(log_in(client, name, "sai", **extra))


def test_the_fifth_wrong_password_locks_the_account_and_says_until_when(
    company_a: Pair, clock: Clock
) -> None:
    client = browser()
    assert [wrong(client) for _ in range(5)] == [WRONG] * 4 + [LOCKED]
    reply = log_in(client)
    assert (reply.status_code, fault(reply), reply.headers["Retry-After"]) == (429, LOCKED, "900")
    assert not is_in(client)


def test_after_the_pause_the_right_password_logs_in_and_failures_are_forgotten(
    company_a: Pair, clock: Clock
) -> None:
    client = browser()
    for _ in range(5):
        wrong(client)
    clock.forward(minutes=15, seconds=1)
    assert log_in(client).status_code == 302
    assert is_in(client)
    assert [wrong(browser()) for _ in range(4)] == [WRONG] * 4


def test_each_further_round_doubles_the_pause_up_to_a_day(company_a: Pair, clock: Clock) -> None:
    pauses = []
    for _ in range(9):
        for _ in range(5):
            wrong(browser())
        row = Failures.objects.get(count__gt=0, locked_until__gt=clock.now, count__lt=50)
        assert row.locked_until is not None
        pauses.append((row.locked_until - clock.now).total_seconds() / 60)
        Failures.objects.exclude(pk=row.pk).delete()
        clock.forward(minutes=int(pauses[-1]), seconds=1)
    assert pauses == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]


def test_failures_are_forgotten_a_day_after_the_last_pause(company_a: Pair, clock: Clock) -> None:
    for _ in range(4):
        wrong(browser())
    clock.forward(hours=24, seconds=1)
    assert wrong(browser()) == WRONG


def test_an_account_that_is_not_there_is_answered_and_locked_like_one_that_is(
    company_a: Pair, clock: Clock
) -> None:
    known = [log_in(browser(), "a", "sai") for _ in range(6)]
    unknown = [log_in(browser(), "khong-co", "sai") for _ in range(6)]
    assert [(each.status_code, fault(each)) for each in known] == [
        (each.status_code, fault(each)) for each in unknown
    ]


def test_an_account_that_is_not_there_costs_one_password_hash_like_one_that_is(
    company_a: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.auth.hashers import MD5PasswordHasher

    made: list[str] = []
    genuine = MD5PasswordHasher.encode

    def encode(self: MD5PasswordHasher, password: str, salt: str) -> str:
        made.append(password)
        return genuine(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", encode)
    for name in ("a", "khong-co", "a@example.vn", "khong-co@example.vn"):
        made.clear()
        log_in(browser(), name, "sai")
        assert made == ["sai"], name


def test_a_closed_account_is_answered_like_a_wrong_password(company_a: Pair) -> None:
    User.objects.update(is_active=False)
    assert fault(log_in(browser())) == WRONG


def test_a_lock_of_the_name_tells_nothing_about_the_e_mail(company_a: Pair, clock: Clock) -> None:
    for _ in range(5):
        wrong(browser(), "a")
    assert wrong(browser(), "a@example.vn") == wrong(browser(), "khong-co@example.vn") == WRONG


def test_capitals_and_spaces_do_not_give_further_tries(company_a: Pair, clock: Clock) -> None:
    tries = ["a@example.vn", "A@example.vn", " a@EXAMPLE.vn", "a@example.VN ", "ａ@example.vn"]
    assert [wrong(browser(), name) for name in tries][-1] == LOCKED


def test_fifty_failures_of_one_address_lock_the_address_but_not_the_accounts(
    company_a: Pair, clock: Clock
) -> None:
    said = [wrong(browser(), f"nguoi-{n}", REMOTE_ADDR="203.0.113.7") for n in range(50)]
    assert said[-2:] == [WRONG, LOCKED]
    assert log_in(browser(), REMOTE_ADDR="203.0.113.7").status_code == 429
    assert log_in(browser(), REMOTE_ADDR="203.0.113.8").status_code == 302


def test_log_ins_that_succeed_never_lock_an_office_behind_one_address(company_a: Pair, clock: Clock) -> None:
    assert {log_in(browser()).status_code for _ in range(60)} == {302}


def test_addresses_of_one_ipv6_customer_are_one(company_a: Pair, clock: Clock) -> None:
    for n in range(50):
        wrong(browser(), f"nguoi-{n}", REMOTE_ADDR=f"2001:db8:1:2::{n + 1:x}")
    assert log_in(browser(), REMOTE_ADDR="2001:db8:1:2:ffff::1").status_code == 429
    assert log_in(browser(), REMOTE_ADDR="2001:db8:1:3::1").status_code == 302


def test_behind_a_proxy_the_address_it_wrote_counts_and_not_what_the_client_claims(
    company_a: Pair, clock: Clock, settings: Settings
) -> None:
    settings.PROXY_HOPS = 1
    for n in range(50):
        wrong(browser(), f"nguoi-{n}", headers={"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.7"})
    assert log_in(browser(), headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 429
    assert log_in(browser(), headers={"X-Forwarded-For": "203.0.113.7, 203.0.113.9"}).status_code == 302


def test_a_lock_is_put_on_record_without_naming_anybody(company_a: Pair, clock: Clock) -> None:
    for _ in range(5):
        wrong(browser())
    entry = AuditEntry.objects.get(action="login.lock")
    assert entry.detail == {"count": 5}
    assert "a@example" not in entry.subject
    assert entry.subject.startswith("key:")
    assert not Failures.objects.filter(pk__contains="a@").exists()


@pytest.mark.django_db(transaction=True)
def test_tries_sent_at_once_are_all_counted(clock: Clock) -> None:
    let_in: list[bool] = []
    mine = lockout.Counted(lockout.PASSWORD, "a")

    def attempt() -> None:
        let_in.append(lockout.take_try(mine) is None)
        connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (let_in.count(True), len(let_in)) == (5, 12)


def test_a_right_try_that_was_the_last_one_leaves_no_lock(company_a: Pair, clock: Clock) -> None:
    client = browser()
    for _ in range(4):
        wrong(client)
    assert log_in(client, password=PASSWORD).status_code == 302
    assert not Failures.objects.filter(locked_until__isnull=False).exists()


def test_strangers_cannot_lock_out_a_browser_the_account_was_logged_in_from(
    company_a: Pair, clock: Clock
) -> None:
    own, stranger = browser(), browser()
    log_in(own)
    own.post("/logout/")
    for _ in range(50):
        wrong(stranger)
    assert log_in(stranger).status_code == 429
    assert log_in(own, "a@example.vn").status_code == 302


def test_a_known_browser_has_five_tries_too_and_is_known_for_its_accounts_alone(
    company_a: Pair, company_b: Pair, clock: Clock
) -> None:
    own = browser()
    log_in(own)
    own.post("/logout/")
    assert [wrong(own) for _ in range(5)][-1] == LOCKED
    assert log_in(own).status_code == 429
    for _ in range(5):
        wrong(browser(), "b")
    assert log_in(own, "b").status_code == 429


def test_a_forged_mark_of_a_known_browser_is_none(company_a: Pair, clock: Clock) -> None:
    own = browser()
    log_in(own)
    for _ in range(5):
        wrong(browser())
    forger = browser()
    forger.cookies["known"] = own.cookies["known"].value[:-2] + "xx"
    assert log_in(forger).status_code == 429


def test_what_is_over_is_thrown_away_when_somebody_logs_in(
    company_a: Pair, clock: Clock, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    wrong(browser(), "ai-do")
    make_code(company_a[0], "login")
    log_in(browser())
    clock.forward(hours=49)
    with django_capture_on_commit_callbacks(execute=True):
        log_in(browser())
    assert (Failures.objects.filter(last_at__lt=clock.now).count(), OneTimeCode.objects.count()) == (0, 0)
    assert Session.objects.count() == 1
