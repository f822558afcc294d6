"""Registering: what is checked before an application is stored, and the slip that comes of it."""

from datetime import UTC, date, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pytest_django import Settings

from khaithue.exchange import returns_xml
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.audit.models import AuditEntry
from khaithue.portal.mail.models import Mail
from khaithue.portal.registration.actions.apply import apply, prepare
from khaithue.portal.registration.appointment import appointment_time, is_late
from khaithue.portal.registration.asked import Asked
from khaithue.portal.registration.models import Application
from khaithue.portal.registration.papers import slip
from khaithue.returns.check import check
from khaithue.returns.codec import decode
from khaithue.signing import demo_ca
from tests.portal.conftest import SITE, Clock
from tests.portal.register_steps import MST, NAME, Authority, applied, asked, new_authority, open_office

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("register"))


@pytest.fixture(autouse=True)
def _office(settings: Settings, authority: Authority, clock: Clock) -> None:
    open_office(settings, authority)


def codes(asking: Asked) -> set[str]:
    outcome = apply(asked=asking)
    assert (outcome.value is None) == bool(outcome.findings)
    return {item.code for item in outcome.findings}


def test_an_application_keeps_the_form_filled_with_what_the_certificate_says(authority: Authority) -> None:
    application = applied(asked(authority.certificate()))
    paper, wrong = decode(application.data)
    assert paper is not None
    assert not wrong
    assert (paper.form.code, paper.header["tIN"]) == ("01/ĐK-TĐT", MST)
    assert paper.header["tenCQT"] == "Thuế cơ sở 12 Thành phố Hồ Chí Minh"
    boxes = paper.values
    assert (boxes["ten"], boxes["email"]) == (NAME, "ke-toan@mau-c.example.vn")
    assert (boxes["dien_thoai"], boxes["nguoi_ky"]) == ("0912345678", "NGUYỄN VĂN C")
    certificate = x509.load_der_x509_certificate(bytes(application.certificate or b""))
    assert (boxes["serial"], boxes["mst_cts"]) == (f"{certificate.serial_number:X}", MST)
    assert (boxes["chu_the"], boxes["to_chuc"]) == (NAME, "KHAITHUE DEMO CA")
    assert (application.kind, application.state, application.office_code) == (
        "register",
        "received",
        "70123",
    )


def test_under_circular_19_the_office_answers_within_fifteen_minutes(
    authority: Authority, clock: Clock
) -> None:
    application = applied(asked(authority.certificate()))
    assert appointment_time(application) == datetime.fromisoformat("2026-07-01T09:15:00+07:00")
    assert application.appointment_on == date(2026, 7, 1)
    clock.forward(minutes=15)
    assert not is_late(application, clock.now)
    clock.forward(seconds=1)
    assert is_late(application, clock.now)


def test_under_ihtkk_the_slip_names_the_fifth_working_day(
    authority: Authority, settings: Settings, clock: Clock
) -> None:
    settings.ERAS = {"ihtkk": date(2026, 1, 1)}
    clock.now = datetime.fromisoformat("2026-08-28T16:00:00+07:00")
    application = applied(asked(authority.certificate(), start="09/2026"))
    # a Friday; then weekend, the national day with its swapped day, and a weekend
    assert application.appointment_on == date(2026, 9, 9)
    assert appointment_time(application) is None
    assert (application.form_code, application.start_on) == ("01/ĐK-iHTKK", date(2026, 9, 1))
    paper, _ = decode(application.data)
    assert paper is not None
    assert (paper.values["bat_dau"], paper.values["ban_sao"]) == ("2026-09", True)
    clock.now = datetime.fromisoformat("2026-09-09T23:59:59+07:00")
    assert not is_late(application, clock.now)
    clock.forward(seconds=1)
    assert is_late(application, clock.now)


