"""The signer's key: a PKCS#12 file (``.p12``, ``.pfx``) and its password."""

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import pkcs12 as asn1_pkcs12  # type: ignore[import-untyped]  # asn1crypto ships no types
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12

from khaithue.returns.findings import Finding, finding
from khaithue.signing import certificates
from khaithue.signing.certificates import Signer
from khaithue.signing.policy import Policy


@dataclass(frozen=True)
class SigningKey:
    """A private key with its certificate and the authorities' certificates above it, nearest first."""

    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def signer(self) -> Signer:
        """Who the certificate names."""
        return certificates.signer_of(self.certificate)


def load_pkcs12(
    data: bytes, password: str, *, at: datetime, policy: Policy
) -> tuple[SigningKey | None, list[Finding]]:
    """The key in a PKCS#12 file, or why it cannot sign at that moment."""
    try:
        bundle = pkcs12.load_pkcs12(data, password.encode() or None)
    except ValueError:
        return None, [finding("KEY-PASSWORD" if _is_pkcs12(data) else "KEY-DAMAGED")]
    private, holder = bundle.key, bundle.cert
    if private is None or holder is None:
        return None, [finding("KEY-NONE")]
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        return None, [finding("KEY-KIND", kind=type(private).__name__)]
    key = SigningKey(private, holder.certificate, tuple(item.certificate for item in bundle.additional_certs))
    found = _unusable(key, at, policy)
    return (None, found) if found else (key, [])


def _unusable(key: SigningKey, at: datetime, policy: Policy) -> list[Finding]:
    certificate = key.certificate
    if _spki(key.private.public_key()) != _spki(certificate.public_key()):
        return [finding("KEY-MISMATCH")]
    return certificates.unfit(certificate, policy) + certificates.out_of_validity(key.signer, at)


def _spki(key: CertificatePublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _is_pkcs12(data: bytes) -> bool:
    """Whether the bytes are a whole PKCS#12 file, so that only the password can be wrong."""
    try:
        return bool(asn1_pkcs12.Pfx.load(data, strict=True)["auth_safe"]["content_type"].native)
    except (ValueError, TypeError):
        return False
