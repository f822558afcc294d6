"""What was filed is found by every fact, sorted, kept as CSV; a filing shows all that happened to it."""

import csv
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.filing.listing import lines
from khaithue.portal.filing.models import Attachment, Filing, PaperReturn
from khaithue.portal.mail.models import Mail
from khaithue.portal.notices.models import Notice
from khaithue.portal.web.search import search_of
from khaithue.portal.web.timeline import events
from tests.portal.signed import NOON
from tests.portal.test_drafts import filed
from tests.portal.web_browser import browser

Pair = tuple[User, Taxpayer]


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def client(company_a: Pair) -> Client:
    return browser(company_a[0])


@pytest.fixture
def four(company_a: Pair) -> dict[str, Filing]:
    """Four filings of company A, told apart by every fact."""
    found = {
        "april": filed(company_a, period="2026-04"),
        "may": filed(company_a, period="2026-05"),
        "more": filed(company_a, period="2026-05", supplement=1, state="refused"),
        "quarter": filed(company_a, period="2025-Q4", state="replaced"),
    }
    days = {"april": (18, 5), "may": (20, 6), "more": (1, 7), "quarter": (30, 1)}
    for name, (day, month) in days.items():
        found[name].received_at = datetime(2026, month, day, 16, 59, 59, tzinfo=UTC)
        found[name].save()
    Filing.objects.filter(pk=found["quarter"].pk).update(form_code="05/KK-TNCN")
    return found


def names(four: dict[str, Filing], query: str) -> set[str]:
    found = set(search_of(QueryDict(query)).of(Filing.objects.all()).values_list("pk", flat=True))
    return {name for name, filing in four.items() if filing.pk in found}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"april", "may", "more", "quarter"}),
        ("form=05/KK-TNCN", {"quarter"}),
        ("kind=B", {"more"}),
        ("kind=C", {"april", "may", "quarter"}),
        ("state=refused", {"more"}),
        ("state=nothing", set()),
        ("period_from=05/2026", {"may", "more"}),
        ("period_from=2026-05", {"may", "more"}),
        ("period_to=04/2026", {"april", "quarter"}),
        ("period_from=10/2025&period_to=12/2025", {"quarter"}),
        ("period_from=11/2025&period_to=12/2025", set()),
        ("filed_from=20/06/2026", {"may", "more"}),
        ("filed_to=20/06/2026", {"april", "may", "quarter"}),
        ("filed_from=20/6/2026&filed_to=20/6/2026", {"may"}),
        ("filed_from=21/06/2026&filed_to=30/06/2026", set()),
        ("code=9002026", {"april", "may", "more", "quarter"}),
        ("code=900 2026 0000000001", {"may"}),
        ("form=01/GTGT&kind=C&filed_from=01/06/2026", {"may"}),
    ],
)
def test_filings_are_found_by_each_fact_and_by_all_together(
    four: dict[str, Filing], query: str, found: set[str]
) -> None:
    """The last second of a day in Viet Nam, 23:59:59, still belongs to it."""
    assert names(four, query) == found


@pytest.mark.error(each="codes")
@pytest.mark.near_miss("LOOKUP-DAY", "LOOKUP-MONTH", "LOOKUP-RANGE")
@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("period_from=13/2026", ["LOOKUP-MONTH"]),
        ("period_to=x", ["LOOKUP-MONTH"]),
        ("period_to=12/2026", []),
        ("filed_from=31/06/2026", ["LOOKUP-DAY"]),
        ("filed_from=30/06/2026", []),
        ("filed_from=02/06/2026&filed_to=01/06/2026", ["LOOKUP-RANGE"]),
        ("filed_from=01/06/2026&filed_to=01/06/2026", []),
        ("period_from=06/2026&period_to=05/2026", ["LOOKUP-RANGE"]),
        ("period_from=05/2026&period_to=05/2026", []),
    ],
)
def test_what_cannot_be_read_is_told_and_narrows_nothing(
    four: dict[str, Filing], client: Client, query: str, codes: list[str]
) -> None:
    assert [item.code for item in search_of(QueryDict(query)).findings] == codes
    page = client.get(f"/filings/?{query}")
    assert page.status_code == 200
    assert all(code in page.content.decode() for code in codes)


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        ("", "more", "quarter"),
        ("filed", "quarter", "more"),
        ("-filed", "more", "quarter"),
        ("period", "quarter", "more"),
        ("-period", "more", "quarter"),
        ("form", "april", "quarter"),
        ("-code", "quarter", "april"),
        ("body", "more", "quarter"),
    ],
)
def test_the_list_is_sorted_by_what_is_asked_and_by_nothing_else(
    four: dict[str, Filing], sort: str, first: str, last: str
) -> None:
    found = list(search_of(QueryDict(f"sort={sort}")).of(Filing.objects.all()))
    assert (found[0], found[-1]) == (four[first], four[last])


