"""Webhooks: signed, sent again until taken or given up, and never into the portal's own network."""

import http.server
import json
import queue
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from khaithue.client import SignatureError, read_event
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.api.actions.add_webhook import MOST, add_webhook
from khaithue.portal.api.actions.end_webhook import end_webhook
from khaithue.portal.api.models import Delivery, Webhook
from khaithue.portal.api.webhooks import sending
from khaithue.portal.api.webhooks.events import Event, tell
from khaithue.portal.api.webhooks.sending import WAITS, send_owed
from khaithue.portal.api.webhooks.signature import signature
from khaithue.portal.duties.models import Reminder
from khaithue.portal.filing.models import Filing
from khaithue.portal.notices.models import Notice
from tests.portal.api_kit import EVENTS, added, codes, token, told
from tests.portal.world import world

Pair = tuple[User, Taxpayer]
NOON = datetime(2026, 7, 1, 5, 0, tzinfo=UTC)


@dataclass
class Listener:
    """A program that is told of events on loopback, and answers with the statuses put in a queue."""

    server: http.server.ThreadingHTTPServer
    came: "queue.Queue[tuple[str, bytes]]" = field(default_factory=queue.Queue)
    answers: "queue.Queue[int]" = field(default_factory=queue.Queue)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server.server_port}/hook?for=a"


@pytest.fixture
def listener(settings: Settings) -> Iterator[Listener]:
    settings.DEMO = True

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.came.put((self.headers["Khaithue-Signature"], body))
            status = heard.answers.get_nowait() if heard.answers.qsize() else 204
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    heard = Listener(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler))
    thread = threading.Thread(target=heard.server.serve_forever, args=[0.01])
    thread.start()
    yield heard
    heard.server.shutdown()
    thread.join()
    heard.server.server_close()


def test_an_event_comes_signed_once_and_can_be_read(company_a: Pair, listener: Listener) -> None:
    webhook = added(company_a, listener.url)
    told(company_a[1], transaction_code="90020260000000001")
    assert (send_owed(), send_owed()) == (1, 0)
    signed, body = listener.came.get_nowait()
    event = read_event(body, signed, webhook.secret)
    assert event.event == "filing.accepted"
    assert event.data == {"mst": company_a[1].mst, "transaction_code": "90020260000000001"}
    delivery = Delivery.objects.get()
    assert (str(delivery.event_id), delivery.last_status, delivery.attempts) == (event.id, 204, 1)
    assert delivery.delivered_at is not None


def test_the_signature_is_the_hmac_of_time_and_body() -> None:
    """Worked by hand: ``printf '1781748753.{}' | openssl dgst -sha256 -hmac key``."""
    assert signature("key", 1781748753, b"{}") == (
        "t=1781748753,v1=81d9021d0c6cb16276e0602c01ae8e7b24cfa3037477f786892a5cdd0801e4b2"
    )


def test_a_body_changed_or_signed_with_another_secret_or_long_ago_is_not_read() -> None:
    body = b'{"id": "1", "event": "x", "made_at": "2026-07-01T05:00:00+00:00", "data": {}}'
    good = signature("secret", 1000, body)
    assert read_event(body, good, "secret", now=1300).id == "1"
    for bad_body, header, secret, now in (
        (body + b" ", good, "secret", 1000),
        (body, good, "other", 1000),
        (body, good.replace("t=1000", "t=1001"), "secret", 1000),
        (body, good, "secret", 1301),
        (body, good, "secret", 699),
        (body, "", "secret", 1000),
        (body, "t=é,v1=é", "secret", 1000),
    ):
        with pytest.raises(SignatureError):
            read_event(bad_body, header, secret, now=now)


def test_what_is_not_taken_is_sent_again_later_and_at_last_given_up(
    company_a: Pair, listener: Listener
) -> None:
    added(company_a, listener.url)
    told(company_a[1])
    now, tries = timezone.now(), 0
    for wait in (*WAITS, None):
        listener.answers.put(500)
        assert send_owed(now=now) == 0
        tries += 1
        delivery = Delivery.objects.get()
        assert (delivery.attempts, delivery.last_status) == (tries, 500)
        if wait:
            assert delivery.due_at == now + wait
            assert send_owed(now=now + wait - timedelta(seconds=1)) == 0
            now += wait
    assert (tries, delivery.given_up_at) == (8, now)
    assert send_owed(now=now + timedelta(days=30)) == 0
    bodies = {listener.came.get_nowait()[1] for _ in range(listener.came.qsize())}
    assert len(bodies) == 1


