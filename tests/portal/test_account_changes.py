"""Changes of an account: e-mail at both addresses, telephone with a code, certificates with their duty."""

import re
from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django import Settings

from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.audit.models import AuditEntry
from khaithue.portal.login.onetime import make_code
from khaithue.portal.mail.models import Mail
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.own_xml import read_notice
from khaithue.portal.office.identity import key_path, trust_directory
from khaithue.portal.registration.actions.change_certificate import add_certificate, end_certificate
from khaithue.portal.registration.actions.change_email import (
    ask_email,
    cancel_email,
    confirm_email,
    drop_email,
)
from khaithue.portal.registration.actions.change_phone import ask_phone, confirm_phone, purpose
from khaithue.portal.registration.certificate import read_certificate, register_certificate
from khaithue.portal.registration.change_notice import issue_change
from khaithue.portal.registration.change_paper import Change
from khaithue.portal.registration.duty import notify_by
from khaithue.portal.registration.models import ContactChange, RegisteredCertificate
from khaithue.returns.check import check
from khaithue.signing import demo_ca
from khaithue.signing.policy import current_policy
from khaithue.signing.target import Target
from khaithue.signing.trust import TrustStore
from khaithue.signing.verify import verify
from tests.portal.conftest import SITE, Clock
from tests.portal.signed import A, B, Signers

Pair = tuple[User, Taxpayer]
PASSWORD = "thu"  # noqa: S105  # of keys that live for one run
NEW, OLD = "ke-toan-moi@example.vn", "ke-toan-a@example.vn"
UNIT = "0319900012-001"


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    people = [demo_ca.DemoSubject(name, mst) for name, mst in (("A", A), ("B", B))]
    return Signers(demo_ca.create(tmp_path_factory.mktemp("authority"), people, password=PASSWORD))


@pytest.fixture(autouse=True)
def _office(settings: Settings, signers: Signers, clock: Clock) -> None:
    assert clock.now
    settings.OFFICE_PASSWORD = signers.authority.password
    key_path().parent.mkdir()
    key_path().write_bytes(signers.authority.office.read_bytes())
    trust_directory().symlink_to(signers.authority.trust)


@pytest.fixture
def company(company_a: Pair) -> Pair:
    return company_a


def asked(pair: Pair, new: str = NEW) -> list[str]:
    outcome = ask_email(user=pair[0], taxpayer=pair[1], new=new)
    return [item.code for item in outcome.findings]


def links() -> dict[str, list[str]]:
    """The secrets mailed, by recipient, newest mails first."""
    mails = Mail.objects.filter(name__startswith="contact-change", is_secret=True).order_by("-pk")
    found: dict[str, list[str]] = {}
    for mail in mails:
        found.setdefault(mail.recipient, []).extend(
            re.findall(rf"{SITE}/contact/([^/\s]+)/(?:cancel/)?", mail.body)
        )
    return found


def confirmed(secret: str) -> list[str]:
    return [item.code for item in confirm_email(secret=secret).findings]


def email_of(pair: Pair) -> str:
    pair[1].refresh_from_db()
    return pair[1].email


def test_an_email_counts_once_both_addresses_have_confirmed(company: Pair) -> None:
    assert asked(company) == []
    sent = links()
    assert {address: len(secrets) for address, secrets in sent.items()} == {NEW: 1, OLD: 2}
    assert confirmed(sent[NEW][0]) == []
    assert email_of(company) == OLD
    assert confirmed(sent[OLD][0]) == []
    assert email_of(company) == NEW
    change = ContactChange.objects.get()
    assert (change.old, change.new, change.done_at) == (OLD, NEW, timezone.now())
    told = Mail.objects.get(name=f"contact-change-{change.pk}-done")
    assert (told.recipient, NEW in told.body) == (OLD, True)


def test_only_digests_of_the_links_are_kept(company: Pair) -> None:
    asked(company)
    change = ContactChange.objects.get()
    for secrets in links().values():
        assert not set(secrets) & {change.old_secret, change.new_secret}
    trail = " ".join(str(entry.detail) for entry in AuditEntry.objects.all())
    assert NEW not in trail


