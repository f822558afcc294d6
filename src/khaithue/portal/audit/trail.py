"""Adding to the audit trail, and checking that nobody changed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.utils import timezone

from khaithue.portal.audit.models import AuditEntry, AuditHead

Detail: TypeAlias = Mapping[str, str | int | bool | Sequence[str]]
"""Codes and numbers of what happened; no names, addresses or e-mails, and no fractions."""


def append(*, actor: str, action: str, subject: str, detail: Detail) -> AuditEntry:
    """Add one entry to the chain; call it inside the transaction of the action itself."""
    head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1)
    entry = AuditEntry(
        sequence=head.sequence + 1,
        at=timezone.now(),
        actor=actor,
        action=action,
        subject=subject,
        detail=dict(detail),
        prev_hash=head.hash,
    )
    entry.hash = entry.computed_hash()
    entry.save(force_insert=True)
    head.sequence, head.hash = entry.sequence, entry.hash
    head.save()
    return entry


@dataclass(frozen=True)
class ChainReport:
    """What checking the chain found: how many entries were read, and the first that is wrong or missing."""

    entries: int
    broken_at: int | None

    @property
    def intact(self) -> bool:
        """Whether every entry is as it was written and none is missing."""
        return self.broken_at is None


def verify_chain() -> ChainReport:
    """Read the whole chain and recompute every hash."""
    expected, previous = 1, ""
    for entry in AuditEntry.objects.order_by("sequence").iterator():
        genuine = entry.sequence == expected and entry.prev_hash == previous
        if not genuine or entry.hash != entry.computed_hash():
            return ChainReport(expected - 1, expected)
        expected, previous = expected + 1, entry.hash
    head = AuditHead.objects.filter(pk=1).first()
    ends_well = (head.sequence, head.hash) == (expected - 1, previous) if head else expected == 1
    return ChainReport(expected - 1, None if ends_well else expected)
