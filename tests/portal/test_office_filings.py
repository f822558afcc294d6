"""The officer's pages: what waits, oldest first with its due day; accepted or refused with one press."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from khaithue.portal.accounts.models import Officer, Taxpayer, User
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.reasons import catalogue
from tests.portal.filing_kit import officer_of, row
from tests.portal.signed import NOON
from tests.portal.web_browser import browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]
Pair = tuple[User, Taxpayer]


@pytest.fixture
def desk(company_a: Pair) -> Client:
    return browser(officer_of(company_a[1].office_code))


def test_the_queue_is_of_the_own_office_oldest_first_with_the_day_it_is_due(
    desk: Client, company_a: Pair, company_b: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    Taxpayer.objects.filter(pk=company_b[1].pk).update(office_code="99999")
    new, old = row(company_a[1]), row(company_a[1], period="2026-04", at=NOON - timedelta(days=2))
    foreign = row(company_b[1])
    page = desk.get("/office/filings/").content.decode()
    assert foreign.transaction_code not in page
    assert page.index(str(old)) < page.index(str(new))
    assert "2 hồ sơ đang chờ" in page
    assert ("02/07/2026" in page, page.count("Quá hạn")) == (True, 1)
    assert desk.get(f"/office/filings/{foreign}/").status_code == 404


def test_accepting_leads_to_the_next_and_the_taxpayer_sees_it(desk: Client, company_a: Pair) -> None:
    filing = row(company_a[1])
    page = desk.get(f"/office/filings/{filing}/").content.decode()
    for words in ("Chấp nhận", "02/07/2026", "1.807.607.833", catalogue()["wrong-form"].error.vi):
        assert words in page
    reply = desk.post(f"/office/filings/{filing}/accept/", follow=True)
    assert f"Đã chấp nhận tờ khai {filing}" in reply.content.decode()
    assert "Không có hồ sơ nào" in reply.content.decode()
    assert str(filing) in desk.get("/office/filings/?decided=1").content.decode()
    assert "Đã chấp nhận" in browser(company_a[0]).get(f"/filings/{filing}/").content.decode()


def test_a_refusal_shows_the_taxpayer_each_reason_and_the_way_on(desk: Client, company_a: Pair) -> None:
    filing = row(company_a[1])
    desk.post(f"/office/filings/{filing}/refuse/", {"reason": ["figures-disagree"], "note": "<b>[25]</b>"})
    for address in (f"/filings/{filing}/", f"/filings/{filing}/receipt/"):
        page = browser(company_a[0]).get(address).content.decode()
        reason = catalogue()["figures-disagree"]
        for words in (reason.error.vi, reason.fix.vi, "&lt;b&gt;[25]", "coi như chưa nộp", "Lập lại tờ khai"):
            assert words in page
    reader = browser(company_a[0])
    reader.cookies["django_language"] = "en"
    english = reader.get(f"/filings/{filing}/").content.decode()
    assert catalogue()["figures-disagree"].error.en in english


def test_a_refusal_without_reason_keeps_the_page_and_what_was_typed(desk: Client, company_a: Pair) -> None:
    filing = row(company_a[1])
    reply = desk.post(f"/office/filings/{filing}/refuse/", {"note": " "})
    assert (reply.status_code, "DECIDE-NO-REASON" in reply.content.decode()) == (409, True)
    reply = desk.post(f"/office/filings/{filing}/refuse/", {"reason": ["x"], "note": "vì sao"})
    assert "vì sao</textarea>" in reply.content.decode()
    filing.refresh_from_db()
    assert filing.state == "received"


def test_what_is_decided_or_replaced_has_no_buttons_and_says_so(desk: Client, company_a: Pair) -> None:
    filing = row(company_a[1], state="replaced")
    assert "Không chấp nhận, nêu lý do" not in desk.get(f"/office/filings/{filing}/").content.decode()
    reply = desk.post(f"/office/filings/{filing}/accept/")
    assert (reply.status_code, "DECIDE-TWICE" in reply.content.decode()) == (409, True)


def test_a_filing_shows_its_line_and_the_others_of_its_period(desk: Client, company_a: Pair) -> None:
    first = row(company_a[1], state="refused", decided_at=timezone.now(), reasons=[{"error": "Sai"}])
    second = row(company_a[1], again=first, first_received_at=first.received_at)
    page = desk.get(f"/office/filings/{second}/").content.decode()
    assert page.count(str(first)) >= 2
    mine = browser(company_a[0]).get(f"/filings/{second}/receipt/").content.decode()
    assert f"Nộp lại sau khi {first} không được chấp nhận" in mine


def test_the_card_of_the_office_home_counts_what_waits(company_a: Pair) -> None:
    officer = Officer.objects.get(user=officer_of(company_a[1].office_code))
    row(company_a[1])
    row(company_a[1], period="2026-04", state="accepted")
    card = render_to_string("web/office/cards/filings.html", {"officer": officer})
    assert "1 hồ sơ đang chờ" in card
    assert reverse("web:office_filings") in card
    assert Filing.objects.count() == 2
