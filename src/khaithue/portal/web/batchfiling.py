"""The files of a batch filed one after another, each with its own receipt; stopped and gone on with."""

import logging
from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from khaithue.portal.filing.actions.file_return import FilingOutcome, file_return
from khaithue.portal.web.models import Batch, Upload
from khaithue.returns.findings import finding

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""After this long a file begun and not ended is taken up again: whoever filed it is gone."""

WAITING = (Batch.State.REVIEW, Batch.State.STOPPED, Batch.State.DONE)
"""When nothing of a batch is being filed, so that more of it may be asked for."""


def fileable(batch: Batch) -> QuerySet[Upload]:
    """The files of a batch that can still be filed: nothing was found against them."""
    return batch.uploads.filter(facts__wrong=False, filing=None, outcome=[])


def ask_to_file(batch: Batch, chosen: Iterable[UUID] | None = None) -> bool:
    """Take the user's word to file the chosen files of a batch, all that can be when not said.

    The moment it is given is the time of receipt. False, and nothing changed, while the batch is being filed
    or when none of the chosen can be.
    """
    wanted = fileable(batch) if chosen is None else fileable(batch).filter(key__in=list(chosen))
    with transaction.atomic():
        waiting = Batch.objects.filter(pk=batch.pk, state__in=WAITING)
        if not wanted.exists() or not waiting.update(state=Batch.State.FILING, asked_at=timezone.now()):
            return False
        fileable(batch).update(asked=False)
        wanted.update(asked=True)
    return True


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
    """File what was asked for and is left of a batch until it is through or stopped; how many it filed.

    Each file is a filing of its own: what fails is told with its file and the next goes on. It may run twice
    at once: no file is taken by both.
    """
    filed = 0
    while upload := _next(batch_pk):
        filed += _file(upload)
    if not _left(batch_pk).exists():
        Batch.objects.filter(pk=batch_pk, state=Batch.State.FILING).update(state=Batch.State.DONE)
    return filed


def _left(batch_pk: int) -> QuerySet[Upload]:
    return Upload.objects.filter(
        batch=batch_pk, asked=True, facts__wrong=False, filing=None, outcome=[], taxpayer__isnull=False
    )


def _next(batch_pk: int) -> Upload | None:
    """Take the next file, unless the batch was stopped."""
    now = timezone.now()
    free = Q(tried_at=None) | Q(tried_at__lt=now - LEASE)
    waiting = _left(batch_pk).filter(free, batch__state=Batch.State.FILING)
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
    if upload.taxpayer is None:
        return FilingOutcome(None, (finding("BATCH-NO-RIGHT"),))
    asked = upload.batch.asked_at if upload.batch else None
    papers = [each.paper for each in upload.papers.all()]
    try:
        return file_return(
            user=upload.user, taxpayer=upload.taxpayer, data=upload.file, papers=papers, received_at=asked
        )
    except PermissionDenied:
        return FilingOutcome(None, (finding("BATCH-NO-RIGHT"),))
    except Exception:
        logger.exception("file %s of a batch failed", upload.pk)
        return FilingOutcome(None, (finding("BATCH-FAILED"),))
