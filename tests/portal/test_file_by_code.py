"""A person without a certificate confirms a return with a one-time code; nobody else does."""

from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from khaithue.portal.accounts.models import AgentContract, Membership, Taxpayer, User
from khaithue.portal.audit.models import AuditEntry
from khaithue.portal.filing.actions.file_return import FilingOutcome, file_return
from khaithue.portal.filing.by_code import purpose
from khaithue.portal.filing.intake import Intake, examine
from khaithue.portal.filing.models import Filing
from khaithue.portal.login.models import OneTimeCode
from khaithue.portal.login.onetime import make_code
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.own_xml import read_notice
from khaithue.portal.registration.models import RegisteredCertificate
from khaithue.portal.signers import signed_by
from khaithue.portal.web.timeline import events
from tests.portal.conftest import Clock, member
from tests.portal.filing_kit import together
from tests.portal.signed import SAMPLE, A, Signers, changed, of_period

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]

Pair = tuple[User, Taxpayer]
FILE, OTHER = SAMPLE.encode(), of_period(4).encode()


@pytest.fixture
def person(company_a: Pair, clock: Clock) -> Pair:
    """The taxpayer of the sample as a household business: a person, no certificate, its own main account."""
    Taxpayer.objects.filter(pk=company_a[1].pk).update(kind=Taxpayer.Kind.PERSON, office_code="70123")
    company_a[1].refresh_from_db()
    return company_a


def code_for(user: User, data: bytes) -> str:
    return make_code(user, purpose(digest(data)), "an@nguyen.example.vn")


def digest(data: bytes) -> str:
    return Intake(data, None).body_sha256  # type: ignore[arg-type]  # the digest asks for no time


def confirmed(pair: Pair, code: str | None, data: bytes = FILE) -> FilingOutcome:
    return file_return(user=pair[0], taxpayer=pair[1], data=data, code=code)


def codes(outcome: FilingOutcome) -> list[str]:
    """What stood against the filing, and what is told of codes."""
    assert outcome.filing is None
    return [item.code for item in outcome.findings if item.level == "error" or "CODE" in item.code]


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.mark.near_miss("FILE-CODE-WRONG", "FILE-CODE-NONE", "FILE-CODE-OTHER-FILE")
def test_the_right_code_files_and_the_filing_keeps_how_it_was_confirmed(person: Pair, clock: Clock) -> None:
    code = code_for(person[0], FILE)
    clock.forward(minutes=2)
    outcome = confirmed(person, f" {code[:3]} {code[3:]}")
    filing = Filing.objects.get()
    assert outcome.filing == filing
    assert filing.file == FILE
    assert (filing.signer, filing.received_at) == ({}, clock.now)
    assert filing.confirmed == {
        "name": "CÔNG TY TNHH MẪU A",
        "mst": A,
        "account": "a",
        "sent_to": "a***@nguyen.example.vn",
        "sent_at": "2026-07-01T09:00:00+07:00",
        "at": "2026-07-01T09:02:00+07:00",
        "sha256": filing.body_sha256,
    }
    assert [each.lines for each in signed_by(filing)] == [
        (
            "Xác nhận điện tử bởi: CÔNG TY TNHH MẪU A",
            "Mã số thuế: 0319900012",
            "Xác nhận ngày: 01/07/2026 09:02:00",
            "Bằng mã xác thực giao dịch điện tử gửi đến: a***@nguyen.example.vn",
        )
    ]


def test_the_receipt_is_issued_and_says_that_a_code_stood_for_the_signature(person: Pair) -> None:
    confirmed(person, code_for(person[0], FILE))
    notice = Notice.objects.get(kind=Notice.Kind.RECEPTION)
    read = read_notice(bytes(notice.xml)).return_
    assert read is not None
    notes = [row.values.get("ghi_chu") for row in read.tables["reasons"]]
    assert "Xác nhận bằng mã xác thực giao dịch điện tử gửi đến a***@nguyen.example.vn" in notes


