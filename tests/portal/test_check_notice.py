"""Anybody may ask whether a notice is one of this portal's, and learns no more than they hold."""

from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import etree
from pytest_django import Settings

from khaithue.exchange.returns_xml import write
from khaithue.portal.filing.models import Filing
from khaithue.portal.notices.checking import Verdict, check_file, check_number, masked, masked_code
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.reception import reception
from khaithue.portal.web.views.check import CHECKS
from khaithue.signing.keys import load_pkcs12
from khaithue.signing.policy import current_policy
from khaithue.signing.sign import sign
from khaithue.signing.target import Target
from tests.portal.office_open import Pair, authority, file, of_office, open_office
from tests.portal.signed import NOON, B, Signers
from tests.portal.web_browser import browser

LATER = datetime.fromisoformat("2026-09-01T08:00:00+07:00")


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def _office(settings: Settings, signers: Signers, monkeypatch: pytest.MonkeyPatch) -> None:
    open_office(settings, signers)
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def filing(company_a: Pair, signers: Signers) -> Filing:
    return file(of_office(company_a, signers), signers.signed())


@pytest.fixture
def notice(filing: Filing) -> Notice:
    return filing.notices.get()


def asked(client: Client, **sent: object) -> tuple[int, str]:
    reply = client.post(reverse("web:check"), sent)
    return reply.status_code, reply.content.decode()


def xml(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("a.xml", data)


def codes(data: bytes, filed: str = "") -> tuple[Verdict, list[str]]:
    checked = check_file(data, filed)
    return checked.verdict, [item.code for item in checked.findings]


@pytest.mark.near_miss("CHECK-FOREIGN", "CHECK-NOT-NOTICE")
def test_the_file_of_a_notice_is_genuine_and_says_who_what_and_when(notice: Notice, filing: Filing) -> None:
    status, page = asked(browser(), notice=xml(bytes(notice.xml)))
    assert status == 200
    for fact in (
        "Thông báo đúng là do cổng này phát hành",
        "CÔNG TY TNHH MẪU A (0319900012)",
        "tháng 05/2026",
        "01/07/2026 12:00:00",
        filing.body_sha256,
        filing.transaction_code,
    ):
        assert fact in page


@pytest.mark.near_miss("CHECK-CHANGED")
def test_a_notice_stays_genuine_when_its_file_is_only_respelt(notice: Notice) -> None:
    respelt = etree.tostring(etree.fromstring(bytes(notice.xml)))
    assert respelt != bytes(notice.xml)
    assert codes(respelt) == (Verdict.GENUINE, [])


@pytest.mark.error("CHECK-CHANGED")
def test_one_changed_figure_is_told(notice: Notice) -> None:
    changed = bytes(notice.xml).replace(b"12:00:00", b"11:00:00")
    assert changed != bytes(notice.xml)
    assert codes(changed) == (Verdict.CHANGED, ["CHECK-CHANGED"])
    renumbered = bytes(notice.xml).replace(notice.number.encode(), b"1/TB")
    assert codes(renumbered) == (Verdict.CHANGED, ["CHECK-CHANGED"])


@pytest.mark.error("CHECK-FOREIGN")
def test_a_notice_that_somebody_else_signed_is_foreign_even_with_a_number_of_ours(
    filing: Filing, signers: Signers
) -> None:
    key, _ = load_pkcs12(
        signers.authority.people[B].read_bytes(), signers.authority.password, at=NOON, policy=current_policy()
    )
    assert key is not None
    filing.transaction_code = "90020269999999999"
    forged, _ = sign(write(reception(filing)), key, target=Target.NOTICE, at=NOON)
    assert forged is not None
    assert codes(forged) == (Verdict.FOREIGN, ["CHECK-FOREIGN"])
    filing.refresh_from_db()
    forged, _ = sign(write(reception(filing)), key, target=Target.NOTICE, at=NOON)
    assert forged is not None
    assert codes(forged) == (Verdict.FOREIGN, ["CHECK-FOREIGN"])


@pytest.mark.parametrize("data", [b"", b"PK", b"<a/>", b"<TBaoThueDTu/>"])
def test_what_is_no_signed_notice_is_told(db: None, data: bytes) -> None:
    assert codes(data) == (Verdict.UNREADABLE, ["CHECK-NOT-NOTICE"])


@pytest.mark.error("CHECK-NOT-NOTICE")
def test_a_return_is_no_notice(filing: Filing) -> None:
    assert codes(filing.file) == (Verdict.UNREADABLE, ["CHECK-NOT-NOTICE"])


@pytest.mark.error("CHECK-OTHER-FILE", "CHECK-SAME-FILE")
@pytest.mark.near_miss("CHECK-OTHER-FILE", "CHECK-SAME-FILE")
def test_the_returns_file_is_held_against_the_notice(notice: Notice, filing: Filing) -> None:
    page = asked(browser(), notice=xml(bytes(notice.xml)), filed=xml(filing.file))[1]
    assert "CHECK-SAME-FILE" in page
    page = asked(browser(), notice=xml(bytes(notice.xml)), filed=xml(filing.file + b" "))[1]
    assert "CHECK-OTHER-FILE" in page


@pytest.mark.error("CHECK-NO-RETURN")
@pytest.mark.near_miss("CHECK-NO-RETURN")
def test_a_notice_about_no_return_cannot_attest_a_file(notice: Notice) -> None:
    Notice.objects.filter(pk=notice.pk).update(filing=None)
    assert codes(bytes(notice.xml), "ab" * 32) == (Verdict.GENUINE, ["CHECK-NO-RETURN"])
    assert codes(bytes(notice.xml)) == (Verdict.GENUINE, [])


@pytest.mark.error(each="found")
@pytest.mark.near_miss("CHECK-REFUSED-LATER", "CHECK-REPLACED-LATER")
@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("refused", ["CHECK-REFUSED-LATER"]),
        ("replaced", ["CHECK-REPLACED-LATER"]),
        ("accepted", []),
        ("received", []),
    ],
)
def test_what_became_of_the_filing_later_is_told(notice: Notice, state: str, found: list[str]) -> None:
    Filing.objects.update(state=state)
    assert codes(bytes(notice.xml)) == (Verdict.GENUINE, found)


