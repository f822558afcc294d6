"""Supplements, also of a return first filed on paper; replacement before the due date."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import etree
from pytest_django import Settings

from khaithue.exchange.returns_xml import write
from khaithue.obligations.period import Period
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.drafts.actions.fill_supplement import fill_supplement
from khaithue.portal.drafts.actions.open_draft import open_draft
from khaithue.portal.drafts.actions.open_paper import open_paper
from khaithue.portal.drafts.actions.save_draft import save_draft
from khaithue.portal.drafts.models import Draft
from khaithue.portal.filing.actions.file_return import file_return
from khaithue.portal.filing.actions.forget_paper import forget_paper
from khaithue.portal.filing.actions.save_paper import save_paper
from khaithue.portal.filing.models import Filing, PaperReturn
from khaithue.portal.filing.standing import standing_return
from khaithue.returns.codec import decode
from tests.portal.office_open import Pair, authority, file, of_office, open_office
from tests.portal.signed import NOON, Signers, changed
from tests.portal.web_browser import browser

EARLY = datetime.fromisoformat("2026-06-15T09:00:00+07:00")
"""Before May 2026 was due."""

FIRST_SUPPLEMENT = (("<loaiTKhai>C<", "<loaiTKhai>B<"), ("<soLan>0<", "<soLan>1<"))
OTHER_FIGURE = ("<ct23>8532759485", "<ct23>8532759486")


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def _office(settings: Settings, signers: Signers) -> None:
    open_office(settings, signers)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> dict[str, datetime]:
    """What the clock says."""
    clock = {"now": NOON}
    monkeypatch.setattr(timezone, "now", lambda: clock["now"])
    return clock


@pytest.fixture
def pair(company_a: Pair, signers: Signers) -> Pair:
    return of_office(company_a, signers)


@pytest.fixture
def client(pair: Pair) -> Client:
    return browser(pair[0])


def codes(pair: Pair, data: bytes) -> list[str]:
    outcome = file_return(user=pair[0], taxpayer=pair[1], data=data)
    return sorted(item.code for item in outcome.findings if item.level == "error" or "FILE-" in item.code)


def unsigned(data: bytes) -> str:
    """The return without its signature."""
    root = etree.fromstring(data)
    for block in root.iter("{*}CKyDTu"):
        block.clear()
    return etree.tostring(root, encoding="unicode")


def opened(pair: Pair, period: str = "2026-05", kind: str = "B") -> Draft:
    outcome = open_draft(user=pair[0], taxpayer=pair[1], form_code="01/GTGT", period=period, kind=kind)
    assert outcome.draft is not None, outcome.findings
    return outcome.draft


def with_figures(pair: Pair, draft: Draft, **values: int) -> Draft:
    data = {**draft.data, "values": {**draft.data["values"], **{k[1:]: v for k, v in values.items()}}}
    outcome = save_draft(user=pair[0], draft=draft, data=data, revision=draft.revision)
    assert outcome.draft is not None
    return outcome.draft


def supplement(pair: Pair, signers: Signers, **values: int) -> bytes:
    """The next supplement with these figures and its 01/KHBS, signed; its draft is thrown away."""
    draft = with_figures(pair, opened(pair), **values)
    outcome = fill_supplement(user=pair[0], draft=draft, revision=draft.revision, reason="Khai sai")
    assert outcome.draft is not None
    ret, _ = decode(outcome.draft.data)
    assert ret is not None
    draft.delete()
    return signers.signed(write(replace(ret, header={**ret.header, "nguoiKy": "NGUYỄN VĂN MẪU"})).decode())


def paper_draft(pair: Pair, period: str = "2026-05", day: str = "2026-06-18") -> Draft:
    outcome = open_paper(
        user=pair[0],
        taxpayer=pair[1],
        form_code="01/GTGT",
        period=period,
        filed_on=date.fromisoformat(day),
    )
    assert outcome.draft is not None, outcome.findings
    return outcome.draft


def on_paper(pair: Pair, period: str = "2026-05", **values: int) -> PaperReturn:
    draft = with_figures(pair, paper_draft(pair, period), **(values or {"_23": 1000, "_24": 100, "_25": 100}))
    outcome = save_paper(user=pair[0], draft=draft)
    assert outcome.paper is not None, outcome.findings
    return outcome.paper


def refused(pair: Pair, draft: Draft) -> list[str]:
    outcome = save_paper(user=pair[0], draft=draft)
    assert outcome.paper is None
    return [item.code for item in outcome.findings]


@pytest.mark.near_miss("FILE-SUPPLEMENT-EARLY")
@pytest.mark.error("FILE-SUPPLEMENT-EARLY")
def test_a_supplement_before_the_first_return_is_refused_and_after_it_received(
    pair: Pair, signers: Signers
) -> None:
    first = file(pair, signers.signed())
    data = supplement(pair, signers, _23=8532759486)
    Filing.objects.filter(pk=first.pk).update(state="refused")
    assert codes(pair, data) == ["FILE-SUPPLEMENT-EARLY"]
    Filing.objects.filter(pk=first.pk).update(state="received")
    assert codes(pair, data) == []
    assert Filing.objects.get(kind="B").supplement_no == 1


@pytest.mark.error("FILE-SUPPLEMENT-NUMBER")
@pytest.mark.near_miss("FILE-SUPPLEMENT-NUMBER")
def test_a_number_already_taken_is_refused_and_the_next_is_received(pair: Pair, signers: Signers) -> None:
    file(pair, signers.signed())
    taken = supplement(pair, signers, _23=8532759486), supplement(pair, signers, _23=8532759487)
    file(pair, taken[0])
    assert codes(pair, taken[1]) == ["FILE-SUPPLEMENT-NUMBER"]
    assert codes(pair, supplement(pair, signers, _23=8532759487)) == []


@pytest.mark.error("FILE-SUPPLEMENT-SAME")
@pytest.mark.near_miss("FILE-SUPPLEMENT-SAME")
def test_a_supplement_that_changes_nothing_is_told_so(pair: Pair, signers: Signers) -> None:
    file(pair, signers.signed())
    data = supplement(pair, signers, _23=8532759486)
    back = data.decode().replace("<ct23>8532759486", "<ct23>8532759485").encode()
    assert "FILE-SUPPLEMENT-SAME" in codes(pair, signers.signed(unsigned(back)))


def test_a_supplement_that_changes_one_box_is_not(pair: Pair, signers: Signers) -> None:
    file(pair, signers.signed())
    assert codes(pair, supplement(pair, signers, _23=8532759486)) == []


@pytest.mark.error("FILE-REPLACES")
@pytest.mark.near_miss("FILE-REPLACES")
def test_until_the_due_date_a_first_return_replaces_the_one_before(
    pair: Pair, signers: Signers, now: dict[str, datetime]
) -> None:
    now["now"] = EARLY
    first = file(pair, signers.signed())
    assert codes(pair, signers.signed(changed(OTHER_FIGURE))) == ["FILE-REPLACES"]
    first.refresh_from_db()
    assert first.state == "replaced"


@pytest.mark.error("FILE-DUPLICATE")
@pytest.mark.near_miss("FILE-DUPLICATE")
def test_after_the_due_date_it_is_refused_and_a_supplement_is_the_way(
    pair: Pair, signers: Signers, now: dict[str, datetime]
) -> None:
    file(pair, signers.signed())
    assert codes(pair, signers.signed(changed(OTHER_FIGURE))) == ["FILE-DUPLICATE"]


def test_a_replacement_starts_with_the_figures_of_what_it_replaces_and_says_so(
    pair: Pair, signers: Signers, client: Client, now: dict[str, datetime]
) -> None:
    now["now"] = EARLY
    first = file(pair, signers.signed())
    page = client.get(reverse("web:filing", args=[first.transaction_code])).content.decode()
    assert "Nộp lại để thay thế" in page
    draft = opened(pair, kind="C")
    assert draft.data["values"]["23"] == 8532759485
    page = client.get(reverse("web:draft", args=[draft.pk])).content.decode()
    assert "Tờ khai này sẽ thay thế tờ khai đã nộp." in page
    assert first.transaction_code in page
    now["now"] = NOON
    page = client.get(reverse("web:draft", args=[draft.pk])).content.decode()
    assert "Kỳ này đã có tờ khai lần đầu." in page
    page = client.get(reverse("web:filing", args=[first.transaction_code])).content.decode()
    assert "Nộp lại để thay thế" not in page
    assert "Khai bổ sung" in page


def test_the_figures_of_a_paper_return_are_kept_and_its_draft_is_gone(pair: Pair) -> None:
    paper = on_paper(pair, _23=1_000_000, _24=100_000, _25=100_000)
    assert (paper.filed_on, paper.basis, paper.activity) == (date(2026, 6, 18), "TT80/2021/TT-BTC", "00")
    assert paper.data["values"]["43"] == 100_000
    assert paper.entered_by == pair[0]
    assert not Draft.objects.exists()


@pytest.mark.error(each="found")
@pytest.mark.parametrize(
    ("day", "found"),
    [(None, ["PAPER-DAY"]), ("2026-04-30", ["PAPER-DAY"]), ("2026-07-02", ["PAPER-DAY"])],
)
def test_the_day_of_the_stamp_lies_between_the_period_and_today(
    pair: Pair, day: str | None, found: list[str]
) -> None:
    filed_on = date.fromisoformat(day) if day else None
    outcome = open_paper(
        user=pair[0], taxpayer=pair[1], form_code="01/GTGT", period="2026-05", filed_on=filed_on
    )
    assert [item.code for item in outcome.findings] == found


@pytest.mark.near_miss("PAPER-DAY")
@pytest.mark.parametrize("day", ["2026-05-01", "2026-07-01"])
def test_its_outer_days_are_good(pair: Pair, day: str) -> None:
    assert paper_draft(pair, day=day).filed_on == date.fromisoformat(day)


@pytest.mark.error("PAPER-EXISTS")
@pytest.mark.near_miss("PAPER-EXISTS")
def test_a_paper_return_is_entered_once(pair: Pair) -> None:
    on_paper(pair)
    assert refused(pair, paper_draft(pair)) == ["PAPER-EXISTS"]
    assert on_paper(pair, "2026-04")


@pytest.mark.error("PAPER-ELECTRONIC")
@pytest.mark.near_miss("PAPER-ELECTRONIC")
def test_not_after_one_filed_here(pair: Pair, signers: Signers) -> None:
    first = file(pair, signers.signed())
    assert refused(pair, paper_draft(pair)) == ["PAPER-ELECTRONIC"]
    Filing.objects.filter(pk=first.pk).update(state="refused")
    assert on_paper(pair)


def test_not_by_month_over_the_days_of_a_quarter(pair: Pair) -> None:
    on_paper(pair, "2026-Q2")
    assert refused(pair, paper_draft(pair, "2026-05")) == ["FILE-MONTH-AND-QUARTER"]
    assert on_paper(pair, "2026-Q1")


@pytest.mark.error("DRAFT-DATA")
def test_a_draft_of_another_kind_is_no_paper_return(pair: Pair) -> None:
    assert refused(pair, opened(pair, "2026-06", "C")) == ["DRAFT-DATA"]


@pytest.mark.error("FILE-ON-PAPER")
@pytest.mark.near_miss("FILE-ON-PAPER")
def test_a_first_return_does_not_follow_its_paper_but_that_of_another_period_does(
    pair: Pair, signers: Signers
) -> None:
    on_paper(pair)
    assert codes(pair, signers.signed()) == ["FILE-ON-PAPER"]
    PaperReturn.objects.update(period="2026-04")
    assert codes(pair, signers.signed()) == []


def test_a_supplement_follows_its_paper_numbered_one_with_the_papers_figures(
    pair: Pair, signers: Signers
) -> None:
    on_paper(pair, _23=1_000_000, _24=100_000, _25=100_000)
    draft = opened(pair)
    assert (draft.supplement_no, draft.data["values"]["23"]) == (1, 1_000_000)
    draft = with_figures(pair, draft, _25=60_000)
    outcome = fill_supplement(user=pair[0], draft=draft, revision=draft.revision, reason="Sai hoá đơn")
    assert [item.code for item in outcome.findings] == ["SUPP-CREDIT"]
    assert outcome.draft is not None
    (line,) = (row["values"] for row in outcome.draft.data["tables"]["khbs_credit"])
    assert line["3"] == -40_000
    outcome.draft.delete()
    assert codes(pair, supplement(pair, signers, _25=60_000)) == []


def test_the_next_month_carries_over_what_the_paper_left(pair: Pair) -> None:
    on_paper(pair, _23=1_000_000, _24=100_000, _25=100_000)
    assert opened(pair, "2026-06", "C").data["values"]["22"] == 100_000


@pytest.mark.error("PAPER-FOLLOWED")
@pytest.mark.near_miss("PAPER-FOLLOWED")
def test_a_paper_return_is_deleted_until_a_supplement_follows_it(pair: Pair, signers: Signers) -> None:
    paper = on_paper(pair)
    assert forget_paper(user=pair[0], paper=paper) == ()
    assert not PaperReturn.objects.exists()
    paper = on_paper(pair)
    file(pair, supplement(pair, signers, _25=1))
    assert [item.code for item in forget_paper(user=pair[0], paper=paper)] == ["PAPER-FOLLOWED"]
    assert PaperReturn.objects.exists()


def test_another_taxpayers_paper_stands_for_nobody_else(
    pair: Pair, company_b: tuple[Any, Taxpayer], signers: Signers
) -> None:
    on_paper(company_b)
    assert standing_return(pair[1], "01/GTGT", Period.parse("2026-05")) is None
    assert "FILE-SUPPLEMENT-EARLY" in codes(pair, signers.signed(changed(*FIRST_SUPPLEMENT)))
    with pytest.raises(PermissionDenied):
        forget_paper(user=pair[0], paper=PaperReturn.objects.get())


def test_every_change_is_explained_in_its_own_words_or_the_common_ones(pair: Pair, signers: Signers) -> None:
    file(pair, signers.signed())
    draft = with_figures(pair, opened(pair), _25=681407943 - 1_000_000, _23=8532759486)
    outcome = fill_supplement(
        user=pair[0],
        draft=draft,
        revision=draft.revision,
        reason="Khai thiếu",
        reasons={("25", ""): "Hoá đơn bị huỷ"},
    )
    assert outcome.draft is not None
    said = {
        row["values"]["3"]: row["values"]["8"]
        for part in outcome.draft.data["tables"]["khbs_parts"]
        for row in part["children"]["khbs_changes"]
    }
    assert said["[25]"] == "Hoá đơn bị huỷ"
    assert said["[23]"] == "Khai thiếu"


def test_the_page_of_differences_shows_taxes_days_late_and_interest_before_it_writes(
    pair: Pair, signers: Signers, client: Client, now: dict[str, datetime]
) -> None:
    """Output tax more by 2,000,000,000: payable is that less the credit of 1,807,607,833 = 192,392,167.

    Due 22/06/2026 (the 20th is a Saturday); to 30/06 are eight days of 0.03 %: 461,741 đồng.
    """
    file(pair, signers.signed())
    draft = with_figures(pair, opened(pair), _33=464700896 + 2_000_000_000)
    address = reverse("web:differences", args=[draft.pk])
    page = client.get(address).content.decode()
    for fact in ("192.392.167", "22/06/2026", "461.741", "[33]", "2.464.700.896"):
        assert fact in page, fact
    draft.refresh_from_db()
    assert draft.data["totals"]["PL01_KHBS"].get("3b") is None
    reply = client.post(address, {"revision": draft.revision, "reason": "Sót hoá đơn"})
    assert reply.status_code == 302
    draft.refresh_from_db()
    assert draft.data["totals"]["PL01_KHBS"]["3b"] == 461741
    page = client.get(reverse("web:draft", args=[draft.pk])).content.decode()
    assert "01/KHBS khớp với số liệu hiện tại." in page


def test_a_refund_that_falls_asks_when_the_treasury_paid_and_fills_section_b(
    pair: Pair, signers: Signers, client: Client, now: dict[str, datetime]
) -> None:
    """[42] 5,000,000 → 3,000,000, paid on 21/06/2026; to 30/06 are ten days of 0.03 % on 2,000,000: 6,000."""
    asked = (("<ct42>0<", "<ct42>5000000<"), ("<ct43>1807607833<", "<ct43>1802607833<"))
    file(pair, signers.signed(changed(*asked)))
    draft = with_figures(pair, opened(pair), _42=3_000_000)
    address = reverse("web:differences", args=[draft.pk])
    assert 'name="refunded_on"' in client.get(address).content.decode()
    wrong = client.post(address, {"revision": draft.revision, "refunded_on": "31/06/2026"})
    assert (wrong.status_code, "TYPED-DATE" in wrong.content.decode()) == (422, True)
    done = client.post(address, {"revision": draft.revision, "refunded_on": "21/06/2026"})
    assert done.status_code == 302
    draft.refresh_from_db()
    told = draft.data["totals"]["PL01_KHBS"]
    assert (told["thu_hoi_hoan"], told["so_ngay_nhan_hoan"], told["tien_cham_nop_hoan"]) == (
        2_000_000, 10, 6_000,
    )  # fmt: skip


def test_figures_changed_after_01_khbs_are_told(pair: Pair, signers: Signers, client: Client) -> None:
    file(pair, signers.signed())
    draft = with_figures(pair, opened(pair), _25=681407943 - 1_000_000)
    outcome = fill_supplement(user=pair[0], draft=draft, revision=draft.revision)
    assert outcome.draft is not None
    with_figures(pair, outcome.draft, _25=681407943 - 2_000_000)
    page = client.get(reverse("web:draft", args=[draft.pk])).content.decode()
    assert "Số liệu đã đổi sau khi lập 01/KHBS." in page


@pytest.mark.error("SUPP-NOTHING")
def test_a_supplement_without_a_change_is_told_and_not_written(
    pair: Pair, signers: Signers, client: Client
) -> None:
    file(pair, signers.signed())
    draft = opened(pair)
    page = client.get(reverse("web:differences", args=[draft.pk])).content.decode()
    assert "SUPP-NOTHING" in page
    assert "Ghi vào 01/KHBS" not in page


@pytest.mark.error("DRAFT-STALE")
@pytest.mark.near_miss("DRAFT-STALE")
def test_a_stale_page_of_differences_writes_nothing(pair: Pair, signers: Signers, client: Client) -> None:
    file(pair, signers.signed())
    draft = with_figures(pair, opened(pair), _25=1)
    reply = client.post(reverse("web:differences", args=[draft.pk]), {"revision": 1})
    assert (reply.status_code, "DRAFT-STALE" in reply.content.decode()) == (422, True)


def test_paper_figures_are_entered_on_the_fill_page_and_put_on_record(pair: Pair, client: Client) -> None:
    start = {"form_code": "01/GTGT", "period": "05/2026", "filed_on": "18/06/2026"}
    address = client.post(reverse("web:papers"), start).headers["Location"]
    page = client.get(address).content.decode()
    assert "Chép đúng số liệu của tờ khai đã nộp bằng giấy ngày 18/06/2026" in page
    assert 'value="sign"' not in page
    posted = {"revision": 1, "23": "1.000", "24": "100", "25": "100", "do": "paper"}
    reply = client.post(address, posted, follow=True)
    paper = PaperReturn.objects.get()
    assert paper.data["values"]["43"] == 100
    assert "Nộp bằng giấy ngày 18/06/2026" in reply.content.decode()
    assert client.post(address, posted).headers["Location"] == reverse("web:papers")
    supplement = client.post(
        reverse("web:start"), {"form_code": "01/GTGT", "period": "2026-05", "kind": "B", "activity": "00"}
    )
    page = client.get(supplement.headers["Location"]).content.decode()
    assert "tờ khai nộp bằng giấy ngày 18/06/2026" in page


def test_a_day_that_is_none_is_told_on_the_page_of_papers(pair: Pair, client: Client) -> None:
    start = {"form_code": "01/GTGT", "period": "05/2026", "filed_on": "31/06/2026"}
    reply = client.post(reverse("web:papers"), start)
    assert (reply.status_code, "PAPER-DAY" in reply.content.decode()) == (422, True)


def test_a_paper_draft_is_never_signed_nor_exported(pair: Pair, client: Client) -> None:
    draft = paper_draft(pair)
    assert client.get(reverse("web:sign", args=[draft.pk])).status_code == 302
    assert client.get(reverse("web:export", args=[draft.pk])).status_code == 404