def test_the_timeline_tells_the_code_before_the_reception(person: Pair, clock: Clock) -> None:
    code = code_for(person[0], FILE)
    clock.forward(minutes=1)
    filing = confirmed(person, code).filing
    assert filing is not None
    told = [(event.text, event.note) for event in events(filing)][:3]
    assert told == [
        ("Gửi mã xác nhận cho tệp này", "a***@nguyen.example.vn"),
        ("Xác nhận tờ khai bằng mã", "tài khoản a"),
        ("Hệ thống nhận tờ khai", filing.transaction_code),
    ]


def test_the_audit_trail_tells_who_and_that_it_was_by_code_and_never_the_code(person: Pair) -> None:
    code = code_for(person[0], FILE)
    confirmed(person, other_than(code))
    confirmed(person, code)
    entries = [(entry.actor, entry.action, entry.detail) for entry in AuditEntry.objects.order_by("pk")]
    assert [action for _, action, _ in entries] == [
        "login.issue_code",
        "filing.file",
        "login.confirm_code",
        "filing.file",
    ]
    assert entries[1][2]["codes"] == ["FILE-CODE-WRONG"]
    assert (entries[3][0], entries[3][2]["by_code"]) == (f"user:{person[0].pk}", True)
    kept = str(list(Filing.objects.values())) + str(list(OneTimeCode.objects.values())) + str(entries)
    assert f"'{code}'" not in kept


def test_the_same_bytes_give_the_same_receipt_whatever_is_typed(person: Pair) -> None:
    code = code_for(person[0], FILE)
    first = confirmed(person, code)
    for typed in (code, "000000", "", None):
        again = confirmed(person, typed)
        assert again.filing == first.filing
        assert [item.code for item in again.findings] == ["FILE-ALREADY-RECEIVED"]
    assert Filing.objects.count() == 1


def test_the_same_content_signed_later_is_the_return_that_was_confirmed(
    person: Pair, demo_signers: Signers
) -> None:
    text = SAMPLE.replace('id="ID_1"', 'id="NODETOSIGN"', 1)
    first = confirmed(person, code_for(person[0], text.encode()), text.encode())
    demo_signers.registered(person[1])
    again = file_return(user=person[0], taxpayer=person[1], data=demo_signers.signed(text))
    assert again.filing == first.filing == Filing.objects.get()


def test_before_the_due_date_a_return_confirmed_by_code_takes_the_place_of_the_first(person: Pair) -> None:
    first, second = of_period(6).encode(), of_period(6).replace("<nguoiKy>", "<nguoiKy>X ").encode()
    assert first != second
    before = confirmed(person, code_for(person[0], first), first).filing
    after = confirmed(person, code_for(person[0], second), second).filing
    assert before is not None
    before.refresh_from_db()
    assert (before.state, before.replaced_by) == ("replaced", after)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_uses_the_code_once_and_both_get_the_receipt(person: Pair) -> None:
    code = code_for(person[0], FILE)
    first, second = together(lambda: confirmed(person, code), lambda: confirmed(person, code))
    assert first.filing == second.filing == Filing.objects.get()


@pytest.mark.error("FILE-CODE-WRONG")
def test_a_wrong_code_files_nothing_and_the_next_try_may_be_right(person: Pair) -> None:
    code = code_for(person[0], FILE)
    assert codes(confirmed(person, other_than(code))) == ["FILE-CODE-WRONG"]
    assert not Filing.objects.exists()
    assert confirmed(person, code).filing


@pytest.mark.error("FILE-CODE-SPENT")
@pytest.mark.near_miss("FILE-CODE-SPENT")
def test_five_wrong_codes_make_it_void_and_four_do_not(person: Pair) -> None:
    code = code_for(person[0], FILE)
    tried = [codes(confirmed(person, other_than(code))) for _ in range(5)]
    assert tried == [["FILE-CODE-WRONG"]] * 4 + [["FILE-CODE-SPENT"]]
    assert codes(confirmed(person, code)) == ["FILE-CODE-SPENT"]
    code = code_for(person[0], FILE)
    for _ in range(4):
        confirmed(person, other_than(code))
    assert confirmed(person, code).filing


