"""Certificates: reading one that is handed in, registering it, and asking whether it is registered."""

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from django.db.models import Q
from django.utils import timezone

from khaithue.exchange.safe_xml import parse
from khaithue.portal.accounts.models import AgentContract, Taxpayer
from khaithue.portal.office.identity import trust_store
from khaithue.portal.registration.models import RegisteredCertificate
from khaithue.returns.findings import Finding, finding, has_errors
from khaithue.returns.taxid import compact
from khaithue.signing.certificates import (
    Signer,
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

    ``serial`` is upper-case hexadecimal, ``issuer`` the issuer's distinguished name as RFC 4514 writes it,
    ``fingerprint`` the SHA-256 of ``der`` in lower-case hexadecimal; all empty when nothing could be read.
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
    def issuer_name(self) -> str:
        """The issuer as people call it."""
        return common_name(self.issuer)

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
    certificates = certificates_in(data)
    if not certificates:
        return CertificateFacts((finding("CERT-FILE-NONE"),))
    return replace(facts_of(certificates[0]), findings=_against(certificates, mst, at))


def certificates_in(data: bytes) -> list[x509.Certificate]:
    """The certificates of a file that can be read whole, a person's before those of authorities."""
    found = [item for der in _ders(data[:LONGEST]) if (item := load_certificate(der)) is not None]
    return sorted(found, key=is_authority)


def facts_of(certificate: x509.Certificate) -> CertificateFacts:
    """What a certificate says, not judged."""
    signer, der = signer_of(certificate), _der(certificate)
    return CertificateFacts(
        holder=signer.name,
        mst=signer.mst[0] if signer.mst else "",
        serial=signer.serial,
        issuer=signer.issuer,
        not_before=signer.not_before,
        not_after=signer.not_after,
        fingerprint=hashlib.sha256(der).hexdigest(),
        der=der,
    )


def register_certificate(taxpayer: Taxpayer, facts: CertificateFacts, at: datetime) -> RegisteredCertificate:
    """Register what was read, whole and good, for a taxpayer; one registered already stays as it is.

    Call it inside the transaction of the act. ``ValueError`` for facts that may not be registered.
    """
    if not facts.is_good or facts.not_before is None or facts.not_after is None:
        raise ValueError(f"not to be registered: {[item.code for item in facts.findings]}")
    made, _ = RegisteredCertificate.objects.get_or_create(
        taxpayer=taxpayer,
        fingerprint=facts.fingerprint,
        ended_at=None,
        defaults={
            "serial": facts.serial,
            "issuer": facts.issuer[:400],
            "holder": facts.holder[:400],
            "mst": facts.mst,
            "not_before": facts.not_before,
            "not_after": facts.not_after,
            "der": facts.der,
            "added_at": at,
        },
    )
    return made


def against_registering(taxpayer: Taxpayer, facts: CertificateFacts) -> tuple[Finding, ...]:
    """Why a good certificate that was read is not registered now: CERT-ALREADY, CERT-OF-ANOTHER.

    A company and its dependent units (the same first ten digits) may share one.
    """
    if not facts.is_good:
        return ()
    same = RegisteredCertificate.objects.filter(fingerprint=facts.fingerprint, ended_at=None)
    if held := same.filter(taxpayer=taxpayer).first():
        since = f"{timezone.localtime(held.added_at):%d/%m/%Y}"
        return (finding("CERT-ALREADY", serial=held.serial, date=since),)
    if same.exclude(taxpayer__mst__startswith=compact(taxpayer.mst)[:10]).exists():
        return (finding("CERT-OF-ANOTHER", serial=facts.serial),)
    return ()


def certificate_in_force(taxpayer: Taxpayer, at: datetime) -> RegisteredCertificate | None:
    """A registered certificate of the taxpayer's own that it may still sign with at that moment."""
    return taxpayer.certificates.filter(ended_at=None, not_after__gt=at).first()


def is_registered(taxpayer: Taxpayer, signer: Signer, day: date) -> bool:
    """Whether the certificate a signature names is among those of the taxpayer, or of its agents of a day."""
    agents = AgentContract.objects.in_force(day).filter(taxpayer=taxpayer, agent__isnull=False)
    return RegisteredCertificate.objects.filter(
        Q(taxpayer=taxpayer) | Q(taxpayer__in=agents.values("agent")),
        ended_at__isnull=True,
        serial=signer.serial,
        issuer=signer.issuer[:400],
    ).exists()


def _against(certificates: list[x509.Certificate], mst: str, at: datetime) -> tuple[Finding, ...]:
    """What speaks against the first; one out of its time is asked for its issuer within it."""
    certificate, *beside = certificates
    policy, signer = current_policy(), signer_of(certificate)
    moment = min(max(at, signer.not_before), signer.not_after)
    above = [_der(item) for item in beside]
    return (
        *unfit(certificate, policy),
        *out_of_validity(signer, at),
        *not_for(signer, {mst}, policy, legal_day(at)),
        *check_chain(certificate, above, trust_store(), at=moment, policy=policy).findings,
    )


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
