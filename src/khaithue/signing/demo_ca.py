"""A demonstration authority: root, issuing authority, revocation lists, and keys of people who do not exist.

Nothing it issues has legal force, and every certificate says so. Keys are random and live only in the
directory given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

DISCLAIMER = "DEMO – không có giá trị pháp lý"
OFFICE = "Cơ quan thuế thử nghiệm"
VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
VALID_TO = datetime(2045, 1, 1, tzinfo=UTC)
"""Demonstrations file for any period the forms know, so the certificates are valid throughout."""

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class DemoSubject:
    """Someone to give a certificate to; ``mst`` as printed (``0100109106-001``), empty for none."""

    name: str
    mst: str
    kind: Literal["ec", "rsa"] = "ec"
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class DemoAuthority:
    """What was written: the trust directory, the root alone (PEM), and the PKCS#12 files by tax code."""

    directory: Path
    trust: Path
    root: Path
    office: Path
    people: Mapping[str, Path]
    password: str


@dataclass(frozen=True)
class Issuer:
    """An authority's certificate and key, for issuing more."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def create(directory: Path, people: Sequence[DemoSubject], *, password: str) -> DemoAuthority:
    """Write ``trust/`` (certificates and lists), ``office.p12``, and ``<mst>.p12`` for each person.

    Files of those names are replaced. Raises ``OSError`` when the directory cannot be written.
    """
    trust = directory / "trust"
    trust.mkdir(parents=True, exist_ok=True)
    (directory / "README.txt").write_text(
        f"{DISCLAIMER}\nDemonstration keys, without legal force.\n", encoding="utf-8"
    )
    root, issuing = new_authority()
    written = {person.mst: _issue(directory, person, issuing, password) for person in people}
    revoked = {
        serial: person.revoked_at for person, (_, serial) in zip(people, written.values(), strict=True)
    }
    office, _ = _issue(directory, DemoSubject(OFFICE, "", "rsa"), issuing, password)
    for name, authority in (("root", root), ("issuing", issuing)):
        (trust / f"{name}.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    (trust / "root.crl").write_bytes(revocation_list(root, {}))
    (trust / "issuing.crl").write_bytes(revocation_list(issuing, revoked))
    return DemoAuthority(
        directory,
        trust,
        trust / "root.pem",
        office,
        {mst: path for mst, (path, _) in written.items()},
        password,
    )


def new_authority() -> tuple[Issuer, Issuer]:
    """A fresh root and the issuing authority below it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("KHAITHUE DEMO ROOT")
    root = Issuer(_authority(name, key, name, key, path_length=1), key)
    issuing = ec.generate_private_key(ec.SECP256R1())
    certificate = _authority(_name("KHAITHUE DEMO CA"), issuing, name, key, path_length=0)
    return root, Issuer(certificate, issuing)


def certificate_builder(subject: x509.Name, key: PrivateKey, issuer: Issuer) -> x509.CertificateBuilder:
    """An end certificate for signatures, not yet signed, so that tests can spoil one thing of it."""
    return (
        _dated(subject, key, issuer.certificate.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_documents=True), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
        )
    )


def subject_name(person: DemoSubject) -> x509.Name:
    """The subject as Vietnamese authorities write it: the tax code in UID, and here the disclaimer in OU."""
    identity = [x509.NameAttribute(NameOID.USER_ID, f"MST:{person.mst}")] if person.mst else []
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, DISCLAIMER),
            x509.NameAttribute(NameOID.COMMON_NAME, person.name),
            *identity,
        ]
    )


def revocation_list(issuer: Issuer, revoked: Mapping[int, datetime | None]) -> bytes:
    """A list in DER: the serial numbers revoked by this authority and when; None means not revoked."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
    builder = builder.last_update(VALID_FROM).next_update(VALID_TO)
    builder = builder.add_extension(x509.CRLNumber(1), critical=False).add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
    )
    for serial, moment in revoked.items():
        if moment is not None:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment).build()
            builder = builder.add_revoked_certificate(entry)
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _issue(directory: Path, person: DemoSubject, issuing: Issuer, password: str) -> tuple[Path, int]:
    """Write one person's key and certificate; the path and the certificate's number."""
    key = _new_key(person.kind)
    certificate = certificate_builder(subject_name(person), key, issuing).sign(issuing.key, hashes.SHA256())
    chain = [issuing.certificate]
    protection = BestAvailableEncryption(password.encode())
    path = directory / f"{person.mst or 'office'}.p12"
    path.touch(mode=0o600)
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"khaithue demo", key, certificate, chain, protection)
    )
    return path, certificate.serial_number


def _new_key(kind: Literal["ec", "rsa"]) -> PrivateKey:
    if kind == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, DISCLAIMER),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _authority(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    path_length: int,
) -> x509.Certificate:
    return (
        _dated(subject, key, issuer)
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_usage(signs_documents=False), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
        .sign(issuer_key, hashes.SHA256())
    )


def _dated(subject: x509.Name, key: PrivateKey, issuer: x509.Name) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_TO)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_documents: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs_documents,
        content_commitment=signs_documents,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs_documents,
        crl_sign=not signs_documents,
        encipher_only=False,
        decipher_only=False,
    )