@pytest.mark.near_miss("FILE-CODE-EXPIRED")
@pytest.mark.error(each="told")
@pytest.mark.parametrize(("seconds", "told"), [(599, []), (600, ["FILE-CODE-EXPIRED"])])
def test_a_code_is_over_after_ten_minutes(person: Pair, clock: Clock, seconds: int, told: list[str]) -> None:
    code = code_for(person[0], FILE)
    clock.forward(seconds=seconds)
    outcome = confirmed(person, code)
    assert codes(outcome) == told if told else outcome.filing


@pytest.mark.error("FILE-CODE-NONE")
def test_without_a_code_sent_nothing_that_is_typed_is_compared(person: Pair) -> None:
    other = code_for(person[0], OTHER)
    assert codes(confirmed(person, other)) == ["FILE-CODE-NONE"]
    assert confirmed(person, other, OTHER).filing


@pytest.mark.error("FILE-CODE-OTHER-FILE")
@pytest.mark.near_miss("FILE-CODE-USED")
def test_the_code_of_another_file_is_told_apart_and_stays_good_for_that_file(person: Pair) -> None:
    mine, other = code_for(person[0], FILE), code_for(person[0], OTHER)
    assert mine != other
    assert codes(confirmed(person, other)) == ["FILE-CODE-OTHER-FILE"]
    assert confirmed(person, other, OTHER).filing
    assert confirmed(person, mine).filing


@pytest.mark.error("FILE-CODE-USED")
def test_a_code_used_for_another_file_is_told_as_used(person: Pair) -> None:
    mine, other = code_for(person[0], FILE), code_for(person[0], OTHER)
    confirmed(person, other, OTHER)
    assert codes(confirmed(person, other)) == ["FILE-CODE-USED"]
    assert codes(confirmed(person, other_than(other))) == ["FILE-CODE-WRONG"]
    assert confirmed(person, mine).filing


def test_one_byte_more_is_another_file(person: Pair) -> None:
    code = code_for(person[0], FILE)
    assert codes(confirmed(person, code, FILE + b"\n")) == ["FILE-CODE-NONE"]


def test_what_cannot_be_filed_leaves_the_code_good(person: Pair) -> None:
    code = code_for(person[0], FILE)
    registration = person[1].form_registrations.get(form_code="01/GTGT")
    person[1].form_registrations.filter(pk=registration.pk).delete()
    assert codes(confirmed(person, code)) == ["FILE-NOT-REGISTERED"]
    registration.save()
    assert confirmed(person, code).filing


def test_every_other_rule_holds_for_a_file_confirmed_by_code(person: Pair) -> None:
    foreign = changed(("<mst>0319900012", "<mst>0319900037")).encode()
    assert "FILE-FOREIGN-MST" in codes(confirmed(person, code_for(person[0], foreign), foreign))
    confirmed(person, code_for(person[0], FILE))
    again = FILE.replace(b"</HSoThueDTu>", b" </HSoThueDTu>")
    assert confirmed(person, code_for(person[0], again), again).filing == Filing.objects.get()


@pytest.mark.near_miss("FILE-CODE-INSTEAD")
@pytest.mark.parametrize("code", [None, "123456"])
def test_an_organisation_signs(person: Pair, code: str | None) -> None:
    Taxpayer.objects.update(kind=Taxpayer.Kind.ORGANISATION)
    person[1].refresh_from_db()
    assert codes(confirmed(person, code)) == ["SIG-NONE"]


@pytest.mark.error("FILE-CODE-INSTEAD")
def test_a_person_is_told_of_the_code_where_the_file_comes_without_one(person: Pair) -> None:
    assert codes(confirmed(person, None)) == ["SIG-NONE", "FILE-CODE-INSTEAD"]


