"""Loading a signer's key: each way in which it is of no use is told by its own code."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from khaithue.signing import demo_ca
from khaithue.signing.demo_ca import DemoSubject, Issuer
from khaithue.signing.keys import SigningKey, load_pkcs12
from khaithue.signing.policy import current_policy

AT = datetime(2026, 6, 18, 3, 0, tzinfo=UTC)
MST = "0319900012"
PASSWORD = "mật khẩu"  # noqa: S105  # of keys made here and thrown away
Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


@pytest.fixture(scope="module")
def issuing() -> Issuer:
    return demo_ca.new_authority()[1]


@pytest.fixture(scope="module")
def private() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def certificate(issuing: Issuer, key: Private) -> x509.Certificate:
    name = demo_ca.subject_name(DemoSubject("CÔNG TY TNHH MẪU A", MST))
    return demo_ca.certificate_builder(name, key, issuing).sign(issuing.key, hashes.SHA256())  # type: ignore[arg-type]  # odd keys too


def bundle(key: Private | None, holder: x509.Certificate | None) -> bytes:
    return pkcs12.serialize_key_and_certificates(
        b"khoa", key, holder, None, BestAvailableEncryption(PASSWORD.encode())
    )


def load(data: bytes, password: str = PASSWORD, at: datetime = AT) -> tuple[SigningKey | None, list[str]]:
    key, findings = load_pkcs12(data, password, at=at, policy=current_policy())
    return key, [item.code for item in findings]


@pytest.mark.near_miss("KEY-DAMAGED", "KEY-KIND", "KEY-MISMATCH", "KEY-NONE", "KEY-PASSWORD")
def test_a_good_key_loads_and_names_its_holder(issuing: Issuer, private: ec.EllipticCurvePrivateKey) -> None:
    key, found = load(bundle(private, certificate(issuing, private)))
    assert found == []
    assert key is not None
    assert key.signer.mst == (MST,)
    assert key.signer.name == "CÔNG TY TNHH MẪU A"


@pytest.mark.error("KEY-PASSWORD")
@pytest.mark.parametrize("password", ["", "mật khẩu ", "MẬT KHẨU"])
def test_a_wrong_password(issuing: Issuer, private: ec.EllipticCurvePrivateKey, password: str) -> None:
    assert load(bundle(private, certificate(issuing, private)), password) == (None, ["KEY-PASSWORD"])


@pytest.mark.error("KEY-DAMAGED")
def test_a_damaged_file(issuing: Issuer, private: ec.EllipticCurvePrivateKey) -> None:
    whole = bundle(private, certificate(issuing, private))
    for data in (b"", b"-----BEGIN CERTIFICATE-----", whole[:-1], whole[1:]):
        assert load(data) == (None, ["KEY-DAMAGED"])


@pytest.mark.error("KEY-NONE")
def test_a_certificate_without_its_key(issuing: Issuer, private: ec.EllipticCurvePrivateKey) -> None:
    assert load(bundle(None, certificate(issuing, private))) == (None, ["KEY-NONE"])
    assert load(bundle(private, None)) == (None, ["KEY-NONE"])


@pytest.mark.error("KEY-KIND")
def test_a_kind_of_key_that_cannot_sign(issuing: Issuer) -> None:
    odd = ed25519.Ed25519PrivateKey.generate()
    assert load(bundle(odd, certificate(issuing, odd))) == (None, ["KEY-KIND"])


def test_a_weak_key(issuing: Issuer) -> None:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  # the weakness under test
    assert load(bundle(weak, certificate(issuing, weak))) == (None, ["CERT-WEAK-KEY"])


def test_an_authority_s_own_key(issuing: Issuer) -> None:
    assert load(bundle(issuing.key, issuing.certificate)) == (None, ["CERT-IS-CA", "CERT-USAGE"])


def test_a_key_is_told_expired_before_anything_is_signed(
    issuing: Issuer, private: ec.EllipticCurvePrivateKey
) -> None:
    data = bundle(private, certificate(issuing, private))
    assert load(data, at=demo_ca.VALID_TO)[1] == []
    assert load(data, at=demo_ca.VALID_TO + timedelta(seconds=1)) == (None, ["CERT-EXPIRED"])
    assert load(data, at=demo_ca.VALID_FROM)[1] == []
    assert load(data, at=demo_ca.VALID_FROM - timedelta(seconds=1)) == (None, ["CERT-NOT-YET"])


@pytest.mark.error("KEY-MISMATCH")
def test_a_key_beside_another_s_certificate(
    issuing: Issuer, private: ec.EllipticCurvePrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No writer makes such a file, so the reader is made to give one."""
    data = bundle(private, certificate(issuing, private))
    other = pkcs12.PKCS12Certificate(certificate(issuing, ec.generate_private_key(ec.SECP256R1())), None)
    swapped = pkcs12.PKCS12KeyAndCertificates(private, other, [])
    monkeypatch.setattr(pkcs12, "load_pkcs12", lambda *_: swapped)
    assert load(data) == (None, ["KEY-MISMATCH"])


def test_a_stricter_policy_refuses_a_key_that_the_current_one_takes(issuing: Issuer) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    data = bundle(key, certificate(issuing, key))
    assert load(data)[1] == []
    stricter = replace(current_policy(), rsa_bits=3072)
    assert [f.code for f in load_pkcs12(data, PASSWORD, at=AT, policy=stricter)[1]] == ["CERT-WEAK-KEY"]