def test_the_slip_is_a_paper_without_a_fault_by_hour_or_by_day(
    authority: Authority, settings: Settings
) -> None:
    by_hour = slip(applied(asked(authority.certificate())))
    assert by_hour.values["hen_luc"] == "2026-07-01T09:15:00+07:00"
    assert check(by_hour) == []
    Application.objects.all().delete()
    settings.ERAS = {"ihtkk": date(2026, 1, 1)}
    by_day = slip(applied(asked(authority.certificate())))
    assert (by_day.values.get("hen_luc"), by_day.values["hen_ngay"]) == (None, "2026-07-08")
    assert check(by_day) == []


def test_the_slip_is_mailed_with_a_link_that_is_forgotten_once_sent(authority: Authority) -> None:
    application = applied(asked(authority.certificate()))
    mail = Mail.objects.get(name=f"{application.code}.slip")
    assert mail.recipient == "ke-toan@mau-c.example.vn"
    assert f"{SITE}/register/slip/{application.key}/" in mail.body
    assert "09:15 01/07/2026" in mail.body
    assert mail.is_secret


def test_the_audit_trail_names_no_person(authority: Authority) -> None:
    application = applied(asked(authority.certificate()))
    entry = AuditEntry.objects.get(action="registration.apply")
    assert (entry.actor, entry.subject) == ("public", application.code)
    told = str(entry.detail)
    assert not any(fact in told for fact in (MST, NAME, "mau-c"))


@pytest.mark.error(each="code")
@pytest.mark.near_miss(each="code")
@pytest.mark.parametrize(
    ("changes", "code", "mended"),
    [
        ({"mst": "0319900052"}, "REG-MST", {"mst": "0319900051"}),
        ({"mst": "031990005"}, "REG-MST", {"mst": "031 990 0051"}),
        ({"name": "  "}, "REG-NAME", {"name": "C"}),
        ({"office_code": "70124"}, "REG-OFFICE", {"office_code": "70129"}),
        (
            {"email": "ke-toan", "email_again": "ke-toan"},
            "REG-EMAIL",
            {"email": "k@c.vn", "email_again": "k@c.vn"},
        ),
        (
            {"email_again": "ke-toan@mau-d.example.vn"},
            "REG-EMAIL-DIFFERS",
            {"email_again": "KE-TOAN@mau-c.example.vn"},
        ),
        ({"phone": "12345678"}, "REG-PHONE", {"phone": "123456789"}),
        ({"start": "06/2026"}, "REG-START", {"start": "07/2026"}),
        ({"start": "13/2026"}, "REG-START", {"start": "12/2026"}),
    ],
)
def test_a_wrong_fact_has_its_code_and_the_next_right_one_none(
    changes: dict[str, str], code: str, mended: dict[str, str], authority: Authority
) -> None:
    der = authority.certificate()
    assert codes(asked(der, **changes)) - {"CERT-OTHER-MST"} == {code}
    assert not Application.objects.exists()
    assert codes(asked(der, **{**changes, **mended})) == set()


def test_whoever_has_a_personal_number_is_a_person_and_need_not_say_so() -> None:
    assert codes(asked(mst="079085000001")) == set()
    assert codes(asked(mst="0319900051-001")) == {"REG-CERT-MISSING"}


def test_ihtkk_knew_nobody_without_a_certificate(settings: Settings) -> None:
    settings.ERAS = {"ihtkk": date(2026, 1, 1)}
    assert codes(asked(alone=True)) == {"REG-CERT-MISSING"}
    settings.ERAS = {"tt89": date(2026, 1, 1)}
    assert codes(asked(alone=True)) == set()


@pytest.mark.error("REG-CERT-MISSING")
@pytest.mark.near_miss("REG-CERT-MISSING")
def test_an_organisation_needs_a_certificate_and_a_person_without_says_so() -> None:
    assert codes(asked()) == {"REG-CERT-MISSING"}
    assert codes(asked(alone=True)) == set()
    assert Application.objects.get().certificate is None


