"""The office decides once, with a signed notice; what is refused is not filed and may be filed anew."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils import timezone
from django_tasks import task_backends
from django_tasks.backends.dummy import DummyBackend
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.audit.models import AuditEntry
from khaithue.portal.audit.trail import verify_chain
from khaithue.portal.filing.actions.decide import Decision, accept_checked, accept_filing, refuse_filing
from khaithue.portal.filing.actions.file_return import FilingOutcome, file_return
from khaithue.portal.filing.decision_time import decide_by
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.reasons import LONGEST, catalogue
from khaithue.portal.filing.tasks import accept
from khaithue.portal.mail.models import Mail
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.own_xml import read_notice
from khaithue.portal.notices.reception import reception
from khaithue.portal.office.identity import key_path
from khaithue.returns.model import Return
from khaithue.signing.policy import current_policy
from khaithue.signing.target import Target
from khaithue.signing.trust import TrustStore
from khaithue.signing.verify import verify
from tests.portal.filing_kit import officer_of, row, together
from tests.portal.signed import NOON, SAMPLE, Signers, changed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]

Pair = tuple[User, Taxpayer]
OFFICE = "70123"


@pytest.fixture
def company(company_a: Pair, office: None, demo_signers: Signers) -> Pair:
    demo_signers.registered(company_a[1])
    Taxpayer.objects.filter(pk=company_a[1].pk).update(office_code=OFFICE)
    company_a[1].refresh_from_db()
    return company_a


@pytest.fixture
def officer(db: None) -> User:
    return officer_of(OFFICE)


def filed(pair: Pair, data: bytes) -> FilingOutcome:
    return file_return(user=pair[0], taxpayer=pair[1], data=data)


def received(pair: Pair, data: bytes) -> Filing:
    filing = filed(pair, data).filing
    assert filing is not None
    return filing


def codes(found: Decision | FilingOutcome) -> list[str]:
    return [item.code for item in found.findings]


def refuse(officer: User, filing: Filing, *reasons: str, note: str = "") -> Decision:
    return refuse_filing(user=officer, filing=filing, codes=reasons or ("wrong-period",), note=note)


def notice_of(filing: Filing, kind: str, signers: Signers) -> Return:
    """The notice read from its XML, whose signature is the office's."""
    xml = bytes(Notice.objects.get(filing=filing, kind=kind).xml)
    trust = TrustStore.load(signers.authority.trust)
    assert verify(xml, trust=trust, at=NOON, policy=current_policy(), target=Target.NOTICE).valid
    read = read_notice(xml)
    assert read.return_ is not None, read.findings
    return read.return_


def later(monkeypatch: pytest.MonkeyPatch, **units: int) -> datetime:
    now = NOON + timedelta(**units)
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now.replace(microsecond=0)


