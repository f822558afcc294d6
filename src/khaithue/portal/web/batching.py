"""Many files filed one after another: examined for one table, then each by itself with its own receipt."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from khaithue.exchange import returns_xml
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.filing.actions.file_return import (
    FilingOutcome,
    file_return,
    received_already,
    same_bytes,
)
from khaithue.portal.filing.intake import Intake, examine
from khaithue.portal.filing.rules import OF_THE_REGISTER, ask
from khaithue.portal.filing.submission import Submission
from khaithue.portal.web.models import Batch, Upload
from khaithue.portal.web.unpacking import Unpacked, is_zip, unpacked
from khaithue.returns.findings import Finding, finding, has_errors

logger = logging.getLogger(__name__)

IN_TURN = ("FILE-SUPPLEMENT-EARLY", "FILE-SUPPLEMENT-NUMBER")
"""What is found of a supplement while the return before it is still in the batch."""

LEASE = timedelta(minutes=2)
"""After this long a file begun and not ended is taken up again: whoever filed it is gone."""


@dataclass(frozen=True)
class Row:
    """One file of a batch about to be kept: what was found, and its place among the taxpayer's returns."""

    file: Unpacked
    findings: tuple[Finding, ...]
    submission: Submission | None
    facts: dict[str, Any]

    @property
    def order(self) -> tuple[bool, str, str, str, int]:
        """First returns before their supplements; what could not be read comes last."""
        if self.submission is None:
            return (True, "", "", "", 0)
        return (False, *_place(self.submission), self.submission.supplement_no)


def sent_files(files: "Iterable[UploadedFile[Any]]") -> Iterator[Unpacked]:
    """The returns in the files sent, one at a time, those of a ZIP in place of the ZIP."""
    for sent in files:
        if is_zip(sent):
            yield from unpacked(sent)
        else:
            sent.seek(0)
            yield Unpacked(sent.name or "", sent.read())


def begin(user: User, taxpayer: Taxpayer, files: Iterable[Unpacked]) -> Batch:
    """Keep the files for review, each examined; nothing is filed."""
    batch = Batch.objects.create(user=user, taxpayer=taxpayer)
    now = timezone.now().replace(microsecond=0)
    uploads = [(_row(taxpayer, file, now), _kept(batch, file)) for file in files]
    uploads.sort(key=lambda pair: pair[0].order)
    findings = _in_turn([row for row, _ in uploads])
    for position, ((row, upload), found) in enumerate(zip(uploads, findings, strict=True)):
        upload.position = position
        upload.facts = {**row.facts, "findings": [asdict(item) for item in found], "wrong": has_errors(found)}
        upload.save(update_fields=["position", "facts"])
    return batch


def _kept(batch: Batch, file: Unpacked) -> Upload:
    return Upload.keep(user=batch.user, taxpayer=batch.taxpayer, name=file.name, data=file.data, batch=batch)


def _row(taxpayer: Taxpayer, file: Unpacked, now: datetime) -> Row:
    wrong = file.wrong or (None if file.data else finding("UPLOAD-EMPTY", name=file.name))
    if wrong:
        return Row(Unpacked(file.name, b""), (wrong,), None, {})
    intake = examine(taxpayer, file.data, now)
    register = ask(OF_THE_REGISTER, intake.submission) if intake.submission else ()
    known = same_bytes(taxpayer, intake.body_sha256)
    findings = (received_already(known),) if known else intake.findings + register
    return Row(Unpacked(file.name, b""), findings, intake.submission, _facts(intake))


def _facts(intake: Intake) -> dict[str, Any]:
    """What the table says of a file, as far as it can be read."""
    ret = intake.submission.return_ if intake.submission else returns_xml.read(intake.data).return_
    signer = intake.status.signer
    facts = {"signer": signer.name, "signer_mst": ", ".join(signer.mst)} if signer else {}
    if ret is None:
        return facts
    number = ret.header.get("soLan", "0")
    return {
        **facts,
        "form": ret.form.code,
        "title": ret.form.title,
        "period": str(ret.period),
        "kind": ret.header.get("loaiTKhai", "C"),
        "number": int(number) if number.isdecimal() else 0,
    }