def test_pages_and_headings_keep_the_search(company_a: Pair, client: Client) -> None:
    for number in range(51):
        filed(company_a, period=f"{1960 + number}-05")
    page = client.get("/filings/?form=01/GTGT&sort=period").content.decode()
    assert 'href="?form=01%2FGTGT&amp;sort=period&amp;page=2"' in page
    assert 'href="?form=01%2FGTGT&amp;sort=-period"' in page
    assert 'aria-sort="ascending"' in page
    last = client.get("/filings/?form=01/GTGT&sort=period&page=2").content.decode()
    assert "tháng 05/2010" in last
    assert "tháng 05/1960" not in last


def test_the_csv_has_every_filing_found_not_only_the_page(
    four: dict[str, Filing], client: Client, company_b: Pair
) -> None:
    filed(company_b)
    reply = client.get("/filings/list.csv?kind=C&sort=filed")
    text = b"".join(reply.streaming_content).decode()  # type: ignore[attr-defined]  # a streamed reply
    assert text.startswith("\ufeff")
    rows = list(csv.reader(StringIO(text[1:])))
    assert [row[0] for row in rows[1:]] == [
        f"\t{four[name].transaction_code}" for name in ("quarter", "april", "may")
    ]
    assert rows[3][1:9] == [
        "01/GTGT",
        "TỜ KHAI THUẾ GIÁ TRỊ GIA TĂNG",
        "2026-05",
        "01/05/2026",
        "31/05/2026",
        "Chính thức",
        "20/06/2026 23:59:59",
        "Đã tiếp nhận",
    ]


def test_no_cell_of_the_csv_begins_as_a_formula() -> None:
    assert list(lines([["=1+1", "+1", "-1", "@a", "a=1"]])) == ["'=1+1,'+1,'-1,'@a,a=1\r\n"]


def told(filing: Filing) -> list[str]:
    return [event.text for event in events(filing)]


def test_a_replaced_return_and_its_replacement_lead_to_each_other(company_a: Pair, client: Client) -> None:
    old = filed(company_a, state="replaced")
    new = filed(company_a)
    Filing.objects.filter(pk=new.pk).update(received_at=old.received_at + timedelta(hours=1))
    new.refresh_from_db()
    assert told(old) == ["Hệ thống nhận tờ khai", "Được thay thế bằng tờ khai nộp lại trước hạn"]
    assert told(new) == ["Hệ thống nhận tờ khai", "Thay thế tờ khai lần đầu nộp trước đó"]
    for here, there in ((old, new), (new, old)):
        page = client.get(reverse("web:filing", args=[here.transaction_code])).content.decode()
        assert reverse("web:filing", args=[there.transaction_code]) in page


def test_a_refusal_tells_its_reasons_and_the_filing_anew_its_line(company_a: Pair) -> None:
    refused = filed(company_a, state="refused")
    refused.decided_at = refused.received_at + timedelta(hours=5)
    refused.reasons = [{"group": "A", "error": "Sai mã số thuế", "fix": "Sửa", "note": ""}]
    refused.save()
    anew = filed(company_a)
    anew.again, anew.first_received_at = refused, refused.received_at
    anew.received_at = refused.received_at + timedelta(days=1)
    anew.save()
    found = events(refused)
    assert [event.text for event in found] == [
        "Hệ thống nhận tờ khai",
        "Cơ quan thuế không chấp nhận hồ sơ",
        "Nộp lại sau khi không được chấp nhận",
    ]
    assert (found[1].note, found[2].filing) == ("Sai mã số thuế", anew)
    assert told(anew) == ["Lần nộp trước, không được chấp nhận", "Hệ thống nhận tờ khai"]


