"""Signed files between their upload and the taxpayer's word to file them."""

import hashlib
import uuid
import zlib
from datetime import timedelta

from django.db import models
from django.utils import timezone

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.papers import Paper, clean_name, take
from khaithue.returns.findings import Finding

KEPT = timedelta(hours=24)
"""How long an upload waits for its review."""


class Batch(models.Model):
    """Many files chosen at once by a user, for one taxpayer or many, filed one after another.

    ``asked_at`` is the moment the user said to file them: from then on the portal had the bytes and the word,
    and it is the time of receipt of each.
    """

    class State(models.TextChoices):
        """Its files being read, shown for review, being filed, stopped in between, or through."""

        READING = "reading"
        REVIEW = "review"
        FILING = "filing"
        STOPPED = "stopped"
        DONE = "done"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="batches")
    state = models.CharField(max_length=10, choices=State.choices, default=State.READING)
    created_at = models.DateTimeField(auto_now_add=True)
    asked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.key)


class Upload(models.Model):
    """One uploaded file, seen by its user only; its bytes are let go when it is filed, itself a day later.

    In a batch, ``taxpayer`` is empty when the user files for nobody of its tax code, ``facts`` are what was
    read of it for the table, ``asked`` is the user's word to file it and ``outcome`` what filing it found.
    ``filing`` is the receipt it led to, so that a page gone back to leads there too.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.CASCADE, related_name="+", null=True)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="uploads", null=True)
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    facts = models.JSONField(default=dict)
    asked = models.BooleanField(default=False)
    outcome = models.JSONField(default=list)
    tried_at = models.DateTimeField(null=True)
    filing = models.ForeignKey(Filing, on_delete=models.CASCADE, related_name="+", null=True)

    def __str__(self) -> str:
        return str(self.key)

    @property
    def file(self) -> bytes:
        """The bytes exactly as uploaded; ``ValueError`` once they are let go."""
        if not self.body:
            raise ValueError(f"the bytes of upload {self.key} are gone: it was filed")
        return zlib.decompress(self.body)

    @classmethod
    def keep(
        cls, *, user: User, taxpayer: Taxpayer | None, name: str, data: bytes, batch: Batch | None = None
    ) -> "Upload":
        """Store a file for review, and forget those that waited too long."""
        forget_old()
        return cls.objects.create(
            user=user,
            taxpayer=taxpayer,
            batch=batch,
            name=clean_name(name),
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            body=zlib.compress(data, 1),
        )

    def filed(self, filing: Filing) -> None:
        """Remember the receipt and let the bytes go, those of the papers too."""
        self.filing, self.body = filing, b""
        self.save(update_fields=["filing", "body"])
        self.papers.all().delete()

    def add_paper(self, name: str, data: bytes) -> Finding | None:
        """Keep a paper to go with the return; or why it is not taken."""
        paper, wrong = take(name, data, [each.paper for each in self.papers.all()])
        if paper:
            self.papers.create(name=paper.name, media_type=paper.media_type, body=paper.data)
        return wrong


class UploadPaper(models.Model):
    """A paper of the dossier that will go with an upload when it is filed."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="papers")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    body = models.BinaryField()

    class Meta:
        """In the order they were added."""

        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name

    @property
    def paper(self) -> Paper:
        """The paper as filing takes it."""
        return Paper(self.name, self.media_type, bytes(self.body))


def forget_old() -> None:
    """Forget what waited longer than a day; a batch being filed is never forgotten."""
    old = timezone.now() - KEPT
    Batch.objects.filter(created_at__lt=old).exclude(state=Batch.State.FILING).delete()
    Upload.objects.filter(created_at__lt=old, batch=None).delete()