def _in_turn(rows: list[Row]) -> list[tuple[Finding, ...]]:
    """The findings of each row; a supplement whose return before it comes in the batch does not lack it."""
    coming: set[tuple[str, str, str, int]] = set()
    found = []
    for row in rows:
        findings = row.findings
        if row.submission:
            place, number = _place(row.submission), row.submission.supplement_no
            if number and (*place, number - 1) in coming:
                findings = tuple(_after(item) for item in findings)
            if not has_errors(findings):
                coming.add((*place, number))
        found.append(findings)
    return found


def _after(item: Finding) -> Finding:
    return finding("BATCH-AFTER") if item.code in IN_TURN else item


def _place(submission: Submission) -> tuple[str, str, str]:
    return (submission.return_.form.code, submission.activity, str(submission.return_.period))


def fileable(batch: Batch) -> QuerySet[Upload]:
    """The files of a batch that nothing was found against."""
    return batch.uploads.filter(facts__wrong=False)


def ask_to_file(batch: Batch) -> bool:
    """Take the taxpayer's word to file, once; the moment it is given is the time of receipt."""
    waiting = Batch.objects.filter(pk=batch.pk, state__in=[Batch.State.REVIEW, Batch.State.STOPPED])
    return bool(waiting.update(state=Batch.State.FILING, asked_at=timezone.now()))


def stop(batch: Batch) -> bool:
    """Go no further after the file that is being filed now; what is filed stays filed."""
    return bool(Batch.objects.filter(pk=batch.pk, state=Batch.State.FILING).update(state=Batch.State.STOPPED))


def is_stuck(batch: Batch) -> bool:
    """Whether a batch is being filed and nobody has taken a file for a while: its worker or queue is gone."""
    if batch.state != Batch.State.FILING:
        return False
    tried = batch.uploads.aggregate(last=Max("tried_at"))["last"]
    moments = [each for each in (batch.asked_at, tried) if each]
    return max(moments, default=batch.created_at) < timezone.now() - LEASE


def file_batch(batch_pk: int) -> int:
    """File what is left of a batch, one after another, until it is through or stopped; how many it filed.

    Each file is a filing of its own: what fails is told with its file and the next goes on. It may run twice
    at once: no file is taken by both.
    """
    filed = 0
    while upload := _next(batch_pk):
        filed += _file(upload)
    left = Upload.objects.filter(batch=batch_pk, facts__wrong=False, filing=None, outcome=[])
    if not left.exists():
        Batch.objects.filter(pk=batch_pk, state=Batch.State.FILING).update(state=Batch.State.DONE)
    return filed


def _next(batch_pk: int) -> Upload | None:
    """Take the next file, unless the batch was stopped."""
    now = timezone.now()
    free = Q(tried_at=None) | Q(tried_at__lt=now - LEASE)
    waiting = Upload.objects.filter(
        free, batch=batch_pk, batch__state=Batch.State.FILING, facts__wrong=False, filing=None, outcome=[]
    )
    while upload := waiting.select_related("batch", "taxpayer", "user").order_by("position", "pk").first():
        if Upload.objects.filter(free, pk=upload.pk).update(tried_at=now):
            return upload
    return None


def _file(upload: Upload) -> bool:
    outcome = _outcome(upload)
    if outcome.filing:
        upload.filed(outcome.filing)
    upload.outcome = [asdict(item) for item in outcome.findings]
    upload.save(update_fields=["outcome"])
    return outcome.filing is not None


def _outcome(upload: Upload) -> FilingOutcome:
    asked = upload.batch.asked_at if upload.batch else None
    try:
        return file_return(user=upload.user, taxpayer=upload.taxpayer, data=upload.file, received_at=asked)
    except PermissionDenied:
        return FilingOutcome(None, (finding("BATCH-NO-RIGHT"),))
    except Exception:
        logger.exception("file %s of a batch failed", upload.pk)
        return FilingOutcome(None, (finding("BATCH-FAILED"),))
