"""The page of connected software: tokens and webhooks are made, shown once, and ended."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.api.interface import API
from khaithue.portal.api.models import Delivery, Token, Webhook
from khaithue.portal.api.reference import NAMES, ROOMS
from khaithue.returns.findings import catalogue
from tests.portal.api_kit import Program, token
from tests.portal.web_browser import browser

Pair = tuple[User, Taxpayer]
PAGE = "/account/software/"


def test_a_token_is_made_on_the_page_shown_once_and_opens_the_api(company_a: Pair) -> None:
    client = browser(company_a[0])
    asked = {"name": "ERP Mẫu", "scope": ["check", "filings:read"], "days": "30"}
    reply = client.post(f"{PAGE}tokens/", asked)
    assert reply.status_code == 201
    shown = re.search(r'<code class="command" id="key" translate="no">([^<]+)</code>', reply.content.decode())
    assert shown is not None
    assert Program(shown[1]).get("/taxpayers").status_code == 200
    later = client.get(PAGE).content.decode()
    assert shown[1] not in later
    assert "ERP Mẫu" in later
    assert Token.objects.get().prefix in later


def test_what_was_typed_stays_when_a_token_is_not_made(company_a: Pair) -> None:
    reply = browser(company_a[0]).post(f"{PAGE}tokens/", {"name": "ERP", "days": "30"})
    text = reply.content.decode()
    assert (reply.status_code, Token.objects.count()) == (422, 0)
    assert 'value="ERP"' in text
    assert catalogue()["API-TOKEN-SCOPES"].message.vi in text


@pytest.mark.parametrize("days", ["", "x", "0", "99999999999", "²"])
def test_a_life_that_is_none_of_the_list_is_refused(company_a: Pair, days: str) -> None:
    reply = browser(company_a[0]).post(f"{PAGE}tokens/", {"name": "ERP", "scope": ["check"], "days": days})
    assert reply.status_code == 422


def test_revoking_asks_first_and_then_is_for_ever(company_a: Pair) -> None:
    made, program = token(*company_a)
    client = browser(company_a[0])
    assert made.name in client.get(f"{PAGE}tokens/{made.pk}/revoke/").content.decode()
    assert program.get("/taxpayers").status_code == 200
    assert client.post(f"{PAGE}tokens/{made.pk}/revoke/").status_code == 302
    assert program.get("/taxpayers").status_code == 401
    text = client.get(PAGE).content.decode()
    assert "Đã thu hồi" in text
    assert f"{made.pk}/revoke/" not in text


def test_an_expired_token_is_shown_as_one(company_a: Pair) -> None:
    token(*company_a)
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "Đã hết hạn" in browser(company_a[0]).get(PAGE).content.decode()


def test_a_webhook_is_added_with_its_secret_shown_once_and_ended(company_a: Pair) -> None:
    client = browser(company_a[0])
    asked = {"url": "https://erp.example.vn/khaithue", "event": ["filing.accepted"]}
    reply = client.post(f"{PAGE}webhooks/", asked)
    webhook = Webhook.objects.get()
    assert (reply.status_code, webhook.secret in reply.content.decode()) == (201, True)
    later = client.get(PAGE).content.decode()
    assert webhook.url in later
    assert webhook.secret not in later
    assert client.post(f"{PAGE}webhooks/{webhook.pk}/end/").status_code == 302
    assert webhook.url not in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}webhooks/{webhook.pk}/").status_code == 404


def test_an_address_inside_is_refused_with_its_reason_and_stays_typed(company_a: Pair) -> None:
    reply = browser(company_a[0]).post(
        f"{PAGE}webhooks/", {"url": "https://10.0.0.8/", "event": ["duty.due"]}
    )
    text = reply.content.decode()
    assert (reply.status_code, Webhook.objects.count()) == (422, 0)
    assert "máy chủ không thuộc mạng công cộng" in text
    assert 'value="https://10.0.0.8/"' in text


def test_the_deliveries_say_what_was_taken_given_up_and_when_the_next_try_is(
    company_a: Pair, settings: Settings
) -> None:
    webhook = Webhook.objects.create(taxpayer=company_a[1], url="https://a.vn/", made_at=timezone.now())
    now = timezone.now()
    for facts in (
        {"delivered_at": now, "last_status": 204, "attempts": 1},
        {"given_up_at": now, "last_status": 500, "attempts": 8},
        {"last_error": "timeout", "attempts": 2},
    ):
        Delivery.objects.create(
            webhook=webhook, event="filing.accepted", payload={}, made_at=now, due_at=now, **facts
        )
    text = browser(company_a[0]).get(f"{PAGE}webhooks/{webhook.pk}/").content.decode()
    for said in ("Đã nhận", "Đã thôi gửi", "Gửi lại lúc", "HTTP 500", "timeout"):
        assert said in text


def test_the_reference_names_every_route_scope_and_code_and_asks_no_other_host(db: None) -> None:
    reply = browser().get("/api/")
    text = reply.content.decode()
    for path in API.get_openapi_schema()["paths"]:
        assert path in text
    for code in catalogue():
        assert f'id="{code}"' in text
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)


def test_every_route_has_its_name_in_vietnamese_and_its_room(db: None) -> None:
    said = [each for methods in API.get_openapi_schema()["paths"].values() for each in methods.values()]
    assert sorted(NAMES) == sorted(each["operationId"] for each in said)
    assert {each["tags"][0] for each in said} == set(ROOMS)
