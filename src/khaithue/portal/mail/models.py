"""E-mails: what is to be sent to whom, and whether it has gone out."""

from django.db import models


class Mail(models.Model):
    """One e-mail. ``sent_at`` empty means it is still owed; it is tried when ``due_at`` has come.

    ``name`` tells e-mails apart for ever: it is the left part of the Message-ID. ``is_secret`` marks a body
    with a link or a code that lets somebody in: it is forgotten once it has gone out. ``files_of`` is the
    e-mail whose files this one carries too: what is sent to many is stored once.
    """

    name = models.CharField(max_length=120, unique=True)
    recipient = models.EmailField(blank=True)
    subject = models.CharField(max_length=400)
    body = models.TextField()
    is_secret = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    files_of = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        """Oldest first; those still owed are found by their moment."""

        ordering = ("made_at", "pk")
        indexes = (
            models.Index(fields=["due_at"], condition=models.Q(sent_at__isnull=True), name="mail_pending"),
        )

    def __str__(self) -> str:
        return self.name


class MailFile(models.Model):
    """A file that goes with an e-mail."""

    mail = models.ForeignKey(Mail, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=60)
    data = models.BinaryField()

    class Meta:
        """In the order they were added."""

        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name
