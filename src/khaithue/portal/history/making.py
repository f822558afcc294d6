"""Making exports in the background, and throwing away what is over.

A row says what is owed. A builder takes it for a while (``LEASE``) and takes it anew as it works, so that
after a crash another begins again; a row called off stops its builder at the next paper.
"""

import hashlib
import logging
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from khaithue.portal.audit.trail import append
from khaithue.portal.history.archive import build, dossiers_of, filings_of, notices_of
from khaithue.portal.history.models import OPEN, Export, directory

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
KEPT = timedelta(hours=24)
"""How long a finished export can be fetched."""

TRIES = 3
STEP = 10
"""Papers between two looks at the row."""


class CalledOffError(Exception):
    """The export was called off, or taken by another builder, while it was being made."""


def make(pk: int) -> bool:
    """Make one export unless it is made, called off or in another builder's hands; whether it is ready."""
    now = timezone.now()
    owed = Export.objects.filter(pk=pk, state__in=OPEN, due_at__lte=now)
    taken = owed.update(state=Export.State.RUNNING, due_at=now + LEASE, tries=F("tries") + 1, done=0)
    if not taken:
        return False
    export = Export.objects.select_related("taxpayer", "user").get(pk=pk)
    draft = export.path.with_suffix(f".{export.tries}.part")
    try:
        _write(export, draft, now)
    except CalledOffError:
        return False
    except Exception:
        logger.exception("export %s was not made", export.key)
        _failed(export)
        return False
    finally:
        draft.unlink(missing_ok=True)
    return True


def _write(export: Export, draft: Path, now: datetime) -> None:
    directory().mkdir(mode=0o700, parents=True, exist_ok=True)
    total = sum(papers(export).count() for papers in (filings_of, notices_of, dossiers_of))
    Export.objects.filter(pk=export.pk).update(total=total)
    with draft.open("xb") as file:
        build(export, file, now, lambda done: _progress(export, done))
    with draft.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    _ready(export, draft, digest, total)


def _mine(export: Export) -> Q:
    """Still this builder's: nobody called it off or began again."""
    return Q(pk=export.pk, state=Export.State.RUNNING, tries=export.tries)


def _progress(export: Export, done: int) -> None:
    if done % STEP:
        return
    if not Export.objects.filter(_mine(export)).update(done=done, due_at=timezone.now() + LEASE):
        raise CalledOffError


def _ready(export: Export, draft: Path, digest: str, total: int) -> None:
    """The file takes its place and the row says so in one transaction, the file first."""
    now, size = timezone.now(), draft.stat().st_size
    with transaction.atomic():
        mine = Export.objects.select_for_update().filter(_mine(export))
        if not mine.exists():
            raise CalledOffError
        draft.replace(export.path)
        mine.update(
            state=Export.State.READY,
            done=total,
            size=size,
            sha256=digest,
            ended_at=now,
            expires_at=now + KEPT,
        )
        append(actor="system", action="history.make", subject=f"export:{export.key}", detail={"size": size})


def _failed(export: Export) -> None:
    now = timezone.now()
    over = export.tries >= TRIES
    state = Export.State.FAILED if over else Export.State.WAITING
    wait = timedelta(minutes=2**export.tries)
    Export.objects.filter(_mine(export)).update(
        state=state, due_at=now + wait, ended_at=now if over else None
    )


def tend() -> int:
    """Make what is owed, expire what is over, delete files without a ready row; how many were made."""
    now = timezone.now()
    Export.objects.filter(state=Export.State.READY, expires_at__lte=now).update(state=Export.State.EXPIRED)
    _sweep(now)
    owed = Export.objects.filter(state__in=OPEN, due_at__lte=now).order_by("asked_at")
    return sum(make(pk) for pk in list(owed.values_list("pk", flat=True)))


def _sweep(now: datetime) -> None:
    if not directory().is_dir():
        return
    ready = {export.path for export in Export.objects.filter(state=Export.State.READY)}
    running = {str(export.key) for export in Export.objects.filter(state__in=OPEN, due_at__gt=now)}
    for path in directory().iterdir():
        if path not in ready and path.name.partition(".")[0] not in running:
            path.unlink(missing_ok=True)
