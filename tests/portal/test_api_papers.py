"""Over the API papers go with their return in one request, with the limits and codes of the pages."""

import hashlib
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from khaithue.client.multipart import Part, multipart
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.filing.models import Attachment, Filing
from khaithue.portal.filing.papers import limits
from tests.portal.api_kit import Program, codes, signers_in, token, trust
from tests.portal.signed import NOON, A, Signers
from tests.portal.test_papers import PDF

Pair = tuple[User, Taxpayer]


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    return signers_in(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def program(
    company_a: Pair, settings: Settings, signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> Program:
    trust(settings, signers)
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    Taxpayer.objects.update(office_code="70123")
    company_a[1].refresh_from_db()
    signers.registered(company_a[1])
    return token(*company_a)[1]


def sent(program: Program, *parts: tuple[str, str, bytes]) -> Any:
    media_type, body = multipart([Part(*each) for each in parts])
    return program.post(f"/taxpayers/{A}/filings", body, content_type=media_type)


def test_papers_are_filed_with_their_return_and_stand_in_the_receipt(
    program: Program, signers: Signers
) -> None:
    data = signers.signed()
    reply = sent(program, ("return", "5.xml", data), ("paper", "hóa “đơn”.PDF", PDF), ("paper", "b", PDF))
    assert reply.status_code == 201, reply.content
    filing = Filing.objects.get()
    assert (filing.file, filing.channel) == (data, "api")
    facts = {"media_type": "application/pdf", "size": len(PDF), "sha256": hashlib.sha256(PDF).hexdigest()}
    papers = [{"name": "hóa “đơn”.PDF", **facts}, {"name": "b.pdf", **facts}]
    assert reply.json()["papers"] == papers
    looked_up = program.get(f"/taxpayers/{A}/filings/{filing.transaction_code}").json()
    assert looked_up["papers"] == papers
    assert [bytes(each.body) for each in Attachment.objects.all()] == [PDF, PDF]


def test_a_return_alone_may_come_as_a_form_too(program: Program, signers: Signers) -> None:
    reply = sent(program, ("return", "5.xml", signers.signed()))
    assert (reply.status_code, reply.json()["papers"]) == (201, [])


def test_the_same_request_again_gives_the_same_receipt_and_other_papers_are_told_to_be_late(
    program: Program, signers: Signers
) -> None:
    parts = [("return", "5.xml", signers.signed()), ("paper", "a.pdf", PDF)]
    first, second = sent(program, *parts), sent(program, *parts)
    third = sent(program, *parts, ("paper", "b.pdf", PDF + b"2"))
    assert [each.status_code for each in (first, second, third)] == [201, 200, 200]
    told = [[item["code"] for item in each.json()["findings"]] for each in (second, third)]
    assert told == [["FILE-ALREADY-RECEIVED"], ["FILE-ALREADY-RECEIVED", "FILE-PAPERS-LATE"]]
    assert third.json()["papers"] == first.json()["papers"]
    assert Attachment.objects.count() == 1


def test_bytes_whose_filing_was_refused_give_that_filing_and_are_not_called_created(
    program: Program, signers: Signers
) -> None:
    data = signers.signed()
    assert sent(program, ("return", "5.xml", data)).status_code == 201
    Filing.objects.update(state=Filing.State.REFUSED)
    reply = sent(program, ("return", "5.xml", data))
    assert (reply.status_code, reply.json()["findings"][0]["code"]) == (200, "FILE-ALREADY-REFUSED")


def test_every_paper_that_is_not_taken_is_told_and_nothing_is_filed(
    program: Program, signers: Signers
) -> None:
    papers = [("paper", "a.pdf", b"MZ"), ("paper", "b.pdf", b""), ("paper", "c.pdf", PDF)]
    reply = sent(program, ("return", "5.xml", signers.signed()), *papers)
    assert (reply.status_code, codes(reply)) == (422, {"PAPER-KIND", "PAPER-EMPTY"})
    assert not Filing.objects.exists()


def test_the_limits_of_papers_are_those_of_the_pages(program: Program, signers: Signers) -> None:
    most = limits().most
    too_many = [("paper", f"{n}.pdf", PDF) for n in range(most + 1)]
    reply = sent(program, ("return", "5.xml", signers.signed()), *too_many)
    assert (reply.status_code, codes(reply)) == (422, {"PAPER-TOO-MANY"})
    large = ("paper", "a.pdf", PDF.ljust(limits().bytes + 1))
    reply = sent(program, ("return", "5.xml", signers.signed()), large)
    assert (reply.status_code, codes(reply)) == (422, {"PAPER-TOO-LARGE"})
    assert sent(program, ("return", "5.xml", signers.signed()), *too_many[1:]).status_code == 201


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [("paper", "a.pdf", PDF)],
        [("return", "5.xml", b"<a/>"), ("return", "6.xml", b"<a/>")],
        [("return", "5.xml", b"<a/>"), ("papers", "a.pdf", PDF)],
        [("return", "5.xml", b"<a/>"), ("paper", "", PDF)],
        [("return", "", b"<a/>")],
    ],
    ids=["nothing", "no return", "two returns", "a misspelt part", "a paper without a name", "a field"],
)
def test_a_form_of_other_parts_is_refused_before_anything_is_passed_over(
    program: Program, parts: list[tuple[str, str, bytes]]
) -> None:
    reply = sent(program, *parts)
    assert (reply.status_code, codes(reply)) == (422, {"API-INPUT"})


def test_an_empty_return_in_a_form_is_no_body(program: Program) -> None:
    reply = sent(program, ("return", "5.xml", b""))
    assert (reply.status_code, codes(reply)) == (422, {"API-BODY-EMPTY"})


@pytest.mark.parametrize("media_type", ["multipart/form-data", "multipart/form-data; boundary=\x7f"])
def test_a_form_that_cannot_be_read_is_refused(program: Program, media_type: str) -> None:
    reply = program.post(f"/taxpayers/{A}/filings", b"--x\r\nnonsense", content_type=media_type)
    assert (reply.status_code, codes(reply)) == (400, {"API-INPUT"})


@pytest.mark.parametrize("name", ["5.xml", "5.zip"])
def test_too_many_bytes_are_refused_as_they_come(
    program: Program, signers: Signers, settings: Settings, name: str
) -> None:
    data = signers.signed()
    settings.UPLOAD_BYTES = len(data) - 1
    reply = sent(program, ("return", name, data))
    assert (reply.status_code, codes(reply)) == (413, {"FILE-TOO-LARGE"})
    settings.UPLOAD_BYTES = len(data)
    settings.REQUEST_BYTES = len(data) + len(PDF) - 1
    reply = sent(program, ("return", "5.xml", data), ("paper", "a.pdf", PDF))
    assert (reply.status_code, codes(reply)) == (413, {"UPLOAD-TOO-LARGE"})
    settings.REQUEST_BYTES += 1
    assert sent(program, ("return", "5.xml", data), ("paper", "a.pdf", PDF)).status_code == 201
