"""A signed file through the pages: uploaded, reviewed, filed, looked up; or refused with reasons."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.filing.models import Filing
from khaithue.portal.office.identity import key_path, trust_directory
from khaithue.portal.web.models import KEPT, Upload
from khaithue.signing import demo_ca
from tests.portal.conftest import registered
from tests.portal.signed import NOON, SAMPLE, A, B, Signers, changed
from tests.portal.web_browser import PASSWORD, browser

Pair = tuple[User, Taxpayer]


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    people = [demo_ca.DemoSubject(name, mst) for name, mst in (("MẪU A", A), ("MẪU B", B))]
    return Signers(demo_ca.create(tmp_path_factory.mktemp("authority"), people, password="thu"))  # noqa: S106 - lives for one run


@pytest.fixture(autouse=True)
def _office(settings: Settings, signers: Signers, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OFFICE_PASSWORD = signers.authority.password
    key_path().parent.mkdir()
    key_path().write_bytes(signers.authority.office.read_bytes())
    trust_directory().symlink_to(signers.authority.trust)
    monkeypatch.setattr(timezone, "now", lambda: NOON)


pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company(transactional_db: None, signers: Signers) -> Pair:
    user = User.objects.create_user("a", email="a@example.vn", password=PASSWORD)
    taxpayer = Taxpayer.objects.create(
        mst=A, name="CÔNG TY TNHH MẪU A", office_code="70123", office_name="X", email="ke-toan@example.vn"
    )
    taxpayer.memberships.create(user=user)
    registered(taxpayer, "01/GTGT")
    signers.registered(taxpayer)
    return user, taxpayer


@pytest.fixture
def client_a(company: Pair) -> Client:
    return browser(company[0])


def uploaded(client: Client, data: bytes, name: str = "a.xml") -> str:
    reply = client.post(reverse("web:upload"), {"file": SimpleUploadedFile(name, data)})
    assert reply.status_code == 302, reply.content.decode()
    return reply.headers["Location"]


def test_what_was_read_is_reviewed_and_nothing_is_filed_before_it_is_said_so(
    client_a: Client, signers: Signers
) -> None:
    page = client_a.get(uploaded(client_a, signers.signed())).content.decode()
    for fact in ("01/GTGT", "Tháng 05 năm 2026", "CÔNG TY TNHH MẪU A", "MẪU A", "1.807.607.833"):
        assert fact in page
    assert not Filing.objects.exists()


def test_filing_leads_to_the_receipt_with_code_time_to_the_second_and_digest(
    client_a: Client, signers: Signers
) -> None:
    data = signers.signed()
    reply = client_a.post(uploaded(client_a, data), follow=True)
    filing = Filing.objects.get()
    page = reply.content.decode()
    for fact in (filing.transaction_code, "01/07/2026 12:00:00", filing.body_sha256):
        assert fact in page
    assert bytes(Upload.objects.get().body) == b""
    original = client_a.get(reverse("web:original_xml", args=[filing.transaction_code]))
    assert original.content == data
    notice = client_a.get(reverse("web:receipt_xml", args=[filing.transaction_code]))
    assert filing.transaction_code.encode() in notice.content


def test_the_filing_shows_the_original_as_the_paper_form_with_its_signer_and_history(
    client_a: Client, signers: Signers
) -> None:
    client_a.post(uploaded(client_a, signers.signed()))
    code = Filing.objects.get().transaction_code
    page = client_a.get(reverse("web:filing", args=[code])).content.decode()
    assert "Ký điện tử bởi: MẪU A" in page
    assert "Hệ thống nhận tờ khai" in page
    assert "(216.707.047)" in page


def test_the_list_is_narrowed_by_form_period_and_code(client_a: Client, signers: Signers) -> None:
    client_a.post(uploaded(client_a, signers.signed()))
    code = Filing.objects.get().transaction_code
    for query, found in (
        ("", True),
        ("form=01/GTGT&period_from=01/2026", True),
        (f"code={code[:5]}", True),
        ("period_to=12/2025", False),
        ("form=x", False),
        ("code=1&page=99", False),
        ("period_to=xxxx", True),
    ):
        assert (code in client_a.get(f"/filings/?{query}").content.decode()) is found, query


def test_the_same_file_twice_gives_the_receipt_it_gave_before(client_a: Client, signers: Signers) -> None:
    data = signers.signed()
    client_a.post(uploaded(client_a, data))
    page = client_a.post(uploaded(client_a, data), follow=True).content.decode()
    assert Filing.objects.count() == 1
    assert "đã được tiếp nhận trước đó" in page


@pytest.mark.parametrize(
    ("text", "code"), [(SAMPLE, "SIG"), (changed(("<ct43>1807607833", "<ct43>1")), "RET-DIFFERS")]
)
def test_a_file_that_will_be_refused_says_why_and_has_no_button_to_file(
    client_a: Client, signers: Signers, text: str, code: str
) -> None:
    data = text.encode() if code == "SIG" else signers.signed(text)
    reply = client_a.get(uploaded(client_a, data))
    page = reply.content.decode()
    assert reply.status_code == 422
    assert re.search(rf"<code>{code}", page)
    assert "Nộp tờ khai" not in page
    assert client_a.post(reply.request["PATH_INFO"]).status_code == 422
    assert not Filing.objects.exists()


@pytest.mark.parametrize("data", [b"\x00\xff", b"<a/>", b"<!DOCTYPE a><a/>"])
def test_a_file_that_is_no_return_is_refused_with_findings_and_never_fails(
    client_a: Client, data: bytes
) -> None:
    reply = client_a.get(uploaded(client_a, data, "<b>&.xml"))
    assert reply.status_code == 422
    assert "<b>&.xml" not in reply.content.decode()


@pytest.mark.error("UPLOAD-NO-FILE")
@pytest.mark.near_miss("UPLOAD-NO-FILE")
def test_no_file_an_empty_one_and_one_too_large_are_told_apart(client_a: Client, settings: Settings) -> None:
    settings.UPLOAD_BYTES = 10
    nothing = client_a.post(reverse("web:upload"))
    empty = client_a.post(reverse("web:upload"), {"file": SimpleUploadedFile("a.xml", b"")})
    large = client_a.post(reverse("web:upload"), {"file": SimpleUploadedFile("a.xml", b"x" * 11)})
    assert [reply.status_code for reply in (nothing, empty, large)] == [422, 422, 413]
    for reply, code in ((nothing, "UPLOAD-NO-FILE"), (empty, "UPLOAD-EMPTY"), (large, "FILE-TOO-LARGE")):
        assert code in reply.content.decode()
    assert not Upload.objects.exists()
    uploaded(client_a, b"x" * 10)


def test_an_upload_is_seen_by_its_user_alone_and_forgotten_after_a_day(
    client_a: Client, signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = uploaded(client_a, signers.signed())
    other = User.objects.create_user("b", email="b@example.vn", password=PASSWORD)
    Taxpayer.objects.get(mst=A).memberships.create(user=other)
    stranger = browser(other)
    assert stranger.get(address).status_code == 404
    monkeypatch.setattr(timezone, "now", lambda: NOON + KEPT * 2)
    uploaded(stranger, signers.signed())
    assert Upload.objects.count() == 1


def test_a_filing_of_another_taxpayer_is_not_found(client_a: Client, signers: Signers) -> None:
    client_a.post(uploaded(client_a, signers.signed()))
    code = Filing.objects.get().transaction_code
    other = User.objects.create_user("b", email="b@example.vn", password=PASSWORD)
    Taxpayer.objects.create(mst=B, name="B", office_code="1", office_name="X").memberships.create(user=other)
    client = browser(other)
    for name in ("filing", "receipt", "receipt_xml", "original_xml"):
        assert client.get(reverse(f"web:{name}", args=[code])).status_code == 404
    assert code not in client.get("/filings/").content.decode()
