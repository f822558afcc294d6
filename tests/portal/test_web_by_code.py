"""The pages on which a person without a certificate confirms a return by code, and how each refusal looks."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from khaithue.portal.accounts.models import AgentContract, Membership, Taxpayer, User
from khaithue.portal.drafts.actions.open_draft import open_draft
from khaithue.portal.filing.models import Filing
from khaithue.portal.login.models import OneTimeCode
from khaithue.portal.web.models import Upload
from tests.portal.conftest import Clock, member, registered
from tests.portal.mail_server import Server, text_of
from tests.portal.signed import SAMPLE, Signers, of_period
from tests.portal.web_browser import browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office", "_mails_at_once")]

Pair = tuple[User, Taxpayer]


@pytest.fixture
def _mails_at_once(settings: Settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def person(company_a: Pair, clock: Clock) -> Pair:
    Taxpayer.objects.filter(pk=company_a[1].pk).update(kind=Taxpayer.Kind.PERSON, office_code="70123")
    company_a[1].refresh_from_db()
    return company_a


def uploaded(client: Client, text: str = SAMPLE) -> str:
    """Upload the file: the address of its review."""
    reply = client.post("/file/", {"file": SimpleUploadedFile("to-khai.xml", text.encode())})
    address: str = reply.headers["Location"]
    return address


def sent(client: Client, review: str, server: Server) -> str:
    """Ask for the code: what the e-mail says."""
    reply = client.post(f"{review}code/send/")
    assert (reply.status_code, reply.headers["Location"]) == (302, f"{review}code/")
    found = re.search(r"Mã xác nhận của bạn: (\d{6})\b", text_of(server.mails[-1]))
    assert found is not None
    return found[1]


def typed(client: Client, review: str, code: str) -> Any:
    return client.post(f"{review}code/", {"code": code})


def told(reply: Any) -> list[str]:
    """The codes a page tells."""
    return re.findall(r"<code>([A-Z]+(?:-[A-Z0-9]+)+)</code>", reply.content.decode())


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.mark.near_miss("FILE-CODE-SENDS")
def test_a_file_is_reviewed_a_code_mailed_to_the_registered_address_and_typed(
    person: Pair, server: Server
) -> None:
    client = browser(person[0])
    review = uploaded(client)
    page = client.get(review).content.decode()
    assert "Gửi mã xác nhận" in page
    assert "Chưa ký: xác nhận bằng mã gửi đến k***@example.vn." in page
    code = sent(client, review, server)
    assert server.mails[-1]["To"] == "ke-toan-a@example.vn"
    page = client.get(f"{review}code/").content.decode()
    for words in ("k***@example.vn", "có hiệu lực đến 09:10", "01/GTGT", "thay cho chữ ký số"):
        assert words in page
    reply = typed(client, review, code)
    filing = Filing.objects.get()
    assert reply.headers["Location"] == f"/filings/{filing.transaction_code}/receipt/"
    for address in (reply.headers["Location"], f"/filings/{filing.transaction_code}/"):
        page = client.get(address).content.decode()
        assert "Xác nhận bằng mã" in page
        assert "mã gửi đến k***@example.vn · 01/07/2026 09:00:00" in page
        assert code not in page
    page = client.get(f"/filings/{filing.transaction_code}/").content.decode()
    assert "Bằng mã xác thực giao dịch điện tử gửi đến: k***@example.vn" in page
    pdf = client.get(f"/filings/{filing.transaction_code}/original.pdf")
    assert pdf.content.startswith(b"%PDF")


def test_back_again_and_a_second_tab_lead_to_the_receipt(person: Pair, server: Server) -> None:
    client = browser(person[0])
    first, second = uploaded(client), uploaded(client)
    code = sent(client, first, server)
    receipt = typed(client, first, code).headers["Location"]
    for address in (first, f"{first}code/"):
        assert client.get(address).headers["Location"] == receipt
    assert typed(client, first, code).headers["Location"] == receipt
    assert client.post(f"{first}code/send/").headers["Location"] == receipt
    assert typed(client, second, "").headers["Location"] == receipt
    assert Filing.objects.count() == 1


def test_a_file_filed_in_another_tab_gets_no_further_code(person: Pair, server: Server) -> None:
    client = browser(person[0])
    first, second = uploaded(client), uploaded(client)
    typed(client, first, sent(client, first, server))
    mails = len(server.mails)
    reply = client.post(f"{second}code/send/")
    assert told(reply) == ["FILE-ALREADY-RECEIVED"]
    assert len(server.mails) == mails


def test_each_wrong_code_has_its_page_and_the_right_one_still_files(
    person: Pair, server: Server, clock: Clock
) -> None:
    client = browser(person[0])
    review, other = uploaded(client), uploaded(client, of_period(4))
    code, foreign = sent(client, review, server), sent(client, other, server)
    wrong = typed(client, review, other_than(code))
    assert (wrong.status_code, told(wrong)) == (422, ["FILE-CODE-WRONG"])
    assert told(typed(client, review, foreign)) == ["FILE-CODE-OTHER-FILE"]
    assert typed(client, other, foreign).status_code == 302
    assert told(typed(client, review, foreign)) == ["FILE-CODE-USED"]
    clock.forward(minutes=10)
    assert told(typed(client, review, code)) == ["FILE-CODE-EXPIRED"]
    code = sent(client, review, server)
    spent = [told(typed(client, review, other_than(code))) for _ in range(5)]
    assert spent[-1] == ["FILE-CODE-SPENT"]
    assert typed(client, review, sent(client, review, server)).status_code == 302


def test_a_code_typed_where_none_was_sent(person: Pair) -> None:
    client = browser(person[0])
    review = uploaded(client)
    assert client.get(f"{review}code/").headers["Location"] == review
    reply = typed(client, review, "123456")
    assert (reply.status_code, told(reply)) == (422, ["FILE-CODE-NONE"])


@pytest.mark.error("FILE-CODE-SENDS")
def test_after_five_codes_nobody_used_the_page_says_until_when_none_is_sent(
    person: Pair, server: Server, clock: Clock
) -> None:
    client = browser(person[0])
    review = uploaded(client)
    for _ in range(5):
        code = sent(client, review, server)
    reply = client.post(f"{review}code/send/")
    assert (reply.status_code, told(reply), len(server.mails)) == (429, ["FILE-CODE-SENDS"], 5)
    assert "09:15 01/07/2026" in reply.content.decode()
    assert typed(client, review, code).status_code == 302
    assert sent(client, uploaded(client, of_period(4)), server)


def test_a_file_with_a_fault_gets_no_code(person: Pair, server: Server) -> None:
    client = browser(person[0])
    review = uploaded(client, SAMPLE.replace("<mst>0319900012", "<mst>0319900037"))
    reply = client.post(f"{review}code/send/")
    assert reply.status_code == 422
    assert "FILE-FOREIGN-MST" in told(reply)
    assert server.mails == []
    assert "ký lại rồi nộp" not in reply.content.decode()


def test_a_draft_filled_online_goes_to_the_same_review(person: Pair, server: Server) -> None:
    user, taxpayer = person
    registered(taxpayer, "02/KK-TNCN", "quarter")
    draft = open_draft(user=user, taxpayer=taxpayer, form_code="02/KK-TNCN", period="2026-Q2").draft
    assert draft is not None
    client = browser(user)
    assert "Xem lại và nộp bằng mã" in client.get(f"/drafts/{draft.pk}/sign/").content.decode()
    review = client.post(f"/drafts/{draft.pk}/review/").headers["Location"]
    upload = Upload.objects.get()
    assert review == f"/file/{upload.key}/"
    assert upload.file == client.get(f"/drafts/{draft.pk}/export/").content
    assert "02/KK-TNCN" in client.get(review).content.decode()


def test_an_organisation_is_asked_for_its_signature_and_sees_nothing_of_codes(
    person: Pair, server: Server
) -> None:
    Taxpayer.objects.update(kind=Taxpayer.Kind.ORGANISATION)
    client = browser(person[0])
    review = uploaded(client)
    for reply in (client.get(review), client.post(f"{review}code/send/"), typed(client, review, "123456")):
        assert (reply.status_code, told(reply)) == (422, ["SIG-NONE"])
        assert "Gửi mã xác nhận" not in reply.content.decode()
    assert (server.mails, OneTimeCode.objects.count()) == ([], 0)
    assert "Nộp tệp đã ký" in client.get("/file/").content.decode()


def test_with_a_certificate_the_code_is_offered_no_more(
    person: Pair, server: Server, demo_signers: Signers
) -> None:
    client = browser(person[0])
    assert "tải lên từng tệp chưa ký" in client.get("/file/").content.decode()
    assert "mã không dùng nữa" in client.get("/account/certificates/").content.decode()
    review = uploaded(client)
    demo_signers.registered(person[1])
    reply = client.post(f"{review}code/send/")
    assert (reply.status_code, told(reply)) == (422, ["SIG-NONE", "FILE-CODE-CERTIFICATE"])
    assert server.mails == []
    assert "tải lên từng tệp chưa ký" not in client.get("/file/").content.decode()
    assert "mã không dùng nữa" not in client.get("/account/certificates/").content.decode()


def test_a_sub_account_and_an_agent_are_sent_to_the_person(person: Pair, server: Server) -> None:
    clerk = User.objects.create_user("nhan-vien", email="nhan-vien@example.vn")
    Membership.objects.create(user=clerk, taxpayer=person[1])
    agent, agency = member("dai-ly", "0319900044", "ĐẠI LÝ THUẾ MẪU")
    AgentContract.objects.create(
        taxpayer=person[1], agent=agency, mst=agency.mst, name=agency.name, start=date(2020, 1, 1)
    )
    for user in (clerk, agent):
        client = browser(user)
        client.post("/taxpayer/", {"taxpayer": person[1].pk})
        review = uploaded(client)
        reply = client.post(f"{review}code/send/")
        assert (reply.status_code, told(reply)) == (422, ["SIG-NONE", "FILE-CODE-INSTEAD"])
    assert server.mails == []


def test_several_files_at_once_are_told_to_come_one_by_one(person: Pair) -> None:
    client = browser(person[0])
    files = [SimpleUploadedFile(f"{n}.xml", of_period(n).encode()) for n in (4, 6)]
    page = client.get(client.post("/file/", {"file": files}).headers["Location"])
    assert told(page) == ["SIG-NONE", "FILE-CODE-INSTEAD"] * 2


def test_the_code_of_one_is_nothing_to_another(person: Pair, company_b: Pair, server: Server) -> None:
    review = uploaded(browser(person[0]))
    stranger = browser(company_b[0])
    assert stranger.get(f"{review}code/").status_code == 404
    assert stranger.post(f"{review}code/send/").status_code == 404
    assert server.mails == []


def test_the_register_page_offers_it_where_the_era_does(settings: Settings, clock: Clock) -> None:
    assert "Cá nhân chưa có chứng thư số" in browser().get("/register/").content.decode()
    settings.ERAS = {"ihtkk": date(2026, 1, 1)}
    assert "Cá nhân chưa có chứng thư số" not in browser().get("/register/").content.decode()
