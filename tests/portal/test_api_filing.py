"""Over the API a return is checked, filed and looked up as on the pages, by the same rules."""

import hashlib
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from khaithue.exchange import returns_xml
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.api.interface import API
from khaithue.portal.api.models import Token
from khaithue.portal.audit.models import AuditEntry
from khaithue.portal.filing.models import Filing
from khaithue.portal.notices.models import Notice
from khaithue.returns.codec import encode
from tests.portal.api_kit import Program, codes, signers_in, token, trust
from tests.portal.signed import NOON, SAMPLE, A, B, Signers, changed, of_period

Pair = tuple[User, Taxpayer]


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    return signers_in(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def _office(settings: Settings, signers: Signers, monkeypatch: pytest.MonkeyPatch) -> None:
    trust(settings, signers)
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def company(company_a: Pair, signers: Signers) -> Pair:
    Taxpayer.objects.filter(pk=company_a[1].pk).update(office_code="70123")
    company_a[1].refresh_from_db()
    signers.registered(company_a[1])
    return company_a


@pytest.fixture
def program(company: Pair) -> Program:
    return token(*company)[1]


def submit(program: Program, data: bytes, mst: str = A, **headers: str) -> Any:
    return program.post(f"/taxpayers/{mst}/filings", data, **headers)


@pytest.mark.near_miss("API-BODY-EMPTY", "API-MEDIA-TYPE", "OFFICE-NOT-READY")
def test_a_signed_return_is_filed_and_answered_with_its_receipt(program: Program, signers: Signers) -> None:
    data = signers.signed()
    reply = submit(program, data)
    assert reply.status_code == 201, reply.content
    receipt = reply.json()
    filing = Filing.objects.get()
    assert filing.file == data
    assert filing.channel == "api"
    assert receipt["transaction_code"] == filing.transaction_code == "90020260000000001"
    assert receipt["received_at"] == "2026-07-01T05:00:00Z"
    assert (receipt["form"], receipt["period"], receipt["kind"], receipt["state"]) == (
        "01/GTGT",
        "2026-05",
        "C",
        "received",
    )
    assert receipt["sha256"] == hashlib.sha256(data).hexdigest()
    assert receipt["notices"] == [Notice.objects.get().number]
    assert AuditEntry.objects.get(action="filing.file").actor.endswith(f" token:{Token.objects.get().pk}")


@pytest.mark.error("FILE-ALREADY-RECEIVED")
@pytest.mark.near_miss("FILE-ALREADY-RECEIVED")
def test_the_same_bytes_give_the_same_receipt_and_nothing_new(program: Program, signers: Signers) -> None:
    data = signers.signed()
    first, second = submit(program, data), submit(program, data)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["transaction_code"] == second.json()["transaction_code"]
    assert [item["code"] for item in second.json()["findings"]] == ["FILE-ALREADY-RECEIVED"]
    assert (Filing.objects.count(), Notice.objects.count()) == (1, 1)


def test_a_refused_return_is_told_everything_by_code_and_cell(program: Program, signers: Signers) -> None:
    text = changed(("<ct43>1807607833</ct43>", "<ct43>1807607834</ct43>"))
    reply = submit(program, signers.signed(text))
    assert reply.status_code == 422
    found = reply.json()["findings"]
    assert {item["cell"] for item in found if item["level"] == "error"} == {"43"}
    assert all(item["message"]["vi"] and item["fix"]["en"] for item in found)
    assert Filing.objects.count() == 0


def test_a_problem_speaks_the_language_that_is_asked_for(program: Program, signers: Signers) -> None:
    other = signers.signed(SAMPLE, B)
    vi, en = submit(program, other), submit(program, other, accept_language="en")
    told = vi.json()["findings"][0]
    assert (vi.json()["detail"], en.json()["detail"]) == (told["message"]["vi"], told["message"]["en"])


@pytest.mark.error(each="code")
@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"", {}, 422, "API-BODY-EMPTY"),
        (b"<x/>", {"content_type": "text/plain"}, 415, "API-MEDIA-TYPE"),
        (b"no xml", {}, 422, ""),
        (b"<x>" * 1000, {}, 422, ""),
    ],
)
def test_a_body_that_is_no_signed_return_is_refused(
    program: Program, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    reply = submit(program, body, **headers)
    assert reply.status_code == status
    assert code in codes(reply) or not code


@pytest.mark.error("FILE-TOO-LARGE")
@pytest.mark.near_miss("FILE-TOO-LARGE")
def test_a_file_over_the_limit_is_refused_and_one_at_it_is_read(program: Program, settings: Settings) -> None:
    settings.UPLOAD_BYTES = 10
    reply = submit(program, b"x" * 11)
    assert (reply.status_code, codes(reply)) == (413, {"FILE-TOO-LARGE"})
    assert submit(program, b"x" * 10).status_code == 422


def test_figures_over_the_limit_of_a_request_are_refused(program: Program, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    for path in ("check", "drafts"):
        reply = program.post(f"/taxpayers/{A}/{path}", {"a": "x" * 10})
        assert (reply.status_code, codes(reply)) == (413, {"FILE-TOO-LARGE"})


@pytest.mark.error("OFFICE-NOT-READY")
@pytest.mark.near_miss("API-FAULT")
def test_without_the_offices_key_the_portal_asks_to_come_back(
    program: Program, signers: Signers, settings: Settings
) -> None:
    settings.DATA_DIR = settings.DATA_DIR / "empty"
    reply = submit(program, signers.signed())
    assert (reply.status_code, codes(reply), reply["Retry-After"]) == (503, {"OFFICE-NOT-READY"}, "600")


@pytest.mark.error("API-SCENARIO-REAL")
def test_a_scenario_is_refused_for_a_taxpayer_that_is_no_test(program: Program, signers: Signers) -> None:
    reply = submit(program, signers.signed(), khaithue_scenario="ACCEPTED")
    assert (reply.status_code, codes(reply)) == (422, {"API-SCENARIO-REAL"})
    assert Filing.objects.count() == 0


@pytest.mark.error("API-FAULT")
def test_a_fault_of_ours_is_a_problem_that_says_to_send_again(
    program: Program, signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr("khaithue.portal.api.routes.filings.file_return", broken)
    reply = submit(program, signers.signed())
    assert (reply.status_code, codes(reply)) == (500, {"API-FAULT"})
    assert "disk" not in reply.content.decode()


def test_filings_are_looked_up_by_form_period_state_and_day(program: Program, signers: Signers) -> None:
    submit(program, signers.signed())

    def found(query: str) -> int:
        return len(program.get(f"/taxpayers/{A}/filings?{query}").json()["items"])

    assert found("") == 1
    assert found("form=01/GTGT&period=2026-05&state=received") == 1
    assert found("received_from=2026-07-01&received_to=2026-07-01") == 1
    assert [found(query) for query in ("form=05/KK-TNCN", "period=2026-06", "state=accepted")] == [0, 0, 0]
    assert [found(query) for query in ("received_from=2026-07-02", "received_to=2026-06-30")] == [0, 0]


def test_a_receipt_tells_the_decision_and_its_reasons(program: Program, signers: Signers) -> None:
    code = submit(program, signers.signed()).json()["transaction_code"]
    path = f"/taxpayers/{A}/filings/{code}"
    assert program.get(path).json()["decided_at"] is None
    reason = {"group": "Số liệu", "error": "[22] sai", "fix": "Sửa [22]", "note": ""}
    Filing.objects.update(state="refused", decided_at=NOON, reasons=[reason])
    decided = program.get(path).json()
    assert (decided["state"], decided["reasons"]) == ("refused", [reason])
    assert decided["decided_at"].startswith("2026-07-01T05:00:00")


def test_the_original_and_the_notice_are_given_byte_for_byte(program: Program, signers: Signers) -> None:
    data = signers.signed()
    code = submit(program, data).json()["transaction_code"]
    original = program.get(f"/taxpayers/{A}/filings/{code}/original")
    assert (original.content, original["Content-Type"]) == (data, "application/xml")
    notices = program.get(f"/taxpayers/{A}/notices?transaction_code={code}").json()["items"]
    assert [each["kind"] for each in notices] == ["reception"]
    xml = program.get(f"/taxpayers/{A}/notices/{notices[0]['id']}/xml").content
    assert hashlib.sha256(xml).hexdigest() == notices[0]["sha256"] == Notice.objects.get().sha256


@pytest.mark.near_miss("API-CURSOR")
def test_pages_neither_repeat_nor_hide_a_filing_when_more_come_meanwhile(
    program: Program, signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for month in (4, 6):
        monkeypatch.setattr(timezone, "now", lambda day=month: NOON.replace(month=8, day=day))
        submit(program, signers.signed(of_period(month)))
    path = f"/taxpayers/{A}/filings?limit=1"
    first = program.get(path).json()
    submit(program, signers.signed())
    second = program.get(f"{path}&cursor={first['next']}").json()
    assert [page["items"][0]["period"] for page in (first, second)] == ["2026-06", "2026-04"]
    assert second["next"] is None


@pytest.mark.error("API-CURSOR")
@pytest.mark.parametrize("cursor", ["x", "AAAA", "é", "MjAyNi0wNy0wMXwx", "fHw=", "1" * 9999])
def test_a_cursor_of_ones_own_making_is_refused(program: Program, cursor: str) -> None:
    reply = program.get(f"/taxpayers/{A}/filings?cursor={cursor}")
    assert (reply.status_code, codes(reply)) == (422, {"API-CURSOR"})


def test_checking_finds_what_submitting_would_and_stores_nothing(program: Program, signers: Signers) -> None:
    path = f"/taxpayers/{A}/check"
    good = program.post(path, signers.signed()).json()
    assert good["ok"] is True
    assert good["figures"]["values"]["43"] == 1807607833
    unsigned = program.post(path, SAMPLE.encode()).json()
    assert (unsigned["ok"], unsigned["findings"][0]["code"]) == (False, "SIG-NONE")
    assert program.post(f"{path}?signed=false", SAMPLE.encode()).json()["ok"] is True
    submit(program, signers.signed())
    again = program.post(f"{path}?signed=false", SAMPLE.encode()).json()
    assert (again["ok"], "FILE-DUPLICATE" in {each["code"] for each in again["findings"]}) == (False, True)
    assert Filing.objects.count() == 1


def test_the_api_takes_no_code_and_says_so_to_a_person_without_certificate(
    program: Program, company: Pair
) -> None:
    company[1].certificates.all().delete()
    for kind, told in (("organisation", {"SIG-NONE"}), ("person", {"SIG-NONE", "FILE-CODE-INSTEAD"})):
        Taxpayer.objects.filter(pk=company[1].pk).update(kind=kind)
        reply = submit(program, SAMPLE.encode())
        assert (reply.status_code, codes(reply)) == (422, told)
        checked = program.post(f"/taxpayers/{A}/check", SAMPLE.encode()).json()
        assert (checked["ok"], {each["code"] for each in checked["findings"]}) == (False, told)
    assert not Filing.objects.exists()


@pytest.mark.near_miss("API-INPUT")
def test_figures_are_computed_before_they_are_checked(program: Program) -> None:
    figures = encode(returns_xml.read(SAMPLE.encode()).return_)  # type: ignore[arg-type]  # the sample is one
    del figures["values"]["43"]
    checked = program.post(f"/taxpayers/{A}/check", figures).json()
    assert checked["figures"]["values"]["43"] == 1807607833
    assert checked["ok"] is True


@pytest.mark.error("API-INPUT")
@pytest.mark.parametrize("body", ["{", '{"a": NaN}', '{"a": "\\u0000"}', '{"a": "\\ud800"}', "[" * 100_000])
def test_json_that_cannot_be_kept_is_refused_before_anything_reads_it(program: Program, body: str) -> None:
    for path in ("check", "drafts"):
        reply = program.client.generic(
            "POST",
            f"/api/v1/taxpayers/{A}/{path}",
            body,
            "application/json",
            headers={"authorization": f"Bearer {program.key}"},
        )
        assert (reply.status_code, codes(reply)) == (400, {"API-INPUT"})


def test_a_check_takes_xml_or_json_only(program: Program) -> None:
    reply = program.post(f"/taxpayers/{A}/check", b"a=b", content_type="application/x-www-form-urlencoded")
    assert (reply.status_code, codes(reply)) == (415, {"API-MEDIA-TYPE"})


@pytest.mark.near_miss("API-METHOD")
def test_a_draft_is_opened_saved_exported_and_discarded(program: Program) -> None:
    path = f"/taxpayers/{A}/drafts"
    draft = program.post(path, {"form": "01/GTGT", "period": "2026-06"}).json()
    assert (draft["revision"], draft["figures"]["header"]["mst"]) == (1, A)
    figures = draft["figures"]
    figures["values"] |= {"32": 580_878_000, "33": 58_087_800}
    saved = program.ask("PUT", f"{path}/{draft['id']}", {"revision": 1, "figures": figures}).json()
    assert (saved["revision"], saved["figures"]["values"]["28"]) == (2, 58_087_800)
    stale = program.ask("PUT", f"{path}/{draft['id']}", {"revision": 1, "figures": figures})
    assert (stale.status_code, codes(stale)) == (409, {"DRAFT-STALE"})
    xml = program.get(f"{path}/{draft['id']}/xml")
    read = returns_xml.read(xml.content).return_
    assert read is not None
    assert read.values["33"] == 58_087_800
    assert [each["id"] for each in program.get(path).json()["items"]] == [draft["id"]]
    assert program.ask("DELETE", f"{path}/{draft['id']}").status_code == 204
    assert codes(program.get(f"{path}/{draft['id']}")) == {"API-NOT-FOUND"}


@pytest.mark.error("DRAFT-DATA", "DRAFT-NO-FORM", "DRAFT-PERIOD")
@pytest.mark.near_miss("DRAFT-DATA", "DRAFT-NO-FORM", "DRAFT-PERIOD")
def test_a_draft_of_no_form_or_with_figures_of_another_is_refused(program: Program) -> None:
    path = f"/taxpayers/{A}/drafts"
    assert codes(program.post(path, {"form": "01/GTGT", "period": "2026-13"})) == {"DRAFT-PERIOD"}
    assert codes(program.post(path, {"form": "99/X", "period": "2026-06"})) == {"DRAFT-NO-FORM"}
    draft = program.post(path, {"form": "01/GTGT", "period": "2026-06"}).json()
    figures = draft["figures"] | {"period": "2026-05"}
    reply = program.ask("PUT", f"{path}/{draft['id']}", {"revision": 1, "figures": figures})
    assert (reply.status_code, "DRAFT-DATA" in codes(reply)) == (422, True)


def test_obligations_say_what_is_open_late_and_filed(program: Program, signers: Signers) -> None:
    path = f"/taxpayers/{A}/obligations"
    before = {(each["form"], each["period"]): each for each in program.get(path).json()["items"]}
    assert before["01/GTGT", "2026-05"]["state"] == "late"
    assert before["01/GTGT", "2026-05"]["due"] == "2026-06-22"
    submit(program, signers.signed())
    filed = program.get(f"{path}?state=filed").json()["items"]
    assert [(each["period"], each["transaction_code"]) for each in filed] == [
        ("2026-05", "90020260000000001")
    ]


@pytest.mark.error("API-METHOD", "API-NOT-FOUND")
@pytest.mark.near_miss("API-NOT-FOUND")
def test_an_address_or_method_that_is_none_is_a_problem_too(program: Program) -> None:
    assert codes(program.get("/nothing")) == {"API-NOT-FOUND"}
    assert codes(program.get("/")) == {"API-NOT-FOUND"}
    reply = program.ask("PATCH", f"/taxpayers/{A}/filings")
    assert (reply.status_code, codes(reply)) == (405, {"API-METHOD"})
    assert {"GET", "POST"} <= set(reply["Allow"].replace(" ", "").split(","))


def test_what_the_route_cannot_read_is_named(program: Program) -> None:
    reply = program.get(f"/taxpayers/{A}/filings?limit=1000")
    assert (reply.status_code, codes(reply)) == (422, {"API-INPUT"})
    assert "query.limit" in reply.json()["findings"][0]["message"]["en"]


def test_the_description_is_openapi_31_and_needs_no_token(db: None) -> None:
    reply = Program().get("/openapi.json")
    described = reply.json()
    assert (reply.status_code, described["openapi"]) == (200, "3.1.0")
    assert described["paths"].keys() == API.get_openapi_schema()["paths"].keys()
    assert described["paths"]["/api/v1/taxpayers/{mst}/filings"]["post"]["security"] == [
        {"Token": ["filings:submit"]}
    ]