def test_an_accepted_return_counts_from_the_day_it_was_received(
    company: Pair, officer: User, demo_signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    filing = received(company, demo_signers.signed())
    decided = later(monkeypatch, hours=20)
    decision = accept_filing(user=officer, filing=filing)
    filing.refresh_from_db()
    assert (decision.findings, filing.state) == ((), "accepted")
    assert (filing.decided_at, filing.decided_by) == (decided, officer)
    said = notice_of(filing, "acceptance", demo_signers)
    assert said.form.code == "01-2/TB-TĐT"
    assert said.header["soTBao"] == f"{filing.transaction_code}-2/TB-TĐT"
    assert said.header["ngayTBao"] == "2026-07-02"
    assert (said.values["trang_thai"], said.values["ma_gd"]) == ("Y", filing.transaction_code)
    assert datetime.fromisoformat(str(said.values["hoan_thanh"])) == filing.received_at
    assert datetime.fromisoformat(str(said.values["luc_chap_nhan"])) == decided
    (named,) = said.tables["filings"]
    assert (named.values["loai"], named.values["ky"], named.values["lan"]) == ("Chính thức", "05/2026", 1)
    mail = Mail.objects.get(name=f"{filing.transaction_code}.decision")
    assert mail.recipient == company[1].email
    assert {file.name.rpartition(".")[2] for file in mail.files.all()} == {"xml", "pdf"}
    assert "chấp nhận hồ sơ" in mail.body
    entry = AuditEntry.objects.get(action="filing.accept")
    assert entry.actor == f"officer:{officer.pk}"
    assert company[1].name not in str(entry.detail)


@pytest.mark.near_miss("DECIDE-UNKNOWN-REASON")
def test_a_refusal_names_group_error_and_what_to_do(
    company: Pair, officer: User, demo_signers: Signers
) -> None:
    filing = received(company, demo_signers.signed())
    refuse(officer, filing, "missing-appendix", "wrong-period", note="Thiếu bảng kê <01>")
    filing.refresh_from_db()
    assert filing.state == "refused"
    assert not Filing.objects.standing().exists()
    said = notice_of(filing, "refusal", demo_signers)
    assert (said.values["trang_thai"], said.values.get("hoan_thanh")) == ("N", None)
    first, second = said.tables["reasons"]
    reason = catalogue()["missing-appendix"]
    assert first.values["nhom_loi"] == reason.group.vi
    assert (first.values["ten_loi"], first.values["xu_ly"]) == (reason.error.vi, reason.fix.vi)
    assert second.values["ghi_chu"] == "Thiếu bảng kê <01>"
    body = Mail.objects.get(name=f"{filing.transaction_code}.decision").body
    for words in (reason.error.vi, reason.fix.vi, reason.error.en, "coi như chưa nộp", "Thiếu bảng kê <01>"):
        assert words in body


@pytest.mark.near_miss("DECIDE-NO-REASON")
def test_an_officers_own_words_are_reason_enough(company: Pair, officer: User, demo_signers: Signers) -> None:
    filing = received(company, demo_signers.signed())
    assert refuse_filing(user=officer, filing=filing, codes=[], note=" Sai đơn vị ").findings == ()
    filing.refresh_from_db()
    assert filing.reasons == [{"error": "Sai đơn vị"}]


def test_signs_that_no_xml_holds_are_left_out_of_an_officers_words(
    company: Pair, officer: User, demo_signers: Signers
) -> None:
    filing = received(company, demo_signers.signed())
    note = "Sai\x00 dòng\x0b 1;\r\nsai <dòng> 2\ufffe\ud800" + "x" * 2000
    assert refuse_filing(user=officer, filing=filing, codes=[], note=note).findings == ()
    (told,) = notice_of(filing, "refusal", demo_signers).tables["reasons"]
    assert str(told.values["ten_loi"]).startswith("Sai dòng 1; sai <dòng> 2 x")
    assert len(str(told.values["ten_loi"])) == LONGEST


@pytest.mark.error(each="code")
@pytest.mark.parametrize(
    ("chosen", "note", "code"),
    [([], "", "DECIDE-NO-REASON"), ([], "  ", "DECIDE-NO-REASON"), (["x"], "", "DECIDE-UNKNOWN-REASON")],
)
def test_a_refusal_without_a_reason_refuses_nothing(
    company: Pair, officer: User, chosen: list[str], note: str, code: str
) -> None:
    filing = row(company[1])
    decision = refuse_filing(user=officer, filing=filing, codes=chosen, note=note)
    filing.refresh_from_db()
    assert (codes(decision), filing.state) == ([code], "received")
    assert not Notice.objects.exists()


def test_a_refused_return_is_filed_anew_with_its_line_and_first_time(
    company: Pair, officer: User, demo_signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = received(company, demo_signers.signed())
    refuse(officer, first)
    again_at = later(monkeypatch, days=1)
    second = received(company, demo_signers.signed(changed(("<nguoiKy>NGUYỄN VĂN MẪU", "<nguoiKy>B"))))
    assert (second.again, second.first_received_at) == (first, first.received_at)
    assert second.received_at == again_at
    refuse(officer, second)
    later(monkeypatch, days=2)
    third = received(company, demo_signers.signed(changed(("<nguoiKy>NGUYỄN VĂN MẪU", "<nguoiKy>C"))))
    assert (third.again, third.first_received_at) == (second, first.received_at)
    notes = [row.values["ghi_chu"] for row in notice_of(third, "reception", demo_signers).tables["reasons"]]
    assert notes[-1] == f"Nộp lại sau khi không chấp nhận: {second.transaction_code}"


@pytest.mark.near_miss("FILE-ALREADY-REFUSED")
def test_the_same_content_signed_anew_after_a_refusal_is_a_new_filing(
    company: Pair, officer: User, demo_signers: Signers
) -> None:
    first = received(company, demo_signers.signed())
    refuse(officer, first, "missing-appendix")
    second = received(company, demo_signers.signed())
    assert (second.pk != first.pk, second.again) == (True, first)


@pytest.mark.error("FILE-ALREADY-REFUSED")
def test_the_same_bytes_after_a_refusal_lead_to_the_refused_filing(
    company: Pair, officer: User, demo_signers: Signers
) -> None:
    data = demo_signers.signed()
    first = received(company, data)
    assert codes(filed(company, data)) == ["FILE-ALREADY-RECEIVED"]
    refuse(officer, first)
    outcome = filed(company, data)
    assert (outcome.filing, codes(outcome)) == (first, ["FILE-ALREADY-REFUSED"])
    assert Filing.objects.count() == 1


@pytest.mark.error("DECIDE-TWICE")
@pytest.mark.near_miss("DECIDE-TWICE")
def test_nothing_is_decided_twice(company: Pair, officer: User, demo_signers: Signers) -> None:
    filing = received(company, demo_signers.signed())
    accept_filing(user=officer, filing=filing)
    assert codes(refuse(officer, filing)) == ["DECIDE-TWICE"]
    assert codes(accept_filing(user=officer, filing=filing)) == ["DECIDE-TWICE"]
    filing.refresh_from_db()
    assert filing.state == "accepted"
    assert Notice.objects.filter(filing=filing).count() == 2


def test_only_an_officer_of_the_taxpayers_office_decides(company: Pair) -> None:
    filing = row(company[1])
    for stranger in (officer_of("99999", "xa"), company[0]):
        with pytest.raises(PermissionDenied):
            accept_filing(user=stranger, filing=filing)
        with pytest.raises(PermissionDenied):
            refuse(stranger, filing)
    filing.refresh_from_db()
    assert filing.state == "received"


def test_without_the_offices_key_nothing_is_decided(company: Pair, officer: User) -> None:
    filing = row(company[1])
    key_path().unlink()
    assert codes(accept_filing(user=officer, filing=filing)) == ["OFFICE-NOT-READY"]
    filing.refresh_from_db()
    assert filing.state == "received"


@pytest.mark.error("DECIDE-IN-TURN")
@pytest.mark.near_miss("DECIDE-IN-TURN")
def test_a_supplement_is_accepted_after_the_returns_before_it(company: Pair, officer: User) -> None:
    first, one, two = (row(company[1], number) for number in range(3))
    assert codes(accept_filing(user=officer, filing=two)) == ["DECIDE-IN-TURN"]
    assert codes(accept_filing(user=officer, filing=one)) == ["DECIDE-IN-TURN"]
    assert [codes(accept_filing(user=officer, filing=each)) for each in (first, one, two)] == [[], [], []]


@pytest.mark.error("DECIDE-SUPPLEMENTED")
@pytest.mark.near_miss("DECIDE-SUPPLEMENTED")
def test_a_return_is_not_refused_from_under_its_supplement(company: Pair, officer: User) -> None:
    first, one = row(company[1]), row(company[1], 1)
    assert codes(refuse(officer, first)) == ["DECIDE-SUPPLEMENTED"]
    assert [codes(refuse(officer, each)) for each in (one, first)] == [[], []]


def test_a_supplement_of_another_period_hinders_nothing(company: Pair, officer: User) -> None:
    first = row(company[1])
    row(company[1], 1, period="2026-04")
    assert codes(refuse(officer, first)) == []


@pytest.mark.parametrize("was", ["received", "accepted"])
def test_when_the_return_that_replaced_another_is_refused_the_other_stands_again(
    company: Pair, officer: User, demo_signers: Signers, monkeypatch: pytest.MonkeyPatch, was: str
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat("2026-06-18T09:00:00+07:00"))
    first = received(company, demo_signers.signed())
    if was == "accepted":
        accept_filing(user=officer, filing=first)
    second = received(company, demo_signers.signed(changed(("<nguoiKy>NGUYỄN VĂN MẪU", "<nguoiKy>B"))))
    first.refresh_from_db()
    assert (first.state, first.replaced_by) == ("replaced", second)
    assert codes(accept_filing(user=officer, filing=first)) == ["DECIDE-TWICE"]
    refuse(officer, second)
    first.refresh_from_db()
    assert (first.state, first.replaced_by) == (was, None)
    assert list(Filing.objects.standing()) == [first]


@pytest.mark.error("FILE-ALREADY-REPLACED")
@pytest.mark.near_miss("FILE-ALREADY-REPLACED")
def test_the_content_of_a_replaced_return_signed_anew_is_filed_and_its_bytes_are_told(
    company: Pair, demo_signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat("2026-06-18T09:00:00+07:00"))
    data = demo_signers.signed()
    first = received(company, data)
    second = received(company, demo_signers.signed(changed(("<nguoiKy>NGUYỄN VĂN MẪU", "<nguoiKy>B"))))
    outcome = filed(company, data)
    assert (outcome.filing, codes(outcome)) == (first, ["FILE-ALREADY-REPLACED"])
    third = received(company, demo_signers.signed())
    second.refresh_from_db()
    assert (third.state, second.replaced_by) == ("received", third)


@pytest.mark.error("DECIDE-OFFICER")
@pytest.mark.near_miss("DECIDE-OFFICER")
def test_what_passed_all_checks_is_accepted_without_an_officer(company: Pair) -> None:
    told = {"code": "FILE-REPLACES", "level": "info"}
    asked = {"code": "FILE-OFFICE", "level": "warning"}
    good, doubtful = row(company[1], findings=[told]), row(company[1], period="2026-04", findings=[asked])
    assert codes(accept_checked(filing=good)) == []
    assert codes(accept_checked(filing=doubtful)) == ["DECIDE-OFFICER"]
    good.refresh_from_db()
    doubtful.refresh_from_db()
    assert (good.state, good.decided_by, doubtful.state) == ("accepted", None, "received")
    assert AuditEntry.objects.filter(action="filing.accept_checked").first().actor == "system"  # type: ignore[union-attr]  # asserted


@pytest.mark.parametrize(("setting", "queued"), [(False, 0), (True, 1)])
def test_a_setting_has_good_returns_accepted_at_once(
    company: Pair,
    demo_signers: Signers,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    setting: bool,
    queued: int,
) -> None:
    settings.AUTO_ACCEPT = setting
    queue = task_backends["default"]
    assert isinstance(queue, DummyBackend)
    queue.clear()
    with django_capture_on_commit_callbacks(execute=True):
        filing = received(company, demo_signers.signed())
    assert len([each for each in queue.results if each.task == accept]) == queued
    assert accept.call(filing.pk) == "accepted"


def test_the_command_decides_what_waits_and_tells_what_is_left(
    company: Pair, capsys: pytest.CaptureFixture[str]
) -> None:
    row(company[1], 1)
    row(company[1])
    doubtful = row(company[1], period="2026-04", findings=[{"code": "FILE-OFFICE", "level": "warning"}])
    call_command("decide_filings")
    told = capsys.readouterr().out
    assert "accepted: 2; left to an officer: 1" in told
    assert str(doubtful) in told
    assert list(Filing.objects.filter(state="received")) == [doubtful]


def test_the_office_has_one_working_day_and_three_for_refunds(company: Pair, settings: Settings) -> None:
    friday = datetime.fromisoformat("2026-06-19T23:59:59+07:00")
    filing = row(company[1], at=friday)
    assert decide_by(filing) == date(2026, 6, 22)
    settings.ERAS = {"tt89": date(2026, 6, 1)}
    assert decide_by(filing) == date(2026, 6, 22)
    filing.form_code = "04/MGTH"
    assert decide_by(filing) == date(2026, 6, 24)
    settings.ERAS = {"ihtkk": date(2026, 6, 2)}
    assert decide_by(filing) is None


def test_under_circular_89_the_system_answers_at_once_and_the_office_in_one_notice(
    company: Pair, officer: User, demo_signers: Signers, settings: Settings
) -> None:
    settings.ERAS = {"tt89": date(2026, 7, 1)}
    filing = received(company, demo_signers.signed())
    answer = notice_of(filing, "reception", demo_signers)
    assert (answer.form.code, answer.values["ma_gd"]) == ("PH-TĐT", filing.transaction_code)
    accept_filing(user=officer, filing=filing)
    said = notice_of(filing, "acceptance", demo_signers)
    assert (said.form.code, said.values["trang_thai"]) == ("01/TB-TĐT", "Y")
    assert said.values["ngay_nop"] == "2026-07-01"


def test_under_circular_89_a_refusal_has_its_reasons(
    company: Pair, officer: User, demo_signers: Signers, settings: Settings
) -> None:
    settings.ERAS = {"tt89": date(2026, 7, 1)}
    filing = received(company, demo_signers.signed())
    refuse(officer, filing, "wrong-form")
    said = notice_of(filing, "refusal", demo_signers)
    assert said.values["trang_thai"] == "N"
    assert said.tables["reasons"][0].values["ten_loi"] == catalogue()["wrong-form"].error.vi


def test_a_return_received_on_the_last_day_of_a_notice_is_decided_on_the_notice_of_the_day(
    company: Pair, officer: User, demo_signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    filing = row(company[1], at=datetime.fromisoformat("2026-12-31T10:00:00+07:00"))
    now = datetime.fromisoformat("2027-01-04T10:00:00+07:00")
    monkeypatch.setattr(timezone, "now", lambda: now)
    accept_filing(user=officer, filing=filing)
    assert notice_of(filing, "acceptance", demo_signers).form.code == "01/TB-TĐT"


def test_in_the_days_of_ihtkk_the_confirmation_is_the_only_notice(company: Pair) -> None:
    filing = row(company[1], at=datetime.fromisoformat("2014-06-18T10:00:00+07:00"))
    said = reception(filing)
    assert (said.form.ma_tkhai, said.values["luc"]) == ("194", "2014-06-18T10:00:00+07:00")
    assert said.tables["filings"][0].values["noi"] == company[1].office_name


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_one_decides(company_a: Pair, demo_signers: Signers) -> None:
    Taxpayer.objects.update(office_code=OFFICE)
    company_a[1].refresh_from_db()
    one, other = officer_of(OFFICE, "mot"), officer_of(OFFICE, "hai")
    filing = row(company_a[1])
    calls = [
        lambda: accept_filing(user=one, filing=filing),
        lambda: refuse(other, filing),
        lambda: accept_filing(user=other, filing=filing),
    ]
    found = sorted(codes(each) for each in together(*calls))
    assert found == [[], ["DECIDE-TWICE"], ["DECIDE-TWICE"]]
    assert Notice.objects.filter(filing=filing).count() == 1
    assert verify_chain().intact


@pytest.mark.django_db(transaction=True)
def test_a_return_replaced_while_it_is_decided_is_decided_or_replaced_never_both(
    company_a: Pair, demo_signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat("2026-06-18T09:00:00+07:00"))
    demo_signers.registered(company_a[1])
    Taxpayer.objects.update(office_code=OFFICE)
    company_a[1].refresh_from_db()
    officer = officer_of(OFFICE)
    first = received(company_a, demo_signers.signed(SAMPLE))
    data = demo_signers.signed(changed(("<nguoiKy>NGUYỄN VĂN MẪU", "<nguoiKy>B")))

    def decide() -> list[str]:
        return codes(refuse(officer, first))

    def replace() -> list[str]:
        return codes(filed(company_a, data))

    together(decide, replace)
    first.refresh_from_db()
    second = Filing.objects.exclude(pk=first.pk).get()
    assert list(Filing.objects.standing()) == [second]
    assert (first.state, second.again) in [("refused", first), ("replaced", None)]
    assert Notice.objects.filter(filing=first, kind="refusal").exists() is (first.state == "refused")
