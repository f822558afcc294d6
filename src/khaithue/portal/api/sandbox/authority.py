"""The authority of test taxpayers: its certificates open nothing but their own filings."""

import os
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

from khaithue.portal.office.identity import sandbox_directory
from khaithue.signing.demo_ca import (
    OFFICE,
    DemoSubject,
    Issuer,
    certificate_builder,
    new_authority,
    revocation_list,
    subject_name,
)


class Issued(NamedTuple):
    """A key with its certificate as PKCS#12, the file's password, and the certificate alone."""

    p12: bytes
    password: str
    certificate: x509.Certificate


def issue(name: str, mst: str) -> Issued:
    """A key and certificate of a test taxpayer; neither the key nor the password is kept."""
    return _certified(DemoSubject(name[:64], mst), _issuer())


def _certified(subject: DemoSubject, issuer: Issuer) -> Issued:
    key, password = ec.generate_private_key(ec.SECP256R1()), secrets.token_urlsafe(12)
    certificate = certificate_builder(subject_name(subject), key, issuer).sign(issuer.key, hashes.SHA256())
    protection = BestAvailableEncryption(password.encode())
    file = pkcs12.serialize_key_and_certificates(
        b"khaithue sandbox", key, certificate, [issuer.certificate], protection
    )
    return Issued(file, password, certificate)


def _write_office(directory: Path, issuing: Issuer) -> None:
    """The office of test taxpayers has a key of its own: the real one signs nothing of theirs."""
    directory.mkdir()
    file, password, _ = _certified(DemoSubject(OFFICE, ""), issuing)
    (directory / "office.p12").write_bytes(file)
    (directory / "password").write_text(password, encoding="utf-8")


def _issuer() -> Issuer:
    directory = sandbox_directory()
    if not directory.exists():
        _publish(directory)
    key = load_pem_private_key((directory / "issuing.key").read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the sandbox's key is not of the kind it makes")
    return Issuer(x509.load_pem_x509_certificate((directory / "trust" / "issuing.pem").read_bytes()), key)


def _publish(directory: Path) -> None:
    """Write the authority whole or not at all; of processes that start at once, one wins."""
    draft = Path(tempfile.mkdtemp(prefix="sandbox-", dir=directory.parent))
    _write(draft)
    try:
        draft.rename(directory)
    except OSError:
        shutil.rmtree(draft)


def _write(directory: Path) -> None:
    root, issuing = new_authority()
    trust = directory / "trust"
    trust.mkdir()
    for name, authority in (("root", root), ("issuing", issuing)):
        (trust / f"{name}.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
        (trust / f"{name}.crl").write_bytes(revocation_list(authority, {}))
    _write_office(directory / "office", issuing)
    handle = os.open(directory / "issuing.key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(issuing.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
