"""The sandbox: test taxpayers whose filings reach nobody, and every outcome a program has to meet."""

import base64
import io
import stat
import zipfile
from datetime import datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import pkcs7
from django.urls import reverse
from django.utils import timezone
from lxml import etree
from pytest_django import Settings

from khaithue import law
from khaithue.portal.accounts.models import Officer, Taxpayer, User
from khaithue.portal.api.actions import make_test_taxpayer as making
from khaithue.portal.api.actions.decide_test_filing import decide_test_filing
from khaithue.portal.api.actions.make_test_taxpayer import OFFICE_CODE
from khaithue.portal.api.models import Delivery, Token
from khaithue.portal.api.sandbox.authority import issue
from khaithue.portal.api.sandbox.scenarios import SCENARIOS
from khaithue.portal.api.webhooks.events import Event
from khaithue.portal.filing.models import Filing
from khaithue.portal.history.archive import build
from khaithue.portal.history.models import Export
from khaithue.portal.mail.models import Mail
from khaithue.portal.notices.checking import Verdict, check_file, check_number
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.paper import notice_pdf
from khaithue.portal.notices.reading import signature_of
from khaithue.portal.office.identity import sandbox_directory, signing_key, trust_store
from khaithue.portal.registration.forms import registered_forms
from khaithue.returns.taxid import is_valid
from khaithue.signing.keys import load_pkcs12
from khaithue.signing.policy import current_policy
from khaithue.signing.sign import sign
from khaithue.signing.target import Target
from khaithue.signing.verify import verify
from tests.portal.api_kit import Program, codes, signers_in, token, trust
from tests.portal.signed import NOON, SAMPLE, A, Signers
from tests.portal.web_browser import browser