def test_the_notice_of_the_era_tells_the_new_facts_signed_and_by_email(
    company: Pair, signers: Signers
) -> None:
    asked(company)
    for secret in (links()[NEW][0], links()[OLD][0]):
        confirmed(secret)
    notice = Notice.objects.get(kind=Notice.Kind.CHANGE)
    assert (notice.form_code, notice.taxpayer) == ("03/TB-TĐT", company[1])
    trust = TrustStore.load(signers.authority.trust)
    xml = bytes(notice.xml)
    assert verify(xml, trust=trust, at=timezone.now(), policy=current_policy(), target=Target.NOTICE).valid
    said = read_notice(xml).return_
    assert said is not None
    assert check(said) == []
    assert (said.values["ho_so"], said.values["ket_qua"], said.values["email"]) == ("2", "Y", NEW)
    assert notice.mail is not None
    assert notice.mail.recipient == NEW
    assert sorted(notice.mail.files.values_list("media_type", flat=True)) == [
        "application/pdf",
        "application/xml",
    ]


def test_before_circular_19_the_notice_was_form_201(company: Pair, signers: Signers) -> None:
    signers.registered(company[1])
    at = datetime.fromisoformat("2020-05-04T09:00:00+07:00")
    notice = issue_change(company[1], Change("certificate", company[0]), at)
    assert notice.form_code == "TB-TDoiTTinNNT"
    said = read_notice(bytes(notice.xml)).return_
    assert said is not None
    assert said.values["serial"] == company[1].certificates.get().serial
    assert said.values["issuer"] == "KHAITHUE DEMO CA"


@pytest.mark.near_miss("EMAIL-INVALID", "EMAIL-SAME")
def test_a_taxpayer_without_email_confirms_at_the_new_address_alone(company: Pair) -> None:
    Taxpayer.objects.filter(pk=company[1].pk).update(email="")
    company[1].refresh_from_db()
    assert asked(company) == []
    assert set(links()) == {NEW}
    assert confirmed(links()[NEW][0]) == []
    assert email_of(company) == NEW


@pytest.mark.error(each="code")
@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("khong-phai", "EMAIL-INVALID"),
        ("", "EMAIL-INVALID"),
        (OLD, "EMAIL-SAME"),
        (OLD.upper(), "EMAIL-SAME"),
        ("ke-toan-b@example.vn", "EMAIL-OF-ANOTHER"),
        ("b@example.vn", "EMAIL-OF-ANOTHER"),
    ],
)
def test_an_email_that_cannot_be_is_told(company: Pair, company_b: Pair, new: str, code: str) -> None:
    assert company_b[1].email == "ke-toan-b@example.vn"
    assert asked(company, new) == [code]
    assert not ContactChange.objects.exists()


@pytest.mark.near_miss("EMAIL-OF-ANOTHER")
def test_the_email_of_an_own_user_may_be_the_taxpayers(company: Pair) -> None:
    assert asked(company, "a@example.vn") == []


def test_a_link_is_used_once_and_within_its_time(company: Pair, clock: Clock) -> None:
    asked(company)
    sent = links()
    assert confirmed("x" * 43) == ["LINK-UNKNOWN"]
    assert confirmed(sent[NEW][0]) == []
    assert confirmed(sent[NEW][0]) == ["LINK-USED"]
    clock.forward(hours=48)
    assert confirmed(sent[OLD][0]) == ["LINK-EXPIRED"]
    assert email_of(company) == OLD


@pytest.mark.near_miss("LINK-EXPIRED")
def test_a_second_before_its_end_a_link_still_counts(company: Pair, clock: Clock) -> None:
    asked(company)
    clock.forward(hours=47, minutes=59, seconds=59)
    assert confirmed(links()[NEW][0]) == []


@pytest.mark.error("LINK-UNKNOWN", "LINK-USED")
@pytest.mark.near_miss("LINK-UNKNOWN", "LINK-USED")
def test_the_old_address_stops_the_change_and_the_new_one_cannot(company: Pair) -> None:
    asked(company)
    sent = links()
    assert [item.code for item in cancel_email(secret=sent[NEW][0]).findings] == ["LINK-UNKNOWN"]
    assert cancel_email(secret=sent[OLD][1]).value is not None
    assert [item.code for item in cancel_email(secret=sent[OLD][1]).findings] == ["LINK-USED"]
    assert confirmed(sent[NEW][0]) == ["LINK-USED"]
    assert email_of(company) == OLD


