"""What filing a file would find, before it is filed; nothing is stored."""

from dataclasses import dataclass
from datetime import datetime

from khaithue.portal.accounts.access import Access, Right
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.filing.actions.file_return import received_already, same_bytes
from khaithue.portal.filing.intake import Intake, examine
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.rules import OF_THE_REGISTER, ask
from khaithue.returns.findings import Finding, finding


@dataclass(frozen=True)
class Foreseen:
    """What was read and found; ``known`` is the filing that these very bytes are already."""

    intake: Intake
    findings: tuple[Finding, ...]
    known: Filing | None = None


def foresee(
    taxpayer: Taxpayer, granted: Access, data: bytes, at: datetime, *, by_code: bool = False
) -> Foreseen:
    """Everything filing these bytes would find at a moment, for who has that access.

    ``by_code``: a file without a signature is to be confirmed by code.
    BATCH-NO-RIGHT for a form it may not file for the taxpayer, and then nothing of what was filed before.
    """
    intake = examine(taxpayer, data, at, by_code=by_code)
    known = same_bytes(taxpayer, intake.body_sha256)
    if known and granted.may(Right.FILE, known.form_code):
        return Foreseen(intake, (received_already(known),), known)
    if intake.submission is None:
        return Foreseen(intake, intake.findings)
    if not granted.may(Right.FILE, intake.submission.return_.form.code):
        return Foreseen(intake, (*intake.findings, finding("BATCH-NO-RIGHT")))
    return Foreseen(intake, intake.findings + ask(OF_THE_REGISTER, intake.submission))
