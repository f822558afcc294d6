"""Exports: who asked for the history of which taxpayer, how far it is, and until when it is kept."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q

from khaithue.portal.accounts.models import Taxpayer, User

OPEN = ("waiting", "running")


class Export(models.Model):
    """One export. The row is the truth: a file without a ready row is nobody's and is thrown away.

    ``forms`` are the form codes its user reached when asking (null for all). A builder holds the row until
    ``due_at`` and moves that on as it works; when it is past, another may take the row. ``done`` of ``total``
    tells how far it is; ``size`` and ``sha256`` are those of the ZIP.
    """

    class State(models.TextChoices):
        """How far the export is."""

        WAITING = "waiting"
        RUNNING = "running"
        READY = "ready"
        CANCELLED = "cancelled"
        FAILED = "failed"
        EXPIRED = "expired"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="exports")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    forms = models.JSONField(null=True)
    with_pdf = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first; a user has one open export of a taxpayer."""

        ordering = ("-asked_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["taxpayer", "user"], condition=Q(state__in=OPEN), name="one_open_export"
            ),
        )

    def __str__(self) -> str:
        return str(self.key)

    @property
    def path(self) -> Path:
        """Where the finished ZIP lies: ``exports`` in the data directory."""
        return directory() / f"{self.key}.zip"


def directory() -> Path:
    """Where finished exports lie."""
    return Path(settings.DATA_DIR) / "exports"