@pytest.mark.error("LINK-USED")
def test_a_new_request_voids_the_links_of_the_one_before(company: Pair) -> None:
    asked(company)
    before = links()[NEW][0]
    asked(company, "khac@example.vn")
    assert confirmed(before) == ["LINK-USED"]


def test_who_asked_takes_the_request_back(company: Pair) -> None:
    asked(company)
    drop_email(user=company[0], taxpayer=company[1])
    assert confirmed(links()[NEW][0]) == ["LINK-USED"]


def test_an_address_taken_meanwhile_is_refused_when_it_is_confirmed(company: Pair, company_b: Pair) -> None:
    asked(company)
    Taxpayer.objects.filter(pk=company_b[1].pk).update(email=NEW)
    assert confirmed(links()[NEW][0]) == ["EMAIL-OF-ANOTHER"]


@pytest.mark.error("PHONE-CODE")
@pytest.mark.near_miss("PHONE-CODE", "PHONE-SAME")
def test_a_phone_counts_with_the_code_that_was_mailed(company: Pair) -> None:
    change = ask_phone(user=company[0], taxpayer=company[1], new="0903 123.456").value
    assert change is not None
    code = make_code(company[0], purpose(change))
    wrong = "000000" if code != "000000" else "111111"
    refusal = confirm_phone(user=company[0], change=change, code=wrong)
    assert [item.code for item in refusal.findings] == ["PHONE-CODE"]
    assert confirm_phone(user=company[0], change=change, code=code).value is not None
    company[1].refresh_from_db()
    assert company[1].phone == "0903123456"
    assert Notice.objects.get().title.endswith("số điện thoại")
    again = confirm_phone(user=company[0], change=change, code=code)
    assert [item.code for item in again.findings] == ["LINK-USED"]


def test_a_code_of_another_change_confirms_nothing(company: Pair) -> None:
    changes = [
        ask_phone(user=company[0], taxpayer=company[1], new=new).value for new in ("0903123456", "0903123457")
    ]
    assert changes[0]
    assert changes[1]
    code = make_code(company[0], purpose(changes[0]))
    assert confirm_phone(user=company[0], change=changes[1], code=code).value is None


@pytest.mark.error("LINK-EXPIRED")
def test_a_phone_is_confirmed_within_half_an_hour(company: Pair, clock: Clock) -> None:
    change = ask_phone(user=company[0], taxpayer=company[1], new="0903123456").value
    assert change is not None
    clock.forward(minutes=30)
    code = make_code(company[0], purpose(change))
    outcome = confirm_phone(user=company[0], change=change, code=code)
    assert [item.code for item in outcome.findings] == ["LINK-EXPIRED"]


@pytest.mark.error(each="code")
@pytest.mark.near_miss("PHONE-INVALID")
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "PHONE-INVALID"),
        ("090312345", "PHONE-INVALID"),
        ("090312345678", "PHONE-INVALID"),
        ("1903123456", "PHONE-INVALID"),
        ("chín không ba", "PHONE-INVALID"),
        ("0900000001", "PHONE-SAME"),
        ("090.000.0001", "PHONE-SAME"),
        ("0900000002", ""),
        ("02438222222", ""),
        ("+84 903 123 456", ""),
    ],
)
def test_a_phone_number_that_cannot_be_is_told(company: Pair, typed: str, code: str) -> None:
    Taxpayer.objects.filter(pk=company[1].pk).update(phone="0900000001")
    company[1].refresh_from_db()
    outcome = ask_phone(user=company[0], taxpayer=company[1], new=typed)
    assert "".join(item.code for item in outcome.findings) == code


def added(pair: Pair, data: bytes, ending: list[int] | None = None) -> list[str]:
    outcome = add_certificate(user=pair[0], taxpayer=pair[1], data=data, ending=ending or [])
    return [item.code for item in outcome.findings]


