"""Reading a certificate handed in: what it says, in any file it comes in, and what speaks against it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7, pkcs12

from khaithue.portal.office.identity import trust_directory
from khaithue.portal.registration.certificate import CertificateFacts, read_certificate
from khaithue.signing import demo_ca
from khaithue.signing.demo_ca import DemoSubject, certificate_builder, new_authority, subject_name
from tests.portal.signed import NOON, A, B, Signers

PASSWORD = "thu"  # noqa: S105  # of keys that live for one run
OLD = "0319900020"


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    revoked = DemoSubject("THU HỒI", OLD, revoked_at=datetime(2026, 1, 1, tzinfo=UTC))
    people = [DemoSubject("CÔNG TY TNHH MẪU A", A), DemoSubject("B", B), revoked]
    return Signers(demo_ca.create(tmp_path_factory.mktemp("authority"), people, password=PASSWORD))


@pytest.fixture(autouse=True)
def _trusting(signers: Signers) -> None:
    trust_directory().symlink_to(signers.authority.trust)


def certificate(signers: Signers, mst: str = A) -> x509.Certificate:
    bundle = pkcs12.load_pkcs12(signers.authority.people[mst].read_bytes(), PASSWORD.encode())
    assert bundle.cert is not None
    return bundle.cert.certificate


def codes(facts: CertificateFacts) -> list[str]:
    return [item.code for item in facts.findings]


def test_the_facts_are_those_of_the_certificate(signers: Signers) -> None:
    given = certificate(signers)
    facts = read_certificate(given.public_bytes(Encoding.DER), A, NOON)
    assert (facts.is_good, facts.findings) == (True, ())
    assert (facts.holder, facts.mst) == ("CÔNG TY TNHH MẪU A", A)
    assert (facts.serial, facts.issuer_name) == (f"{given.serial_number:X}", "KHAITHUE DEMO CA")
    assert (facts.not_before, facts.not_after) == (demo_ca.VALID_FROM, demo_ca.VALID_TO)
    assert facts.fingerprint == given.fingerprint(hashes.SHA256()).hex()
    assert facts.der == given.public_bytes(Encoding.DER)


@pytest.mark.parametrize("kind", ["pem", "chain", "p7b", "p7b-pem", "xml"])
def test_the_same_certificate_is_read_from_every_kind_of_file(signers: Signers, kind: str) -> None:
    given = certificate(signers)
    issuing = x509.load_pem_x509_certificate((signers.authority.trust / "issuing.pem").read_bytes())
    data = {
        "pem": given.public_bytes(Encoding.PEM),
        "chain": issuing.public_bytes(Encoding.PEM) + given.public_bytes(Encoding.PEM),
        "p7b": pkcs7.serialize_certificates([issuing, given], Encoding.DER),
        "p7b-pem": pkcs7.serialize_certificates([issuing, given], Encoding.PEM),
        "xml": signers.signed(),
    }[kind]
    facts = read_certificate(data, A, NOON)
    assert (facts.is_good, facts.serial) == (True, f"{given.serial_number:X}")


@pytest.mark.parametrize("data", [b"", b"chung thu", b"<a/>", b"<a", b"\x30\x03\x02\x01\x01", b"%PDF-1.7"])
def test_a_file_without_a_certificate_is_told(data: bytes) -> None:
    facts = read_certificate(data, A, NOON)
    assert (codes(facts), facts.is_good, facts.der) == (["CERT-FILE-NONE"], False, b"")


def test_a_private_key_is_never_taken(signers: Signers) -> None:
    bundle = signers.authority.people[A].read_bytes()
    pem = b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"
    for data in (bundle, pem, pem + certificate(signers).public_bytes(Encoding.PEM)):
        facts = read_certificate(data, A, NOON)
        assert (codes(facts), facts.der) == (["CERT-FILE-PRIVATE"], b"")


def test_a_certificate_of_another_tax_code_is_told(signers: Signers) -> None:
    facts = read_certificate(certificate(signers, B).public_bytes(Encoding.DER), A, NOON)
    assert (codes(facts), facts.mst) == (["CERT-OTHER-MST"], B)


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (demo_ca.VALID_TO + timedelta(seconds=1), "CERT-EXPIRED"),
        (demo_ca.VALID_FROM - timedelta(1), "CERT-NOT-YET"),
    ],
)
def test_a_certificate_out_of_its_time_is_told(signers: Signers, at: datetime, code: str) -> None:
    assert codes(read_certificate(certificate(signers).public_bytes(Encoding.DER), A, at)) == [code]


def test_the_last_second_of_a_certificate_is_good(signers: Signers) -> None:
    given = certificate(signers).public_bytes(Encoding.DER)
    assert read_certificate(given, A, demo_ca.VALID_TO).is_good


def test_a_revoked_certificate_is_told(signers: Signers) -> None:
    given = certificate(signers, OLD).public_bytes(Encoding.DER)
    assert codes(read_certificate(given, OLD, NOON)) == ["CERT-REVOKED"]


def test_a_certificate_of_an_unknown_authority_is_told() -> None:
    _, issuing = new_authority()
    key = ec.generate_private_key(ec.SECP256R1())
    made = certificate_builder(subject_name(DemoSubject("A", A)), key, issuing).sign(
        issuing.key, hashes.SHA256()
    )
    assert codes(read_certificate(made.public_bytes(Encoding.DER), A, NOON)) == ["CERT-UNTRUSTED"]


def test_an_authoritys_own_certificate_is_no_signers(signers: Signers) -> None:
    issuing = Path(signers.authority.trust / "issuing.pem").read_bytes()
    assert "CERT-IS-CA" in codes(read_certificate(issuing, A, NOON))