def test_an_event_is_taken_at_a_later_try(company_a: Pair, listener: Listener) -> None:
    added(company_a, listener.url)
    told(company_a[1])
    listener.answers.put(503)
    now = timezone.now()
    assert (send_owed(now=now), send_owed(now=now + WAITS[0])) == (0, 1)


def test_an_address_that_fails_keeps_nobody_waiting(
    company_a: Pair, company_b: Pair, listener: Listener
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        dead = added(company_a, f"http://127.0.0.1:{closed.getsockname()[1]}/")
        added(company_b, listener.url)
        for _ in range(3):
            told(company_a[1])
        told(company_b[1])
        assert send_owed() == 1
    tried = Delivery.objects.filter(webhook=dead, attempts=1)
    assert [each.last_error for each in tried] == ["ConnectionRefusedError"]


def test_nothing_is_followed_to_another_address(company_a: Pair, listener: Listener) -> None:
    added(company_a, listener.url)
    told(company_a[1])
    listener.answers.put(302)
    assert send_owed() == 0
    assert (listener.came.qsize(), Delivery.objects.get().last_status) == (1, 302)


def test_a_sender_that_holds_an_event_keeps_others_from_it(company_a: Pair, listener: Listener) -> None:
    added(company_a, listener.url)
    told(company_a[1])
    pk, now = Delivery.objects.get().pk, timezone.now()
    Delivery.objects.update(due_at=now + sending.LEASE)
    assert sending.send(pk, now=now) is None
    assert sending.send(pk, now=now + sending.LEASE) is True


def test_an_answer_drop_by_drop_is_cut_off(
    company_a: Pair, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEMO = True
    monkeypatch.setattr(sending, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        added(company_a, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        told(company_a[1])
        assert send_owed() == 0
    assert Delivery.objects.get().last_error in ("timeout", "RemoteDisconnected")


def test_only_those_that_asked_are_told_and_an_ended_one_no_more(
    company_a: Pair, company_b: Pair, listener: Listener
) -> None:
    asked = added(company_a, listener.url, "filing.refused")
    added(company_b, listener.url)
    told(company_a[1], Event.FILING_ACCEPTED)
    assert Delivery.objects.count() == 0
    told(company_a[1], Event.FILING_REFUSED)
    end_webhook(user=company_a[0], webhook=asked)
    told(company_a[1], Event.FILING_REFUSED)
    assert Delivery.objects.count() == 1
    assert Delivery.objects.get().given_up_at is not None
    assert send_owed() == 0


def test_what_is_rolled_back_is_told_to_nobody(company_a: Pair, listener: Listener) -> None:
    added(company_a, listener.url)
    with transaction.atomic():
        tell(company_a[1], Event.FILING_ACCEPTED, {})
        transaction.set_rollback(True)
    assert Delivery.objects.count() == 0


def test_a_notice_tells_of_itself_and_of_what_became_of_the_filing(db: None, listener: Listener) -> None:
    main = world().people["main"]
    a = Taxpayer.objects.get(mst="0319900012")
    webhook = added((main, a), listener.url)
    filing = a.filings.get()
    for kind in (Notice.Kind.ACCEPTANCE, Notice.Kind.REFUSAL, Notice.Kind.ACCOUNT):
        about = None if kind == Notice.Kind.ACCOUNT else filing
        Notice.objects.create(
            taxpayer=a,
            filing=about,
            kind=kind,
            form_code="x",
            title="x",
            number=kind,
            xml=b"",
            created_at=NOON,
        )
    Reminder.objects.create(
        taxpayer=a, form_code="01/GTGT", period="2026-06", due=date(2026, 7, 20), step="5", made_at=NOON
    )
    came = [
        (each.event, each.payload.get("notice") or each.payload.get("due"))
        for each in webhook.deliveries.order_by("pk")
    ]
    assert came == [
        ("filing.accepted", "acceptance"),
        ("notice.issued", "acceptance"),
        ("filing.refused", "refusal"),
        ("notice.issued", "refusal"),
        ("notice.issued", "account"),
        ("duty.due", "2026-07-20"),
    ]
    first = webhook.deliveries.order_by("pk")[0].payload
    assert (first["transaction_code"], first["period"]) == (filing.transaction_code, "2026-05")


@pytest.mark.parametrize(
    ("state", "told_of"),
    [
        ("received", ["filing.received", "notice.issued"]),
        ("accepted", ["filing.received", "filing.accepted", "notice.issued"]),
    ],
)
def test_where_one_notice_says_all_the_reception_is_the_acceptance_too(
    company_a: Pair, listener: Listener, state: str, told_of: list[str]
) -> None:
    webhook = added(company_a, listener.url)
    filing = Filing.objects.create(
        transaction_code="90020260000000009",
        taxpayer=company_a[1],
        kind="C",
        state=state,
        body=b"",
        period_start=date(2026, 5, 1),
        period_end=date(2026, 5, 31),
        received_at=NOON,
    )
    Notice.objects.create(
        taxpayer=company_a[1], filing=filing, kind=Notice.Kind.RECEPTION, number="1", xml=b"", created_at=NOON
    )
    assert [each.event for each in webhook.deliveries.order_by("pk")] == told_of


@pytest.mark.parametrize(("trusted", "status", "error"), [(True, 204, ""), (False, None, "TLS")])
def test_over_https_the_certificate_must_be_trusted_and_of_that_name(
    company_a: Pair,
    listener: Listener,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    trusted: bool,
    status: int | None,
    error: str,
) -> None:
    chain = _certificate_of("localhost", tmp_path)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(chain)
    listener.server.socket = serving.wrap_socket(listener.server.socket, server_side=True)
    asking = ssl.create_default_context(cafile=str(chain) if trusted else None)
    monkeypatch.setattr(ssl, "create_default_context", lambda: asking)
    added(company_a, f"https://localhost:{listener.server.server_port}/")
    added(company_a, f"https://127.0.0.1:{listener.server.server_port}/")
    told(company_a[1])
    send_owed()
    named, numbered = Delivery.objects.order_by("webhook_id")
    assert (named.last_status, named.last_error) == (status, error)
    assert (numbered.last_status, numbered.last_error) == (None, "TLS")


def _certificate_of(name: str, directory: Path) -> Path:
    """A key and a certificate of that name, signed by itself, in one file."""
    key, today = ec.generate_private_key(ec.SECP256R1()), timezone.now()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = directory / "chain.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    return file


@pytest.mark.error("API-WEBHOOK-EVENTS")
def test_no_event_chosen_or_one_that_is_none_is_refused(company_a: Pair) -> None:
    for events in ([], ["filing.vanished"]):
        outcome = add_webhook(user=company_a[0], taxpayer=company_a[1], url="https://a.vn/", events=events)
        assert [item.code for item in outcome.findings] == ["API-WEBHOOK-EVENTS"]


@pytest.mark.error("API-WEBHOOKS-MANY")
@pytest.mark.near_miss("API-WEBHOOKS-MANY")
def test_a_taxpayer_has_ten_webhooks_and_no_more(company_a: Pair) -> None:
    for number in range(MOST):
        added(company_a, f"https://erp.example.vn/{number}")
    outcome = add_webhook(user=company_a[0], taxpayer=company_a[1], url="https://a.vn/", events=EVENTS)
    assert [item.code for item in outcome.findings] == ["API-WEBHOOKS-MANY"]
    end_webhook(user=company_a[0], webhook=Webhook.objects.all()[0])
    assert added(company_a, "https://a.vn/")


@pytest.mark.error("API-WEBHOOK-URL")
@pytest.mark.near_miss("API-WEBHOOK-EVENTS", "API-WEBHOOK-URL")
def test_webhooks_are_managed_over_the_api_and_the_secret_is_shown_once(
    company_a: Pair, listener: Listener
) -> None:
    _, program = token(*company_a)
    path = f"/taxpayers/{company_a[1].mst}/webhooks"
    made = program.post(path, {"url": listener.url, "events": ["filing.accepted"]})
    assert (made.status_code, made.json()["secret"]) == (201, Webhook.objects.get().secret)
    assert [set(each) for each in program.get(path).json()["items"]] == [{"id", "url", "events", "made_at"}]
    told(company_a[1])
    call_command("send_webhooks", verbosity=0)
    deliveries = program.get(f"{path}/{made.json()['id']}/deliveries").json()["items"]
    assert [(each["event"], each["last_status"]) for each in deliveries] == [("filing.accepted", 204)]
    assert json.loads(listener.came.get_nowait()[1])["id"] == deliveries[0]["event_id"]
    assert program.ask("DELETE", f"{path}/{made.json()['id']}").status_code == 204
    assert program.get(path).json()["items"] == []
    assert codes(program.get(f"{path}/{made.json()['id']}/deliveries")) == {"API-NOT-FOUND"}
    refused = program.post(path, {"url": "https://10.0.0.8/", "events": ["filing.accepted"]})
    assert (refused.status_code, codes(refused)) == (422, {"API-WEBHOOK-URL"})
    assert codes(program.post(path, {"url": "https://a.vn/", "events": ["x"]})) == {"API-INPUT"}
