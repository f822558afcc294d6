"""The audit trail: entries that are only ever added, each carrying the hash of the one before."""

import hashlib
import json
from datetime import UTC

from django.db import models


class AuditEntry(models.Model):
    """One action that happened. ``detail`` holds codes and numbers, never personal data.

    ``hash`` is the SHA-256 of every other column, ``prev_hash`` the hash of the entry before; the database
    itself refuses to change or delete an entry.
    """

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    detail = models.JSONField(default=dict)
    prev_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        """In the order they were added."""

        ordering = ("sequence",)

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.subject}"

    def computed_hash(self) -> str:
        """The hash this entry ought to carry."""
        parts = [
            self.sequence,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.actor,
            self.action,
            self.subject,
            self.detail,
            self.prev_hash,
        ]
        text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class AuditHead(models.Model):
    """The last entry of the chain; its one row is locked while an entry is added."""

    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash}"
