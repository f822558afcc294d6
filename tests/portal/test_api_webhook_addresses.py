"""No webhook leads into the portal's own network: not by its address, its name, nor a name that changes."""

import socket
from typing import Any

import pytest
from pytest_django import Settings

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.api.models import Delivery
from khaithue.portal.api.webhooks.address import fault_of
from khaithue.portal.api.webhooks.sending import send_owed
from tests.portal.api_kit import added, told

Pair = tuple[User, Taxpayer]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "erp.example.vn",
        "ftp://erp.example.vn/",
        "http://erp.example.vn/",
        "http://127.0.0.1/",
        "https://127.0.0.1/",
        "https://10.0.0.8/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:10.0.0.8]/",
        "https://[64:ff9b::a00:8]/",
        "https://[2002:0a00:0008::1]/",
        "https://224.0.0.1/",
        "https://user:secret@erp.example.vn/",
        "https://erp.example.vn:99999/",
        "https://erp example.vn/",
        "https://erp.example.vn/\r\nX: y",
        "https://ерп.example.vn/",
        "https:///path",
        "https://[/",
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_public_and_https(url: str) -> None:
    fault = fault_of(url)
    assert fault is not None
    assert fault.code == "API-WEBHOOK-URL"


def test_a_public_https_address_is_taken() -> None:
    for url in (
        "https://erp.example.vn/khaithue?a=1",
        "https://erp.example.vn:8443/",
        "https://93.184.215.14/",
    ):
        assert fault_of(url) is None


def test_loopback_is_open_to_a_demo_only(settings: Settings) -> None:
    settings.DEMO = True
    assert [
        fault_of(url) is None for url in ("http://127.0.0.1:9/", "http://localhost:9/", "http://10.0.0.8/")
    ] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "resolved", ["10.0.0.8", "127.0.0.1", "169.254.169.254", "::1", "fe80::1", "::ffff:10.0.0.8"]
)
def test_a_public_name_that_leads_inside_is_not_followed(
    company_a: Pair, monkeypatch: pytest.MonkeyPatch, resolved: str
) -> None:
    """The name is looked up when the event is sent, and every address it has must be public."""

    def looked_up(*_: Any, **__: Any) -> list[Any]:
        public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))
        return [public, (socket.AF_INET, socket.SOCK_STREAM, 6, "", (resolved, 443))]

    def connected(*_: Any, **__: Any) -> None:
        raise AssertionError("nothing may be connected to")

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    monkeypatch.setattr(socket, "create_connection", connected)
    added(company_a, "https://erp.example.vn/")
    told(company_a[1])
    assert send_owed() == 0
    assert Delivery.objects.get().last_error == "address not public"


def test_what_is_connected_to_is_the_address_that_was_allowed(
    company_a: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def connected(target: tuple[str, int], timeout: float) -> None:
        asked.append(target)
        raise ConnectionRefusedError

    public = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"93.184.215.{last}", 443)) for last in (14, 15, 14)
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: public)
    monkeypatch.setattr(socket, "create_connection", connected)
    added(company_a, "https://erp.example.vn/")
    told(company_a[1])
    send_owed()
    assert asked == [("93.184.215.14", 443), ("93.184.215.15", 443)]
