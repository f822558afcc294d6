"""Verify the signature of a return or a notice, and hand on only what was verified."""

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

from khaithue.exchange.safe_xml import parse
from khaithue.returns.findings import Finding, finding
from khaithue.signing import certificates, profile
from khaithue.signing.canonical import canonical
from khaithue.signing.chain import check_chain
from khaithue.signing.policy import Policy
from khaithue.signing.profile import Claim
from khaithue.signing.status import SignatureStatus
from khaithue.signing.target import BLOCK, Target, legal_day
from khaithue.signing.trust import TrustStore


def verify(
    data: bytes,
    *,
    trust: TrustStore,
    at: datetime,
    policy: Policy,
    expected_mst: Collection[str] | None = None,
    target: Target = Target.RETURN,
) -> SignatureStatus:
    """What is true of the file's signature at a moment: for a filing, that of its receipt.

    ``at`` must know its time zone; ``ValueError`` otherwise.

    ``expected_mst`` are the tax codes that may sign: the filer's, and those of an agent or of an
    organisation declaring for it **whose authority the caller has checked**; the agent named in a return is
    only the sender's word. None leaves that question open (``right_taxpayer`` is then None).

    The cheapest questions come first. A file that is not of the profile is not verified, one that was
    changed after signing still has its certificate judged, so a person learns everything that is wrong at
    once.
    """
    day = legal_day(at)
    root, findings = parse(data)
    if root is None:
        return SignatureStatus(findings=tuple(findings))
    signed = profile.is_signed(root)
    claim, findings = profile.find_claim(root, target, policy, day)
    if claim is None:
        return SignatureStatus(signed=signed, findings=tuple(findings))
    leaf = certificates.load_certificate(claim.certificates[0])
    if leaf is None:
        return SignatureStatus(signed=signed, findings=(finding("SIG-KEYINFO", element="X509Certificate"),))
    covered = canonical(claim.content.element)
    if covered is None:
        return SignatureStatus(signed=signed, findings=(finding("SIG-PROFILE", element="xmlns"),))
    status = _claimed(claim, leaf, covered)
    status = _ask_content(status, claim, leaf, covered, policy)
    status = _ask_holder(status, leaf, at, policy, expected_mst)
    status = _ask_chain(status, claim, leaf, trust, at, policy)
    return replace(status, content=document(covered, target)) if status.intact and status.trusted else status


def _claimed(claim: Claim, leaf: x509.Certificate, covered: bytes) -> SignatureStatus:
    return SignatureStatus(
        signed=True,
        profile_ok=True,
        signer=certificates.signer_of(leaf),
        algorithm=f"{claim.method}, {certificates.key_name(leaf)}",
        signing_time=claim.signing_time,
        covered_digest=hashlib.sha256(covered).hexdigest(),
    )


def _ask_content(
    status: SignatureStatus, claim: Claim, leaf: x509.Certificate, covered: bytes, policy: Policy
) -> SignatureStatus:
    """Add whether the content is as signed; with a key too weak to tell that stays open."""
    if not certificates.key_is_strong(leaf, policy):
        return replace(status, key_strong=False)
    changed = _changed(claim, covered, leaf)
    return replace(status, key_strong=True, intact=not changed, findings=(*status.findings, *changed))


def _ask_holder(
    status: SignatureStatus,
    leaf: x509.Certificate,
    at: datetime,
    policy: Policy,
    expected_mst: Collection[str] | None,
) -> SignatureStatus:
    """Add whether the certificate may sign, at that moment, for that taxpayer."""
    signer = certificates.signer_of(leaf)
    unfit = certificates.unfit(leaf, policy)
    outside = certificates.out_of_validity(signer, at)
    asked = expected_mst is not None
    other = certificates.not_for(signer, expected_mst or (), policy, legal_day(at)) if asked else []
    return replace(
        status,
        fit_to_sign=not unfit,
        in_validity=not outside,
        right_taxpayer=not other if asked else None,
        findings=(*status.findings, *unfit, *outside, *other),
    )


def _ask_chain(
    status: SignatureStatus,
    claim: Claim,
    leaf: x509.Certificate,
    trust: TrustStore,
    at: datetime,
    policy: Policy,
) -> SignatureStatus:
    """Add who stands behind the certificate; an expired one is asked at its end: trust is a fact apart."""
    moment = min(max(at, leaf.not_valid_before_utc), leaf.not_valid_after_utc)
    chain = check_chain(leaf, claim.certificates[1:], trust, at=moment, policy=policy)
    return replace(
        status,
        trusted=chain.trusted,
        not_revoked=chain.not_revoked,
        findings=(*status.findings, *chain.findings),
    )


def _changed(claim: Claim, covered: bytes, leaf: x509.Certificate) -> list[Finding]:
    """Whether the content still has the signed digest, and the digest the signer's signature.

    The digest is computed twice, here and by xmlsec, by two ways of finding the element: both must agree.
    """
    element = claim.content.element
    signed = canonical(element, exclusive=True) if claim.exclusive else covered
    if signed is None or not hmac.compare_digest(
        hashlib.new(claim.digest, signed).digest(), claim.digest_value
    ):
        return [finding("SIG-CHANGED", element=etree.QName(element).localname)]
    context = xmlsec.SignatureContext()
    context.register_id(element, claim.content.id_name)
    try:
        context.key = xmlsec.Key.from_memory(_public_key(leaf), xmlsec.constants.KeyDataFormatPem)
        context.verify(claim.signature)
    except xmlsec.Error:
        return [finding("SIG-VALUE")]
    return []


def _public_key(leaf: x509.Certificate) -> bytes:
    return leaf.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def document(covered: bytes, target: Target) -> bytes:
    """The frame around canonical content alone; they carry their own namespaces."""
    opening = f'<{target.root} xmlns="{target.namespace}">'.encode()
    return opening + covered + f"<{BLOCK}></{BLOCK}></{target.root}>".encode()
