"""Filing: what is right is stored whole with its notice, what is wrong is refused with its reason."""

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.utils import timezone
from django_tasks import task_backends
from django_tasks.backends.dummy import DummyBackend
from pypdf import PdfReader
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from khaithue.exchange import returns_xml
from khaithue.portal.accounts.models import AgentContract, Taxpayer, User
from khaithue.portal.audit.models import AuditEntry
from khaithue.portal.audit.trail import verify_chain
from khaithue.portal.filing.actions import file_return as module
from khaithue.portal.filing.actions.file_return import FilingOutcome, file_return
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.reading import return_of
from khaithue.portal.mail.models import Mail
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.reception import digest_of, reception
from khaithue.portal.office.identity import key_path, trust_directory
from khaithue.returns.check import check
from khaithue.returns.findings import has_errors
from khaithue.signing import demo_ca
from khaithue.signing.policy import current_policy
from khaithue.signing.target import Target
from khaithue.signing.trust import TrustStore
from khaithue.signing.verify import verify
from tests.portal.conftest import member, registered
from tests.portal.signed import NOON, SAMPLE, A, B, Signers, changed, of_period

Pair = tuple[User, Taxpayer]
AGENT = "0319900099"
PASSWORD = "thu"  # noqa: S105  # of keys that live for one run


@pytest.fixture(scope="session")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    people = [demo_ca.DemoSubject(name, mst) for name, mst in (("A", A), ("B", B), ("ĐẠI LÝ", AGENT))]
    return Signers(demo_ca.create(tmp_path_factory.mktemp("authority"), people, password=PASSWORD))


@pytest.fixture(autouse=True)
def _office(settings: Settings, signers: Signers) -> None:
    """An office that trusts the demo authority and signs with its key."""
    settings.OFFICE_PASSWORD = signers.authority.password
    key_path().parent.mkdir()
    key_path().write_bytes(signers.authority.office.read_bytes())
    trust_directory().symlink_to(signers.authority.trust)


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def company(company_a: Pair, signers: Signers) -> Pair:
    signers.registered(company_a[1])
    Taxpayer.objects.filter(pk=company_a[1].pk).update(office_code="70123")
    company_a[1].refresh_from_db()
    return company_a


def filed(pair: Pair, data: bytes) -> FilingOutcome:
    return file_return(user=pair[0], taxpayer=pair[1], data=data)


def codes(outcome: FilingOutcome) -> set[str]:
    return {item.code for item in outcome.findings}


def stored() -> tuple[int, int]:
    return Filing.objects.count(), Notice.objects.count()


def test_a_good_return_is_stored_byte_for_byte_with_what_it_says(company: Pair, signers: Signers) -> None:
    data = signers.signed()
    filing = filed(company, data).filing
    assert filing is not None
    filing.refresh_from_db()
    assert filing.file == data
    assert filing.body_sha256 == hashlib.sha256(data).hexdigest()
    assert (filing.transaction_code, filing.state) == ("90020260000000001", "received")
    assert (filing.form_code, filing.version, filing.period, filing.kind) == (
        "01/GTGT",
        "2.8.3",
        "2026-05",
        "C",
    )
    assert (filing.period_start, filing.period_end) == (date(2026, 5, 1), date(2026, 5, 31))
    assert filing.received_at == datetime.fromisoformat("2026-07-01T12:00:00+07:00")
    assert filing.signer["mst"] == A
    assert return_of(filing).values["43"] == 1807607833


def test_the_reception_notice_is_signed_by_the_office_and_carries_the_digest(
    company: Pair, signers: Signers
) -> None:
    data = signers.signed()
    filing = filed(company, data).filing
    assert filing is not None
    notice = bytes(Notice.objects.get(filing=filing).xml)
    trust = TrustStore.load(signers.authority.trust)
    status = verify(notice, trust=trust, at=NOON, policy=current_policy(), target=Target.NOTICE)
    assert status.valid
    read = returns_xml.read(notice)
    said = read.return_
    assert said is not None
    assert (read.findings, check(said)) == ((), [])
    assert (digest_of(said), said.header["maNNhan"]) == (hashlib.sha256(data).hexdigest(), A)
    assert said.values["ma_gd"] == filing.transaction_code
    assert datetime.fromisoformat(str(said.values["luc"])) == filing.received_at
    (named,) = said.tables["filings"]
    assert (named.values["loai"], named.values["ky"], named.values["lan"]) == ("C", "05/2026", 1)