def test_a_notice_is_judged_at_the_moment_it_was_issued(
    notice: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON.replace(year=2046))
    assert codes(bytes(notice.xml)) == (Verdict.GENUINE, [])


@pytest.mark.near_miss("CHECK-NOTHING", "CHECK-UNKNOWN")
def test_number_and_code_show_the_facts_but_no_name_tax_code_or_digest(
    notice: Notice, filing: Filing
) -> None:
    status, page = asked(browser(), number=notice.number, code=notice.check_code.lower().replace("-", " "))
    assert status == 200
    for fact in ("01/07/2026 12:00:00", "01/GTGT", "tháng 05/2026", "03******12", "C*** T*** T*** M*** A***"):
        assert fact in page
    for secret in ("MẪU A", "0319900012", filing.body_sha256, "ke-toan"):
        assert secret not in page


def test_the_code_stands_on_the_paper_and_cannot_be_told_from_the_number(notice: Notice) -> None:
    assert check_number(notice.number, notice.check_code)
    wrong = "00000-00000" if notice.check_code[0] != "0" else "11111-11111"
    for number, code in ((notice.number, wrong), (notice.number, ""), ("1/TB", notice.check_code)):
        assert check_number(number, code) is None
    assert notice.check_code.replace("-", "").lower() == notice.sha256[:10]


@pytest.mark.error("CHECK-UNKNOWN")
def test_a_wrong_pair_and_an_unknown_number_are_answered_alike(notice: Notice) -> None:
    client = browser()
    wrong = asked(client, number=notice.number, code="00000-00001")
    unknown = asked(client, number="1/TB-TĐT", code="00000-00001")
    assert wrong[0] == unknown[0] == 404
    assert "CHECK-UNKNOWN" in wrong[1]
    assert "CHECK-UNKNOWN" in unknown[1]


@pytest.mark.error("CHECK-NOTHING")
def test_nothing_given_is_told(db: None) -> None:
    for sent in ({}, {"number": "1/TB"}, {"code": "1"}):
        status, page = asked(browser(), **sent)
        assert (status, "CHECK-NOTHING" in page) == (422, True)


@pytest.mark.error("CHECK-LIMIT")
@pytest.mark.near_miss("CHECK-LIMIT")
def test_after_so_many_wrong_tries_an_address_waits_and_a_right_one_costs_nothing(notice: Notice) -> None:
    client = browser()
    for _ in range(CHECKS.tries + 1):
        assert asked(client, number=notice.number, code=notice.check_code)[0] == 200
    for _ in range(CHECKS.tries):
        assert asked(client, number=notice.number, code="00000-00001")[0] == 404
    status, page = asked(client, number=notice.number, code=notice.check_code)
    assert (status, "CHECK-LIMIT" in page) == (429, True)


def test_a_file_too_large_to_be_a_notice_is_not_read(db: None) -> None:
    status, page = asked(browser(), notice=xml(b"x" * 2_000_001))
    assert (status, "FILE-TOO-LARGE" in page) == (413, True)


def test_names_and_codes_are_masked() -> None:
    assert masked("Nguyễn Văn An") == "N*** V*** A***"
    assert (masked_code("0319900012"), masked_code("012345678901"), masked_code("1")) == (
        "03******12",
        "01********01",
        "*",
    )
