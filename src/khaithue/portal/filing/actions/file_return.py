"""Filing a return, signed or confirmed by code: examined first, then stored with its notice, or refused.

Storing is one transaction.
"""

import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.utils import timezone

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.action import Done, action, require
from khaithue.portal.audit.trail import Detail
from khaithue.portal.era import era_on
from khaithue.portal.filing.auto import on_received
from khaithue.portal.filing.by_code import Confirmed, about_unsigned, confirm, may_confirm
from khaithue.portal.filing.intake import UNSIGNED, Intake, examine
from khaithue.portal.filing.lineage import refused_before
from khaithue.portal.filing.models import Attachment, Filing
from khaithue.portal.filing.papers import Paper
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
    *,
    user: User,
    taxpayer: Taxpayer,
    data: bytes,
    papers: Sequence[Paper] = (),
    received_at: datetime | None = None,
    channel: Filing.Channel = Filing.Channel.WEB,
    code: str | None = None,
) -> FilingOutcome:
    """File these bytes for the taxpayer; when it returns a filing, that filing and its notice are on disk.

    ``papers`` go with the return. ``received_at`` is the moment the portal had the bytes and the taxpayer's
    word to file them, when that was before now. The same bytes, or the signed content of a filing that
    stands, give the filing they gave before. Whatever is wrong comes back as findings, and then nothing is
    stored but the audit entry of the refusal. ``code`` is the one-time code by which a person without a
    certificate confirms a file that is not signed. Raises ``PermissionDenied`` when the user may not file
    this form for the taxpayer.
    """
    require(Right.FILE, user, taxpayer)
    came = (received_at or timezone.now()).replace(microsecond=0)
    intake = Intake(data, came)
    if known := same_bytes(taxpayer, intake.body_sha256):
        require(Right.FILE, user, taxpayer, known.form_code)
        return _repeated(known, papers)
    key, missing = signing_key(sandbox=taxpayer.is_sandbox)
    if key is None:
        return FilingOutcome(None, tuple(missing))
    by_code = code is not None and may_confirm(user, taxpayer, came)
    intake = replace(examine(taxpayer, data, came, by_code=by_code), papers=tuple(papers))
    if intake.submission is None or has_errors(intake.findings):
        return _refuse(user=user, taxpayer=taxpayer, intake=intake)
    return _receive(
        user=user,
        taxpayer=taxpayer,
        intake=intake,
        submission=intake.submission,
        channel=channel,
        code=code or "",
    )


def same_bytes(taxpayer: Taxpayer, sha256: str) -> Filing | None:
    """The taxpayer's filing of the very bytes of that digest, whatever became of it."""
    return Filing.objects.filter(taxpayer=taxpayer, body_sha256=sha256).first()


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
    code: str,
) -> Done[FilingOutcome]:
    """Store, with the taxpayer's row locked, so that what the register says stays true until commit.

    A code is taken last: what could not be filed anyway leaves it good.
    """
    require(Right.FILE, user, taxpayer, submission.return_.form.code)
    Taxpayer.objects.select_for_update().get(pk=taxpayer.pk)
    if known := _received_before(taxpayer, intake):
        return Done(_repeated(known, intake.papers), known.transaction_code, {"outcome": "repeated"})
    findings = intake.findings + ask(OF_THE_REGISTER, submission)
    if has_errors(findings):
        return _refused(taxpayer, intake, findings)
    confirmed = _confirmed(user, taxpayer, intake, code) if intake.by_code else Confirmed()
    if confirmed.wrong:
        return _refused(taxpayer, intake, findings + confirmed.wrong)
    replaced = first_in_place(submission)
    if replaced:
        Filing.objects.filter(pk=replaced.pk).update(state=Filing.State.REPLACED)
    filing = _stored(user, intake, submission, findings, channel, confirmed)
    if replaced:
        Filing.objects.filter(pk=replaced.pk).update(replaced_by=filing)
    notice = issue_reception(filing)
    on_received(filing)
    detail: Detail = {
        "outcome": "received",
        "sha256": filing.body_sha256,
        "notice": notice.number,
        "replaces": replaced.transaction_code if replaced else "",
        "again": filing.again.transaction_code if filing.again else "",
        "papers": [paper.sha256 for paper in intake.papers],
        "by_code": intake.by_code,
    }
    return Done(FilingOutcome(filing, findings), filing.transaction_code, detail)


def _confirmed(user: User, taxpayer: Taxpayer, intake: Intake, code: str) -> Confirmed:
    """What the code confirms; by now a certificate may have been registered, with which to sign instead."""
    if not may_confirm(user, taxpayer, intake.received_at):
        return Confirmed(wrong=(finding(UNSIGNED), *about_unsigned(taxpayer, intake.received_at)))
    return confirm(user, taxpayer, intake.body_sha256, code, intake.received_at)


def _stored(
    user: User,
    intake: Intake,
    submission: Submission,
    findings: tuple[Finding, ...],
    channel: Filing.Channel,
    confirmed: Confirmed,
) -> Filing:
    form, period = submission.return_.form, submission.return_.period
    again = refused_before(submission)
    is_final = not era_on(submission.day).file.decision
    filing = Filing.objects.create(
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
        content_sha256=intake.content_sha256,
        received_at=intake.received_at,
        channel=channel,
        signer=intake.signer,
        confirmed=dict(confirmed.facts),
        findings=[asdict(item) for item in findings],
        again=again,
        first_received_at=(again.first_received_at or again.received_at) if again else None,
        state=Filing.State.ACCEPTED if is_final else Filing.State.RECEIVED,
        decided_at=intake.received_at if is_final else None,
    )
    _attach(filing, intake.papers)
    return filing


def _attach(filing: Filing, papers: Sequence[Paper]) -> None:
    Attachment.objects.bulk_create(
        Attachment(
            filing=filing,
            name=paper.name,
            media_type=paper.media_type,
            size=len(paper.data),
            sha256=paper.sha256,
            body=paper.data,
        )
        for paper in papers
    )


def _received_before(taxpayer: Taxpayer, intake: Intake) -> Filing | None:
    """The filing of these bytes, or one that stands of the same signed content."""
    standing = Filing.objects.standing().filter(content_sha256=intake.content_sha256)
    return same_bytes(taxpayer, intake.body_sha256) or standing.first()


REPEATED = {Filing.State.REFUSED: "FILE-ALREADY-REFUSED", Filing.State.REPLACED: "FILE-ALREADY-REPLACED"}
"""What is told of bytes received before whose filing does not stand."""


def received_already(known: Filing) -> Finding:
    """What is told of bytes that came before: the filing they are, and what became of it."""
    code = REPEATED.get(Filing.State(known.state), "FILE-ALREADY-RECEIVED")
    return finding(code, transaction_code=known.transaction_code)


def _repeated(known: Filing, papers: Sequence[Paper]) -> FilingOutcome:
    """The filing of before, with the papers of before: others sent now are told to have no part in it."""
    kept = set(known.papers.values_list("sha256", flat=True)) if papers else set()
    late = [paper for paper in papers if paper.sha256 not in kept]
    told = (finding("FILE-PAPERS-LATE", transaction_code=known.transaction_code),) if late else ()
    return FilingOutcome(known, (received_already(known), *told))


def _refused(taxpayer: Taxpayer, intake: Intake, findings: tuple[Finding, ...]) -> Done[FilingOutcome]:
    codes = sorted({item.code for item in findings})
    detail = {"outcome": "refused", "codes": codes, "sha256": intake.body_sha256}
    return Done(FilingOutcome(None, findings), f"taxpayer:{taxpayer.pk}", detail)
