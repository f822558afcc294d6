"""Every bad file a person may send: each its own code and status, nothing stored, nothing held whole."""

import struct
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from khaithue.exchange import returns_xml
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.filing.closed import supplement_in_time
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.submission import Submission
from khaithue.portal.web.models import Batch, Upload
from khaithue.portal.web.unpacking import is_zip, refused, unpacked
from tests.portal.filing_kit import together
from tests.portal.signed import SAMPLE, B, Signers, changed
from tests.portal.web_browser import browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]
Pair = tuple[User, Taxpayer]


@pytest.fixture
def company(company_a: Pair, office: None, demo_signers: Signers) -> Pair:
    demo_signers.registered(company_a[1])
    Taxpayer.objects.filter(pk=company_a[1].pk).update(office_code="70123")
    company_a[1].refresh_from_db()
    return company_a


@pytest.fixture
def client_a(company: Pair) -> Client:
    return browser(company[0])


def sent(client: Client, *files: tuple[str, bytes]) -> Any:
    return client.post(
        reverse("web:upload"), {"file": [SimpleUploadedFile(name, data) for name, data in files]}
    )


def reviewed(client: Client, data: bytes) -> Any:
    return client.get(sent(client, ("a.xml", data)).headers["Location"])


def unsigned(signers: Signers) -> bytes:
    return SAMPLE.encode()


def by_another(signers: Signers) -> bytes:
    return signers.signed(mst=B)


def old_version(signers: Signers) -> bytes:
    return signers.signed(changed(("<pbanTKhaiXML>2.8.3", "<pbanTKhaiXML>1.0.0")))


def too_early(signers: Signers) -> bytes:
    text = changed(
        ("<kyKKhai>05/2026", "<kyKKhai>07/2026"), ("01/05/2026", "01/07/2026"), ("31/05/2026", "31/07/2026")
    )
    return signers.signed(text)


def other_office(signers: Signers) -> bytes:
    return signers.signed(changed(("<maCQTNoiNop>70123", "<maCQTNoiNop>10100")))


def not_xml(signers: Signers) -> bytes:
    return b"%PDF-1.7 not a return"


def early_supplement(signers: Signers) -> bytes:
    return signers.signed(changed(("<loaiTKhai>C", "<loaiTKhai>B"), ("<soLan>0", "<soLan>1")))


@pytest.mark.error(each="code")
@pytest.mark.near_miss("SIG-NONE")
@pytest.mark.parametrize(
    ("make", "code", "status"),
    [
        (unsigned, "SIG-NONE", 422),
        (by_another, "CERT-OTHER-MST", 422),
        (old_version, "XML-VERSION", 422),
        (too_early, "FILE-PERIOD-NOT-OVER", 422),
        (other_office, "FILE-OFFICE", 200),
        (not_xml, "XML-", 422),
        (early_supplement, "FILE-SUPPLEMENT-EARLY", 422),
    ],
)
def test_each_bad_return_has_its_code_and_its_page(
    client_a: Client, demo_signers: Signers, make: Any, code: str, status: int
) -> None:
    reply = reviewed(client_a, make(demo_signers))
    page = reply.content.decode()
    assert (reply.status_code, f"<code>{code}" in page) == (status, True)
    assert ("Nộp tờ khai</button>" in page) is (status == 200)


def test_a_file_without_a_signature_is_told_the_very_command(client_a: Client) -> None:
    page = reviewed(client_a, SAMPLE.encode()).content.decode()
    assert "khaithue sign --p12 chung-thu.p12 a.xml a-signed.xml" in page


def test_a_certificate_that_has_expired_is_named(
    client_a: Client, demo_signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = demo_signers.signed()
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat("2046-07-01T12:00:00+07:00"))
    client = browser(User.objects.get(username="a"))
    assert "<code>CERT-EXPIRED" in reviewed(client, data).content.decode()


@pytest.mark.error("FILE-PERIOD-CLOSED")
@pytest.mark.near_miss("FILE-PERIOD-CLOSED")
def test_a_supplement_is_taken_for_five_years_from_the_due_date(company: Pair) -> None:
    read = returns_xml.read(
        changed(
            ("<kyKKhai>05/2026", "<kyKKhai>05/2022"),
            ("01/05/2026", "01/05/2022"),
            ("31/05/2026", "31/05/2022"),
            ("<loaiTKhai>C", "<loaiTKhai>B"),
            ("<soLan>0", "<soLan>1"),
        ).encode()
    ).return_
    assert read is not None

    def found(day: str) -> list[str]:
        at = datetime.fromisoformat(f"{day}T12:00:00+07:00")
        return [item.code for item in supplement_in_time(Submission(company[1], read, at))]

    assert (found("2027-06-20"), found("2027-06-21")) == ([], ["FILE-PERIOD-CLOSED"])


