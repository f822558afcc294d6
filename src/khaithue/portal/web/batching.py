"""Many files chosen at once: read one after another, for one table to review; nothing is filed here."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from khaithue.portal.accounts.models import User
from khaithue.portal.web.batchrows import Role, Row, Spot, filers, read_file
from khaithue.portal.web.dossiers import join_papers
from khaithue.portal.web.models import Batch, Upload
from khaithue.portal.web.unpacking import Unpacked, is_zip, unpacked
from khaithue.returns.findings import Finding, finding, has_errors

IN_TURN = ("FILE-SUPPLEMENT-EARLY", "FILE-SUPPLEMENT-NUMBER")
"""What is found of a supplement while the return before it is still in the batch."""


def sent_files(files: "Iterable[UploadedFile[Any]]") -> Iterator[Unpacked]:
    """The files sent, one at a time, those of a ZIP in place of the ZIP."""
    for number, sent in enumerate(files, start=1):
        if is_zip(sent):
            yield from unpacked(sent, number)
        else:
            sent.seek(0)
            yield Unpacked(sent.name or "", sent.read())


def begin(user: User, files: Iterable[Unpacked]) -> Batch:
    """Keep the files for review, each examined and with its papers; nothing is filed.

    However many there are, the bytes of one at a time are held.
    """
    batch, known = Batch.objects.create(user=user), filers(user)
    now = timezone.now().replace(microsecond=0)
    read = [_kept(batch, file, read_file(known, file, now)) for file in files]
    rows = sorted(join_papers(read), key=lambda row: row.order)
    tell_in_turn(rows)
    tell_twice(rows)
    for position, row in enumerate(rows):
        _noted(row, position)
    batch.state = Batch.State.REVIEW
    batch.save(update_fields=["state"])
    return batch


def _kept(batch: Batch, file: Unpacked, row: Row) -> Row:
    upload = Upload.keep(user=batch.user, taxpayer=row.taxpayer, name=row.name, data=file.data, batch=batch)
    if row.known:
        upload.filed(row.known)
    row.pk, row.sha256 = upload.pk, upload.sha256
    return row


def _noted(row: Row, position: int) -> None:
    """Keep what was found with the file."""
    facts = {
        **row.facts,
        "findings": [asdict(item) for item in row.findings],
        "wrong": row.role is not Role.RETURN or has_errors(row.findings),
        "held": row.held,
        "papers": row.papers,
    }
    Upload.objects.filter(pk=row.pk).update(position=position, facts=facts)


def tell_in_turn(rows: Sequence[Row]) -> None:
    """A supplement whose return before it comes in the batch does not lack it; the rows are in order."""
    coming: set[Spot] = set()
    for row in rows:
        if row.spot is None:
            continue
        if row.spot.number and replace(row.spot, number=row.spot.number - 1) in coming:
            row.findings = tuple(_after(item) for item in row.findings)
        if not has_errors(row.findings):
            coming.add(row.spot)


def _after(item: Finding) -> Finding:
    return finding("BATCH-AFTER") if item.code in IN_TURN else item


def tell_twice(rows: Sequence[Row]) -> None:
    """Two different files of the same return wait for a person to say which is meant."""
    same: defaultdict[Spot, list[Row]] = defaultdict(list)
    for row in rows:
        if row.spot and not row.spot.many and not row.known and not has_errors(row.findings):
            same[row.spot].append(row)
    for twins in same.values():
        if len({row.sha256 for row in twins}) > 1:
            for row in twins:
                row.tell(finding("BATCH-TWICE"), hold=True)