@pytest.mark.parametrize("digest", ["", "abc", "0123456789ABCDEF" * 4, "g" * 64])
def test_a_digest_that_is_none_is_never_told(company: Pair, signers: Signers, digest: str) -> None:
    filing = filed(company, signers.signed()).filing
    assert filing is not None
    filing.body_sha256 = digest
    with pytest.raises(ValueError, match="SHA-256"):
        reception(filing)


def test_a_moment_without_zone_is_never_told(company: Pair, signers: Signers) -> None:
    filing = filed(company, signers.signed()).filing
    assert filing is not None
    filing.received_at = datetime(2026, 7, 1, 12, 0)  # that it has no zone is the point
    with pytest.raises(ValueError, match="naive"):
        reception(filing)


def test_the_moment_is_told_in_vietnam_whatever_the_zone_it_was_measured_in(
    company: Pair, signers: Signers
) -> None:
    filing = filed(company, signers.signed()).filing
    assert filing is not None
    filing.received_at = datetime(2026, 4, 20, 16, 59, 59, 900_000, tzinfo=UTC)
    notice = reception(filing)
    assert notice.values["luc"] == "2026-04-20T23:59:59+07:00"
    assert notice.header["ngayTBao"] == "2026-04-20"


def test_the_audit_entry_says_who_filed_what_without_personal_data(company: Pair, signers: Signers) -> None:
    filing = filed(company, signers.signed()).filing
    assert filing is not None
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action) == (f"user:{company[0].pk}", "filing.file")
    assert entry.subject == filing.transaction_code
    assert entry.detail["sha256"] == filing.body_sha256
    assert A not in str(vars(entry))
    assert verify_chain().intact