Pair = tuple[User, Taxpayer]


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    return signers_in(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def _sandbox(db: None, settings: Settings, signers: Signers, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SANDBOX = True
    trust(settings, signers)
    monkeypatch.setattr(timezone, "now", lambda: NOON)


def made(name: str = "CÔNG TY THỬ") -> dict[str, Any]:
    reply = Program().post("/sandbox/taxpayers", {"name": name})
    assert reply.status_code == 201, reply.content
    found: dict[str, Any] = reply.json()
    return found


def return_of(test: dict[str, Any], text: str = SAMPLE) -> bytes:
    """The sample as this test taxpayer's, signed with its key."""
    mine = text.replace(A, test["mst"]).replace("<maCQTNoiNop>70123", f"<maCQTNoiNop>{OFFICE_CODE}")
    file = base64.b64decode(test["p12"])
    key, findings = load_pkcs12(file, test["p12_password"], at=NOON, policy=current_policy())
    assert key is not None, findings
    data, findings = sign(mine.encode(), key, at=NOON)
    assert data is not None, findings
    return data


def submit(test: dict[str, Any], scenario: str = "", data: bytes = b"") -> Any:
    headers = {"khaithue_scenario": scenario} if scenario else {}
    path = f"/taxpayers/{test['mst']}/filings"
    return Program(test["token"]).post(path, data or return_of(test), **headers)


def test_one_call_gives_all_a_program_needs_to_file() -> None:
    test = made()
    assert is_valid(test["mst"])
    reply = submit(test)
    assert reply.status_code == 201, reply.content
    assert (reply.json()["state"], reply.json()["sandbox"]) == ("received", True)
    listed = Program(test["token"]).get("/taxpayers").json()["items"]
    assert [(each["mst"], each["sandbox"]) for each in listed] == [(test["mst"], True)]


def test_a_test_filing_reaches_nobody() -> None:
    submit(made())
    mail = Mail.objects.get()
    assert mail.recipient.endswith("@sandbox.invalid")
    assert mail.sent_at == mail.made_at
    assert not Officer.objects.filter(office_code=OFFICE_CODE).exists()


@pytest.mark.error("API-TAXPAYER")
def test_two_test_taxpayers_are_strangers() -> None:
    one, two = made(), made()
    assert one["mst"] != two["mst"]
    reply = Program(one["token"]).get(f"/taxpayers/{two['mst']}/filings")
    assert codes(reply) == {"API-TAXPAYER"}


def test_a_test_certificate_opens_nothing_of_a_real_taxpayer(company_a: Pair) -> None:
    """Not even one that names a real tax code: the office does not trust the sandbox's authority."""
    _, program = token(*company_a)
    file, password, _ = issue("X", A)
    key, _ = load_pkcs12(file, password, at=NOON, policy=current_policy())
    assert key is not None
    data, _ = sign(SAMPLE.encode(), key, at=NOON)
    assert data is not None
    assert codes(program.post(f"/taxpayers/{A}/filings", data)) == {"CERT-UNTRUSTED"}


def test_a_real_certificate_signs_for_no_test_taxpayer(signers: Signers) -> None:
    test = made()
    mine = SAMPLE.replace(A, test["mst"])
    assert "CERT-UNTRUSTED" in codes(submit(test, data=signers.signed(mine)))


def test_the_sandboxs_key_is_its_owners_alone_and_made_once() -> None:
    made()
    key = sandbox_directory() / "issuing.key"
    before = key.read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    made()
    assert key.read_bytes() == before


def test_nothing_secret_of_a_test_taxpayer_is_kept() -> None:
    test = made()
    assert test["token"] not in str(Token.objects.values())
    assert not User.objects.get(username=f"sandbox-{test['mst']}").has_usable_password()
    assert [path.name for path in sandbox_directory().rglob("*.p12")] == ["office.p12"]


def test_the_real_office_signs_nothing_for_a_test_taxpayer(signers: Signers) -> None:
    assert submit(made()).status_code == 201
    notice = bytes(Notice.objects.get().xml)
    for trusted, sandbox in ((True, True), (False, False)):
        store = trust_store(sandbox=sandbox)
        status = verify(notice, trust=store, at=NOON, policy=current_policy(), target=Target.NOTICE)
        assert status.valid is trusted


@pytest.mark.error("CHECK-TEST")
@pytest.mark.parametrize("scenario", ["RECEIVED", "ACCEPTED", "REFUSED"])
def test_every_notice_of_a_test_taxpayer_is_checked_as_a_test_notice(scenario: str) -> None:
    """It is intact, it is this portal's, and nobody may take it as evidence."""
    submit(made(), scenario)
    notices = Notice.objects.all()
    assert len(notices) == 1 + (scenario != "RECEIVED")
    for notice in notices:
        for checked in (
            check_file(bytes(notice.xml)),
            check_file(etree.tostring(etree.fromstring(bytes(notice.xml)))),
            check_number(notice.number, notice.check_code),
        ):
            assert checked is not None
            assert (checked.verdict, checked.notice) == (Verdict.TEST, notice)
            assert checked.findings[0].code == "CHECK-TEST"
        assert signature_of(notice).valid
        assert notice_pdf(notice).startswith(b"%PDF")


def test_the_public_page_says_that_a_notice_is_a_test() -> None:
    submit(made("CÔNG TY THỬ"))
    notice = Notice.objects.get()
    sent = {"number": notice.number, "code": notice.check_code}
    page = browser().post(reverse("web:check"), sent).content.decode()
    assert "Thông báo thử nghiệm của cổng này" in page
    assert "CHECK-TEST" in page
    assert "Thông báo đúng là do cổng này phát hành" not in page


@pytest.mark.near_miss("CHECK-TEST")
def test_a_real_taxpayers_notice_is_no_test_notice(company_a: Pair, signers: Signers) -> None:
    Taxpayer.objects.filter(pk=company_a[1].pk).update(office_code="70123")
    signers.registered(company_a[1])
    assert token(*company_a)[1].post(f"/taxpayers/{A}/filings", signers.signed()).status_code == 201
    checked = check_file(bytes(Notice.objects.get().xml))
    assert (checked.verdict, [item.code for item in checked.findings]) == (Verdict.GENUINE, [])


def test_the_history_of_a_test_taxpayer_is_signed_by_the_sandboxs_office() -> None:
    test = made()
    submit(test, "ACCEPTED")
    taxpayer = Taxpayer.objects.get(mst=test["mst"])
    user = User.objects.get(username=f"sandbox-{taxpayer.mst}")
    file = io.BytesIO()
    build(Export(taxpayer=taxpayer, user=user, with_pdf=True), file, NOON, lambda _done: None)
    with zipfile.ZipFile(file) as opened:
        signature = opened.read("manifest.json.p7s")
        assert sum(name.startswith("thong-bao/") for name in opened.namelist()) == 4
    key, _ = signing_key(sandbox=True)
    assert key is not None
    assert key.certificate in pkcs7.load_der_pkcs7_certificates(signature)


def test_a_test_taxpayer_has_the_usual_forms_and_its_own_certificate_registered() -> None:
    test = made()
    taxpayer = Taxpayer.objects.get(mst=test["mst"])
    usual = law.document("procedures/duties.toml")["organisation"]["forms"]
    assert sorted(registered_forms(taxpayer, NOON.date())) == sorted(usual)
    file = base64.b64decode(test["p12"])
    key, _ = load_pkcs12(file, test["p12_password"], at=NOON, policy=current_policy())
    assert key is not None
    assert [item.serial for item in taxpayer.certificates.all()] == [key.signer.serial]


@pytest.mark.parametrize(
    ("scenario", "states"), [("", ["replaced", "received"]), ("REFUSED", ["received", "refused"])]
)
def test_when_the_return_that_replaced_another_is_refused_the_other_stands_again(
    monkeypatch: pytest.MonkeyPatch, scenario: str, states: list[str]
) -> None:
    """As at the real office: before the due date a first return may be filed anew."""
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat("2026-06-18T09:00:00+07:00"))
    test = made()
    submit(test)
    anew = SAMPLE.replace("<nguoiKy>NGUYỄN VĂN MẪU", "<nguoiKy>B")
    assert submit(test, scenario, return_of(test, anew)).status_code == 201
    assert list(Filing.objects.order_by("pk").values_list("state", flat=True)) == states


@pytest.mark.near_miss("API-OUTAGE", "API-TIMEOUT")
def test_a_scenario_decides_with_a_notice_that_webhooks_are_told_of() -> None:
    test = made()
    watched = {"url": "https://erp.example.vn/", "events": [event.value for event in Event]}
    Program(test["token"]).post(f"/taxpayers/{test['mst']}/webhooks", watched)
    submit(test, "REFUSED")
    assert [each.event for each in Delivery.objects.order_by("pk")] == [
        "filing.received",
        "notice.issued",
        "filing.refused",
        "notice.issued",
    ]


@pytest.mark.error("API-NO-SANDBOX")
@pytest.mark.near_miss("API-NO-SANDBOX")
def test_a_portal_without_a_sandbox_makes_none_and_knows_no_test_token(settings: Settings) -> None:
    test = made()
    settings.SANDBOX = False
    reply = Program().post("/sandbox/taxpayers", {})
    assert (reply.status_code, codes(reply)) == (404, {"API-NO-SANDBOX"})
    assert codes(Program(test["token"]).get("/taxpayers")) == {"API-NO-SANDBOX"}


@pytest.mark.error("API-SANDBOX-FULL")
@pytest.mark.near_miss("API-SANDBOX-FULL")
def test_so_many_are_made_in_an_hour_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "MOST", 1)
    made()
    reply = Program().post("/sandbox/taxpayers", {})
    assert (reply.status_code, codes(reply), reply["Retry-After"]) == (429, {"API-SANDBOX-FULL"}, "3600")


