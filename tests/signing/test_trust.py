"""The trust directory: what is read from it, and what is told instead of being read."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_crl

from khaithue.signing import demo_ca
from khaithue.signing.demo_ca import DemoSubject, Issuer
from khaithue.signing.trust import TrustStore


@pytest.fixture(scope="module")
def authorities() -> tuple[Issuer, Issuer]:
    return demo_ca.new_authority()


def codes(store: TrustStore) -> list[str]:
    return [item.code for item in store.findings]


def counts(store: TrustStore) -> tuple[int, int, int]:
    return len(store.roots), len(store.intermediates), len(store.crls)


@pytest.mark.near_miss("TRUST-EMPTY")
def test_der_and_pem_and_several_in_one_file(authorities: tuple[Issuer, Issuer], tmp_path: Path) -> None:
    root, issuing = authorities
    pem = b"".join(item.certificate.public_bytes(Encoding.PEM) for item in (root, issuing))
    (tmp_path / "all.PEM").write_bytes(b"chain of the demo\n" + pem)
    der = demo_ca.revocation_list(root, {})
    (tmp_path / "a.crl").write_bytes(der)
    (tmp_path / "b.crl").write_bytes(load_der_x509_crl(der).public_bytes(Encoding.PEM))
    (tmp_path / "README.txt").write_text("not read")
    (tmp_path / "key.p12").write_bytes(b"not read")
    store = TrustStore.load(tmp_path)
    assert counts(store) == (1, 1, 2)
    assert codes(store) == []


@pytest.mark.near_miss("TRUST-FILE")
@pytest.mark.parametrize("suffix", [".crt", ".cer", ".der"])
def test_every_usual_name_of_a_certificate(
    authorities: tuple[Issuer, Issuer], tmp_path: Path, suffix: str
) -> None:
    (tmp_path / f"root{suffix}").write_bytes(authorities[0].certificate.public_bytes(Encoding.DER))
    assert counts(TrustStore.load(tmp_path)) == (1, 0, 0)


@pytest.mark.error("TRUST-FILE")
@pytest.mark.parametrize("name", ["x.pem", "x.crt", "x.crl"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"junk",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        b"-----BEGIN X509 CRL-----",
    ],
)
def test_a_damaged_file_is_told_and_the_rest_serves(
    authorities: tuple[Issuer, Issuer], tmp_path: Path, name: str, data: bytes
) -> None:
    (tmp_path / "root.pem").write_bytes(authorities[0].certificate.public_bytes(Encoding.PEM))
    (tmp_path / name).write_bytes(data)
    store = TrustStore.load(tmp_path)
    assert codes(store) == ["TRUST-FILE"]
    assert counts(store) == (1, 0, 0)
    assert name in store.findings[0].message.vi


def test_a_person_s_certificate_is_no_authority(authorities: tuple[Issuer, Issuer], tmp_path: Path) -> None:
    root, issuing = authorities
    key = ec.generate_private_key(ec.SECP256R1())
    name = demo_ca.subject_name(DemoSubject("CÔNG TY TNHH MẪU A", "0319900012"))
    person = demo_ca.certificate_builder(name, key, issuing).sign(issuing.key, hashes.SHA256())
    (tmp_path / "root.pem").write_bytes(root.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "person.pem").write_bytes(person.public_bytes(Encoding.PEM))
    store = TrustStore.load(tmp_path)
    assert codes(store) == ["TRUST-FILE"]
    assert counts(store) == (1, 0, 0)


@pytest.mark.error("TRUST-EMPTY")
def test_a_directory_without_roots_is_told(authorities: tuple[Issuer, Issuer], tmp_path: Path) -> None:
    assert codes(TrustStore.load(tmp_path)) == ["TRUST-EMPTY"]
    assert codes(TrustStore.load(tmp_path / "missing")) == ["TRUST-EMPTY"]
    (tmp_path / "issuing.pem").write_bytes(authorities[1].certificate.public_bytes(Encoding.PEM))
    assert codes(TrustStore.load(tmp_path)) == ["TRUST-EMPTY"]
