"""Drafts: opened filled with what is known, saved only over what was seen."""

import zlib
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from khaithue.obligations.period import Period
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.audit.models import AuditEntry
from khaithue.portal.drafts.actions.discard_draft import discard_draft
from khaithue.portal.drafts.actions.open_draft import open_draft
from khaithue.portal.drafts.actions.save_draft import save_draft
from khaithue.portal.drafts.models import Draft
from khaithue.portal.filing.models import Filing
from khaithue.returns.codec import decode
from tests.portal.signed import SAMPLE, changed
from tests.returns.announced import announce

Pair = tuple[User, Taxpayer]
CARRIED = 1807607833
"""Box [43] of the sample, company A's return of May 2026."""


def opened(pair: Pair, period: str = "2026-06", kind: str = "C", form_code: str = "01/GTGT") -> Draft:
    outcome = open_draft(user=pair[0], taxpayer=pair[1], form_code=form_code, period=period, kind=kind)
    assert outcome.draft is not None, outcome.findings
    return outcome.draft


def refusal(pair: Pair, **asked: str) -> list[str]:
    asked = {"form_code": "01/GTGT", "period": "2026-06", **asked}
    outcome = open_draft(user=pair[0], taxpayer=pair[1], **asked)
    assert outcome.draft is None
    return [item.code for item in outcome.findings]


def filed(
    pair: Pair, text: str = SAMPLE, period: str = "2026-05", supplement: int = 0, state: str = "received"
) -> Filing:
    """The sample as a filing that stands."""
    tax_period = Period.parse(period)
    code = f"9002026{Filing.objects.count():010d}"
    return Filing.objects.create(
        transaction_code=code,
        taxpayer=pair[1],
        form_code="01/GTGT",
        title="TỜ KHAI THUẾ GIÁ TRỊ GIA TĂNG",
        basis="TT80/2021/TT-BTC",
        version="2.8.3",
        period=period,
        period_kind=tax_period.kind.value,
        period_start=tax_period.start,
        period_end=tax_period.end,
        activity="00",
        kind="B" if supplement else "C",
        supplement_no=supplement,
        body=zlib.compress(text.encode()),
        body_sha256=code,
        content_sha256=code,
        received_at=datetime(2026, 6, 18, tzinfo=UTC),
        state=state,
    )


def test_a_new_draft_has_the_taxpayers_header_and_the_forms_defaults(company_a: Pair) -> None:
    draft = opened(company_a)
    assert (draft.form_code, draft.basis, draft.version) == ("01/GTGT", "TT80/2021/TT-BTC", "2.8.3")
    assert (draft.period, draft.kind, draft.supplement_no, draft.revision) == ("2026-06", "C", 0, 1)
    header = draft.data["header"]
    assert (header["mst"], header["tenNNT"]) == ("0319900012", "CÔNG TY TNHH MẪU A")
    assert (header["maCQTNoiNop"], header["loaiTKhai"], header["soLan"]) == ("10100", "C", "0")
    assert draft.data["values"]["hoat_dong_ma"] == "00"
    assert draft.data["totals"] == {}
    assert "22" not in draft.data["values"]


def test_opening_again_gives_the_same_draft(company_a: Pair) -> None:
    assert opened(company_a) == opened(company_a)


def test_22_is_43_of_the_first_return_of_the_period_before_not_of_its_supplement(company_a: Pair) -> None:
    filed(company_a)
    filed(company_a, changed((f"<ct43>{CARRIED}", "<ct43>1")), supplement=1)
    assert opened(company_a).data["values"]["22"] == CARRIED


def test_22_comes_from_the_quarters_last_month_when_months_give_way_to_quarters(company_a: Pair) -> None:
    filed(company_a, period="2026-03")
    assert opened(company_a, "2026-Q2").data["values"]["22"] == CARRIED


@pytest.mark.parametrize("state", ["refused", "replaced"])
def test_a_return_that_does_not_stand_carries_nothing_over(company_a: Pair, state: str) -> None:
    filed(company_a, state=state)
    assert "22" not in opened(company_a).data["values"]


def test_another_taxpayers_return_carries_nothing_over(company_a: Pair, company_b: Pair) -> None:
    filed(company_b)
    assert "22" not in opened(company_a).data["values"]


def test_a_supplement_starts_with_the_last_figures_and_the_next_number(company_a: Pair) -> None:
    filed(company_a)
    first = opened(company_a, "2026-05", "B")
    assert (first.supplement_no, first.data["values"]["23"]) == (1, 8532759485)
    filed(company_a, changed(("<ct23>8532759485", "<ct23>8532759486")), supplement=1)
    second = opened(company_a, "2026-05", "B")
    assert (second.supplement_no, second.data["values"]["23"]) == (2, 8532759486)
    assert (second.data["header"]["loaiTKhai"], second.data["header"]["soLan"]) == ("B", "2")


def test_quarter_3_of_2026_opens_on_the_electronic_form_of_circular_80(company_a: Pair) -> None:
    draft = opened(company_a, "2026-Q3")
    assert (draft.basis, draft.version) == ("TT80/2021/TT-BTC", "2.8.3")


