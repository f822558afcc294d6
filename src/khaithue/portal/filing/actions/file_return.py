"""Filing a signed return: examined first, then stored with its notice in one transaction, or refused."""

import zlib
from dataclasses import asdict, dataclass

from django.utils import timezone

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.action import Done, action, require
from khaithue.portal.filing.intake import Intake, examine
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.rules import OF_THE_REGISTER, ask, first_in_place
from khaithue.portal.filing.serial import next_transaction_code
from khaithue.portal.filing.submission import Submission
from khaithue.portal.notices.reception import issue_reception
from khaithue.portal.office.identity import signing_key
from khaithue.returns.findings import Finding, finding, has_errors


@dataclass(frozen=True)
class FilingOutcome:
    """What became of a file: the filing it is (new, or received before), or None, and what was found."""

    filing: Filing | None
    findings: tuple[Finding, ...]


def file_return(
    *, user: User, taxpayer: Taxpayer, data: bytes, channel: Filing.Channel = Filing.Channel.WEB
) -> FilingOutcome:
    """File these bytes for the taxpayer; when it returns a filing, that filing and its notice are on disk.

    The same bytes, or the same signed content spelt otherwise, give the filing they gave before. Whatever is
    wrong comes back as findings, and then nothing is stored but the audit entry of the refusal. Raises
    ``PermissionDenied`` when the user may not file this form for the taxpayer.
    """
    require(Right.FILE, user, taxpayer)
    intake = Intake(data, timezone.now().replace(microsecond=0))
    if known := Filing.objects.filter(taxpayer=taxpayer, body_sha256=intake.body_sha256).first():
        return _repeated(known)
    key, missing = signing_key(sandbox=taxpayer.is_sandbox)
    if key is None:
        return FilingOutcome(None, tuple(missing))
    intake = examine(taxpayer, data, intake.received_at)
    if intake.submission is None or has_errors(intake.findings):
        return _refuse(user=user, taxpayer=taxpayer, intake=intake)
    return _receive(
        user=user, taxpayer=taxpayer, intake=intake, submission=intake.submission, channel=channel
    )


@action("filing.refuse", Right.FILE)
def _refuse(
    *,
    user: User,  # noqa: ARG001  # asked by the decorator
    taxpayer: Taxpayer,
    intake: Intake,
) -> Done[FilingOutcome]:
    """Refuse, telling what the register would say too, so that a person learns everything at once."""
    told_too = ask(OF_THE_REGISTER, intake.submission) if intake.submission else ()
    return _refused(taxpayer, intake, intake.findings + told_too)


@action("filing.file", Right.FILE)
def _receive(
    *,
    user: User,
    taxpayer: Taxpayer,
    intake: Intake,
    submission: Submission,
    channel: Filing.Channel,
) -> Done[FilingOutcome]:
    """Store, with the taxpayer's row locked, so that what the register says stays true until commit."""
    require(Right.FILE, user, taxpayer, submission.return_.form.code)
    Taxpayer.objects.select_for_update().get(pk=taxpayer.pk)
    if known := Filing.objects.filter(content_sha256=intake.status.covered_digest).first():
        return Done(_repeated(known), known.transaction_code, {"outcome": "repeated"})
    findings = intake.findings + ask(OF_THE_REGISTER, submission)
    if has_errors(findings):
        return _refused(taxpayer, intake, findings)
    if replaced := first_in_place(submission):
        Filing.objects.filter(pk=replaced.pk).update(state=Filing.State.REPLACED)
    filing = _stored(user, intake, submission, findings, channel)
    notice = issue_reception(filing)
    detail = {
        "outcome": "received",
        "sha256": filing.body_sha256,
        "notice": notice.number,
        "replaces": replaced.transaction_code if replaced else "",
    }
    return Done(FilingOutcome(filing, findings), filing.transaction_code, detail)


def _stored(
    user: User,
    intake: Intake,
    submission: Submission,
    findings: tuple[Finding, ...],
    channel: Filing.Channel,
) -> Filing:
    form, period = submission.return_.form, submission.return_.period
    return Filing.objects.create(
        transaction_code=next_transaction_code(intake.received_at),
        taxpayer=submission.taxpayer,
        filed_by=user,
        form_code=form.code,
        title=form.title,
        basis=form.basis,
        version=form.version,
        period=str(period),
        period_kind=period.kind.value,
        period_start=period.start,
        period_end=period.end,
        activity=submission.activity,
        kind=submission.kind,
        supplement_no=submission.supplement_no,
        body=zlib.compress(intake.data, 1),
        body_sha256=intake.body_sha256,
        content_sha256=intake.status.covered_digest,
        received_at=intake.received_at,
        channel=channel,
        signer=intake.signer,
        findings=[asdict(item) for item in findings],
    )


def _repeated(known: Filing) -> FilingOutcome:
    return FilingOutcome(known, (finding("FILE-ALREADY-RECEIVED", transaction_code=known.transaction_code),))


def _refused(taxpayer: Taxpayer, intake: Intake, findings: tuple[Finding, ...]) -> Done[FilingOutcome]:
    codes = sorted({item.code for item in findings})
    detail = {"outcome": "refused", "codes": codes, "sha256": intake.body_sha256}
    return Done(FilingOutcome(None, findings), f"taxpayer:{taxpayer.pk}", detail)
