"""Reading a certificate somebody hands in to be registered: whose it is, its number, how long, of whom."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from khaithue.exchange.safe_xml import parse
from khaithue.portal.office.identity import trust_store
from khaithue.returns.findings import Finding, finding, has_errors
from khaithue.signing.certificates import (
    common_name,
    is_authority,
    load_certificate,
    not_for,
    out_of_validity,
    signer_of,
    unfit,
)
from khaithue.signing.chain import check_chain
from khaithue.signing.policy import current_policy
from khaithue.signing.target import DSIG, legal_day

LONGEST = 1_000_000
"""Most bytes that are read; a certificate has two thousand, a signed return may hold one."""


@dataclass(frozen=True)
class CertificateFacts:
    """What a certificate says, and what speaks against registering it.

    ``serial`` is upper-case hexadecimal, ``fingerprint`` the SHA-256 of ``der`` in lower-case hexadecimal;
    all are empty when nothing could be read.
    """

    findings: tuple[Finding, ...] = ()
    holder: str = ""
    mst: str = ""
    serial: str = ""
    issuer: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    fingerprint: str = ""
    der: bytes = b""

    @property
    def is_good(self) -> bool:
        """Whether nothing speaks against it."""
        return bool(self.der) and not has_errors(self.findings)


def read_certificate(data: bytes, mst: str, at: datetime) -> CertificateFacts:
    """The facts of the certificate in a file, and whether the holder of that tax code may sign with it then.

    The file is a certificate (DER or PEM, ``.cer``, ``.crt``), a PKCS#7 bundle (``.p7b``), or a signed XML,
    whose signer's certificate is taken. Findings: CERT-FILE-NONE, CERT-FILE-PRIVATE, and those of the
    certificate itself (CERT-OTHER-MST, CERT-NO-MST, CERT-EXPIRED, CERT-NOT-YET, CERT-UNTRUSTED, …).
    """
    if _is_private(data):
        return CertificateFacts((finding("CERT-FILE-PRIVATE"),))
    certificates = [item for der in _ders(data[:LONGEST]) if (item := load_certificate(der)) is not None]
    certificate = _holder_first(certificates)
    if certificate is None:
        return CertificateFacts((finding("CERT-FILE-NONE"),))
    signer, der = signer_of(certificate), certificate.public_bytes(Encoding.DER)
    return CertificateFacts(
        findings=_against(certificate, [_der(item) for item in certificates], mst, at),
        holder=signer.name,
        mst=signer.mst[0] if signer.mst else "",
        serial=signer.serial,
        issuer=common_name(signer.issuer),
        not_before=signer.not_before,
        not_after=signer.not_after,
        fingerprint=hashlib.sha256(der).hexdigest(),
        der=der,
    )


def _against(
    certificate: x509.Certificate, beside: list[bytes], mst: str, at: datetime
) -> tuple[Finding, ...]:
    """What speaks against it; one out of its time is asked for its issuer within it, as signatures are."""
    policy, signer = current_policy(), signer_of(certificate)
    moment = min(max(at, signer.not_before), signer.not_after)
    return (
        *unfit(certificate, policy),
        *out_of_validity(signer, at),
        *not_for(signer, {mst}, policy, legal_day(at)),
        *check_chain(certificate, beside, trust_store(), at=moment, policy=policy).findings,
    )


def _holder_first(certificates: list[x509.Certificate]) -> x509.Certificate | None:
    """The first that is a person's and not an authority's, else the first there is."""
    ends = [item for item in certificates if not is_authority(item)]
    return next(iter([*ends, *certificates]), None)


def _is_private(data: bytes) -> bool:
    """Whether the file holds a private key, which nobody should hand in: PEM, or PKCS#12 version 3."""
    return b"PRIVATE KEY-----" in data or (data[:1] == b"\x30" and b"\x02\x01\x03\x30" in data[:12])


def _ders(data: bytes) -> list[bytes]:
    stripped = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if stripped.startswith(b"<"):
        return _of_signature(data)
    for load in (
        x509.load_pem_x509_certificates,
        pkcs7.load_pem_pkcs7_certificates,
        pkcs7.load_der_pkcs7_certificates,
    ):
        try:
            return [_der(item) for item in load(data)]
        except Exception:  # noqa: S112  # hostile bytes fail in many ways; the next way of reading is tried
            continue
    return [data]


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _of_signature(data: bytes) -> list[bytes]:
    """The certificates beside the first signature of an XML file."""
    root, _ = parse(data)
    block = root.find(f".//{{{DSIG}}}X509Data") if root is not None else None
    if block is None:
        return []
    return [_base64(item.text or "") for item in block.findall(f"{{{DSIG}}}X509Certificate")]


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""
