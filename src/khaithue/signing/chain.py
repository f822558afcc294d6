"""The chain of a signer's certificate to a trusted root at a moment, and what was revoked in it by then."""

from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, cast

from asn1crypto import x509 as asn1_x509  # type: ignore[import-untyped]  # asn1crypto ships no types
from cryptography import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import DisallowedAlgorithmError, RevokedError
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    NO_REVOCATION,
    CertRevTrustPolicy,
    DisallowWeakAlgorithmsPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

from khaithue.returns.findings import Finding, finding
from khaithue.signing.certificates import load_certificate
from khaithue.signing.policy import Policy
from khaithue.signing.revocation import revoked_before
from khaithue.signing.target import legal_day, legal_time
from khaithue.signing.trust import TrustStore, to_asn1

_ALWAYS_CRL = RevocationCheckingPolicy(
    RevocationCheckingRule.CRL_REQUIRED, RevocationCheckingRule.CRL_REQUIRED
)


@dataclass(frozen=True)
class Chain:
    """What the chain of a certificate shows; ``not_revoked`` is None when no list could tell."""

    trusted: bool
    not_revoked: bool | None
    findings: tuple[Finding, ...] = ()


def check_chain(
    certificate: x509.Certificate,
    extra: Sequence[bytes],
    trust: TrustStore,
    *,
    at: datetime,
    policy: Policy,
) -> Chain:
    """Whether a certificate leads to a root at that moment, and whether any in its chain was revoked by then.

    ``extra`` are certificates that came with the signature: they help to build the chain and are trusted
    for nothing. A list issued after that moment also serves, by the dates of revocation in it, so an old
    filing can be checked again; a list whose next update was due before that moment does not.
    """
    issuer = certificate.issuer.rfc4514_string()
    path = _path(certificate, extra, trust, at, policy, NO_REVOCATION)
    if isinstance(path, Exception):
        code = "CERT-WEAK-CHAIN" if isinstance(path, DisallowedAlgorithmError) else "CERT-UNTRUSTED"
        return Chain(False, None, (finding(code, issuer=issuer),))
    known, revoked = _asked_of_lists(path, trust, at, policy)
    if not known and revoked is None and len(trust.lists) < len(trust.crls):
        known, revoked = _asked_of_validator(certificate, extra, trust, at, policy)
    if revoked is not None:
        date = f"{legal_time(revoked):%d/%m/%Y}"
        return Chain(True, False, (finding("CERT-REVOKED", date=date),))
    if known:
        return Chain(trusted=True, not_revoked=True)
    unknown = finding("CERT-REVOCATION-UNKNOWN", issuer=issuer)
    return Chain(True, None, (replace(unknown, level=policy.revocation_unknown),))


def _asked_of_lists(
    path: ValidationPath, trust: TrustStore, at: datetime, policy: Policy
) -> tuple[bool, datetime | None]:
    """Whether the whole lists know every certificate of the path, and the first revocation among them."""
    certificates = [
        x509.load_der_x509_certificate(item.dump()) for item in path.iter_certs(include_root=True)
    ]
    weak = policy.weak_hashes_on(legal_day(at))
    answers = [
        revoked_before(held, issuer, trust.lists, at=at, weak=weak) for issuer, held in pairwise(certificates)
    ]
    revoked = min((when for _, when in answers if when is not None), default=None)
    return all(known for known, _ in answers), revoked


def _asked_of_validator(
    certificate: x509.Certificate, extra: Sequence[bytes], trust: TrustStore, at: datetime, policy: Policy
) -> tuple[bool, datetime | None]:
    """The same of every list there is, those for some certificates only among them: exact, and slow."""
    outcome = _path(certificate, extra, trust, at, policy, _ALWAYS_CRL)
    if isinstance(outcome, RevokedError):
        return True, outcome.revocation_dt
    return not isinstance(outcome, Exception), None


def _path(
    certificate: x509.Certificate,
    extra: Sequence[bytes],
    trust: TrustStore,
    at: datetime,
    policy: Policy,
    revocation: RevocationCheckingPolicy,
) -> ValidationPath | Exception:
    """A valid path from a root, or why there is none. Certificates are hostile: any failure is an answer."""
    try:
        context = ValidationContext(
            trust_roots=list(trust.roots),
            other_certs=[*trust.intermediates, *_readable(extra)],
            crls=list(trust.crls) if revocation.essential else (),
            moment=at,
            time_tolerance=timedelta(0),
            allow_fetching=False,
            revinfo_policy=CertRevTrustPolicy(revocation, retroactive_revinfo=True),
            algorithm_usage_policy=_algorithms(policy, at),
        )
        validator = CertificateValidator(to_asn1(certificate), validation_context=context)
        return _run(validator.async_validate_path())
    except Exception as failure:
        return failure


def _run(coroutine: Coroutine[Any, Any, ValidationPath]) -> ValidationPath:
    """Run a coroutine to its end without an event loop: with fetching off it has nothing to wait for."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return cast("ValidationPath", end.value)
    coroutine.close()
    raise RuntimeError("the validator of certificates waits for something")


def _algorithms(policy: Policy, at: datetime) -> DisallowWeakAlgorithmsPolicy:
    weak = policy.weak_hashes_on(legal_day(at))
    return DisallowWeakAlgorithmsPolicy(  # type: ignore[no-untyped-call]  # its constructor is untyped
        weak_hash_algos=weak, rsa_key_size_threshold=policy.rsa_bits
    )


def _readable(certificates: Sequence[bytes]) -> list[asn1_x509.Certificate]:
    return [to_asn1(item) for der in certificates if (item := load_certificate(der)) is not None]