def test_the_line_tells_whether_each_notice_has_gone_out(company_a: Pair) -> None:
    filing = filed(company_a)
    mail = Mail.objects.create(
        name="m", recipient="kt@a.vn", subject="", body="", made_at=NOON, due_at=NOON, failures=1
    )
    Notice.objects.create(
        taxpayer=company_a[1],
        filing=filing,
        kind="reception",
        form_code="01-1/TB-TĐT",
        title="Thông báo tiếp nhận tờ khai",
        number="1/TB",
        xml=b"",
        created_at=filing.received_at,
        mail=mail,
    )
    assert told(filing)[-1] == "Chưa gửi được thư điện tử, sẽ gửi lại lúc này"
    Mail.objects.update(failures=0)
    assert told(filing)[-1] == "Thư điện tử đang chờ gửi"
    Mail.objects.update(sent_at=NOON)
    assert told(filing)[-1] == "Đã gửi thông báo qua thư điện tử"


def test_supplements_the_first_return_and_its_paper_stand_together(company_a: Pair, client: Client) -> None:
    first, supplement = filed(company_a), filed(company_a, supplement=1)
    PaperReturn.objects.create(
        taxpayer=company_a[1],
        form_code="01/GTGT",
        basis="TT80/2021/TT-BTC",
        version="2.8.3",
        period="2026-05",
        activity="00",
        data={},
        filed_on=NOON.date(),
    )
    page = client.get(reverse("web:filing", args=[first.transaction_code])).content.decode()
    for fact in (supplement.transaction_code, "Bổ sung lần 1", "Bản giấy", "đang xem"):
        assert fact in page


def test_the_original_is_there_as_pdf_with_its_signer(company_a: Pair, client: Client) -> None:
    filing = filed(company_a)
    filing.signer = {"name": "CÔNG TY TNHH MẪU A", "mst": "0319900012", "issuer": "CN=Demo", "serial": "1"}
    filing.save()
    reply = client.get(reverse("web:original_pdf", args=[filing.transaction_code]))
    assert reply.headers["Content-Disposition"] == f'attachment; filename="{filing.transaction_code}.pdf"'
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(reply.content)).pages)
    assert "1.807.607.833" in text
    assert "Ký điện tử bởi" in text


def test_a_paper_of_the_dossier_is_kept_and_never_opened_in_the_page(company_a: Pair, client: Client) -> None:
    filing = filed(company_a)
    paper = Attachment.objects.create(
        filing=filing,
        name='hoá "đơn".html',
        media_type="text/html",
        size=5,
        sha256="ab" * 32,
        body=b"<b>a</b>",
    )
    reply = client.get(reverse("web:attachment", args=[filing.transaction_code, paper.pk]))
    assert (reply.content, reply.headers["Content-Type"]) == (b"<b>a</b>", "application/octet-stream")
    assert reply.headers["Content-Disposition"].startswith("attachment;")
    page = client.get(reverse("web:filing", args=[filing.transaction_code])).content.decode()
    assert "hoá &quot;đơn&quot;.html" in page


def test_an_attachment_is_only_that_of_its_filing(company_a: Pair, company_b: Pair, client: Client) -> None:
    mine, other = filed(company_a), filed(company_b)
    paper = Attachment.objects.create(
        filing=other, name="a", media_type="a/b", size=1, sha256="ab" * 32, body=b"a"
    )
    reply = client.get(reverse("web:attachment", args=[mine.transaction_code, paper.pk]))
    assert reply.status_code == 404


def test_a_code_no_one_has_finds_nothing_of_others(client: Client, company_b: Pair) -> None:
    other = filed(company_b)
    assert (
        other.transaction_code
        not in client.get(f"/filings/?code={other.transaction_code[:7]}").content.decode()
    )
