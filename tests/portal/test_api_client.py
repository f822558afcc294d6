"""The Python client against the portal, over real HTTP."""

import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from khaithue.client import ApiError, Client, NoAnswerError, SandboxTaxpayer, make_test_taxpayer
from khaithue.portal.api.actions.make_test_taxpayer import OFFICE_CODE
from khaithue.portal.filing.models import Filing
from khaithue.signing.keys import load_pkcs12
from khaithue.signing.policy import current_policy
from khaithue.signing.sign import sign
from tests.portal.api_kit import signers_in, trust
from tests.portal.signed import NOON, SAMPLE, A, Signers


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    return signers_in(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    """The portal over plain HTTP on loopback, as behind a proxy that speaks HTTPS for it."""
    with override_settings(SECURE_SSL_REDIRECT=False):
        started = LiveServer("127.0.0.1")
    yield started
    started.stop()


@pytest.fixture
def address(
    settings: Settings,
    signers: Signers,
    monkeypatch: pytest.MonkeyPatch,
    server: LiveServer,
    transactional_db: None,
) -> str:
    settings.SANDBOX = True
    trust(settings, signers)
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    return server.url


@pytest.fixture
def test(address: str) -> SandboxTaxpayer:
    return make_test_taxpayer(address, name="CÔNG TY THỬ")


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(address: str, test: SandboxTaxpayer, waits: list[float]) -> Client:
    return Client(address, test.token, test.mst, sleep=waits.append)


def return_of(test: SandboxTaxpayer) -> bytes:
    mine = SAMPLE.replace(A, test.mst).replace("<maCQTNoiNop>70123", f"<maCQTNoiNop>{OFFICE_CODE}")
    key, _ = load_pkcs12(test.p12, test.p12_password, at=NOON, policy=current_policy())
    assert key is not None
    data, _ = sign(mine.encode(), key, at=NOON)
    assert data is not None
    return data


def test_a_program_checks_files_and_waits_for_the_decision(
    client: Client, test: SandboxTaxpayer, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = return_of(test)
    assert client.check(data).ok
    receipt = client.submit(data)
    assert (receipt.repeated, receipt.decided) == (False, False)
    assert client.submit(data).repeated
    assert client.original(receipt.transaction_code) == data

    def decided_meanwhile(seconds: float) -> None:
        waits.append(seconds)
        Filing.objects.update(state="accepted", decided_at=NOON)

    monkeypatch.setattr(client, "_sleep", decided_meanwhile)
    assert client.wait_for_decision(receipt.transaction_code, every=5).state == "accepted"
    assert waits == [5]


def test_a_program_files_papers_with_the_return_and_a_lost_answer_loses_none(
    client: Client, test: SandboxTaxpayer
) -> None:
    papers = [('hóa "đơn"\r\n.pdf', b"%PDF-1.7 a"), ("b.pdf", b"%PDF-1.7\r\n--b")]
    receipt = client.submit(return_of(test), papers=papers, scenario="TIMEOUT_AFTER_STORE")
    assert receipt.repeated
    kept = [(each.name, bytes(each.body)) for each in Filing.objects.get().attachments.all()]
    assert [data for _, data in kept] == [data for _, data in papers]
    assert [(each.name, each.size) for each in receipt.papers] == [(name, len(data)) for name, data in kept]
    assert next(client.filings()).papers == ()
    with pytest.raises(ApiError) as told:
        client.submit(return_of(test), papers=[("", b"MZ")])
    assert told.value.code == "PAPER-KIND"


def test_a_decision_that_does_not_come_is_not_waited_for_for_ever(
    client: Client, test: SandboxTaxpayer
) -> None:
    receipt = client.submit(return_of(test))
    with pytest.raises(NoAnswerError, match=receipt.transaction_code):
        client.wait_for_decision(receipt.transaction_code, timeout=10, every=5)


def test_a_lost_answer_is_healed_by_sending_again(
    client: Client, test: SandboxTaxpayer, waits: list[float]
) -> None:
    receipt = client.submit(return_of(test), scenario="TIMEOUT_AFTER_STORE")
    assert receipt.repeated
    assert (waits, Filing.objects.count()) == ([5.0], 1)


@pytest.mark.error("API-OUTAGE")
def test_an_outage_is_waited_out_as_long_as_told_and_then_reported(
    client: Client, test: SandboxTaxpayer, waits: list[float]
) -> None:
    with pytest.raises(ApiError) as told:
        client.submit(return_of(test), scenario="OUTAGE")
    assert (told.value.status, told.value.code, waits) == (503, "API-OUTAGE", [5.0] * 3)


def test_a_refusal_is_told_by_findings_and_not_tried_again(
    client: Client, test: SandboxTaxpayer, waits: list[float]
) -> None:
    with pytest.raises(ApiError) as told:
        client.submit(return_of(test), scenario="REFUSED_SIGNATURE")
    assert [item.code for item in told.value.findings] == ["SIG-VALUE"]
    assert told.value.findings[0].fix.vi
    assert waits == []


def test_a_program_walks_filings_notices_obligations_and_taxpayers(
    client: Client, test: SandboxTaxpayer
) -> None:
    receipt = client.submit(return_of(test), scenario="REFUSED")
    assert [each.transaction_code for each in client.filings(form="01/GTGT", state="refused")] == [
        receipt.transaction_code
    ]
    assert list(client.filings(state="accepted")) == []
    assert client.receipt(receipt.transaction_code).reasons[0]["group"] == "Số liệu"
    notices = list(client.notices(transaction_code=receipt.transaction_code))
    assert sorted((each.kind, client.notice_xml(each)[:5]) for each in notices) == [
        ("reception", b"<?xml"),
        ("refusal", b"<?xml"),
    ]
    refused = [(each.form, each.period) for each in client.obligations(state="refused")]
    assert refused == [("01/GTGT", "2026-05")]
    assert ("01/GTGT", "2026-04") in {(each.form, each.period) for each in client.obligations(state="late")}
    assert [each.mst for each in client.taxpayers()] == [test.mst]


def test_a_program_fills_a_draft_and_takes_it_away_to_sign(client: Client) -> None:
    draft = client.open_draft("01/GTGT", "2026-06")
    figures = {**draft.figures, "values": {**draft.figures["values"], "32": 1_000_000, "33": 100_000}}
    saved = client.save_draft(draft, figures)
    assert (saved.revision, saved.figures["values"]["28"]) == (2, 100_000)
    assert b"<ct33>100000</ct33>" in client.draft_xml(saved)
    assert client.check(saved.figures).ok
    with pytest.raises(ApiError) as told:
        client.save_draft(draft, figures)
    assert told.value.code == "DRAFT-STALE"


def test_a_program_manages_its_webhooks(client: Client) -> None:
    made = client.add_webhook("https://erp.example.vn/", ["filing.accepted"])
    assert made.secret.startswith("whsec_")
    assert [(each.url, each.secret) for each in client.webhooks()] == [("https://erp.example.vn/", "")]
    client.end_webhook(made)
    assert client.webhooks() == []


def test_a_portal_that_is_not_there_is_no_answer(waits: list[float]) -> None:
    gone = Client("http://127.0.0.1:9", "kt_x", A, sleep=waits.append)
    with pytest.raises(NoAnswerError):
        gone.taxpayers()
    assert waits == [1.0, 4.0, 16.0]


def test_the_token_never_goes_out_in_the_clear_nor_to_another_host() -> None:
    for address in ("http://portal.example.vn", "ftp://127.0.0.1", "portal.example.vn"):
        with pytest.raises(ValueError, match="https"):
            Client(address, "kt_x", A)


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_redirection_is_not_followed(elsewhere: tuple[str, list[str]]) -> None:
    address, asked = elsewhere
    with pytest.raises(ApiError) as told:
        Client(address, "kt_x", A).taxpayers()
    assert (told.value.status, asked) == (302, ["/api/v1/taxpayers"])