@pytest.mark.error("CERT-ALREADY")
@pytest.mark.near_miss("CERT-ALREADY")
def test_a_new_certificate_is_registered_and_the_old_one_ended(company: Pair, signers: Signers) -> None:
    old = RegisteredCertificate.objects.create(
        taxpayer=company[1],
        serial="5A",
        issuer="CN=X",
        holder="A",
        not_before=demo_ca.VALID_FROM,
        not_after=demo_ca.VALID_TO,
        fingerprint="ab" * 32,
        der=b"x",
        added_at=demo_ca.VALID_FROM,
    )
    assert added(company, signers.certificate(), [old.pk]) == []
    old.refresh_from_db()
    assert old.ended_at == timezone.now()
    held = company[1].certificates.get(ended_at=None)
    assert (held.holder, held.mst, bytes(held.der)) == ("A", A, signers.certificate())
    assert Notice.objects.get().title.endswith("chứng thư số")
    assert added(company, signers.certificate()) == ["CERT-ALREADY"]


def test_nobody_ends_the_certificate_of_another_taxpayer(
    company: Pair, company_b: Pair, signers: Signers
) -> None:
    signers.registered(company_b[1])
    theirs = company_b[1].certificates.get()
    assert added(company, signers.certificate(), [theirs.pk]) == []
    theirs.refresh_from_db()
    assert theirs.ended_at is None
    with pytest.raises(PermissionDenied):
        end_certificate(user=company[0], certificate=theirs)


def test_a_certificate_of_another_tax_code_or_out_of_time_is_not_registered(
    company: Pair, signers: Signers, clock: Clock
) -> None:
    assert added(company, signers.certificate(B)) == ["CERT-OTHER-MST"]
    assert added(company, b"khong phai") == ["CERT-FILE-NONE"]
    clock.forward(days=365 * 20)
    assert "CERT-EXPIRED" in added(company, signers.certificate())
    assert not company[1].certificates.exists()


@pytest.mark.error("CERT-OF-ANOTHER")
@pytest.mark.near_miss("CERT-OF-ANOTHER")
def test_a_certificate_registered_for_another_taxpayer_is_told_but_a_unit_shares_its_companys(
    company: Pair, company_b: Pair, signers: Signers
) -> None:
    facts = read_certificate(signers.certificate(), A, timezone.now())
    other = register_certificate(company_b[1], facts, timezone.now())
    assert added(company, signers.certificate()) == ["CERT-OF-ANOTHER"]
    unit = Taxpayer.objects.create(mst=UNIT, name="ĐVPT", office_code="1", office_name="X")
    RegisteredCertificate.objects.filter(pk=other.pk).update(taxpayer=unit)
    assert added(company, signers.certificate()) == []


def test_an_ended_certificate_may_be_registered_again(company: Pair, signers: Signers) -> None:
    added(company, signers.certificate())
    end_certificate(user=company[0], certificate=company[1].certificates.get())
    assert not company[1].certificates.filter(ended_at=None).exists()
    assert added(company, signers.certificate()) == []


@pytest.mark.parametrize(
    ("begun", "by"),
    [
        (date(2026, 7, 1), date(2026, 7, 3)),
        (date(2026, 7, 2), date(2026, 7, 6)),  # Saturday and Sunday between
        (date(2026, 4, 29), date(2026, 5, 5)),  # 30 April, 1 May and a weekend between
    ],
)
def test_a_new_certificate_is_told_within_two_working_days(begun: date, by: date) -> None:
    assert notify_by(begun) == by


def test_only_who_may_manage_changes_anything(company: Pair, signers: Signers) -> None:
    clerk = User.objects.create_user("nhan-vien", email="nhan-vien@example.vn")
    Membership.objects.create(user=clerk, taxpayer=company[1], may_manage=False)
    with pytest.raises(PermissionDenied):
        ask_email(user=clerk, taxpayer=company[1], new=NEW)
    with pytest.raises(PermissionDenied):
        ask_phone(user=clerk, taxpayer=company[1], new="0903123456")
    with pytest.raises(PermissionDenied):
        add_certificate(user=clerk, taxpayer=company[1], data=signers.certificate())
