"""What a certificate says about its holder, and what it must be to sign a return."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from khaithue.returns import taxid
from khaithue.returns.findings import Finding, finding
from khaithue.signing.policy import Policy

UID = x509.NameOID.USER_ID
"""OID 0.9.2342.19200300.100.1.1, in which Vietnamese authorities write ``MST:…`` and ``CCCD:…``."""

_IDENTITY = re.compile(r"\s*([A-Z]+)\s*:\s*(\S.*?)\s*")
_TAX_CODE = re.compile(r"[0-9]{10}(?:[0-9]{3})?|[0-9]{12}")
_PERSONAL_NUMBER = re.compile(r"[0-9]{12}")


@dataclass(frozen=True)
class Signer:
    """Who a certificate names. ``mst`` holds the tax codes, digits only; ``cccd`` the personal numbers.

    ``serial`` is the certificate's number in upper-case hexadecimal, as accounts register it.
    """

    name: str
    subject: str
    issuer: str
    serial: str
    mst: tuple[str, ...]
    cccd: tuple[str, ...]
    not_before: datetime
    not_after: datetime


def load_certificate(der: bytes) -> x509.Certificate | None:
    """The certificate of these DER bytes, or None when it, its key or its extensions cannot be read.

    Fields are read late and hostile bytes fail in many ways, so everything asked later is asked here once.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        for ask in (signer_of, is_authority, may_sign, key_name):
            ask(certificate)
    except Exception:
        return None
    return certificate


def signer_of(certificate: x509.Certificate) -> Signer:
    """The holder that a certificate names; raises ``ValueError`` for a malformed one."""
    subject = certificate.subject
    return Signer(
        name=", ".join(str(item.value) for item in subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)),
        subject=subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        serial=f"{certificate.serial_number:X}",
        mst=_identities(subject, "MST"),
        cccd=_identities(subject, "CCCD"),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether the certificate's basic constraints make it an authority's, fit to issue others."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def key_name(certificate: x509.Certificate) -> str:
    """The kind and size of the key: ``RSA-2048``, ``EC-secp256r1``, or the type's name for any other."""
    key = certificate.public_key()
    match key:
        case rsa.RSAPublicKey():
            return f"RSA-{key.key_size}"
        case ec.EllipticCurvePublicKey():
            return f"EC-{key.curve.name}"
    return type(key).__name__


def key_is_strong(certificate: x509.Certificate, policy: Policy) -> bool:
    """Whether the key is RSA of enough bits or on an accepted curve."""
    key = certificate.public_key()
    match key:
        case rsa.RSAPublicKey():
            return key.key_size >= policy.rsa_bits
        case ec.EllipticCurvePublicKey():
            return key.curve.name in policy.curves
    return False


def may_sign(certificate: x509.Certificate) -> bool:
    """Whether the key usage, when the certificate states one, allows signatures of documents."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def unfit(certificate: x509.Certificate, policy: Policy) -> list[Finding]:
    """Why a certificate may not sign at all: an authority's own, a weak key, another use."""
    found = []
    if is_authority(certificate):
        found.append(finding("CERT-IS-CA"))
    if not key_is_strong(certificate, policy):
        found.append(finding("CERT-WEAK-KEY", key=key_name(certificate), bits=policy.rsa_bits))
    if not may_sign(certificate):
        found.append(finding("CERT-USAGE"))
    return found


def out_of_validity(signer: Signer, at: datetime) -> list[Finding]:
    """Why a certificate is not in its period of validity at that moment; both ends belong to the period."""
    if at < signer.not_before:
        return [finding("CERT-NOT-YET", date=f"{signer.not_before:%d/%m/%Y}")]
    if at > signer.not_after:
        return [finding("CERT-EXPIRED", date=f"{signer.not_after:%d/%m/%Y}")]
    return []


def not_for(signer: Signer, taxpayers: Collection[str], policy: Policy, day: date) -> list[Finding]:
    """Why the signer is none of these taxpayers (the filer, its agent, the organisation declaring for it)."""
    held = set(signer.mst)
    if day >= policy.personal_number_from:
        held.update(number for number in signer.cccd if _PERSONAL_NUMBER.fullmatch(number))
    wanted = {taxid.compact(item) for item in taxpayers}
    if not held:
        return [finding("CERT-NO-MST", subject=signer.name)]
    if held & wanted or (
        policy.parent_signs_for_unit and held & {item[:10] for item in wanted if len(item) == 13}
    ):
        return []
    return [finding("CERT-OTHER-MST", signer=", ".join(sorted(held)), taxpayer=", ".join(sorted(wanted)))]


def _identities(subject: x509.Name, kind: str) -> tuple[str, ...]:
    found = []
    for attribute in subject.get_attributes_for_oid(UID):
        match = _IDENTITY.fullmatch(str(attribute.value))
        if match and match[1] == kind and _TAX_CODE.fullmatch(taxid.compact(match[2])):
            found.append(taxid.compact(match[2]))
    return tuple(found)


def common_name(distinguished: str) -> str:
    """The CN of an RFC 4514 name, or all of it.

    >>> common_name("CN=Demo CA,O=Khaithue,C=VN")
    'Demo CA'
    """
    names = [part[3:] for part in distinguished.split(",") if part.startswith("CN=")]
    return names[0] if names else distinguished