@pytest.mark.error("FILE-CODE-CERTIFICATE")
def test_who_has_registered_a_certificate_signs_with_it(person: Pair, demo_signers: Signers) -> None:
    code = code_for(person[0], FILE)
    demo_signers.registered(person[1])
    assert codes(confirmed(person, code)) == ["SIG-NONE", "FILE-CODE-CERTIFICATE"]
    assert file_return(user=person[0], taxpayer=person[1], data=demo_signers.signed()).filing


@pytest.mark.near_miss("FILE-CODE-CERTIFICATE")
@pytest.mark.error(each="told")
@pytest.mark.parametrize(("ended", "told"), [("ended_at", []), ("not_after", ["FILE-CODE-CERTIFICATE"])])
def test_a_certificate_that_is_ended_or_over_is_none(
    person: Pair, demo_signers: Signers, clock: Clock, ended: str, told: list[str]
) -> None:
    demo_signers.registered(person[1])
    RegisteredCertificate.objects.update(**{ended: clock.now + timedelta(seconds=1)})
    if told:
        assert codes(confirmed(person, code_for(person[0], FILE))) == ["SIG-NONE", *told]
    clock.forward(seconds=1)
    assert confirmed(person, code_for(person[0], FILE)).filing


def test_a_certificate_registered_meanwhile_is_asked_for_at_the_last_moment(
    person: Pair, demo_signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_for(person[0], FILE)

    def registered_meanwhile(*args: Any, **kwargs: Any) -> Intake:
        intake = examine(*args, **kwargs)
        demo_signers.registered(person[1])
        return intake

    monkeypatch.setattr("khaithue.portal.filing.actions.file_return.examine", registered_meanwhile)
    assert codes(confirmed(person, code)) == ["SIG-NONE", "FILE-CODE-CERTIFICATE"]


def test_a_sub_account_or_an_agent_does_not_confirm_by_code(person: Pair) -> None:
    clerk = User.objects.create_user("nhan-vien", email="nhan-vien@example.vn")
    Membership.objects.create(user=clerk, taxpayer=person[1])
    agent, agency = member("dai-ly", "0319900044", "ĐẠI LÝ THUẾ MẪU")
    AgentContract.objects.create(
        taxpayer=person[1], agent=agency, mst=agency.mst, name=agency.name, start=date(2020, 1, 1)
    )
    for user in (clerk, agent):
        outcome = confirmed((user, person[1]), code_for(user, FILE))
        assert codes(outcome) == ["SIG-NONE", "FILE-CODE-INSTEAD"]
    assert confirmed(person, code_for(person[0], FILE)).filing


def test_a_file_with_a_signature_of_any_kind_is_never_taken_by_code(
    person: Pair, demo_signers: Signers
) -> None:
    broken = demo_signers.signed().replace(b"<ct22>", b"<ct22>1", 1)
    assert "FILE-CODE-WRONG" not in codes(confirmed(person, code_for(person[0], broken), broken))
    assert not Filing.objects.exists()
    stranger = demo_signers.signed()
    assert codes(confirmed(person, code_for(person[0], stranger), stranger)) == [
        "FILE-CERTIFICATE-NOT-REGISTERED"
    ]


def test_two_returns_in_one_file_are_refused_as_of_a_signed_one(person: Pair) -> None:
    whole = SAMPLE[SAMPLE.index("<HSoKhaiThue") : SAMPLE.index("</HSoKhaiThue>") + len("</HSoKhaiThue>")]
    twice = SAMPLE.replace(whole, whole + whole).encode()
    assert codes(confirmed(person, code_for(person[0], twice), twice)) == ["SIG-SECOND-RETURN"]


def test_in_the_days_of_ihtkk_there_were_no_codes(person: Pair, settings: Settings) -> None:
    settings.ERAS = {"ihtkk": date(2026, 1, 1)}
    assert codes(confirmed(person, code_for(person[0], FILE))) == ["SIG-NONE"]


def test_under_circular_89_codes_go_on(person: Pair, settings: Settings) -> None:
    settings.ERAS = {"tt89": date(2026, 1, 1)}
    assert "SIG-NONE" not in [item.code for item in confirmed(person, code_for(person[0], FILE)).findings]
