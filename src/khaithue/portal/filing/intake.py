"""A file on its way in: verified, then read, then checked; nothing is stored here."""

import hashlib
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from khaithue.exchange import returns_xml
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.filing.by_code import about_unsigned
from khaithue.portal.filing.papers import Paper
from khaithue.portal.filing.rules import OF_THE_RETURN, ask
from khaithue.portal.filing.submission import Submission
from khaithue.portal.office.identity import trust_store
from khaithue.returns.check import check
from khaithue.returns.findings import Finding, finding, has_errors
from khaithue.signing.policy import current_policy
from khaithue.signing.status import SignatureStatus
from khaithue.signing.unsigned import unsigned_content
from khaithue.signing.verify import verify

UNSIGNED = "SIG-NONE"
"""What is found of a file that carries no signature."""


@dataclass(frozen=True)
class Intake:
    """What examining a file showed; ``submission`` is there when it is validly signed and readable.

    Or when it is not signed, was examined to be confirmed by code, and is readable; ``unsigned_sha256`` is
    then the digest of its content. ``papers`` are those that go with the return.
    """

    data: bytes
    received_at: datetime
    status: SignatureStatus = field(default_factory=SignatureStatus)
    unsigned_sha256: str = ""
    submission: Submission | None = None
    findings: tuple[Finding, ...] = ()
    papers: tuple[Paper, ...] = ()

    @property
    def body_sha256(self) -> str:
        """The digest of the very bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def by_code(self) -> bool:
        """Whether a code has to stand in place of the signature."""
        return bool(self.unsigned_sha256)

    @property
    def content_sha256(self) -> str:
        """The digest of the canonical content, signed or not: the same for every spelling of one return."""
        return self.unsigned_sha256 or self.status.covered_digest

    @property
    def signer(self) -> dict[str, str]:
        """The facts of the signature that are kept with the filing."""
        if self.status.signer is None:
            return {}
        facts = {name: _as_text(value) for name, value in asdict(self.status.signer).items()}
        return {**facts, "algorithm": self.status.algorithm, "signing_time": self.status.signing_time}


def _as_text(fact: str | tuple[str, ...] | datetime) -> str:
    match fact:
        case tuple():
            return ", ".join(fact)
        case datetime():
            return fact.isoformat()
    return fact


def examine(taxpayer: Taxpayer, data: bytes, received_at: datetime, *, by_code: bool = False) -> Intake:
    """Verify the signature, then read what it covers and nothing else, then check figures and rules.

    ``by_code``: a file that carries no signature at all is read as one to be confirmed by code.
    """
    if len(data) > settings.UPLOAD_BYTES:
        too_large = finding("FILE-TOO-LARGE", size=len(data), limit=settings.UPLOAD_BYTES)
        return Intake(data, received_at, findings=(too_large,))
    status = verify(
        data,
        trust=trust_store(sandbox=taxpayer.is_sandbox),
        at=received_at,
        policy=current_policy(),
        expected_mst=taxpayer.signers(timezone.localdate(received_at)),
    )
    intake = Intake(data, received_at, status, findings=status.findings)
    if [item.code for item in status.findings] == [UNSIGNED]:
        return _unsigned(taxpayer, intake, by_code=by_code)
    if not status.valid or status.content is None:
        return intake
    return _read(taxpayer, intake, status.content)


def _unsigned(taxpayer: Taxpayer, intake: Intake, *, by_code: bool) -> Intake:
    if not by_code:
        told = about_unsigned(taxpayer, intake.received_at)
        return replace(intake, findings=intake.findings + told)
    content, findings = unsigned_content(intake.data)
    if content is None:
        return replace(intake, findings=tuple(findings))
    return _read(taxpayer, replace(intake, unsigned_sha256=content.digest, findings=()), content.document)


def _read(taxpayer: Taxpayer, intake: Intake, content: bytes) -> Intake:
    """The intake with what was read of the content and found in it."""
    result = returns_xml.read(content)
    findings = intake.findings + result.findings
    if result.return_ is None or has_errors(findings):
        return replace(intake, findings=findings)
    submission = Submission(taxpayer, result.return_, intake.received_at, intake.status.signer)
    findings += ask(OF_THE_RETURN, submission) + tuple(check(result.return_))
    return replace(intake, submission=submission, findings=findings)
