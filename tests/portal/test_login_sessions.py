"""Sessions: a new key at each log-in, a list of where one is logged in, ended one by one or all at once."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.audit.models import AuditEntry
from khaithue.portal.login.models import UserSession
from khaithue.portal.web.device import device_words
from tests.portal.conftest import PASSWORD, Clock
from tests.portal.login_steps import entered, is_in, log_in
from tests.portal.web_browser import browser

Pair = tuple[User, Taxpayer]

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)


def from_device(agent: str, address: str) -> Client:
    client = browser()
    log_in(client, REMOTE_ADDR=address, headers={"User-Agent": agent})
    return client


def security(client: Client) -> str:
    return client.get("/account/security/").content.decode()


def key(client: Client) -> str:
    return client.cookies["sessionid"].value


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox · Windows"),
        (PHONE, "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/138.0.0.0 Safari/537.36 Edg/138.0", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/138.0 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/120 Chrome/114 Safari/537.36", "Cốc Cốc · Windows"),
        ("curl/8", ""),
    ],
)
def test_a_device_is_called_as_people_know_it(agent: str, words: str) -> None:
    assert device_words(agent) == words


def test_the_session_key_changes_at_log_in(company_a: Pair) -> None:
    client = browser()
    client.post("/login/code/", {"username": "a"})
    before = key(client)
    log_in(client)
    assert key(client) != before
    assert not Session.objects.filter(pk=before).exists()


def test_the_list_shows_where_one_is_logged_in_with_this_session_first(company_a: Pair, clock: Clock) -> None:
    phone = from_device(PHONE, "203.0.113.7")
    clock.forward(hours=2)
    desk = from_device(FIREFOX, "198.51.100.3")
    page = security(desk)
    assert page.index("Firefox · Windows") < page.index("Safari · iPhone")
    for text in ("203.0.113.7", "198.51.100.3", "09:00 01/07/2026", "11:00 01/07/2026", "Phiên này"):
        assert text in page
    assert key(phone) not in page


def test_one_session_is_ended_from_another(company_a: Pair, clock: Clock) -> None:
    phone, desk = from_device(PHONE, "203.0.113.7"), from_device(FIREFOX, "198.51.100.3")
    found = re.search(r'action="(/account/sessions/\d+/end/)"', security(desk))
    assert found is not None
    desk.post(found[1])
    assert (is_in(phone), is_in(desk)) == (False, True)
    assert "iPhone" not in security(desk)


def test_all_others_are_ended_at_once(company_a: Pair, clock: Clock) -> None:
    clients = [entered() for _ in range(4)]
    reply = clients[0].post("/account/sessions/end-others/", follow=True)
    assert "Đã kết thúc 3 phiên khác." in reply.content.decode()
    assert [is_in(client) for client in clients] == [True, False, False, False]
    entry = AuditEntry.objects.get(action="login.end_other_sessions")
    assert entry.detail == {"ended": 3}


def test_nobody_ends_or_sees_another_s_session(company_a: Pair, company_b: Pair, clock: Clock) -> None:
    mine, other = from_device(PHONE, "203.0.113.7"), entered("b")
    listed = UserSession.objects.get(user=company_a[0])
    assert other.post(f"/account/sessions/{listed.pk}/end/").status_code == 404
    assert is_in(mine)
    assert "203.0.113.7" not in security(other)


def test_logging_out_takes_the_session_off_the_list(company_a: Pair, clock: Clock) -> None:
    client = entered()
    assert client.post("/logout/").headers["Location"] == "/login/"
    assert not is_in(client)
    assert not UserSession.objects.exists()


def test_a_session_that_ran_out_is_not_shown(company_a: Pair, clock: Clock) -> None:
    from_device(PHONE, "203.0.113.7")
    clock.forward(hours=9)
    assert "iPhone" not in security(from_device(FIREFOX, "198.51.100.3"))


def test_the_list_says_when_a_session_was_used_last(company_a: Pair, clock: Clock) -> None:
    desk = entered()
    clock.forward(minutes=6)
    desk.get("/")
    assert UserSession.objects.get().seen_at == clock.now
    clock.forward(minutes=4)
    desk.get("/")
    assert UserSession.objects.get().seen_at != clock.now


def test_what_users_do_to_their_accounts_is_on_the_audit_trail(company_a: Pair, clock: Clock) -> None:
    client = entered()
    client.post("/logout/")
    entries = AuditEntry.objects.values_list("action", "actor", "subject", "detail")
    who = f"user:{company_a[0].pk}"
    assert list(entries) == [
        ("login.in", who, who, {"factors": ["password"]}),
        ("login.out", who, who, {}),
    ]


def test_sensitive_pages_ask_the_password_again_after_ten_minutes(company_a: Pair, clock: Clock) -> None:
    client = entered()
    assert client.get("/account/second-factor/on/").status_code == 200
    clock.forward(minutes=10)
    reply = client.get("/account/second-factor/on/")
    assert reply.headers["Location"] == "/account/confirm/?next=%2Faccount%2Fsecond-factor%2Fon%2F"
    asked: Any = client.post("/account/confirm/", {"password": "sai", "next": "/account/second-factor/on/"})
    assert "Mật khẩu không đúng." in asked.content.decode()
    reply = client.post("/account/confirm/", {"password": PASSWORD, "next": "/account/second-factor/on/"})
    assert reply.headers["Location"] == "/account/second-factor/on/"
    assert client.get("/account/second-factor/on/").status_code == 200


@pytest.mark.parametrize(
    "target", ["https://example.com/", "//example.com/", "javascript:alert(1)", "http:///x"]
)
def test_logging_in_leads_to_no_other_site(company_a: Pair, target: str) -> None:
    reply = log_in(browser(), query_params={"next": target})
    assert reply.headers["Location"] == "/"


def test_a_user_already_logged_in_goes_on(company_a: Pair) -> None:
    assert entered().get("/login/?next=/filings/").headers["Location"] == "/filings/"


def test_pages_of_logging_in_have_no_inline_script_or_style_and_are_kept_in_no_cache(
    company_a: Pair, clock: Clock
) -> None:
    client, stranger = entered(), browser()
    stranger.post("/login/code/", {"username": "a"})
    pages = {
        client: ["security", "password", "confirm", "confirm/code", "second-factor/on", "second-factor/off"],
        stranger: ["login", "login/code", "login/code/enter", "password/forgotten"],
    }
    for visitor, names in pages.items():
        for name in names:
            reply = visitor.get(f"/account/{name}/" if visitor is client else f"/{name}/")
            text = reply.content.decode()
            assert reply.status_code == 200, name
            assert "no-store" in reply.headers["Cache-Control"], name
            assert not re.search(r"\son\w+=|\sstyle=|<style|<script(?![^>]*\ssrc=)", text), name
            assert "unsafe" not in reply.headers["Content-Security-Policy"]