@pytest.mark.near_miss("API-SCENARIO", "API-SCENARIO-REAL")
@pytest.mark.parametrize(
    ("scenario", "status", "state", "events"),
    [
        ("RECEIVED", 201, "received", []),
        ("ACCEPTED", 201, "accepted", ["filing.accepted"]),
        ("REFUSED", 201, "refused", ["filing.refused"]),
        ("WRONG_OFFICE", 201, "refused", ["filing.refused"]),
        ("REFUSED_SIGNATURE", 422, "", []),
        ("DUPLICATE", 422, "", []),
        ("OUTAGE", 503, "", []),
        ("RATE_LIMITED", 429, "", []),
        ("TIMEOUT_AFTER_STORE", 504, "received", []),
    ],
)
def test_each_scenario_has_the_outcome_it_is_documented_with(
    scenario: str, status: int, state: str, events: list[str]
) -> None:
    test = made()
    watched = {"url": "https://erp.example.vn/", "events": ["filing.accepted", "filing.refused"]}
    Program(test["token"]).post(f"/taxpayers/{test['mst']}/webhooks", watched)
    reply = submit(test, scenario)
    assert reply.status_code == status, reply.content
    assert [each.state for each in Filing.objects.all()] == ([state] if state else [])
    assert [each.event for each in Delivery.objects.all()] == events
    if status == 201:
        assert reply.json()["state"] == state
        assert bool(reply.json()["reasons"]) == (state == "refused")
        assert bool(reply.json()["decided_at"]) == (state != "received")
    else:
        assert codes(reply) == {SCENARIOS[scenario].code}
        assert ("Retry-After" in reply) == (status in (429, 503, 504))


def test_every_scenario_has_its_line_above() -> None:
    marks = test_each_scenario_has_the_outcome_it_is_documented_with.pytestmark  # type: ignore[attr-defined]  # pytest's
    assert [case[0] for case in marks[0].args[1]] == list(SCENARIOS)


@pytest.mark.error("API-TIMEOUT")
def test_after_a_lost_answer_the_same_bytes_give_the_receipt() -> None:
    test = made()
    data = return_of(test)
    assert codes(submit(test, "TIMEOUT_AFTER_STORE", data)) == {"API-TIMEOUT"}
    again = submit(test, "TIMEOUT_AFTER_STORE", data)
    assert (again.status_code, again.json()["transaction_code"]) == (
        200,
        Filing.objects.get().transaction_code,
    )


@pytest.mark.error("API-SCENARIO")
def test_a_scenario_that_is_none_is_refused_with_those_there_are() -> None:
    reply = submit(made(), "accepted")
    assert (reply.status_code, codes(reply)) == (422, {"API-SCENARIO"})
    assert "TIMEOUT_AFTER_STORE" in reply.json()["findings"][0]["fix"]["en"]
    assert Filing.objects.count() == 0


def test_a_scenario_decides_no_real_filing(company_a: Pair) -> None:
    with pytest.raises(ValueError, match="test taxpayer"):
        decide_test_filing(filing=Filing(taxpayer=company_a[1]), scenario=SCENARIOS["ACCEPTED"])


def test_a_taxpayer_without_an_address_is_still_owed_its_mail(company_a: Pair, signers: Signers) -> None:
    """The rule of test addresses touches no other."""
    signers.registered(company_a[1])
    _, program = token(*company_a)
    assert program.post(f"/taxpayers/{A}/filings", signers.signed()).status_code == 201
    assert Mail.objects.get().sent_at is None
