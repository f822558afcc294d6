"""A file on its way in: verified, then read, then checked; nothing is stored here."""

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from khaithue.exchange import returns_xml
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.filing.papers import Paper
from khaithue.portal.filing.rules import OF_THE_RETURN, ask
from khaithue.portal.filing.submission import Submission
from khaithue.portal.office.identity import trust_store
from khaithue.returns.check import check
from khaithue.returns.findings import Finding, finding, has_errors
from khaithue.signing.policy import current_policy
from khaithue.signing.status import SignatureStatus
from khaithue.signing.verify import verify


@dataclass(frozen=True)
class Intake:
    """What examining a file showed; ``submission`` is there when it is validly signed and readable.

    ``papers`` are those that go with the return.
    """

    data: bytes
    received_at: datetime
    status: SignatureStatus = field(default_factory=SignatureStatus)
    submission: Submission | None = None
    findings: tuple[Finding, ...] = ()
    papers: tuple[Paper, ...] = ()

    @property
    def body_sha256(self) -> str:
        """The digest of the very bytes."""
        return hashlib.sha256(self.data).hexdigest()

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


def examine(taxpayer: Taxpayer, data: bytes, received_at: datetime) -> Intake:
    """Verify the signature, then read what it covers and nothing else, then check figures and rules."""
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
    if not status.valid or status.content is None:
        return Intake(data, received_at, status, findings=status.findings)
    return _read(taxpayer, data, received_at, status, status.content)


def _read(
    taxpayer: Taxpayer, data: bytes, received_at: datetime, status: SignatureStatus, content: bytes
) -> Intake:
    result = returns_xml.read(content)
    findings = status.findings + result.findings
    if result.return_ is None or has_errors(findings):
        return Intake(data, received_at, status, findings=findings)
    submission = Submission(taxpayer, result.return_, received_at, status.signer)
    findings += ask(OF_THE_RETURN, submission) + tuple(check(result.return_))
    return Intake(data, received_at, status, submission, findings)