def test_the_mail_is_hurried_by_a_task_after_commit(
    company: Pair, signers: Signers, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        filed(company, signers.signed())
    queue = task_backends["default"]
    assert isinstance(queue, DummyBackend)
    (task,) = queue.results
    assert list(task.args) == [Mail.objects.get().pk]


def test_a_queue_that_fails_costs_neither_filing_nor_mail(
    company: Pair,
    signers: Signers,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no queue")

    monkeypatch.setattr(DummyBackend, "enqueue", fail)
    with django_capture_on_commit_callbacks(execute=True):
        outcome = filed(company, signers.signed())
    assert outcome.filing is not None
    assert Notice.objects.filter(mail__sent_at__isnull=True).count() == 1


def respelt_outside(data: bytes) -> bytes:
    return data.replace(b"</HSoThueDTu>", b"\n\n</HSoThueDTu>")


def respelt_inside(data: bytes) -> bytes:
    assert b"<ct09 />" in data
    return data.replace(b"<ct09 />", b"<ct09></ct09>")


def the_same(data: bytes) -> bytes:
    return data


@pytest.mark.parametrize("respell", [the_same, respelt_outside, respelt_inside])
def test_the_same_signed_return_sent_again_gives_the_same_receipt(
    company: Pair, signers: Signers, respell: Callable[[bytes], bytes]
) -> None:
    data = signers.signed()
    first = filed(company, data)
    again = filed(company, respell(data))
    assert again.filing == first.filing
    assert codes(again) == {"FILE-ALREADY-RECEIVED"}
    assert stored() == (1, 1)


def test_the_same_return_signed_a_second_time_gives_the_same_receipt(company: Pair, signers: Signers) -> None:
    first, second = signers.signed(), signers.signed()
    assert first != second
    assert filed(company, first).filing == filed(company, second).filing
    assert stored() == (1, 1)


def unsigned(signers: Signers) -> bytes:
    return SAMPLE.encode()


def tampered(signers: Signers) -> bytes:
    return signers.signed().replace(b"<ct43>1807607833", b"<ct43>9807607833")


def signed_by_another(signers: Signers) -> bytes:
    return signers.signed(mst=B)


def of_another(signers: Signers) -> bytes:
    return signers.signed(changed((f"<mst>{A}", f"<mst>{B}")))


def with_wrong_figures(signers: Signers) -> bytes:
    return signers.signed(changed(("<ct43>1807607833", "<ct43>1807607834")))


def not_xml(signers: Signers) -> bytes:
    return b"PK\x03\x04 a spreadsheet"


def supplement_first(signers: Signers) -> bytes:
    return signers.signed(changed(("<loaiTKhai>C", "<loaiTKhai>B"), ("<soLan>0", "<soLan>1")))


@pytest.mark.error(each="code")
@pytest.mark.parametrize(
    ("make", "code"),
    [
        (unsigned, "SIG-NONE"),
        (tampered, "SIG-CHANGED"),
        (signed_by_another, "CERT-OTHER-MST"),
        (of_another, "FILE-FOREIGN-MST"),
        (with_wrong_figures, "RET-DIFFERS"),
        (not_xml, "XML-CONTROL"),
        (supplement_first, "FILE-SUPPLEMENT-EARLY"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason_and_nothing_is_stored(
    company: Pair, signers: Signers, make: Callable[[Signers], bytes], code: str
) -> None:
    outcome = filed(company, make(signers))
    assert outcome.filing is None
    assert has_errors(outcome.findings)
    assert code in codes(outcome)
    assert stored() == (0, 0)
    entry = AuditEntry.objects.get()
    assert entry.detail["outcome"] == "refused"
    assert code in entry.detail["codes"]


def test_a_file_over_the_limit_is_refused_unread(company: Pair, signers: Signers, settings: Settings) -> None:
    data = signers.signed()
    settings.UPLOAD_BYTES = len(data) - 1
    assert codes(filed(company, data)) == {"FILE-TOO-LARGE"}
    settings.UPLOAD_BYTES = len(data)
    assert filed(company, data).filing is not None


def test_without_the_offices_key_nothing_is_received(company: Pair, signers: Signers) -> None:
    key_path().unlink()
    assert codes(filed(company, signers.signed())) == {"OFFICE-NOT-READY"}
    assert stored() == (0, 0)


def test_an_agent_with_a_contract_signs_for_the_taxpayer(company: Pair, signers: Signers) -> None:
    data = signers.signed(mst=AGENT)
    assert filed(company, data).filing is None
    _, agent = member("dai-ly", AGENT, "ĐẠI LÝ")
    contract = {"mst": AGENT, "name": "ĐẠI LÝ", "start": date(2026, 1, 1)}
    AgentContract.objects.create(taxpayer=company[1], agent=agent, **contract)
    assert codes(filed(company, data)) == {"FILE-CERTIFICATE-NOT-REGISTERED"}
    signers.registered(agent)
    assert filed(company, data).filing is not None


@pytest.mark.error("FILE-CERTIFICATE-NOT-REGISTERED")
@pytest.mark.near_miss("FILE-CERTIFICATE-NOT-REGISTERED")
def test_a_certificate_nobody_registered_signs_nothing(company: Pair, signers: Signers) -> None:
    held = company[1].certificates.get()
    company[1].certificates.update(ended_at=NOON)
    outcome = filed(company, signers.signed())
    assert (codes(outcome), stored()) == ({"FILE-CERTIFICATE-NOT-REGISTERED"}, (0, 0))
    assert held.serial in outcome.findings[0].message.vi
    signers.registered(company[1])
    assert filed(company, signers.signed()).filing is not None


@pytest.mark.error("FILE-NOT-REGISTERED")
@pytest.mark.near_miss("FILE-NOT-REGISTERED")
def test_a_form_nobody_registered_is_not_filed(company: Pair, signers: Signers) -> None:
    company[1].form_registrations.all().delete()
    assert codes(filed(company, signers.signed())) == {"FILE-NOT-REGISTERED"}
    assert stored() == (0, 0)
    registered(company[1], "01/GTGT")
    assert filed(company, signers.signed()).filing is not None


def test_the_user_of_another_taxpayer_cannot_file_for_this_one(
    company: Pair, company_b: Pair, signers: Signers
) -> None:
    with pytest.raises(PermissionDenied):
        file_return(user=company_b[0], taxpayer=company[1], data=signers.signed())
    assert stored() == (0, 0)
    assert filed(company, signers.signed()).filing is not None


def test_the_bytes_of_another_taxpayers_filing_do_not_give_its_receipt(
    company: Pair, company_b: Pair, signers: Signers
) -> None:
    data = signers.signed()
    filed(company, data)
    assert filed(company_b, data).filing is None


def test_a_second_first_return_after_the_due_date_is_refused(company: Pair, signers: Signers) -> None:
    first = filed(company, signers.signed()).filing
    other = filed(company, signers.signed(changed(("<nguoiKy>NGUYỄN VĂN MẪU", "<nguoiKy>TRẦN THỊ MẪU"))))
    assert first is not None
    assert (other.filing, codes(other)) == (None, {"FILE-DUPLICATE"})
    assert first.transaction_code in other.findings[0].message.vi


def test_before_the_due_date_a_first_return_replaces_the_earlier_one(
    company: Pair, signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat("2026-06-22T23:59:59+07:00"))
    first = filed(company, signers.signed()).filing
    second = filed(
        company, signers.signed(changed(("<nguoiKy>NGUYỄN VĂN MẪU", "<nguoiKy>TRẦN THỊ MẪU")))
    ).filing
    assert first is not None
    assert second is not None
    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "received")
    assert AuditEntry.objects.last().detail["replaces"] == first.transaction_code  # type: ignore[union-attr]  # there are two


def test_serials_follow_one_another(company: Pair, signers: Signers) -> None:
    given = [filed(company, signers.signed(text)).filing for text in (of_period(4), SAMPLE)]
    assert [filing.transaction_code[-2:] for filing in given if filing] == ["01", "02"]


def test_a_failure_while_the_notice_is_made_leaves_no_filing(
    company: Pair, signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(module, "issue_reception", fail)
    with pytest.raises(RuntimeError, match="disk is full"):
        filed(company, signers.signed())
    assert stored() == (0, 0)
    assert not AuditEntry.objects.exists()


def test_the_user_gets_the_mail_when_the_taxpayer_gave_no_address(company: Pair, signers: Signers) -> None:
    Taxpayer.objects.update(email="")
    company[1].refresh_from_db()
    assert filed(company, signers.signed()).filing is not None
    assert Mail.objects.get().recipient == "a@example.vn"


def test_the_mail_carries_the_signed_notice_and_the_same_on_paper(company: Pair, signers: Signers) -> None:
    filing = filed(company, signers.signed()).filing
    assert filing is not None
    xml, paper = Mail.objects.get().files.all()
    assert bytes(xml.data) == bytes(filing.notices.get().xml)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(bytes(paper.data))).pages)
    assert filing.transaction_code in text
    assert filing.body_sha256 in text.replace("\n", "")


@pytest.mark.error("CERT-UNTRUSTED")
@pytest.mark.near_miss("CERT-UNTRUSTED")
def test_what_the_office_trusts_is_read_again_when_it_changes(
    company: Pair, signers: Signers, tmp_path: Path
) -> None:
    trust_directory().unlink()
    trust_directory().mkdir()
    assert "CERT-UNTRUSTED" in codes(filed(company, signers.signed()))
    for file in signers.authority.trust.iterdir():
        (trust_directory() / file.name).write_bytes(file.read_bytes())
    assert filed(company, signers.signed()).filing is not None


def together(*calls: Callable[[], FilingOutcome]) -> list[FilingOutcome]:
    """The outcomes of calls made at the same moment, each in a thread and on a connection of its own."""
    gate, outcomes = threading.Barrier(len(calls)), []

    def run(call: Callable[[], FilingOutcome]) -> None:
        gate.wait()
        try:
            outcomes.append(call())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_the_same_return_submitted_at_once_by_many_is_filed_once(company: Pair, signers: Signers) -> None:
    data = signers.signed()
    spellings = [data, respelt_outside(data), signers.signed(), data, respelt_outside(data), signers.signed()]
    outcomes = together(*(lambda data=data: filed(company, data) for data in spellings))
    assert len(outcomes) == len(spellings)
    assert len({outcome.filing.pk for outcome in outcomes if outcome.filing}) == 1
    assert all(outcome.filing for outcome in outcomes)
    assert stored() == (1, 1)
    assert verify_chain().intact


@pytest.mark.django_db(transaction=True)
def test_of_two_different_first_returns_at_once_one_is_filed(company: Pair, signers: Signers) -> None:
    data = [signers.signed(), signers.signed(changed(("<nguoiKy>NGUYỄN VĂN MẪU", "<nguoiKy>TRẦN THỊ MẪU")))]
    outcomes = together(*(lambda data=data: filed(company, data) for data in data))
    assert sorted(bool(outcome.filing) for outcome in outcomes) == [False, True]
    assert stored() == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_taxpayers_filing_at_once_get_different_codes_and_one_chain(
    company: Pair, company_b: Pair, signers: Signers
) -> None:
    own = {A: signers.signed(), B: signers.signed(changed((f"<mst>{A}", f"<mst>{B}")), mst=B)}
    signers.registered(company_b[1])
    outcomes = together(lambda: filed(company, own[A]), lambda: filed(company_b, own[B]))
    assert {outcome.filing.transaction_code[-2:] for outcome in outcomes if outcome.filing} == {"01", "02"}
    assert verify_chain().intact
    assert verify_chain().entries == 2


@pytest.mark.django_db(transaction=True)
def test_when_filing_returns_its_rows_are_committed(company: Pair, signers: Signers) -> None:
    filing = filed(company, signers.signed()).filing
    assert filing is not None
    seen = []

    def look() -> None:
        seen.append(Filing.objects.filter(pk=filing.pk, notices__kind="reception").exists())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [True]
