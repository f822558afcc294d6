"""Whom to trust: authorities and revocation lists from a directory."""

from dataclasses import dataclass
from pathlib import Path

from asn1crypto import crl as asn1_crl  # type: ignore[import-untyped]  # asn1crypto ships no types
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from khaithue.returns.findings import Finding, finding
from khaithue.signing.certificates import is_authority, load_certificate
from khaithue.signing.revocation import RevocationList, is_list, whole_list

_CERTIFICATES = frozenset({".pem", ".crt", ".cer", ".der"})
_LISTS = frozenset({".crl"})


@dataclass(frozen=True)
class TrustStore:
    """Authorities and their revocation lists. Self-signed ones are roots; others help to build chains.

    A root's own dates are not asked: to stop trusting a root is to take its file away. ``lists`` are those of
    ``crls`` that speak for all certificates of one authority, kept ready for fast questions.
    """

    roots: tuple[asn1_x509.Certificate, ...] = ()
    intermediates: tuple[asn1_x509.Certificate, ...] = ()
    crls: tuple[asn1_crl.CertificateList, ...] = ()
    lists: tuple[RevocationList, ...] = ()
    findings: tuple[Finding, ...] = ()

    @classmethod
    def load(cls, directory: Path) -> "TrustStore":
        """Read ``*.pem *.crt *.cer *.der *.crl``; what cannot be used is in ``findings``, the rest serves."""
        roots, intermediates, ders, findings = [], [], [], []
        for path in _trust_files(directory):
            for kind, der in _parts(path):
                authority = _authority(der) if kind == "CERTIFICATE" else None
                if kind == "X509 CRL" and is_list(der):
                    ders.append(der)
                elif authority is None:
                    findings.append(finding("TRUST-FILE", file=path.name))
                elif authority.issuer == authority.subject:
                    roots.append(authority)
                else:
                    intermediates.append(authority)
        if not roots:
            findings.append(finding("TRUST-EMPTY", directory=directory))
        crls = tuple(asn1_crl.CertificateList.load(der) for der in ders)
        lists = tuple(item for der in ders if (item := whole_list(der)) is not None)
        return cls(tuple(roots), tuple(intermediates), crls, lists, tuple(findings))


def to_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """The same certificate as the validator of chains wants it."""
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _trust_files(directory: Path) -> list[Path]:
    if not directory.is_dir():
        return []
    return sorted(path for path in directory.iterdir() if path.suffix.lower() in _CERTIFICATES | _LISTS)


def _parts(path: Path) -> list[tuple[str, bytes]]:
    """The kind and DER of each thing in a file; one that is not PEM is of the kind its name tells."""
    data = path.read_bytes()
    kind = "X509 CRL" if path.suffix.lower() in _LISTS else "CERTIFICATE"
    if not pem.detect(data):
        return [(kind, data)]
    try:
        return [(kind, der) for kind, _, der in pem.unarmor(data, multiple=True)]
    except ValueError:
        return [(kind, b"")]


def _authority(der: bytes) -> asn1_x509.Certificate | None:
    certificate = load_certificate(der)
    return to_asn1(certificate) if certificate is not None and is_authority(certificate) else None
