"""Filed returns. The row is the truth: notices and e-mails are found again from it."""

import zlib

from django.db import models
from django.db.models import Q

from khaithue.portal.accounts.models import Taxpayer, User

STANDING = ("received", "accepted")


class FilingSerial(models.Model):
    """The last serial number given in a year, for transaction codes."""

    year = models.PositiveIntegerField(primary_key=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class FilingQuerySet(models.QuerySet["Filing"]):
    """Filings asked for by their state."""

    def standing(self) -> "FilingQuerySet":
        """The filings that count: neither refused nor replaced."""
        return self.filter(state__in=STANDING)


class Filing(models.Model):
    """One return as received, signed or confirmed by code.

    ``body`` holds the very bytes, compressed; ``body_sha256`` is their digest and ``content_sha256`` that of
    the canonical content a signature covers, so the same return respelt is still the same return.
    ``received_at`` is to the second.
    ``activity`` tells apart the returns of one form and period that a taxpayer files for several activities
    or places.
    ``again`` is the refused filing that this one is filed anew for, and ``first_received_at`` the moment the
    first of that line was received (empty for one that stands alone). ``replaced_by`` is the later first
    return that took this one's place before the due date; when that one is refused, this one stands again.
    ``reasons`` are those of a refusal, each with the keys of the notice: ``group``, ``error``, ``fix``,
    ``note``, and ``code`` for one of the catalogue.
    ``signer`` holds the facts found about the signature. ``confirmed`` those of a one-time code in its place:
    ``name`` and ``mst`` of whom it stands for, ``account`` that typed it, ``sent_to`` (masked), ``sent_at``,
    ``at`` and ``sha256``, the digest of the file it was for; never the code. ``findings`` what was told to
    the taxpayer.
    """

    class State(models.TextChoices):
        """Where the filing stands; a refused one is not filed, a replaced one gave way to a later one."""

        RECEIVED = "received"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        REPLACED = "replaced"

    class Channel(models.TextChoices):
        """The way it came."""

        WEB = "web"
        API = "api"

    transaction_code = models.CharField(max_length=17, unique=True)
    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="filings")
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    form_code = models.CharField(max_length=40)
    title = models.CharField(max_length=400)
    basis = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    period = models.CharField(max_length=24)
    period_kind = models.CharField(max_length=10)
    period_start = models.DateField()
    period_end = models.DateField()
    activity = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=1, choices=[("C", "C"), ("B", "B")])
    supplement_no = models.PositiveIntegerField(default=0)
    body = models.BinaryField()
    body_sha256 = models.CharField(max_length=64, db_index=True)
    content_sha256 = models.CharField(max_length=64, db_index=True)
    received_at = models.DateTimeField()
    first_received_at = models.DateTimeField(null=True)
    again = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, related_name="replaced", null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    reasons = models.JSONField(default=list)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.WEB)
    signer = models.JSONField(default=dict)
    confirmed = models.JSONField(default=dict)
    findings = models.JSONField(default=list)

    objects = FilingQuerySet.as_manager()

    class Meta:
        """Newest first; one filing stands for a period; those the office has to decide are found at once."""

        ordering = (
            "-received_at",
            "-pk",
        )
        indexes = (
            models.Index(fields=["taxpayer", "form_code", "period_start"], name="filing_lookup"),
            models.Index(fields=["taxpayer", "received_at"], name="filing_newest"),
            models.Index(fields=["received_at"], condition=Q(state="received"), name="filing_undecided"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["taxpayer", "form_code", "activity", "period", "kind", "supplement_no"],
                condition=Q(state__in=STANDING) & ~Q(period_kind="occurrence"),
                name="one_standing_filing",
            ),
            models.UniqueConstraint(
                fields=["content_sha256"],
                condition=Q(state__in=STANDING),
                name="one_standing_content",
            ),
        )

    def __str__(self) -> str:
        return self.transaction_code

    @property
    def file(self) -> bytes:
        """The bytes exactly as received."""
        return zlib.decompress(self.body)

    @property
    def papers(self) -> "models.QuerySet[Attachment]":
        """The papers that came with it, without their bytes."""
        return self.attachments.defer("body").order_by("pk")

    @property
    def is_undecided(self) -> bool:
        """Whether the office still owes its answer."""
        return self.state == self.State.RECEIVED


class Attachment(models.Model):
    """A paper of the dossier sent with a return; ``media_type`` is what its bytes say it is."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()

    class Meta:
        """In the order they were added."""

        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.filing} {self.name}"


class PaperReturn(models.Model):
    """The figures of a return first filed on paper, so that supplements can follow it here.

    ``data`` is the return as ``returns.codec`` writes it; ``filed_on`` the day stamped on the paper.
    """

    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="paper_returns")
    form_code = models.CharField(max_length=40)
    basis = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    period = models.CharField(max_length=24)
    activity = models.CharField(max_length=20, blank=True)
    data = models.JSONField()
    filed_on = models.DateField()
    entered_at = models.DateTimeField(auto_now_add=True)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        """One paper return for a form, period and activity."""

        constraints = (
            models.UniqueConstraint(
                fields=["taxpayer", "form_code", "activity", "period"], name="one_paper_return"
            ),
        )

    def __str__(self) -> str:
        return f"{self.taxpayer} {self.form_code} {self.period}"