def day(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T00:00:00+07:00").astimezone(UTC)


def test_a_certificate_expired_is_refused_and_on_its_last_day_taken(authority: Authority) -> None:
    assert codes(asked(authority.certificate(valid=(day("2024-01-01"), day("2026-07-01"))))) == {
        "CERT-EXPIRED"
    }
    assert codes(asked(authority.certificate(valid=(day("2024-01-01"), day("2026-07-02"))))) == set()


def test_a_certificate_not_yet_valid_is_refused_and_on_its_first_day_taken(authority: Authority) -> None:
    assert codes(asked(authority.certificate(valid=(day("2026-07-02"), day("2028-01-01"))))) == {
        "CERT-NOT-YET"
    }
    assert codes(asked(authority.certificate(valid=(day("2026-07-01"), day("2028-01-01"))))) == set()


def test_a_certificate_of_another_tax_code_is_refused(authority: Authority) -> None:
    assert "CERT-OTHER-MST" in codes(asked(authority.certificate("0319900044")))


def test_a_certificate_of_an_authority_nobody_knows_is_refused(authority: Authority) -> None:
    _root, stranger = demo_ca.new_authority()
    assert codes(asked(authority.certificate(issuer=stranger))) == {"CERT-UNTRUSTED"}


def test_a_revoked_certificate_is_refused(authority: Authority) -> None:
    assert codes(asked(authority.certificate(number=authority.revoked))) == {"CERT-REVOKED"}


@pytest.mark.error("CERT-FILE-NONE", "CERT-FILE-PRIVATE")
@pytest.mark.near_miss("CERT-FILE-NONE", "CERT-FILE-PRIVATE")
def test_a_key_file_is_refused_with_advice_and_any_other_file_too(authority: Authority) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = x509.load_der_x509_certificate(authority.certificate())
    name = certificate.subject
    own = demo_ca.certificate_builder(name, key, authority.issuing)
    issued = own.sign(authority.issuing.key, hashes.SHA256())
    p12 = pkcs12.serialize_key_and_certificates(b"c", key, issued, None, BestAvailableEncryption(b"thu"))
    assert codes(asked(p12)) == {"CERT-FILE-PRIVATE"}
    assert codes(asked(b"%PDF-1.7")) == {"CERT-FILE-NONE"}


@pytest.mark.error("REG-DUPLICATE")
@pytest.mark.near_miss("REG-DUPLICATE")
def test_a_second_application_waits_for_the_answer_to_the_first(authority: Authority) -> None:
    der = authority.certificate()
    first = applied(asked(der))
    outcome = apply(asked=asked(der))
    assert [item.code for item in outcome.findings] == ["REG-DUPLICATE"]
    assert first.code in outcome.findings[0].message.vi
    Application.objects.update(state=Application.State.REFUSED)
    assert codes(asked(der)) == set()


@pytest.mark.error("REG-ALREADY")
@pytest.mark.near_miss("REG-ALREADY")
def test_who_uses_the_service_does_not_register_again_but_who_has_left_may(authority: Authority) -> None:
    taxpayer = Taxpayer.objects.create(mst=MST, name=NAME, office_code="70123", office_name="Thuế")
    der = authority.certificate()
    assert codes(asked(der)) == {"REG-ALREADY"}
    taxpayer.service = Taxpayer.Service.STOPPED
    taxpayer.email = "cu@mau-c.example.vn"
    taxpayer.save()
    application = applied(asked(der))
    assert (application.kind, application.taxpayer) == ("return", taxpayer)
    warned = Mail.objects.get(name=f"{application.code}.owner")
    assert warned.recipient == "cu@mau-c.example.vn"


@pytest.mark.error("REG-EMAIL-TAKEN")
def test_an_address_of_another_account_is_not_taken(authority: Authority) -> None:
    User.objects.create_user("khac", email="KE-TOAN@mau-c.example.vn")
    assert codes(asked(authority.certificate())) == {"REG-EMAIL-TAKEN"}


@pytest.mark.near_miss("REG-EMAIL-TAKEN")
def test_the_form_that_is_reviewed_is_the_form_that_is_stored(authority: Authority, clock: Clock) -> None:
    asking = asked(authority.certificate())
    reviewed = prepare(asking, clock.now).paper
    stored, _ = decode(applied(asking).data)
    assert stored == reviewed
    assert returns_xml.read(returns_xml.write(reviewed)).return_ is not None
