"""Revocation lists read once and asked often: a table of serial numbers, not a walk through every entry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import ExtensionOID

_NARROWING = frozenset({ExtensionOID.ISSUING_DISTRIBUTION_POINT, ExtensionOID.DELTA_CRL_INDICATOR})


@dataclass(frozen=True, eq=False)
class RevocationList:
    """A list that speaks for all certificates of the authority that signed it."""

    crl: x509.CertificateRevocationList

    @cached_property
    def dates(self) -> dict[int, datetime]:
        """When each certificate was revoked, by its serial number."""
        return {entry.serial_number: entry.revocation_date_utc for entry in self.crl}

    def serves(self, issuer: x509.Certificate, at: datetime, weak: frozenset[str]) -> bool:
        """Whether the list is this authority's and not past its next update; one issued later serves too."""
        until, hash_ = self.crl.next_update_utc, self.crl.signature_hash_algorithm
        if self.crl.issuer != issuer.subject or until is None or at > until:
            return False
        return hash_ is not None and hash_.name not in weak and _signed_by(self, issuer)


def is_list(der: bytes) -> bool:
    """Whether these DER bytes are a readable revocation list."""
    try:
        return x509.load_der_x509_crl(der).extensions is not None
    except (ValueError, x509.DuplicateExtension):
        return False


def whole_list(der: bytes) -> RevocationList | None:
    """The list in these bytes, for which ``is_list`` holds; None when it is for some certificates only."""
    crl = x509.load_der_x509_crl(der)
    narrow = any(item.critical or item.oid in _NARROWING for item in crl.extensions)
    return None if narrow else RevocationList(crl)


def revoked_before(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    lists: Iterable[RevocationList],
    *,
    at: datetime,
    weak: frozenset[str],
) -> tuple[bool, datetime | None]:
    """Whether any list could tell, and when the certificate was revoked if that was before the moment.

    ``weak`` are names of hashes that a list may not be signed with. One list that says revoked outweighs
    any other.
    """
    serving = [item for item in lists if item.serves(issuer, at, weak)]
    found = [item.dates.get(certificate.serial_number) for item in serving]
    return bool(serving), min((when for when in found if when is not None and when < at), default=None)


@lru_cache(maxsize=256)
def _signed_by(listing: RevocationList, issuer: x509.Certificate) -> bool:
    """Whether the authority signed the list and may sign lists; remembered, for a list is long."""
    key = issuer.public_key()
    try:
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
        return usage.crl_sign and listing.crl.is_signature_valid(key)  # type: ignore[arg-type]  # other keys raise
    except x509.ExtensionNotFound:
        return listing.crl.is_signature_valid(key)  # type: ignore[arg-type]  # other keys raise
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False
