"""One-time codes by e-mail: to log in, and to confirm an act; ten minutes, five tries, once."""

import re

import pytest
from django.db import transaction
from pytest_django import Settings

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.audit.models import AuditEntry
from khaithue.portal.login.codes import confirm_code, issue_code, try_code
from khaithue.portal.login.models import OneTimeCode
from khaithue.portal.login.onetime import Taken, make_code
from tests.portal.conftest import PASSWORD, Clock
from tests.portal.login_steps import app_code, enrolled, fault, is_in
from tests.portal.mail_server import Server, text_of
from tests.portal.web_browser import browser

Pair = tuple[User, Taxpayer]
FILING = "filing:" + "ab" * 32


@pytest.fixture
def _mails_at_once(settings: Settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def mailed_code(server: Server) -> str:
    found = re.search(r"Mã xác nhận của bạn: (\d{6})\b", text_of(server.mails[-1]))
    assert found is not None
    return found[1]


@pytest.mark.usefixtures("_mails_at_once")
def test_a_code_for_filing_is_mailed_says_what_it_is_for_and_confirms_once(
    company_a: Pair, server: Server, clock: Clock
) -> None:
    user, _ = company_a
    assert issue_code(user, FILING) is None
    assert server.mails[-1]["To"] == "a@example.vn"
    assert "nộp tờ khai" in text_of(server.mails[-1])
    assert "filing a return" in text_of(server.mails[-1])
    assert text_of(server.mails[-1]).count("SHA-256 " + "ab" * 32) == 2
    code = mailed_code(server)
    assert [confirm_code(user, FILING, code), confirm_code(user, FILING, code)] == [True, False]


@pytest.mark.usefixtures("_mails_at_once")
def test_a_code_goes_to_the_address_asked_for_and_keeps_it_masked(
    company_a: Pair, server: Server, clock: Clock
) -> None:
    issue_code(company_a[0], FILING, "an@nguyen.example.vn")
    assert server.mails[-1]["To"] == "an@nguyen.example.vn"
    assert OneTimeCode.objects.get().sent_to == "a***@nguyen.example.vn"
    issue_code(company_a[0], "confirm")
    assert server.mails[-1]["To"] == "a@example.vn"
    assert "SHA-256" not in text_of(server.mails[-1])


def test_what_was_wrong_with_a_code_is_told_apart(company_a: Pair, clock: Clock) -> None:
    user, other = company_a[0], "filing:" + "cd" * 32
    assert try_code(user, FILING, "000000") is Taken.NONE
    code, foreign = make_code(user, FILING), make_code(user, other)
    assert try_code(user, FILING, foreign) is Taken.OTHER
    assert try_code(user, other, foreign) is Taken.RIGHT
    assert try_code(user, other, foreign) is Taken.USED
    assert try_code(user, FILING, foreign) is Taken.USED_OTHER
    assert try_code(user, FILING, make_code(user, "confirm")) is Taken.WRONG
    assert try_code(user, FILING, code) is Taken.RIGHT
    clock.forward(minutes=10)
    assert try_code(user, other, foreign) is Taken.USED
    assert try_code(user, "confirm", "000000") is Taken.EXPIRED


def test_a_code_is_good_for_its_user_and_purpose_alone(
    company_a: Pair, company_b: Pair, clock: Clock
) -> None:
    code = make_code(company_a[0], FILING)
    assert not confirm_code(company_b[0], FILING, code)
    assert not confirm_code(company_a[0], "login", code)
    assert not confirm_code(company_a[0], "filing:" + "cd" * 32, code)
    assert confirm_code(company_a[0], FILING, f" {code[:3]} {code[3:]} ")


@pytest.mark.parametrize(("minutes", "seconds", "good"), [(9, 59, True), (10, 0, False)])
def test_a_code_is_good_for_ten_minutes(
    company_a: Pair, clock: Clock, minutes: int, seconds: int, good: bool
) -> None:
    code = make_code(company_a[0], FILING)
    clock.forward(minutes=minutes, seconds=seconds)
    assert confirm_code(company_a[0], FILING, code) is good


@pytest.mark.parametrize(("wrong", "good"), [(4, True), (5, False)])
def test_a_code_takes_five_tries(company_a: Pair, clock: Clock, wrong: int, good: bool) -> None:
    code = make_code(company_a[0], FILING)
    for _ in range(wrong):
        assert not confirm_code(company_a[0], FILING, other_than(code))
    assert confirm_code(company_a[0], FILING, code) is good


def test_a_new_code_voids_the_one_before(company_a: Pair, clock: Clock) -> None:
    old = make_code(company_a[0], FILING)
    OneTimeCode.objects.update(tries_left=1)
    new = make_code(company_a[0], FILING)
    assert old == new or not confirm_code(company_a[0], FILING, old)
    assert confirm_code(company_a[0], FILING, new)


def test_five_codes_that_nobody_confirms_are_followed_by_a_pause(company_a: Pair, clock: Clock) -> None:
    user, _ = company_a
    assert [issue_code(user, FILING) for _ in range(5)] == [None] * 5
    until = issue_code(user, FILING)
    assert until is not None
    assert (until - clock.now).total_seconds() == 900
    assert issue_code(user, "confirm") is None
    clock.forward(minutes=15, seconds=1)
    assert issue_code(user, FILING) is None


def test_a_purpose_nobody_has_words_for_is_refused(company_a: Pair) -> None:
    with pytest.raises(KeyError):
        issue_code(company_a[0], "something")


def test_a_code_is_kept_as_a_hash_and_the_trail_has_none(company_a: Pair, clock: Clock) -> None:
    code = make_code(company_a[0], FILING)
    confirm_code(company_a[0], FILING, other_than(code))
    kept = OneTimeCode.objects.values_list("hash", "purpose").get()
    assert code not in kept[0]
    confirm_code(company_a[0], FILING, code)
    entries = list(AuditEntry.objects.values_list("action", "detail"))
    assert entries == [
        ("login.issue_code", {"purpose": FILING}),
        ("login.confirm_code", {"purpose": FILING}),
    ]


@pytest.mark.django_db(transaction=True)
def test_within_an_action_that_fails_the_code_stays_good() -> None:
    user = User.objects.create_user("x", email="x@example.vn", password=PASSWORD)
    code = make_code(user, FILING)

    def filing() -> None:
        assert confirm_code(user, FILING, code)
        raise RuntimeError("the filing could not be stored")

    with pytest.raises(RuntimeError), transaction.atomic():
        filing()
    assert confirm_code(user, FILING, code)


@pytest.mark.usefixtures("_mails_at_once")
@pytest.mark.parametrize("name", ["a", "a@example.vn", "A@Example.VN"])
def test_a_user_logs_in_with_a_mailed_code(company_a: Pair, server: Server, clock: Clock, name: str) -> None:
    client = browser()
    reply = client.post("/login/code/", {"username": name, "next": "/filings/"})
    assert reply.headers["Location"] == "/login/code/enter/?next=%2Ffilings%2F"
    code = mailed_code(server)
    assert "không đúng" in fault(client.post("/login/code/enter/", {"code": other_than(code)}))
    assert not is_in(client)
    reply = client.post("/login/code/enter/", {"code": code, "next": "/filings/"})
    assert reply.headers["Location"] == "/filings/"
    assert is_in(client)


@pytest.mark.usefixtures("_mails_at_once")
def test_a_mailed_code_does_not_stand_for_the_second_factor(
    company_a: Pair, server: Server, clock: Clock
) -> None:
    secret, _ = enrolled(company_a[0], clock.now)
    clock.forward(minutes=1)
    client = browser()
    client.post("/login/code/", {"username": "a"})
    reply = client.post("/login/code/enter/", {"code": mailed_code(server)})
    assert reply.headers["Location"].startswith("/login/second/")
    assert not is_in(client)
    client.post("/login/second/", {"code": app_code(secret, clock.now)})
    assert is_in(client)


@pytest.mark.usefixtures("_mails_at_once")
def test_asking_a_code_for_an_account_that_is_not_there_is_answered_alike_and_mails_nobody(
    company_a: Pair, server: Server, clock: Clock
) -> None:
    pages = []
    for name in ("a", "khong-co", "khong-co@example.vn"):
        client = browser()
        asked = client.post("/login/code/", {"username": name})
        tried = [client.post("/login/code/enter/", {"code": "x"}) for _ in range(6)]
        pages.append([(each.status_code, fault(each)) for each in (asked, *tried)])
    assert pages[0] == pages[1] == pages[2]
    assert pages[0][-1][0] == 429
    assert len(server.mails) == 1


def test_five_codes_asked_for_one_account_lock_the_asking(company_a: Pair, clock: Clock) -> None:
    for name in ("a", "khong-co"):
        replies = [browser().post("/login/code/", {"username": name}) for _ in range(6)]
        assert [reply.status_code for reply in replies] == [302] * 5 + [429]
        assert "09:15 01/07/2026" in fault(replies[-1])


@pytest.mark.usefixtures("_mails_at_once")
def test_a_mailed_code_shows_who_it_is_before_a_sensitive_page(
    company_a: Pair, server: Server, clock: Clock
) -> None:
    client = browser(company_a[0])
    assert client.get("/account/second-factor/on/").status_code == 302
    reply = client.post("/account/confirm/send/", {"next": "/account/second-factor/on/"})
    assert reply.headers["Location"].startswith("/account/confirm/code/")
    client.post("/account/confirm/code/", {"code": mailed_code(server)})
    assert client.get("/account/second-factor/on/").status_code == 200
    clock.forward(minutes=10)
    assert client.get("/account/second-factor/on/").status_code == 302


def test_no_code_is_in_the_queue_or_the_log(
    company_a: Pair, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    from django_tasks import task_backends
    from django_tasks.backends.dummy import DummyBackend

    queue = task_backends["default"]
    assert isinstance(queue, DummyBackend)
    queue.clear()
    issue_code(company_a[0], FILING)
    browser().post("/login/code/", {"username": "khong-co"})
    assert [list(item.args) for item in queue.results] == [[company_a[0].pk, FILING], [None, "login"]]
    make_code(company_a[0], FILING)
    assert not re.search(r"\b\d{6}\b", caplog.text)