def test_from_the_announced_day_quarter_3_of_2026_opens_on_the_new_form(
    company_a: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed(company_a, period="2026-06")
    announce(monkeypatch, timezone.localdate())
    draft = opened(company_a, "2026-Q3")
    assert draft.basis == "TT89/2026/TT-BTC"
    assert draft.data["values"]["22"] == CARRIED
    assert opened(company_a, "2026-06").basis == "TT80/2021/TT-BTC"


def test_the_day_before_the_announced_one_opens_the_old_form(
    company_a: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(monkeypatch, timezone.localdate() + timedelta(days=1))
    assert opened(company_a, "2026-Q3").basis == "TT80/2021/TT-BTC"


def test_a_supplement_stays_on_the_form_of_the_return_it_corrects(
    company_a: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed(company_a, period="2026-Q3")
    announce(monkeypatch, timezone.localdate())
    assert opened(company_a, "2026-Q3", kind="B").basis == "TT80/2021/TT-BTC"


@pytest.mark.error("DRAFT-KIND")
@pytest.mark.near_miss("DRAFT-KIND")
def test_what_cannot_be_opened_is_told_why(company_a: Pair) -> None:
    assert refusal(company_a, period="2026-13") == ["DRAFT-PERIOD"]
    assert refusal(company_a, form_code="99/X") == ["DRAFT-NO-FORM"]
    assert refusal(company_a, period="2025") == ["DRAFT-NO-FORM"]
    assert refusal(company_a, period="2014-12") == ["DRAFT-NO-FORM"]
    assert refusal(company_a, kind="X") == ["DRAFT-KIND"]
    assert refusal(company_a, kind="B") == ["DRAFT-NO-FIRST"]
    assert not Draft.objects.exists()


def test_saving_computes_and_counts_the_revision(company_a: Pair) -> None:
    draft = opened(company_a)
    data = {**draft.data, "values": {**draft.data["values"], "23": 2**60, "32": 1000, "33": 100}}
    saved = save_draft(user=company_a[0], draft=draft, data=data, revision=1).draft
    assert saved is not None
    assert saved.revision == 2
    assert saved.data["values"]["23"] == 2**60
    assert saved.data["values"]["34"] == 1000
    assert decode(saved.data)[1] == []


def test_two_tabs_never_overwrite_each_other(company_a: Pair) -> None:
    user, draft = company_a[0], opened(company_a)
    one = {**draft.data, "values": {**draft.data["values"], "23": 1}}
    two = {**draft.data, "values": {**draft.data["values"], "23": 2}}
    assert not save_draft(user=user, draft=draft, data=one, revision=1).findings
    late = save_draft(user=user, draft=draft, data=two, revision=1)
    assert [item.code for item in late.findings] == ["DRAFT-STALE"]
    assert late.draft is not None
    assert (late.draft.revision, late.draft.data["values"]["23"]) == (2, 1)


@pytest.mark.parametrize("spoilt", [{"period": "2026-05"}, {"form": {"code": "x"}}, {"period": 7}])
def test_data_of_another_form_or_period_are_not_saved(company_a: Pair, spoilt: dict[str, object]) -> None:
    draft = opened(company_a)
    outcome = save_draft(user=company_a[0], draft=draft, data={**draft.data, **spoilt}, revision=1)
    assert "DRAFT-DATA" in [item.code for item in outcome.findings]
    draft.refresh_from_db()
    assert draft.revision == 1


def test_a_figure_that_cannot_be_read_is_told_and_the_rest_is_saved(company_a: Pair) -> None:
    draft = opened(company_a)
    data = {**draft.data, "values": {"23": "tám tỷ", "32": 1000}}
    outcome = save_draft(user=company_a[0], draft=draft, data=data, revision=1)
    assert [(item.code, item.cell) for item in outcome.findings] == [("RET-TYPE", "23")]
    assert outcome.draft is not None
    assert outcome.draft.data["values"]["32"] == 1000


def test_the_page_cannot_change_whose_return_it_is(company_a: Pair) -> None:
    draft = opened(company_a)
    data = {
        **draft.data,
        "header": {**draft.data["header"], "mst": "0319900037", "loaiTKhai": "B", "soLan": "7"},
    }
    saved = save_draft(user=company_a[0], draft=draft, data=data, revision=1).draft
    assert saved is not None
    assert [saved.data["header"][name] for name in ("mst", "loaiTKhai", "soLan")] == ["0319900012", "C", "0"]


def test_a_discarded_draft_is_gone_and_the_trail_tells(company_a: Pair) -> None:
    draft = opened(company_a)
    discard_draft(user=company_a[0], draft=draft)
    assert not Draft.objects.exists()
    entry = AuditEntry.objects.last()
    assert entry is not None
    assert entry.action == "drafts.discard"


def test_saving_a_draft_that_was_discarded_is_refused(company_a: Pair) -> None:
    draft = opened(company_a)
    stale = Draft.objects.get(pk=draft.pk)
    discard_draft(user=company_a[0], draft=draft)
    outcome = save_draft(user=company_a[0], draft=stale, data=stale.data, revision=1)
    assert (outcome.draft, [item.code for item in outcome.findings]) == (None, ["DRAFT-STALE"])


def test_the_user_of_another_taxpayer_neither_opens_saves_nor_discards(
    company_a: Pair, company_b: Pair
) -> None:
    draft, stranger = opened(company_a), company_b[0]
    with pytest.raises(PermissionDenied):
        opened((stranger, company_a[1]))
    with pytest.raises(PermissionDenied):
        save_draft(user=stranger, draft=draft, data=draft.data, revision=1)
    with pytest.raises(PermissionDenied):
        discard_draft(user=stranger, draft=draft)
    draft.refresh_from_db()
    assert draft.revision == 1
