"""Papers of a dossier: taken by what they are, kept with the filing, handed out as files."""

import hashlib
import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.filing.actions.file_return import file_return
from khaithue.portal.filing.models import Attachment, Filing
from khaithue.portal.filing.papers import Paper, clean_name, limits, take
from khaithue.portal.mail.models import Mail
from khaithue.portal.notices.reception import reception
from tests.portal.filing_kit import officer_of
from tests.portal.signed import Signers
from tests.portal.web_browser import browser

Pair = tuple[User, Taxpayer]
PDF = b"%PDF-1.7\n..."


def zipped(*names: str) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


@pytest.mark.near_miss("PAPER-KIND")
@pytest.mark.parametrize(
    ("data", "media_type", "name"),
    [
        (PDF, "application/pdf", "giấy tờ.exe.pdf"),
        (b"\xff\xd8\xff\xe0..", "image/jpeg", "giấy tờ.exe.jpg"),
        (b"\x89PNG\r\n\x1a\n..", "image/png", "giấy tờ.exe.png"),
        (
            zipped("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "giấy tờ.exe.docx",
        ),
        (
            zipped("[Content_Types].xml", "xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "giấy tờ.exe.xlsx",
        ),
        (b"<?xml version='1.0'?><a/>", "application/xml", "giấy tờ.exe.xml"),
    ],
    ids=["pdf", "jpg", "png", "docx", "xlsx", "xml"],
)
def test_a_paper_is_what_its_bytes_say_whatever_its_name(data: bytes, media_type: str, name: str) -> None:
    paper, wrong = take("C:\\bí mật\\giấy tờ.exe", data)
    assert wrong is None
    assert paper == Paper(name, media_type, data)


@pytest.mark.error("PAPER-KIND")
@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\x00 a program",
        b"GIF89a",
        zipped("a.txt"),
        zipped("word/document.xml"),
        b"PK\x03\x04 no archive",
        b"<html><body>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        b" %PDF-1.7",
    ],
    ids=["program", "gif", "zip", "half a docx", "no zip", "html", "entity", "pdf after a space"],
)
def test_what_is_of_no_kind_that_is_taken_is_refused_even_when_named_pdf(data: bytes) -> None:
    paper, wrong = take("a.pdf", data)
    assert paper is None
    assert wrong is not None
    assert wrong.code == "PAPER-KIND"


@pytest.mark.error("PAPER-EMPTY", "PAPER-TOO-LARGE", "PAPER-TOO-MANY", "PAPER-TOTAL")
@pytest.mark.near_miss("PAPER-EMPTY", "PAPER-TOO-LARGE", "PAPER-TOO-MANY", "PAPER-TOTAL")
def test_limits_of_size_and_number_hold_to_the_byte() -> None:
    allowed = limits()
    full = PDF + b"x" * (allowed.bytes - len(PDF))
    paper, wrong = take("a.pdf", full)
    assert paper is not None
    assert [wrong, _code("a.pdf", b""), _code("a.pdf", full + b"x")] == [
        None,
        "PAPER-EMPTY",
        "PAPER-TOO-LARGE",
    ]
    small = Paper("a", "application/pdf", PDF)
    assert _code("a.pdf", PDF, *[small] * (allowed.most - 1)) == ""
    assert _code("a.pdf", PDF, *[small] * allowed.most) == "PAPER-TOO-MANY"
    most = allowed.total_bytes // allowed.bytes
    assert _code("a.pdf", PDF, *[paper] * most) == "PAPER-TOTAL"
    assert _code("a.pdf", PDF, *[paper] * (most - 1)) == ""


