"""A signed file between its upload and the taxpayer's word to file it."""

import hashlib
import uuid
import zlib
from datetime import timedelta

from django.db import models
from django.utils import timezone

from khaithue.portal.accounts.models import Taxpayer, User

KEPT = timedelta(hours=24)
"""How long an upload waits for its review."""


class Upload(models.Model):
    """One uploaded file, seen by its user only; deleted when filed, or a day later."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.key)

    @property
    def file(self) -> bytes:
        """The bytes exactly as uploaded."""
        return zlib.decompress(self.body)

    @classmethod
    def keep(cls, *, user: User, taxpayer: Taxpayer, name: str, data: bytes) -> "Upload":
        """Store a file for review, and forget those that waited too long."""
        cls.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
        return cls.objects.create(
            user=user,
            taxpayer=taxpayer,
            name=name[:200],
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            body=zlib.compress(data, 1),
        )