def archive(*entries: tuple[str, bytes], mode: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", mode) as packed:
        for name, data in entries:
            packed.writestr(name, data)
    return made.getvalue()


def many(number: int) -> bytes:
    return archive(*((f"{n}.xml", b"<a/>") for n in range(number)), mode=zipfile.ZIP_STORED)


def encrypted() -> bytes:
    data = bytearray(archive(("a.xml", b"<a/>")))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + place
        data[at] |= 1
    return bytes(data)


def of_64_bit() -> bytes:
    data = archive(("a.xml", b"<a/>"))
    at = data.index(b"PK\x05\x06")
    return data[:at] + b"PK\x06\x07" + b"\0" * 16 + data[at:]


def lying() -> bytes:
    """An archive whose directory claims to be huge."""
    data = bytearray(archive(("a.xml", b"<a/>")))
    at = data.index(b"PK\x05\x06")
    data[at + 12 : at + 16] = struct.pack("<L", 900_000_000)
    return bytes(data)


@pytest.mark.error(each="code")
@pytest.mark.parametrize(
    ("data", "code", "status"),
    [
        (many(101), "ZIP-TOO-MANY", 422),
        (many(10_000), "ZIP-TOO-MANY", 422),
        (lying(), "ZIP-TOO-MANY", 422),
        (of_64_bit(), "ZIP-TOO-MANY", 422),
        (archive(), "ZIP-NOTHING", 422),
        (archive(("../a.xml", b"<a/>")), "ZIP-PATH", 422),
        (archive(("/a.xml", b"<a/>")), "ZIP-PATH", 422),
        (archive(("a/" * 8 + "a.xml", b"<a/>")), "ZIP-PATH", 422),
        (archive(("a.xml", b"\0" * 30_000_000)), "ZIP-BOMB", 413),
        (archive(("a.xml", b"\0" * 50_000_001)), "ZIP-TOO-LARGE", 413),
        (encrypted(), "ZIP-ENCRYPTED", 422),
        (b"PK\x03\x04 no archive", "ZIP-DAMAGED", 422),
        (archive(("a.xml", b"<a/>"))[:-3], "ZIP-DAMAGED", 422),
    ],
    ids=lambda value: value if isinstance(value, str) else "-",
)
def test_a_bad_archive_is_refused_before_it_is_unpacked(
    client_a: Client, data: bytes, code: str, status: int
) -> None:
    reply = sent(client_a, ("a.zip", data))
    assert (reply.status_code, f"<code>{code}" in reply.content.decode()) == (status, True)
    assert (Batch.objects.count(), Upload.objects.count()) == (0, 0)


@pytest.mark.near_miss(
    "ZIP-BOMB", "ZIP-DAMAGED", "ZIP-ENCRYPTED", "ZIP-NOTHING", "ZIP-PATH", "ZIP-TOO-LARGE", "ZIP-TOO-MANY"
)
@pytest.mark.parametrize(
    "data",
    [
        many(100),
        archive(("a/" * 7 + "a.xml", b"<a/>")),
        archive(("a.xml", b"\0" * 100_000), mode=zipfile.ZIP_STORED),
    ],
    ids=["100 files", "8 deep", "not packed"],
)
def test_an_archive_just_within_the_limits_is_taken(data: bytes) -> None:
    file = BytesIO(data)
    assert is_zip(file)
    assert refused(file, "a.zip") is None
    assert all(each.wrong is None for each in unpacked(file))


@pytest.mark.error("ZIP-NESTED")
@pytest.mark.near_miss("ZIP-NESTED")
def test_one_damaged_or_nested_file_of_an_archive_does_not_cost_the_others(client_a: Client) -> None:
    data = archive(("a.xml", b"<a/>AAAA"), ("b.zip", many(1)), ("c.xml", b"<c/>"), mode=zipfile.ZIP_STORED)
    assert sent(client_a, ("a.zip", data.replace(b"AAAA", b"BBBB"))).status_code == 302
    found = {upload.name: upload.facts["findings"][0]["code"] for upload in Upload.objects.all()}
    assert (found["a.xml"], found["b.zip"]) == ("ZIP-DAMAGED", "ZIP-NESTED")
    assert found["c.xml"].startswith(("XML-", "SIG-"))


@pytest.mark.error("UPLOAD-TOO-LARGE", "UPLOAD-TOO-MANY")
@pytest.mark.near_miss("UPLOAD-TOO-LARGE", "UPLOAD-TOO-MANY")
def test_bytes_and_files_are_counted_as_they_come(client_a: Client, settings: Settings) -> None:
    settings.REQUEST_BYTES = 10
    assert sent(client_a, ("a.xml", b"x" * 5), ("b.xml", b"x" * 5)).status_code == 302
    reply = sent(client_a, ("a.xml", b"x" * 5), ("b.xml", b"x" * 6))
    assert (reply.status_code, "UPLOAD-TOO-LARGE" in reply.content.decode()) == (413, True)
    settings.BATCH_FILES = 2
    assert sent(client_a, *[("a.xml", b"x")] * 2).status_code == 302
    reply = sent(client_a, *[("a.xml", b"x")] * 3)
    assert (reply.status_code, "UPLOAD-TOO-MANY" in reply.content.decode()) == (422, True)


class Stream(BytesIO):
    """A request's body that is made as it is read."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        super().__init__()
        self.parts, self.rest = parts, b""

    def read(self, size: int | None = -1) -> bytes:
        while len(self.rest) < (size or 0) and (part := next(self.parts, b"")):
            self.rest += part
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken


def test_a_file_of_200_megabytes_is_refused_without_being_held(client_a: Client) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xml"\r\n\r\n'
    tail, block, blocks = b"\r\n--x--\r\n", b"x" * 65_536, 3_200

    def body() -> Iterator[bytes]:
        yield head
        for _ in range(blocks):
            yield block
        yield tail

    facts: dict[str, Any] = {
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "CONTENT_LENGTH": str(len(head) + len(block) * blocks + len(tail)),
        "wsgi.input": Stream(body()),
    }
    client_a.get("/file/")
    tracemalloc.start()
    reply = client_a.generic("POST", "/file/", b"", **facts)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (reply.status_code, "FILE-TOO-LARGE" in reply.content.decode()) == (413, True)
    assert most < 60_000_000
    assert not Upload.objects.exists()


def test_back_and_a_double_click_lead_to_the_same_receipt(client_a: Client, demo_signers: Signers) -> None:
    address = sent(client_a, ("a.xml", demo_signers.signed())).headers["Location"]
    first = client_a.post(address).headers["Location"]
    assert [client_a.post(address).headers["Location"], client_a.get(address).headers["Location"]] == [
        first
    ] * 2
    assert client_a.post(f"{address}papers/add/").headers["Location"] == first
    assert Filing.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_file_the_same_at_once_get_one_receipt(company_a: Pair, demo_signers: Signers) -> None:
    demo_signers.registered(company_a[1])
    Taxpayer.objects.update(office_code="70123")
    clients = [browser(company_a[0]) for _ in range(3)]
    data = demo_signers.signed()
    tabs = [(client, sent(client, ("a.xml", data)).headers["Location"]) for client in clients]
    calls = [lambda tab=tab: tab[0].post(tab[1]).headers["Location"] for tab in tabs]
    assert len(set(together(*calls))) == 1
    assert Filing.objects.count() == 1


def test_a_file_whose_answer_was_lost_is_found_by_itself_or_its_digest(
    client_a: Client, demo_signers: Signers, settings: Settings
) -> None:
    data = demo_signers.signed()
    client_a.post(sent(client_a, ("a.xml", data)).headers["Location"])
    filing = Filing.objects.get()
    address, receipt = reverse("web:received"), reverse("web:receipt", args=[filing.transaction_code])
    by_file = client_a.post(address, {"file": SimpleUploadedFile("a.xml", data)})
    by_digest = client_a.get(address, {"sha256": f" {filing.body_sha256.upper()} "})
    assert [by_file.headers["Location"], by_digest.headers["Location"]] == [receipt] * 2
    near = client_a.post(address, {"file": SimpleUploadedFile("a.xml", data + b" ")})
    assert (near.status_code, "chưa tiếp nhận tệp này" in near.content.decode()) == (200, True)
    settings.UPLOAD_BYTES = 100
    assert client_a.post(address, {"file": SimpleUploadedFile("a.xml", data)}).status_code == 413
    for typed in ("", "x", filing.body_sha256[:-1]):
        assert client_a.get(address, {"sha256": typed}).status_code == 200


def test_anothers_file_is_not_found_by_its_digest(
    client_a: Client, company_b: Pair, demo_signers: Signers
) -> None:
    client_a.post(sent(client_a, ("a.xml", demo_signers.signed())).headers["Location"])
    reply = browser(company_b[0]).get(reverse("web:received"), {"sha256": Filing.objects.get().body_sha256})
    assert "chưa tiếp nhận tệp này" in reply.content.decode()
