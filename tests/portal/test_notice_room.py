"""The office's notices: a list with what is unread, each as a letter, signed XML and PDF."""

from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from pytest_django import Settings

from khaithue.portal.accounts.models import AgentContract, Membership, Taxpayer, User
from khaithue.portal.audit.models import AuditEntry
from khaithue.portal.notices.models import Notice, NoticeReading
from tests.portal.conftest import member
from tests.portal.office_open import Pair, authority, file, of_office, open_office
from tests.portal.signed import NOON, Signers
from tests.portal.web_browser import browser


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def _office(settings: Settings, signers: Signers, monkeypatch: pytest.MonkeyPatch) -> None:
    open_office(settings, signers)
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def pair(company_a: Pair, signers: Signers) -> Pair:
    return of_office(company_a, signers)


@pytest.fixture
def notice(pair: Pair, signers: Signers) -> Notice:
    return file(pair, signers.signed()).notices.get()


def of_kind(pair: Pair, kind: Notice.Kind, like: Notice) -> Notice:
    return Notice.objects.create(
        taxpayer=pair[1],
        kind=kind,
        form_code="03/TB-TĐT",
        title=f"Thông báo {kind}",
        number=f"{kind}/TB",
        xml=like.xml,
        created_at=NOON,
    )


def listed(client: Client, query: str = "") -> str:
    return client.get(f"/notices/{query}").content.decode()


def opened(client: Client, notice: Notice) -> int:
    return client.get(reverse("web:notice", args=[notice.pk])).status_code


def agent_of(taxpayer: Taxpayer, forms: list[str]) -> User:
    user, agency = member("dai-ly", "0319900044", "ĐẠI LÝ THUẾ MẪU")
    AgentContract.objects.create(
        taxpayer=taxpayer, agent=agency, mst=agency.mst, name=agency.name, forms=forms, start=date(2020, 1, 1)
    )
    Membership.objects.filter(user=user).update(taxpayer=agency)
    return user


def client_for(user: User, taxpayer: Taxpayer) -> Client:
    client = browser(user)
    client.post(reverse("web:choose_taxpayer"), {"taxpayer": taxpayer.pk})
    return client


def test_a_notice_is_unread_until_its_reader_opens_it(pair: Pair, notice: Notice) -> None:
    client = browser(pair[0])
    assert "1 thông báo chưa đọc." in listed(client)
    assert opened(client, notice) == 200
    assert "Mọi thông báo đã được mở." in listed(client)
    assert notice.title not in listed(client, "?unread=1")
    assert opened(client, notice) == 200
    assert NoticeReading.objects.count() == 1
    assert [entry.detail for entry in AuditEntry.objects.filter(action="notices.read")] == [
        {"first": True},
        {"first": False},
    ]


def test_it_stays_unread_for_the_others(pair: Pair, notice: Notice) -> None:
    clerk = User.objects.create_user("nhan-vien")
    Membership.objects.create(
        user=clerk, taxpayer=pair[1], may_prepare=False, may_file=False, may_manage=False
    )
    opened(browser(pair[0]), notice)
    assert "1 thông báo chưa đọc." in listed(browser(clerk))


def test_the_letter_says_what_the_xml_says_and_who_signed_it(pair: Pair, notice: Notice) -> None:
    page = browser(pair[0]).get(reverse("web:notice", args=[notice.pk])).content.decode()
    for fact in ("Chữ ký hợp lệ", "Cơ quan thuế tiếp nhận hồ sơ:", notice.check_code, notice.number):
        assert fact in page


def test_its_xml_is_the_signed_one_and_its_pdf_has_the_check_code_at_the_foot(
    pair: Pair, notice: Notice
) -> None:
    client = browser(pair[0])
    assert client.get(reverse("web:notice_xml", args=[notice.pk])).content == bytes(notice.xml)
    pdf = client.get(reverse("web:notice_pdf", args=[notice.pk])).content
    text = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    assert f"Mã kiểm tra {notice.check_code}" in text
    assert notice.mail is not None
    mailed = notice.mail.files.get(media_type="application/pdf")
    assert (
        f"Mã kiểm tra {notice.check_code}" in PdfReader(BytesIO(bytes(mailed.data))).pages[0].extract_text()
    )


@pytest.mark.parametrize(
    ("about", "found"),
    [
        ("filings", ["reception"]),
        ("account", ["account", "registration"]),
        ("outage", ["outage"]),
        ("x", ["account", "outage", "reception", "registration"]),
    ],
)
def test_notices_are_listed_by_what_they_are_about(
    pair: Pair, notice: Notice, about: str, found: list[str]
) -> None:
    for kind in (Notice.Kind.ACCOUNT, Notice.Kind.REGISTRATION, Notice.Kind.OUTAGE):
        of_kind(pair, kind, notice)
    page = listed(browser(pair[0]), f"?about={about}")
    numbers = {
        "reception": notice.number,
        **{kind: f"{kind}/TB" for kind in ("account", "registration", "outage")},
    }
    shown = [kind for kind, number in numbers.items() if number in page]
    assert sorted(shown) == found


def test_an_agent_sees_notices_of_its_forms_and_of_outages_but_none_of_the_account(
    pair: Pair, notice: Notice
) -> None:
    account = of_kind(pair, Notice.Kind.ACCOUNT, notice)
    outage = of_kind(pair, Notice.Kind.OUTAGE, notice)
    client = client_for(agent_of(pair[1], ["01/GTGT"]), pair[1])
    assert [opened(client, each) for each in (notice, account, outage)] == [200, 404, 200]
    assert account.number not in listed(client)
    assert client.get(reverse("web:notice_xml", args=[account.pk])).status_code == 404
    assert client.get(reverse("web:notice_pdf", args=[account.pk])).status_code == 404


def test_an_agent_of_other_forms_does_not_see_it(pair: Pair, notice: Notice) -> None:
    client = client_for(agent_of(pair[1], ["05/KK-TNCN"]), pair[1])
    assert opened(client, notice) == 404
    assert notice.number not in listed(client)


def test_another_taxpayer_does_not_see_it(notice: Notice, company_b: Pair) -> None:
    client = browser(company_b[0])
    assert opened(client, notice) == 404
    assert notice.number not in listed(client)
    assert not NoticeReading.objects.exists()