def _code(name: str, data: bytes, *before: Paper) -> str:
    wrong = take(name, data, before)[1]
    return wrong.code if wrong else ""


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("\u202egpj.exe", "gpj.exe"),
        ("", "tai-lieu"),
        ("...", "tai-lieu"),
        ("x" * 300, "x" * 150),
    ],
)
def test_a_name_is_its_last_part_without_signs_nobody_sees(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@pytest.fixture
def company(company_a: Pair, office: None, demo_signers: Signers) -> Pair:
    demo_signers.registered(company_a[1])
    Taxpayer.objects.filter(pk=company_a[1].pk).update(office_code="70123")
    company_a[1].refresh_from_db()
    return company_a


@pytest.fixture
def client_a(company: Pair, office: None) -> Client:
    return browser(company[0])


def reviewed(client: Client, data: bytes) -> str:
    reply = client.post(reverse("web:upload"), {"file": SimpleUploadedFile("a.xml", data)})
    address: str = reply.headers["Location"]
    return address


def added(client: Client, address: str, *files: tuple[str, bytes]) -> int:
    sent = [SimpleUploadedFile(name, data) for name, data in files]
    status: int = client.post(f"{address}papers/add/", {"paper": sent}).status_code
    return status


@pytest.mark.django_db
def test_papers_go_with_the_return_their_digests_stand_in_notice_and_mail(
    client_a: Client, demo_signers: Signers
) -> None:
    address = reviewed(client_a, demo_signers.signed())
    assert added(client_a, address, ("hóa đơn.pdf", PDF), ("b.pdf", PDF + b"2")) == 302
    page = client_a.get(address).content.decode()
    assert "hóa đơn.pdf" in page
    client_a.post(address)
    filing = Filing.objects.get()
    first, second = filing.attachments.all()
    assert (first.name, bytes(first.body), first.size) == ("hóa đơn.pdf", PDF, len(PDF))
    digests = [hashlib.sha256(data).hexdigest() for data in (PDF, PDF + b"2")]
    assert [first.sha256, second.sha256] == digests
    notes = [str(row.values["ghi_chu"]) for row in reception(filing).tables["reasons"]]
    assert [note.rpartition(" ")[2] for note in notes] == [filing.body_sha256, *digests]
    body = Mail.objects.get().body
    assert all(digest in body for digest in digests)


@pytest.mark.django_db
def test_a_paper_that_is_not_taken_says_why_and_the_others_are_kept(
    client_a: Client, demo_signers: Signers
) -> None:
    address = reviewed(client_a, demo_signers.signed())
    assert added(client_a, address, ("a.pdf", b"MZ"), ("b.pdf", PDF)) == 422
    page = client_a.get(address).content.decode()
    assert ("b.pdf" in page, "a.pdf" in page) == (True, False)
    assert added(client_a, address) == 422


@pytest.mark.django_db
def test_a_paper_is_taken_away_again(client_a: Client, demo_signers: Signers) -> None:
    address = reviewed(client_a, demo_signers.signed())
    added(client_a, address, ("b.pdf", PDF))
    page = client_a.get(address).content.decode()
    number = page.partition('name="paper" value="')[2].partition('"')[0]
    for wrong in ("x", "9" * 30, "0"):
        client_a.post(f"{address}papers/drop/", {"paper": wrong})
    assert "b.pdf" in client_a.get(address).content.decode()
    client_a.post(f"{address}papers/drop/", {"paper": number})
    assert "b.pdf" not in client_a.get(address).content.decode()


@pytest.mark.django_db
def test_a_paper_is_handed_out_as_a_file_and_to_nobody_else(
    company: Pair, client_a: Client, demo_signers: Signers
) -> None:
    papers = [Paper('"><script>.xml', "application/xml", b"<a/>")]
    filing = file_return(
        user=company[0], taxpayer=company[1], data=demo_signers.signed(), papers=papers
    ).filing
    assert filing is not None
    paper = Attachment.objects.get()
    address = reverse("web:attachment", args=[filing.transaction_code, paper.pk])
    reply = client_a.get(address)
    assert reply.content == b"<a/>"
    assert reply["Content-Disposition"].startswith("attachment")
    assert reply["X-Content-Type-Options"] == "nosniff"
    office = browser(officer_of("70123"))
    ours = reverse("web:office_paper", args=[filing.transaction_code, paper.pk])
    assert office.get(ours).content == b"<a/>"
    assert browser(officer_of("99999", "xa")).get(ours).status_code == 404
    page = client_a.get(reverse("web:receipt", args=[filing.transaction_code])).content.decode()
    assert "&quot;&gt;&lt;script&gt;.xml" in page
