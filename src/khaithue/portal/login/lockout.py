"""Lock-out after repeated failures: how many tries, how long the pause, and what is counted for whom.

A try is counted before it is checked, in a transaction of its own, so that tries sent at once cannot all slip
in before the first failure is written. Unknown accounts are counted like known ones: a lock tells nobody
whether an account exists.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from khaithue.portal.audit.trail import append
from khaithue.portal.login.models import Failures
from khaithue.portal.login.sealing import mark

logger = logging.getLogger(__name__)

LONGEST = timedelta(hours=24)
"""The longest pause, and how long failures are remembered after the last pause ended."""


@dataclass(frozen=True)
class Limit:
    """So many tries, then a pause that doubles with every further round; ``shared`` by many people."""

    name: str
    tries: int
    pause: timedelta
    shared: bool = False


PAUSE = timedelta(minutes=15)
PASSWORD = Limit("password", 5, PAUSE)
CODE = Limit("code", 5, PAUSE)
SECOND = Limit("second", 5, PAUSE)
SEND = Limit("send", 5, PAUSE)
SEND_LINK = Limit("send-link", 5, PAUSE)
ADDRESS = Limit("address", 50, PAUSE, shared=True)
SEND_FROM = Limit("send-from", 30, PAUSE, shared=True)

NOBODY = Limit("nobody", 1_000_000_000, PAUSE)
"""Counts the tries for accounts that are not there, so that they cost what others cost."""


@dataclass(frozen=True)
class Counted:
    """What one try counts against: a limit, and the account or address it is counted for."""

    limit: Limit
    whom: str

    @property
    def key(self) -> str:
        """The name of its row."""
        return mark(f"{self.limit.name}:{self.whom}")


def take_try(*counted: Counted) -> datetime | None:
    """Count one try; or, when any of them is locked, count nothing and say until when."""
    now = timezone.now()
    with transaction.atomic():
        rows = [(item, _row(item, now)) for item in _in_order(counted)]
        if until := _locked((row for _, row in rows), now):
            return until
        for item, row in rows:
            _count(item.limit, row, now)
    return None


def failed(*counted: Counted) -> datetime | None:
    """The try was wrong: until when the next is refused, None when it is not. A new lock is put on record."""
    now = timezone.now()
    rows = Failures.objects.filter(pk__in=[item.key for item in counted], locked_until__gt=now)
    with transaction.atomic():
        for row in rows:
            logger.warning("log-in locked after %s failures of %s", row.count, row.key[:12])
            append(
                actor="system",
                action="login.lock",
                subject=f"key:{row.key[:12]}",
                detail={"count": row.count},
            )
    return _locked(rows, now)


def passed(*counted: Counted) -> None:
    """The try was right: an account's failures are forgotten, an address gets its one try back."""
    with transaction.atomic():
        for item in _in_order(counted):
            if item.limit.shared:
                _give_back(item)
            else:
                Failures.objects.filter(pk=item.key).delete()


def _in_order(counted: Iterable[Counted]) -> list[Counted]:
    return sorted(counted, key=lambda item: item.key)


def _row(item: Counted, now: datetime) -> Failures:
    row, _ = Failures.objects.select_for_update().get_or_create(pk=item.key, defaults={"last_at": now})
    return row


def _locked(rows: Iterable[Failures], now: datetime) -> datetime | None:
    return max(
        (row.locked_until for row in rows if row.locked_until and row.locked_until > now), default=None
    )


def _count(limit: Limit, row: Failures, now: datetime) -> None:
    if max(row.last_at, row.locked_until or row.last_at) + LONGEST < now:
        row.count = 0
    row.count, row.last_at = row.count + 1, now
    rounds, left = divmod(row.count, limit.tries)
    row.locked_until = None if left else now + min(limit.pause * 2 ** min(rounds - 1, 10), LONGEST)
    row.save()


def _give_back(item: Counted) -> None:
    row = Failures.objects.select_for_update().filter(pk=item.key).first()
    if row is None:
        return
    if row.count % item.limit.tries == 0:
        row.locked_until = None
    row.count = max(row.count - 1, 0)
    row.save()
